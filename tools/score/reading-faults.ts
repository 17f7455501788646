import type { ShapedEvent } from '../../src/shapes/index.ts';
import type { CitedUnits } from './cited-units.ts';
import { isEqualText } from './label-text.ts';
import type { LabelEvidence, LabelExecution, LabelRow } from './labels.ts';

/** How a labelled text was read, beside what its label says. */
export interface ReadingScore {
  readonly cited: number;
  readonly citedRead: number;
  readonly faults: readonly string[];
}

/**
 * Every unit is of the shape that the label names, each cited line is read with its channel, event id and record id, and each
 * labelled child stands in the cited lines with equal pid, image and command line (SETTLED B19, B20).
 */
export function scoreReading(row: LabelRow, units: CitedUnits): ReadingScore {
  const faults = shapeFaults(row, units);
  const evidence = [...row.subscriptions, ...row.remote_executions].flatMap((entry) => entry.evidence);
  let citedRead = 0;
  for (const cited of evidence) {
    const wrong = lineFault(cited, units.eventOf(cited));
    if (wrong === undefined) citedRead++;
    else faults.push(wrong);
  }
  for (const label of row.remote_executions) {
    if (label.child_pid === null) continue;
    const wrong = childFault(label, units);
    if (wrong !== undefined) faults.push(wrong);
  }
  return { cited: evidence.length, citedRead, faults };
}

/** `S6`, or `S13 (35 lines), S14 (2), incomplete (1)`. */
function shapeFaults(row: LabelRow, { result }: CitedUnits): string[] {
  if (result === undefined) return ['it was not read as a text'];
  const wanted = new Map<string, number>();
  for (const part of row.shape.split(', ')) {
    const [, shape = part, count] = /^(\S+) \((\d+)/.exec(part) ?? [];
    wanted.set(shape, count === undefined ? (row.events ?? 0) : Number(count));
  }
  const { wrapper: _, ...units } = result.units;
  const faults: string[] = [];
  for (const shape of new Set([...wanted.keys(), ...Object.keys(units)])) {
    const read = units[shape] ?? 0;
    const labelled = wanted.get(shape) ?? 0;
    if (read !== labelled) faults.push(`${read} units are ${shape}, wanted ${labelled}`);
  }
  if (result.rejected > 0) faults.push(`${result.rejected} units rejected`);
  return faults;
}

function lineFault(cited: LabelEvidence, event: ShapedEvent | undefined): string | undefined {
  const name = cited.line === undefined ? `call ${cited.operation} at ${cited.time}` : `line ${cited.line}`;
  if (event === undefined) return `${name} was not read`;
  if (cited.line === undefined) return undefined;
  const wrong: string[] = [];
  if (event.channel.toLowerCase() !== cited.channel.toLowerCase()) wrong.push(`channel is ${event.channel}`);
  if (event.eventId !== cited.event_id) wrong.push(`event id is ${event.eventId}`);
  if ((event.recordId ?? null) !== (cited.record_id ?? null)) wrong.push(`record id is ${event.recordId}`);
  return wrong.length === 0 ? undefined : `${name}: ${wrong.join(', ')}`;
}

function childFault(label: LabelExecution, units: CitedUnits): string | undefined {
  const starts = label.evidence.flatMap((cited) => {
    const event = units.eventOf(cited);
    return event !== undefined && (event.eventId === 1 || event.eventId === 4688) ? [event] : [];
  });
  const has = (isEqual: (event: ShapedEvent) => boolean): boolean => starts.some(isEqual);
  const wrong: string[] = [];
  if (!has((event) => pidOf(event) === label.child_pid)) wrong.push(`pid ${label.child_pid}`);
  const image = label.child_image?.toLowerCase();
  if (image !== undefined && !has((event) => imageOf(event)?.toLowerCase() === image)) wrong.push(`image ${image}`);
  if (!has((event) => isEqualText(event.get('CommandLine'), label.command_line, 'canonical')))
    wrong.push('command line');
  return wrong.length === 0 ? undefined : `no cited line holds the child's ${wrong.join(', ')}`;
}

function pidOf(event: ShapedEvent): number | undefined {
  const text = event.get(event.eventId === 1 ? 'ProcessId' : 'NewProcessId');
  return text === undefined ? undefined : Number(text);
}

function imageOf(event: ShapedEvent): string | undefined {
  return event.get(event.eventId === 1 ? 'Image' : 'NewProcessName');
}
