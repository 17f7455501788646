import type { Event } from '../windows/index.ts';
import { compareEvents } from './sighting.ts';

/** A script block put together again: its text, and the records that hold it, in order of their part. */
export interface ScriptBlock {
  readonly host: string;
  readonly text: string;
  readonly events: readonly Event[];
  /** False when parts are missing: text on both sides of a hole is not joined over it. */
  readonly isWhole: boolean;
}

interface OpenBlock {
  readonly host: string;
  readonly parts: Map<number, Event>;
  total: number;
  bytes: number;
}

/** A block of more parts than this is read as far as that: 16 MiB of script. */
const MAX_PARTS = 1024;
const MAX_OPEN_BYTES = 32 * 1024 * 1024;
/** What a part costs beyond its text: without it, empty parts could be held without end. */
const PART_BYTES = 1024;

/**
 * Joins the parts of PowerShell 4104 by ScriptBlockId and MessageNumber, in any order (DOMAIN 2.1). Parts wait in bounded
 * memory, with a share for each host; what does not fit is read as it stands and counted.
 */
export class ScriptBlocks {
  readonly #open = new Map<string, OpenBlock>();
  readonly #maxOpenBytes: number;
  #openBytes = 0;
  /** Blocks that were read before all their parts had come, because memory was full. */
  forced = 0;

  constructor(maxOpenBytes: number = MAX_OPEN_BYTES) {
    this.#maxOpenBytes = maxOpenBytes;
  }

  /** Gives the blocks that this record completes, or that had to make room. */
  accept(host: string, event: Event): readonly ScriptBlock[] {
    const total = wholeNumber(event.get('MessageTotal')) ?? 1;
    const number = wholeNumber(event.get('MessageNumber')) ?? 1;
    const id = event.get('ScriptBlockId');
    const text = event.get('ScriptBlockText') ?? '';
    if (total <= 1 || id === undefined || number < 1 || number > MAX_PARTS) {
      return [{ host, text, events: [event.detach()], isWhole: total <= 1 }];
    }
    const key = JSON.stringify([host, id.toLowerCase()]);
    const block = this.#open.get(key) ?? { host, parts: new Map<number, Event>(), total, bytes: 0 };
    this.#open.set(key, block);
    const kept = event.detach();
    const other = block.parts.get(number);
    if (other === undefined) {
      block.parts.set(number, kept);
      const bytes = 2 * text.length + PART_BYTES;
      block.bytes += bytes;
      this.#openBytes += bytes;
    } else if (compareEvents(kept, other) < 0) {
      block.parts.set(number, kept);
    }
    block.total = Math.max(block.total, total);
    if (block.parts.size >= Math.min(block.total, MAX_PARTS)) {
      this.#close(key, block);
      return [joined(block)];
    }
    return this.#openBytes > this.#maxOpenBytes ? this.#makeRoom() : [];
  }

  /** Every block that still waits for parts. */
  finish(): readonly ScriptBlock[] {
    const blocks = [...this.#open.values()].map(joined);
    this.#open.clear();
    this.#openBytes = 0;
    return blocks;
  }

  #close(key: string, block: OpenBlock): void {
    this.#open.delete(key);
    this.#openBytes -= block.bytes;
  }

  /** The host that waits for most gives way, its oldest block first: a flood costs the host that it comes from. */
  #makeRoom(): readonly ScriptBlock[] {
    const bytesOf = new Map<string, number>();
    for (const block of this.#open.values()) bytesOf.set(block.host, (bytesOf.get(block.host) ?? 0) + block.bytes);
    let widest = '';
    for (const [host, bytes] of bytesOf) {
      const most = bytesOf.get(widest) ?? -1;
      if (bytes > most || (bytes === most && host < widest)) widest = host;
    }
    const forced: ScriptBlock[] = [];
    for (const [key, block] of this.#open) {
      if (this.#openBytes <= this.#maxOpenBytes / 2) break;
      if (block.host !== widest) continue;
      this.#close(key, block);
      this.forced++;
      forced.push(joined(block));
    }
    return forced;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  return Number(text);
}

function joined(block: OpenBlock): ScriptBlock {
  const numbers = [...block.parts.keys()].sort((a, b) => a - b);
  const events: Event[] = [];
  let text = '';
  let expected = 1;
  for (const number of numbers) {
    const event = block.parts.get(number);
    if (event === undefined) continue;
    if (number !== expected) text += '\n';
    expected = number + 1;
    text += event.get('ScriptBlockText') ?? '';
    events.push(event);
  }
  return { host: block.host, text, events, isWhole: numbers.length >= block.total };
}
