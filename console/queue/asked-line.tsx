import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { AsOf, Failed, Ticking } from '../kit/parts.tsx';
import { nowMs, spanOf } from '../kit/time.ts';
import { digits, visibleText } from '../kit/words.ts';
import { askAgain, asking, cancelAsking, shownAnswer } from './asked.ts';
import { askedWords, PRESET_QUERY, query, queryText } from './filter.ts';
import { shownRows } from './store.ts';
import { behindWords, counts, isSettled, rows } from './view.ts';

/** Nothing is said of what comes sooner (PRODUCT 9.4). */
const QUIET_MS = 300;
/** Then there is a way out. */
const LONG_MS = 5000;

/** True where the list is not the answer to the filter and cannot be: the words need the server, which did not say. */
export function isUnanswered(): boolean {
  return asking.value?.problem !== undefined && !isSettled.value && query.value.ofServer !== '';
}

/**
 * How many fit, and quietly that the server is asked: `3 of 12`; of how many that the page holds, where there are more. Where only what is
 * not closed is asked for, it is of those, as the chips and the rail count them.
 */
export function FitCount({ hasMore }: { readonly hasMore: boolean }): JSX.Element {
  const now = asking.value;
  const isLate = useLater(now?.sinceMs ?? 0);
  const isWaiting = isLate && now !== undefined && now.problem === undefined;
  const [fit, held] = [rows.value.length, shownRows.value.size].map(digits);
  const { open, isOfHeld } = counts.value;
  const ofOpen = `${digits(open)}${isOfHeld ? '+' : ''} open${behindWords(counts.value)}`;
  const isOfOpen = queryText.value.startsWith(`${PRESET_QUERY} `);
  // Rows of before stand there, or none: neither is how many fit.
  const isWrong = isUnanswered() || query.value.problems.length > 0;
  const isKnown = !isWrong && (!isWaiting || isSettled.value || query.value.ofServer === '');
  const all = isOfOpen ? ofOpen : `${held}${hasMore ? ' held' : ''}`;
  const count = isKnown ? `${fit} of ${all}` : `${held} held`;
  if (!isWaiting) return <>{count}</>;
  const waited = nowMs.value - now.sinceMs;
  return (
    <>
      {count}; asking the server {query.value.ofServer === '' ? 'of titles that are cut' : 'which fit'}
      <Ticking>{waited < LONG_MS ? '' : ` for ${spanOf(waited)}`}</Ticking>{' '}
      {waited < LONG_MS ? null : (
        <button type="button" class="lnk" onClick={cancelAsking}>
          Cancel
        </button>
      )}
    </>
  );
}

/** More fit than the server names: a list without one of them is not all that fits. */
export function isCutAnswer(): boolean {
  return isSettled.value && askedWords.value !== '' && shownAnswer.value?.isMore === true;
}

/** Of how many that fit the page knows. */
export function cutWords(): string {
  return `More incidents fit than the server names (${digits(shownAnswer.value?.ids.size ?? 0)}, closed ones last): narrow the filter to see all.`;
}

/** Says that the last answer of the server is not of now, that of cut titles there is none, or that more fit than it names. */
export function AskedLine(): JSX.Element | null {
  const problem = asking.value?.problem;
  if (problem === undefined && isCutAnswer() && rows.value.length > 0)
    return (
      <p class="stale" role="status">
        {cutWords()}
      </p>
    );
  if (problem === undefined || isUnanswered()) return null;
  const answer = shownAnswer.value;
  if (answer !== undefined && isSettled.value)
    return <AsOf what="What fits is" atMs={answer.atMs} problem={problem} onAgain={askAgain} />;
  return (
    <p class="stale" role="status">
      Titles that are cut are looked at as far as they show: {problem.title.toLowerCase()}.{' '}
      <button type="button" class="lnk" onClick={askAgain}>
        Try again
      </button>
    </p>
  );
}

/** In place of a list: an answer that did not come is not an empty one. */
export function Unanswered({ onClear }: { readonly onClear: () => void }): JSX.Element | null {
  const problem = asking.value?.problem;
  if (problem === undefined) return null;
  return (
    <>
      <Failed what="What fits the filter" problem={problem} onAgain={askAgain} />
      <div class="state">
        <p class="mono">{visibleText(asking.value?.words ?? '')}</p>
        <button type="button" class="btn" onClick={onClear}>
          Clear the filter
        </button>
      </div>
    </>
  );
}

/** True a moment after something began; 0 where nothing did. */
function useLater(sinceMs: number): boolean {
  const [lateOf, setLateOf] = useState(0);
  useEffect(() => {
    if (sinceMs === 0) return undefined;
    const timer = setTimeout(() => setLateOf(sinceMs), Math.max(0, sinceMs + QUIET_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [sinceMs]);
  return sinceMs !== 0 && lateOf === sinceMs;
}
