import { useEffect, useRef, useState } from 'preact/hooks';
import type { RecordLine } from '../../src/report/index.ts';
import { ask } from '../kit/api.ts';
import { say } from '../kit/status.ts';
import { pathOf } from './acts.ts';
import type { IncidentDocument } from './document.ts';

interface Read {
  /** Beyond those that come with the incident. */
  readonly more: readonly RecordLine[];
  readonly next: string | undefined;
}

interface PageOfRecords {
  readonly items: readonly RecordLine[];
  readonly next?: string;
}

export interface CitedRecords {
  readonly more: readonly RecordLine[];
  /** Undefined where all was read. */
  readonly readMore: (() => Promise<void>) | undefined;
  /** Reads on until so many are there, all are, it fails or is given up. `told` hears how many there are. */
  readUpTo(most: number, told: (count: number) => void, abort: AbortSignal): Promise<void>;
}

/** The records that an incident cites, read on demand. When more was found they are read anew, as far as they were: the list has moved. */
export function useCitedRecords(doc: IncidentDocument): CitedRecords {
  const [read, setRead] = useState<Read>({ more: [], next: doc.records.next });
  // Whoever reads on does not wait for what is drawn.
  const latest = useRef(read);
  const running = useRef<Promise<boolean> | undefined>(undefined);
  const put = (value: Read): void => {
    latest.current = value;
    setRead(value);
  };
  const readPages = async (from: Read, own: number, most: number, signal?: AbortSignal): Promise<boolean> => {
    let { more, next } = from;
    do {
      const path = `${pathOf(doc.id)}/records?limit=1000&after=${encodeURIComponent(next ?? '')}`;
      const answer = await ask<PageOfRecords>('GET', path, signal === undefined ? {} : { signal });
      if (answer.kind === 'problem') {
        if (answer.problem.code === 'aborted') return false;
        say(`More records could not be read: ${answer.problem.title.toLowerCase()}.`);
        return false;
      }
      more = [...more, ...answer.value.items];
      next = answer.value.next;
    } while (next !== undefined && own + more.length < most);
    put({ more, next });
    return true;
  };
  /** One at a time; whoever comes meanwhile waits for it. */
  const alone = (begin: () => Promise<boolean>): Promise<boolean> => {
    running.current ??= begin().finally(() => {
      running.current = undefined;
    });
    return running.current;
  };
  const readOn = (signal?: AbortSignal): Promise<boolean> =>
    alone(() => readPages(latest.current, doc.records.items.length, 0, signal));
  const version = useRef(`${doc.id} ${doc.version}`);
  useEffect(() => {
    const now = `${doc.id} ${doc.version}`;
    if (version.current === now) return;
    version.current = now;
    const before = latest.current.more.length;
    const begin: Read = { more: [], next: doc.records.next };
    const anew = async (): Promise<void> => {
      // A look that is under way is of the list as it was; behind it another one may begin.
      while (running.current !== undefined) await running.current;
      if (version.current !== now) return;
      const isRead = before > 0 && begin.next !== undefined && (await alone(() => readPages(begin, 0, before)));
      // What was read of the list as it was does not stand beside what is new.
      if (!isRead && version.current === now) put(begin);
    };
    void anew();
  }, [doc.id, doc.version]);
  const hasMore = read.next !== undefined;
  return {
    more: read.more,
    readMore: hasMore ? () => readOn().then(() => undefined) : undefined,
    readUpTo: async (most, told, abort) => {
      const count = (): number => doc.records.items.length + latest.current.more.length;
      told(count());
      while (latest.current.next !== undefined && count() < most && !abort.aborted) {
        if (!(await readOn(abort))) return;
        told(count());
      }
    },
  };
}
