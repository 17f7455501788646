import type { Atom, CompiledRule, Ir } from '../../src/sigma/index.ts';

/** Every test of a rule, in its order, whatever its conditions make of it. */
export function atomsOf({ conditions }: CompiledRule): readonly Atom[] {
  const atoms: Atom[] = [];
  const visit = (ir: Ir): void => {
    if (ir.kind === 'atom') atoms.push(ir);
    else if (ir.kind === 'not') visit(ir.of);
    else if (ir.kind !== 'constant') for (const part of ir.of) visit(part);
  };
  for (const { ir } of conditions) visit(ir);
  return atoms;
}

/** Names of the fields that a rule asks for in tests of some kind, each once. */
export function fieldsOfTests(rule: CompiledRule, isWanted: (atom: Atom) => boolean): ReadonlySet<string> {
  return new Set(atomsOf(rule).flatMap((atom) => (atom.field !== undefined && isWanted(atom) ? [atom.field] : [])));
}
