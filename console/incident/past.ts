import { useMemo, useRef, useState } from 'preact/hooks';
import type { HistoryEntryDocument } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import { say } from '../kit/status.ts';
import { pathOf } from './acts.ts';
import type { IncidentDocument } from './document.ts';

/** What happened to an incident, as far as it was read. */
export interface Past {
  /** Newest first. */
  readonly items: readonly HistoryEntryDocument[];
  /** Reads on; undefined where all was read. */
  readonly readOlder: (() => Promise<void>) | undefined;
  /** The last look at older ones failed. */
  readonly hasFailed: boolean;
}

/** The newest entries come with the incident, and move on with it: what was read before stays. */
export function usePast(doc: IncidentDocument): Past {
  const seen = useRef<readonly HistoryEntryDocument[]>([]);
  const [next, setNext] = useState(doc.history.next);
  const [hasFailed, setFailed] = useState(false);
  const running = useRef<Promise<void> | undefined>(undefined);
  const items = useMemo(() => {
    seen.current = mergedPast(doc.history.items, seen.current);
    return seen.current;
  }, [doc.history, next]);
  const readPage = async (after: string): Promise<void> => {
    const answer = await ask<IncidentDocument['history']>(
      'GET',
      `${pathOf(doc.id)}/history?limit=1000&after=${encodeURIComponent(after)}`,
    );
    setFailed(answer.kind === 'problem');
    if (answer.kind === 'problem') {
      say(`Older entries could not be read: ${answer.problem.title.toLowerCase()}.`);
      return;
    }
    seen.current = mergedPast(answer.value.items, seen.current);
    setNext(answer.value.next);
  };
  /** One at a time; whoever comes meanwhile waits for it. */
  const readOlder = (after: string): Promise<void> => {
    running.current ??= readPage(after).finally(() => {
      running.current = undefined;
    });
    return running.current;
  };
  return { items, readOlder: next === undefined ? undefined : () => readOlder(next), hasFailed };
}

/** Each entry once, newest first. */
export function mergedPast(
  some: readonly HistoryEntryDocument[],
  others: readonly HistoryEntryDocument[],
): readonly HistoryEntryDocument[] {
  const bySeq = new Map([...others, ...some].map((entry) => [entry.seq, entry]));
  return [...bySeq.values()].toSorted((a, b) => b.seq - a.seq);
}

/** What people wrote: notes of the engine are for the history. */
export function notesOf(items: readonly HistoryEntryDocument[]): readonly HistoryEntryDocument[] {
  return items.filter(({ note, who }) => note && who !== 'system');
}
