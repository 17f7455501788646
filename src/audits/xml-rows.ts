import { parseXml, type XmlElement } from '../shapes/index.ts';
import type { AuditReading } from './reading.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';

export interface XmlRow {
  readonly element: XmlElement;
  readonly place: RowPlace;
}

interface Extent {
  readonly from: number;
  readonly to: number;
}

/**
 * The children of the root element, each read by itself: a broken one costs itself. What surrounds the root (a declaration,
 * `#< CLIXML`) is passed over. `onBroken` is shown the text of what is not well formed.
 */
export function* xmlRows(
  source: SourceBytes,
  root: string,
  child: string,
  reading: AuditReading,
  onBroken: (text: string) => void = () => {},
): Generator<XmlRow> {
  for (const { from, to } of childExtents(source.bytes, root, child)) {
    if (reading.isFull) return;
    const place = source.place(from, to);
    const text = source.text(from, to);
    const element = parseXml(text);
    if (typeof element !== 'string') {
      yield { element, place };
      continue;
    }
    reading.reject(place, `not well formed (${element})`);
    onBroken(text);
  }
}

const LT = 0x3c;
const SLASH = 0x2f;

/** Where the children of the root stand: from tag to tag, comments and CDATA passed over. One that does not end runs to the next. */
function* childExtents(bytes: Buffer, root: string, child: string): Generator<Extent> {
  const opened = bytes.indexOf(`<${root}`);
  if (opened < 0) return;
  let from = -1;
  let depth = 0;
  let at = bytes.indexOf(LT, opened + 1);
  while (at >= 0) {
    const end = tagEnd(bytes, at);
    if (end < 0) break;
    const second = bytes[at + 1];
    if (second === SLASH) {
      if (depth === 0) break;
      if (isNamed(bytes, at + 2, child)) {
        depth--;
        if (depth === 0) {
          yield { from, to: end };
          from = -1;
        }
      }
    } else if (isNamed(bytes, at + 1, child)) {
      if (depth === 0) from = at;
      if (bytes[end - 2] === SLASH) {
        if (depth === 0) yield { from, to: end };
      } else depth++;
    }
    at = bytes.indexOf(LT, end);
  }
  if (depth > 0 && from >= 0) yield { from, to: bytes.length };
}

/** Position after a tag, comment, CDATA section or processing instruction; -1 when it does not end. */
function tagEnd(bytes: Buffer, at: number): number {
  const after = (mark: string): number => {
    const found = bytes.indexOf(mark, at + 1);
    return found < 0 ? -1 : found + mark.length;
  };
  if (bytes[at + 1] === 0x21) {
    if (bytes.toString('latin1', at, at + 4) === '<!--') return after('-->');
    return bytes.toString('latin1', at, at + 9) === '<![CDATA[' ? after(']]>') : after('>');
  }
  return bytes[at + 1] === 0x3f ? after('?>') : after('>');
}

function isNamed(bytes: Buffer, at: number, name: string): boolean {
  if (bytes.toString('latin1', at, at + name.length) !== name) return false;
  const next = bytes[at + name.length] ?? 0x3e;
  return next <= 0x20 || next === 0x3e || next === SLASH;
}
