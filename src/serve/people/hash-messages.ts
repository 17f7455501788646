import type { ScryptCost } from '../../people/index.ts';

/** One password to the thread that hashes, and what came of it. */
export interface HashRequest extends ScryptCost {
  readonly id: number;
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  /** Bytes of the hash. */
  readonly length: number;
}

export interface HashAnswer {
  readonly id: number;
  readonly hash: Uint8Array;
}
