import type { Socket } from 'node:net';
import { type BodyBudget, type BodyLease, SYSLOG_SMALL_BYTES, SyslogStream } from '../../receive/index.ts';
import type { Log } from '../log.ts';
import { type TakeParts, takeBatch } from '../take-batch.ts';

export interface ConnectionParts extends TakeParts {
  readonly log: Log;
  /** For messages that are larger than what every connection may hold. */
  readonly large: BodyBudget;
  /** Set once the server ends: then nothing is tried again. */
  readonly signal: AbortSignal;
  /** Longest time that a message may take from its first byte to its last. */
  readonly messageMs: number;
}

/** How long whole messages wait for more of them, so that one write of the journal holds many. */
const GATHER_MS = 50;
/** Whole messages that are taken at once. */
const BATCH_BYTES: number = 64 << 10;
/** Between two looks whether there is room for a large message. */
const ROOM_MS = 100;

/** Why a connection ended that its sender did not end. */
type EndReason = 'broken_framing' | 'slow' | 'cut';

/**
 * One sender's connection. Syslog has no answer: what cannot be taken now is not read either, so the sender's own buffers fill, and it waits (SERVE 0.1: 11).
 * A sender that ends its side is read to the end before the connection is closed.
 */
export class SyslogConnection {
  /** Settles when everything that it brought is taken or given up. */
  readonly done: Promise<void>;
  readonly #socket: Socket;
  readonly #sender: string;
  readonly #peer: string;
  readonly #parts: ConnectionParts;
  readonly #stream = new SyslogStream();
  #resolve: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Bytes that were read and have no room yet. */
  #held: Buffer | undefined;
  #lease: BodyLease | undefined;
  #partSinceMs: number | undefined;
  #isTaking = false;
  #hasEnded = false;
  #isDone = false;
  #tooLong = 0;

  constructor(socket: Socket, sender: string, parts: ConnectionParts) {
    this.#socket = socket;
    this.#sender = sender;
    this.#peer = socket.remoteAddress ?? 'unknown';
    this.#parts = parts;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (piece: Buffer) => this.#take(piece));
    socket.on('end', () => this.#ended(true));
    socket.on('error', ({ message }) => parts.log.debug('syslog connection failed', { peer: this.#peer, message }));
    socket.on('close', () => this.#ended(false));
  }

  /** Bytes that it holds. */
  get heldBytes(): number {
    return this.#stream.length + (this.#held?.length ?? 0);
  }

  /** Ends it where a message takes too long: half a message holds memory, an idle connection holds none. */
  look(nowMs: number): void {
    // While the journal or room is what is waited for, the sender is not slow: it is not read.
    if (this.#partSinceMs === undefined || this.#isTaking || this.#held !== undefined) return;
    if (nowMs - this.#partSinceMs > this.#parts.messageMs) this.#giveUp('slow');
  }

  /** Reads no more; whole messages that are here are taken. */
  end(): void {
    this.#socket.pause();
    this.#ended(false);
  }

  #take(piece: Buffer): void {
    if (this.#hasEnded) return;
    if (!this.#hasRoom(piece.length)) {
      this.#held = piece;
      this.#socket.pause();
      setTimeout(() => this.#retryHeld(), ROOM_MS).unref();
      return;
    }
    this.#stream.push(piece);
    this.#pushed();
  }

  #retryHeld(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    // The time of its message begins anew, as the rest of it could not come.
    this.#partSinceMs = undefined;
    this.#take(held);
    if (this.#held === undefined && !this.#isTaking) this.#socket.resume();
  }

  #pushed(): void {
    const { tooLong, broken } = this.#stream.trouble;
    this.#countTooLong(tooLong);
    if (broken !== undefined) {
      this.#parts.log.warn('syslog cannot be framed', { sender: this.#sender, peer: this.#peer, reason: broken });
      this.#giveUp('broken_framing');
      return;
    }
    this.#notePart();
    if (this.#isTaking) this.#socket.pause();
    else if (this.#stream.wholeBytes >= BATCH_BYTES) void this.#flush();
    else if (this.#stream.wholeBytes > 0) this.#timer ??= setTimeout(() => void this.#flush(), GATHER_MS);
  }

  #notePart(): void {
    if (!this.#stream.hasPart) this.#partSinceMs = undefined;
    else this.#partSinceMs ??= this.#parts.nowMs();
  }

  #countTooLong(tooLong: number): void {
    const { metrics, log } = this.#parts;
    const more = tooLong - this.#tooLong;
    if (more === 0) return;
    this.#tooLong = tooLong;
    metrics.count('triad_ingest_events_total', ['syslog', 'rejected'], more);
    log.warn('syslog line is too long', { sender: this.#sender, peer: this.#peer });
  }

  /** Takes what is whole; reading stops meanwhile, so memory holds no more than one stretch twice. */
  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isTaking) return;
    this.#isTaking = true;
    this.#socket.pause();
    let isTaken = true;
    let lost = 0;
    for (let stretch = this.#stream.take(); stretch !== undefined; stretch = this.#stream.take()) {
      const { body, messages: items } = stretch;
      if (items === 0) continue;
      const header = {
        sender: this.#sender,
        key: 'none',
        trust: 'unauthenticated',
        protocol: 'syslog',
        peer: this.#peer,
      } as const;
      isTaken &&= await takeBatch(this.#parts, { header, body, items }, this.#parts.signal);
      // Once one is given up, so are those behind it.
      if (!isTaken) lost += items;
    }
    if (lost > 0) this.#lost(lost);
    this.#isTaking = false;
    this.#giveRoomBack();
    // The time of a part begins anew: it could not come while nothing was read.
    this.#partSinceMs = undefined;
    this.#notePart();
    if (this.#hasEnded) this.#finish();
    else if (this.#held === undefined) this.#socket.resume();
  }

  #lost(messages: number): void {
    this.#parts.metrics.count('triad_ingest_events_total', ['syslog', 'lost'], messages);
    this.#parts.log.warn('syslog lost', {
      sender: this.#sender,
      messages,
      reason: 'the server ends and the disk takes nothing',
    });
  }

  #giveUp(reason: EndReason): void {
    this.#parts.metrics.count('triad_syslog_ended_total', [reason]);
    this.#ended(false);
  }

  /** `isClean`: the sender ended its side, so that a last line without an end is whole. */
  #ended(isClean: boolean): void {
    if (this.#hasEnded) return;
    const held = this.#held;
    this.#held = undefined;
    // What was read is taken: there is room for it once, as the connection goes.
    if (held !== undefined) this.#stream.push(held);
    this.#hasEnded = true;
    if (isClean) this.#stream.end();
    this.#countTooLong(this.#stream.trouble.tooLong);
    if (!this.#isTaking) void this.#flush();
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const isCut = this.#stream.hasPart && this.#stream.trouble.broken === undefined;
    if (isCut) this.#parts.metrics.count('triad_syslog_ended_total', ['cut']);
    this.#lease?.release();
    this.#socket.destroySoon();
    // A peer that does not end its side is not waited for.
    this.#socket.resume();
    setTimeout(() => this.#socket.destroy(), 1000).unref();
    this.#resolve();
  }

  /** Whether bytes can be held besides those that are: beyond a small buffer only as the budget of large ones allows. */
  #hasRoom(more: number): boolean {
    if (this.#lease !== undefined || this.#stream.length + more <= SYSLOG_SMALL_BYTES) return true;
    const lease = this.#parts.large.open(this.#sender);
    if (lease.kind === 'refused') return false;
    this.#lease = lease;
    return true;
  }

  #giveRoomBack(): void {
    if (this.#lease === undefined || this.#stream.length > SYSLOG_SMALL_BYTES / 2) return;
    this.#lease.release();
    this.#lease = undefined;
  }
}
