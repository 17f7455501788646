import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncFolder } from '../../upkeep/index.ts';
import type { PackedImage } from './detection-image.ts';

/** A change of what stands in the files makes the next start read batches instead. */
const FORMAT = 1;
/** The newest may be of batches that were not judged when the server was killed; the one before is not. */
const KEPT = 2;
const NAME = /^(\d{1,16})\.image$/;
const UNFINISHED = 'next.image';
/** Longest first line. */
const MOST_TITLE_BYTES = 1 << 20;

/** What an image is of besides its position. */
export interface ImageOf {
  /** Of all by which batches were read (`JudgedBy.number`). */
  readonly readBy: number;
  /** SHA-256 of what the journal holds at the position, in hex: no image is taken for one of another store. */
  readonly frame: string;
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

  /** One of them with what it is of; undefined where it is not whole. */
  async read(position: number): Promise<{ readonly of: ImageOf; readonly image: FiledImage } | undefined> {
    try {
      await using file = await open(this.#pathOf(position));
      const title = await readTitle(file);
      if (title === undefined || title.position !== position) return undefined;
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
      return { of: title, image: { position, head, senders, rows } };
    } catch {
      return undefined;
    }
  }

  /** Keeps one, whole or not at all, with the one before it; of later positions there can be none. @throws where the disk does not take it */
  async write({ position, head, senders, rows }: FiledImage, { readBy, frame }: ImageOf): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const next = join(this.#folder, UNFINISHED);
    await rm(next, { force: true });
    const pieces = [head, senders, ...rows];
    const title: Title = {
      ...{ format: FORMAT, position, readBy, frame },
      pieces: pieces.map((piece) => ({ bytes: piece.byteLength, crc: crc32(piece) })),
    };
    try {
      await using file = await open(next, 'wx', 0o600);
      await file.writeFile(`${JSON.stringify(title)}\n`);
      for (const piece of pieces) await file.writeFile(piece);
      await file.datasync();
    } catch (cause) {
      await rm(next, { force: true });
      throw cause;
    }
    await rename(next, this.#pathOf(position));
    await syncFolder(this.#folder);
    const positions = await this.positions();
    const kept = positions.filter((one) => one <= position).slice(0, KEPT);
    for (const other of positions) if (!kept.includes(other)) await rm(this.#pathOf(other), { force: true });
  }

  /** Lets go of all. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #pathOf(position: number): string {
    return join(this.#folder, `${position}.image`);
  }
}

async function readTitle(file: FileHandle): Promise<(Title & { readonly end: number }) | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_TITLE_BYTES), 0, MOST_TITLE_BYTES, 0);
  const end = buffer.subarray(0, bytesRead).indexOf(0x0a);
  if (end < 0) return undefined;
  const title = JSON.parse(buffer.toString('utf8', 0, end)) as Title;
  return title.format === FORMAT && Array.isArray(title.pieces) ? { ...title, end: end + 1 } : undefined;
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
