import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { MOST_RECORDS_ON_PAPER, printPage } from '../kit/print.ts';
import { mayReadEvidence } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { digits } from '../kit/words.ts';
import type { CitedRecords } from './cited-records.ts';
import type { IncidentDocument } from './document.ts';
import type { Past } from './past.ts';

/** Pages of the history that are read for paper; each has a thousand entries. */
const MOST_PAGES = 20;

export interface Paper {
  /** How many records are there, while they are read for paper. */
  readonly count: number | undefined;
  readonly start: () => void;
  readonly cancel: () => void;
}

/** Prints an incident once what it cites is read: a browser that prints by itself cannot wait for that. */
export function usePaper(doc: IncidentDocument, records: CitedRecords, past: Past): Paper {
  const [count, setCount] = useState<number | undefined>(undefined);
  const running = useRef<AbortController | undefined>(undefined);
  // What is drawn anew meanwhile reads on from where it is.
  const latest = useRef({ records, past });
  latest.current = { records, past };
  useEffect(() => () => running.current?.abort(), []);
  const start = async (): Promise<void> => {
    if (running.current !== undefined) return;
    const abort = new AbortController();
    running.current = abort;
    if (mayReadEvidence()) await latest.current.records.readUpTo(MOST_RECORDS_ON_PAPER, setCount, abort.signal);
    await readHistory(latest, abort.signal);
    running.current = undefined;
    setCount(undefined);
    if (abort.signal.aborted) say(`INC-${doc.number} is not printed.`);
    else await printPage();
  };
  return { count, start: () => void start(), cancel: () => running.current?.abort() };
}

async function readHistory(latest: { readonly current: { readonly past: Past } }, abort: AbortSignal): Promise<void> {
  for (let page = 0; page < MOST_PAGES && !abort.aborted; page++) {
    const { items, readOlder } = latest.current.past;
    if (readOlder === undefined) return;
    await readOlder();
    // What was read is there when it is drawn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (latest.current.past.items.length === items.length) return;
  }
}

/** That it is being read, how far, and the way out. */
export function PaperWait({
  paper: { count, cancel },
  cited,
}: {
  readonly paper: Paper;
  readonly cited: number;
}): JSX.Element | null {
  if (count === undefined) return null;
  const most = Math.min(cited, MOST_RECORDS_ON_PAPER);
  return (
    <p class="since" role="status">
      Records are read before they are printed: {digits(Math.min(count, most))} of {digits(most)}.{' '}
      <button type="button" class="btn" onClick={cancel}>
        Cancel
      </button>
    </p>
  );
}
