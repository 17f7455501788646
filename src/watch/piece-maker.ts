import { packFileChunk } from '../receive/index.ts';
import { type Mark, markText, type Under } from './mark.ts';

/** A piece of a file, ready for the journal. */
export interface Piece {
  readonly body: Uint8Array;
  readonly events: number;
  /** How far the file is read with it; it stands in the body too. */
  readonly mark: Mark;
}

export interface PieceFile {
  readonly key: string;
  readonly path: string;
  readonly container?: readonly string[];
  readonly sha256: string;
  /** See `ChunkFile`. */
  readonly isLog?: true;
}

/** Bytes of events at which a piece is given out; one event may be longer. */
export const PIECE_BYTES: number = 1 << 20;
const PIECE_EVENTS = 10_000;

/** What one piece holds until it is given out. */
interface Open {
  readonly file: PieceFile;
  readonly carry: Uint8Array;
  readonly parts: Uint8Array[];
  readonly lengths: number[];
  bytes: number;
  /** New events of the file up to its end. */
  through: number;
}

/**
 * Puts events of one reading together to pieces. A piece waits until the next one is ready, for the last one tells that the file is read. Events that an
 * earlier reading gave, which did not come to its end, are counted and not given again.
 */
export class PieceMaker {
  readonly #before: Mark;
  readonly #under: Omit<Under, 'events'>;
  #skip = 0;
  readonly #pieceBytes: number;
  #open: Open | undefined;
  #ready: Open | undefined;
  #events = 0;

  /** `before` is the mark of what was read before; `under` the file as it is now. */
  constructor(before: Mark, under: Omit<Under, 'events'>, pieceBytes: number = PIECE_BYTES) {
    this.#pieceBytes = pieceBytes;
    const { under: _, ...plain } = before;
    this.#before = plain;
    this.#under = under;
  }

  /** The first events were given before. */
  passOver(events: number): void {
    this.#skip = events;
  }

  /** Events that were put into pieces. */
  get events(): number {
    return this.#events;
  }

  /** Adds an event; a piece, when one is due. */
  add(file: PieceFile, carry: Uint8Array, event: Uint8Array): Piece | undefined {
    this.#events++;
    if (this.#events <= this.#skip) return undefined;
    const open = this.#open;
    const isOther = open !== undefined && (open.file !== file || !sameBytes(open.carry, carry));
    const isFull =
      open !== undefined && (open.bytes + event.length > this.#pieceBytes || open.lengths.length >= PIECE_EVENTS);
    const piece = isOther || isFull ? this.#close() : undefined;
    this.#open ??= { file, carry, parts: [], lengths: [], bytes: 0, through: 0 };
    this.#open.parts.push(event);
    this.#open.lengths.push(event.length);
    this.#open.bytes += event.length;
    this.#open.through = this.#events;
    return piece;
  }

  /** The last piece, with the mark of a file that is read; undefined where nothing is left to give. */
  end(mark: Mark): readonly Piece[] {
    const pieces = [this.#close()];
    const last = this.#ready;
    this.#ready = undefined;
    if (last !== undefined) pieces.push(pieceOf(last, mark));
    return pieces.filter((piece) => piece !== undefined);
  }

  #close(): Piece | undefined {
    const waiting = this.#ready;
    this.#ready = this.#open;
    this.#open = undefined;
    if (waiting === undefined) return undefined;
    return pieceOf(waiting, { ...this.#before, under: { ...this.#under, events: waiting.through } });
  }
}

function pieceOf({ file, carry, parts, lengths }: Open, mark: Mark): Piece {
  const { key, path, container, sha256, isLog } = file;
  const kind = isLog === undefined ? {} : { isLog };
  const named = { key, path, ...(container === undefined ? {} : { container }), sha256, ...kind };
  const body = packFileChunk({ file: named, mark: markText(mark), carry: carry.length, lengths }, [carry, ...parts]);
  return { body, events: lengths.length, mark };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || Buffer.compare(a, b) === 0;
}
