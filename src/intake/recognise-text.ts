import { detectEncoding, tableHeadOf } from '../shapes/index.ts';

/** What a text source begins as. All of them are read by the same reader, unit by unit (SETTLED B1). */
export type TextKind = 'json' | 'xml' | 'csv' | 'zeek' | 'text';

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
  const [first = '', second = ''] = start.split(/\r\n|\r|\n/, 2);
  if (/^#separator [\\\t ,;|x\da-fA-F]/.test(first)) return 'zeek';
  if (/^Record \d{1,15}\s*$/.test(first) && /^\s*[{<]/.test(second)) return 'text';
  if (SPLUNK_DATE.test(first.trim()) && second.startsWith('LogName=')) return 'text';
  if (SYSLOG.test(first) && /\{\s*"|<\?xml|<Event[\s>]/.test(start.slice(0, 2048))) return 'text';
  return tableHeadOf(start) === undefined ? undefined : 'csv';
}

/** True for XML that holds events, or PowerShell's own form of them, within what is looked at. */
function isEventXml(start: string): boolean {
  return /^<Objs[\s>]/.test(start) || /<(?:[A-Za-z_][\w.-]{0,63}:)?Events?[\s>]/.test(start);
}

/** The first characters as text; empty where control characters show that it is none. */
function openingText(head: Uint8Array): string {
  const { encoding, markBytes } = detectEncoding(head);
  const text = new TextDecoder(encoding).decode(head.subarray(markBytes));
  return CONTROL.test(text) ? '' : text;
}

const CONTROL = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;
