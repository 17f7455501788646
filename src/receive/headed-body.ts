import { asBuffer } from './lines.ts';

const LENGTH_BYTES = 4;
const MAX_HEAD_BYTES: number = 4 << 20;

/** A body of our own making: length of the head (4 bytes, little endian), head (JSON), content. @throws RangeError for a head over 4 MiB */
export function packHeaded(head: object, content: readonly Uint8Array[]): Uint8Array {
  const json = Buffer.from(JSON.stringify(head));
  if (json.length > MAX_HEAD_BYTES) throw new RangeError(`a body with a head of ${json.length} bytes`);
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(json.length, 0);
  return Buffer.concat([length, json, ...content]);
}

/** The head of a body that `packHeaded` made, and where its content begins; a sentence where it is none. */
export function headedBody(
  body: Uint8Array,
): { readonly head: Readonly<Record<string, unknown>>; readonly start: number; readonly bytes: Buffer } | string {
  const bytes = asBuffer(body);
  const length = bytes.length < LENGTH_BYTES ? MAX_HEAD_BYTES + 1 : bytes.readUInt32LE(0);
  if (length > MAX_HEAD_BYTES || length > bytes.length - LENGTH_BYTES) return 'its head does not fit in';
  const start = LENGTH_BYTES + length;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, start));
  } catch (error) {
    if (error instanceof SyntaxError) return 'its head cannot be read';
    throw error;
  }
  const isHead = typeof value === 'object' && value !== null;
  return isHead ? { head: value as Readonly<Record<string, unknown>>, start, bytes } : 'its head cannot be read';
}
