import { hideKeys } from '../accounts/index.ts';
import { type DiskCode, type Done, diskCodeOf, diskSentence, type Refused } from '../disk/index.ts';

/**
 * Why the state did not do something. Of the disk: `full`, `io`, `readonly`, `damaged`, `busy`; of the thread: `closed`, `died`;
 * of what was asked: `exists`, `unknown` (no such thing), `invalid`, `backwards` (a position, a version), `cursor`.
 */
export type RefusalCode = DiskCode | 'closed' | 'died' | 'exists' | 'unknown' | 'invalid' | 'backwards' | 'cursor';

export type Refusal = Refused<RefusalCode>;

/** What an operation gives: its value, durable if it wrote; or a refusal, and then nothing of it is promised to be there. */
export type Outcome<Value> = Done<Value> | Refusal;

/** Messages repeat what was asked for; a key in it is blotted out. */
export function refused(code: RefusalCode, message: string): Refusal {
  return { kind: 'refused', code, message: hideKeys(message) };
}

/** The refusal for trouble of the disk; `undefined` for any other error, which is a bug and goes on as one. */
export function diskTrouble(error: unknown, path: string): Refused<DiskCode> | undefined {
  const code = diskCodeOf(error);
  return code === undefined ? undefined : { kind: 'refused', code, message: hideKeys(diskSentence(code, path, error)) };
}
