import { type Canonical, digestId } from '../bytes/index.ts';
import { done } from '../disk/index.ts';
import type { ArchiveTime } from '../entries/index.ts';
import { isTokenByte, keyHash, lowerAscii, markTokens } from '../entries/index.ts';
import { type Outcome, refused } from './trouble.ts';

/** A text that an entry must hold, in the bytes as received or in one of its texts; large and small letters of ASCII are equal. */
export interface Word {
  readonly text: string;
  /** `whole`: no letter, digit, `_`, `.` or byte from 0x80 on stands directly before or behind it. `part`: anywhere. */
  readonly match: 'whole' | 'part';
}

/** What is looked for; all that is named must be met. */
export interface ArchiveQuery {
  /** Event time: from then on, and before then. Entries without a time are left out where one is named. */
  readonly from?: ArchiveTime;
  readonly to?: ArchiveTime;
  /** One of these; large and small letters are equal. */
  readonly hosts?: readonly string[];
  readonly channels?: readonly string[];
  readonly eventIds?: readonly number[];
  /** As they stand in the event, and as the server calls them; no filter knows these, so they rule out no block. */
  readonly recordIds?: readonly string[];
  readonly senders?: readonly string[];
  readonly words?: readonly Word[];
}

/** Most values of one kind, and most bytes of a word. */
export const MOST_VALUES = 256;
export const MOST_WORDS = 32;
export const MOST_WORD_BYTES = 4096;

export interface Needle {
  /** In small letters. */
  readonly bytes: Buffer;
  /** What must not stand beside it: a byte of a token before, and behind. */
  readonly isBoundBefore: boolean;
  readonly isBoundBehind: boolean;
}

/** A query as blocks are asked. */
export interface CompiledQuery {
  readonly from: ArchiveTime | undefined;
  readonly to: ArchiveTime | undefined;
  readonly hosts: ReadonlySet<string> | undefined;
  readonly channels: ReadonlySet<string> | undefined;
  readonly eventIds: ReadonlySet<number> | undefined;
  readonly recordIds: ReadonlySet<string> | undefined;
  readonly senders: ReadonlySet<string> | undefined;
  /** The longest first. */
  readonly needles: readonly Needle[];
  /** Groups of hashes: a block is read only if its filter may hold one of each group. */
  readonly groups: readonly (readonly number[])[];
}

/** The name of a query, for its cursors. */
export function queryId(query: ArchiveQuery): string {
  const { from, to, hosts, channels, eventIds, recordIds, senders, words } = query;
  const time = (at: ArchiveTime | undefined): Canonical => (at === undefined ? null : [at.ms, at.ticks]);
  const asked = words?.map(({ text, match }) => [text, match]) ?? null;
  const values = [hosts, channels, eventIds, recordIds, senders].map((list) => list ?? null);
  return digestId(['archive query', time(from), time(to), ...values, asked]);
}

export function compileQuery(query: ArchiveQuery): Outcome<CompiledQuery> {
  const { from, to, hosts, channels, eventIds, recordIds, senders, words = [] } = query;
  for (const [what, values] of Object.entries({ hosts, channels, eventIds, recordIds, senders })) {
    if (values !== undefined && values.length > MOST_VALUES)
      return refused('invalid', `A query names at most ${MOST_VALUES} ${what}, not ${values.length}.`);
  }
  if (words.length > MOST_WORDS)
    return refused('invalid', `A query has at most ${MOST_WORDS} words, not ${words.length}.`);
  for (const at of [from, to]) {
    if (at !== undefined && !Number.isFinite(at.ms))
      return refused('invalid', 'A time of a query is a number of milliseconds.');
  }
  const compiled = words.map(compileWord);
  for (const word of compiled) if (word.kind === 'refused') return word;
  const sound = compiled.filter((word) => word.kind === 'done').map(({ value }) => value);
  return done({
    from,
    to,
    hosts: hosts && new Set(hosts.map((host) => host.toLowerCase())),
    channels: channels && new Set(channels.map((channel) => channel.toLowerCase())),
    eventIds: eventIds && new Set(eventIds),
    recordIds: recordIds && new Set(recordIds),
    senders: senders && new Set(senders),
    needles: sound.map(({ needle }) => needle).sort((a, b) => b.bytes.length - a.bytes.length),
    groups: [
      ...(hosts === undefined ? [] : [hosts.map((host) => keyHash('host', host))]),
      ...(channels === undefined ? [] : [channels.map((channel) => keyHash('channel', channel))]),
      ...(eventIds === undefined ? [] : [eventIds.map((eventId) => keyHash('event', String(eventId)))]),
      ...sound.flatMap(({ hashes }) => hashes.map((hash) => [hash])),
    ],
  });
}

function compileWord({ text, match }: Word): Outcome<{ readonly needle: Needle; readonly hashes: readonly number[] }> {
  const bytes = Buffer.from(text);
  if (bytes.length === 0) return refused('invalid', 'A word of a query is not empty.');
  if (bytes.length > MOST_WORD_BYTES)
    return refused('invalid', `A word of a query has at most ${MOST_WORD_BYTES} bytes, not ${bytes.length}.`);
  if (bytes.includes(0)) return refused('invalid', 'A word of a query holds no NUL.');
  lowerAscii(bytes);
  const isWhole = match === 'whole';
  const needle = {
    bytes,
    isBoundBefore: isWhole && isTokenByte(bytes[0]),
    isBoundBehind: isWhole && isTokenByte(bytes[bytes.length - 1]),
  };
  return done({ needle, hashes: wholeTokens(bytes, isWhole) });
}

/** Hashes of the tokens that stand whole in each entry that holds the word: those at its ends only where it is bound there. */
function wholeTokens(bytes: Buffer, isWhole: boolean): readonly number[] {
  let from = 0;
  let to = bytes.length;
  if (!isWhole) {
    while (from < to && isTokenByte(bytes[from])) from += 1;
    while (to > from && isTokenByte(bytes[to - 1])) to -= 1;
  }
  const hashes = new Set<number>();
  markTokens(bytes, from, to, { mark: (hash) => hashes.add(hash) });
  return [...hashes];
}
