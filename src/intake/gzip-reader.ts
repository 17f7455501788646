import type { OpenFile } from './file-port.ts';
import { type InflateEnd, inflatePieces, readRange } from './inflate.ts';
import { InnerPieces } from './inner-pieces.ts';
import { allowedBytes } from './limits.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { baseName, isText, RECOGNISED_BYTES, recognise } from './recognise.ts';
import { HEAD_BYTES, unitsOfPieces } from './slot-units.ts';
import { blocksOfPieces } from './text-blocks.ts';

const HAS_EXTRA = 4;
const HAS_NAME = 8;
const MAX_NAME_BYTES = 255;

/** The log or text in a gz file, inflated as a stream. */
export async function* readGzip(reading: Reading, file: OpenFile): AsyncGenerator<ReadStep, void> {
  const { file: path } = reading.input.source;
  const opening = Buffer.alloc(Math.min(1024, reading.bytes));
  const name =
    gzipName(opening.subarray(0, await file.read(opening, 0))) ?? baseName(path).replace(/\.(?:gz|gzip)$/i, '');
  const source = { file: path, container: [name] };
  if (!reading.wants(source)) return;
  const allowed = allowedBytes(reading.bytes, reading.limits.outputBytes, reading.limits);
  const packed = (): AsyncIterable<Uint8Array> =>
    readRange(file, 0, reading.bytes, (bytes, position) => reading.saw(bytes, position));
  const inner = new InnerPieces(inflatePieces('gzip', packed, allowed));
  try {
    const start = await inner.head(RECOGNISED_BYTES);
    const kind = recognise(start, name);
    if (kind === 'evtx') {
      const head = await inner.head(HEAD_BYTES);
      const layout = reading.locate(source, name, head, undefined);
      if (layout !== undefined) {
        const units = unitsOfPieces({ source, layout }, head, inner, reading.allocate());
        yield* reading.log(source, layout, undefined, units);
      }
    } else if (isText(kind)) {
      yield* reading.text(source, undefined, blocksOfPieces(start, inner, reading.allocate()));
    } else reading.passOver(source, name, kind, start.length);
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
