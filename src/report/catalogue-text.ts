import type { Analytic, Finding } from '../analytics/index.ts';
import type { Level, Scope } from '../windows/index.ts';
import { COLUMNS, pad, plural, wrap } from './terminal.ts';
import { MARGIN, section } from './text-page.ts';
import { duration } from './timeline.ts';

/** A rule of the pack as the catalogue tells it: findings of it bear the number of the analytic. */
export interface PackRecord {
  readonly analytic: string;
  readonly scope: Scope;
  readonly level: Level;
  /** The tool whose fingerprint it is. */
  readonly tool?: string;
  readonly rule: { readonly id?: string; readonly title: string; readonly path: string };
  /** What the rule looks for. */
  readonly question: string;
  readonly attack: Finding['attack'];
  readonly falsePositives: Analytic['falsePositives'];
  /** As Sigma names it. */
  readonly logsource: Readonly<Record<string, string | undefined>>;
  /** Events that it is tried on. */
  readonly reads: readonly {
    readonly route: string;
    readonly channel: string;
    readonly eventIds: readonly number[] | 'all';
  }[];
  /** What makes it silent, or says more than it should. */
  readonly blind: readonly string[];
}

/** Analytics that are code, and the rules of the pack. */
export interface Catalogue {
  readonly analytics: readonly Analytic[];
  readonly rules: readonly PackRecord[];
}

/** One analytic with all that tells it, by number. */
interface Entry {
  readonly code: Analytic | undefined;
  readonly rules: readonly PackRecord[];
}

function entriesOf({ analytics, rules }: Catalogue): readonly Entry[] {
  const ids = new Set([...analytics.map(({ id }) => id), ...rules.map(({ analytic }) => analytic)]);
  return [...ids].sort().map((id) => ({
    code: analytics.find((one) => one.id === id),
    rules: rules.filter(({ analytic }) => analytic === id),
  }));
}

/** `triad analytics list`: each analytic in one or two lines, its rules below it. */
export function renderAnalyticList(catalogue: Catalogue): string {
  const lines = entriesOf(catalogue).flatMap(({ code, rules }) => [
    ...(code === undefined ? [] : row(code.id, code, `${code.title}. ${code.question}`)),
    ...rules.flatMap((rule) => row(rule.analytic, rule, ruleWords(rule))),
  ]);
  const { analytics, rules } = catalogue;
  const ids = new Set([...analytics.map(({ id }) => id), ...rules.map(({ analytic }) => analytic)]);
  const counts = `${plural(ids.size, 'analytic')}: ${analytics.length} by code, ${plural(rules.length, 'rule')}`;
  return `${lines.join('\n')}\n\n${counts}.\ntriad analytics why --analytic ID says what each needs and when it is silent.\n`;
}

function row(id: string, { level, scope }: { readonly level: Level; readonly scope: Scope }, words: string): string[] {
  const head = `${pad(id, 5)} ${pad(level, 13)} ${pad(scope, 8)} `;
  const text = wrap(words, COLUMNS - head.length);
  return text.map((line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line);
}

function ruleWords({ rule, tool }: PackRecord): string {
  return `${rule.title}${tool === undefined ? '' : `, a fingerprint of ${tool}`} (${rule.path})`;
}

/** `triad analytics why`: the whole record of each: what it asks and needs, when it holds, errs and is silent. */
export function renderAnalyticReasons(catalogue: Catalogue): string {
  const records = entriesOf(catalogue).flatMap(({ code, rules }) => [
    ...(code === undefined ? [] : [reasons(code)]),
    ...rules.map(ruleReasons),
  ]);
  return `${records.join('\n\n')}\n`;
}

type Part = readonly [word: string, lines: readonly string[]];

function reasons(record: Analytic): string {
  const needs = record.needs.map(({ kind, role }) => `${kind}${role === 'helps' ? ' (helps)' : ''}`);
  return page(`${record.id}  ${record.title}  ${record.level}, ${record.scope}, revision ${record.rev}`, [
    ['asks', [record.question]],
    ['holds', record.conditions],
    ['needs', needs],
    ['joins', record.joins.map(({ id, least }) => `${id}, at least ${least}`)],
    ['within', [`${duration(record.windowMs)}, told ${duration(record.lagMs)} after the last record`]],
    ['weighs', [`${record.level} and ${record.modifiers.length === 0 ? 'no modifier' : record.modifiers.join(', ')}`]],
    [
      'one for',
      [
        `${record.dedupe.key.join(', ')}${record.dedupe.periodMs === 0 ? '' : `, each ${duration(record.dedupe.periodMs)}`}`,
      ],
    ],
    ['blind', record.blind],
    ['mistakes', mistakes(record)],
    ['keeps', record.evidenceKept],
    ['ATT&CK', techniques(record)],
  ]);
}

/** The same of a rule, as far as a rule has it: it joins nothing, waits for nothing, and its conditions are Sigma. */
function ruleReasons(record: PackRecord): string {
  const { analytic, rule, question, level, scope, reads, blind, tool } = record;
  const { path, id } = rule;
  return page(`${analytic}  ${rule.title}  ${level}, ${scope}, a rule`, [
    ['asks', [question]],
    ['holds', [`${path}${id === undefined ? '' : ` ${id}`}; triad rules explain says on a record what of it holds`]],
    ['source', [sourceWords(record)]],
    ['needs', reads.map(readWords)],
    ['weighs', [weightWords(record)]],
    ['one for', [`${tool === undefined ? '' : 'rule, '}host, and process, subscription or the values that matched`]],
    ['blind', blind],
    ['mistakes', mistakes(record)],
    ['keeps', ['the first records that matched, and their number']],
    ['ATT&CK', techniques(record)],
  ]);
}

function sourceWords({ logsource }: PackRecord): string {
  return Object.entries(logsource)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]))
    .join(', ');
}

function readWords({ route, channel, eventIds }: PackRecord['reads'][number]): string {
  if (channel.startsWith('triad/')) return `${route}: all that is known of a subscription at the end`;
  return `${route}: ${channel} ${eventIds === 'all' ? '' : eventIds.join(', ')}`.trimEnd();
}

function weightWords({ level, tool, logsource }: PackRecord): string {
  if (tool !== undefined) return `nothing: it names ${tool} on what else is found`;
  return logsource['product'] === 'triad'
    ? `the sum of the subscription, at least ${level}`
    : `${level}; where it is about a process, P01..P18 too`;
}

function mistakes({ falsePositives }: Pick<Analytic, 'falsePositives'>): readonly string[] {
  return falsePositives.map(({ what, tell }) => `${what}; told by ${tell}`);
}

function techniques({ attack }: Pick<Analytic, 'attack'>): readonly string[] {
  return attack.map((one) => (one.old.includes(one.new) ? one.new : `${one.new} (${one.old.join(', ')})`));
}

function page(head: string, parts: readonly Part[]): string {
  const body = parts
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([word, lines]) => section(word, lines.flatMap(statement)));
  return [...wrap(head, COLUMNS), ...body].join('\n');
}

function statement(text: string): string[] {
  return wrap(text, COLUMNS - MARGIN - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** The records as they are. */
export function renderAnalyticsJson({ analytics, rules }: Catalogue): string {
  const list = (records: readonly object[]): string => records.map((record) => JSON.stringify(record)).join(',\n');
  return `{"schemaVersion":1,\n"analytics":[\n${list(analytics)}\n],\n"rules":[\n${list(rules)}\n]}\n`;
}
