import { createHash } from 'node:crypto';
import type { LogUnit } from '../evtx/index.ts';
import {
  type FilePort,
  findInputs,
  hashFile,
  type Input,
  isArchive,
  type ReadStep,
  readInput,
} from '../intake/index.ts';
import type { Source } from '../windows/index.ts';
import { HeededPort } from './heeded-port.ts';
import { LogRecords } from './log-records.ts';
import { isSameStart } from './log-start.ts';
import type { Mark, Under } from './mark.ts';
import { type Piece, type PieceFile, PieceMaker } from './piece-maker.ts';
import { TextUnits } from './text-units.ts';

export interface WatchedRequest {
  readonly path: string;
  /** Under which its events are known, whatever it is called later. */
  readonly key: string;
  /** How far it was read before; undefined for a file that is new. */
  readonly mark: Mark | undefined;
  /** Nothing is being written to it: its last line needs no end. */
  readonly isWhole: boolean;
  /** Bytes of events at which a piece is given; default 1 MiB. */
  readonly pieceBytes?: number;
}

/** What the reading of a file came to. */
export interface WatchedEnd {
  readonly mark: Mark;
  /** Events that were given as pieces; those that an earlier reading had given are among them. */
  readonly events: number;
  /** Records that could not be read, and stretches that could not be given. */
  readonly lost: number;
  /** Logs and texts in it. */
  readonly sources: number;
  /** What of it was not read and why, in sentences; at most 16. */
  readonly notes: readonly string[];
}

const MOST_NOTES = 16;
const HASHED_BYTES: number = 1 << 20;
const NOTHING = new Uint8Array(0);

/**
 * Reads what is new in one file as pieces of whole events: records of a log as Event XML, units of a text as they stand there, both of archives of any depth too.
 * The same bytes and mark give the same pieces. Rejects where the file cannot be opened or read to its end, with the error of the system; a later reading goes on
 * behind the pieces that were given. Undefined where the file is none that events are read from; its notes say why.
 *
 *     for (let step = await reading.next(); !step.done; step = await reading.next()) keep(step.value.body);
 */
export async function* readWatched(request: WatchedRequest, files: FilePort): AsyncGenerator<Piece, WatchedEnd> {
  const { path } = request;
  const port = new HeededPort(files, path);
  const { mark } = request;
  const { sha256, bytes } = await hashFile(path, port);
  // Touched and not changed.
  if (mark !== undefined && mark.under === undefined && mark.sha256 === sha256 && mark.bytes === bytes) {
    return { mark, events: 0, lost: 0, sources: 0, notes: [] };
  }
  const found = await findInputs([path], port);
  port.check();
  const input = found.inputs[0];
  const notes = [...found.anomalies.map(({ message }) => message), ...found.problems.map(({ message }) => message)];
  const reading = new WatchedReading(request, sha256, bytes, notes, port);
  if (input !== undefined) yield* reading.run(input);
  return yield* reading.end(input);
}

class WatchedReading {
  readonly #request: WatchedRequest;
  readonly #sha256: string;
  readonly #bytes: number;
  readonly #port: HeededPort;
  readonly #notes: string[];
  #before: Mark | undefined;
  #maker: PieceMaker;
  #log: LogRecords | undefined;
  #text: TextUnits | undefined;
  #file: PieceFile;
  #sources = 0;
  #lost = 0;
  #ends: Partial<Mark> = {};

  constructor(request: WatchedRequest, sha256: string, bytes: number, notes: string[], port: HeededPort) {
    this.#request = request;
    this.#sha256 = sha256;
    this.#bytes = bytes;
    this.#notes = notes;
    this.#port = port;
    this.#before = request.mark;
    this.#maker = this.#newMaker();
    // A file that is smaller than it was is another one (SERVE 0.1: 12).
    if ((request.mark?.bytes ?? 0) > bytes) this.#startAnew();
    this.#file = { key: request.key, path: request.path, sha256 };
  }

  async *run(input: Input): AsyncGenerator<Piece, void> {
    if (isArchive(input.kind)) this.#goOn(false);
    for await (const step of readInput(input, this.#port, { hash: false, ownBuffers: false })) {
      this.#port.check();
      yield* this.#take(step, isArchive(input.kind));
    }
    this.#port.check();
  }

  async *end(input: Input | undefined): AsyncGenerator<Piece, WatchedEnd> {
    const kind = input === undefined ? 'text' : isArchive(input.kind) ? 'archive' : (this.#ends.kind ?? 'text');
    const mark: Mark = { format: 1, bytes: this.#bytes, sha256: this.#sha256, ...this.#ends, kind };
    yield* this.#maker.end(mark);
    const { events } = this.#maker;
    const notes = this.#notes.slice(0, MOST_NOTES);
    return { mark, events, lost: this.#lost, sources: this.#sources, notes };
  }

  async *#take(step: ReadStep, isInner: boolean): AsyncGenerator<Piece, void> {
    switch (step.kind) {
      case 'log':
        this.#begin(step.source, { isLog: true });
        this.#log = new LogRecords(isInner ? undefined : this.#before, this.#bytes);
        break;
      case 'unit':
        if (!isInner && step.unit.firstSlot === 0) this.#beginLog(step.unit);
        for (const text of this.#log?.recordsOf(step.unit) ?? []) yield* this.#give(NOTHING, Buffer.from(`${text}\n`));
        break;
      case 'logEnd':
        this.#lost += this.#log?.losses.rejected ?? 0;
        if (!isInner) this.#ends = { kind: 'log', ...this.#log?.read };
        break;
      case 'text':
        this.#begin(step.source);
        if (!isInner) await this.#beginText();
        this.#text = new TextUnits(step.source, isInner ? undefined : this.#before);
        break;
      case 'block':
        for (const { carry, bytes } of this.#text?.push(step.bytes) ?? []) yield* this.#give(carry, bytes);
        break;
      case 'textEnd':
        for (const { carry, bytes } of this.#text?.end(isInner || this.#request.isWhole) ?? []) {
          yield* this.#give(carry, bytes);
        }
        this.#lost += this.#text?.untold ?? 0;
        if (!isInner) this.#ends = { kind: 'text', ...this.#text?.read };
        break;
      case 'kept':
        this.#notes.push(`${step.name} is no log: it is read by triad hunt.`);
        break;
      case 'inputEnd':
        this.#notes.push(...step.end.anomalies.map(({ message }) => message));
        this.#notes.push(
          ...step.end.notRead.map(({ kind, count }) => `${count} file(s) of kind ${kind} were not read.`),
        );
        break;
    }
  }

  *#give(carry: Uint8Array, event: Uint8Array): Generator<Piece, void> {
    const piece = this.#maker.add(this.#file, carry, event);
    if (piece !== undefined) yield piece;
  }

  #begin({ container }: Source, kind: { readonly isLog?: true } = {}): void {
    this.#sources++;
    const { key, path } = this.#request;
    this.#file = { key, path, ...(container === undefined ? {} : { container }), sha256: this.#sha256, ...kind };
  }

  /** A log that grew begins with the same chunk, and has the same records first. */
  #beginLog(unit: LogUnit): void {
    this.#log?.begin(unit.bytes);
    this.#maker = this.#newMaker();
    const under = this.#before?.under;
    const isStill = under !== undefined && isSameStart(under, this.#log?.start ?? {}) && under.bytes <= this.#bytes;
    this.#goOn(isStill);
  }

  /** A text is the one that was read before when it begins with all of it; else it is read from its beginning. */
  async #beginText(): Promise<void> {
    const before = this.#before;
    if (before?.offset !== undefined && (await this.#prefixDigest(before.bytes)) !== before.sha256) this.#startAnew();
    const under = before?.under;
    this.#goOn(under !== undefined && (await this.#prefixDigest(under.bytes)) === under.sha256);
  }

  /** Forgets what was read before. */
  #startAnew(): void {
    this.#before = undefined;
    this.#maker = this.#newMaker();
  }

  /** The file as it is in this reading. */
  get #now(): Omit<Under, 'events'> {
    return { bytes: this.#bytes, sha256: this.#sha256, ...this.#log?.start };
  }

  /** Passes over the events that a reading gave which was broken off, where they are the first ones still. */
  #goOn(isStill: boolean): void {
    const under = this.#request.mark?.under;
    if (under !== undefined && (under.sha256 === this.#sha256 || isStill)) this.#maker.passOver(under.events);
  }

  #newMaker(): PieceMaker {
    return new PieceMaker(this.#before ?? empty(), this.#now, this.#request.pieceBytes);
  }

  async #prefixDigest(bytes: number): Promise<string> {
    const hash = createHash('sha256');
    const file = await this.#port.open(this.#request.path);
    try {
      const piece = Buffer.alloc(Math.min(bytes, HASHED_BYTES));
      for (let at = 0; at < bytes; ) {
        const read = await file.read(piece.subarray(0, Math.min(piece.length, bytes - at)), at);
        if (read === 0) break;
        hash.update(piece.subarray(0, read));
        at += read;
      }
    } finally {
      await file.close();
    }
    return hash.digest('hex');
  }
}

/** The mark of a file of which nothing was read. */
function empty(): Mark {
  return { format: 1, bytes: 0, sha256: '', kind: 'text' };
}
