import type { JSX } from 'preact';
import { isPrinting } from '../kit/print.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { plural, STATES, visibleText } from '../kit/words.ts';
import type { HistoryEntry } from './document.ts';
import type { Past } from './past.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  acknowledge: 'acknowledged it',
  undo: 'took the acknowledgement back',
  assign: 'changed its owner',
  verdict: 'judged it',
  contain: 'said that it is contained',
  close: 'closed it',
  reopen: 'opened it again',
  note: 'noted',
  step: 'worked on a step',
  told: 'told it anew',
  restored: 'found it again',
  withdrawn: 'withdrew it',
  merged: 'merged it into another',
  absorbed: 'took another into it',
  reopened: 'opened it again',
};

/** What was done, in a few words without who. */
export function historyWords({ action, after, before }: HistoryEntry): string {
  const words = ACTIONS[action] ?? action;
  if (action === 'assign')
    return typeof after['owner'] === 'string' ? `gave it to ${visibleText(after['owner'])}` : 'took its owner away';
  if (action === 'verdict' && typeof after['verdict'] === 'string') {
    const was = typeof before['verdict'] === 'string' ? ` (was ${before['verdict']})` : '';
    return `judged it ${after['verdict']}${was}`;
  }
  return words;
}

/** Everything that happened to it, newest first: who, when, what it was before. */
export function HistoryTab({ past: { items, readOlder } }: { readonly past: Past }): JSX.Element {
  if (items.length === 0)
    return <p class="note">Nobody has touched it yet. Everything that is done to it will stand here.</p>;
  return (
    <>
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
              <td>{visibleText(entry.who)}</td>
              <td>
                {historyWords(entry)}
                {entry.note === undefined ? null : <p class="quote">{visibleText(entry.note)}</p>}
              </td>
              <td>{stateWords(entry)}</td>
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

function stateWords({ before, after }: HistoryEntry): string {
  const [was, is] = [before['state'], after['state']];
  const word = (state: unknown): string => STATES[String(state)] ?? String(state);
  if (is === undefined) return '';
  return was === undefined || was === is ? word(is) : `${word(was)} → ${word(is)}`;
}
