import type { Database } from '../disk/index.ts';
import type { StateLimits } from './limits.ts';
import type { Outcome } from './outcome.ts';

/** What an operation works on, inside the thread of the state. */
export interface Desk {
  readonly database: Database;
  readonly limits: StateLimits;
}

/** One thing that the state can be asked for. A write runs in one transaction, which a refusal undoes. */
export interface Operation<Input, Value> {
  readonly isWrite: boolean;
  readonly run: (desk: Desk, input: Input) => Outcome<Value>;
}

export function reads<Input, Value>(run: (desk: Desk, input: Input) => Outcome<Value>): Operation<Input, Value> {
  return { isWrite: false, run };
}

export function writes<Input, Value>(run: (desk: Desk, input: Input) => Outcome<Value>): Operation<Input, Value> {
  return { isWrite: true, run };
}

/** Who does something, and when: it stands in the audit, in the same transaction as what was done. */
export interface By {
  /** An account, `local:OSUSER`, or a part of the server. */
  readonly who: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** The session that a person did it in, the address that it came from, and the request (`X-Request-Id`). */
  readonly via?: { readonly session?: number; readonly address: string; readonly request?: string };
}
