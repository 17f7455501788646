import type { DiskFile, DiskPort, FreeSpace, OpenHow } from '../../src/journal/index.ts';

/** What changes a disk, in the order in which the journal asked for it; `fact` is what a test noted meanwhile. */
export type Operation =
  | { readonly kind: 'create'; readonly name: string; readonly file: number }
  | { readonly kind: 'write'; readonly file: number; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  | { readonly kind: 'sync'; readonly file: number }
  /** A sync failed: what was written counts as clean from then on, and later syncs leave it out (SERVE 3.3). */
  | { readonly kind: 'lose'; readonly file: number }
  | { readonly kind: 'rename'; readonly name: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'syncFolder' }
  | { readonly kind: 'fact'; readonly fact: Fact };

/** What a crash test holds the recovered journal to. */
export type Fact =
  | { readonly kind: 'acknowledged'; readonly position: number; readonly payload: Buffer }
  | { readonly kind: 'released'; readonly before: number };

export type Call =
  | 'open'
  | 'openWrite'
  | 'create'
  | 'read'
  | 'write'
  | 'truncate'
  | 'sync'
  | 'rename'
  | 'unlink'
  | 'syncFolder'
  | 'names';

/** An error of the system by its code; or a write that takes some bytes only. */
export type Fault = { readonly code: string } | { readonly takes: number };

/** What goes wrong: asked before each call, with the name of the file. */
export type Faults = (call: Call, name: string) => Fault | undefined;

const CALLS: Readonly<Record<OpenHow, Call>> = { create: 'create', read: 'open', write: 'openWrite' };

interface File {
  readonly number: number;
  bytes: Buffer;
}

/** One folder of files in memory. Every change is put down in `log`. */
export class MemoryDisk implements DiskPort {
  readonly log: Operation[] = [];
  faults: Faults = () => undefined;
  /** Bytes that all files together may have. */
  capacity: number = Number.POSITIVE_INFINITY;
  /** What `freeSpace` says, where it is not the capacity. */
  space: FreeSpace | undefined;
  readonly #files = new Map<string, File>();
  #made = 0;

  constructor(files: ReadonlyMap<string, Buffer> = new Map()) {
    for (const [name, bytes] of files) this.#files.set(name, { number: this.#nextNumber(), bytes: Buffer.from(bytes) });
  }

  /** The files as they are, with all that was written, synced or not. */
  contents(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { bytes }]) => [name, bytes]));
  }

  note(fact: Fact): void {
    this.log.push({ kind: 'fact', fact });
  }

  async makeFolder(): Promise<void> {}

  async open(path: string, how: OpenHow): Promise<DiskFile> {
    const name = nameOf(path);
    this.#fail(CALLS[how], name);
    const known = this.#files.get(name);
    if (how !== 'create') {
      if (known === undefined) throw systemError('ENOENT', name);
      return this.#opened(name, known);
    }
    if (known !== undefined) throw systemError('EEXIST', name);
    const file: File = { number: this.#nextNumber(), bytes: Buffer.alloc(0) };
    this.#files.set(name, file);
    this.log.push({ kind: 'create', name, file: file.number });
    return this.#opened(name, file);
  }

  async names(): Promise<readonly string[]> {
    this.#fail('names', '');
    return [...this.#files.keys()];
  }

  async syncFolder(): Promise<void> {
    this.#fail('syncFolder', '');
    this.log.push({ kind: 'syncFolder' });
  }

  async rename(from: string, to: string): Promise<void> {
    const [name, newName] = [nameOf(from), nameOf(to)];
    this.#fail('rename', name);
    const file = this.#files.get(name);
    if (file === undefined) throw systemError('ENOENT', name);
    this.#files.delete(name);
    this.#files.set(newName, file);
    this.log.push({ kind: 'rename', name, to: newName });
  }

  async unlink(path: string): Promise<void> {
    const name = nameOf(path);
    this.#fail('unlink', name);
    if (!this.#files.delete(name)) throw systemError('ENOENT', name);
    this.log.push({ kind: 'unlink', name });
  }

  async sizeOf(path: string): Promise<number | undefined> {
    return this.#files.get(nameOf(path))?.bytes.length;
  }

  async freeSpace(): Promise<FreeSpace> {
    if (this.space !== undefined) return this.space;
    if (!Number.isFinite(this.capacity)) return { freeBytes: 1e12, totalBytes: 1e12 };
    return { freeBytes: this.capacity - this.#used(), totalBytes: this.capacity };
  }

  #opened(name: string, file: File): DiskFile {
    return {
      write: async (bytes, offset) => this.#write(name, file, Buffer.from(bytes), offset),
      read: async (into, offset) => {
        this.#fail('read', name);
        return file.bytes.copy(into, 0, offset);
      },
      size: async () => file.bytes.length,
      truncate: async (size) => {
        this.#fail('truncate', name);
        const operation = { kind: 'truncate', file: file.number, size } as const;
        file.bytes = changed(file.bytes, operation);
        this.log.push(operation);
      },
      datasync: async () => this.#sync(name, file),
      sync: async () => this.#sync(name, file),
      close: async () => {},
    };
  }

  #write(name: string, file: File, bytes: Buffer, offset: number): number {
    const fault = this.faults('write', name);
    if (fault !== undefined && 'code' in fault) throw systemError(fault.code, name);
    const room = this.capacity - this.#used() + Math.max(0, file.bytes.length - offset);
    const taken = bytes.subarray(0, Math.min(fault?.takes ?? bytes.length, Math.max(0, room)));
    if (taken.length === 0 && bytes.length > 0) throw systemError('ENOSPC', name);
    const operation = { kind: 'write', file: file.number, offset, bytes: taken } as const;
    file.bytes = changed(file.bytes, operation);
    this.log.push(operation);
    return taken.length;
  }

  #sync(name: string, file: File): void {
    const fault = this.faults('sync', name);
    if (fault !== undefined && 'code' in fault) {
      this.log.push({ kind: 'lose', file: file.number });
      throw systemError(fault.code, name);
    }
    this.log.push({ kind: 'sync', file: file.number });
  }

  #fail(call: Call, name: string): void {
    const fault = this.faults(call, name);
    if (fault !== undefined && 'code' in fault) throw systemError(fault.code, name);
  }

  #used(): number {
    return [...this.#files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  #nextNumber(): number {
    this.#made += 1;
    return this.#made;
  }
}

/** The bytes of a file after a write or a cut; what lies between an old end and a new write is zeros. */
export function changed(bytes: Buffer, operation: Extract<Operation, { kind: 'write' | 'truncate' }>): Buffer {
  if (operation.kind === 'truncate') {
    return Buffer.concat([bytes.subarray(0, operation.size), Buffer.alloc(Math.max(0, operation.size - bytes.length))]);
  }
  const next = Buffer.alloc(Math.max(bytes.length, operation.offset + operation.bytes.length));
  bytes.copy(next);
  operation.bytes.copy(next, operation.offset);
  return next;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function systemError(code: string, name: string): Error {
  return Object.assign(new Error(`${code}: ${name}`), { code });
}
