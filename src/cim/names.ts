import { hash } from 'node:crypto';
import type { Layout } from './format.ts';

const MAX_CACHED = 65_536;

/**
 * Upper case as the repository hashes it: code unit by code unit, pairs of one letter each way only, so that `ß` stays
 * what it is (CIM 5; what Windows does outside of such pairs is unverified).
 */
export function simpleUpper(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toUpperCase();
  let upper = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    const raised = unit.toUpperCase();
    upper += raised.length === 1 && raised.toLowerCase() === unit ? raised : unit;
  }
  return upper;
}

/** Hashes names as the keys of the index do: upper case, UTF-16LE, SHA-256 or MD5 in upper-case hex (CIM 5). */
export class NameHasher {
  readonly #algorithm: 'sha256' | 'md5';
  readonly #known = new Map<string, string>();

  constructor(layout: Layout) {
    this.#algorithm = layout === 'vista' ? 'sha256' : 'md5';
  }

  of(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const digest = this.once(name);
    // Names are hostile and without end; what is cached is only a matter of speed.
    if (name.length <= 512 && this.#known.size < MAX_CACHED) this.#known.set(name, digest);
    return digest;
  }

  /** The same for a text that will not come again, such as the key of an instance. */
  once(text: string): string {
    return hash(this.#algorithm, Buffer.from(simpleUpper(text), 'utf16le'), 'hex').toUpperCase();
  }
}
