/** For `node --import`: a reader with a bug, in every thread of the program. It ends on any text that holds this word. */
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';

export const POISONED = 'POISON-02';

const { read } = TextBlockReader.prototype;
TextBlockReader.prototype.read = function (...request) {
  const [, , { buffer, byteOffset, length }] = request;
  if (Buffer.from(buffer, byteOffset, length).includes(POISONED)) throw new TypeError('a planted bug');
  return read.apply(this, request);
};
