/** What one decoding operation gave. */
export interface FoldStep {
  /** In words: `base64`, `gzip`, `string concatenation`. */
  readonly operation: string;
  readonly value: string | Uint8Array;
}

/** Operations that only build text: several in a row are one layer. */
const BUILDING: ReadonlySet<string> = new Set([
  'string concatenation',
  'string expansion',
  'character codes',
  'format operator',
  'join',
  'split',
  'replace',
  'reverse',
  'substring',
  'case change',
  'variable',
]);
const MAX_STEPS = 16;

const isBuilding = (operation: string): boolean => operation.split(', ').every((word) => BUILDING.has(word));

/** Steps with one more; text building joins the building step before it. */
export function addStep(
  steps: readonly FoldStep[],
  operation: string,
  value: string | Uint8Array,
): readonly FoldStep[] {
  const last = steps.at(-1);
  // Joining letters that were decoded one by one gives the same text: nothing new was undone.
  if (last !== undefined && isBuilding(operation) && last.value === value) return steps;
  if (last !== undefined && isBuilding(last.operation) && isBuilding(operation)) {
    const words = new Set([...last.operation.split(', '), operation]);
    words.delete('variable');
    words.delete('string expansion');
    const joined = words.size === 0 ? operation : [...words].join(', ');
    return [...steps.slice(0, -1), { operation: joined, value }];
  }
  return steps.length >= MAX_STEPS ? steps : [...steps, { operation, value }];
}

/** The longest history among operands: the others end in the same text. */
export function longest(...all: readonly (readonly FoldStep[])[]): readonly FoldStep[] {
  return all.reduce((best, steps) => (steps.length > best.length ? steps : best), []);
}

/** True when the steps undid something: mere use of a variable or an expanded string is ordinary writing. */
export function isWorthALayer(steps: readonly FoldStep[]): boolean {
  return steps.some((step) => step.operation !== 'variable' && step.operation !== 'string expansion');
}
