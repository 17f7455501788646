import { type FSWatcher, watch } from 'node:fs';
import type { State, WatchedFile } from '../../state/index.ts';
import { markText, type Piece, readMark, type WatchedEnd } from '../../watch/index.ts';
import type { Log } from '../log.ts';
import { FOLDER_SENDER } from '../sender-source.ts';
import { Sleepers } from '../sleepers.ts';
import { type TakeParts, takeBatch } from '../take-batch.ts';
import { FileReader, type FileReading } from './file-reader.ts';
import { type FoundFile, findFiles } from './find-files.ts';
import { isNews, type KnownFile, knownOf, troubleWaitMs, unknown } from './known-file.ts';

export interface WatchParts extends TakeParts {
  /** Absolute paths. */
  readonly folders: readonly string[];
  readonly intervalMs: number;
  readonly state: State;
  readonly log: Log;
  /** How far files are read with what the journal holds and the state does not know yet. */
  readonly marks: ReadonlyMap<string, string>;
}

/** A file that never rests is read all the same after so long, but for what is being written. */
const RESTLESS_MS = 30_000;
/** The time between two readings of a file, in times of what the first one took: one that grows without end costs a tenth of a core. */
const REST_TIMES = 10;
/** Changes that are told within so short a time are one. */
const HINT_MS = 50;
const MOST_TOLD = 5;

/**
 * Looks at folders again and again, and puts what is new in their files into the journal. Nothing is moved, changed or touched there. A hint of the file system
 * makes the next look come sooner; shares give none, so it is never relied on (SERVE 1.8).
 */
export class FolderWatch {
  readonly #parts: WatchParts;
  readonly #reader: Pick<FileReader, 'read' | 'close'>;
  readonly #known = new Map<string, KnownFile>();
  readonly #stop = new AbortController();
  readonly #hints: FSWatcher[] = [];
  readonly #sleepers = new Sleepers();
  #done: Promise<void> = Promise.resolve();
  #troubles: readonly string[] = [];
  #isCut = false;
  #files = 0;
  #looks = 0;
  /** Files with something new that the last look left for later: they do not rest, or were read a short while ago. Those that gave trouble are waited for by nobody. */
  #later = 0;
  /** Makes the next look come soon, while it is waited for. */
  #hinted: (() => void) | undefined;

  /** `reader`: what reads the files; default a process of its own. */
  constructor(parts: WatchParts, reader: Pick<FileReader, 'read' | 'close'> = new FileReader(parts.folders)) {
    this.#parts = parts;
    this.#reader = reader;
  }

  get figures(): Readonly<Record<string, number>> {
    return { watchedFiles: this.#files, watchedLooks: this.#looks };
  }

  /** What a person should look at, in sentences. */
  get degraded(): readonly string[] {
    // Of a file that is gone nothing is told.
    const there = [...this.#known.values()].filter(({ look }) => look >= this.#looks - 1);
    const failed = there.filter(({ failures, troubles }) => failures + troubles > 0).map(({ note }) => note);
    const cut = this.#isCut ? ['there are more files in the watched folders than are looked at'] : [];
    const more =
      failed.length > MOST_TOLD ? [`${failed.length - MOST_TOLD} more watched file(s) could not be read`] : [];
    return [...this.#troubles, ...cut, ...failed.slice(0, MOST_TOLD), ...more];
  }

  /** Begins to look. `onFailure` is told of what it cannot go on from. */
  start(onFailure: (cause: unknown) => void): void {
    for (const folder of this.#parts.folders) this.#hear(folder);
    this.#done = this.#run().catch(onFailure);
  }

  /** Waits for a whole look that finds nothing which is to be read later: everything is in the journal then. */
  async looked(): Promise<void> {
    const wanted = this.#looks + 2;
    const isOver = (): boolean => (this.#looks >= wanted && this.#later === 0) || this.#stop.signal.aborted;
    while (!isOver()) await this.#sleepers.sleep();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const hint of this.#hints) hint.close();
    this.#reader.close();
    this.#sleepers.wake();
    await this.#done;
  }

  #hear(folder: string): void {
    try {
      const hint = watch(folder, { recursive: true, persistent: false }, () => this.#hint());
      hint.on('error', ({ message }) => this.#parts.log.debug('no hints of a folder', { folder, message }));
      this.#hints.push(hint);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause)) throw cause;
      this.#parts.log.debug('no hints of a folder', { folder, message: cause.message });
    }
  }

  #hint(): void {
    this.#hinted?.();
  }

  async #run(): Promise<void> {
    await this.#remember();
    while (!this.#stop.signal.aborted) {
      await this.#look();
      this.#looks++;
      this.#sleepers.wake();
      await this.#rest();
    }
  }

  /** What the state and the journal know of files from before this start. */
  async #remember(): Promise<void> {
    const { marks } = this.#parts;
    for (const row of await this.#rows()) this.#known.set(row.key, knownOf(row, marks.get(row.key)));
    for (const [key, mark] of marks) {
      if (!this.#known.has(key)) this.#known.set(key, { ...unknown({ bytes: -1, modifiedMs: 0 }), mark });
    }
  }

  /** Without its rows every file would be read anew: it waits for them. */
  async #rows(): Promise<readonly WatchedFile[]> {
    for (;;) {
      const rows = await this.#parts.state.call('listWatchedFiles', null);
      if (rows.kind === 'done') return rows.value;
      if (this.#stop.signal.aborted) return [];
      this.#parts.log.warn('watched files not known yet', { message: rows.message });
      await this.#rest();
    }
  }

  async #look(): Promise<void> {
    const { files, troubles, isCut } = await findFiles(this.#parts.folders);
    this.#files = files.length;
    this.#troubles = troubles;
    this.#isCut = isCut;
    let later = 0;
    for (const file of files) {
      if (this.#stop.signal.aborted) return;
      const known = this.#known.get(file.key) ?? unknown(file);
      this.#known.set(file.key, known);
      known.look = this.#looks;
      const isWhole = this.#rests(known, file);
      if (!isNews(known, file)) continue;
      if (isWhole !== undefined && this.#parts.nowMs() >= known.notBeforeMs) await this.#read(known, file, isWhole);
      else if (isWhole === undefined || known.troubles === 0) later++;
    }
    this.#later = later;
    this.#forgetGone(files);
  }

  /** Whether nobody writes to it; undefined where that cannot be said yet. */
  #rests(known: KnownFile, { bytes, modifiedMs }: FoundFile): boolean | undefined {
    const { nowMs } = this.#parts;
    const isSame = known.seen.bytes === bytes && known.seen.modifiedMs === modifiedMs;
    known.seen = { bytes, modifiedMs };
    if (isSame && known.changingSinceMs !== undefined) {
      known.changingSinceMs = undefined;
      return true;
    }
    if (isSame) return true;
    known.changingSinceMs ??= nowMs();
    return nowMs() - known.changingSinceMs > RESTLESS_MS ? false : undefined;
  }

  async #read(known: KnownFile, file: FoundFile, isWhole: boolean): Promise<void> {
    const { nowMs, log } = this.#parts;
    const beganMs = nowMs();
    const { path, key } = file;
    let pieces = 0;
    const mark = known.mark === '' ? undefined : readMark(known.mark);
    const reading = await this.#reader.read({ path, key, mark, isWhole }, async (piece) => {
      const isKept = await this.#keep(piece);
      if (!isKept) return false;
      pieces++;
      // A reading that breaks off is gone on with behind it.
      known.mark = markText(piece.mark);
      return true;
    });
    if (reading === undefined || this.#stop.signal.aborted) return;
    known.notBeforeMs = nowMs() + REST_TIMES * (nowMs() - beganMs);
    if (reading.kind !== 'end') {
      this.#failed(known, file, reading);
      await this.#note(known, file, undefined);
      return;
    }
    const { end } = reading;
    known.read = { bytes: file.bytes, modifiedMs: file.modifiedMs };
    known.failures = 0;
    known.troubles = 0;
    known.note = end.notes.join(' ');
    known.mark = markText(end.mark);
    const { events, lost } = end;
    if (pieces > 0) log.info('file read', { path, events, lost, ...(known.note === '' ? {} : { note: known.note }) });
    await this.#note(known, file, pieces === 0 ? end : undefined);
  }

  /** Only a file that ended its process is given up after a while; what the disk or a share does not give now is tried again, less and less often. */
  #failed(known: KnownFile, file: FoundFile, { kind, message }: Exclude<FileReading, { kind: 'end' }>): void {
    const { path, bytes, modifiedMs } = file;
    if (kind === 'died') {
      known.failures++;
      known.read = { bytes, modifiedMs };
    } else {
      known.notBeforeMs = Math.max(known.notBeforeMs, this.#parts.nowMs() + troubleWaitMs(known.troubles));
      known.troubles++;
      known.read = undefined;
    }
    known.note = `${path}: ${message}`;
    const { failures, troubles } = known;
    this.#parts.log.warn('file not read', { path, reason: message, failures: failures + troubles });
  }

  async #keep({ body, events }: Piece): Promise<boolean> {
    const header = {
      sender: `${FOLDER_SENDER}watched`,
      key: 'none',
      trust: 'file',
      protocol: 'file',
      peer: 'local',
    } as const;
    return await takeBatch(this.#parts, { header, body, items: events }, this.#stop.signal);
  }

  /** Keeps what a look came to; `end` where its mark comes with no piece. */
  async #note({ failures, troubles, note }: KnownFile, file: FoundFile, end: WatchedEnd | undefined): Promise<void> {
    const { key, path, bytes, modifiedMs } = file;
    const noted = await this.#parts.state.call('noteWatchedFile', {
      key,
      path,
      bytes,
      modifiedMs,
      failures: failures + troubles,
      note: note.slice(0, 2000),
      lookedMs: this.#parts.nowMs(),
      ...(end === undefined ? {} : { mark: JSON.stringify(end.mark), sha256: end.mark.sha256 }),
    });
    if (noted.kind === 'refused') this.#parts.log.warn('look not noted', { path, message: noted.message });
  }

  /** Files that are gone are known by their rows alone, as far as those go. */
  #forgetGone(files: readonly FoundFile[]): void {
    if (this.#known.size <= 2 * files.length + 1000) return;
    const there = new Set(files.map(({ key }) => key));
    for (const key of this.#known.keys()) if (!there.has(key)) this.#known.delete(key);
  }

  /** Waits for the next look: the interval, or a short while after a hint. */
  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#stop;
      const end = (): void => {
        clearTimeout(timer);
        this.#hinted = undefined;
        signal.removeEventListener('abort', end);
        resolve();
      };
      let timer = setTimeout(end, this.#parts.intervalMs);
      this.#hinted = () => {
        this.#hinted = undefined;
        clearTimeout(timer);
        timer = setTimeout(end, Math.min(HINT_MS, this.#parts.intervalMs));
      };
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }
}
