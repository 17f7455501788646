import { type ProtocolName, textOf } from '../../src/receive/index.ts';
import { type ShapedEvent, TextReader, type TextResult } from '../../src/shapes/index.ts';

/** An event of a text, and where in the text it begins. */
export interface PlacedEvent {
  readonly event: string;
  readonly offset: number;
}

export interface TextReading {
  readonly events: readonly PlacedEvent[];
  readonly result: TextResult;
}

/** Everything of an event but where it stands. */
function eventText(event: ShapedEvent): string {
  const { provider, channel, eventId, version, computer, recordId, stated, shape } = event;
  const header = { provider, channel, eventId, version, computer, recordId: String(recordId), stated, shape };
  return JSON.stringify({ ...header, user: event.system('UserID'), fields: event.entries() });
}

/** Reads a text that comes in pieces as `hunt` reads a file. */
export function readPieces(pieces: readonly Uint8Array[]): TextReading {
  const events: PlacedEvent[] = [];
  const reader = new TextReader({ source: { file: 'batch' } });
  const sink = {
    onEvent: (event: ShapedEvent): void => {
      events.push({ event: eventText(event), offset: event.place.offset });
    },
  };
  for (const piece of pieces) reader.push(piece, sink);
  return { events, result: reader.end(sink) };
}

/** The events of a batch with the items that they are of. */
export function eventsOfBatch(
  protocol: ProtocolName,
  body: Uint8Array,
): { readonly events: readonly string[]; readonly items: readonly (number | undefined)[] } {
  const batch = textOf(protocol, body);
  if (batch.kind === 'refused') throw new Error(`${batch.code}: ${batch.reason}`);
  const { events } = readPieces(batch.text.pieces);
  return {
    events: events.map(({ event }) => event),
    items: events.map(({ offset }) => batch.text.itemAt(offset)),
  };
}
