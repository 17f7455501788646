import type { Anomaly, Gap } from '../windows/index.ts';
import { memberName } from './evidence-address.ts';
import { textLines } from './inspection-text.ts';
import type { AuditSummary, ClassCounts, NotEvaluated, NotRead, RepositorySummary } from './result.ts';
import { binarySize, COLUMNS, count, escapeTerminal, plural, wrap } from './terminal.ts';
import { atRestLines } from './text-inputs.ts';

/** One channel of one host in one log. */
export interface InspectedChannel {
  readonly host: string;
  readonly channel: string;
  /** Records by event id. */
  readonly ids: Readonly<Record<string, number>>;
  readonly from?: string;
  readonly to?: string;
  /** Records dated before 2000 or after the run. */
  readonly misdated: number;
}

export interface InspectedLog {
  /** Path inside the container, outermost first; absent for a loose log. */
  readonly member?: readonly string[];
  readonly shape: string;
  readonly bytes: number;
  readonly records: ClassCounts;
  readonly rejected: number;
  readonly channels: readonly InspectedChannel[];
  /** Of a text. */
  readonly text?: InspectedText;
}

/** One field of a sampled unit: what the event calls it, its text, and the name that it has in the source. */
export interface SampledField {
  readonly field: string;
  readonly value: string;
  /** Absent where it was taken out of a text, or made by a table. */
  readonly from?: string;
}

/** One unit, field by field (`--sample`). */
export interface InspectedSample {
  readonly shape: string;
  readonly line: number;
  readonly offset: number;
  readonly fields: readonly SampledField[];
  /** Names in the source that no field was read from. */
  readonly leftOut: readonly string[];
}

/** What a text is, beside its records. */
export interface InspectedText {
  readonly units: readonly {
    readonly shape: string;
    readonly title?: string;
    readonly count: number;
    /** Why the first of them was taken for it. */
    readonly why?: string;
  }[];
  readonly encoding: string;
  /** How its times became UTC, in words; empty where each says its zone. */
  readonly clock: readonly string[];
  readonly rejectedBytes: number;
  /** Records of kinds that no analytic reads: counted by their header. */
  readonly skippedByFilter: number;
  readonly contentLost: number;
  /** Detections of other tools. */
  readonly detections: number;
  readonly losses: readonly {
    readonly shape: string;
    readonly what: string;
    readonly count: number;
    readonly close: string;
    /** Analytics. */
    readonly blinds: readonly string[];
  }[];
  readonly samples?: readonly InspectedSample[];
  /** YAML for `--map`, to be completed. */
  readonly proposedMap?: string;
}

export interface InspectedInput {
  readonly name: string;
  readonly kind: string;
  readonly bytes: number;
  readonly logs: readonly InspectedLog[];
}

/** What `triad inspect` says: what the inputs are, what is damaged, and what stays blind. */
export interface Inspection {
  readonly schemaVersion: 1;
  readonly inputs: readonly InspectedInput[];
  /** What lies at rest beside the logs: whose it is, its generations, its times. */
  readonly repositories: readonly RepositorySummary[];
  readonly audits: readonly AuditSummary[];
  readonly notRead: readonly NotRead[];
  readonly anomalies: readonly Anomaly[];
  readonly gaps: readonly Gap[];
  readonly notEvaluated: readonly NotEvaluated[];
}

/** Event ids of a channel that are told one by one. */
const TOLD_IDS = 12;
/** Anomalies of one log that are told one by one. */
const TOLD_ANOMALIES = 3;

export function renderInspectionJson(inspection: Inspection): string {
  return `${JSON.stringify(inspection, null, 2)}\n`;
}

/** The inspection for people, 100 columns. */
export function renderInspection(inspection: Inspection): string {
  const lines: string[] = [];
  for (const input of inspection.inputs) {
    lines.push(`INPUT     ${escapeTerminal(input.name)}   ${input.kind}, ${binarySize(input.bytes)}`);
    const atRest = atRestLines(
      { repositories: ofInput(inspection.repositories, input), audits: ofInput(inspection.audits, input) },
      { host: (key) => key, minute: (time) => time.slice(0, 16).replace('T', ' ') },
    );
    lines.push(...atRest.map((line) => `          ${line}`));
    if (input.logs.length === 0 && atRest.length === 0 && !isPartOfRepository(inspection, input)) {
      lines.push('          nothing in it was read as an event log');
    }
    lines.push(...anomalyLines(anomaliesBeside(inspection, input)));
    for (const log of input.logs) lines.push(...logLines(log, anomaliesOf(inspection, input, log)));
    lines.push('');
  }
  for (const [i, item] of inspection.notRead.entries()) {
    const label = i === 0 ? 'NOT READ  ' : '          ';
    lines.push(...labelled(label, `${plural(item.count, 'input')} of kind ${item.kind}: ${item.close}`));
  }
  if (inspection.notRead.length > 0) lines.push('');
  for (const [i, gap] of inspection.gaps.entries()) {
    const label = i === 0 ? 'BLIND     ' : '          ';
    lines.push(...labelled(label, `${gap.host}: ${gap.what}; ${gap.so}`));
  }
  for (const item of inspection.notEvaluated.filter(({ missing }) => missing.length > 0)) {
    lines.push(...labelled('          ', `${item.analytic} cannot speak: it needs ${item.missing.join(', ')}`));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

/** Of repositories, audits and members that were not read: all that is of no log. */
function anomaliesBeside({ anomalies }: Inspection, { name, logs }: InspectedInput): readonly Anomaly[] {
  const ofLogs = new Set(logs.map(({ member = [] }) => member.join('\u0000')));
  return anomalies.filter(({ file, container = [] }) => file === name && !ofLogs.has(container.join('\u0000')));
}

function ofInput<T extends { readonly file: string }>(summaries: readonly T[], { name }: InspectedInput): readonly T[] {
  return summaries.filter(({ file }) => file === name);
}

/** True of a map or an index whose repository is told with its OBJECTS.DATA. */
function isPartOfRepository({ repositories }: Inspection, { name, kind }: InspectedInput): boolean {
  const folder = (file: string): string => file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return kind === 'wmi repository' && repositories.some(({ file }) => folder(file) === folder(name));
}

function anomaliesOf(inspection: Inspection, input: InspectedInput, log: InspectedLog): readonly Anomaly[] {
  const path = (log.member ?? []).join('\u0000');
  return inspection.anomalies.filter(
    (anomaly) => anomaly.file === input.name && (anomaly.container ?? []).join('\u0000') === path,
  );
}

function logLines(log: InspectedLog, anomalies: readonly Anomaly[]): string[] {
  const { live, afterDamage, swallowed, carved } = log.records;
  const name = log.member === undefined ? 'log' : escapeTerminal(memberName(log.member));
  const parts = [
    `${count(live)} live`,
    ...(afterDamage > 0 ? [`${count(afterDamage)} after damage`] : []),
    ...(swallowed > 0 ? [`${count(swallowed)} swallowed`] : []),
    ...(carved > 0 ? [`${count(carved)} carved`] : []),
    ...(log.rejected > 0 ? [`${count(log.rejected)} unreadable`] : []),
  ];
  if (log.channels.length === 0 && anomalies.length === 0 && log.text === undefined) return [`  ${name}   empty`];
  const lines = wrap(`${name}   ${log.shape}, ${binarySize(log.bytes)}, ${parts.join(', ')}`, COLUMNS - 2).map(
    (line) => `  ${line}`,
  );
  if (log.text !== undefined) lines.push(...textLines(log.text));
  for (const channel of log.channels) {
    const span =
      channel.from === undefined
        ? 'no plausible time'
        : `${cutTime(channel.from)} to ${cutTime(channel.to ?? channel.from)}`;
    lines.push(...labelled('    ', `${channel.host}   ${channel.channel}   ${span}`));
    lines.push(...labelled('      ', idsText(channel.ids)));
    if (channel.misdated > 0) lines.push(`      ${plural(channel.misdated, 'record')} dated before 2000 or after now`);
  }
  lines.push(...anomalyLines(anomalies));
  return lines;
}

function anomalyLines(anomalies: readonly Anomaly[]): string[] {
  const lines: string[] = [];
  for (const anomaly of anomalies.slice(0, TOLD_ANOMALIES)) {
    const at = anomaly.offset === undefined ? '' : ` at 0x${anomaly.offset.toString(16)}`;
    const mark = anomaly.tamper === true ? 'TAMPER ' : '';
    lines.push(...labelled('    ! ', `${mark}${anomaly.code}${at}: ${anomaly.message}`));
  }
  if (anomalies.length > TOLD_ANOMALIES) lines.push(`    ! and ${anomalies.length - TOLD_ANOMALIES} more`);
  return lines;
}

function idsText(ids: Readonly<Record<string, number>>): string {
  const entries = Object.entries(ids);
  const told = [...entries].sort(([, a], [, b]) => b - a).slice(0, TOLD_IDS);
  const text = told
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([id, n]) => `${id} × ${count(n)}`)
    .join(', ');
  return entries.length > TOLD_IDS ? `${text} and ${entries.length - TOLD_IDS} more ids` : text;
}

/** `2026-03-12 09:44` */
function cutTime(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

function labelled(label: string, text: string): string[] {
  return wrap(escapeTerminal(text), COLUMNS - label.length).map(
    (line, i) => (i === 0 ? label : ' '.repeat(label.length)) + line,
  );
}
