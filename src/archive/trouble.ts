/**
 * Why the archive did not do something. Of the disk: `full`, `io`, `readonly`, `damaged`, `busy`; of the thread: `closed`, `died`; of what was asked: `invalid`,
 * `cursor`, `unknown`; `behind`: an append before it was refused, and comes first.
 */
export type RefusalCode = DiskCode | 'closed' | 'died' | 'invalid' | 'cursor' | 'unknown' | 'behind';
export type DiskCode = 'full' | 'io' | 'readonly' | 'damaged' | 'busy';

export interface Refusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  readonly message: string;
}

export type Outcome<Value> = { readonly kind: 'done'; readonly value: Value } | Refusal;

export function done<Value>(value: Value): Outcome<Value> {
  return { kind: 'done', value };
}

export function refused(code: RefusalCode, message: string): Refusal {
  return { kind: 'refused', code, message };
}

/** Primary result codes of SQLite that speak of the disk or of another process. */
const SQLITE: ReadonlyMap<number, DiskCode> = new Map([
  [5, 'busy'],
  [6, 'busy'],
  [8, 'readonly'],
  [10, 'io'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'io'],
  [26, 'damaged'],
]);

const SYSTEM: ReadonlyMap<string, DiskCode> = new Map([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EROFS', 'readonly'],
  ['EACCES', 'readonly'],
  ['EPERM', 'readonly'],
]);

/** Whether a file that was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** The refusal for trouble of the disk; nothing for any other error, which is a bug. */
export function diskRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') {
    const code = SQLITE.get(error.errcode & 255);
    return code === undefined ? undefined : refused(code, `the index: ${error.message}`);
  }
  // Errors of system calls have a number; errors of Node's own checks have a code alone, and are bugs.
  const isSystem = 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code);
  return isSystem ? refused(SYSTEM.get(String(error.code)) ?? 'io', error.message) : undefined;
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
