import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateMember, zipMembers } from '../../bench/zip-members.ts';
import { compileRules, type Rules } from '../../src/sigma/index.ts';
import { type EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { readRecords } from '../rules/read-records.ts';
import { type HuntJson, isAbove } from '../score/hunt-json.ts';

/** What one rule, analytic or dossier says of a file. */
export interface Told {
  readonly name: string;
  readonly level: string;
  readonly count: number;
  /** True where WMI is what it is about. */
  readonly isOfWmi: boolean;
}

type Uncounted = Omit<Told, 'count'>;

const ABOUT_WMI = /wmi|scrcons|wbem/i;
/** Windows Management Instrumentation, and event subscriptions by their present and their former number. */
const WMI_TAGS: ReadonlySet<string> = new Set(['attack.t1047', 'attack.t1546.003', 'attack.t1084']);

/** What a hunt found, dossiers first; findings of one analytic or rule and level are one row. */
export function ownTold(result: HuntJson): readonly Told[] {
  const told = result.subscriptions.map(({ verdict }) => ({ name: 'dossier', level: verdict.level, isOfWmi: true }));
  for (const { analytic, rule, level, scope } of result.findings) {
    const file = rule?.path
      .split(/[/\\]/)
      .at(-1)
      ?.replace(/\.yml$/, '');
    told.push({ name: file ?? analytic, level, isOfWmi: scope === 'wmi' });
  }
  return counted(told);
}

function counted(told: readonly Uncounted[]): readonly Told[] {
  const rows = new Map<string, Told>();
  for (const one of told) {
    const key = `${one.name}\n${one.level}`;
    rows.set(key, { ...one, count: (rows.get(key)?.count ?? 0) + 1 });
  }
  return [...rows.values()].sort(byLevel);
}

/** The highest first, then by name. */
function byLevel(a: Told, b: Told): number {
  if (a.level !== b.level) return isAbove(a.level, b.level) ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** SigmaHQ's live rules that speak of events which are read here, compiled once for all files. */
export function publicRules(corpus: string): Rules {
  const sources = zipMembers(readFileSync(join(corpus, 'sigmahq', 'rules_all.zip')))
    .filter(({ name }) => /^rules.*\.ya?ml$/.test(name))
    .map((member) => ({ file: member.name, text: inflateMember(member).toString('utf8') }));
  const { rules } = compileRules(sources, { taxonomy: LOG_SOURCES }).rules;
  return { rules: rules.filter(({ routes }) => routes.length > 0), correlations: [] };
}

/** What public rules say of a file in Triad's engine. */
export async function publicTold(matcher: EventMatcher, dev: string, path: string): Promise<readonly Told[]> {
  const told: Uncounted[] = [];
  await readRecords(dev, path, (event) => told.push(...toldOf(matcher, event)));
  return counted(told);
}

/** What rules say of events: one that a rule matches is one hit of it, on however many of its log sources. */
export function ruleTold(matcher: EventMatcher, events: readonly Event[]): readonly Told[] {
  return counted(events.flatMap((event) => toldOf(matcher, event)));
}

function toldOf(matcher: EventMatcher, event: Event): readonly Uncounted[] {
  const rules = new Set(matcher.match(event).map(({ rule }) => rule));
  return [...rules].map(({ metadata: { title, level = 'medium', tags } }) => ({
    name: title,
    level,
    isOfWmi: ABOUT_WMI.test(title) || tags.some((tag) => WMI_TAGS.has(tag)),
  }));
}

/** What was printed by tools that ran elsewhere: by file and tool; undefined where that list is absent. */
export function recordedTold(file: string): ReadonlyMap<string, readonly Told[]> | undefined {
  if (!existsSync(file)) return undefined;
  const rows = new Map<string, Told[]>();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(1)) {
    const [path, , tool, name = '', level = '', count = '0'] = line.split('\t');
    if (path === undefined || tool === undefined) continue;
    const key = `${path}\t${tool}`;
    const list = rows.get(key) ?? [];
    rows.set(key, list);
    list.push({ name, level, count: Number(count), isOfWmi: ABOUT_WMI.test(name) });
  }
  for (const list of rows.values()) list.sort(byLevel);
  return rows;
}
