import type { LogUnit, SlotLayout } from '../evtx/index.ts';
import type { Source } from '../windows/index.ts';
import type { OpenFile } from './file-port.ts';

/** Bytes of a chunk slot (EVTX 1). */
export const SLOT_BYTES = 65_536;
/** Slots of a full unit: 4 MiB (SETTLED A19). */
export const UNIT_SLOTS = 64;
const UNIT_BYTES = SLOT_BYTES * UNIT_SLOTS;
/** Bytes before slot 0 in a sound log. */
const HEADER_BYTES = 4096;
/** Bytes of the start that must be known before a layout can be found: a whole first unit. */
export const HEAD_BYTES: number = HEADER_BYTES + UNIT_BYTES;

/** A log whose start is known: enough to cut its units. */
export interface CutLog {
  readonly source: Source;
  readonly layout: SlotLayout;
}

/** What a run over one log came to. */
export interface CutEnd {
  /** Bytes of the log. */
  readonly bytes: number;
  /** Slots, the last of which may be cut. */
  readonly slots: number;
}

/** The end of a log of so many bytes. */
export function cutEnd(layout: SlotLayout, bytes: number): CutEnd {
  return { bytes, slots: Math.max(0, Math.ceil((bytes - layout.firstSlotOffset) / SLOT_BYTES)) };
}

/**
 * Units of bytes that lie in memory as a whole. They are views; with `own` each has a buffer of its own that can be handed
 * to another thread, and bytes that make one unit are handed over without a copy.
 */
export function* unitsOfBuffer(log: CutLog, bytes: Uint8Array, own: boolean): Generator<LogUnit, void> {
  const { firstSlotOffset } = log.layout;
  // A buffer that was handed over reads as empty, so its length is taken before.
  const length = bytes.length;
  const mustCopy = own && length - firstSlotOffset > UNIT_BYTES;
  for (let slot = 0; firstSlotOffset + slot * SLOT_BYTES < length; slot += UNIT_SLOTS) {
    const start = firstSlotOffset + slot * SLOT_BYTES;
    const view = bytes.subarray(start, start + UNIT_BYTES);
    yield { ...log, bytes: mustCopy ? copyOf(view) : view, fileOffset: start, firstSlot: slot };
  }
}

function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Slots of one log that may be unreadable before its reading is given up: a disk that is gone is not asked for ever. */
export const MAX_UNREADABLE = 1024;

/** What the reader of a range is told. */
export interface RangeWatch {
  /** Bytes that were read, in order. */
  saw(bytes: Uint8Array, position: number): void;
  /** A slot that cannot be read; it is passed over. Throws what is not an error of the file system. */
  unreadable(error: unknown, offset: number): void;
}

/** Where the bytes of units are put. */
export type Allocate = (bytes: number) => Buffer;

/**
 * Two buffers in turn, for a reader who is done with a unit when asking for the next one: a fresh buffer for each unit costs as
 * much again as reading it (page faults, [M] 0.43 s a GiB and not 0.18 s).
 */
export function twoInTurn(): Allocate {
  const buffers: (Buffer | undefined)[] = [undefined, undefined];
  let turn = 0;
  return (bytes) => {
    turn = 1 - turn;
    const known = buffers[turn];
    const buffer = known !== undefined && known.length >= bytes ? known : Buffer.allocUnsafeSlow(bytes);
    buffers[turn] = buffer;
    return buffer.subarray(0, bytes);
  };
}

/**
 * Units of a range of a file that is read at any place: a loose log or a stored member. The next unit is read while the
 * caller works on this one; where a unit cannot be read, its slots are read one by one. `head` are the bytes from
 * `start` on that were read already.
 */
export async function* unitsOfRange(
  log: CutLog,
  file: OpenFile,
  range: { readonly start: number; readonly length: number },
  head: Uint8Array,
  allocate: Allocate,
  watch: RangeWatch,
): AsyncGenerator<LogUnit, CutEnd> {
  const { firstSlotOffset } = log.layout;
  // Units may be handed to another thread; a buffer that was handed over reads as empty, so lengths are taken before.
  const headLength = head.length;
  const headEnd = Math.max(0, headLength - firstSlotOffset);
  const headSlots = headLength >= range.length ? Math.ceil(headEnd / SLOT_BYTES) : Math.floor(headEnd / SLOT_BYTES);
  let slot = headSlots;
  let singlyUntil = 0;
  let unreadable = 0;
  const read = async (): Promise<Uint8Array> => {
    const at = firstSlotOffset + slot * SLOT_BYTES;
    const wanted = slot < singlyUntil ? SLOT_BYTES : UNIT_BYTES;
    const piece = allocate(Math.max(0, Math.min(wanted, range.length - at)));
    return piece.subarray(0, piece.length === 0 ? 0 : await file.read(piece, range.start + at));
  };
  let next = settle(read());
  const known = head.subarray(0, Math.min(head.length, firstSlotOffset + headSlots * SLOT_BYTES));
  yield* unitsOfBuffer(log, known, true);
  for (;;) {
    const got = await next;
    const at = firstSlotOffset + slot * SLOT_BYTES;
    if ('error' in got) {
      if (slot >= singlyUntil) {
        singlyUntil = slot + UNIT_SLOTS;
      } else {
        if (++unreadable > MAX_UNREADABLE) throw got.error;
        watch.unreadable(got.error, at);
        slot++;
      }
      next = settle(read());
      continue;
    }
    const bytes = got.value;
    if (bytes.length === 0) return cutEnd(log.layout, slot === headSlots ? headLength : Math.min(at, range.length));
    watch.saw(bytes, range.start + at);
    const unit = { ...log, bytes, fileOffset: at, firstSlot: slot };
    const slots = Math.ceil(bytes.length / SLOT_BYTES);
    const end = at + bytes.length;
    if (bytes.length < slots * SLOT_BYTES) {
      yield unit;
      return cutEnd(log.layout, end);
    }
    slot += slots;
    next = settle(read());
    yield unit;
  }
}

type Settled = { readonly value: Uint8Array } | { readonly error: unknown };

/** A promise that is looked at later must not count as unhandled in between. */
async function settle(promise: Promise<Uint8Array>): Promise<Settled> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

/** Units of bytes that come in pieces; slots are put together across the pieces. `head` is the start, at most `HEAD_BYTES`. */
export async function* unitsOfPieces(
  log: CutLog,
  head: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  allocate: Allocate,
): AsyncGenerator<LogUnit, CutEnd> {
  let unit = allocate(UNIT_BYTES);
  let filled = 0;
  let slot = 0;
  let total = 0;
  const take = function* (piece: Uint8Array): Generator<LogUnit, void> {
    let at = Math.max(0, log.layout.firstSlotOffset - total);
    total += piece.length;
    while (at < piece.length) {
      const bytes = piece.subarray(at, at + UNIT_BYTES - filled);
      unit.set(bytes, filled);
      filled += bytes.length;
      at += bytes.length;
      if (filled < UNIT_BYTES) continue;
      yield { ...log, bytes: unit, fileOffset: log.layout.firstSlotOffset + slot * SLOT_BYTES, firstSlot: slot };
      slot += UNIT_SLOTS;
      unit = allocate(UNIT_BYTES);
      filled = 0;
    }
  };
  yield* take(head);
  for await (const piece of rest) yield* take(piece);
  if (filled > 0) {
    const fileOffset = log.layout.firstSlotOffset + slot * SLOT_BYTES;
    yield { ...log, bytes: unit.subarray(0, filled), fileOffset, firstSlot: slot };
  }
  return cutEnd(log.layout, total);
}
