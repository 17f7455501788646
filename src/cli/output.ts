import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import type { UsageProblem } from './arguments.ts';

/** Where a result goes. Nothing half-written ever stands under its final name (PRODUCT 5). */
export interface Sink {
  write(piece: string | Uint8Array): Promise<void>;
  /** Makes the result visible under its name. */
  commit(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): void;
  /** False once the reader of a pipe has gone away: nothing more need be written. */
  readonly isOpen: boolean;
}

/** Output was lost while running: the disk is full, the folder went away (exit 4). */
export class OutputLostError extends Error {
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(`Output to ${path} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'OutputLostError';
    this.path = path;
  }
}

/** What is wrong with writing here, found before anything is read: it exists, its folder does not, or may not be written. */
export function outputProblem(flag: string, path: string, mayOverwrite: boolean): UsageProblem | undefined {
  if (path === '-') return undefined;
  const full = resolve(path);
  if (existsSync(full)) {
    if (statSync(full).isDirectory()) {
      return problem('TRIAD-E-IO-FOLDER', flag, path, 'This is a folder.', 'Name a file in it.');
    }
    if (!mayOverwrite) {
      return problem(
        'TRIAD-E-IO-EXISTS',
        flag,
        path,
        'This file exists; nothing was read or written.',
        'Name another, or add --force.',
      );
    }
  }
  const folder = dirname(full);
  if (!existsSync(folder)) {
    return problem('TRIAD-E-IO-NO-FOLDER', flag, path, `The folder ${folder} does not exist.`, 'Make it first.');
  }
  const denied = deniedIn(folder, basename(full));
  return denied === undefined ? undefined : problem('TRIAD-E-IO-DENIED', flag, path, denied, 'Choose another folder.');
}

/** What is wrong with a folder for sorted runs, found before anything is read and not when memory is full. */
export function temporaryFolderProblem(path: string | undefined): UsageProblem | undefined {
  if (path === undefined) return undefined;
  const full = resolve(path);
  if (!existsSync(full)) {
    return problem('TRIAD-E-IO-NO-FOLDER', 'temp', path, `The folder ${full} does not exist.`, 'Make it first.');
  }
  if (!statSync(full).isDirectory()) {
    return problem('TRIAD-E-IO-NO-FOLDER', 'temp', path, 'This is no folder.', 'Name a folder.');
  }
  const denied = deniedIn(full, 'runs');
  return denied === undefined
    ? undefined
    : problem('TRIAD-E-IO-DENIED', 'temp', path, denied, 'Choose another folder.');
}

/** Why nothing can be written into a folder. It is tried and not asked for: some folders say yes and then refuse. */
function deniedIn(folder: string, name: string): string | undefined {
  const trial = join(folder, `.${name}.${process.pid}.triad-trial`);
  try {
    closeSync(openSync(trial, 'wx', 0o600));
    rmSync(trial);
    return undefined;
  } catch (cause) {
    return deniedMessage(cause);
  }
}

function deniedMessage(cause: unknown): string {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
  return `The folder may not be written (${reason}).`;
}

function problem(code: string, flag: string, path: string, message: string, action: string): UsageProblem {
  return { code, place: `--${flag} ${path}`, message, action };
}

/** Opens a file under a temporary name beside its final one; `-` is standard output. */
export function openSink(path: string, stdout: Writable): Sink {
  return path === '-' ? new StreamSink(stdout) : new FileSink(path);
}

class FileSink implements Sink {
  readonly #path: string;
  readonly #temporary: string;
  #descriptor: number | undefined;
  readonly isOpen = true;

  constructor(path: string) {
    this.#path = resolve(path);
    this.#temporary = join(dirname(this.#path), `.${basename(this.#path)}.${process.pid}.triad-partial`);
    try {
      this.#descriptor = openSync(this.#temporary, 'wx', 0o600);
    } catch (cause) {
      throw new OutputLostError(this.#path, cause);
    }
  }

  async write(piece: string | Uint8Array): Promise<void> {
    if (this.#descriptor === undefined) return;
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (cause) {
      this.discard();
      throw new OutputLostError(this.#path, cause);
    }
  }

  async commit(): Promise<void> {
    if (this.#descriptor === undefined) return;
    try {
      closeSync(this.#descriptor);
      this.#descriptor = undefined;
      renameSync(this.#temporary, this.#path);
    } catch (cause) {
      this.discard();
      throw new OutputLostError(this.#path, cause);
    }
  }

  discard(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#temporary, { force: true });
  }
}

class StreamSink implements Sink {
  readonly #stream: Writable;
  #isOpen = true;
  #lost: unknown;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      this.#isOpen = false;
      // A reader that left (`| head`) is no fault; anything else is lost output.
      if (cause.code !== 'EPIPE' && cause.code !== 'ERR_STREAM_DESTROYED') this.#lost = cause;
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async write(piece: string | Uint8Array): Promise<void> {
    if (!this.#isOpen || piece.length === 0) return;
    await new Promise<void>((done) => {
      this.#stream.write(piece, () => done());
    });
    if (this.#lost !== undefined) throw new OutputLostError('standard output', this.#lost);
  }

  async commit(): Promise<void> {
    if (this.#lost !== undefined) throw new OutputLostError('standard output', this.#lost);
  }

  discard(): void {}
}

/** Writes pieces in blocks, so that a million lines are not a million system calls. */
export async function writeAll(sink: Sink, pieces: Iterable<string>): Promise<void> {
  let block = '';
  for (const piece of pieces) {
    block += piece;
    if (block.length < 65536) continue;
    await sink.write(block);
    block = '';
    if (!sink.isOpen) return;
  }
  await sink.write(block);
}
