import { createHash } from 'node:crypto';
import { sniffCompression } from './inflate.ts';
import { bytesText, describeExecutable, portableExecutable } from './portable-executable.ts';
import { sniffText } from './text-bytes.ts';

/** What bytes are, by their first bytes and content. */
export type BinaryKind = 'gzip' | 'zlib' | 'pe' | 'net object' | 'shellcode' | 'text' | 'binary';

export interface BinaryLook {
  readonly kind: BinaryKind;
  /** "PE file for x64, 18,801 bytes". */
  readonly description: string;
  readonly text?: string;
}

const NET_OBJECT = Uint8Array.of(0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff);
/** First bytes of common position-independent code: cld+call, cld+and rsp, pushad+mov ebp, call $+5. */
const SHELLCODE: readonly (readonly number[])[] = [
  [0xfc, 0xe8],
  [0xfc, 0x48, 0x83, 0xe4, 0xf0],
  [0xfc, 0x48, 0x81, 0xe4],
  [0x60, 0x89, 0xe5],
  [0xe8, 0x00, 0x00, 0x00, 0x00],
  [0x4d, 0x5a, 0xe8, 0x00, 0x00, 0x00, 0x00],
  [0x4d, 0x5a, 0x41, 0x52, 0x55, 0x48, 0x89, 0xe5],
];
export function startsWith(bytes: Uint8Array, mark: ArrayLike<number>, at = 0): boolean {
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

/** Says what bytes are. Text is text only when it reads as text from end to end. */
export function lookAt(bytes: Uint8Array): BinaryLook {
  const size = bytesText(bytes.length);
  const compression = sniffCompression(bytes);
  if (compression !== undefined) return { kind: compression, description: `${compression} data, ${size}` };
  const pe = portableExecutable(bytes);
  if (pe !== undefined) return { kind: 'pe', description: describeExecutable(pe, bytes.length) };
  if (SHELLCODE.some((mark) => startsWith(bytes, mark))) {
    return { kind: 'shellcode', description: `bytes that begin like shellcode, ${size}` };
  }
  if (bytes[0] === 0x4d && bytes[1] === 0x5a && bytes.length >= 64) {
    return { kind: 'pe', description: `begins with MZ, no PE header, ${size}` };
  }
  if (startsWith(bytes, NET_OBJECT)) return { kind: 'net object', description: `serialised .NET object, ${size}` };
  const text = sniffText(bytes);
  if (text !== undefined) return { kind: 'text', description: text, text };
  return { kind: 'binary', description: `binary data, ${size}` };
}

/**
 * The key of a one-byte XOR that turns bytes into text (at least 95 % printable, mostly letters) or into an executable;
 * undefined when none does. Judged on the first 4,096 bytes.
 */
export function xorKeyOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < 24) return undefined;
  const head = bytes.subarray(0, 4096);
  let best: number | undefined;
  let most = 0;
  for (let key = 1; key < 256; key++) {
    if (((head[0] ?? 0) ^ key) === 0x4d && ((head[1] ?? 0) ^ key) === 0x5a) {
      if (portableExecutable(xored(head, key)) !== undefined) return key;
    }
    let printable = 0;
    let letters = 0;
    for (const byte of head) {
      const code = byte ^ key;
      if ((code >= 32 && code < 127) || code === 9 || code === 10 || code === 13) printable++;
      if ((code >= 97 && code <= 122) || code === 32 || code === 101 || code === 116) letters++;
    }
    if (printable >= head.length * 0.95 && letters >= head.length * 0.5 && letters > most) {
      most = letters;
      best = key;
    }
  }
  return best;
}

export function xored(bytes: Uint8Array, key: number): Uint8Array {
  return bytes.map((byte) => byte ^ key);
}

/** Readable runs of at least six characters in binary data, ASCII and UTF-16, one a line; at most 64 KiB. */
export function stringsOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  let length = 0;
  for (const width of [1, 2]) {
    let run = '';
    for (let i = 0; i + width <= bytes.length && length < 65536; i += width) {
      const code = bytes[i] ?? 0;
      const isText = code >= 32 && code < 127 && (width === 1 || bytes[i + 1] === 0);
      if (isText) run += String.fromCharCode(code);
      if (!isText || i + 2 * width > bytes.length) {
        if (run.length >= 6) {
          lines.push(run);
          length += run.length;
        }
        run = '';
      }
    }
  }
  return lines.join('\n');
}

export function digestHex(algorithm: 'md5' | 'sha1' | 'sha256', bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
