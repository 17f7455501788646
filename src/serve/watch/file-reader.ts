import { type ChildProcess, fork } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Piece, WatchedEnd, WatchedRequest } from '../../watch/index.ts';
import type { FromChild, ToChild } from './messages.ts';

/** What the reading of one file came to. */
export type FileReading =
  | { readonly kind: 'end'; readonly end: WatchedEnd }
  /** The file is not to blame: it is gone, the disk does not give it, or no process could be had. */
  | { readonly kind: 'trouble'; readonly message: string }
  /** The process ended, or gave nothing for too long: the file is to blame. */
  | { readonly kind: 'died'; readonly message: string };

/** Memory of the process; a file that needs more ends it. */
const MEMORY_MIB = 1024;
/** Longest time from asking for a piece to getting it: hashing a file of 100 GB lies within. */
const PIECE_MS = 600_000;

/** Reads files in a process of its own, which is begun when the first file is to be read, and again after it ended. */
export class FileReader {
  readonly #folders: readonly string[];
  readonly #pieceMs: number;
  #child: ChildProcess | undefined;
  #isClosed = false;

  constructor(folders: readonly string[], pieceMs: number = PIECE_MS) {
    this.#folders = folders;
    this.#pieceMs = pieceMs;
  }

  /** Reads a file; `keep` is given its pieces one after the other, and says whether to go on. */
  async read(request: WatchedRequest, keep: (piece: Piece) => Promise<boolean>): Promise<FileReading | undefined> {
    if (this.#isClosed) return { kind: 'died', message: 'the server ends' };
    // Between two files its end may not be told yet.
    if (this.#child !== undefined && !this.#child.connected) this.#end();
    this.#child ??= this.#start();
    const child = this.#child;
    let message: ToChild = { kind: 'read', request };
    for (;;) {
      const answer = await this.#ask(child, message);
      if (answer.kind !== 'piece') return answer;
      // Who does not want the rest ends the process: it would go on with the file else.
      const { body, events, mark } = answer;
      if (!(await keep({ body, events, mark }))) {
        this.#end();
        return undefined;
      }
      // Another process knows nothing of this file.
      if (this.#child !== child || !child.connected) {
        return { kind: 'died', message: 'its reader ended between two pieces' };
      }
      message = { kind: 'next' };
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  #ask(child: ChildProcess, message: ToChild): Promise<FromChild | Extract<FileReading, { kind: 'died' }>> {
    // No process was to be had; its error is told to `#start`.
    if (!child.connected) return Promise.resolve({ kind: 'trouble', message: 'its reader could not be started' });
    return new Promise((resolve) => {
      const settle = (answer: FromChild | Extract<FileReading, { kind: 'died' }>): void => {
        clearTimeout(timer);
        child.off('message', settle);
        child.off('exit', died);
        child.off('error', failed);
        resolve(answer);
      };
      const died = (code: number | null, signal: string | null): void =>
        settle({ kind: 'died', message: `its reader ended with ${signal ?? code}` });
      const failed = ({ message: why }: Error): void => settle({ kind: 'trouble', message: why });
      const timer = setTimeout(() => {
        this.#end();
        settle({ kind: 'died', message: `it gave nothing for ${this.#pieceMs / 1000} s` });
      }, this.#pieceMs);
      child.on('message', settle);
      child.on('exit', died);
      child.on('error', failed);
      child.send(message);
    });
  }

  #end(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
  }

  /** Begins a process. Whenever it ends, also while nothing is asked of it, the next file gets another one. */
  #start(): ChildProcess {
    const child = this.#fork();
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    // It could not be started, or is not reached any more.
    child.on('error', () => {
      if (this.#child === child) this.#end();
    });
    return child;
  }

  #fork(): ChildProcess {
    // The compiler rewrites import specifiers only, so the extension is taken from the running file.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const entry = fileURLToPath(new URL(`./file-child.${extension}`, import.meta.url));
    const readable = [...this.#folders, ...programFolders()];
    return fork(entry, [], {
      // Threads are for 7z, whose library runs in one; they inherit what this process may do.
      execArgv: [
        '--permission',
        '--allow-worker',
        ...readable.map((folder) => `--allow-fs-read=${folder}`),
        `--max-old-space-size=${MEMORY_MIB}`,
        '--disallow-code-generation-from-strings',
        '--no-warnings',
      ],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
    });
  }
}

/** Where the program and what it is made of lie. */
function programFolders(): readonly string[] {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const packages = ['yauzl', 'libarchive.js'].flatMap((name) => {
    const found = import.meta.resolve(name);
    return found.startsWith('file:')
      ? [realpathSync(fileURLToPath(found)).replace(/node_modules.*/s, 'node_modules')]
      : [];
  });
  return [...new Set([root, ...packages])];
}
