import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { LogDecoder, locateSlots, type RecordView, SLOT_BYTES } from '../../src/evtx/index.ts';
import { layoutOf, SYSTEM_FIELDS } from '../../src/windows/index.ts';

/** What a task came to; the numbers are printed, so that no work can be left out unseen. */
export interface TaskYield {
  readonly records: number;
  /** Records that were decoded. */
  readonly hits: number;
  /** Values that were turned into text. */
  readonly values: number;
  /** Characters of those texts. */
  readonly characters: number;
}

export type TaskName = 'walk' | 'sums' | 'scan' | 'rare' | 'used' | 'every';

/**
 * What a task does beside its work: `bare` is like for like with readers that neither check sums nor look for records
 * outside of the live part; `full` is what a hunt does.
 */
export type TaskDepth = 'bare' | 'full';

/** The 14 rare ids of EVTX 9.1, each in its channel. */
export const RARE_IDS: readonly (readonly [channel: string, ids: readonly number[]])[] = [
  ['Microsoft-Windows-Sysmon/Operational', [19, 20, 21]],
  ['Microsoft-Windows-WMI-Activity/Operational', [5857, 5858, 5859, 5860, 5861]],
  ['Security', [1102, 4648, 4697, 4698]],
  ['System', [7045]],
  ['Microsoft-Windows-PowerShell/Operational', [4104]],
];

/** Slots of a unit: 256 KiB stay in the processor's cache between reading and decoding, even a shared one (EVTX 9.4). */
const UNIT_SLOTS = 4;
const WALK_BLOCK_SLOTS = 4;

/** Gives a function that runs a task over a file once. As in a hunt, one decoder serves all its calls. */
export function makeTask(task: TaskName, depth: TaskDepth, path: string): () => TaskYield {
  if (task === 'walk') return () => walk(path);
  if (task === 'sums') return () => walkWithChecksums(path);
  const isFull = depth === 'full';
  const decoder = new LogDecoder({ carve: isFull, collectTemplates: false, verifyChecksums: isFull });
  return () => {
    const counter = new Counter(task);
    decodeWith(decoder, path, (view) => counter.onRecord(view));
    return counter;
  };
}

/** (d): magic, size and id of each record, and nothing else: what reading costs at least. */
function walk(path: string): TaskYield {
  let records = 0;
  eachBlock(path, WALK_BLOCK_SLOTS, (block) => {
    records += walkSlots(block, 0);
  });
  return { records, hits: 0, values: 0, characters: 0 };
}

/** (e): the bare walk and the checksum of each chunk's records: a reader that checks what it reads cannot cost less. */
function walkWithChecksums(path: string): TaskYield {
  let records = 0;
  let sums = 0;
  eachBlock(path, WALK_BLOCK_SLOTS, (block) => {
    for (let base = 0; base + SLOT_BYTES <= block.length; base += SLOT_BYTES) {
      const free = Math.min(block.readUInt32LE(base + 48), SLOT_BYTES);
      sums = (sums + crc32(block.subarray(base + 512, base + free))) | 0;
    }
    records += walkSlots(block, 0);
  });
  return { records, hits: 0, values: 0, characters: sums === 1 ? 1 : 0 };
}

/** The bare walk over a whole log in memory; gives the number of records. */
export function walkLog(log: Buffer): number {
  return walkSlots(log, 4096);
}

let idSum = 0;

function walkSlots(bytes: Buffer, from: number): number {
  let records = 0;
  let sum = 0;
  for (let base = from; base + SLOT_BYTES <= bytes.length; base += SLOT_BYTES) {
    const end = Math.min(base + bytes.readUInt32LE(base + 48), base + SLOT_BYTES);
    let p = base + 512;
    while (p + 28 <= end && bytes.readUInt32LE(p) === 0x00002a2a) {
      const size = bytes.readUInt32LE(p + 4);
      if (size < 28) break;
      sum = (sum + bytes.readUInt32LE(p + 8)) | 0;
      records++;
      p += size;
    }
  }
  // The sum leaves the function, so that the reading of ids cannot be optimised away.
  idSum = (idSum + sum) | 0;
  return records;
}

/** Hands every record of a file to `onRecord`, through the reader as a hunt uses it: checks, carving and all. */
export function decodeFile(path: string, onRecord: (view: RecordView) => void): void {
  decodeWith(new LogDecoder({ carve: true, collectTemplates: false }), path, onRecord);
}

function decodeWith(decoder: LogDecoder, path: string, onRecord: (view: RecordView) => void): void {
  const sink = { onRecord };
  const source = { file: path };
  let slot = 0;
  let layout = locateSlots(Buffer.alloc(0), 0, true);
  eachBlock(path, UNIT_SLOTS, (bytes, head) => {
    if (slot === 0) layout = locateSlots(head, undefined, true);
    if (layout === undefined) throw new Error(`${path} is no event log`);
    decoder.decodeUnit({ source, layout, bytes, fileOffset: 4096 + slot * SLOT_BYTES, firstSlot: slot }, sink);
    slot += UNIT_SLOTS;
  });
}

/** The slots of a file, block by block, in one buffer that is used again. */
function eachBlock(path: string, slots: number, visit: (block: Buffer, head: Buffer) => void): void {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(4096 + SLOT_BYTES);
    readSync(file, head, 0, head.length, 0);
    const bytes = fstatSync(file).size;
    const block = Buffer.allocUnsafeSlow(slots * SLOT_BYTES);
    for (let at = 4096; at < bytes; at += block.length) {
      const read = readSync(file, block, 0, block.length, at);
      visit(read === block.length ? block : block.subarray(0, read), head);
    }
  } finally {
    closeSync(file);
  }
}

/** Counts and decodes what its task asks for. */
class Counter implements TaskYield {
  records = 0;
  hits = 0;
  values = 0;
  characters = 0;
  private readonly task: TaskName;
  /** By number of the scan key: 1 for records to decode, 2 for others, 0 for unknown. */
  private readonly verdicts: number[] = [];

  constructor(task: TaskName) {
    this.task = task;
  }

  onRecord(view: RecordView): void {
    this.records++;
    const key = view.scanKey;
    let verdict = this.verdicts[key.index];
    if (verdict === undefined) {
      verdict = wants(this.task, view) ? 1 : 2;
      this.verdicts[key.index] = verdict;
    }
    if (verdict === 1) this.decode(view);
  }

  /** Every field of the record, each as its canonical text. */
  private decode(view: RecordView): void {
    this.hits++;
    let characters = 0;
    let values = 0;
    for (const field of SYSTEM_FIELDS) {
      const text = view.system(field);
      if (text === undefined) continue;
      values++;
      characters += text.length;
    }
    for (const entry of view.entries()) {
      values++;
      characters += entry[1].length;
    }
    // Provider, channel, computer, id, version, record id and time.
    values += 7;
    characters += view.computer.length + (view.timeMs > 0 ? 28 : 0) + (view.recordId === undefined ? 0 : 8);
    this.values += values;
    this.characters += characters;
  }
}

function wants(task: TaskName, view: RecordView): boolean {
  if (task === 'every') return true;
  if (task === 'used') return layoutOf(view.provider, view.channel, view.eventId) !== undefined;
  return task === 'rare' && RARE_IDS.some(([channel, ids]) => channel === view.channel && ids.includes(view.eventId));
}
