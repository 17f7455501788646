import { hideKeys } from '../accounts/index.ts';

/**
 * Why the state did not do something. Of the disk: `full`, `io`, `readonly`, `damaged`, `busy`; of the thread: `closed`, `died`;
 * of what was asked: `exists`, `unknown` (no such thing), `invalid`, `backwards` (a position, a version), `cursor`.
 */
export type RefusalCode = DiskCode | 'closed' | 'died' | 'exists' | 'unknown' | 'invalid' | 'backwards' | 'cursor';

export type DiskCode = 'full' | 'io' | 'readonly' | 'damaged' | 'busy';

export interface Refusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  readonly message: string;
}

/** What an operation gives: its value, durable if it wrote; or a refusal, and then nothing of it is promised to be there. */
export type Outcome<Value> = { readonly kind: 'done'; readonly value: Value } | Refusal;

export function done<Value>(value: Value): Outcome<Value> {
  return { kind: 'done', value };
}

/** Messages repeat what was asked for; a key in it is blotted out. */
export function refused(code: RefusalCode, message: string): Refusal {
  return { kind: 'refused', code, message: hideKeys(message) };
}
