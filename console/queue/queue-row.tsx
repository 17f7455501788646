import type { JSX } from 'preact';
import { LevelMark } from '../kit/parts.tsx';
import { withQuery } from '../kit/router.ts';
import { spanOf } from '../kit/time.ts';
import { hostName, STATES, sureWord, upper, visibleText } from '../kit/words.ts';
import type { QueueRow } from './rows.ts';

const STEP_WORDS = { acknowledge: 'acknowledge', verdict: 'verdict', contain: 'contain', verify: 'verify' } as const;

/** `verdict due in 29 min`, `acknowledge overdue by 14 min`. */
export function dueWords(due: NonNullable<QueueRow['due']>, nowMs: number): string {
  const left = due.atMs - nowMs;
  return left < 0
    ? `${STEP_WORDS[due.step]} overdue by ${spanOf(left)}`
    : `${STEP_WORDS[due.step]} due in ${spanOf(left)}`;
}

/** `WS-07 → SRV-02`, `SRV-02 and 2 more`. */
export function hostsWords({ source, host, hosts }: QueueRow): string {
  const target = hostName(host);
  const from = source === undefined || source === host ? undefined : hostName(source);
  const named = from === undefined ? 1 : 2;
  const more = hosts > named ? ` and ${hosts - named} more` : '';
  return `${from === undefined ? '' : `${from} → `}${target}${more}`;
}

export function ownerWords({ state, owner, verdict, standing }: QueueRow): string {
  const who = owner === undefined ? '' : `, ${visibleText(owner)}`;
  const judged = verdict === undefined ? '' : `, ${verdict}`;
  const gone = standing === 'withdrawn' ? ', withdrawn' : '';
  return `${STATES[state] ?? upper(state)}${who}${judged}${gone}`;
}

export interface QueueRowProps {
  readonly row: QueueRow;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly nowMs: number;
  readonly onChoose: (id: string) => void;
}

/** One incident in the queue: a link whose name has the whole title, cut at two lines on screen only. */
export function QueueRowView({ row, isCurrent, isChosen, nowMs, onChoose }: QueueRowProps): JSX.Element {
  const { due, confidence } = row;
  const isLate = due !== undefined && due.atMs < nowMs;
  const title = visibleText(row.title);
  const sure = confidence === undefined ? 'observed' : `${confidence.toFixed(2)} ${sureWord(confidence)}`.trim();
  return (
    <div class={`qi${isCurrent ? ' cur' : ''}${isChosen ? ' chosen' : ''}`} data-id={row.id}>
      <label class="pick">
        <input
          type="checkbox"
          checked={isChosen}
          onChange={() => onChoose(row.id)}
          aria-label={`Select INC-${row.number}`}
        />
      </label>
      <a
        href={withQuery({ tab: undefined, open: undefined, t: undefined }, `/incidents/${row.id}`)}
        aria-current={isCurrent ? 'true' : undefined}
      >
        <LevelMark level={row.level} isShort />
        <span class="qt" title={title}>
          {title}
        </span>
        <span class="qm">
          <span class="hosts">{visibleText(hostsWords(row))}</span>
          <span class="num">{sure}</span>
        </span>
        <span class="qm">
          <span class="own">{ownerWords(row)}</span>
          {due === undefined ? null : <span class={isLate ? 'due late' : 'due'}>{dueWords(due, nowMs)}</span>}
        </span>
      </a>
    </div>
  );
}
