/** One event of the stream of changes. */
export interface Change {
  readonly type: string;
  readonly id: string;
  readonly of: Readonly<Record<string, unknown>>;
}

export type StreamState = 'closed' | 'connecting' | 'open' | 'lost';

/** What a worker says to its pages, and a page without one to itself. */
export type StreamWord =
  | { readonly kind: 'state'; readonly state: StreamState }
  | { readonly kind: 'changes'; readonly changes: readonly Change[] };

/** What a page asks of a worker: to hear of all that comes behind a place of the stream, or no more. */
export type StreamAsk = { readonly place: string } | 'close';

const TYPES: readonly string[] = [
  'hello',
  'resync',
  'incident',
  'finding',
  'subscription',
  'host',
  'queue',
  'request',
  'health',
];
/** Changes of so many milliseconds are told together: at most four batches a second (SETTLED G6). */
const BATCH_MS = 250;

/** One stream of the server behind a place; ends by what is given back. It is opened again by itself, from where it was. */
export function openStreamOf(tell: (word: StreamWord) => void, place: string): () => void {
  let last = place;
  let waiting: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    const changes = waiting;
    waiting = [];
    tell({ kind: 'changes', changes });
  };
  const connect = (): void => {
    tell({ kind: 'state', state: 'connecting' });
    const opened = new EventSource(`/v1/stream?last_event_id=${encodeURIComponent(last)}`);
    source = opened;
    opened.onopen = () => tell({ kind: 'state', state: 'open' });
    opened.onerror = () => {
      tell({ kind: 'state', state: 'lost' });
      // A refusal ends it for good: whoever signs in again opens it again, and meanwhile it is tried now and then.
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(connect, 5000);
    };
    for (const type of TYPES) {
      opened.addEventListener(type, (event) => {
        const { data, lastEventId } = event as MessageEvent<string>;
        if (lastEventId !== '') last = lastEventId;
        waiting.push({ type, id: lastEventId, of: JSON.parse(data) as Record<string, unknown> });
        timer ??= setTimeout(flush, BATCH_MS);
      });
    }
  };
  connect();
  return () => {
    clearTimeout(timer);
    clearTimeout(again);
    source?.close();
  };
}
