import { detectEncoding } from '../shapes/index.ts';

/** What a text source begins as. All of them are read by the same reader, unit by unit (SETTLED B1). */
export type TextKind = 'json' | 'xml' | 'csv' | 'zeek' | 'text';

/** Columns of a header line that may be that of a table. */
const MIN_COLUMNS = 3;
const MAX_COLUMNS = 4096;
/** A column as exports name it: `winlog.event_id`, `TimeGenerated [UTC]`, `EventData_dynamic`, `#`, `Event ID`. */
const COLUMN = /^[\p{L}_@#][\p{L}\p{N}_ .@:#[\]()/%+-]{0,127}$/u;
/** The month and time, or the ISO time, that a line of syslog begins with, with or without its priority. */
const SYSLOG = /^(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)/;
/** The first line of an event as Splunk writes it: `01/14/2021 11:41:08 PM`. */
const SPLUNK_DATE = /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d(?:\.\d{1,9})? ?(?:[AP]M)?$/;

/**
 * What the first bytes of a text say that it is; undefined for texts that hold nothing Triad reads, and for what is no text.
 * Only the content decides.
 */
export function recogniseText(head: Uint8Array): TextKind | undefined {
  const text = openingText(head);
  const start = text.trimStart();
  if (/^(?:\{\s*["}]|\[\s*[\]{])/.test(start)) return 'json';
  if (start.startsWith('<') && !/^<\d/.test(start)) return isEventXml(start) ? 'xml' : undefined;
  const lines = start.split(/\r\n|[\r\n]/, 8);
  const [first = '', second = ''] = lines;
  if (/^#separator [\\\t ,;|x\da-fA-F]/.test(first)) return 'zeek';
  if (/^Record \d{1,15}\s*$/.test(first) && /^\s*[{<]/.test(second)) return 'text';
  if (SPLUNK_DATE.test(first.trim()) && second.startsWith('LogName=')) return 'text';
  if (SYSLOG.test(first) && /\{\s*"|<\?xml|<Event[\s>]/.test(start.slice(0, 2048))) return 'text';
  return isTable(lines) ? 'csv' : undefined;
}

/** True for XML that holds events, or PowerShell's own form of them, within what is looked at. */
function isEventXml(start: string): boolean {
  return /^<Objs[\s>]/.test(start) || /<(?:[A-Za-z_][\w.-]{0,63}:)?Events?[\s>]/.test(start);
}

/** True for a header of names and, where there is one, a second line that has no fewer columns. */
function isTable(lines: readonly string[]): boolean {
  const [first = '', second = '', third = ''] = lines;
  const isTyped = first.startsWith('#TYPE ');
  const header = isTyped ? second : first;
  const row = isTyped ? third : second;
  const separator = separatorOf(header);
  if (separator === undefined) return false;
  const columns = header.split(separator).map(unquoted);
  if (columns.length < MIN_COLUMNS || columns.length > MAX_COLUMNS) return false;
  if (!columns.every((column) => COLUMN.test(column)) || new Set(columns).size < columns.length) return false;
  return row === '' || row.includes('"') || row.split(separator).length === columns.length;
}

/** The separator that stands most often in a header line. */
function separatorOf(header: string): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const separator of ['\t', ';', ',']) {
    const count = header.split(separator).length - 1;
    if (count <= most) continue;
    best = separator;
    most = count;
  }
  return best;
}

function unquoted(cell: string): string {
  const trimmed = cell.trim();
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed;
}

/** The first characters as text; empty where control characters show that it is none. */
function openingText(head: Uint8Array): string {
  const { encoding, markBytes } = detectEncoding(head);
  const text = new TextDecoder(encoding).decode(head.subarray(markBytes));
  return CONTROL.test(text) ? '' : text;
}

const CONTROL = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;
