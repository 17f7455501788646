import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { syncFolder } from '../../upkeep/index.ts';
import type { PackedImage } from './detection-image.ts';

/** A change of what stands in the files makes the next start read batches instead. */
const FORMAT = 2;
const NAME = /^(\d{1,16})\.image$/;
const UNFINISHED = 'next.image';
/** Longest first line. */
const MOST_TITLE_BYTES = 1 << 20;
/** Bytes between two syncs: one of all would hold up those of the journal on the same disk. */
const SYNC_BYTES = 32 << 20;

/** What an image is of besides its position. */
export interface ImageOf {
  /** Of all by which batches were read (`JudgedBy.number`), and of the engine whose form the pieces have. */
  readonly readBy: number;
  readonly engine: string;
  /** SHA-256 of what the journal holds at the position, in hex: no image is taken for one of another store. */
  readonly frame: string;
  /** Positions up to its own of batches that were judged no more, since a judgement ended with them: nothing else may be. */
  readonly aside: readonly number[];
}

interface Title extends ImageOf {
  readonly format: number;
  readonly position: number;
  /** Length and CRC-32 of head, senders and rows. */
  readonly pieces: readonly { readonly bytes: number; readonly crc: number }[];
}

/** An image with what the main thread knows of senders, which is of a later batch at most. */
export interface FiledImage extends PackedImage {
  readonly senders: Uint8Array<ArrayBuffer>;
}

/**
 * Images of the window in a folder of their own: a line of JSON, and the pieces that it names. They are made of what the journal holds, so losing them costs the time to read it; what
 * does not verify counts as lost.
 */
export class ImageFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Positions of those that are there, the newest first. */
  async positions(): Promise<readonly number[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names
      .flatMap((name) => Number(NAME.exec(name)?.[1] ?? Number.NaN))
      .filter(Number.isSafeInteger)
      .sort((a, b) => b - a);
  }

  /** One of them, where it is whole and what it is of is good, which is asked before the rest is read. */
  async read(position: number, isGood: (of: ImageOf) => Promise<boolean>): Promise<FiledImage | undefined> {
    try {
      await using file = await open(this.#pathOf(position));
      const title = await readTitle(file);
      if (title === undefined || title.position !== position || !(await isGood(title))) return undefined;
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      let at = title.end;
      for (const { bytes, crc } of title.pieces) {
        const piece = await readPiece(file, at, bytes);
        if (piece === undefined || crc32(piece) !== crc) return undefined;
        pieces.push(piece);
        at += bytes;
      }
      const [head, senders, ...rows] = pieces;
      if (head === undefined || senders === undefined) return undefined;
      return { position, head, senders, rows };
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps one, whole or not at all. Beside it the newest one of what is judged, for if the server is killed before more is, a start begins with that; and the one that is judged next.
   * @throws where the disk does not take it
   */
  async write({ position, head, senders, rows }: FiledImage, of: ImageOf, judged: () => number): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.removeUnfinished();
    const pieces = [head, senders, ...rows];
    const { readBy, engine, frame, aside } = of;
    const title: Title = { format: FORMAT, position, readBy, engine, frame, aside, pieces: await measured(pieces) };
    const next = join(this.#folder, UNFINISHED);
    try {
      await using file = await open(next, 'wx', 0o600);
      await file.writeFile(`${JSON.stringify(title)}\n`);
      let unsynced = 0;
      for (const piece of pieces) {
        await file.writeFile(piece);
        unsynced += piece.byteLength;
        if (unsynced < SYNC_BYTES) continue;
        await file.datasync();
        unsynced = 0;
      }
      await file.datasync();
    } catch (cause) {
      await this.removeUnfinished();
      throw cause;
    }
    await rename(next, this.#pathOf(position));
    await syncFolder(this.#folder);
    const before = (await this.positions()).filter((one) => one < position);
    const safe = before.find((one) => one <= judged());
    const toCome = before.findLast((one) => one > judged());
    for (const one of await this.positions()) {
      if (one !== position && one !== safe && one !== toCome) await rm(this.#pathOf(one), { force: true });
    }
  }

  /** What a killed server was writing. */
  async removeUnfinished(): Promise<void> {
    await rm(join(this.#folder, UNFINISHED), { force: true });
  }

  #pathOf(position: number): string {
    return join(this.#folder, `${position}.image`);
  }
}

async function measured(pieces: readonly Uint8Array[]): Promise<Title['pieces']> {
  const found: { readonly bytes: number; readonly crc: number }[] = [];
  for (const piece of pieces) {
    found.push({ bytes: piece.byteLength, crc: crc32(piece) });
    // Others are answered between two of them.
    await setImmediate();
  }
  return found;
}

async function readTitle(file: FileHandle): Promise<(Title & { readonly end: number }) | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_TITLE_BYTES), 0, MOST_TITLE_BYTES, 0);
  const end = buffer.subarray(0, bytesRead).indexOf(0x0a);
  if (end < 0) return undefined;
  const title = JSON.parse(buffer.toString('utf8', 0, end)) as Title;
  return title.format === FORMAT && Array.isArray(title.pieces) && Array.isArray(title.aside)
    ? { ...title, end: end + 1 }
    : undefined;
}

/** Bytes of a buffer of their own; undefined where there are fewer. */
async function readPiece(file: FileHandle, at: number, bytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (at + bytes > (await file.stat()).size) return undefined;
  const piece = new Uint8Array(bytes);
  let read = 0;
  while (read < bytes) {
    const { bytesRead } = await file.read(piece, read, bytes - read, at + read);
    if (bytesRead === 0) return undefined;
    read += bytesRead;
  }
  return piece;
}
