import type { JSX } from 'preact';
import type { HistoryEntryDocument } from '../../src/api/index.ts';
import { isPrinting } from '../kit/print.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { plural, STATES, visibleText } from '../kit/words.ts';
import type { IncidentDocument } from './document.ts';
import type { NextStep } from './former-steps.ts';
import { historyWords } from './history-words.ts';
import type { Past } from './past.ts';

/** Everything that happened to it, newest first: who, when, what it was before. */
export function HistoryTab({
  past: { items, readOlder },
  history: { suppressed = [], suppressedSince },
  next,
}: {
  readonly past: Past;
  readonly history: IncidentDocument['history'];
  /** The steps that the incident names. */
  readonly next: readonly NextStep[];
}): JSX.Element {
  const times = (
    <>
      {suppressed.map(({ from, to, by, more }) => (
        <p key={from} class="note">
          Hidden from the queue from {stampOf(from)} {to === undefined ? 'until now' : `to ${stampOf(to)}`}:{' '}
          {by
            .map(({ number, reason, owner }) =>
              visibleText(`suppression ${number}${reason === undefined ? '' : ` (${reason}; owner ${owner})`}`),
            )
            .join(', ')}
          {more === undefined ? '' : ` and ${more} more`}.
        </p>
      ))}
      {suppressedSince === undefined ? null : (
        <p class="note">When it was hidden before {stampOf(suppressedSince)} is not told.</p>
      )}
    </>
  );
  if (items.length === 0)
    return (
      <>
        {times}
        <p class="note">Nobody has touched it yet. Everything that is done to it will stand here.</p>
      </>
    );
  return (
    <>
      {times}
      <table class="rows">
        <caption class="vh">History, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When, {zoneWord()}</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">State</th>
            <th scope="col">Saw version</th>
          </tr>
        </thead>
        <tbody>
          {items.map((entry) => (
            <tr key={entry.seq}>
              <td class="num t">{stampOf(entry.at)}</td>
              <td class={wholeIfShort(entry.who)}>{visibleText(entry.who)}</td>
              <td>
                {historyWords(entry, next)}
                {entry.note === undefined ? null : <p class="quote">{visibleText(entry.note)}</p>}
                {entry.action === 'close' && typeof entry.after['learn'] === 'string' ? (
                  <p class="quote">Learned: {visibleText(entry.after['learn'])}</p>
                ) : null}
              </td>
              <td class={wholeIfShort(stateWords(entry))}>{stateWords(entry)}</td>
              <td class="num">{entry.seen ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {readOlder !== undefined && isPrinting.value ? (
        <p class="note">
          The newest {plural(items.length, 'entry', 'entries')}: older ones are on the page, and not on this paper.
        </p>
      ) : null}
      {readOlder === undefined ? null : (
        <button type="button" class="btn" onClick={() => void readOlder()}>
          Read older entries ({items.length} read so far)
        </button>
      )}
    </>
  );
}

function stateWords({ before, after }: HistoryEntryDocument): string {
  const [was, is] = [before['state'], after['state']];
  const word = (state: unknown): string => STATES[String(state)] ?? String(state);
  if (is === undefined) return '';
  return was === undefined || was === is ? word(is) : `${word(was)} → ${word(is)}`;
}

/** Longest word that is not broken: a longer one would make its column wider than a phone. */
const LONGEST_WORD = 16;

function wholeIfShort(text: string): string {
  return text.split(/\s+/).every((word) => word.length <= LONGEST_WORD) ? 'whole' : '';
}
