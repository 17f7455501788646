import { timingSafeEqual } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import {
  HASH_BYTES,
  type PasswordHash,
  passwordBytes,
  passwordText,
  readPasswordText,
  SALT_BYTES,
  SCRYPT,
  type ScryptCost,
} from '../../people/index.ts';
import type { HashAnswer, HashRequest } from './hash-messages.ts';

/** Most that may wait besides the one that is hashed (SETTLED G18). */
export const MOST_WAITING = 8;

/** Hashes passwords in a thread of its own, one after another. The thread begins with the first one, and keeps nobody from ending. */
export class PasswordHasher {
  readonly #random: (bytes: number) => Uint8Array;
  readonly #cost: ScryptCost;
  readonly #nobody: PasswordHash;
  readonly #open = new Map<
    number,
    { readonly done: (hash: Uint8Array) => void; readonly failed: (why: Error) => void }
  >();
  #worker: Worker | undefined;
  #last = 0;

  constructor(random: (bytes: number) => Uint8Array, cost: ScryptCost = SCRYPT) {
    this.#random = random;
    this.#cost = cost;
    this.#nobody = { ...cost, salt: random(SALT_BYTES), hash: random(HASH_BYTES) };
  }

  /** The text that is kept of a password; `busy` where too many wait. */
  async make(password: string): Promise<string | 'busy'> {
    const salt = Uint8Array.from(this.#random(SALT_BYTES));
    const hash = await this.#hash(password, { ...this.#cost, salt });
    return hash === 'busy' ? 'busy' : passwordText({ ...this.#cost, salt, hash });
  }

  /** Whether it is the password that is kept; without one the same is hashed, and it is not. */
  async verify(password: string, kept: string | undefined): Promise<boolean | 'busy'> {
    const stored = kept === undefined ? undefined : readPasswordText(kept);
    const like = stored ?? this.#nobody;
    const hash = await this.#hash(password, like);
    if (hash === 'busy') return 'busy';
    return timingSafeEqual(hash, like.hash) && stored !== undefined;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #hash(password: string, { logN, r, p, salt }: Omit<PasswordHash, 'hash'>): Promise<Uint8Array | 'busy'> {
    if (this.#open.size > MOST_WAITING) return Promise.resolve('busy');
    const id = ++this.#last;
    const request: HashRequest = { id, password: passwordBytes(password), salt, logN, r, p, length: HASH_BYTES };
    return new Promise((done, failed) => {
      this.#open.set(id, { done, failed });
      this.#thread().postMessage(request);
    });
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./hash-worker.${extension}`, import.meta.url), { name: 'passwords' });
    worker.unref();
    worker.on('message', ({ id, hash }: HashAnswer) => {
      const waiting = this.#open.get(id);
      this.#open.delete(id);
      waiting?.done(hash);
    });
    const ended = (why: Error): void => {
      if (this.#worker === worker) this.#worker = undefined;
      const all = [...this.#open.values()];
      this.#open.clear();
      for (const { failed } of all) failed(why);
    };
    worker.on('error', (cause) => ended(cause instanceof Error ? cause : new Error(String(cause))));
    worker.on('exit', () => ended(new Error('the thread that hashes passwords ended')));
    this.#worker = worker;
    return worker;
  }
}
