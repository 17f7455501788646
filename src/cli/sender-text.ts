import type { KeylessSenderDocument, SenderDocument, SenderPage, TrafficDocument } from '../api/index.ts';
import { binarySize, count } from '../report/index.ts';
import { type Column, shortTime, table } from './server-rows.ts';

type Row = SenderDocument | KeylessSenderDocument;

/** For which hosts a sender may speak. */
export function hostsOf({ hosts, isRelay }: SenderDocument): string {
  return `${hosts.length === 0 ? 'any, unproved' : hosts.join(' ')}${isRelay ? ' (relay)' : ''}`;
}

/** Who sends, and what each brought since the server started; those without a key stand last. */
export function senderTable({ items, keyless = [] }: SenderPage): string {
  const rows: readonly Row[] = [...items, ...keyless];
  const text = table(
    rows,
    [
      { title: 'ID', of: ({ id }) => id },
      { title: 'NAME', of: (row) => (hasKeys(row) ? row.name : '') },
      { title: 'STATE', of: (row) => (hasKeys(row) ? row.state : 'no key') },
      { title: 'HOSTS', of: (row) => (hasKeys(row) ? hostsOf(row) : 'any') },
      { title: 'ADDED (UTC)', of: (row) => (hasKeys(row) ? shortTime(row.created) : '') },
      ...TRAFFIC,
    ],
    'There are no senders: triad sender add ID makes one.',
  );
  return text + sinceWords(rows);
}

const TRAFFIC: readonly Column<Row>[] = [
  counted('EV/S 1 MIN', ({ perSecond }) => rateText(perSecond.minute)),
  counted('EV/S 1 H', ({ perSecond }) => rateText(perSecond.hour)),
  counted('WAITING', ({ waitingBytes }) => binarySize(waitingBytes)),
  counted('HELD BACK', ({ heldBack }) => count(heldBack.count)),
  counted('AGAIN', ({ again }) => count(again.count)),
  counted('REFUSED', ({ conflict }) => count(conflict.count)),
];

/** A column of what is counted; `?` of a sender that may have been let go of. */
function counted(title: string, of: (traffic: TrafficDocument) => string): Column<Row> {
  return { title, of: ({ traffic }) => (traffic === undefined ? '?' : of(traffic)) };
}

function hasKeys(row: Row): row is SenderDocument {
  return 'created' in row;
}

/** Two digits at least, and no rate that is there as nothing. */
function rateText(rate: number): string {
  return rate >= 10 ? count(Math.round(rate)) : String(Number(rate.toPrecision(2)));
}

function sinceWords(rows: readonly Row[]): string {
  const [since] = rows.flatMap(({ traffic }) => (traffic === undefined ? [] : [traffic.since])).sort();
  if (since === undefined) return '';
  return `\nCounted since ${shortTime(since)} UTC, when the server started or later. HELD BACK: told to come back (429). AGAIN: taken before, nothing added.\nREFUSED: another batch under a used id (409).\n`;
}
