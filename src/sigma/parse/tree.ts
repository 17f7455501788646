import type { Span } from './source.ts';

/** A YAML document without YAML: maps, lists and scalars, each with its place in the file. */
export type TreeNode = ScalarNode | ListNode | MapNode;

/** Integers are exact (`bigint`); a `number` is a float. */
export type ScalarValue = string | number | bigint | boolean | null;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Span;
  readonly value: ScalarValue;
  /** The text as written, without quotes: `010` where the value is 10. */
  readonly text: string;
  readonly style: ScalarStyle;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Span;
  readonly items: readonly TreeNode[];
}

export interface Entry {
  readonly key: string;
  readonly keyAt: Span;
  readonly value: TreeNode;
}

export interface MapNode {
  readonly kind: 'map';
  readonly at: Span;
  readonly entries: readonly Entry[];
}

export function entryOf(map: MapNode, key: string): Entry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

export function memberOf(map: MapNode, key: string): TreeNode | undefined {
  return entryOf(map, key)?.value;
}

/** The text of a scalar that is a string, or of a number as written; undefined for null and for what is no scalar. */
export function textOf(node: TreeNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : node.text;
}

/** The items of a list; a scalar or map counts as a list of one. */
export function listOf(node: TreeNode | undefined): readonly TreeNode[] {
  if (node === undefined) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** A tree as plain values, for custom keys. Integers beyond 2^53 become text. */
export function plainOf(node: TreeNode): unknown {
  if (node.kind === 'list') return node.items.map(plainOf);
  if (node.kind === 'map') return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainOf(value)]));
  if (typeof node.value !== 'bigint') return node.value;
  return BigInt(Number(node.value)) === node.value && Number.isSafeInteger(Number(node.value))
    ? Number(node.value)
    : node.text;
}
