import { batch, signal } from '@preact/signals';

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

export const TYPES: readonly string[] = [
  'hello',
  'resync',
  'incident',
  'finding',
  'subscription',
  'host',
  'queue',
  'health',
];
/** Changes of so many milliseconds are told together: at most four batches a second (SETTLED G6). */
export const BATCH_MS = 250;

export const streamState = signal<StreamState>('closed');
/** Since when nothing comes; 0 while it does. */
export const lostSinceMs = signal(0);
/** The build that the server serves, where it is another than this page's (SETTLED G16). */
export const otherBuild = signal<string | undefined>(undefined);

type Listener = (changes: readonly Change[]) => void;

const listeners = new Set<Listener>();
let stop: (() => void) | undefined;

/** Told of each batch of changes; gives back what ends it. */
export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Listens to the server: over one worker for all tabs, or on its own where there is none. */
export function openStream(): void {
  if (stop !== undefined) return;
  stop = openShared() ?? openStreamOf(take);
}

export function closeStream(): void {
  stop?.();
  stop = undefined;
  streamState.value = 'closed';
  lostSinceMs.value = 0;
}

function take(word: StreamWord): void {
  if (word.kind === 'state') {
    if (word.state === 'lost' && streamState.value !== 'lost') lostSinceMs.value = Date.now();
    if (word.state === 'open') lostSinceMs.value = 0;
    streamState.value = word.state;
    return;
  }
  for (const { type, of } of word.changes) if (type === 'hello') compareBuilds(of['build']);
  batch(() => {
    for (const listener of listeners) listener(word.changes);
  });
}

function compareBuilds(build: unknown): void {
  const own = document.querySelector<HTMLMetaElement>('meta[name="triad-build"]')?.content;
  if (typeof build === 'string' && own !== undefined) otherBuild.value = build === own ? undefined : build;
}

function openShared(): (() => void) | undefined {
  const path = document.querySelector<HTMLMetaElement>('meta[name="triad-stream"]')?.content;
  if (path === undefined || typeof SharedWorker === 'undefined') return undefined;
  try {
    const worker = new SharedWorker(path, { name: 'triad-stream' });
    worker.port.onmessage = (event: MessageEvent<StreamWord>) => take(event.data);
    worker.port.start();
    worker.port.postMessage('open');
    const bye = (): void => worker.port.postMessage('close');
    addEventListener('pagehide', bye);
    return () => {
      removeEventListener('pagehide', bye);
      bye();
      worker.port.close();
    };
  } catch {
    // A browser that forbids workers still has streams of its own.
    return undefined;
  }
}

/** One stream of the server; ends by what is given back. A browser opens it again by itself, from where it was. */
export function openStreamOf(tell: (word: StreamWord) => void): () => void {
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
    const opened = new EventSource('/v1/stream');
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
