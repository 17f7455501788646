import type { JSX } from 'preact';
import { NotYet, Waiting } from '../kit/parts.tsx';
import { go, withQuery } from '../kit/router.ts';
import { shortOf } from '../kit/time.ts';
import { plural } from '../kit/words.ts';
import { lateSenders, senderCount } from '../shell/health.ts';
import { cancelAsking } from './asked.ts';
import { cutWords, isCutAnswer, isUnanswered, Unanswered } from './asked-line.tsx';
import { PRESET_QUERY, query, queryText } from './filter.ts';
import { doneWords } from './row-words.ts';
import { askQueueAgain, cancelQueue, queueState, shownRows } from './store.ts';
import { isSettled } from './view.ts';

/** Empty because nothing came, because all is done, by the filter, by waiting, or by an error: five different things (PRODUCT 9.4). */
export function NoRows(): JSX.Element {
  const { problem, atMs } = queueState.value;
  const total = shownRows.value.size;
  if (atMs === 0 && total === 0)
    return <NotYet what="The queue" problem={problem} onCancel={cancelQueue} onAgain={askQueueAgain} />;
  if (query.value.problems.length > 0)
    return (
      <div class="state">
        <p>The filter is not understood. Help lists its words (?).</p>
      </div>
    );
  const clear = (): void => go(withQuery({ q: undefined }), 'replace');
  if (isUnanswered()) return <Unanswered onClear={clear} />;
  if (!isSettled.value && query.value.ofServer !== '') return <Waiting what="What fits" onCancel={cancelAsking} />;
  if (total > 0 && queryText.value !== PRESET_QUERY) {
    return (
      <div class="state">
        <p>
          <b>
            {isCutAnswer()
              ? 'None of the incidents that the page holds is known to fit.'
              : 'No incident fits the filter.'}
          </b>
        </p>
        {isCutAnswer() ? <p>{cutWords()}</p> : null}
        <p class="mono">{queryText.value}</p>
        <button type="button" class="btn" onClick={clear}>
          Clear the filter
        </button>
      </div>
    );
  }
  return (
    <div class="state">
      <p>
        <b>{total === 0 ? 'No incident yet.' : 'No open incidents.'}</b>
      </p>
      <p>
        Read at {shortOf(atMs)}.{' '}
        {total === 0
          ? 'What is found in the events of your senders appears here.'
          : doneWords(shownRows.value.values(), queueState.value.hasMore)}
      </p>
      <SendersNow />
    </div>
  );
}

/** A list that is empty because all is well says over how many senders that was looked at. */
function SendersNow(): JSX.Element {
  const late = lateSenders.value.length;
  const active = senderCount.value;
  return (
    <p>
      {active === undefined
        ? ''
        : `${plural(active, 'sender')}, ${late === 0 ? 'none of them late' : `${late} late`}. `}
      <a href="/senders">Which senders report, and which are late</a>
    </p>
  );
}
