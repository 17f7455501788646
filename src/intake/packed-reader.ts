import type { Source } from '../windows/index.ts';
import { type InflateEnd, inflatePieces, readRange } from './inflate.ts';
import { InnerPieces } from './inner-pieces.ts';
import { readInner } from './inner-reader.ts';
import { allowedBytes } from './limits.ts';
import { type MemberSource, memberSource, type OpenArchive } from './open-archive.ts';
import { baseName } from './path-text.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { zstdPieces } from './zstd-pieces.ts';

const HAS_EXTRA = 4;
const HAS_NAME = 8;
const MAX_NAME_BYTES = 255;

type Unpack = (packed: () => AsyncIterable<Uint8Array>, allowed: number) => AsyncGenerator<Uint8Array, InflateEnd>;

/** What is evidence in a gz file, inflated as a stream. */
export async function* readGzip(reading: Reading, archive: OpenArchive): AsyncGenerator<ReadStep, void> {
  const opening = Buffer.alloc(Math.min(1024, archive.bytes));
  const written = gzipName(opening.subarray(0, await archive.file.read(opening, 0)));
  const name = written ?? nameWithout(archive.source, /\.(?:gz|gzip)$/i);
  yield* readPacked(reading, archive, name, (packed, allowed) => inflatePieces('gzip', packed, allowed));
}

/** The same of a file that zstd packed. */
export async function* readZstd(reading: Reading, archive: OpenArchive): AsyncGenerator<ReadStep, void> {
  const name = nameWithout(archive.source, /\.zstd?$/i);
  yield* readPacked(reading, archive, name, (packed, allowed) => zstdPieces(packed, allowed));
}

function nameWithout({ file, container }: Source, ending: RegExp): string {
  return baseName(container?.at(-1) ?? file)
    .replace(/\.(tgz|tzst)$/i, '.tar')
    .replace(ending, '');
}

async function* readPacked(
  reading: Reading,
  archive: OpenArchive,
  name: string,
  unpack: Unpack,
): AsyncGenerator<ReadStep, void> {
  const { file, bytes, depth } = archive;
  const source = memberSource(archive.source, name);
  const allowed = allowedBytes(bytes, reading.budget.left, reading.limits);
  const saw = (piece: Uint8Array, position: number): void => {
    if (depth === 0) reading.saw(piece, position);
  };
  const inner = new InnerPieces(
    unpack(() => readRange(file, 0, bytes, saw), allowed),
    reading.budget,
  );
  try {
    yield* readInner(reading, source, name, inner, { depth: depth + 1 });
    reportEnd(reading, source, bytes, inner.end, allowed, inner.bytes);
  } finally {
    await inner.close();
  }
}

function reportEnd(
  reading: Reading,
  source: MemberSource,
  packedBytes: number,
  end: InflateEnd | undefined,
  allowed: number,
  bytes: number,
): void {
  if (end === 'damaged') {
    reading.anomalies.add(
      'archiveDamaged',
      source,
      `The packed bytes are damaged or cut: ${bytes} bytes came out before that and were read.`,
    );
  } else if (end === 'tooLarge') {
    reading.anomalies.add(
      'archiveBomb',
      source,
      `It gives more than the ${allowed} bytes that ${packedBytes} packed bytes may give; the rest was not read.`,
    );
  }
}

/** The name that a gz file carries (RFC 1952 2.3.1), a label only. */
function gzipName(head: Uint8Array): string | undefined {
  const flags = head[3] ?? 0;
  let at = 10;
  if (flags & HAS_EXTRA) at += 2 + (head[at] ?? 0) + 256 * (head[at + 1] ?? 0);
  if (!(flags & HAS_NAME)) return undefined;
  const end = head.indexOf(0, at);
  if (end <= at || end - at > MAX_NAME_BYTES) return undefined;
  return Buffer.from(head.subarray(at, end)).toString('latin1');
}
