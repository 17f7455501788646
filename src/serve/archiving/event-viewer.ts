import type { Source } from '../../windows/index.ts';
import { AskedThread } from '../asked-thread.ts';
import type { Reading } from '../serve-request.ts';

export interface ViewRequest {
  readonly ticket: number;
  readonly source: Source;
  /** Whose zone of times without one counts. */
  readonly sender: string;
  readonly raw: Uint8Array;
}

/** What the user says of texts, from now on: they are shown as they are read. */
export interface ViewReading {
  readonly reading: Reading | undefined;
}

/** Records as in the output of a hunt, without what only a run knows: their host key and id. */
export interface ViewAnswer {
  readonly ticket: number;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

/** An event has at most 1 MiB; what takes so long is made to. */
const MOST_MS = 5000;
// The compiler rewrites import specifiers only, so the extension is taken from the running file.
const ENTRY = new URL(`./view-worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** Reads single events for people, one at a time, in a thread of their own. */
export class EventViewer {
  #reading: Reading | undefined;
  readonly #thread: AskedThread<ViewRequest, ViewAnswer>;

  constructor(reading: Reading | undefined, mostMs: number = MOST_MS) {
    this.#reading = reading;
    const first = (): readonly ViewReading[] => [{ reading: this.#reading }];
    this.#thread = new AskedThread({ entry: ENTRY, name: 'records', first, mostMs });
  }

  /** Events are read by other mappings and zones from now on. */
  use(reading: Reading | undefined): void {
    this.#reading = reading;
    this.#thread.tell({ reading } satisfies ViewReading);
  }

  /** What is read in the bytes of an event; undefined where the reader does not get through. */
  async read(source: Source, sender: string, raw: Uint8Array): Promise<ViewAnswer['records'] | undefined> {
    return (await this.#thread.ask({ source, sender, raw }))?.records;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
