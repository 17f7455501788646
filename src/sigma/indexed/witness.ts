import type { Atom, Ir } from '../compile/ir.ts';
import type { Column, Columns } from './columns.ts';
import { type Frequencies, shareOf } from './frequencies.ts';
import { type Literal, literalChoices } from './literal.ts';

/** A literal that a value of a field must hold. */
export interface Place {
  readonly column: Column;
  readonly literal: Literal;
}

/** Where a tree is true, one of these is found; `share` estimates in how many events that is. */
export interface Witness {
  readonly places: readonly Place[];
  readonly share: number;
}

const NOWHERE: Witness = { places: [], share: 0 };

/**
 * What must be in an event for a tree to be true (SIGMA 8.4): of a conjunction the rarest part's, of a disjunction all of
 * them together. Undefined where it can be true without any text: negations, absent fields, comparisons.
 */
export function witnessOf(ir: Ir, columns: Columns, frequencies: Frequencies, isNegated = false): Witness | undefined {
  switch (ir.kind) {
    case 'constant':
      return ir.value === isNegated ? NOWHERE : undefined;
    case 'not':
      return witnessOf(ir.of, columns, frequencies, !isNegated);
    case 'atom':
      return isNegated ? undefined : atomWitness(ir, columns, frequencies);
    case 'and':
    case 'or': {
      const parts = ir.of.map((part) => witnessOf(part, columns, frequencies, isNegated));
      return (ir.kind === 'and') === isNegated ? together(parts) : rarest(parts);
    }
  }
}

/** One of the parts is true: all of their witnesses, or none when one of them has none. */
export function together(parts: readonly (Witness | undefined)[]): Witness | undefined {
  const places: Place[] = [];
  let share = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    places.push(...part.places);
    share += part.share;
  }
  return { places, share };
}

function rarest(parts: readonly (Witness | undefined)[]): Witness | undefined {
  let best: Witness | undefined;
  for (const part of parts) {
    if (part !== undefined && (best === undefined || part.share < best.share)) best = part;
  }
  return best;
}

function atomWitness({ field, names, test }: Atom, columns: Columns, frequencies: Frequencies): Witness | undefined {
  const column = columns.of(field, names);
  return rarest(
    literalChoices(test).map((literals) => ({
      places: literals.map((literal) => ({ column, literal })),
      share: literals.reduce((sum, literal) => sum + shareOf(literal, frequencies), 0),
    })),
  );
}
