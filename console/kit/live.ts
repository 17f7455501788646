import { batch, signal } from '@preact/signals';
import { type Change, openStreamOf, type StreamAsk, type StreamState, type StreamWord } from './stream.ts';

export type { Change } from './stream.ts';

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

/**
 * Listens to the server from a place of the stream on, before which nothing that is shown was read: over one worker for all tabs, or on its own
 * where there is none.
 */
export function openStream(place: string): void {
  if (stop !== undefined) return;
  stop = openShared(place) ?? openStreamOf(take, place);
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

function openShared(place: string): (() => void) | undefined {
  const path = document.querySelector<HTMLMetaElement>('meta[name="triad-stream"]')?.content;
  if (path === undefined || typeof SharedWorker === 'undefined') return undefined;
  try {
    const worker = new SharedWorker(path, { name: 'triad-stream' });
    let last = place;
    worker.port.onmessage = ({ data }: MessageEvent<StreamWord>) => {
      if (data.kind === 'changes') last = data.changes.findLast(({ type }) => type !== 'hello')?.id ?? last;
      take(data);
    };
    worker.port.start();
    const join = (): void => worker.port.postMessage({ place: last } satisfies StreamAsk);
    const bye = (): void => worker.port.postMessage('close' satisfies StreamAsk);
    // A page that the browser kept whole while somebody was elsewhere, and shows again, goes on from where it was.
    const back = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) join();
    };
    join();
    addEventListener('pagehide', bye);
    addEventListener('pageshow', back);
    return () => {
      removeEventListener('pagehide', bye);
      removeEventListener('pageshow', back);
      bye();
      worker.port.close();
    };
  } catch {
    // A browser that forbids workers still has streams of its own.
    return undefined;
  }
}
