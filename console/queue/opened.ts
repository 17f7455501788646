import { signal } from '@preact/signals';
import type { OpenedDocument } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import type { QueueRow } from './rows.ts';
import { countAgain } from './store.ts';

type Opened = Pick<OpenedDocument, 'version' | 'revision'>;

/** What the person opened last of each incident; undefined until the server has said. */
const opened = signal<ReadonlyMap<string, Opened> | undefined>(undefined);

/** What was opened in this browser since the page is there: the server may not have heard of it when it is asked. */
const looks = new Map<string, Opened>();

/** Counts how often it was read whole: a list that is filtered by it is made anew then, and not when a row of it is opened. */
export const openedReadings = signal(0);

const PAGE_ROWS = 1000;
/** Other tabs of this browser hear what was opened here. */
const CHANNEL = 'triad.opened';

/** True of what was found or done since the person opened it, and of what they never opened (SETTLED G15). */
export function isUnread({ id, version, revision }: Pick<QueueRow, 'id' | 'version' | 'revision'>): boolean {
  return isNewer(opened.value, { id, version, revision });
}

/** The same as it is now, without following it. */
export function isUnreadNow(row: Pick<QueueRow, 'id' | 'version' | 'revision'>): boolean {
  return isNewer(opened.peek(), row);
}

function isNewer(
  known: ReadonlyMap<string, Opened> | undefined,
  { id, version, revision }: Pick<QueueRow, 'id' | 'version' | 'revision'>,
): boolean {
  if (known === undefined) return false;
  const seen = known.get(id);
  return seen === undefined || seen.version < version || seen.revision < revision;
}

interface OpenedPage {
  readonly items: readonly OpenedDocument[];
  readonly next?: string;
}

/** Reads all that the person opened. Where that fails, what was known stays. */
export async function readOpened(): Promise<void> {
  const read = new Map<string, Opened>();
  let next: string | undefined;
  do {
    const cursor: string = next === undefined ? '' : `&after=${encodeURIComponent(next)}`;
    const answer = await ask<OpenedPage>('GET', `/v1/incidents/opened?limit=${PAGE_ROWS}${cursor}`);
    if (answer.kind === 'problem') return;
    for (const { id, version, revision } of answer.value.items) read.set(id, { version, revision });
    next = answer.value.next;
  } while (next !== undefined);
  for (const [id, look] of looks) read.set(id, furthest(read.get(id), look));
  opened.value = read;
  openedReadings.value++;
}

let channel: BroadcastChannel | undefined;

/** The person has this incident before them, as it is at a version and a revision. */
export async function noteOpened(seen: OpenedDocument): Promise<void> {
  if (!take(seen)) return;
  channel?.postMessage(seen);
  const { id, version, revision } = seen;
  // What the server did not hear of is unread again after a reload: nothing is lost by it.
  await ask('POST', `/v1/incidents/${encodeURIComponent(id)}/opened`, { body: { version, revision } });
  countAgain();
}

/** False where as much was opened before. */
function take({ id, version, revision }: OpenedDocument): boolean {
  const known: ReadonlyMap<string, Opened> = opened.value ?? looks;
  const before = known.get(id);
  if (before !== undefined && before.version >= version && before.revision >= revision) return false;
  const look = furthest(before, { version, revision });
  looks.set(id, look);
  if (opened.value !== undefined) opened.value = new Map(known).set(id, look);
  return true;
}

function furthest(before: Opened | undefined, { version, revision }: Opened): Opened {
  return {
    version: Math.max(before?.version ?? 0, version),
    revision: Math.max(before?.revision ?? 0, revision),
  };
}

/** Reads what was opened, hears of other tabs, and looks again when the person comes back to this one. */
export function followOpened(): () => void {
  void readOpened();
  const heard = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANNEL);
  channel = heard;
  if (heard !== undefined) heard.onmessage = ({ data }: MessageEvent<OpenedDocument>) => void take(data);
  const look = (): void => {
    if (document.visibilityState === 'visible') void readOpened();
  };
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    heard?.close();
    channel = undefined;
    opened.value = undefined;
    looks.clear();
  };
}

/** Runs when the page is before the eyes of the person; gives back what takes that back. */
export function whenSeen(run: () => void): () => void {
  if (document.visibilityState === 'visible') {
    run();
    return () => undefined;
  }
  const look = (): void => {
    if (document.visibilityState !== 'visible') return;
    document.removeEventListener('visibilitychange', look);
    run();
  };
  document.addEventListener('visibilitychange', look);
  return () => document.removeEventListener('visibilitychange', look);
}
