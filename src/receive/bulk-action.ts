/** What an action of `_bulk` asks for. */
export type BulkOp = 'create' | 'index' | 'update' | 'delete';

export interface BulkAction {
  readonly op: BulkOp;
  /** Undefined when the line names none: the index of the path is meant. */
  readonly index: string | undefined;
  /** `_id`, undefined when Elasticsearch would make one. */
  readonly id: string | undefined;
}

const OPS: ReadonlySet<string> = new Set<BulkOp>(['create', 'index', 'update', 'delete']);

/**
 * The action of a line: an object with one key, the action, whose value is an object of settings. `_type`, `pipeline`,
 * `require_alias`, `routing` and whatever else stands in it say nothing about an event and are passed over. A text is what is wrong.
 */
export function readAction(text: string): BulkAction | string {
  const line = parsed(text);
  if (!isObject(line)) return 'an action is an object';
  const keys = Object.keys(line);
  const [op] = keys;
  if (op === undefined || keys.length !== 1) return 'an action line has exactly one key';
  if (!isOp(op)) return `the action ${JSON.stringify(op.slice(0, 40))} is not one of create, delete, index, update`;
  const settings = line[op];
  if (!isObject(settings)) return `the value of ${op} is no object`;
  const index = nameOf(settings, '_index', text);
  const id = nameOf(settings, '_id', text);
  if (index === null) return '_index is no text';
  if (id === null) return '_id is no text';
  return { op, index, id };
}

function isOp(key: string): key is BulkOp {
  return OPS.has(key);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A setting that is a text or a number, as it is written; undefined when it is absent or null, null when it is anything else. */
function nameOf(settings: Readonly<Record<string, unknown>>, key: string, text: string): string | undefined | null {
  const value = Object.hasOwn(settings, key) ? settings[key] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? numberText(text, key) : null;
}

/** The last number under a key as it is written: a double has no more than 53 bits (SERVE 8, trap 13). */
function numberText(text: string, key: string): string | null {
  let written: string | null = null;
  const keep = (name: string, value: unknown, { source }: { readonly source?: string }): unknown => {
    if (name === key && typeof value === 'number') written = source ?? null;
    return value;
  };
  JSON.parse(text, keep as (this: unknown, key: string, value: unknown) => unknown);
  return written;
}
