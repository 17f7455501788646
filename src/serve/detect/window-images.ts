import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { Journal } from '../../journal/index.ts';
import type { RecordGapsImage } from '../blind/record-gaps.ts';
import type { Log } from '../log.ts';
import { OF_RETRIES, SparseLog } from '../sparse-log.ts';
import { payloadAt } from '../start-of.ts';
import { type PackedImage, unpackImage } from './detection-image.ts';
import type { ImageFiles } from './image-files.ts';

/** So long an end waits for an image to write. */
const AT_END_MS = 5000;
/** So long the journal keeps what an image needs after it was kept or was found to be the newest still. */
const NEEDED_MS = 3_600_000;
/** So much more of the disk is left free than the archive leaves, as a share: what the journal holds cannot be made anew, and it lets go of it one percent before the archive. */
const BEFORE_JOURNAL = 0.02;
/** The journal makes room below that in any case. */
const LEAST_FREE = 0.05;
const NOT_KEPT = 'the window is not kept: the next start reads more again';

type Asked = PackedImage | 'kept' | undefined;

export interface WindowImagesParts {
  readonly files: ImageFiles;
  readonly journal: Journal;
  readonly log: Log;
  readonly nowMs: () => number;
  /** Asks detection: `kept` where nothing came since that position, undefined where there is none to have now. */
  readonly ask: (keptTo: number) => Promise<Asked>;
  /** What is known of the record ids of senders. */
  readonly gaps: () => RecordGapsImage;
  /** A number of all by which batches are read; undefined where what the window holds was read by two. */
  readonly readBy: () => number | undefined;
  /** Position up to which all is judged and committed. */
  readonly judged: () => number;
  /** Positions of batches that are judged no more now. */
  readonly aside: () => Iterable<number>;
  /** What the archive leaves free of the disk, as a share. */
  readonly archiveFree: number;
  /** Position of the image that this start began with, 0 for none. */
  readonly begunWith: number;
}

export interface BeginsWith {
  readonly image: PackedImage;
  readonly gaps: RecordGapsImage;
}

/**
 * The newest image that a start can begin with: read by what reads now, of this journal, of nothing that is not judged or is judged no more (`aside`), and with no more behind it than is read without one
 * (`since`). All others are passed over.
 */
export async function imageToBeginWith(
  { files, journal }: Pick<WindowImagesParts, 'files' | 'journal'>,
  {
    judged,
    since,
    readBy,
    aside,
  }: {
    readonly judged: number;
    readonly since: number;
    readonly readBy: number | undefined;
    readonly aside: Iterable<number>;
  },
): Promise<BeginsWith | undefined> {
  await files.removeUnfinished();
  for (const position of await files.positions()) {
    if (position > judged || position + 1 < Math.min(judged + 1, since)) continue;
    const found = await files.read(
      position,
      async (of) =>
        of.readBy === readBy &&
        of.engine === process.versions.v8 &&
        of.aside.join() === upTo(aside, position).join() &&
        of.frame === (await frameAt(journal, position)),
    );
    if (found === undefined) continue;
    try {
      const { senders, ...image } = found;
      // What cannot be read here could not be read by the thread of detection, which would end with it.
      unpackImage(image);
      return { image, gaps: deserialize(senders) as RecordGapsImage };
    } catch {
      // The one before it may be well.
    }
  }
  return undefined;
}

/** Keeps images of the window now and then, and at a clean end. */
export class WindowImages {
  readonly #parts: WindowImagesParts;
  readonly #warnings: SparseLog;
  /** The newest image, and of which batches up to its position it was that none of them is judged. */
  #kept: { readonly position: number; readonly atMs: number; readonly aside: string };
  #timer: NodeJS.Timeout | undefined;
  #isKeeping = false;
  #writing: Promise<void> = Promise.resolve();
  #isLate = false;
  /** Ends what waits for detection. It holds nothing once that came: an image is as large as the window. */
  #giveUp: (() => void) | undefined;

  constructor(parts: WindowImagesParts) {
    this.#parts = parts;
    this.#warnings = new SparseLog(parts.log, parts.nowMs, OF_RETRIES);
    const position = parts.begunWith;
    this.#kept = { position, atMs: parts.nowMs(), aside: upTo(parts.aside(), position).join() };
  }

  /** What the journal has to keep for the newest image: from this position on; undefined where there is none that counts. */
  get neededFrom(): number | undefined {
    const { position, atMs } = this.#kept;
    return position > 0 && this.#parts.nowMs() - atMs < NEEDED_MS ? position : undefined;
  }

  /** Keeps one so often: a start reads at most what came since again. */
  start(everyMs: number): void {
    this.#timer = setInterval(() => {
      if (!this.#isKeeping) void this.keep();
    }, everyMs);
    this.#timer.unref();
  }

  /** Keeps one, where there is one to have. Trouble of the disk is told: it costs the next start time. */
  keep(): Promise<void> {
    if (this.#parts.readBy() === undefined) return this.#writing;
    this.#isKeeping = true;
    this.#writing = this.#keepOne(this.#asked()).finally(() => {
      this.#isKeeping = false;
    });
    return this.#writing;
  }

  /** Keeps the last one, where all of it is judged: a start that follows has nothing to read again. A judgement that is under way for long is not waited for. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    const timer = setTimeout(() => {
      this.#isLate = true;
      this.#giveUp?.();
    }, AT_END_MS);
    await this.#writing;
    await this.#keepOne(this.#asked(), this.#parts.judged());
    clearTimeout(timer);
  }

  async #asked(): Promise<Asked> {
    if (this.#isLate) return undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#giveUp = () => resolve(undefined);
        this.#parts.ask(this.#keptTo).then(resolve, reject);
      });
    } finally {
      this.#giveUp = undefined;
    }
  }

  /** The position that no image is wanted of again; none where batches up to it are judged since that were not, or the other way round. */
  get #keptTo(): number {
    const { position, aside } = this.#kept;
    return upTo(this.#parts.aside(), position).join() === aside ? position : -1;
  }

  async #keepOne(asked: Promise<Asked>, most: number = Number.POSITIVE_INFINITY): Promise<void> {
    const { files, journal, log, nowMs, readBy, archiveFree } = this.#parts;
    const began = readBy();
    const aside = [...this.#parts.aside()];
    try {
      const image = await asked;
      if (image === 'kept') this.#kept = { ...this.#kept, atMs: nowMs() };
      if (began === undefined || image === undefined || image === 'kept' || image.position > most) return;
      const frame = await frameAt(journal, image.position);
      // What a judgement ended with meanwhile may be in it.
      const isSame = readBy() === began && [...this.#parts.aside()].join() === aside.join();
      if (frame === undefined || !isSame) return;
      const senders = new Uint8Array(serialize(this.#parts.gaps()));
      const bytes = [image.head, senders, ...image.rows].reduce((sum, { byteLength }) => sum + byteLength, 0);
      const { freeBytes, totalBytes } = journal.health().space;
      if (freeBytes - bytes < totalBytes * (Math.max(LEAST_FREE, archiveFree) + BEFORE_JOURNAL)) {
        this.#warnings.error(NOT_KEPT, { message: `${freeBytes} bytes of the disk are free, and it has ${bytes}` });
        return;
      }
      const of = { readBy: began, engine: process.versions.v8, frame, aside: upTo(aside, image.position) };
      await files.write({ ...image, senders }, of, () => this.#parts.judged());
      this.#kept = { position: image.position, atMs: nowMs(), aside: of.aside.join() };
      log.debug('window kept', { position: image.position, bytes });
    } catch (cause) {
      this.#warnings.error(NOT_KEPT, { message: cause instanceof Error ? cause.message : String(cause) });
    }
  }
}

function upTo(positions: Iterable<number>, position: number): readonly number[] {
  return [...positions].filter((one) => one <= position).sort((a, b) => a - b);
}

async function frameAt(journal: Journal, position: number): Promise<string | undefined> {
  const payload = position < 1 ? undefined : await payloadAt(journal, position);
  return payload && createHash('sha256').update(payload).digest('hex');
}
