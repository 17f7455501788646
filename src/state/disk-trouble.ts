import { type DiskCode, type Refusal, refused } from './outcome.ts';

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

/** Errors of file calls with the same meanings. */
const SYSTEM: ReadonlyMap<string, DiskCode> = new Map([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EIO', 'io'],
  ['EROFS', 'readonly'],
  ['EACCES', 'readonly'],
  ['EPERM', 'readonly'],
  ['ENOTDIR', 'io'],
  ['EISDIR', 'io'],
  ['ENOENT', 'io'],
  ['ELOOP', 'io'],
]);

const WORDS: Readonly<Record<DiskCode, string>> = {
  full: 'the disk is full',
  io: 'the disk gave an error',
  readonly: 'it cannot be written',
  damaged: 'it is damaged, or no SQLite file',
  busy: 'another program holds it',
};

/** Trouble of the disk that SQLite tells by an answer and not by an error. */
export class DiskError extends Error {
  readonly trouble: DiskCode;

  constructor(trouble: DiskCode, message: string) {
    super(message);
    this.trouble = trouble;
  }
}

/** The refusal for trouble of the disk; `undefined` for any other error, which is a bug and goes on as one. */
export function diskTrouble(error: unknown, path: string): Refusal | undefined {
  const code = diskCode(error);
  if (code === undefined) return undefined;
  return refused(code, `${path}: ${WORDS[code]} (${error instanceof Error ? error.message : String(error)})`);
}

function diskCode(error: unknown): DiskCode | undefined {
  if (error instanceof DiskError) return error.trouble;
  if (!(error instanceof Error)) return undefined;
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE.get(error.errcode & 255);
  if ('code' in error && typeof error.code === 'string') return SYSTEM.get(error.code);
  return undefined;
}
