import type { JSX } from 'preact';
import type { SenderDocument, TimesDocument, TrafficDocument } from '../../src/api/index.ts';
import { millisOf, nowMs, spanOf, stampOf } from '../kit/time.ts';
import { plural } from '../kit/words.ts';
import type { Column, Paged } from './list.tsx';

type Counted = Pick<SenderDocument, 'traffic'>;

/** What a sender brought since the server started: how fast, what waits to be read, what came again. */
export const TRAFFIC_COLUMNS: readonly Column<Counted>[] = [
  counted('Events', ({ perSecond }) => [`${rateOf(perSecond.minute)}, 1 min`, `${rateOf(perSecond.hour)}, 1 h`]),
  counted('Waiting', ({ waitingBytes, heldBack }) => [
    plural(Math.ceil(waitingBytes / 1024), 'KiB', 'KiB'),
    timesWords(heldBack, 'held back'),
  ]),
  counted('Replays', ({ again, conflict }) => [timesWords(again, 'sent again'), timesWords(conflict, 'refused')]),
];

/** A column of short lines; `?` of a sender of which the server does not know it. */
function counted(name: string, lines: (traffic: TrafficDocument) => readonly string[]): Column<Counted> {
  return {
    name,
    kind: 'num',
    cell: ({ traffic }) => (traffic === undefined ? ['?'] : lines(traffic)).map((line) => <div key={line}>{line}</div>),
  };
}

/** `12/s`; what is slower by the hour. */
function rateOf(perSecond: number): string {
  const [rate, unit] = perSecond < 1 ? [perSecond * 3600, 'h'] : [perSecond, 's'];
  return `${rate.toLocaleString('en-GB', { maximumFractionDigits: 1 })}/${unit}`;
}

function timesWords({ count, last }: TimesDocument, word: string): string {
  return count === 0 ? `0 ${word}` : `${plural(count, word, word)}, ${spanOf(nowMs.value - millisOf(last))} ago`;
}

/** Since when it is counted. */
export function Since({ page }: { readonly page: Paged<unknown> }): JSX.Element | null {
  const since = (page.items as readonly Counted[])[0]?.traffic?.since;
  return since === undefined ? null : (
    <p class="note">Counted since {stampOf(since)}, the start of the server or later.</p>
  );
}
