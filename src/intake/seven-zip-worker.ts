/** Entry of the thread that unpacks one 7z: libarchive is loaded here and nowhere else, and ends with the thread (ADR 0012). */
import { parentPort } from 'node:worker_threads';
import type { LibArchiveModule } from 'libarchive.js/src/webworker/wasm-gen/libarchive.js';
import type { SevenZipAnswer, SevenZipRequest } from './seven-zip-thread.ts';

const port = parentPort;
if (port === null) throw new Error('seven-zip-worker is the entry of a thread');

/** `S_IFREG` (libarchive's AE_IFREG). */
const REGULAR_FILE = 0o100000;
/** libarchive's ARCHIVE_FATAL and its like are negative. */
const MOST_POINTER = 0xffffffff;
/**
 * Of `aest_mtime` in libarchive's `struct archive_entry`, by pointers of four bytes: this build gives no call for the seconds, only
 * one for the fraction behind them, which must be found there before the seconds count.
 */
const MTIME_OFFSET = 48;
const MTIME_NSEC_OFFSET = 56;

interface Entry {
  readonly pointer: number;
  readonly name: string;
  readonly bytes: number;
}

/** An open archive in the memory of libarchive. */
class SevenZip {
  readonly #module: LibArchiveModule;
  readonly #archive: number;
  #listed = 0;
  readonly #next: (archive: number) => number;
  readonly #read: (archive: number, bytes: number) => number;
  readonly #error: (archive: number) => string;
  readonly #hasEncrypted: (archive: number) => number;
  readonly #facts: {
    readonly name: (entry: number) => string;
    readonly bytes: (entry: number) => number;
    readonly type: (entry: number) => number;
    readonly nanoseconds: (entry: number) => number;
    readonly isEncrypted: (entry: number) => number;
  };

  constructor(module: LibArchiveModule, bytes: Uint8Array) {
    this.#module = module;
    const number = (
      name: string,
      takes: readonly ('number' | 'string')[],
    ): ((...values: readonly (number | string | null)[]) => number) => {
      const call = module.cwrap(name, 'number', takes);
      return (...values) => Number(call(...values));
    };
    const text = (name: string): ((value: number) => string) => {
      const call = module.cwrap(name, 'string', ['number']);
      return (value) => String(call(value) ?? '');
    };
    this.#next = number('get_next_entry', ['number']);
    this.#read = number('get_filedata', ['number', 'number']);
    this.#error = text('archive_error_string');
    this.#hasEncrypted = number('archive_read_has_encrypted_entries', ['number']);
    this.#facts = {
      name: text('archive_entry_pathname_utf8'),
      bytes: number('archive_entry_size', ['number']),
      type: number('archive_entry_filetype', ['number']),
      nanoseconds: number('archive_entry_mtime_nsec', ['number']),
      isEncrypted: number('archive_entry_is_encrypted', ['number']),
    };
    const pointer = module._malloc(bytes.length);
    if (pointer === 0) throw new Error('there is not enough memory for it');
    module.HEAPU8.set(bytes, pointer);
    this.#archive = number('archive_open', ['number', 'number', 'string', 'string'])(
      pointer,
      bytes.length,
      null,
      'en_US.UTF-8',
    );
  }

  /** The next file, unpacked when it has at most so many bytes; folders and links are passed over. */
  next(mostBytes: number): SevenZipAnswer {
    for (;;) {
      const pointer = this.#next(this.#archive);
      if (pointer <= 0) return this.#end();
      this.#listed++;
      if (this.#facts.type(pointer) !== REGULAR_FILE) continue;
      const entry = { pointer, name: this.#facts.name(pointer), bytes: this.#facts.bytes(pointer) };
      return this.#file(entry, mostBytes);
    }
  }

  #end(): SevenZipAnswer {
    // What libarchive does not take for a 7z at all ends at once and without a word.
    const trouble = this.#error(this.#archive) || (this.#listed === 0 ? 'nothing is listed in it' : '');
    const isEncrypted = this.#hasEncrypted(this.#archive) === 1;
    return { kind: 'end', isEncrypted, ...(trouble === '' ? {} : { trouble }) };
  }

  #file(entry: Entry, mostBytes: number): SevenZipAnswer {
    const { pointer, name, bytes } = entry;
    const modified = this.#modified(pointer);
    const file = { kind: 'file' as const, name, bytes, ...(modified === undefined ? {} : { modified }) };
    if (this.#facts.isEncrypted(pointer) === 1) return { ...file, state: 'encrypted' };
    if (bytes > mostBytes) return { ...file, state: 'tooLarge' };
    if (bytes === 0) return { ...file, state: 'whole', content: new Uint8Array(0) };
    const content = this.#read(this.#archive, bytes);
    if (content <= 0 || content > MOST_POINTER)
      return { ...file, state: 'damaged', trouble: this.#error(this.#archive) };
    const copy = this.#module.HEAPU8.slice(content, content + bytes);
    this.#module._free(content);
    return { ...file, state: 'whole', content: copy };
  }

  /** 100 ns ticks since 1970 in text; absent where there is no time. */
  #modified(pointer: number): { readonly seconds: number; readonly nanoseconds: number } | undefined {
    const heap = this.#module.HEAPU8;
    const view = new DataView(heap.buffer, heap.byteOffset, heap.byteLength);
    const nanoseconds = this.#facts.nanoseconds(pointer);
    const seconds = Number(view.getBigInt64(pointer + MTIME_OFFSET, true));
    const isThere = view.getUint32(pointer + MTIME_NSEC_OFFSET, true) === nanoseconds && seconds !== 0;
    return isThere ? { seconds, nanoseconds } : undefined;
  }
}

let opened: SevenZip | undefined;

async function answer(request: SevenZipRequest): Promise<SevenZipAnswer> {
  try {
    if (request.kind === 'open') {
      const { default: libarchive } = await import('libarchive.js/src/webworker/wasm-gen/libarchive.js');
      const quiet = (): void => undefined;
      const module = await libarchive({ print: quiet, printErr: quiet, preRun: [], postRun: [] });
      opened = new SevenZip(module, request.bytes);
      return { kind: 'opened' };
    }
    return opened?.next(request.mostBytes) ?? { kind: 'end', isEncrypted: false, trouble: 'it is not open' };
  } catch (error) {
    return { kind: 'end', isEncrypted: false, trouble: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', (request: SevenZipRequest) => {
  void answer(request).then((result) => {
    const { buffer } = 'content' in result ? result.content : new Uint8Array(0);
    port.postMessage(result, buffer.byteLength === 0 || !(buffer instanceof ArrayBuffer) ? [] : [buffer]);
  });
});
