import { type Folded, textOf } from './powershell-value.ts';
import type { Token } from './script-tokens.ts';

/** What a piece of an expression is while it is read. */
export interface Part {
  readonly at: number;
  readonly end: number;
  readonly folded: Folded | undefined;
  /** The lower-case name of a plain variable or member, for calls. */
  readonly name: string;
  /** The lower-case name before the last dot. */
  readonly owner: string;
  /** What stands before the last dot, where that is known. */
  readonly target?: Folded | undefined;
}

/** How often each name is assigned, in lower case: what is assigned once keeps its value inside blocks too. */
export function countAssignments(tokens: readonly Token[]): ReadonlyMap<string, number> {
  const assigned = new Map<string, number>();
  for (let i = 0; i + 1 < tokens.length; i++) {
    const token = tokens[i];
    const next = tokens[i + 1];
    if (token?.kind !== 'name' || next?.value !== '=' || next.kind !== 'mark') continue;
    const before = tokens[i - 1];
    const isStart =
      before === undefined ||
      before.kind === 'end' ||
      before.value === '{' ||
      before.value === '}' ||
      /^(?:set|const|let|var|then|else)$/i.test(before.value);
    const key = token.value.toLowerCase();
    if (isStart) assigned.set(key, (assigned.get(key) ?? 0) + 1);
  }
  return assigned;
}

/** True when an `If` behind this place ends with its line: it opens no block. */
export function isOneLineIf(tokens: readonly Token[], from: number): boolean {
  for (let i = from; i < tokens.length && i - from < 2000; i++) {
    const token = tokens[i];
    if (token?.kind === 'end') return false;
    if (token?.kind === 'name' && token.value.toLowerCase() === 'then') return tokens[i + 1]?.kind !== 'end';
  }
  return false;
}

/** `Properties_.Item("Name")` names a property by its argument. */
export function itemName(args: readonly Folded[]): string {
  const [first] = args;
  return first === undefined ? 'item' : (textOf(first.value)?.toLowerCase() ?? 'item');
}
