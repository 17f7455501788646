import type { JSX } from 'preact';
import { LevelMark } from '../kit/parts.tsx';
import { withQuery } from '../kit/router.ts';
import { sureWord, visibleText } from '../kit/words.ts';
import { dueWords, hostsWords, ownerWords } from './row-words.ts';
import type { QueueRow } from './rows.ts';

export interface QueueRowProps {
  readonly row: QueueRow;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  /** Something was found or done since the person opened it. */
  readonly isUnread: boolean;
  readonly nowMs: number;
  readonly onChoose: (id: string) => void;
}

/** One incident in the queue: a link whose name has the whole title, cut at two lines on screen only. */
export function QueueRowView({ row, isCurrent, isChosen, isUnread, nowMs, onChoose }: QueueRowProps): JSX.Element {
  const { due, confidence } = row;
  const isLate = due !== undefined && due.atMs < nowMs;
  const title = `${visibleText(row.title)}${row.isRetrospective ? ' (retrospective)' : ''}`;
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
          <span class="own">
            {isUnread ? <b class="unread">Unread, </b> : null}
            {ownerWords(row)}
          </span>
          {due === undefined ? null : <span class={isLate ? 'due late' : 'due'}>{dueWords(due, nowMs)}</span>}
        </span>
      </a>
    </div>
  );
}
