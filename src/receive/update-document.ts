import { memberAt } from './json-members.ts';
import { valueEnd } from './json-values.ts';
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
    const member = memberAt(source, skipBlanks(source, at + 1, length), length);
    const value = member === undefined ? undefined : valueEnd(source, member.from, length);
    if (member === undefined || value === undefined) return source;
    const { name, from } = member;
    if (source[from] === 0x7b) {
      if (name === 'doc') doc = source.subarray(from, value.end);
      else if (name === 'upsert') upsert = source.subarray(from, value.end);
    }
    at = skipBlanks(source, value.end, length);
  } while (source[at] === 0x2c);
  return doc ?? upsert ?? source;
}
