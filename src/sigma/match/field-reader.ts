import { type FieldValue, renderValue } from '../values/number.ts';

/** The fields of one event, as rules ask for them. */
export interface FieldReader {
  /** All values of a field of this exact name: several for arrays. Undefined when it is absent; `[null]` for JSON's null. */
  values(name: string): readonly FieldValue[] | undefined;
  /** Every value that keywords look into, without the names (SIGMA 2.4). */
  keywordValues(): readonly FieldValue[];
}

/** A reader that finds a field faster by a number than by its name. Lists that it hands out are its own until the next event. */
export interface SlotReader extends FieldReader {
  /** The number of a field, for as long as the reader lives. */
  slot(name: string): number;
  valuesAt(slot: number): readonly FieldValue[] | undefined;
}

export function isSlotReader(fields: FieldReader): fields is SlotReader {
  return 'slot' in fields && 'valuesAt' in fields;
}

/** Reads nested values, as JSON gives them: `A.B` is a key as written, else a path, across arrays (SIGMA 2.1). */
export function objectReader(record: Readonly<Record<string, unknown>>): FieldReader {
  return {
    values: (name) => {
      const found = collectPath(record, name);
      return found.length === 0 && !hasEmpty(record, name) ? undefined : found;
    },
    keywordValues: () => texts(record, 0),
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

function texts(value: unknown, depth: number): readonly string[] {
  if (isFieldValue(value)) return [renderValue(value)].filter((text) => text !== undefined);
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item) => texts(item, depth + 1));
  return isRecord(value) ? Object.values(value).flatMap((child) => texts(child, depth + 1)) : [];
}
