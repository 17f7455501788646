import { parse } from 'csv-parse/sync';
import { SaxesParser } from 'saxes';
import { type ShapedEvent, TextReader } from '../../src/shapes/index.ts';
import { isChannelWanted } from '../../src/windows/index.ts';

export const TASK_NAMES = ['parse', 'read', 'fields', 'hunt', 'rare', 'saxes', 'csvParse'] as const;
export type TaskName = (typeof TASK_NAMES)[number];

/** What a task found: the same number whatever the order of tasks. */
export interface TaskYield {
  readonly units: number;
  /** Of these, passed over unparsed. */
  readonly skipped?: number;
  /** A sum over what was looked at, so that nothing can be left out by a compiler. */
  readonly sum: number;
}

const BLOCK = 4 << 20;

function linesOf(bytes: Buffer, each: (line: string) => void): void {
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(10, at);
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.toString('utf8', at, end);
    if (line.length > 1) each(line);
    at = end + 1;
  }
}

function read(
  bytes: Buffer,
  onEvent: (event: ShapedEvent) => number,
  isWanted?: (channel: string, eventId: number) => boolean,
): TaskYield {
  let sum = 0;
  const source = { file: 'x' };
  const reader = new TextReader(isWanted === undefined ? { source } : { source, isWanted });
  const sink = {
    onEvent: (event: ShapedEvent) => {
      sum += onEvent(event);
    },
  };
  for (let at = 0; at < bytes.length; at += BLOCK) reader.push(bytes.subarray(at, at + BLOCK), sink);
  const { events, skippedByFilter, rejected } = reader.end(sink);
  if (rejected > 0) throw new Error(`${rejected} units were rejected`);
  return { units: events + skippedByFilter, skipped: skippedByFilter, sum };
}

function fieldsOf(event: ShapedEvent): number {
  let sum = 0;
  for (const [name, text] of event.entries()) sum += name.length + text.length;
  return sum;
}

/** Ids that few lines have: a prefilter passes over the rest. */
const RARE: ReadonlySet<number> = new Set([19, 20, 21, 5859, 5860, 5861]);

/** The limit of JSON: each line as text through `JSON.parse`, nothing more. */
function parseLines(bytes: Buffer): TaskYield {
  let units = 0;
  let sum = 0;
  linesOf(bytes, (line) => {
    const value: unknown = JSON.parse(line.charCodeAt(0) === 0xfeff ? line.slice(1) : line);
    units++;
    sum += typeof value === 'object' ? 1 : 0;
  });
  return { units, sum };
}

/** Elements, attributes and texts of each event as a map, by saxes. */
function saxesEvents(bytes: Buffer): TaskYield {
  let units = 0;
  let sum = 0;
  let text = '';
  let fields = new Map<string, string>();
  let name = '';
  const parser = new SaxesParser({ fragment: true });
  parser.on('opentag', (tag) => {
    name = String(tag.attributes['Name'] ?? tag.name);
    for (const [key, value] of Object.entries(tag.attributes)) fields.set(`${tag.name}@${key}`, String(value));
    text = '';
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('closetag', (tag) => {
    if (tag.name === 'Event') {
      units++;
      for (const [key, value] of fields) sum += key.length + value.length;
      fields = new Map();
    } else fields.set(name, text);
    text = '';
  });
  linesOf(bytes, (line) => {
    // Its own declaration in front of each record is no XML for any parser.
    if (line.startsWith('<?xml') || line.startsWith('Record ')) return;
    parser.write(`${line}\n`);
  });
  parser.close();
  return { units, sum };
}

function csvRows(bytes: Buffer): TaskYield {
  let sum = 0;
  const rows: readonly (readonly string[])[] = parse(bytes, { bom: true, relax_column_count: true });
  for (const row of rows) for (const cell of row) sum += cell.length;
  return { units: rows.length - 1, sum };
}

export const TASKS: Readonly<Record<TaskName, (bytes: Buffer) => TaskYield>> = {
  parse: parseLines,
  /** Every event in normal form, its header read, its fields left in the line. */
  read: (bytes) => read(bytes, (event) => event.eventId + event.channel.length),
  fields: (bytes) => read(bytes, fieldsOf),
  /** As a hunt reads: what no analytic reads is passed over unparsed, of the rest every field. */
  hunt: (bytes) => read(bytes, fieldsOf, isChannelWanted),
  rare: (bytes) => read(bytes, fieldsOf, (_channel, eventId) => RARE.has(eventId)),
  saxes: saxesEvents,
  csvParse: csvRows,
};
