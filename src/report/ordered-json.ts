import type { Layout } from './key-order.ts';

/** One line of JSON of the object, its keys in the layout's order; keys without a layout of their own stay as they are. */
export function orderedJson(value: object, order: Layout): string {
  return JSON.stringify(inOrder(value, order));
}

function inOrder(value: unknown, order: Layout | undefined): unknown {
  if (order === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => inOrder(item, order));
  const written: Record<string, unknown> = Object.create(null);
  const known = new Set(order.keys);
  const entries = new Map<string, unknown>(Object.entries(value));
  const others = [...entries.keys()].filter((key) => !known.has(key)).sort();
  for (const key of [...order.keys, ...others]) {
    const item = entries.get(key);
    if (item !== undefined) written[key] = inOrder(item, order.parts.get(key));
  }
  return written;
}
