import type { FilePort, FileStat, OpenFile, RandomFile } from '../intake/index.ts';

const GONE = { code: 'ENOENT', syscall: 'stat' };

/**
 * A file system that remembers its first failure with one file. Intake steps over what a disk does not give, as a hunt has one chance; a watched file has
 * another one, so its reading stops there.
 */
export class HeededPort implements FilePort {
  readonly #port: FilePort;
  readonly #path: string;
  #failure: unknown;

  constructor(port: FilePort, path: string) {
    this.#port = port;
    this.#path = path;
  }

  get separator(): '/' | '\\' {
    return this.#port.separator;
  }

  /** Throws the first failure, if there was one: the error of the system, with its `code`. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const stat = await this.#heed(path, () => this.#port.stat(path));
    if (stat === undefined) this.#note(path, Object.assign(new Error(`ENOENT: ${path} is gone`), GONE));
    return stat;
  }

  readFolder(path: string): ReturnType<FilePort['readFolder']> {
    return this.#port.readFolder(path);
  }

  async open(path: string): Promise<OpenFile> {
    const file = await this.#heed(path, () => this.#port.open(path));
    return {
      read: (into, position) => this.#heed(path, () => file.read(into, position)),
      stat: () => this.#heed(path, () => file.stat()),
      close: () => file.close(),
    };
  }

  openAtRandom(path: string): RandomFile {
    const heed = <T>(act: () => T): T => {
      try {
        return act();
      } catch (error) {
        this.#note(path, error);
        throw error;
      }
    };
    const file = heed(() => this.#port.openAtRandom(path));
    return { read: (into, position) => heed(() => file.read(into, position)), close: () => file.close() };
  }

  async #heed<T>(path: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      this.#note(path, error);
      throw error;
    }
  }

  /** Places that a hostile file names and no file can have are its own fault: such an error is none of the system, or EINVAL. */
  #note(path: string, error: unknown): void {
    const isSystem = error instanceof Error && 'syscall' in error && 'code' in error && error.code !== 'EINVAL';
    if (path === this.#path && isSystem) this.#failure ??= error;
  }
}
