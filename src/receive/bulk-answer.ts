import type { BulkFraming, BulkItem } from './bulk.ts';
import type { BulkOp } from './bulk-action.ts';
import { type FieldFilter, fieldFilter } from './filter-path.ts';
import type { RefusalCode } from './framing.ts';

export interface BulkAnswerOptions {
  /** `filter_path` of the request, as it came. */
  readonly filterPath?: string | undefined;
  readonly tookMs: number;
  /** Digest of the batch, of which the ids of events without one are made. */
  readonly digest?: string;
}

/** Status and result of an action that was taken. A document to delete is never there, and Elasticsearch calls that no error. */
const RESULTS: Readonly<Record<BulkOp, readonly [status: number, result: string]>> = {
  create: [201, 'created'],
  index: [201, 'created'],
  update: [200, 'updated'],
  delete: [404, 'not_found'],
};

/** Elasticsearch's names for what is wrong with one item; its status is always 400: final, never sent again (SERVE 1.1). */
const ERROR_TYPES: Readonly<Partial<Record<RefusalCode, string>>> = {
  bad_id: 'illegal_argument_exception',
  bad_index: 'invalid_index_name_exception',
};
const ITEM_ERROR_STATUS = 400;

/** JSON that is the same for every item, or what makes it. */
type Part = string | ((item: BulkItem, number: number) => string);
type Field = readonly [path: readonly string[], value: Part];

/**
 * The body of an answer to `_bulk`, JSON: one item an action, in order, under the name of its action, whatever is filtered; a client
 * that finds fewer items takes the others for delivered (SERVE 8, trap 1). A filter that asks for nothing of an item
 * leaves its status.
 */
export function bulkAnswer(framing: BulkFraming, options: BulkAnswerOptions): string {
  const filter = fieldFilter(options.filterPath);
  const writers = new Map<string, (item: BulkItem, number: number) => string>();
  const parts: string[] = [];
  let hasErrors = false;
  for (const [number, item] of framing.items.entries()) {
    const isRefused = item.refused !== undefined;
    if (isRefused) hasErrors = true;
    const kind = `${item.op} ${isRefused}`;
    let write = writers.get(kind);
    if (write === undefined) {
      write = itemWriter(item.op, isRefused, filter, options.digest ?? '');
      writers.set(kind, write);
    }
    parts.push(write(item, number));
  }
  const head = [
    ...(filter === undefined || filter(['took']) ? [`"took":${Math.max(0, Math.round(options.tookMs))}`] : []),
    ...(filter === undefined || filter(['errors']) ? [`"errors":${hasErrors}`] : []),
  ];
  return `{${[...head, `"items":[${parts.join(',')}]`].join(',')}}`;
}

/** Writes items of one kind: which fields are asked for is decided once. */
function itemWriter(
  op: BulkOp,
  isRefused: boolean,
  filter: FieldFilter | undefined,
  digest: string,
): (item: BulkItem, number: number) => string {
  const fields = isRefused ? refusedFields() : takenFields(op, digest);
  let wanted = fields.filter(([path]) => filter === undefined || filter(['items', op, ...path]));
  if (wanted.length === 0) wanted = fields.filter(([path]) => path[0] === 'status');
  const parts = joined([`{"${op}":`, ...objectParts(wanted, 0), '}']);
  return (item, number) => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(item, number);
    return text;
  };
}

/** Fields whose paths share their first `depth` keys, as the parts of an object. */
function objectParts(fields: readonly Field[], depth: number): readonly Part[] {
  const parts: Part[] = ['{'];
  for (let from = 0; from < fields.length; ) {
    const [path, value] = fields[from] ?? [[], ''];
    const key = path[depth] ?? '';
    let to = from + 1;
    while (fields[to]?.[0][depth] === key) to++;
    parts.push(`${from === 0 ? '' : ','}"${key}":`);
    if (path.length === depth + 1) parts.push(value);
    else parts.push(...objectParts(fields.slice(from, to), depth + 1));
    from = to;
  }
  return [...parts, '}'];
}

/** Texts beside each other made one: an item of a whole answer has four parts instead of twenty. */
function joined(parts: readonly Part[]): readonly Part[] {
  const found: Part[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (typeof part === 'string' && typeof last === 'string') found[found.length - 1] = last + part;
    else found.push(part);
  }
  return found;
}

function nameFields(digest: string): readonly Field[] {
  return [
    [['_index'], (item) => JSON.stringify(item.index)],
    [['_id'], (item, number) => JSON.stringify(item.id ?? `${digest.slice(0, 20)}-${number}`)],
  ];
}

function takenFields(op: BulkOp, digest: string): readonly Field[] {
  const [status, result] = RESULTS[op];
  return [
    ...nameFields(digest),
    [['_version'], '1'],
    [['result'], `"${result}"`],
    [['_shards', 'total'], '1'],
    [['_shards', 'successful'], '1'],
    [['_shards', 'failed'], '0'],
    [['_seq_no'], '0'],
    [['_primary_term'], '1'],
    [['status'], String(status)],
  ];
}

function refusedFields(): readonly Field[] {
  return [
    [['_index'], (item) => JSON.stringify(item.index)],
    [['_id'], (item) => (item.id === undefined ? 'null' : JSON.stringify(item.id))],
    [['status'], String(ITEM_ERROR_STATUS)],
    [
      ['error', 'type'],
      ({ refused }) => JSON.stringify(ERROR_TYPES[refused?.code ?? 'empty'] ?? 'mapper_parsing_exception'),
    ],
    [['error', 'reason'], ({ refused }) => JSON.stringify(refused?.reason ?? '')],
  ];
}
