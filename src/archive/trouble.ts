import { type DiskCode, type Done, diskCodeOf, done, type Refused } from '../disk/index.ts';

/**
 * Why the archive did not do something. Of the disk: `full`, `io`, `readonly`, `damaged`, `busy`; of the thread: `closed`, `died`; of what was asked: `invalid`,
 * `cursor`, `unknown`; `behind`: an append before it was refused, and comes first.
 */
export type RefusalCode = DiskCode | 'closed' | 'died' | 'invalid' | 'cursor' | 'unknown' | 'behind';

export type Refusal = Refused<RefusalCode>;

export type Outcome<Value> = Done<Value> | Refusal;

export function refused(code: RefusalCode, message: string): Refusal {
  return { kind: 'refused', code, message };
}

/** The refusal for trouble of the disk; nothing for any other error, which is a bug. */
export function diskRefusal(error: unknown): Refusal | undefined {
  const code = diskCodeOf(error);
  if (code === undefined || !(error instanceof Error)) return undefined;
  return refused(code, 'errcode' in error ? `the index: ${error.message}` : error.message);
}

/** What is done, or the refusal where the disk failed. Any other error goes on. */
export function attempt<Value>(work: () => Value): Outcome<Value> {
  try {
    return done(work());
  } catch (error) {
    const trouble = diskRefusal(error);
    if (trouble === undefined) throw error;
    return trouble;
  }
}
