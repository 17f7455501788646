/** Bytes of a string that are looked at one by one before `indexOf` looks for its end. */
const SHORT = 40;

/**
 * Walks over the members of a flat object of JSON in its bytes, without parsing it, and notes where the values of some names
 * stand. Flat means: values are strings, numbers, words, or arrays of these.
 */
export class FlatWalk {
  readonly #names: readonly Uint8Array[];
  /** Numbers of the names by their length: most keys of a line are told apart by it. */
  readonly #byLength: (readonly number[])[] = [];
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;

  constructor(names: readonly string[]) {
    this.#names = names.map((name) => Buffer.from(name, 'latin1'));
    this.#starts = new Int32Array(names.length);
    this.#ends = new Int32Array(names.length);
    for (const [number, name] of names.entries()) {
      while (this.#byLength.length <= name.length) this.#byLength.push([]);
      this.#byLength[name.length] = [...(this.#byLength[name.length] ?? []), number];
    }
  }

  /** True when the walk met the name. */
  has(name: number): boolean {
    return (this.#starts[name] ?? -1) >= 0;
  }

  /** Index of the first byte of the name's value; -1 when the walk did not meet it. */
  start(name: number): number {
    return this.#starts[name] ?? -1;
  }

  /** Index after the last byte of the name's value. */
  end(name: number): number {
    return this.#ends[name] ?? -1;
  }

  /**
   * The number of members. -1 when the bytes are not one flat object, when one of the names stands twice, or when a key has
   * an escape and so might be any name. A plain loop; the ends of long strings are found by `indexOf`.
   */
  walk(bytes: Buffer, from: number, to: number): number {
    this.#starts.fill(-1);
    if (bytes[from] !== 0x7b || bytes[to - 1] !== 0x7d) return -1;
    let members = 0;
    let at = skipSpace(bytes, from + 1);
    while (bytes[at] === 0x22) {
      const key = at + 1;
      at = key;
      for (let byte = bytes[at] ?? 0x5c; byte !== 0x22; byte = bytes[++at] ?? 0x5c) if (byte === 0x5c) return -1;
      const name = this.#nameAt(bytes, key, at - key);
      at = bytes[at + 1] === 0x3a ? at + 2 : afterColon(bytes, at + 1);
      if (at < 0) return -1;
      if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
      const start = at;
      at = bytes[at] === 0x5b ? afterArray(bytes, at, to) : afterPlain(bytes, at, to);
      if (at < 0) return -1;
      if (name >= 0) {
        if (this.has(name)) return -1;
        this.#starts[name] = start;
        this.#ends[name] = at;
      }
      members++;
      if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
      if (bytes[at] !== 0x2c) break;
      at++;
      if ((bytes[at] ?? 0) <= 0x20) at = skipSpace(bytes, at);
    }
    return bytes[at] === 0x7d && at === to - 1 ? members : -1;
  }

  #nameAt(bytes: Buffer, key: number, length: number): number {
    const numbers = this.#byLength[length];
    if (numbers === undefined) return -1;
    for (const number of numbers) {
      const name = this.#names[number];
      if (name === undefined) continue;
      let i = 0;
      while (i < length && name[i] === bytes[key + i]) i++;
      if (i === length) return number;
    }
    return -1;
  }
}

/** Index of the first byte that is no white space; the brace at the end of the line stops it. */
function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while ((bytes[at] ?? 0x7d) <= 0x20) at++;
  return at;
}

function afterColon(bytes: Buffer, from: number): number {
  const at = skipSpace(bytes, from);
  return bytes[at] === 0x3a ? at + 1 : -1;
}

/** Index after a string, a number or a word; -1 for an object or an end that is missing. */
function afterPlain(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from] ?? 0;
  let at = from;
  if (first === 0x22) {
    const short = Math.min(to, from + SHORT);
    for (at = from + 1; at < short; at++) {
      const byte = bytes[at];
      if (byte === 0x22) return at + 1;
      if (byte === 0x5c) at++;
    }
    return afterLongString(bytes, at, to);
  }
  for (let byte = first; byte > 0x20 && byte !== 0x2c && byte !== 0x7d && byte !== 0x5d; byte = bytes[++at] ?? 0) {
    if (byte === 0x7b || byte === 0x5b || byte === 0x22) return -1;
  }
  return at === from || at >= to ? -1 : at;
}

/** As above for a string whose byte at `from` does not follow a lone backslash. */
function afterLongString(bytes: Buffer, from: number, to: number): number {
  let quote = bytes.indexOf(0x22, from);
  while (quote >= 0 && quote < to) {
    let slash = quote;
    while (slash > from && bytes[slash - 1] === 0x5c) slash--;
    if (((quote - slash) & 1) === 0) return quote + 1;
    quote = bytes.indexOf(0x22, quote + 1);
  }
  return -1;
}

/** Index after an array of plain values, such as tags; -1 for any other. */
function afterArray(bytes: Buffer, from: number, to: number): number {
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === 0x5d) return at + 1;
  while (true) {
    at = afterPlain(bytes, at, to);
    if (at < 0) return -1;
    at = skipSpace(bytes, at);
    const byte = bytes[at];
    if (byte === 0x5d) return at + 1;
    if (byte !== 0x2c) return -1;
    at = skipSpace(bytes, at + 1);
  }
}
