import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { Journal } from '../../journal/index.ts';
import type { RecordGapsImage } from '../blind/record-gaps.ts';
import type { Log } from '../log.ts';
import { payloadAt } from '../start-of.ts';
import type { PackedImage } from './detection-image.ts';
import type { ImageFiles } from './image-files.ts';

/** So long an end waits for one. */
const AT_END_MS = 5000;

export interface WindowImagesParts {
  readonly files: ImageFiles;
  readonly journal: Journal;
  readonly log: Log;
  /** Asks detection; undefined where there is none to have now. */
  readonly ask: () => Promise<PackedImage | undefined>;
  /** What is known of the record ids of senders. */
  readonly gaps: () => RecordGapsImage;
  /** A number of all by which batches are read; undefined where what the window holds was read by two. */
  readonly readBy: () => number | undefined;
  /** Position up to which all is judged and committed. */
  readonly judged: () => number;
}

export interface BeginsWith {
  readonly image: PackedImage;
  readonly gaps: RecordGapsImage;
}

/**
 * The newest image that a start can begin with: read by what reads now, of this journal, and of nothing that is not judged. All others are older, or no good, and are passed over.
 */
export async function imageToBeginWith(
  { files, journal }: Pick<WindowImagesParts, 'files' | 'journal'>,
  judged: number,
  readBy: number | undefined,
): Promise<BeginsWith | undefined> {
  for (const position of await files.positions()) {
    // What lies behind it has to be there.
    if (position > judged || position + 1 < journal.health().first) continue;
    const found = await files.read(position);
    if (found === undefined || found.of.readBy !== readBy || found.of.frame !== (await frameAt(journal, position)))
      continue;
    const { senders, ...image } = found.image;
    return { image, gaps: deserialize(senders) as RecordGapsImage };
  }
  return undefined;
}

/** Keeps images of the window now and then, and at a clean end. */
export class WindowImages {
  readonly #parts: WindowImagesParts;
  #kept = 0;
  #timer: NodeJS.Timeout | undefined;
  #isKeeping = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: WindowImagesParts) {
    this.#parts = parts;
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
    this.#isKeeping = true;
    this.#writing = this.#writing
      .then(() => this.#keepOne())
      .finally(() => {
        this.#isKeeping = false;
      });
    return this.#writing;
  }

  /** Other rules, other readers: what the window holds was read by two. */
  async forget(): Promise<void> {
    await this.#writing;
    await this.#parts.files.forget();
  }

  /** Keeps the last one, where all of it is judged: a start that follows has nothing to read again. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, AT_END_MS);
    await Promise.race([this.#writing.then(() => this.#keepOne(this.#parts.judged())), late.promise]);
    clearTimeout(timer);
  }

  async #keepOne(upTo: number = Number.POSITIVE_INFINITY): Promise<void> {
    const { files, journal, log, ask, readBy } = this.#parts;
    const began = readBy();
    if (began === undefined) return;
    try {
      const image = await ask();
      if (image === undefined || image.position === this.#kept || image.position > upTo) return;
      const frame = await frameAt(journal, image.position);
      if (frame === undefined || readBy() !== began) return;
      const senders = new Uint8Array(serialize(this.#parts.gaps()));
      await files.write({ ...image, senders }, { readBy: began, frame });
      this.#kept = image.position;
      log.debug('window kept', {
        position: image.position,
        bytes: image.rows.reduce((sum, { length }) => sum + length, 0),
      });
    } catch (cause) {
      log.warn('the window is not kept: the next start reads more again', {
        message: cause instanceof Error ? cause.message : String(cause),
      });
    }
  }
}

async function frameAt(journal: Journal, position: number): Promise<string | undefined> {
  const payload = position < 1 ? undefined : await payloadAt(journal, position);
  return payload && createHash('sha256').update(payload).digest('hex');
}
