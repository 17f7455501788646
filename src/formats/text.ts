/** A text of evidence is cut here, in UTF-16 units: the longest command line of Windows fits. */
export const MOST_TEXT = 32_768;

/** Items of one kind in a document. What is beyond is counted in it. */
export const MOST_ITEMS = 100;

/** Well-formed and bounded: what a receiver refuses for a half of a surrogate pair or for its size would be lost whole. */
export function inert(text: string): string {
  const whole = text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT - 1)}…`;
  return whole.toWellFormed();
}

/** The same object without keys that nothing is known for: an absent value is left out, and so are empty lists and objects. */
export function known<T extends object>(values: T): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) if (!isNothing(value)) kept[key] = value;
  return kept;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Each text once, inert, in the order of first mention, at most `MOST_ITEMS`. */
export function distinct(texts: Iterable<string | undefined>): readonly string[] {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.size >= MOST_ITEMS) break;
    if (text !== undefined && text !== '') seen.add(inert(text));
  }
  return [...seen];
}
