/** Decides which fields of an answer are asked for; undefined: all of them. A path is the keys from the root, arrays left out. */
export type FieldFilter = (path: readonly string[]) => boolean;

const MAX_TEXT = 2048;
const MAX_PATTERNS = 64;
const MAX_SEGMENTS = 16;

/**
 * Elasticsearch's `filter_path`: patterns between commas, keys between dots, `*` for any part of a key, `**` for any number of keys, `-`
 * before a pattern that takes away. What is asked for brings everything below it. A text beyond the bounds filters nothing.
 */
export function fieldFilter(filterPath: string | undefined): FieldFilter | undefined {
  const text = filterPath ?? '';
  const patterns = text
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '' && pattern !== '-');
  if (patterns.length === 0 || text.length > MAX_TEXT || patterns.length > MAX_PATTERNS) return undefined;
  const wanted: (readonly string[])[] = [];
  const unwanted: (readonly string[])[] = [];
  for (const pattern of patterns) {
    const isAway = pattern.startsWith('-');
    const segments = (isAway ? pattern.slice(1) : pattern).split('.');
    if (segments.length > MAX_SEGMENTS) return undefined;
    (isAway ? unwanted : wanted).push(segments);
  }
  return (path) =>
    !unwanted.some((pattern) => covers(pattern, path)) &&
    (wanted.length === 0 || wanted.some((pattern) => covers(pattern, path)));
}

/** True when the pattern is met by the path or by one that leads to it. */
function covers(pattern: readonly string[], path: readonly string[]): boolean {
  // reached[i]: the first i keys of the pattern are used up; so it costs pattern times path, whatever the stars.
  let reached = closure(new Set([0]), pattern);
  for (const key of path) {
    if (reached.has(pattern.length)) return true;
    const next = new Set<number>();
    for (const at of reached) {
      const segment = pattern[at];
      if (segment === '**') next.add(at);
      if (segment !== undefined && matchesKey(segment, key)) next.add(at + 1);
    }
    reached = closure(next, pattern);
  }
  return reached.has(pattern.length);
}

/** `**` may stand for no key at all. */
function closure(reached: Set<number>, pattern: readonly string[]): Set<number> {
  for (const at of reached) if (pattern[at] === '**') reached.add(at + 1);
  return reached;
}

/** A key against a segment with stars, in time of their lengths multiplied. */
function matchesKey(segment: string, key: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let k = 0;
  while (k < key.length) {
    if (segment[at] === '*') {
      star = at++;
      resume = k;
    } else if (at < segment.length && segment[at] === key[k]) {
      at++;
      k++;
    } else if (star >= 0) {
      at = star + 1;
      k = ++resume;
    } else return false;
  }
  while (segment[at] === '*') at++;
  return at === segment.length;
}
