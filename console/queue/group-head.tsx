import type { JSX } from 'preact';
import { LevelMark } from '../kit/parts.tsx';
import { type PayloadGroup, payloadWords, sizeWords } from './groups.ts';
import { foldGroup, standOn } from './move.ts';

export interface GroupHeadProps {
  readonly group: PayloadGroup;
  readonly isCurrent: boolean;
  readonly isOpen: boolean;
}

/** The head of a group in the queue: what runs, how often and on how many hosts, at the highest of its levels; it folds and unfolds. */
export function GroupHead({ group, isCurrent, isOpen }: GroupHeadProps): JSX.Element {
  const { id, level } = group;
  const fold = (isWanted: boolean): void => {
    standOn(group);
    foldGroup(id, isWanted);
  };
  const what = payloadWords(group);
  return (
    <h2 class={isCurrent ? 'qi qg cur' : 'qi qg'}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-current={isCurrent ? 'true' : undefined}
        onClick={() => fold(!isOpen)}
        onKeyDown={({ key, altKey }) =>
          !altKey && (key === 'ArrowRight' || key === 'ArrowLeft') && fold(key === 'ArrowRight')
        }
      >
        <LevelMark level={level} isShort />
        <span class="qt mono" title={what}>
          {what}
        </span>
        <span class="qm">{sizeWords(group)}</span>
      </button>
    </h2>
  );
}
