import { type ShapedEvent, TextReader, type TextResult } from '../src/shapes/index.ts';

/** Every event of a text as the table of shapes reads it, and what was counted. */
export function readText(text: string | Buffer): {
  readonly events: readonly ShapedEvent[];
  readonly result: TextResult;
} {
  const events: ShapedEvent[] = [];
  const sink = { onEvent: (event: ShapedEvent) => events.push(event) };
  const reader = new TextReader({ source: { file: 'x.log' } });
  reader.push(Buffer.from(text), sink);
  return { events, result: reader.end(sink) };
}
