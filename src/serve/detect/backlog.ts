import type { Decoded, TextAnswer } from '../../intake/index.ts';
import type { PinUse } from '../../pins/index.ts';
import { ContextBook } from './context-book.ts';
import { HostBook } from './host-book.ts';
import { Lane } from './lane.ts';
import type { DetectRequest } from './messages.ts';
import type { ToldBook } from './told-book.ts';

/** The last judgement of a lane; times of the server's clock, but for `newestMs` and `watermarkMs`, which are event time. */
export interface Judged {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly newestMs: number;
  readonly watermarkMs: number;
}

/** So long after the last old batch of a sender what it sends belongs to its backlog as well, so that both meet. */
const CATCHING_UP_MS = 600_000;
/** A backlog of which nothing came for so long is over. */
export const BACKLOG_IDLE_MS = 86_400_000;
/** What the archive gives beside a backlog, as a share of the bytes that are held. */
const CONTEXT_SHARE = 0.25;
const CENTURY_MS = 100 * 365 * 86_400_000;

/** What is older than the window, with a lane of its own. */
export interface Backlog {
  readonly lane: Lane;
  readonly hosts: HostBook;
  /** What each pin lowered in its last judgement. */
  pinUses: readonly PinUse[];
  /** When each sender of it last sent what is older than the window. */
  readonly senders: Map<string, number>;
  lastMs: number;
  last: Judged | undefined;
  /** What the archive was asked for beside it. */
  readonly context: ContextBook;
}

export function openBacklog(
  { latenessMs, heldBytes, heldMs }: DetectRequest,
  rulesNumber: number | undefined,
  book: ToldBook,
  nowMs: number,
): Backlog {
  const options = {
    // The reader counts a backlog twice only once it is told of it, and what the archive answers not at all.
    bytes: heldBytes / 2,
    unjudgedBytes: heldBytes + heldBytes * CONTEXT_SHARE,
    spanMs: CENTURY_MS,
    latenessMs,
    silentAfterMs: CATCHING_UP_MS,
    ...(rulesNumber === undefined ? {} : { rulesNumber }),
  };
  return {
    lane: new Lane(options, book, false),
    hosts: new HostBook([]),
    pinUses: [],
    senders: new Map(),
    lastMs: nowMs,
    last: undefined,
    context: new ContextBook(heldMs, heldBytes * CONTEXT_SHARE),
  };
}

/** A sender brought what is older than the window. */
export function cameBehind(backlog: Backlog, sender: string, arriveMs: number): void {
  backlog.senders.set(sender, arriveMs);
  backlog.lastMs = Math.max(backlog.lastMs, arriveMs);
}

/** True while a sender of the backlog has only just come up to the window. */
export function isCatchingUp({ senders }: Backlog, sender: string, nowMs: number): boolean {
  const lastMs = senders.get(sender);
  return lastMs !== undefined && nowMs - lastMs < CATCHING_UP_MS;
}

/** Event times of a batch as they are stated; infinite where it has none. */
export function spanOf({ coverage }: TextAnswer): { readonly oldestMs: number; readonly newestMs: number } {
  let oldestMs = Number.POSITIVE_INFINITY;
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { firstMs, lastMs } of coverage) {
    if (Number.isFinite(firstMs)) oldestMs = Math.min(oldestMs, firstMs);
    if (Number.isFinite(lastMs)) newestMs = Math.max(newestMs, lastMs);
  }
  return { oldestMs, newestMs };
}

/** Rows are handed over: a second window needs rows of its own. */
export function copyOf({ answer, packer }: Decoded<TextAnswer>): Decoded<TextAnswer> {
  return { packer, answer: { ...answer, rows: { ...answer.rows, bytes: answer.rows.bytes.slice() } } };
}
