export interface ChannelLimits {
  /** Channels of all senders; above, the sender with most of them loses the one that it used least lately. */
  readonly channels: number;
  /** Channels of one sender. */
  readonly ofSender: number;
  /** Acknowledgements of one channel that nobody asked for yet; above, the oldest is let go of. */
  readonly pending: number;
  /** How long a channel that is not used is kept, milliseconds. */
  readonly idleMs: number;
}

/** As many channels and as long as SERVE 1.2 says. */
export const CHANNEL_LIMITS: ChannelLimits = { channels: 10_000, ofSender: 1000, pending: 10_000, idleMs: 600_000 };

interface Channel {
  next: number;
  usedMs: number;
  readonly pending: Set<number>;
}

/**
 * Acknowledgements of Splunk's HTTP Event Collector: numbers of a channel, from 0, given when a batch is on stable storage and at no other time. So a number
 * that is known is true at once; what was let go of, or given before a start, is false, and its batch is sent again, which
 * adds nothing. Senders have channels of their own: none can ask for another's.
 */
export class HecChannels {
  readonly #limits: ChannelLimits;
  /** By sender, then by channel; the one used least lately first. */
  readonly #senders = new Map<string, Map<string, Channel>>();
  #count = 0;
  #lostChannels = 0;
  #lostAcks = 0;

  constructor(limits: ChannelLimits = CHANNEL_LIMITS) {
    this.#limits = limits;
  }

  /** Channels that are held. */
  get count(): number {
    return this.#count;
  }

  /** What was let go of for want of room, since the start. */
  get evicted(): { readonly channels: number; readonly acks: number } {
    return { channels: this.#lostChannels, acks: this.#lostAcks };
  }

  /** The number of a batch that was just committed. */
  committed(sender: string, name: string, nowMs: number): number {
    const channel = this.#use(sender, name, nowMs);
    const id = channel.next++;
    channel.pending.add(id);
    if (channel.pending.size > this.#limits.pending) {
      for (const oldest of channel.pending) {
        channel.pending.delete(oldest);
        this.#lostAcks++;
        break;
      }
    }
    return id;
  }

  /** Which of these are acknowledged; one that is told true is forgotten. */
  ask(sender: string, name: string, ids: readonly number[], nowMs: number): ReadonlyMap<number, boolean> {
    const channel = this.#find(sender, name, nowMs);
    const known = new Map<number, boolean>();
    for (const id of ids) known.set(id, known.get(id) === true || channel?.pending.delete(id) === true);
    return known;
  }

  #find(sender: string, name: string, nowMs: number): Channel | undefined {
    const channel = this.#senders.get(sender)?.get(name);
    if (channel === undefined || nowMs - channel.usedMs > this.#limits.idleMs) return undefined;
    channel.usedMs = nowMs;
    return channel;
  }

  #use(sender: string, name: string, nowMs: number): Channel {
    const channels = this.#senders.get(sender) ?? new Map<string, Channel>();
    this.#senders.set(sender, channels);
    const known = this.#find(sender, name, nowMs);
    if (channels.delete(name)) this.#count--;
    this.#forgetIdle(channels, nowMs);
    if (channels.size >= this.#limits.ofSender) this.#forgetOldest(channels);
    if (this.#count >= this.#limits.channels) this.#forgetOldest(this.#largest(channels));
    const channel = known ?? { next: 0, usedMs: nowMs, pending: new Set<number>() };
    channels.set(name, channel);
    this.#count++;
    return channel;
  }

  /** Those at the front were used least lately. */
  #forgetIdle(channels: Map<string, Channel>, nowMs: number): void {
    for (const [name, { usedMs }] of channels) {
      if (nowMs - usedMs <= this.#limits.idleMs) return;
      channels.delete(name);
      this.#count--;
    }
  }

  #forgetOldest(channels: Map<string, Channel>): void {
    for (const name of channels.keys()) {
      channels.delete(name);
      this.#count--;
      this.#lostChannels++;
      return;
    }
  }

  #largest(first: Map<string, Channel>): Map<string, Channel> {
    let largest = first;
    for (const channels of this.#senders.values()) if (channels.size > largest.size) largest = channels;
    return largest;
  }
}

/** Ids that one question may name. */
const MAX_ASKED = 100_000;

/** The ids of a question `{"acks":[1,2]}`; undefined for any other body. */
export function askedAcks(body: Uint8Array): readonly number[] | undefined {
  const value = parsed(Buffer.from(body).toString('utf8'));
  const acks: unknown = typeof value === 'object' && value !== null && 'acks' in value ? value.acks : undefined;
  if (!Array.isArray(acks) || acks.length > MAX_ASKED) return undefined;
  return acks.every((id) => Number.isSafeInteger(id) && id >= 0) ? (acks as readonly number[]) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

/** A channel is a GUID, in the header or in the query. */
export function isChannel(name: string): boolean {
  return /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(name);
}
