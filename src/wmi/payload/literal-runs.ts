import { lookAt } from './binary.ts';
import type { Budget } from './budget.ts';
import { inflate } from './inflate.ts';
import { decodeBase64, decodeHex } from './text-bytes.ts';

/** A run of encoded letters in a text that decodes to something. */
export interface LiteralRun {
  readonly at: number;
  readonly end: number;
  readonly operation: 'base64' | 'hex' | 'deflate';
  readonly bytes: Uint8Array;
}

const MAX_RUNS = 64;
const MIN_HEX = 32;

/**
 * Base64 runs (16 letters and more) and hex runs (32 digits and more, `\x41`, `0x41,0x42`) whose bytes are text, a known
 * binary format or packed data. Names and paths are made of the same letters, so that what decodes to noise is left alone.
 */
export function literalRuns(text: string, budget: Budget): readonly LiteralRun[] {
  const found: LiteralRun[] = [];
  const pattern = new RegExp(`[A-Za-z0-9+/]{${budget.limits.base64Chars},}={0,2}`, 'g');
  for (const match of text.matchAll(pattern)) {
    if (found.length >= MAX_RUNS || !budget.spend(1 + (match[0].length >> 3))) break;
    const run = match[0];
    const isHex = /^(?:[0-9a-f]{2})+$/.test(run) || /^(?:[0-9A-F]{2})+$/.test(run);
    if (isHex) {
      if (run.length < MIN_HEX) continue;
      const bytes = decodeHex(run);
      if (bytes !== undefined && isTelling(bytes, run.length, budget)) {
        found.push({ at: match.index, end: match.index + run.length, operation: 'hex', bytes });
        continue;
      }
    }
    const bytes = decodeBase64(run);
    if (bytes === undefined) continue;
    if (isTelling(bytes, run.length, budget)) {
      found.push({ at: match.index, end: match.index + run.length, operation: 'base64', bytes });
    }
  }
  for (const match of text.matchAll(/(?:\\x[0-9a-f]{2}){8,}|(?:0x[0-9a-f]{1,2}\s{0,4},\s{0,8}){7,}0x[0-9a-f]{1,2}/gi)) {
    if (found.length >= MAX_RUNS || !budget.spend(1 + (match[0].length >> 3))) break;
    const digits = [...match[0].matchAll(/x([0-9a-f]{1,2})/gi)]
      .map((item) => (item[1] ?? '').padStart(2, '0'))
      .join('');
    const bytes = decodeHex(digits);
    if (bytes !== undefined)
      found.push({ at: match.index, end: match.index + match[0].length, operation: 'hex', bytes });
  }
  return found;
}

/** True when bytes are more than chance: a known format, or text of a length that letters do not give by accident. */
function isTelling(bytes: Uint8Array, length: number, budget: Budget): boolean {
  const look = lookAt(bytes);
  if (look.kind === 'text') return bytes.length >= 12 && (length >= 24 || /[ =.:$(]/.test(look.text ?? ''));
  if (look.kind === 'zlib') return inflate(bytes, 'zlib', budget) !== undefined;
  if (look.kind === 'shellcode') return length >= 128;
  return look.kind !== 'binary';
}

/** Raw deflate has no mark: bytes that stand beside `DeflateStream` are tried. */
export function tryDeflate(text: string, bytes: Uint8Array, budget: Budget): Uint8Array | undefined {
  return /deflatestream/i.test(text) ? inflate(bytes, 'deflate', budget) : undefined;
}
