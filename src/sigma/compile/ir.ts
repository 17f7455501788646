import type { Test } from '../values/test.ts';

/** Where in its rule a test was written. */
export interface Origin {
  readonly identifier: string;
  /** The item's key, `F|contains`; empty for plain keywords. */
  readonly key: string;
  /** The value as written. */
  readonly wanted: string;
  readonly line: number;
  readonly column: number;
}

export interface Atom {
  readonly kind: 'atom';
  /** The field as the rule names it; undefined for keywords, which look into every value. */
  readonly field: string | undefined;
  /** What the route calls the field: values of all of them count. */
  readonly names: readonly string[];
  readonly test: Test;
  readonly origin: Origin;
}

export type Ir =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Ir[] }
  | { readonly kind: 'not'; readonly of: Ir }
  | { readonly kind: 'constant'; readonly value: boolean }
  | Atom;

export const TRUE: Ir = { kind: 'constant', value: true };
export const FALSE: Ir = { kind: 'constant', value: false };

/** And of parts: flat, without what is always true; false when a part is. Parts keep their order. */
export function allOf(parts: readonly Ir[]): Ir {
  return joined('and', parts);
}

/** Or of parts: flat, without what is never true; true when a part is. */
export function anyOf(parts: readonly Ir[]): Ir {
  return joined('or', parts);
}

function joined(kind: 'and' | 'or', parts: readonly Ir[]): Ir {
  const neutral = kind === 'and';
  const flat = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  if (flat.some((part) => part.kind === 'constant' && part.value !== neutral)) return neutral ? FALSE : TRUE;
  const of = flat.filter((part) => part.kind !== 'constant');
  const [only] = of;
  if (only === undefined) return neutral ? TRUE : FALSE;
  return of.length === 1 ? only : { kind, of };
}

export function notOf(part: Ir): Ir {
  if (part.kind === 'constant') return part.value ? FALSE : TRUE;
  return part.kind === 'not' ? part.of : { kind: 'not', of: part };
}

/** The same tree with each atom replaced; constants are folded away. */
export function mapAtoms(ir: Ir, replace: (atom: Atom, isNegated: boolean) => Ir, isNegated = false): Ir {
  switch (ir.kind) {
    case 'atom':
      return replace(ir, isNegated);
    case 'not':
      return notOf(mapAtoms(ir.of, replace, !isNegated));
    case 'and':
      return allOf(ir.of.map((part) => mapAtoms(part, replace, isNegated)));
    case 'or':
      return anyOf(ir.of.map((part) => mapAtoms(part, replace, isNegated)));
    case 'constant':
      return ir;
  }
}
