import { parseTime } from '../windows/index.ts';
import { channelOf, eventIdOf } from './channel-names.ts';
import { type CitedRow, citedRows } from './cited-rows.ts';
import { placeName } from './evidence-address.ts';
import { compareText } from './record-line.ts';
import type { HuntResult } from './result.ts';
import { plural } from './terminal.ts';

/** Old servers fail on fewer lines than this (PRODUCT 7.5). */
const MIN_LINES = 3;
const EPOCH = '1970-01-01T00:00:00.0000000Z';

interface Instants {
  /** ISO 8601 with offset and the six digits that its parser takes. */
  readonly datetime: string;
  /** Integer microseconds since 1970. */
  readonly timestamp: number;
  readonly time_100ns: string;
}

function instantsOf(time: string): Instants {
  const instant = parseTime(time) ?? { ms: 0, ticks: 0 };
  const whole = parseTime(time) === undefined ? EPOCH : time;
  return {
    datetime: `${whole.slice(0, 26)}+00:00`,
    timestamp: instant.ms * 1000 + Math.floor(instant.ticks / 10),
    time_100ns: whole,
  };
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function rowLine(row: CitedRow): string {
  const { evidence } = row;
  const recordId = evidence.recordId;
  const channel = channelOf(evidence);
  const eventId = eventIdOf(evidence);
  const { datetime, timestamp, time_100ns } = instantsOf(row.time);
  return line({
    message: row.kind === 'finding' ? row.title : `${row.title} [${row.summary}]`,
    datetime,
    timestamp_desc: row.event,
    timestamp,
    time_100ns,
    data_type: `triad:${row.kind}`,
    tag: ['triad', row.level, row.lane],
    source_short: evidence.channel === undefined ? 'WMI' : 'EVTX',
    ...(channel === undefined ? {} : { source_long: channel }),
    hostname: row.host,
    ...(row.account === '' ? {} : { username: row.account }),
    parser: 'triad',
    display_name: placeName(evidence),
    level: row.level,
    ...(eventId === undefined ? {} : { event_identifier: eventId }),
    ...(typeof recordId === 'number' ? { record_number: recordId } : {}),
    finding: row.id,
    rule_id: row.rule ?? row.kind,
    ...(row.credit === undefined ? {} : { rule_credit: row.credit }),
    ...(row.pinned === undefined ? {} : { pinned: row.pinned }),
    attack_technique: row.attack.join(','),
    ...(row.incident === '' ? {} : { incident: row.incident }),
    ...(row.sourceHost === '' ? {} : { source_host: row.sourceHost }),
    ...(row.confidence === undefined ? {} : { target_host: row.targetHost, confidence: row.confidence }),
    details: Object.entries(row.record?.data ?? {})
      .map(([name, value]) => `${name}: ${value}`)
      .join(' | '),
  });
}

/** The end of the evidence: where notes about the whole run are placed, so that no clock enters the lines. */
function lastTime(result: HuntResult): string {
  const times = [
    ...result.summary.coverage.map(({ to }) => to),
    ...result.header.evidence.map(({ lastRecord }) => lastRecord),
  ].filter((time) => time !== undefined);
  return times.sort(compareText).at(-1) ?? EPOCH;
}

function noteLines(result: HuntResult): string[] {
  const { summary, header, gaps } = result;
  const { live, afterDamage, swallowed, carved } = summary.records;
  const texts = [
    `Summary: ${plural(result.subscriptions.length, 'subscription')}, ${plural(result.findings.length, 'finding')} in ${plural(live + afterDamage + swallowed + carved, 'record')}; ${plural(summary.rejected, 'record')} rejected`,
    `Evidence: ${plural(header.evidence.length, 'input')}: ${header.evidence
      .slice(0, 20)
      .map(({ name }) => name)
      .join(', ')}`,
    `Gaps: ${plural(gaps.length, 'gap')}: ${gaps
      .slice(0, 20)
      .map((gap) => `${gap.host}: ${gap.what}`)
      .join('; ')}`,
  ];
  return texts.map((message) =>
    line({
      message,
      ...instantsOf(lastTime(result)),
      timestamp_desc: 'Last Seen',
      data_type: 'triad:note',
      tag: ['triad', 'note'],
      source_short: 'WMI',
      parser: 'triad',
    }),
  );
}

/** `--format timesketch`: JSONL with flat keys of one type each (PRODUCT 7.5), never fewer than three lines. */
export function* renderTimesketch(result: HuntResult): Generator<string> {
  let lines = 0;
  for (const row of citedRows(result)) {
    yield rowLine(row);
    lines += 1;
  }
  if (lines < MIN_LINES) yield* noteLines(result);
}
