import type { DiskCode } from './outcome.ts';

/** Primary result codes of SQLite that speak of the disk or of another process, and not of a mistake of ours. */
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

/** Errors of file calls with a meaning of their own; every other one is an error of the disk. */
const SYSTEM: ReadonlyMap<string, DiskCode> = new Map([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EROFS', 'readonly'],
  ['EACCES', 'readonly'],
  ['EPERM', 'readonly'],
]);

const WORDS: Readonly<Record<DiskCode, string>> = {
  full: 'the disk is full',
  io: 'the disk gave an error',
  readonly: 'it cannot be written',
  damaged: 'it is damaged, or no SQLite file',
  busy: 'another program holds it',
};

/** Trouble of the disk that is told by an answer and not by an error. */
export class DiskError extends Error {
  readonly trouble: DiskCode;

  constructor(trouble: DiskCode, message: string) {
    super(message);
    this.trouble = trouble;
  }
}

/** Which trouble of the disk an error tells of; nothing for any other error, which is a bug and goes on as one. */
export function diskCodeOf(error: unknown): DiskCode | undefined {
  if (error instanceof DiskError) return error.trouble;
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE.get(error.errcode & 255);
  // Errors of system calls are named in one word; errors of Node's own checks have an underline, and are bugs.
  const isSystem = 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code);
  return isSystem ? (SYSTEM.get(String(error.code)) ?? 'io') : undefined;
}

/** What happened to a file, in a sentence for people. */
export function diskSentence(code: DiskCode, path: string, error: unknown): string {
  return `${path}: ${WORDS[code]} (${error instanceof Error ? error.message : String(error)})`;
}

/** Whether a file that was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
