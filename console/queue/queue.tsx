import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Key, useKeys } from '../kit/keys.ts';
import { isNarrow } from '../kit/media.ts';
import { AsOf } from '../kit/parts.tsx';
import { isAtLeast } from '../kit/session.ts';
import { slowNowMs } from '../kit/time.ts';
import { VirtualList } from '../kit/virtual-list.tsx';
import { plural } from '../kit/words.ts';
import { refitted } from './asked.ts';
import { AskedLine } from './asked-line.tsx';
import { BulkAcknowledge } from './bulk.tsx';
import { bulkStoodOpen } from './bulk-draft.ts';
import { GroupHead } from './group-head.tsx';
import { isGroup } from './groups.ts';
import { moveBy, openMoved } from './move.ts';
import { NoRows } from './no-rows.tsx';
import { isUnread } from './opened.ts';
import { QueueHead } from './queue-head.tsx';
import { QueueRowView } from './queue-row.tsx';
import type { QueueRow } from './rows.ts';
import { queueState, readQueue, shownRows, showWaiting, waiting, waitingWords } from './store.ts';
import { chosen, currentIndex, entries, grouping, toggleChosen } from './view.ts';

const ROW_PX = 102;
const NARROW_ROW_PX = 122;

/** The queue: chips and filter, what waits, and the rows. */
export function Queue(): JSX.Element {
  const filter = useRef<HTMLInputElement>(null);
  const [bulk, setBulk] = useState<BulkDialog>(() => (bulkStoodOpen() ? 'asLeft' : undefined));
  useEffect(
    () =>
      useKeys(
        queueKeys(
          () => filter.current?.focus(),
          () => setBulk(pickedRows()),
        ),
      ),
    [],
  );
  const all = entries.value;
  const picked = pickedRows();
  return (
    <section class="queue" aria-label="Incident queue">
      <QueueHead filter={filter} />
      {picked.length > 0 ? (
        <p class="picked">
          {plural(picked.length, 'incident')} selected{' '}
          {isAtLeast('analyst') ? (
            <button type="button" class="btn" onClick={() => setBulk(picked)}>
              Acknowledge
            </button>
          ) : null}{' '}
          <button
            type="button"
            class="lnk"
            onClick={() => {
              chosen.value = new Set();
            }}
          >
            Select none
          </button>
        </p>
      ) : null}
      <WaitingButton />
      <StaleQueue />
      <AskedLine />
      {all.length === 0 ? (
        <NoRows />
      ) : (
        <VirtualList
          items={all}
          rowHeight={isNarrow.value ? NARROW_ROW_PX : ROW_PX}
          keyOf={({ id }) => id}
          label="Incidents"
          selected={currentIndex.value}
          scrollName="queue"
          row={(row, at) =>
            isGroup(row) ? (
              <GroupHead group={row} isCurrent={at === currentIndex.value} isOpen={grouping.value.includes(row.id)} />
            ) : (
              <QueueRowView
                row={row}
                isCurrent={at === currentIndex.value}
                isChosen={chosen.value.has(row.id)}
                isUnread={isUnread(row)}
                nowMs={slowNowMs.value}
                onChoose={toggleChosen}
              />
            )
          }
        />
      )}
      {bulk === undefined ? null : (
        <BulkAcknowledge rows={bulk === 'asLeft' ? undefined : bulk} onClose={() => setBulk(undefined)} />
      )}
    </section>
  );
}

/** Rows that the dialog was opened for, or it stands as it was left. */
type BulkDialog = readonly QueueRow[] | 'asLeft' | undefined;

function pickedRows(): readonly QueueRow[] {
  return [...chosen.value].flatMap((id) => shownRows.value.get(id) ?? []);
}

function WaitingButton(): JSX.Element | null {
  const own = waiting.value;
  const words = waitingWords({ ...own, changed: own.changed + refitted.value });
  if (words === '') return null;
  return (
    <button type="button" class="waits" onClick={showWaiting}>
      {words}. Show{' '}
      <span class="kbd" aria-hidden="true">
        .
      </span>
    </button>
  );
}

function StaleQueue(): JSX.Element | null {
  const { problem, atMs } = queueState.value;
  if (problem === undefined || atMs === 0) return null;
  return <AsOf what="Shown" atMs={atMs} problem={problem} onAgain={() => void readQueue()} />;
}

function queueKeys(focusFilter: () => void, openBulk: () => void): readonly Key[] {
  return [
    { key: 'j', says: 'next incident', group: 'Queue', run: () => moveBy(1) },
    { key: 'k', says: 'previous incident', group: 'Queue', run: () => moveBy(-1) },
    { key: 'Enter', says: 'open it, or unfold its group', group: 'Queue', run: () => openMoved('push') },
    { key: 'o', says: 'open it', group: 'Queue', run: () => openMoved('push') },
    { key: 'f', says: 'filter the queue', group: 'Queue', run: focusFilter },
    { key: '.', says: 'show what came', group: 'Queue', run: showWaiting },
    {
      key: 'x',
      says: 'select it',
      group: 'Queue',
      run: () => {
        const row = entries.value[currentIndex.value];
        if (row !== undefined && !isGroup(row)) toggleChosen(row.id);
      },
    },
    ...(isAtLeast('analyst') ? [bulkKey(openBulk)] : []),
  ];
}

/** With nothing selected it does nothing: what is selected later must not open a dialog by itself. */
function bulkKey(openBulk: () => void): Key {
  return {
    key: 'X',
    says: 'acknowledge the selected ones',
    group: 'Queue',
    run: () => {
      if (chosen.value.size > 0) openBulk();
    },
  };
}
