import assert from 'node:assert/strict';
import { Connection, type MadeBatch, madeBatch } from './load-sender.ts';

/** A server as its senders see it. */
export interface Reached {
  readonly url: string;
  readonly key: string;
}

/**
 * Senders that note what was acknowledged. What was not is sent again before anything new, so that each event of theirs is
 * to be there once in the end, whatever happens to the server.
 */
export class LoadRun {
  readonly acknowledged: MadeBatch[] = [];
  /** Retries that the server knew, of those it may say so of (lines). */
  replays = 0;
  /** Answers other than an acknowledgement, by status. */
  readonly refusals: Map<number, number> = new Map();
  readonly #pending = new Map<number, MadeBatch>();
  readonly #next = new Map<number, number>();
  readonly #senders: number;
  #isOver = false;

  constructor(senders: number) {
    this.#senders = senders;
  }

  /** Sends until the server is gone or `stop` is called. */
  async run(server: Reached): Promise<void> {
    this.#isOver = false;
    await Promise.all(Array.from({ length: this.#senders }, (_, sender) => this.#send(server, sender)));
  }

  /** No new batches; those under way are waited for. */
  stop(): void {
    this.#isOver = true;
  }

  /** Sends what is unacknowledged until nothing is. */
  async settle(server: Reached): Promise<void> {
    const connection = new Connection();
    for (const [sender, batch] of this.#pending) {
      const answer = await connection.send(server, batch);
      assert.ok(answer?.status === 200, `${answer?.status} ${answer?.text}`);
      this.#take(sender, batch);
    }
    connection.close();
  }

  async #send(server: Reached, sender: number): Promise<void> {
    const connection = new Connection();
    for (let sent = 0; !this.#isOver; sent++) {
      // The last acknowledged batch, and now and then any other one, comes again as from a sender that lost its answer.
      if (sent % 7 === 3) await this.#again(connection, server);
      const batch = this.#pending.get(sender) ?? this.#new(sender);
      const answer = await connection.send(server, batch);
      if (answer === undefined) break;
      if (answer.status === 200) this.#take(sender, batch);
      else await this.#refused(answer.status);
    }
    connection.close();
  }

  async #again(connection: Connection, server: Reached): Promise<void> {
    const { acknowledged } = this;
    const old = acknowledged[Math.floor(Math.random() * acknowledged.length)];
    for (const batch of [acknowledged.at(-1), old]) {
      if (batch === undefined) continue;
      const answer = await connection.send(server, batch);
      if (answer?.status === 200 && batch.protocol === 'ndjson') {
        assert.equal(answer.headers['triad-replay'], 'true', 'a retry of what was acknowledged is known');
        this.replays++;
      }
    }
  }

  #new(sender: number): MadeBatch {
    const number = this.#next.get(sender) ?? 0;
    this.#next.set(sender, number + 1);
    const batch = madeBatch(sender, number);
    this.#pending.set(sender, batch);
    return batch;
  }

  #take(sender: number, batch: MadeBatch): void {
    this.acknowledged.push(batch);
    this.#pending.delete(sender);
  }

  async #refused(status: number): Promise<void> {
    this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
