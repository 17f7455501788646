import { spanOf } from '../kit/time.ts';
import { hostName, plural, STATES, upper, visibleText } from '../kit/words.ts';
import type { QueueRow } from './rows.ts';

/** `verdict due in 29 min`, `acknowledge overdue by 14 min`. */
export function dueWords(due: NonNullable<QueueRow['due']>, nowMs: number): string {
  const left = due.atMs - nowMs;
  return `${due.step} ${left < 0 ? 'overdue by' : 'due in'} ${spanOf(left)}`;
}

/** `WS-07 → SRV-02`, `SRV-02 and 2 more`. */
export function hostsWords({ source, host, hosts }: QueueRow): string {
  const target = hostName(host);
  const from = source === undefined || source === host ? undefined : hostName(source);
  const named = from === undefined ? 1 : 2;
  const more = hosts > named ? ` and ${hosts - named} more` : '';
  return `${from === undefined ? '' : `${from} → `}${target}${more}`;
}

/** `Acknowledged, ann, malicious`; of one that was opened again since `To acknowledge again, ann, malicious before`. */
export function ownerWords({ state, owner, verdict, standing, ...row }: QueueRow): string {
  const who = owner === undefined ? '' : `, ${visibleText(owner)}`;
  const judged = verdict === undefined ? '' : `, ${verdict}${row.isJudgedBefore ? ' before' : ''}`;
  const seen = row.isToAcknowledge && state !== 'open' ? 'To acknowledge again' : (STATES[state] ?? upper(state));
  const gone = standing === 'withdrawn' ? ', withdrawn' : '';
  return `${seen}${who}${judged}${gone}`;
}

/** Of rows of which none is to be done: how many are closed, and how many a mute keeps out of sight. */
export function doneWords(rows: Iterable<QueueRow>, hasMore: boolean): string {
  const all = [...rows];
  const muted = all.filter(({ isHidden, state }) => isHidden && state !== 'closed').length;
  const closed = all.length - muted;
  const parts = [
    ...(closed === 0 ? [] : [`${plural(closed, 'incident')} closed`]),
    ...(muted === 0 ? [] : [closed === 0 ? `${plural(muted, 'incident')} muted` : `${muted} muted`]),
  ];
  return `${hasMore ? 'More than ' : ''}${parts.join(', ')}.`;
}
