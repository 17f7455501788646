import { type Canonical, canonicalJson, sha256Hex } from '../bytes/index.ts';

/**
 * Keys that tell where evidence lies, how it came, or under which other names it was known (SERVE 0.1, 2): the same evidence has
 * the same content without them.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'file',
  'container',
  'offset',
  'length',
  'line',
  'evidenceOffset',
  'sources',
  'shape',
  'trust',
  'hostNotBound',
  'relayed',
  'aliases',
  'state',
  'disposition',
  'times',
]);

/** A part of a result without these keys, as canonical JSON has it; copies of one record are one item of evidence. */
export function contentOf(value: unknown): Canonical {
  if (Array.isArray(value)) {
    const items = value.map(contentOf);
    return value.every(isPlaced) ? distinct(items) : items;
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value !== 'object') return String(value);
  const kept: Record<string, Canonical> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined && !LEFT_OUT.has(key)) kept[key] = contentOf(item);
  }
  return kept;
}

/** SHA-256 of the content of a part of a result. */
export function contentDigest(value: unknown): string {
  return sha256Hex(canonicalJson(contentOf(value)));
}

/** True of an item of evidence: what names a file. */
function isPlaced(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'file' in value;
}

function distinct(items: readonly Canonical[]): readonly Canonical[] {
  return [...new Map(items.map((item) => [canonicalJson(item), item])).values()];
}
