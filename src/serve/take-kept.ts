import { hash } from 'node:crypto';
import { type EntryFacts, placeOfNumber } from '../entries/index.ts';
import { type EnvelopeHeader, type KeptEvent, packKeptEntries, textOf } from '../receive/index.ts';
import type { BatchTaker } from './batch-taker.ts';
import { pause } from './take-batch.ts';

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
export function keptBatchOf(entries: readonly EntryFacts[]): KeptBatch | undefined {
  const [first] = entries;
  if (first === undefined) return undefined;
  let last = -1;
  const events: KeptEvent[] = [];
  for (const { item: number, raw, form = 'plain' } of entries) {
    const { item } = placeOfNumber(number);
    // Of events that share the bytes of another nothing is read: that other one gives them all.
    if (item === last || raw.length === 0) continue;
    last = item;
    events.push({ raw, form });
  }
  const { sender, trust, position } = first;
  const head = entries.find((entry) => entry.head !== undefined)?.head;
  return { sender, trust, events, name: `kept:${position}`, ...(head === undefined ? {} : { head }) };
}

/** An event of the archive as the readers of texts read it: of some protocols the bytes that came are no text by themselves. */
export function readableOf({ raw, form = 'plain', head }: EntryFacts): Uint8Array {
  const text = form === 'plain' ? undefined : textOf('kept', packKeptEntries([{ raw, form }], head));
  return text === undefined || text.kind === 'refused' ? raw : Buffer.concat(text.text.pieces);
}

/** Kept events as a frame of a journal holds them. */
export function envelopeOf(
  { sender, trust, events, head, name }: KeptBatch,
  receivedMs: number,
): { readonly header: EnvelopeHeader; readonly body: Uint8Array; readonly events: number } {
  const body = packKeptEntries(events, head);
  const digest = hash('sha256', body);
  const peer = 'archive';
  const header = { format: 1, sender, key: 'kept', trust, protocol: 'kept', batch: name, digest, receivedMs } as const;
  return { header: { ...header, peer }, body, events: events.length };
}

/** Its position, or why the journal takes nothing. */
export type KeptTaken =
  | { readonly kind: 'taken'; readonly position: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** Appends kept events as a batch of their sender, by the way that all batches go; waits while others are to be read first, until the signal. */
export function takeKept(
  taker: Pick<BatchTaker, 'take'>,
  batch: KeptBatch,
  receivedMs: number,
  signal: AbortSignal,
): Promise<KeptTaken> {
  return takeNamed(taker, envelopeOf(batch, receivedMs), signal);
}

/** The same of a batch that has a name of its own already. */
export async function takeNamed(
  taker: Pick<BatchTaker, 'take'>,
  { header, body, events }: Pick<ReturnType<typeof envelopeOf>, 'header' | 'body'> & { readonly events?: number },
  signal: AbortSignal,
): Promise<KeptTaken> {
  for (;;) {
    const taken = await taker.take(header, body, events);
    if (taken.kind === 'taken' || taken.kind === 'again') return { kind: 'taken', position: taken.position };
    if (taken.kind === 'conflict') throw new Error(`another batch is called ${header.batch}`);
    if (taken.reason !== 'lag' && taken.reason !== 'busy') return { kind: 'refused', reason: taken.reason };
    // A server that ends reads no more: what waits for it would wait for ever.
    if (signal.aborted) return { kind: 'refused', reason: 'closed' };
    await pause(BUSY_MS, signal);
  }
}
