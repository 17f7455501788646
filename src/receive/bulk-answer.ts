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

type Field = readonly [path: readonly string[], text: (item: BulkItem, number: number) => string];

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
  return (item, number) => `{"${op}":${objectText(wanted, 0, item, number)}}`;
}

/** Fields whose paths share their first `depth` keys, as an object. */
function objectText(fields: readonly Field[], depth: number, item: BulkItem, number: number): string {
  let text = '';
  for (let from = 0; from < fields.length; ) {
    const [path, value] = fields[from] ?? [[], () => ''];
    const key = path[depth] ?? '';
    let to = from + 1;
    while (fields[to]?.[0][depth] === key) to++;
    const isLeaf = path.length === depth + 1;
    const inner = isLeaf ? value(item, number) : objectText(fields.slice(from, to), depth + 1, item, number);
    text += `${text === '' ? '' : ','}"${key}":${inner}`;
    from = to;
  }
  return `{${text}}`;
}

function nameFields(digest: string): readonly Field[] {
  return [
    [['_index'], (item) => JSON.stringify(item.index)],
    [['_id'], (item, number) => JSON.stringify(item.id ?? `${digest.slice(0, 20)}-${number}`)],
  ];
}

function takenFields(op: BulkOp, digest: string): readonly Field[] {
  const [status, result] = RESULTS[op];
  const fixed = (value: string): (() => string) => {
    return () => value;
  };
  return [
    ...nameFields(digest),
    [['_version'], fixed('1')],
    [['result'], fixed(`"${result}"`)],
    [['_shards', 'total'], fixed('1')],
    [['_shards', 'successful'], fixed('1')],
    [['_shards', 'failed'], fixed('0')],
    [['_seq_no'], fixed('0')],
    [['_primary_term'], fixed('1')],
    [['status'], fixed(String(status))],
  ];
}

function refusedFields(): readonly Field[] {
  return [
    [['_index'], (item) => JSON.stringify(item.index)],
    [['_id'], (item) => (item.id === undefined ? 'null' : JSON.stringify(item.id))],
    [['status'], () => String(ITEM_ERROR_STATUS)],
    [
      ['error', 'type'],
      ({ refused }) => JSON.stringify(ERROR_TYPES[refused?.code ?? 'empty'] ?? 'mapper_parsing_exception'),
    ],
    [['error', 'reason'], ({ refused }) => JSON.stringify(refused?.reason ?? '')],
  ];
}
