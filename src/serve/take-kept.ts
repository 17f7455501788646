import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadEntry } from '../archive/index.ts';
import { placeOfNumber } from '../entries/index.ts';
import { type EnvelopeHeader, type KeptEvent, packKeptEntries } from '../receive/index.ts';
import type { BatchTaker } from './batch-taker.ts';

/** Kept events on their way into a journal, and from whom they came. */
export interface KeptBatch {
  readonly sender: string;
  readonly trust: EnvelopeHeader['trust'];
  readonly events: readonly KeptEvent[];
  /** What stands before rows. */
  readonly head?: string;
  /** A name that no other batch of the sender has. */
  readonly name: string;
}

const BUSY_MS = 20;

/** What an archive holds of a batch, as the batch that it was: items once, however many events each holds. */
export function keptBatchOf(entries: readonly ReadEntry[]): KeptBatch | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  let last = -1;
  const events: KeptEvent[] = [];
  for (const { item: number, raw, form = 'plain' } of entries) {
    const { item } = placeOfNumber(number);
    if (item === last) continue;
    last = item;
    events.push({ raw, form });
  }
  const { sender, trust, position } = first;
  const head = entries.find((entry) => entry.head !== '')?.head;
  return { sender, trust, events, name: `kept:${position}`, ...(head === undefined ? {} : { head }) };
}

/** Appends kept events as a batch of their sender, by the way that all batches go; waits while others are to be read first. @throws where the journal takes nothing */
export async function takeKept(
  taker: BatchTaker,
  { sender, trust, events, head, name }: KeptBatch,
  receivedMs: number,
): Promise<number> {
  const body = packKeptEntries(events, head);
  const digest = hash('sha256', body);
  const header = { format: 1, sender, key: 'kept', trust, protocol: 'kept', batch: name, digest, receivedMs } as const;
  for (;;) {
    const taken = await taker.take({ ...header, peer: 'archive' }, body);
    if (taken.kind === 'taken' || taken.kind === 'again') return taken.position;
    if (taken.kind === 'conflict') throw new Error(`another batch is called ${name}`);
    if (taken.reason !== 'lag' && taken.reason !== 'busy')
      throw new Error(`the journal takes nothing: ${taken.reason}`);
    await delay(BUSY_MS);
  }
}
