import fc from 'fast-check';
import type { ArchiveQuery, Word } from '../../src/archive/index.ts';
import type { ArchiveEntry, ArchiveTime } from '../../src/entries/index.ts';
import { entry } from './opened.ts';

const TOKENS: readonly string[] = [
  'alpha',
  'Beta',
  'gamma.exe',
  'de',
  'x',
  'ünïcode',
  'a'.repeat(64),
  'b'.repeat(65),
  '4624',
  'C_1',
];
const BETWEEN: readonly string[] = [' ', '\\', '/', '"', '-', ': ', '\n', ''];
const HOSTS: readonly string[] = ['WS-07', 'ws-08.corp', 'SRV-02', ''];
const CHANNELS: readonly string[] = ['Security', 'Microsoft-Windows-Sysmon/Operational', ''];
const EVENT_IDS: readonly number[] = [1, 4624, 5861, 4_294_967_294];
const TIMES: readonly ArchiveTime[] = [
  { ms: -11_644_473_600_000, ticks: 0 },
  { ms: -1, ticks: 9999 },
  { ms: 0, ticks: 0 },
  { ms: 0, ticks: 1 },
  { ms: 1_790_000_000_000, ticks: 5 },
  { ms: 253_402_300_800_000, ticks: 0 },
];

export const phrase: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom(...TOKENS), fc.constantFrom(...BETWEEN)), { maxLength: 4 })
  .map((parts) => parts.flat().join(''));

const facts: fc.Arbitrary<Partial<ArchiveEntry>> = fc.record({
  time: fc.constantFrom(...TIMES, null),
  host: fc.constantFrom(...HOSTS),
  channel: fc.constantFrom(...CHANNELS),
  eventId: fc.constantFrom(...EVENT_IDS, null),
  retention: fc.constantFrom(0, 0, 3),
  raw: fc.oneof(
    phrase.map((text) => Buffer.from(text)),
    phrase.map((text) => Buffer.from(JSON.stringify({ text }))),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  ),
  texts: fc.array(phrase, { maxLength: 3 }),
});

/** Entries in the order of a journal, several to a batch. */
export const entries: fc.Arbitrary<readonly ArchiveEntry[]> = fc
  .array(facts, { maxLength: 40 })
  .map((all) => all.map((changes, i) => entry(1 + Math.floor(i / 3), { item: i % 3, ...changes })));

const word: fc.Arbitrary<Word> = fc.record({
  text: fc.oneof(fc.constantFrom(...TOKENS), phrase, fc.constantFrom('lph', 'AMMA', 'nïc', 'ta"', ' ', '.exe')),
  match: fc.constantFrom('whole' as const, 'part' as const),
});

export const query: fc.Arbitrary<ArchiveQuery> = fc.record(
  {
    from: fc.constantFrom(...TIMES),
    to: fc.constantFrom(...TIMES),
    hosts: fc.array(fc.constantFrom(...HOSTS, 'ws-07', 'elsewhere'), { maxLength: 2 }),
    channels: fc.array(fc.constantFrom(...CHANNELS, 'SECURITY'), { maxLength: 2 }),
    eventIds: fc.array(fc.constantFrom(...EVENT_IDS), { maxLength: 2 }),
    words: fc.array(
      word.filter(({ text }) => text !== ''),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

/** The plain twin of a search: whether an entry meets a query, by nothing but its texts. */
export function meets(given: ArchiveEntry, asked: ArchiveQuery): boolean {
  const { from, to, hosts, channels, eventIds, words = [] } = asked;
  if ((from !== undefined || to !== undefined) && given.time === null) return false;
  if (from !== undefined && given.time !== null && compared(given.time, from) < 0) return false;
  if (to !== undefined && given.time !== null && compared(given.time, to) >= 0) return false;
  if (hosts !== undefined && !hosts.some((host) => host.toLowerCase() === given.host.toLowerCase())) return false;
  if (channels !== undefined && !channels.some((channel) => channel.toLowerCase() === given.channel.toLowerCase()))
    return false;
  if (eventIds !== undefined && (given.eventId === null || !eventIds.includes(given.eventId))) return false;
  const texts = [Buffer.from(given.raw), ...[...given.texts].map((text) => Buffer.from(text))].map(asLatin);
  return words.every(({ text, match }) => texts.some((one) => pattern(text, match).test(one)));
}

function compared(a: ArchiveTime, b: ArchiveTime): number {
  return a.ms - b.ms || a.ticks - b.ticks;
}

/** Bytes one by one as characters, with small letters of ASCII. */
function asLatin(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function pattern(text: string, match: 'whole' | 'part'): RegExp {
  const bytes = asLatin(Buffer.from(text));
  const escaped = bytes.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const token = /[a-z0-9_.\x80-\xff]/;
  const before = match === 'whole' && token.test(bytes.charAt(0)) ? '(?<![A-Za-z0-9_.\\x80-\\xff])' : '';
  const behind = match === 'whole' && token.test(bytes.charAt(bytes.length - 1)) ? '(?![A-Za-z0-9_.\\x80-\\xff])' : '';
  return new RegExp(before + escaped + behind, 's');
}
