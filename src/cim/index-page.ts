import { PAGE_BYTES } from './format.ts';
import { type KeyToken, readToken } from './key-token.ts';

const NODE = 0xaccc;
const ADMIN = 0xaddd;
const FIXED_BYTES = 20;

/** One page of the index (CIM 4.1): keys are lists of tokens, children are logical pages. */
export interface IndexPage {
  /** The logical number that the page bears itself. */
  readonly logical: number;
  readonly children: Uint32Array;
  /** For each key its tokens; a key that points outside of the page is left out. */
  readonly keys: readonly (readonly KeyToken[])[];
  /** Why the page is not as Windows writes it; what stands whole was read. */
  readonly trouble?: string;
}

/** The logical number of the root that XP keeps in its admin page, logical page 0 (CIM 4.1). */
export function adminRoot(page: Buffer): number | undefined {
  return page.readUInt32LE(0) === ADMIN ? page.readUInt32LE(12) : undefined;
}

/** The number that an index page bears, undefined when it is none. */
export function indexPageNumber(page: Buffer): number | undefined {
  return page.readUInt32LE(0) === NODE ? page.readUInt32LE(4) : undefined;
}

/** Reads a page of the index; a text says why it is none. Token offsets are in no order: a token ends at its NUL (CIM 4.2). */
export function readIndexPage(page: Buffer): IndexPage | string {
  if (page.readUInt32LE(0) !== NODE) return `its type is 0x${page.readUInt32LE(0).toString(16)}`;
  const logical = page.readUInt32LE(4);
  const count = page.readUInt32LE(16);
  const childrenAt = FIXED_BYTES + 4 * count;
  const offsetsAt = childrenAt + 4 * (count + 1);
  const keysAt = offsetsAt + 2 * count;
  if (count > PAGE_BYTES / 10 || keysAt + 2 > PAGE_BYTES) return `it claims ${count} keys`;
  const children = new Uint32Array(count + 1);
  for (let i = 0; i <= count; i++) children[i] = page.readUInt32LE(childrenAt + 4 * i);
  const keyUnits = page.readUInt16LE(keysAt);
  const tableAt = keysAt + 2;
  const tokenCountAt = tableAt + 2 * keyUnits;
  const cut = (trouble: string): IndexPage => ({ logical, children, keys: [], trouble });
  if (tokenCountAt + 2 > PAGE_BYTES) return cut(`its key table of ${keyUnits} units reaches past the page`);
  const tokenCount = page.readUInt16LE(tokenCountAt);
  const tokenOffsetsAt = tokenCountAt + 2;
  const textAt = tokenOffsetsAt + 2 * (tokenCount + 1);
  if (textAt > PAGE_BYTES) return cut(`it claims ${tokenCount} tokens`);
  const claimedBytes = page.readUInt16LE(tokenOffsetsAt + 2 * tokenCount);
  let trouble = textAt + claimedBytes > PAGE_BYTES ? `its tokens take ${claimedBytes} bytes` : undefined;
  // One text a page: its tokens are then slices that share it, which is much cheaper than a text each.
  const text = page.toString('latin1', textAt, Math.min(PAGE_BYTES, textAt + claimedBytes));
  const tokens: (KeyToken | undefined)[] = Array.from({ length: tokenCount });
  for (let i = 0; i < tokenCount; i++) {
    const from = page.readUInt16LE(tokenOffsetsAt + 2 * i);
    const end = text.indexOf('\0', from);
    if (from < text.length && end >= 0) tokens[i] = readToken(text.slice(from, end));
    else trouble ??= `token ${i} lies outside of it`;
  }
  const keys: KeyToken[][] = [];
  let units = 0;
  for (let i = 0; i < count; i++) {
    const offset = page.readUInt16LE(offsetsAt + 2 * i);
    const length = offset < keyUnits ? page.readUInt16LE(tableAt + 2 * offset) : keyUnits;
    units += 1 + length;
    if (offset + length >= keyUnits || length > 8) {
      trouble ??= `key ${i} lies outside of its table`;
      continue;
    }
    const key: KeyToken[] = [];
    for (let j = 1; j <= length; j++) {
      const token = tokens[page.readUInt16LE(tableAt + 2 * (offset + j))];
      if (token !== undefined) key.push(token);
    }
    if (key.length === length) keys.push(key);
    else trouble ??= `key ${i} names a token that is not there`;
  }
  if (units !== keyUnits) trouble ??= `its keys take ${units} units, its table says ${keyUnits}`;
  return { logical, children, keys, ...(trouble === undefined ? {} : { trouble }) };
}
