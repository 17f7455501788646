import { mapShape, SHAPES, type Shape, TextReader } from '../shapes/index.ts';
import type { Source } from '../windows/index.ts';
import type { Reading } from './serve-request.ts';

/** Gives readers of single events, by what the user says of texts. */
export class EventReaders {
  readonly #reading: Reading | undefined;
  readonly #shapes: readonly Shape[] | undefined;

  constructor(reading: Reading | undefined) {
    this.#reading = reading;
    const { maps = [] } = reading ?? {};
    this.#shapes = maps.length === 0 ? undefined : [...maps.map(mapShape), ...SHAPES];
  }

  /** A reader of what a sender sent; the zone of times without one is the sender's. */
  of(source: Source, sender: string): TextReader {
    const assumedZone = this.#reading?.senderZones.get(sender) ?? this.#reading?.assumedZone;
    return new TextReader({
      source,
      ...(this.#shapes === undefined ? {} : { shapes: this.#shapes }),
      ...(assumedZone === undefined ? {} : { assumedZone }),
    });
  }
}
