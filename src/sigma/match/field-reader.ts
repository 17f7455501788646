import type { FieldValue } from '../values/number.ts';

/** The fields of one event, as rules ask for them. */
export interface FieldReader {
  /** All values of a field of this exact name: several for arrays. Undefined when it is absent; `[null]` for JSON's null. */
  values(name: string): readonly FieldValue[] | undefined;
  /** Every value that keywords look into, with its field. */
  entries(): Iterable<readonly [string, FieldValue]>;
}

/** Reads nested values, as JSON gives them: `A.B` is a key as written, else a path, across arrays (SIGMA 2.1). */
export function objectReader(record: Readonly<Record<string, unknown>>): FieldReader {
  return {
    values: (name) => {
      const found = collectPath(record, name);
      return found.length === 0 && !hasEmpty(record, name) ? undefined : found;
    },
    entries: () => flatten(record, '', 0),
  };
}

const MAX_DEPTH = 64;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasEmpty(record: Readonly<Record<string, unknown>>, name: string): boolean {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return typeof value === 'object' && value !== null;
}

function collectPath(node: unknown, path: string, depth = 0): readonly FieldValue[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(node)) return node.flatMap((item) => collectPath(item, path, depth + 1));
  if (!isRecord(node)) return [];
  if (Object.hasOwn(node, path)) return leaves(node[path], 0);
  // A key may hold dots itself: each cut is tried, and the shortest head that leads anywhere counts.
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (!Object.hasOwn(node, head)) continue;
    const found = collectPath(node[head], path.slice(dot + 1), depth + 1);
    if (found.length > 0) return found;
  }
  return [];
}

function leaves(value: unknown, depth = 0): readonly FieldValue[] {
  if (Array.isArray(value)) return depth > MAX_DEPTH ? [] : value.flatMap((item) => leaves(item, depth + 1));
  return isFieldValue(value) ? [value] : [];
}

function isFieldValue(value: unknown): value is FieldValue {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function* flatten(value: unknown, name: string, depth: number): Generator<readonly [string, FieldValue]> {
  if (isFieldValue(value)) yield [name, value];
  else if (depth > MAX_DEPTH) return;
  else if (Array.isArray(value)) for (const item of value) yield* flatten(item, name, depth + 1);
  else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value))
      yield* flatten(child, name === '' ? key : `${name}.${key}`, depth + 1);
  }
}
