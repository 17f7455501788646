import { nodeFilePort } from '../../src/hunt/index.ts';
import { frameFileChunk, textOf } from '../../src/receive/index.ts';
import { type Mark, readMark, readWatched, type WatchedEnd } from '../../src/watch/index.ts';
import { readPieces } from '../receive/text-events.ts';

export interface WatchedReading {
  readonly bodies: readonly Uint8Array[];
  readonly end: WatchedEnd;
}

/** Everything that one look at a file gives. */
export async function watched(
  folder: string,
  path: string,
  mark?: Mark,
  more: { readonly isWhole?: boolean; readonly pieceBytes?: number } = {},
): Promise<WatchedReading> {
  const request = { path, key: 'key', mark, isWhole: true, pieceBytes: 2000, ...more };
  const reading = readWatched(request, nodeFilePort(folder));
  const bodies: Uint8Array[] = [];
  for (;;) {
    const step = await reading.next();
    if (step.done === true) return { bodies, end: step.value };
    bodies.push(step.value.body);
  }
}

/** The mark that a piece moves its file to. */
export function markOf(body: Uint8Array | undefined): Mark | undefined {
  const framed = frameFileChunk(body ?? new Uint8Array(0));
  return framed.kind === 'framed' ? readMark(framed.chunk.mark) : undefined;
}

/** The events of pieces, each read by itself, as a reader of text finds them. */
export function eventsOf(bodies: readonly Uint8Array[]): readonly string[] {
  return bodies.flatMap((body) => {
    const batch = textOf('file', body);
    if (batch.kind === 'refused') throw new Error(batch.reason);
    return readPieces(batch.text.pieces).events.map(({ event }) => event);
  });
}
