import type { Source } from '../windows/index.ts';
import type { InnerPieces } from './inner-pieces.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { isNamedLog, isText, RECOGNISED_BYTES, recognise } from './recognise.ts';
import { HEAD_BYTES, unitsOfPieces } from './slot-units.ts';
import { blocksOfPieces } from './text-blocks.ts';

/** The log or text that comes in pieces; anything else is noted as what it is. `bytes` is its size, where known. */
export async function* readInner(
  reading: Reading,
  source: Source,
  name: string,
  inner: InnerPieces,
  bytes?: number,
): AsyncGenerator<ReadStep, void> {
  const start = await inner.head(RECOGNISED_BYTES);
  const kind = recognise(start, name);
  if (isText(kind)) {
    yield* reading.text(source, bytes, blocksOfPieces(start, inner, reading.allocate()));
  } else if (kind === 'evtx' || (kind === 'unknown' && isNamedLog(name))) {
    const head = await inner.head(HEAD_BYTES);
    const layout = reading.locate(source, name, head, bytes);
    if (layout === undefined) return;
    yield* reading.log(source, layout, bytes, unitsOfPieces({ source, layout }, head, inner, reading.allocate()));
  } else reading.passOver(source, name, kind, bytes ?? start.length);
}
