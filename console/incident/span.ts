import { digits, plural } from '../kit/words.ts';

/** A span of time on an incident, both ends in it. It limits what is shown, not what is known (L5). */
export interface Span {
  /** Unix milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

export type SpanField = 'from' | 'to';

export type SpanRead =
  | { readonly kind: 'none' }
  | { readonly kind: 'span'; readonly span: Span }
  | { readonly kind: 'problem'; readonly field: SpanField; readonly why: string };

const DAY = /^(\d{4}-\d\d-\d\d)[T ]?/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?(?:Z| ?UTC)?$/i;
const HOW = 'Write a time of UTC such as 2026-03-12 09:40 or 2026-03-12T09:40:05.250Z.';

/** `t` of a URL: `2026-03-12T09:40Z..10:10Z`; the second end may leave its day out. */
export function readSpan(text: string | null): SpanRead {
  if (text === null || text === '') return { kind: 'none' };
  const { from, to } = partsOf(text);
  return spanOfFields(from, to);
}

/** Both ends as they stand in a URL, whatever they are. */
export function partsOf(text: string): Readonly<Record<SpanField, string>> {
  const [from = '', ...rest] = text.split('..');
  return { from, to: rest.join('..') };
}

/** What two fields ask for; a day may be left out where `day` says which one is meant, and in the second field. */
export function spanOfFields(from: string, to: string, day?: string): SpanRead {
  if (from.trim() === '' && to.trim() === '') return { kind: 'none' };
  const fromMs = instant(from, day);
  if (fromMs === undefined) return { kind: 'problem', field: 'from', why: `“${from}” is no time. ${HOW}` };
  const toMs = instant(to, new Date(fromMs).toISOString().slice(0, 10));
  if (toMs === undefined) return { kind: 'problem', field: 'to', why: `“${to}” is no time. ${HOW}` };
  if (toMs < fromMs) return { kind: 'problem', field: 'to', why: 'The end lies before the beginning.' };
  return { kind: 'span', span: { fromMs, toMs } };
}

/** Unix milliseconds of a time as people and URLs write it; undefined for what is none. */
function instant(text: string, day: string | undefined): number | undefined {
  const trimmed = text.trim();
  const own = DAY.exec(trimmed);
  const clock = CLOCK.exec(own === null ? trimmed : trimmed.slice(own[0].length));
  const date = own?.[1] ?? day;
  if (clock === null || date === undefined) return undefined;
  const [, hour, minute, second = '00', fraction = '0'] = clock;
  const written = `${date}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const ms = Date.parse(written);
  // A day or an hour that there is not comes back as another one.
  return Number.isNaN(ms) || new Date(ms).toISOString() !== written ? undefined : ms;
}

/** As it stands in the URL: no longer than it has to be. */
export function spanText({ fromMs, toMs }: Span): string {
  const [from, to] = [written(fromMs), written(toMs)];
  return `${from}Z..${to.slice(0, 10) === from.slice(0, 10) ? to.slice(11) : to}Z`;
}

/** `09:40 to 10:10 UTC`; with days where they differ. */
export function spanWords({ fromMs, toMs }: Span): string {
  const [from, to] = [written(fromMs), written(toMs)];
  if (from === to) return `at ${from.slice(11)} UTC`;
  const isOneDay = from.slice(0, 10) === to.slice(0, 10);
  return isOneDay
    ? `${from.slice(11)} to ${to.slice(11)} UTC`
    : `${from.replace('T', ' ')} to ${to.replace('T', ' ')} UTC`;
}

/** A time as a field shows it. */
export function fieldText(ms: number): string {
  return `${written(ms)}Z`;
}

/** Without what is zero at its end. */
function written(ms: number): string {
  const text = new Date(ms).toISOString().slice(0, 23);
  if (!text.endsWith('.000')) return text;
  return text.endsWith(':00.000') ? text.slice(0, 16) : text.slice(0, 19);
}

/** True of a time within; what bears no time is in no span. */
export function isWithin(time: string | undefined, { fromMs, toMs }: Span): boolean {
  const ms = time === undefined ? Number.NaN : Date.parse(time);
  return ms >= fromMs && ms <= toMs;
}

const AROUND_MS = 5 * 60_000;

/** Five minutes before a time to five minutes behind it. */
export function around(time: string): Span {
  const ms = Date.parse(time);
  return { fromMs: ms - AROUND_MS, toMs: ms + AROUND_MS };
}

/** `12 of 40 records`; while not all were read, of how many it is said. */
export function withinWords(within: number, read: number, cited: number): string {
  const of = `${digits(within)} of ${plural(read, 'record')}`;
  return cited > read ? `${of} read so far (${digits(cited)} are cited)` : of;
}
