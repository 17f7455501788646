/** Where a JSON value ends, and what is noticed on the way. */
export interface ValueEnd {
  readonly end: number;
  /** Deepest nesting of brackets. */
  readonly depth: number;
  /** A line ends inside a string: no JSON, though its end is found. */
  readonly breaksString: boolean;
}

/** Nesting whose kinds of brackets are told apart; deeper down they are counted only. */
const TOLD_DEPTH = 64;

/**
 * The end of the JSON value that begins at `at`, undefined when there is none before `to`. Strings and nesting are followed, values are
 * not looked at: what is wrong inside is found when the event is read (SERVE 0.1 point 6).
 */
export function valueEnd(bytes: Uint8Array, at: number, to: number): ValueEnd | undefined {
  const first = bytes[at];
  if (first === 0x7b || first === 0x5b) return bracketEnd(bytes, at, to);
  if (first === 0x22) {
    const end = stringEnd(bytes, at, to);
    return end < 0 ? undefined : { end, depth: 0, breaksString: hasLineFeed(bytes, at, end) };
  }
  let end = at;
  while (end < to && isWordByte(bytes[end] ?? 0)) end++;
  return end === at ? undefined : { end, depth: 0, breaksString: false };
}

/** Index after the string whose quote stands at `at`, -1 when it does not end. */
export function stringEnd(bytes: Uint8Array, at: number, to: number): number {
  for (let index = at + 1; index < to; index++) {
    const byte = bytes[index];
    if (byte === 0x22) return index + 1;
    if (byte === 0x5c) index++;
  }
  return -1;
}

function bracketEnd(bytes: Uint8Array, at: number, to: number): ValueEnd | undefined {
  // One loop with locals: a call for each string costs more than the bytes of most strings.
  const opened = new Uint8Array(TOLD_DEPTH);
  let depth = 0;
  let deepest = 0;
  let breaksString = false;
  let inString = false;
  for (let index = at; index < to; index++) {
    const byte = bytes[index] ?? 0;
    if (inString) {
      if (byte === 0x22) inString = false;
      else if (byte === 0x5c) {
        index++;
        if (bytes[index] === 0x0a) breaksString = true;
      } else if (byte === 0x0a || byte === 0x0d) breaksString = true;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (depth < TOLD_DEPTH) opened[depth] = byte;
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      // `}` and `]` are two above `{` and `[`.
      if (depth < TOLD_DEPTH && (opened[depth] ?? 0) + 2 !== byte) return undefined;
      if (depth === 0) return { end: index + 1, depth: deepest, breaksString };
    }
  }
  return undefined;
}

function hasLineFeed(bytes: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (bytes[index] === 0x0a || bytes[index] === 0x0d) return true;
  return false;
}

/** Of numbers, `true`, `false` and `null`. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e
  );
}
