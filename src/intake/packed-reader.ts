import { PieceSource } from './byte-source.ts';
import type { OpenFile } from './file-port.ts';
import { type InflateEnd, inflatePieces, readRange } from './inflate.ts';
import { InnerPieces } from './inner-pieces.ts';
import { readInner } from './inner-reader.ts';
import { allowedBytes } from './limits.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { baseName, RECOGNISED_BYTES, recognise } from './recognise.ts';
import { readTar } from './tar-reader.ts';
import { zstdPieces } from './zstd-pieces.ts';

const HAS_EXTRA = 4;
const HAS_NAME = 8;
const MAX_NAME_BYTES = 255;

type Unpack = (packed: () => AsyncIterable<Uint8Array>, allowed: number) => AsyncGenerator<Uint8Array, InflateEnd>;

/** The log, text or tar in a gz file, inflated as a stream. */
export async function* readGzip(reading: Reading, file: OpenFile): AsyncGenerator<ReadStep, void> {
  const opening = Buffer.alloc(Math.min(1024, reading.bytes));
  const written = gzipName(opening.subarray(0, await file.read(opening, 0)));
  const name = written ?? nameWithout(reading.input.source.file, /\.(?:gz|gzip)$/i);
  yield* readPacked(reading, file, name, (packed, allowed) => inflatePieces('gzip', packed, allowed));
}

/** The same of a file that zstd packed. */
export async function* readZstd(reading: Reading, file: OpenFile): AsyncGenerator<ReadStep, void> {
  const name = nameWithout(reading.input.source.file, /\.zstd?$/i);
  yield* readPacked(reading, file, name, (packed, allowed) => zstdPieces(packed, allowed));
}

function nameWithout(path: string, ending: RegExp): string {
  return baseName(path)
    .replace(/\.(tgz|tzst)$/i, '.tar')
    .replace(ending, '');
}

async function* readPacked(
  reading: Reading,
  file: OpenFile,
  name: string,
  unpack: Unpack,
): AsyncGenerator<ReadStep, void> {
  const source = { file: reading.input.source.file, container: [name] };
  const allowed = allowedBytes(reading.bytes, reading.limits.outputBytes, reading.limits);
  const packed = (): AsyncIterable<Uint8Array> =>
    readRange(file, 0, reading.bytes, (bytes, position) => reading.saw(bytes, position));
  const inner = new InnerPieces(unpack(packed, allowed));
  try {
    const start = await inner.head(RECOGNISED_BYTES);
    if (recognise(start, name) === 'tar') {
      yield* readTar(reading, source, new PieceSource(inner[Symbol.asyncIterator](), start));
    } else if (reading.wants(source)) {
      yield* readInner(reading, source, name, inner);
    }
    reportEnd(reading, source, inner.end, allowed, inner.bytes);
  } finally {
    await inner.close();
  }
}

function reportEnd(
  reading: Reading,
  source: { readonly file: string; readonly container: readonly string[] },
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
      `It gives more than the ${allowed} bytes that ${reading.bytes} packed bytes may give; the rest was not read.`,
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
