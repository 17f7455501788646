import { type BulkAction, type BulkOp, readAction } from './bulk-action.ts';
import {
  type Framed,
  type FramedItem,
  type ItemRefusal,
  type RefusedBatch,
  refusedBatch,
  sizeRefusal,
  tooManyItems,
} from './framing.ts';
import { MAX_ACTION_BYTES, MAX_ITEM_BYTES, MAX_ITEMS } from './limits.ts';
import { asBuffer, type Line, LineWalk } from './lines.ts';
import { mediaType } from './ndjson.ts';

/** An action and its source. `start` and `end` are the source line's; of a `delete`, which has none, they are equal. */
export interface BulkItem extends FramedItem {
  readonly op: BulkOp;
  readonly index: string;
  readonly id?: string;
}

export type BulkFraming = Framed<BulkItem>;

export interface BulkOptions {
  /** The index of the path, for actions that name none. */
  readonly defaultIndex?: string;
}

/** The index of actions that name none on a path that names none; Elasticsearch refuses them, and no event is worth losing for it. */
const NO_INDEX = 'triad';
/** Bounds of Elasticsearch, bytes. */
const MAX_ID_BYTES = 512;
const MAX_INDEX_BYTES = 255;

/** Why a `_bulk` body of this `Content-Type` is not taken; undefined when it is. */
export function bulkTypeRefusal(contentType: string | undefined): RefusedBatch | undefined {
  const name = mediaType(contentType);
  if (name === '' || /^application\/(?:json|x-ndjson|ndjson|vnd\.elasticsearch\+(?:json|x-ndjson))$/.test(name)) {
    return undefined;
  }
  const reason = `Content-Type header [${name.slice(0, 80)}] is not supported`;
  return refusedBatch(415, 'unsupported_media_type', reason);
}

/**
 * The actions of a `_bulk` body, in order (SERVE 1.1): an action line, then the source line unless it is a `delete`. Blank lines before an
 * action are legal, the last line feed may be missing. A broken action line leaves no way to tell actions from sources,
 * so it refuses the whole request, as Elasticsearch does; what is wrong with one source costs that item.
 */
export function frameBulk(body: Uint8Array, options: BulkOptions = {}): BulkFraming | RefusedBatch {
  const bytes = asBuffer(body);
  const items: BulkItem[] = [];
  let accepted = 0;
  const walk = new LineWalk(bytes, 0);
  const actions = new ActionReader(bytes);
  const index = options.defaultIndex ?? NO_INDEX;
  for (let line = walk.nextFilled(); line !== undefined; line = walk.nextFilled()) {
    if (items.length === MAX_ITEMS) return tooManyItems(MAX_ITEMS);
    const action = actions.read(line);
    if (typeof action === 'string') return badAction(line.line, action);
    const source = action.op === 'delete' ? { start: line.start, end: line.start } : walk.next();
    if (source === undefined) return badAction(line.line, `the body ends before the source of ${action.op}`);
    const item = itemOf(action, line, source, index);
    if (item.refused === undefined && item.op !== 'delete') accepted++;
    items.push(item);
  }
  if (items.length === 0) return refusedBatch(400, 'empty', 'request body is required');
  return { kind: 'framed', items, accepted };
}

/** The distinct indexes of a batch, in the order in which they first come, at most so many. */
export function indexNamesOf(framing: BulkFraming, most: number): readonly string[] {
  const names = new Set<string>();
  for (const { index, refused } of framing.items) {
    if (names.size === most) break;
    if (refused === undefined) names.add(index);
  }
  return [...names];
}

function badAction(line: number, what: string): RefusedBatch {
  return refusedBatch(400, 'bad_action', `Malformed action/metadata line [${line}]: ${what}`);
}

function itemOf(action: BulkAction, line: Line, source: Pick<Line, 'start' | 'end'>, index: string): BulkItem {
  const item = {
    start: source.start,
    end: source.end,
    line: line.line,
    op: action.op,
    index: action.index ?? index,
    ...(action.id === undefined ? {} : { id: action.id }),
  };
  const refused = refusalOf(item, source.end - source.start);
  return refused === undefined ? item : { ...item, refused };
}

function refusalOf({ op, id, index }: Pick<BulkItem, 'op' | 'id' | 'index'>, bytes: number): ItemRefusal | undefined {
  if (id !== undefined) {
    const length = Buffer.byteLength(id);
    if (length === 0) return { code: 'bad_id', reason: 'if _id is specified it must not be empty' };
    if (length > MAX_ID_BYTES) {
      return {
        code: 'bad_id',
        reason: `id is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${length}`,
      };
    }
  } else if (op === 'update' || op === 'delete') return { code: 'bad_id', reason: 'an id must be provided' };
  if (index === '' || Buffer.byteLength(index) > MAX_INDEX_BYTES) {
    return { code: 'bad_index', reason: `index name must have 1 to ${MAX_INDEX_BYTES} bytes` };
  }
  if (op === 'delete') return undefined;
  if (bytes === 0) return { code: 'empty', reason: 'failed to parse, document is empty' };
  return sizeRefusal(bytes, MAX_ITEM_BYTES);
}

/** Reads action lines; Beats send the same one before each event, which is then read once. */
class ActionReader {
  readonly #bytes: Buffer;
  #start = 0;
  #end = 0;
  #last: BulkAction | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read({ start, end }: Line): BulkAction | string {
    if (end - start > MAX_ACTION_BYTES) return `longer than ${MAX_ACTION_BYTES} bytes`;
    const bytes = this.#bytes;
    if (this.#last !== undefined && bytes.compare(bytes, this.#start, this.#end, start, end) === 0) return this.#last;
    const action = readAction(bytes.toString('utf8', start, end));
    if (typeof action !== 'string') {
      this.#last = action;
      this.#start = start;
      this.#end = end;
    }
    return action;
  }
}
