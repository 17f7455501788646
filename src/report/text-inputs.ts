import type { Anomaly } from '../windows/index.ts';
import { isNamedChannel, objectsAtRest, shortChannel } from './channel-names.ts';
import { hex } from './evidence-address.ts';
import { compareText } from './record-line.ts';
import type { Coverage, HuntResult, RuleSummary } from './result.ts';
import { binarySize, COLUMNS, count, cut, escapeTerminal, pad, plural, wrap } from './terminal.ts';
import { MARGIN, paragraph, placeText, section, type TextStyle } from './text-page.ts';
import { shapeLines } from './text-shapes.ts';

const MAX_HOSTS = 30;
const HOST_COLUMN = 34;
/** A code's first three are printed, then how many more (PRODUCT 6.4). */
const MAX_OF_CODE = 3;
const MAX_CODES = 12;

/** Tool, rules, options as resolved, zone. */
export function headerLines(result: HuntResult, style: TextStyle): string[] {
  const { tool, rules, options } = result.header;
  const pack = rules === undefined ? [] : [`rules ${rules.bundle} (${count(rules.count)})`];
  const head = [`${tool.name} ${tool.version}`, ...pack, `all times ${style.clock.zone}`].join('   ');
  const limits: string[] = [];
  if (options.from !== undefined) limits.push(`from ${style.clock.stamp(options.from)}`);
  if (options.to !== undefined) limits.push(`to ${style.clock.stamp(options.to)}`);
  if (options.hosts.length > 0) limits.push(`host ${options.hosts.join(', ')}`);
  if (options.minLevel !== 'informational') limits.push(`${options.minLevel} and above`);
  if (!options.carve) limits.push('slack not carved');
  for (const rules of options.rules ?? []) limits.push(`rules of ${rules.slice(0, rules.lastIndexOf(' '))}`);
  for (const one of options.pipelines ?? []) limits.push(`pipeline ${one.split(' ')[0]}`);
  for (const one of options.placeholders ?? []) limits.push(`placeholders ${one.split(' ')[0]}`);
  for (const one of options.pins ?? []) limits.push(`pins of ${one.slice(0, one.lastIndexOf(' '))}`);
  for (const map of options.maps ?? []) limits.push(`mapping ${map.split(' ')[0]}`);
  if (options.assumeZone !== undefined) limits.push(`local times of ${options.assumeZone}`);
  if (options.attackVersion !== undefined) limits.push(`ids of ATT&CK ${options.attackVersion}`);
  const lines = [head];
  if (limits.length > 0) lines.push(...paragraph(`reported: ${limits.join('; ')}`, 0));
  if (result.run.status !== 'ok')
    lines.push(`This hunt is ${result.run.status}: what follows is what was read so far.`);
  return lines.map((line) => escapeTerminal(line));
}

/** What was read: totals, then one line a host with its span and channels (U1: findings are only believed beside this). */
export function readLines(result: HuntResult, style: TextStyle): string[] {
  const { summary, header } = result;
  const { live, afterDamage, swallowed, carved } = summary.records;
  const total = live + afterDamage + swallowed + carved;
  const bytes = header.evidence.reduce((sum, input) => sum + input.bytes, 0);
  const objects = objectsAtRest(summary.coverage);
  const isLogged = summary.files > 0 || total > 0 || objects === 0;
  const lines = [
    [
      plural(header.evidence.length, 'input'),
      ...(isLogged ? [plural(summary.files, objects === 0 ? 'file' : 'log')] : []),
      binarySize(bytes),
      ...(isLogged ? [plural(total, 'record')] : []),
      ...(objects === 0 ? [] : [`${plural(objects, 'object')} at rest`]),
    ].join(', '),
  ];
  const odd: string[] = [];
  if (afterDamage > 0) odd.push(`${count(afterDamage)} after damage`);
  if (swallowed > 0) odd.push(`${count(swallowed)} swallowed`);
  if (carved > 0) odd.push(`${count(carved)} carved from slack`);
  if (summary.folded > 0) odd.push(`${count(summary.folded)} folded as copies`);
  if (summary.rejected > 0) odd.push(`${count(summary.rejected)} rejected`);
  if (odd.length > 0) lines.push(...wrap(`of these ${odd.join(', ')}`, COLUMNS - MARGIN));
  if (summary.skippedByFilter > 0) {
    lines.push(`beside these ${plural(summary.skippedByFilter, 'record')} that no analytic reads, passed over unread`);
  }
  lines.push(...shapeLines(result));
  const hosts = hostSpans(summary.coverage);
  const atRest = atRestLines(summary, { host: style.label, minute: (time) => style.clock.minute(time) });
  for (const host of hosts.slice(0, MAX_HOSTS)) {
    const name = pad(cut(escapeTerminal(host.name), HOST_COLUMN, style.glyphs.ellipsis), HOST_COLUMN);
    const span =
      host.from === undefined || host.to === undefined
        ? objectsAtRest(summary.coverage.filter((row) => row.host === host.name)) === host.records
          ? 'objects at rest'
          : 'no usable time'
        : `${style.clock.minute(host.from)} to ${style.clock.minute(host.to)}`;
    lines.push(`${name}  ${count(host.records).padStart(11)}  ${span}`);
    lines.push(...wrap(`  ${channelWords(host.channels)}`, COLUMNS - MARGIN));
  }
  if (hosts.length > MAX_HOSTS)
    lines.push(`and ${plural(hosts.length - MAX_HOSTS, 'more host')}: triad inspect PATH names all`);
  return section('READ', [...lines, ...atRest, ...ruleLines(summary.rules)]);
}

/** The user's rules: how many can speak, and which were refused, so that their silence is not taken for an answer. */
function ruleLines(rules: RuleSummary | undefined): string[] {
  if (rules === undefined) return [];
  const { loaded, refused, blind, matched } = rules;
  const refusals = Object.entries(refused);
  const not = refusals.reduce((sum, [, n]) => sum + n, 0);
  const routes = Object.values(blind).reduce((sum, n) => sum + n, 0);
  const parts = [
    `${plural(loaded, 'rule')} loaded, ${count(matched)} of them matched`,
    ...(not === 0
      ? []
      : [`${count(not)} not loaded: ${refusals.map(([reason, n]) => `${count(n)} ${reason}`).join(', ')}`]),
    ...(routes === 0 ? [] : [`${plural(routes, 'log source', 'log sources')} of rules lack fields that they ask for`]),
  ];
  return wrap(escapeTerminal(parts.join('; ')), COLUMNS - MARGIN);
}

/** How hosts and times are written. */
export interface Naming {
  host(key: string): string;
  minute(time: string): string;
}

/** Repositories with their generations, and audits: what stands, beside what was logged. */
export function atRestLines(
  { repositories, audits }: Pick<HuntResult['summary'], 'repositories' | 'audits'>,
  naming: Naming,
): string[] {
  const lines: string[] = [];
  for (const { host, hostBy, windows, generations } of repositories.slice(0, MAX_HOSTS)) {
    const whose = hostBy === 'nothing' ? 'of an unknown host' : `of ${naming.host(host)}`;
    const build = windows === undefined ? '' : `, Windows ${windows}`;
    const ids = generations.map(({ generation }) => generation);
    const which = ids.length === 1 ? `generation ${ids[0]}` : `generations ${ids.join(', ')}`;
    const times = generations.flatMap(({ time }) => (time === undefined ? [] : [time]));
    const [first] = times;
    const last = times.at(-1);
    const span =
      first === undefined || last === undefined
        ? 'no file times came with the copy'
        : `written ${naming.minute(first)} to ${naming.minute(last)}`;
    lines.push(...wrap(escapeTerminal(`repository ${whose}${build}: ${which}, ${span}`), COLUMNS - MARGIN));
  }
  for (const { format, hosts, time, objects, rejected, unreached } of audits.slice(0, MAX_HOSTS)) {
    const of = hosts.map((host) => naming.host(host)).join(', ');
    const when = time === undefined ? '' : ` at ${naming.minute(time)}`;
    const unread = rejected === 0 ? '' : `, ${plural(rejected, 'row')} not read`;
    const left = unreached.length === 0 ? '' : `, ${plural(unreached.length, 'namespace')} not reached`;
    const told = `audit of ${of}${when} (${format}): ${plural(objects, 'object')}${unread}${left}`;
    lines.push(...wrap(escapeTerminal(told), COLUMNS - MARGIN));
  }
  const more = [repositories, audits].reduce((sum, { length }) => sum + Math.max(0, length - MAX_HOSTS), 0);
  if (more > 0) lines.push(`and ${count(more)} more: --format json names all`);
  return lines;
}

/** The channels that Triad knows by name, then how many others. */
function channelWords(channels: ReadonlySet<string>): string {
  const known = [...channels].filter(isNamedChannel).map(shortChannel).sort(compareText);
  const others = channels.size - known.length;
  if (others > 0) known.push(plural(others, 'other'));
  return known.join(', ');
}

interface HostSpan {
  readonly name: string;
  records: number;
  from: string | undefined;
  to: string | undefined;
  readonly channels: Set<string>;
}

function hostSpans(coverage: readonly Coverage[]): HostSpan[] {
  const spans = new Map<string, HostSpan>();
  for (const { host, channel, ids, from, to } of coverage) {
    const span = spans.get(host) ?? {
      name: host,
      records: 0,
      from: undefined,
      to: undefined,
      channels: new Set<string>(),
    };
    for (const n of Object.values(ids)) span.records += n;
    if (from !== undefined && (span.from === undefined || from < span.from)) span.from = from;
    if (to !== undefined && (span.to === undefined || to > span.to)) span.to = to;
    span.channels.add(channel.toLowerCase());
    spans.set(host, span);
  }
  return [...spans.values()].sort((a, b) => compareText(a.name, b.name));
}

/** Errors and warnings in the form of PRODUCT 6.4; notes only by number. */
export function damageLines(anomalies: readonly Anomaly[]): string[] {
  const loud = anomalies.filter((anomaly) => anomaly.level !== 'note' && anomaly.tamper !== true);
  const quiet = anomalies.filter((anomaly) => anomaly.level === 'note' && anomaly.tamper !== true);
  const lines = byCode(loud);
  if (quiet.length > 0) {
    const codes = tally(quiet).map(([code, n]) => `${code} ${count(n)}`);
    lines.push(...wrap(`notes: ${codes.join(', ')}`, COLUMNS - MARGIN));
  }
  return section('DAMAGE', lines);
}

/** The signs of an edited log (SETTLED A15). */
export function tamperLines(anomalies: readonly Anomaly[]): string[] {
  const signs = anomalies.filter((anomaly) => anomaly.tamper === true);
  return section('TAMPER', byCode(signs));
}

function tally(anomalies: readonly Anomaly[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { code, count: n } of anomalies) counts.set(code, (counts.get(code) ?? 0) + n);
  return [...counts].sort(([a], [b]) => compareText(a, b));
}

function byCode(anomalies: readonly Anomaly[]): string[] {
  const groups = new Map<string, Anomaly[]>();
  for (const anomaly of anomalies) {
    const group = groups.get(anomaly.code) ?? [];
    group.push(anomaly);
    groups.set(anomaly.code, group);
  }
  const rank: Readonly<Record<Anomaly['level'], number>> = { error: 0, warn: 1, note: 2 };
  const codes = [...groups].sort(
    ([a, x], [b, y]) => rank[x[0]?.level ?? 'note'] - rank[y[0]?.level ?? 'note'] || compareText(a, b),
  );
  const lines = codes.slice(0, MAX_CODES).flatMap(([code, group]) => {
    const shown = group.slice(0, MAX_OF_CODE).flatMap((anomaly) => anomalyLines(anomaly));
    const more = group.length - MAX_OF_CODE;
    return more > 0 ? [...shown, `and ${count(more)} more of ${code}`] : shown;
  });
  if (codes.length > MAX_CODES) lines.push(`and ${plural(codes.length - MAX_CODES, 'more code')}`);
  return lines;
}

/** Word, code and place on the first line, what happened below it (PRODUCT 6.4). */
function anomalyLines(anomaly: Anomaly): string[] {
  const at = anomaly.offset === undefined ? '' : ` at ${hex(anomaly.offset)}`;
  const record = anomaly.recordId === undefined ? '' : `, record ${anomaly.recordId}`;
  const room = COLUMNS - MARGIN;
  const place = wrap(
    `${pad(anomaly.level, 6)} ${anomaly.code}   ${placeText(anomaly)}${escapeTerminal(`${at}${record}`)}`,
    room - 7,
  );
  const times = anomaly.count > 1 ? ` (${count(anomaly.count)} times)` : '';
  const happened = wrap(escapeTerminal(`${anomaly.message}${times}`), room - 7);
  return [...place.slice(0, 1), ...[...place.slice(1), ...happened].map((line) => `       ${line}`)];
}
