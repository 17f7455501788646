/** A folder tree in memory, with the face of a file port: tests of searching and reading need no disk. */
export interface MemoryEntry {
  readonly bytes?: Uint8Array;
  /** A link to another path of the tree. */
  readonly link?: string;
  /** The code that opening or listing it fails with. */
  readonly fails?: string;
  readonly modifiedMs?: number;
}

export interface MemoryStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
  readonly modified: { readonly ms: number; readonly ticks: number };
  readonly identity: string;
}

export interface MemoryFolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export interface MemoryOpenFile {
  read(into: Uint8Array, position: number): Promise<number>;
  stat(): Promise<MemoryStat>;
  close(): Promise<void>;
}

export interface MemoryRandomFile {
  read(into: Uint8Array, position: number): number;
  close(): void;
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** Files by path, `/` or `\` between names as `separator` says; folders follow from the paths. */
export class MemoryFiles {
  readonly separator: '/' | '\\';
  /** Paths that were opened, in order, and how many are still open. */
  readonly opened: string[] = [];
  openNow = 0;
  /** Runs before each read of a file: to change or fail it half-way. */
  onRead: ((path: string, position: number, length: number) => void) | undefined;
  readonly #entries: Map<string, MemoryEntry>;

  constructor(entries: Readonly<Record<string, MemoryEntry | Uint8Array>>, separator: '/' | '\\' = '/') {
    this.separator = separator;
    this.#entries = new Map(
      Object.entries(entries).map(([path, entry]) => [
        this.#key(path),
        entry instanceof Uint8Array ? { bytes: entry } : entry,
      ]),
    );
  }

  set(path: string, entry: MemoryEntry): void {
    this.#entries.set(this.#key(path), entry);
  }

  async stat(path: string): Promise<MemoryStat | undefined> {
    const key = this.#resolve(path);
    const entry = this.#entries.get(key);
    if (entry === undefined) return this.#isFolder(key) ? this.#statOf(key, undefined) : undefined;
    return this.#statOf(key, entry);
  }

  async readFolder(path: string): Promise<readonly MemoryFolderEntry[]> {
    const key = this.#resolve(path);
    const failing = this.#entries.get(key)?.fails;
    if (failing !== undefined) throw failure(failing, path);
    if (!this.#isFolder(key)) throw failure('ENOENT', path);
    const found = new Map<string, MemoryFolderEntry>();
    const prefix = key === '' ? '' : `${key}/`;
    for (const [other, entry] of this.#entries) {
      if (!other.startsWith(prefix) || other === key) continue;
      const [name = '', ...below] = other.slice(prefix.length).split('/');
      if (below.length > 0) found.set(name, { name, kind: 'folder' });
      else found.set(name, { name, kind: entry.link === undefined ? 'file' : 'link' });
    }
    return [...found.values()];
  }

  async open(path: string): Promise<MemoryOpenFile> {
    const key = this.#resolve(path);
    const entry = this.#entries.get(key);
    if (entry?.bytes === undefined) throw failure(entry?.fails ?? 'ENOENT', path);
    if (entry.fails !== undefined) throw failure(entry.fails, path);
    this.opened.push(path);
    this.openNow++;
    const current = (): MemoryEntry => this.#entries.get(key) ?? entry;
    return {
      read: async (into, position) => {
        this.onRead?.(path, position, into.length);
        const part = (current().bytes ?? new Uint8Array()).subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      stat: async () => this.#statOf(key, current()),
      close: async () => {
        this.openNow--;
      },
    };
  }

  openAtRandom(path: string): MemoryRandomFile {
    const entry = this.#entries.get(this.#resolve(path));
    if (entry?.bytes === undefined || entry.fails !== undefined) throw failure(entry?.fails ?? 'ENOENT', path);
    const { bytes } = entry;
    this.openNow++;
    return {
      read: (into, position) => {
        const part = bytes.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      close: () => {
        this.openNow--;
      },
    };
  }

  #statOf(key: string, entry: MemoryEntry | undefined): MemoryStat {
    return {
      kind: entry === undefined ? 'folder' : 'file',
      bytes: entry?.bytes?.length ?? 0,
      modified: { ms: entry?.modifiedMs ?? 0, ticks: 0 },
      identity: key,
    };
  }

  #key(path: string): string {
    const plain = this.separator === '\\' ? path.replaceAll('\\', '/').toLowerCase() : path;
    return plain.replace(/^\.\//, '').replace(/\/+$/, '').replace(/^\.$/, '');
  }

  #resolve(path: string): string {
    let key = this.#key(path);
    for (let hops = 0; hops < 8; hops++) {
      const link = this.#entries.get(key)?.link;
      if (link === undefined) return key;
      key = this.#key(link);
    }
    return key;
  }

  #isFolder(key: string): boolean {
    if (key === '') return true;
    for (const other of this.#entries.keys()) if (other.startsWith(`${key}/`)) return true;
    return false;
  }
}
