import type { Instant, Source } from '../windows/index.ts';
import { PieceSource } from './byte-source.ts';
import { openHeld } from './holding.ts';
import type { InnerPieces } from './inner-pieces.ts';
import type { MemberSource, OpenArchive } from './open-archive.ts';
import { readGzip, readZstd } from './packed-reader.ts';
import { baseName } from './path-text.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { type ArchiveKind, isArchive, isNamedLog, isText, RECOGNISED_BYTES, roleOfKind } from './recognise.ts';
import { readSevenZip } from './seven-zip-reader.ts';
import { HEAD_BYTES, unitsOfPieces } from './slot-units.ts';
import { readTar, readTarFile } from './tar-reader.ts';
import { blocksOfPieces } from './text-blocks.ts';
import { readZip } from './zip-reader.ts';

/** What is known of an inner file besides its bytes. */
export interface InnerFacts {
  /** Archives around it. */
  readonly depth: number;
  /** Its size, where it is sure. */
  readonly bytes?: number;
  /** Its size as its archive claims it. */
  readonly declaredBytes?: number;
  readonly modified?: Instant;
}

/** The evidence that comes in pieces: a log, a text, what is kept, or what an archive holds; anything else is noted as what it is. */
export async function* readInner(
  reading: Reading,
  source: MemberSource,
  name: string,
  inner: InnerPieces,
  facts: InnerFacts,
): AsyncGenerator<ReadStep, void> {
  const { bytes } = facts;
  const start = await inner.head(RECOGNISED_BYTES);
  const kind = reading.recognise(start, name);
  if (isArchive(kind) && reading.canRead(kind, facts.depth)) {
    yield* readInnerArchive(reading, source, kind, inner, start, facts);
    return;
  }
  if (!reading.wants(source)) return;
  const role = reading.keeps ? roleOfKind(kind) : undefined;
  if (role !== undefined) {
    const file = await reading.hold(source, inner.from(start), (pieces) => reading.holding.keep(pieces));
    const { modified } = facts;
    if (file !== undefined) yield { kind: 'kept', role, source, name: baseName(name), file, modified };
  } else if (isText(kind)) {
    yield* reading.text(source, bytes, blocksOfPieces(start, inner, reading.allocate()));
  } else if (kind === 'evtx' || (kind === 'unknown' && isNamedLog(name))) {
    const head = await inner.head(HEAD_BYTES);
    const layout = reading.locate(source, name, head, bytes);
    if (layout === undefined) return;
    yield* reading.log(source, layout, bytes, unitsOfPieces({ source, layout }, head, inner, reading.allocate()));
  } else reading.passOver(source, name, kind, bytes ?? facts.declaredBytes ?? start.length);
}

/** A tar is read as it comes; the others need all of their bytes at hand. */
async function* readInnerArchive(
  reading: Reading,
  source: Source,
  kind: ArchiveKind,
  inner: InnerPieces,
  start: Uint8Array,
  { depth }: InnerFacts,
): AsyncGenerator<ReadStep, void> {
  if (kind === 'tar') {
    yield* readTar(reading, { source, depth }, new PieceSource(inner[Symbol.asyncIterator](), start));
    return;
  }
  const held = await reading.hold(source, inner.from(start), (pieces) => reading.holding.borrow(pieces));
  if (held === undefined) return;
  const archive = { source, file: openHeld(held), bytes: held.bytes, depth };
  if (kind === '7z' && reading.isSevenZipOpen) {
    reading.wait({ archive, release: () => held.release() });
    return;
  }
  try {
    yield* readArchive(reading, kind, archive);
  } finally {
    held.release();
  }
}

/** What is evidence in an archive of this kind. */
export function readArchive(reading: Reading, kind: ArchiveKind, archive: OpenArchive): AsyncGenerator<ReadStep, void> {
  return READERS[kind](reading, archive);
}

const READERS: Readonly<
  Record<ArchiveKind, (reading: Reading, archive: OpenArchive) => AsyncGenerator<ReadStep, void>>
> = {
  zip: (reading, archive) => readZip(reading, archive),
  tar: (reading, archive) => readTarFile(reading, archive),
  gzip: (reading, archive) => readGzip(reading, archive),
  zstd: (reading, archive) => readZstd(reading, archive),
  '7z': (reading, archive) => readSevenZip(reading, archive),
};
