import type { PackedEvent, Pieces } from '../windows/index.ts';

/** Bits of the two maps for each record: a record is taken for one with copies by mistake about once in so many. */
const BITS_OF_RECORD = 32;
const LEAST_BITS = 1 << 10;
/** Records that are looked at in one piece: some ten milliseconds. */
const RECORDS_A_PIECE = 1 << 14;

/** What a record may be a copy of another by, as numbers. */
class Kinds {
  readonly #hostKey: (computer: string) => string;
  readonly #computers = new Map<string, number>();
  readonly #hosts = new Map<string, number>();
  /** By channel as written, then by event id: the number of the channel in lower case and the id. */
  readonly #channels = new Map<string, Map<number, number>>();
  readonly #folded = new Map<string, Map<number, number>>();
  #kinds = 0;

  constructor(hostKey: (computer: string) => string) {
    this.#hostKey = hostKey;
  }

  hostOf(computer: string): number {
    const known = this.#computers.get(computer);
    if (known !== undefined) return known;
    const host = this.#hostKey(computer);
    const number = this.#hosts.get(host) ?? this.#hosts.size;
    this.#hosts.set(host, number);
    this.#computers.set(computer, number);
    return number;
  }

  kindOf(channel: string, eventId: number): number {
    const ids = this.#channels.get(channel) ?? this.#foldedIds(channel);
    const known = ids.get(eventId);
    if (known !== undefined) return known;
    ids.set(eventId, this.#kinds);
    return this.#kinds++;
  }

  #foldedIds(channel: string): Map<number, number> {
    const folded = channel.toLowerCase();
    const ids = this.#folded.get(folded) ?? new Map<number, number>();
    this.#folded.set(folded, ids);
    this.#channels.set(channel, ids);
    return ids;
  }
}

/**
 * Which of these records may have a copy among them, by the rules of `CopyFolder`: another of the host, channel and event id has the
 * record id, or one of them has none. It says so of some that have none; of no other can a copy be there, so that
 * they need not wait for one. It looks at all of them in pieces ([M] waiting was a quarter of judging a window).
 */
export function* mayHaveCopies(
  records: Iterable<PackedEvent>,
  count: number,
  hostKey: (computer: string) => string,
): Pieces<(record: PackedEvent) => boolean> {
  const kinds = new Kinds(hostKey);
  const bits = 2 ** Math.ceil(Math.log2(Math.max(LEAST_BITS, count * BITS_OF_RECORD)));
  const once = new Uint32Array(bits / 32);
  const again = new Uint32Array(bits / 32);
  /** Hosts and kinds with records without a record id. */
  const unnumbered = new Set<number>();
  const placeOf = ({ computer, channel, eventId, recordId }: PackedEvent): number =>
    mixed(kinds.hostOf(computer), kinds.kindOf(channel, eventId), recordId ?? 0) & (bits - 1);
  const pairOf = ({ computer, channel, eventId }: PackedEvent): number =>
    kinds.hostOf(computer) * 2 ** 24 + kinds.kindOf(channel, eventId);
  let looked = 0;
  for (const record of records) {
    if (++looked % RECORDS_A_PIECE === 0) yield;
    if (record.recordId === undefined) {
      unnumbered.add(pairOf(record));
      continue;
    }
    const place = placeOf(record);
    const [word, bit] = [place >>> 5, 1 << (place & 31)];
    if (((once[word] ?? 0) & bit) !== 0) again[word] = (again[word] ?? 0) | bit;
    once[word] = (once[word] ?? 0) | bit;
  }
  return (record) => {
    if (unnumbered.size > 0 && unnumbered.has(pairOf(record))) return true;
    if (record.recordId === undefined) return true;
    const place = placeOf(record);
    return ((again[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
  };
}

/** A number of 32 bits of a host, a kind and a record id; `Math.imul` with odd constants, and shifts between (the finisher of MurmurHash3). */
function mixed(host: number, kind: number, recordId: number | string): number {
  const id = typeof recordId === 'number' ? recordId : Number(BigInt(recordId) & 0xffffffffn);
  let hash = Math.imul(host + 1, 0x9e3779b1) ^ Math.imul(kind + 1, 0x85ebca77) ^ Math.imul(id | 0, 0xc2b2ae3d);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
