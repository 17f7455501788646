import { stringEnd, valueEnd } from './json-values.ts';
import { skipBlanks } from './lines.ts';

/**
 * The document of an `update`: the value of `doc`, else of `upsert`, else the source itself. Of keys that stand twice the last counts, as
 * in JSON. A source that cannot be followed is given back whole, to be a dead letter.
 */
export function updateDocument(source: Uint8Array): Uint8Array {
  const { length } = source;
  let doc: Uint8Array | undefined;
  let upsert: Uint8Array | undefined;
  let at = skipBlanks(source, 0, length);
  if (source[at] !== 0x7b) return source;
  do {
    const key = skipBlanks(source, at + 1, length);
    const keyEnd = source[key] === 0x22 ? stringEnd(source, key, length) : -1;
    const colon = keyEnd < 0 ? length : skipBlanks(source, keyEnd, length);
    if (source[colon] !== 0x3a) return source;
    const from = skipBlanks(source, colon + 1, length);
    const value = valueEnd(source, from, length);
    if (value === undefined) return source;
    const name = keyEnd - key <= MAX_KEY_BYTES ? Buffer.from(source.subarray(key, keyEnd)).toString('latin1') : '';
    if (source[from] === 0x7b) {
      if (name === '"doc"') doc = source.subarray(from, value.end);
      else if (name === '"upsert"') upsert = source.subarray(from, value.end);
    }
    at = skipBlanks(source, value.end, length);
  } while (source[at] === 0x2c);
  return doc ?? upsert ?? source;
}

/** Of `"upsert"`, with its quotes; longer keys are passed over unread. */
const MAX_KEY_BYTES = 8;
