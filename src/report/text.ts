import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Gap, LEVELS, type Level, levelRank } from '../windows/index.ts';
import { objectsAtRest } from './channel-names.ts';
import { labelsOf } from './cited-rows.ts';
import { type Clock, readableTimes, UTC_CLOCK } from './clock.ts';
import { defang } from './defang.ts';
import { shellArgument } from './evidence-address.ts';
import { exitReason } from './exit-reason.ts';
import { hostLabels } from './host-label.ts';
import { countByScope, membershipOf } from './members.ts';
import { pinSentences } from './pinned.ts';
import type { HuntResult, NotRead, ToldParts } from './result.ts';
import {
  ASCII_GLYPHS,
  asciiOnly,
  COLUMNS,
  count,
  cut,
  escapeTerminal,
  pad,
  plural,
  UNICODE_GLYPHS,
  widthOf,
  wrap,
} from './terminal.ts';
import { dossierCard } from './text-card.ts';
import { findingCard } from './text-finding.ts';
import { alsoLine, incidentCard } from './text-incident.ts';
import { damageLines, headerLines, readLines, tamperLines } from './text-inputs.ts';
import { MARGIN, section, severity, type TextStyle } from './text-page.ts';
import { lossLines, thirdPartyLines } from './text-shapes.ts';
import { isKnown, worstFindingsFirst, worstFirst, worstIncidentsFirst } from './worst-first.ts';

export interface TextOptions {
  /** Plain ASCII for consoles that are not UTF-8. */
  readonly ascii?: boolean;
  readonly color?: boolean;
  /** Also the cards of what the baseline knows (SETTLED A14). */
  readonly all?: boolean;
  readonly clock?: Clock;
  /** The paths as given, for the next commands. */
  readonly paths?: readonly string[];
  /** Files that this run wrote. */
  readonly wrote?: readonly string[];
  /** Of these, the one that explain and graph can read. */
  readonly resultFile?: string;
}

/** Cards of dossiers and of findings, each (SETTLED A30). */
const MAX_CARDS = 50;
/** Incidents in one line each. */
const MAX_LINES = 40;
const MAX_BLIND = 40;
const MAX_WROTE = 12;

/** `--format text`: at most 100 columns, nothing in it that the clock or the machine decides (SETTLED A27). */
export function* renderText(result: HuntResult, options: TextOptions = {}): Generator<string> {
  const isAscii = options.ascii === true;
  const style: TextStyle = {
    glyphs: isAscii ? ASCII_GLYPHS : UNICODE_GLYPHS,
    color: options.color === true,
    clock: options.clock ?? UTC_CLOCK,
    label: labelsOf(result),
  };
  for (const part of parts(result, options, style)) {
    // Defanging keeps the length of a text, so the layout holds (SETTLED A30).
    const lines = `${defang(part.join('\n'))}\n`;
    yield isAscii ? asciiOnly(lines) : lines;
  }
}

/** One incident as `renderText` shows it: for what is told outside of a hunt. Host names stand as they are. */
export function renderIncident(incident: Incident, parts: ToldParts, options: TextOptions = {}): string {
  return alone(incident.hosts, options, (style) => incidentCard(incident, parts, style));
}

/** The same of one finding. */
export function renderFinding(finding: Finding, options: TextOptions = {}): string {
  return alone([finding.host], options, (style) => findingCard(finding, { header: { options: {} } }, style));
}

/** The same of one dossier. */
export function renderDossier(dossier: Dossier, options: TextOptions = {}): string {
  return alone([dossier.host], options, (style) => dossierCard(dossier, style));
}

function alone(hosts: readonly string[], options: TextOptions, card: (style: TextStyle) => readonly string[]): string {
  const isAscii = options.ascii === true;
  const style: TextStyle = {
    glyphs: isAscii ? ASCII_GLYPHS : UNICODE_GLYPHS,
    color: options.color === true,
    clock: options.clock ?? UTC_CLOCK,
    label: hostLabels(hosts),
    whole: '--format json',
  };
  const lines = `${defang(card(style).join('\n'))}\n`;
  return isAscii ? asciiOnly(lines) : lines;
}

function* parts(result: HuntResult, options: TextOptions, style: TextStyle): Generator<readonly string[]> {
  const rule = style.glyphs.rule.repeat(COLUMNS);
  yield [...headerLines(result, style), ''];
  yield [...readLines(result, style), ''];
  const known = result.subscriptions.filter(isKnown);
  const { incidentOf } = membershipOf(result);
  const { cards, lines: lower } = splitIncidents(result);
  for (const incident of cards) yield [...incidentCard(incident, result, style)];
  if (cards.length > 0) yield [rule, ''];
  const others = result.subscriptions.filter(({ id }) => !incidentOf.has(id));
  const shown = worstFirst(options.all === true ? others : others.filter((d) => !isKnown(d)));
  if (shown.length > 0 && result.incidents.length > 0) yield ['SUBSCRIPTIONS of no incident', ''];
  for (const dossier of shown.slice(0, MAX_CARDS)) yield [...dossierCard(dossier, style)];
  if (shown.length > MAX_CARDS) {
    yield [rule, `${plural(shown.length - MAX_CARDS, 'more subscription')}; --format json lists all of them`];
  }
  if (shown.length > 0) yield [rule, ''];
  const findings = worstFindingsFirst(result.findings.filter(({ id }) => !incidentOf.has(id)));
  for (const [heading, group] of [
    ['PROCESSES that WMI started', findings.filter((finding) => finding.process !== undefined)],
    ['COPIES that contradict each other', findings.filter(isContradiction)],
    ['FINDINGS of no incident', findings.filter((f) => f.process === undefined && !isContradiction(f))],
  ] as const) {
    if (group.length === 0) continue;
    yield [`${heading}: ${plural(group.length, 'finding')}`, ''];
    for (const finding of group.slice(0, MAX_CARDS)) yield findingCard(finding, result, style);
    if (group.length > MAX_CARDS) {
      yield [`${plural(group.length - MAX_CARDS, 'more finding')}; --format json lists all of them`, ''];
    }
  }
  const detections = thirdPartyLines(result, style);
  if (detections.length > 0) yield [...detections, ''];
  const also = [...lowerLines(lower, style), ...alsoLines(result, known, options)];
  if (also.length > 0) yield [...section('ALSO', also), ''];
  const pinned = pinLines(result);
  if (pinned.length > 0) yield [...section('PINNED', pinned), ''];
  const damage = damageLines(result.anomalies);
  if (damage.length > 0) yield [...damage, ''];
  const tamper = tamperLines(result.anomalies);
  if (tamper.length > 0) yield [...tamper, ''];
  const blind = blindLines(result, style);
  if (blind.length > 0) yield [...section('BLIND', blind), ''];
  const wrote = wroteLines(options);
  if (wrote.length > 0) yield [...section('WROTE', wrote), ''];
  yield [...section('NEXT', nextLines(result, known, options)), ''];
  yield verdictLines(result, style);
}

/** What a reader opens first, then what programs read; pages of incidents as a range, for there may be hundreds. */
function wroteLines({ wrote = [] }: TextOptions): string[] {
  const numbered = wrote.filter((path) => NUMBERED.test(path));
  const [first, last] = [numbered[0], numbered.at(-1)];
  const range =
    first === undefined || last === undefined || first === last
      ? numbered
      : [
          `${first} to ${(NUMBERED.exec(last)?.[1] ?? '').replace(/^-/, '')} (${plural(numbered.length, 'page')}, worst first)`,
        ];
  const ranked = wrote
    .filter((path) => !NUMBERED.test(path))
    .map((path) => ({ path, rank: FIRST.findIndex((name) => path.endsWith(name)) }));
  const leading = ranked.filter(({ rank }) => rank >= 0).sort((a, b) => a.rank - b.rank);
  const others = ranked.filter(({ rank }) => rank < 0);
  const paths = [...leading.map(({ path }) => path), ...range, ...others.map(({ path }) => path)];
  const lines = paths.slice(0, MAX_WROTE).map((path) => escapeTerminal(path));
  if (paths.length > MAX_WROTE) lines.push(`and ${plural(paths.length - MAX_WROTE, 'more file')} beside them`);
  return lines;
}

/** `incident-report-3.html`. */
const NUMBERED = /incident-report(-\d+)\.html$/;
const FIRST: readonly string[] = ['index.html', 'incident-report.html', 'findings.jsonl', 'manifest.json'];

/**
 * Critical and high incidents have cards, and so has the worst one whatever its level; the others are a line each. What is
 * informational is in the JSON.
 */
function splitIncidents({ incidents }: HuntResult): {
  readonly cards: readonly Incident[];
  readonly lines: readonly Incident[];
} {
  const told = worstIncidentsFirst(incidents).filter(({ level }) => level !== 'informational');
  const serious = told.filter(({ level }, index) => index === 0 || levelRank(level) >= levelRank('high'));
  const cards = serious.slice(0, MAX_CARDS);
  return { cards, lines: told.slice(cards.length) };
}

/** Every pinned thing, every pin that matched nothing, every pin past review (L16). */
function pinLines(result: HuntResult): string[] {
  const lines = pinSentences(result);
  const told = lines.slice(0, MAX_LINES).flatMap((line) => wrap(escapeTerminal(line), COLUMNS - MARGIN));
  if (lines.length > MAX_LINES)
    told.push(`and ${plural(lines.length - MAX_LINES, 'more line')}; --format json has all`);
  return told;
}

function lowerLines(lower: readonly Incident[], style: TextStyle): string[] {
  const lines = lower.slice(0, MAX_LINES).flatMap((incident) => alsoLine(incident, style));
  if (lower.length > MAX_LINES) {
    lines.push(`and ${plural(lower.length - MAX_LINES, 'more incident')}; --format json lists all of them`);
  }
  return lines;
}

function alsoLines(result: HuntResult, known: readonly Dossier[], options: TextOptions): string[] {
  const lines: string[] = [];
  if (known.length > 0 && options.all !== true) {
    lines.push(`${plural(known.length, 'subscription')} on the baseline, not shown (--all shows them)`);
  }
  const { leftOut, evicted } = result.summary;
  if (leftOut.subscriptions + leftOut.findings + leftOut.incidents > 0) {
    const incidents = leftOut.incidents === 0 ? '' : `${plural(leftOut.incidents, 'incident')}, `;
    lines.push(
      `${incidents}${plural(leftOut.subscriptions, 'subscription')} and ${plural(leftOut.findings, 'finding')} outside the options, not reported`,
    );
  }
  if (result.summary.unfolded > 0) {
    lines.push(`${plural(result.summary.unfolded, 'record')} may be copies of several others and stand apart`);
  }
  const lost = Object.entries(evicted).filter(([, n]) => n > 0);
  for (const [table, n] of lost) lines.push(escapeTerminal(`${count(n)} left out of ${table}: its bound was reached`));
  return lines;
}

/** Gaps that say the same of several hosts are one row. */
interface BlindRow {
  readonly hosts: Set<string>;
  readonly gap: Gap;
  count: number;
}

function blindLines(result: HuntResult, style: TextStyle): string[] {
  const rows = new Map<string, BlindRow>();
  for (const gap of result.gaps.filter(({ host }) => host !== '-')) {
    const span = gap.from === undefined || gap.to === undefined ? '' : `${gap.from}\u0000${gap.to}`;
    const key = `${gap.what}\u0000${gap.so}\u0000${span}`;
    const row = rows.get(key) ?? { hosts: new Set<string>(), gap, count: 0 };
    row.hosts.add(gap.host);
    row.count++;
    rows.set(key, row);
  }
  const blind = [...rows.values()];
  const lines = result.summary.notRead.flatMap((kind) => notReadLines(kind, style));
  lines.push(...lossLines(result.gaps));
  for (const row of blind.slice(0, MAX_BLIND)) lines.push(...blindRow(row, style));
  if (blind.length > MAX_BLIND)
    lines.push(`and ${plural(blind.length - MAX_BLIND, 'more gap')}; --format json lists all`);
  const silent = new Map<string, string[]>();
  for (const { analytic, missing } of result.summary.notEvaluated) {
    const key = missing.join(', ');
    silent.set(key, [...(silent.get(key) ?? []), analytic]);
  }
  for (const [missing, analytics] of silent) {
    lines.push(...wrap(escapeTerminal(`not evaluated: ${analytics.join(', ')} (no ${missing})`), COLUMNS - MARGIN));
  }
  return lines;
}

const HOST_COLUMN = 20;
const WHAT_COLUMN = 36;

function blindRow({ hosts, gap, count: told }: BlindRow, style: TextStyle): string[] {
  const [first = '-'] = hosts;
  const named = first === '-' ? '' : style.label(first);
  // The number is worth more than the end of the name.
  const more = hosts.size > 1 ? ` +${count(hosts.size - 1)}` : '';
  const host = `${cut(named, HOST_COLUMN - 2 - more.length, style.glyphs.ellipsis)}${more}`;
  const span =
    gap.from === undefined || gap.to === undefined
      ? ''
      : ` ${style.clock.minute(gap.from)} to ${style.clock.minute(gap.to)}`;
  const times = told > hosts.size ? `, ${count(told)} times` : '';
  return columns(host, readableTimes(`${gap.what}${span}${times}`, style.clock), gap.so, style);
}

function notReadLines(kind: NotRead, style: TextStyle): string[] {
  const example = kind.examples[0];
  const name = example === undefined ? '' : `: ${kind.count > 1 ? 'such as ' : ''}${tail(example, 60, style)}`;
  return columns(kind.kind, `${plural(kind.count, 'input')} not read${name}`, kind.close, style);
}

/** The end of a path says more than its beginning. */
function tail(path: string, max: number, style: TextStyle): string {
  return path.length <= max ? path : style.glyphs.ellipsis + path.slice(-max).toWellFormed();
}

/** Three columns, the second and third wrapped inside themselves. */
function columns(a: string, b: string, c: string, style: TextStyle): string[] {
  const left = cut(escapeTerminal(a), HOST_COLUMN - 2, style.glyphs.ellipsis);
  const middle = wrap(escapeTerminal(b), WHAT_COLUMN - 2);
  const right = wrap(escapeTerminal(c), COLUMNS - MARGIN - HOST_COLUMN - WHAT_COLUMN);
  const height = Math.max(middle.length, right.length);
  return Array.from({ length: height }, (_unused, row) =>
    `${pad(row === 0 ? left : '', HOST_COLUMN)}${pad(middle[row] ?? '', WHAT_COLUMN)}${right[row] ?? ''}`.trimEnd(),
  );
}

function nextLines(result: HuntResult, known: readonly Dossier[], options: TextOptions): string[] {
  const paths = (options.paths ?? []).map(shellArgument).join(' ');
  const target = escapeTerminal(paths.length === 0 || paths.length > 48 ? 'PATH' : paths);
  const rows: [string, string][] = [];
  const [worstIncident] = worstIncidentsFirst(result.incidents);
  const source = escapeTerminal(options.resultFile === undefined ? target : shellArgument(options.resultFile));
  if (worstIncident !== undefined) {
    rows.push([`triad explain ${worstIncident.id} ${source}`, 'every link, its records and its arithmetic']);
    if (worstIncident.edges.length > 0) {
      rows.push([`triad graph ${source} --incident ${worstIncident.id}`, 'hosts, accounts and hops']);
    }
  }
  if (options.resultFile === undefined && result.subscriptions.length + result.findings.length > 0) {
    rows.push([`triad hunt ${target} --format html -o report.html`, 'every record whole, to hand over']);
  } else if (options.resultFile === undefined) {
    rows.push([`triad inspect ${target}`, 'what each input is and what it leaves blind']);
  }
  if (known.length > 0 && options.all !== true)
    rows.push([`triad hunt ${target} --all`, 'also what the baseline knows']);
  const width = Math.max(...rows.map(([command]) => widthOf(command))) + 3;
  return rows.flatMap(([command, why]) =>
    width + widthOf(why) + MARGIN <= COLUMNS ? [`${pad(command, width)}${why}`] : [command, `  ${why}`],
  );
}

/** The last line: what was found in how much, and why the exit code is what it is (L7, U1). */
function verdictLines(result: HuntResult, style: TextStyle): string[] {
  const { summary, run, header } = result;
  const { live, afterDamage, swallowed, carved } = summary.records;
  const records = live + afterDamage + swallowed + carved;
  const hosts = new Set(summary.coverage.map(({ host }) => host)).size;
  const found = `${plural(result.subscriptions.length, 'subscription')}${worst(result.subscriptions.map((d) => d.verdict.level))}, ${plural(result.findings.length, 'finding')}${worst(result.findings.map((f) => f.level))}`;
  const top = [
    ...result.subscriptions.map((d) => d.verdict.level),
    ...[...result.findings, ...result.incidents].map(({ level }) => level),
  ].sort((a, b) => levelRank(b) - levelRank(a))[0];
  const mark = top === undefined || top === 'informational' ? '' : `${severity(top, style)}  `;
  const objects = objectsAtRest(summary.coverage);
  const kinds = [
    ...(records > 0 || objects === 0 ? [plural(records, 'record')] : []),
    ...(objects === 0 ? [] : [`${plural(objects, 'object')} at rest`]),
  ];
  const read = `${found} in ${kinds.join(' and ')} of ${plural(hosts, 'host')}.`;
  const [first = '', ...more] = wrap(`${incidentWords(result)}${read}`, COLUMNS - 12);
  return [`${mark}${first}`, ...more, `Exit ${run.exit}: ${exitReason(run.exit, header.options.failLevel)}.`];
}

/**
 * "2 incidents above low (1 critical, 1 medium), by scope wmi 2, tamper 1": an incident is counted once at its own level, and
 * in each scope that it holds; those at low and below behind it (SETTLED C23).
 */
function incidentWords(result: HuntResult): string {
  const { incidents } = result;
  if (incidents.length === 0) return '';
  const above = incidents.map(({ level }) => level).filter((level) => levelRank(level) > levelRank('low'));
  const scopes = countByScope(result).map(({ scope, levels }) => `${scope} ${count(levels.length)}${worst(levels)}`);
  const isShared = countByScope(result).reduce((sum, { levels }) => sum + levels.length, 0) > above.length;
  const by =
    scopes.length === 0 ? '' : `; by scope${isShared ? ', where one may count in several' : ''}: ${scopes.join(', ')}`;
  const lower = incidents.length - above.length;
  const below = lower === 0 ? '' : `; ${count(lower)} at low or below`;
  return `${plural(above.length, 'incident')} above low${worst(above)}${by}${below}. `;
}

/** T14: two copies of one record say different things. */
function isContradiction({ analytic }: Finding): boolean {
  return analytic === 'T14';
}

function worst(levels: readonly Level[]): string {
  const counts = LEVELS.toReversed()
    .filter((level) => levelRank(level) >= levelRank('medium'))
    .map((level) => [level, levels.filter((other) => other === level).length] as const)
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${count(n)} ${level}`);
  return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
}
