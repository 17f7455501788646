import { type Dice, diceBytes } from './dice.ts';
import { changed, type Fact, type Operation } from './memory-disk.ts';

type Change = Extract<Operation, { kind: 'write' | 'truncate' }>;
type NameChange = Extract<Operation, { kind: 'create' | 'rename' | 'unlink' }>;

/** A folder as it may be found after the power went. */
export interface CrashState {
  /** Operations that were asked for before. */
  readonly point: number;
  /** What became of what was not synced. */
  readonly how: string;
  readonly files: ReadonlyMap<string, Buffer>;
  /** All that was noted before. */
  readonly facts: readonly Fact[];
}

interface FileState {
  synced: Buffer;
  pending: Change[];
  /** Of the pending ones so many, the first, are left out by every later sync. */
  lost: number;
}

const HOLE_BYTES = 512;

/**
 * Every state that a crash between two operations of a log may leave (SERVE 3.5). What was synced is there. Of what was not: names are there as far as any
 * of their changes, in order; the last write of a file is cut, zeroed, scrambled or has a hole; earlier ones are there or not.
 */
export function* crashStates(
  log: readonly Operation[],
  start: ReadonlyMap<string, Buffer>,
  dice: Dice,
): Generator<CrashState, void, undefined> {
  const replay = new Replay(start);
  const facts: Fact[] = [];
  yield* statesAt(0, replay, facts, dice);
  for (const [i, operation] of log.entries()) {
    if (operation.kind === 'fact') facts.push(operation.fact);
    else replay.take(operation);
    yield* statesAt(i + 1, replay, facts, dice);
  }
}

function* statesAt(point: number, replay: Replay, facts: readonly Fact[], dice: Dice): Generator<CrashState> {
  for (let names = 0; names <= replay.pendingNames.length; names += 1) {
    const kept = replay.namesAfter(names);
    for (const [how, contents] of contentsOf(replay, dice)) {
      const files = new Map([...kept].map(([name, file]) => [name, contents.get(file) ?? Buffer.alloc(0)]));
      yield { point, how: `${names} of ${replay.pendingNames.length} names, ${how}`, files, facts: [...facts] };
    }
  }
}

class Replay {
  readonly files = new Map<number, FileState>();
  pendingNames: NameChange[] = [];
  #names = new Map<string, number>();

  constructor(start: ReadonlyMap<string, Buffer>) {
    let number = 0;
    for (const [name, bytes] of start) {
      number += 1;
      this.files.set(number, { synced: bytes, pending: [], lost: 0 });
      this.#names.set(name, number);
    }
  }

  take(operation: Exclude<Operation, { kind: 'fact' }>): void {
    switch (operation.kind) {
      case 'write':
      case 'truncate':
        this.files.get(operation.file)?.pending.push(operation);
        return;
      case 'sync': {
        const file = this.files.get(operation.file);
        if (file !== undefined) Object.assign(file, syncedState(file));
        return;
      }
      case 'lose': {
        const file = this.files.get(operation.file);
        if (file !== undefined) file.lost = file.pending.length;
        return;
      }
      case 'syncFolder':
        this.#names = new Map(this.namesAfter(this.pendingNames.length));
        this.pendingNames = [];
        return;
      default:
        if (operation.kind === 'create')
          this.files.set(operation.file, { synced: Buffer.alloc(0), pending: [], lost: 0 });
        this.pendingNames.push(operation);
    }
  }

  /** Names when so many of their unsynced changes came through. */
  namesAfter(count: number): ReadonlyMap<string, number> {
    const names = new Map(this.#names);
    for (const change of this.pendingNames.slice(0, count)) {
      if (change.kind === 'create') names.set(change.name, change.file);
      const file = names.get(change.name);
      if (change.kind === 'create' || file === undefined) continue;
      names.delete(change.name);
      if (change.kind === 'rename') names.set(change.to, file);
    }
    return names;
  }
}

/** A file after a sync that worked: what an earlier one lost still hangs in the air, unless it was cut off or written again. */
function syncedState({ synced, pending, lost }: FileState): FileState {
  const kept = pending.slice(lost);
  const stillLost = pending
    .slice(0, lost)
    .filter((old) => old.kind === 'write' && !kept.some((change) => replaces(change, old)));
  return { synced: kept.reduce(changed, synced), pending: stillLost, lost: stillLost.length };
}

function replaces(change: Change, old: Extract<Change, { kind: 'write' }>): boolean {
  if (change.kind === 'truncate') return change.size <= old.offset;
  return change.offset <= old.offset && change.offset + change.bytes.length >= old.offset + old.bytes.length;
}

/** Contents of all files, in each way in which what was not synced may have come through. */
function* contentsOf(replay: Replay, dice: Dice): Generator<readonly [string, ReadonlyMap<number, Buffer>]> {
  const settled = new Map([...replay.files].map(([number, { synced }]) => [number, synced]));
  const dirty = [...replay.files].filter(([, { pending }]) => pending.length > 0);
  yield ['nothing unsynced', settled];
  if (dirty.length === 0) return;
  yield [
    'all unsynced',
    new Map([...settled, ...dirty.map(([n, f]) => [n, f.pending.reduce(changed, f.synced)] as const)]),
  ];
  for (const [number, file] of dirty) {
    for (const [how, bytes] of tornContents(file, dice)) yield [how, new Map(settled).set(number, bytes)];
  }
}

function* tornContents({ synced, pending }: FileState, dice: Dice): Generator<readonly [string, Buffer]> {
  const last = pending.at(-1);
  const before = pending.slice(0, -1).reduce(changed, synced);
  if (pending.length > 1) yield ['all but the last', before];
  if (last === undefined || last.kind === 'truncate') return;
  if (pending.length > 1) yield ['the last alone', changed(synced, last)];
  const { bytes, offset } = last;
  const whole = changed(before, last);
  const write = (changedBytes: Buffer): Buffer =>
    oldOrNew(changed(before, { ...last, bytes: changedBytes }), before, whole);
  const cuts = [...new Set([1, bytes.length >> 1, bytes.length - 1, dice(bytes.length)])].filter(
    (cut) => cut < bytes.length,
  );
  for (const cut of cuts) {
    const head = bytes.subarray(0, cut);
    const rest = bytes.length - cut;
    yield [`cut at ${cut}`, write(head)];
    yield [`zeros from ${cut}`, write(Buffer.concat([head, Buffer.alloc(rest)]))];
    yield [`noise from ${cut}`, write(Buffer.concat([head, diceBytes(dice, rest)]))];
  }
  yield ['zeros', write(Buffer.alloc(bytes.length))];
  yield* holes(bytes, offset, write, dice);
}

/** Where a write goes over bytes that were there, each is the old or the new one; only where the file grows may it be anything. */
function oldOrNew(torn: Buffer, before: Buffer, whole: Buffer): Buffer {
  for (let i = 0; i < Math.min(before.length, torn.length); i += 1) if (torn[i] !== whole[i]) torn[i] = before[i] ?? 0;
  return torn;
}

/** A block of the disk that did not come through, between others that did. */
function* holes(
  bytes: Buffer,
  offset: number,
  write: (bytes: Buffer) => Buffer,
  dice: Dice,
): Generator<readonly [string, Buffer]> {
  const blocks = Math.ceil((offset + bytes.length) / HOLE_BYTES) - Math.floor(offset / HOLE_BYTES);
  for (const block of new Set([0, dice(blocks), blocks - 1])) {
    const from = (Math.floor(offset / HOLE_BYTES) + block) * HOLE_BYTES - offset;
    const holed = Buffer.from(bytes).fill(0, Math.max(0, from), Math.min(bytes.length, from + HOLE_BYTES));
    yield [`hole in block ${block}`, write(holed)];
  }
}
