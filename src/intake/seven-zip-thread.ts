import { Worker } from 'node:worker_threads';

export type SevenZipRequest =
  | { readonly kind: 'open'; readonly bytes: Uint8Array }
  | { readonly kind: 'next'; readonly mostBytes: number };

/** One file of a 7z, as its list names it. */
interface ListedFile {
  readonly kind: 'file';
  readonly name: string;
  readonly bytes: number;
  readonly modified?: { readonly seconds: number; readonly nanoseconds: number };
}

export type SevenZipFile =
  | (ListedFile & { readonly state: 'whole'; readonly content: Uint8Array })
  | (ListedFile & { readonly state: 'damaged'; readonly trouble: string })
  | (ListedFile & { readonly state: 'encrypted' | 'tooLarge' });

export interface SevenZipEnd {
  readonly kind: 'end';
  /** libarchive lists an archive with an encrypted list as an empty one: this tells them apart. */
  readonly isEncrypted: boolean;
  readonly trouble?: string;
}

export type SevenZipAnswer = SevenZipFile | SevenZipEnd | { readonly kind: 'opened' };

/** A 7z that a thread of its own unpacks, file by file. */
export class SevenZipThread {
  readonly #worker: Worker;
  readonly #mostMs: number;

  /** `mostMs` bounds the time that one answer may take. */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    // The package does not say that it is a module, which Node would warn of on the standard error of the program.
    const options = { stdout: true, stderr: true, name: 'seven-zip' };
    this.#worker = new Worker(new URL(`./seven-zip-worker.${extension}`, import.meta.url), options);
  }

  /** Hands the bytes of the archive over. */
  open(bytes: Uint8Array): Promise<SevenZipAnswer> {
    return this.#ask({ kind: 'open', bytes }, bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []);
  }

  next(mostBytes: number): Promise<SevenZipAnswer> {
    return this.#ask({ kind: 'next', mostBytes }, []);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  /** The answer; a thread that dies of an archive has read all that it could. */
  #ask(request: SevenZipRequest, transferred: ArrayBuffer[]): Promise<SevenZipAnswer> {
    const worker = this.#worker;
    return new Promise((resolve) => {
      const settle = (answer: SevenZipAnswer): void => {
        clearTimeout(timer);
        worker.off('message', settle).off('error', failed).off('exit', ended);
        resolve(answer);
      };
      const failed = (error: unknown): void => {
        const trouble = error instanceof Error ? error.message : String(error);
        settle({ kind: 'end', isEncrypted: false, trouble });
      };
      const ended = (): void => failed(new Error('its thread ended'));
      const timer = setTimeout(() => failed(new Error(`nothing came for ${this.#mostMs} ms`)), this.#mostMs);
      worker.on('message', settle).on('error', failed).on('exit', ended);
      worker.postMessage(request, transferred);
    });
  }
}
