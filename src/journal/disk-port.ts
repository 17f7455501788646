/** A file that is open. Offsets and sizes are bytes; every call may reject with an error that carries a `code` of the system. */
export interface DiskFile {
  /** Bytes written, which may be fewer than given (SERVE 3.4). */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  /** Bytes read, fewer at the end of the file. */
  read(into: Uint8Array, offset: number): Promise<number>;
  size(): Promise<number>;
  truncate(size: number): Promise<void>;
  /** Data, and the size if it changed: enough for what was appended (SERVE 3.1). */
  datasync(): Promise<void>;
  /** Data and all of the file's own entry. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** `create` makes a file that must not exist, readable by its owner alone. */
export type OpenHow = 'read' | 'write' | 'create';

export interface FreeSpace {
  /** What an ordinary user may still write (`bavail`), without the share kept for root. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Every file operation of the journal; `nodeDisk` is the real one. Paths are joined with `/`. */
export interface DiskPort {
  open(path: string, how: OpenHow): Promise<DiskFile>;
  /** Makes a folder for its owner alone, and those above it, and makes their names last; an existing one is left as it is. */
  makeFolder(path: string): Promise<void>;
  /** Names in a folder, in no order. */
  names(path: string): Promise<readonly string[]>;
  /** Makes names in a folder last: what was created, renamed and unlinked in it. */
  syncFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Size of a file, or nothing where there is none. */
  sizeOf(path: string): Promise<number | undefined>;
  freeSpace(path: string): Promise<FreeSpace>;
}

/** A disk operation that did not work. */
export interface DiskFailure {
  /** What was being done: `write seg-….log`. */
  readonly what: string;
  /** `EIO`, `ENOSPC`, … */
  readonly code: string;
  readonly text: string;
}

export type Tried<T> =
  | { readonly isDone: true; readonly value: T }
  | { readonly isDone: false; readonly failure: DiskFailure };

/** The outcome of a disk operation as a value. An error without a code is a bug and is thrown on. */
export async function tried<T>(what: string, operation: Promise<T>): Promise<Tried<T>> {
  try {
    return { isDone: true, value: await operation };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
    return { isDone: false, failure: { what, code: error.code, text: error.message } };
  }
}

/** Whether a failure says that there is no room: on the disk, or for this user. */
export function isFull({ code }: DiskFailure): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Writes all bytes, however many calls that takes (SERVE 3.4: a nearly full disk takes a part and reports no error). */
export async function writeAll(file: DiskFile, bytes: Uint8Array, offset: number, what: string): Promise<Tried<void>> {
  for (let at = 0; at < bytes.length; ) {
    const written = await tried(what, file.write(bytes.subarray(at), offset + at));
    if (!written.isDone) return written;
    if (written.value <= 0) return { isDone: false, failure: { what, code: 'EIO', text: 'the disk took no byte' } };
    at += written.value;
  }
  return { isDone: true, value: undefined };
}
