import type { JSX } from 'preact';
import { slowNowMs } from '../kit/time.ts';
import { digits, LEVELS, plural } from '../kit/words.ts';
import { PRESET_QUERY, queryText } from './filter.ts';
import { isUnread } from './opened.ts';
import { isOverdue, type QueueRow } from './rows.ts';
import { counts, rows } from './view.ts';

/** Beside the queue while no incident is open: what it holds now, and where to begin. */
export function NoneOpen(): JSX.Element {
  const [first] = rows.value;
  return (
    <section class="inc none" aria-label="Incident">
      {first === undefined ? null : (
        <>
          <p>{heldWords(rows.value)}</p>
          <p>
            First in this order: <a href={`/incidents/${first.id}`}>INC-{first.number}</a>.
          </p>
        </>
      )}
      <p class="muted">
        Choose an incident at the left, or press <kbd>j</kbd>.
      </p>
    </section>
  );
}

/** Of the rows as they are filtered, what is unread among them too. */
function heldWords(held: readonly QueueRow[]): string {
  const levels = LEVELS.flatMap((level) => {
    const count = held.filter((row) => row.level === level).length;
    return count === 0 ? [] : [`${count} ${level}`];
  });
  const nobodys = held.filter(({ owner, state }) => owner === undefined && state !== 'closed').length;
  const overdue = held.filter((row) => isOverdue(row, slowNowMs.value)).length;
  const unread = held.filter((row) => row.state !== 'closed' && isUnread(row)).length;
  const also = [
    ...(nobodys === 0 ? [] : [`${nobodys} that nobody has`]),
    ...(overdue === 0 ? [] : [`${overdue} overdue`]),
    ...(unread === 0 ? [] : [`${unread} unread`]),
  ];
  const { behind } = counts.value;
  const more = behind === 0 || queryText.value !== PRESET_QUERY ? '' : ` ${digits(behind)} more behind “Show”.`;
  return `${plural(held.length, 'incident')}: ${levels.join(', ')}.${also.length === 0 ? '' : ` ${also.join(', ')}.`}${more}`;
}
