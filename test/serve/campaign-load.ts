import assert from 'node:assert/strict';
import { Xorshift } from '../../testkit/index.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { Connection, type MadeBatch } from './load-sender.ts';
import { ask, type TestServer } from './running-server.ts';

/** Events of attacks and of an ordinary day, dealt out to senders. */
export interface CampaignBatches {
  /** All of them, in an order that nobody made on purpose. */
  readonly lines: readonly string[];
  /** Batches of each sender, by its id. */
  readonly bySender: ReadonlyMap<string, readonly MadeBatch[]>;
}

export interface CampaignOptions {
  readonly seed: number;
  /** UTC text; when the day of the campaign begins. */
  readonly start: string;
  /** Acts of the ordinary day among the attacks. */
  readonly acts: number;
}

/** Keys of senders by their ids. */
export type SenderKeys = ReadonlyMap<string, string>;

const SENDERS: readonly string[] = ['s-0', 's-1', 's-2', 's-3'];
const EVENTS = 20;
/** How long a sender that was refused waits, and one that has nothing new to send. */
const REST_MS = 20;

/** Every attack of the test kit in one enterprise: its events lie in batches of all senders, none of which has a whole attack. */
export function campaignBatches({ seed, start, acts }: CampaignOptions): CampaignBatches {
  const { events } = campaign(Object.keys(ATTACKS), { seed, start, acts });
  return dealtLines(linesOf(events), seed);
}

/** Lines in an order that a seed tells, dealt out to the senders. */
export function dealtLines(sent: readonly string[], seed: number): CampaignBatches {
  const random = new Xorshift(seed);
  const lines = sent
    .map((line) => ({ line, key: random.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ line }) => line);
  const dealt = SENDERS.map((sender, n) => {
    const own = lines.filter((_, at) => at % SENDERS.length === n);
    const batches = Array.from({ length: Math.ceil(own.length / EVENTS) }, (_, at) =>
      batchOf(sender, at, own.slice(at * EVENTS, (at + 1) * EVENTS)),
    );
    return [sender, batches] as const;
  });
  return { lines, bySender: new Map(dealt) };
}

/** Lines with an id, lines without, and `_bulk` in turn. */
function batchOf(sender: string, number: number, events: readonly string[]): MadeBatch {
  if (number % 3 === 2) {
    const body = events.map((event) => `{"create":{"_index":"load"}}\n${event}\n`).join('');
    return { protocol: 'bulk', events, body };
  }
  const named = number % 3 === 0 ? { id: `${sender}-b${number}` } : {};
  return { protocol: 'ndjson', ...named, events, body: events.join('\n') };
}

/** Makes the senders of a campaign; each has a key of its own. */
export async function addSenders(server: Pick<TestServer, 'url' | 'token'>): Promise<SenderKeys> {
  const keys = new Map<string, string>();
  for (const id of SENDERS) {
    const { status, json } = await ask(server, 'POST', '/v1/senders', { id });
    assert.equal(status, 201, JSON.stringify(json));
    keys.set(id, (json as { readonly secret: string }).secret);
  }
  return keys;
}

/** Sends a campaign to a server that is killed again and again: what was not acknowledged comes again before anything new. */
export class CampaignLoad {
  /** Batches that came again though they were acknowledged, as from a sender that lost its answer. */
  again = 0;
  /** Batches that were on their way when the server ended. */
  cut = 0;
  readonly #batches: CampaignBatches['bySender'];
  readonly #keys: SenderKeys;
  readonly #random: Xorshift;
  /** How many batches of each sender were acknowledged; they go in order. */
  readonly #taken = new Map<string, number>();

  constructor({ bySender }: CampaignBatches, keys: SenderKeys, seed: number) {
    this.#batches = bySender;
    this.#keys = keys;
    this.#random = new Xorshift(seed);
  }

  /** Sends until the server is gone, this share (0 to 1) of the campaign at most; then what was sent comes again until it is gone. */
  async run(url: string, share: number): Promise<void> {
    await Promise.all([...this.#batches.keys()].map((sender) => this.#untilGone(url, sender, share)));
  }

  /** Sends all that is left. */
  async settle(url: string): Promise<void> {
    for (const [sender, batches] of this.#batches) {
      const connection = new Connection();
      for (const batch of batches.slice(this.#taken.get(sender) ?? 0)) {
        const answer = await connection.send(this.#at(url, sender), batch);
        assert.equal(answer?.status, 200, answer?.text);
      }
      connection.close();
    }
  }

  async #untilGone(url: string, sender: string, share: number): Promise<void> {
    const connection = new Connection();
    const batches = this.#batches.get(sender) ?? [];
    const end = Math.ceil(batches.length * share);
    for (;;) {
      const taken = this.#taken.get(sender) ?? 0;
      const isNew = taken < end;
      const batch = batches[isNew ? taken : this.#random.below(Math.max(1, taken))];
      if (batch === undefined) break;
      const answer = await connection.send(this.#at(url, sender), batch);
      if (answer === undefined) {
        if (isNew) this.cut++;
        break;
      }
      if (isNew && answer.status === 200) this.#taken.set(sender, taken + 1);
      if (!isNew) this.again++;
      if (!isNew || answer.status !== 200) await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
    connection.close();
  }

  #at(url: string, sender: string): { readonly url: string; readonly key: string } {
    return { url, key: this.#keys.get(sender) ?? assert.fail(`no key of ${sender}`) };
  }
}
