import { go, withQuery } from '../kit/router.ts';
import { say } from '../kit/status.ts';
import { isGroup, type PayloadGroup, payloadWords, sizeWords } from './groups.ts';
import { currentId, currentIndex, entries, grouping, head, moved, rows } from './view.ts';

/** A row that keys moved to is opened after this, and leaves no step in the history (SETTLED G14). */
const OPEN_MS = 150;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Moves the selection of the queue; the incident follows, the head of a group is read out. */
export function moveBy(step: number): void {
  const all = entries.value;
  const at = currentIndex.value;
  const to = at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step));
  const entry = all[to];
  if (entry === undefined) return;
  // Enter is meant for what keys moved to, not for a head that was pressed before.
  document.querySelector<HTMLElement>('.qg :focus')?.blur();
  if (isGroup(entry)) tellHead(entry);
  else moveTo(entry);
}

/** The same over incidents alone, those in folded groups too. */
export function moveByIncident(step: number): void {
  const row = rows.value[rows.value.findIndex(({ id }) => id === currentId.value) + step];
  if (row !== undefined) moveTo(row);
}

function forgetMoved(): void {
  clearTimeout(timer);
  waiting = undefined;
  moved.value = undefined;
}

function moveTo({ id }: { readonly id: string }): void {
  forgetMoved();
  head.value = undefined;
  moved.value = id;
  timer = setTimeout(() => openMoved('replace'), OPEN_MS);
}

function tellHead(group: PayloadGroup): void {
  standOn(group);
  say(`${payloadWords(group)}: ${sizeWords(group)}.`);
}

/** Makes the head of a group the current one; the incident on screen stays. */
export function standOn({ id }: PayloadGroup): void {
  forgetMoved();
  head.value = { id, of: currentId.value };
}

/** Unfolds a group, or folds it. */
export function foldGroup(id: string, isWanted: boolean): void {
  const others = grouping.value.split(',').filter((one) => one !== id);
  go(withQuery({ group: [...others, ...(isWanted ? [id] : [])].join(',') }), 'replace');
}

/** A key that waits until the incident that it is meant for is on screen, as long as this. */
const WAIT_MS = 5000;

let waiting: { readonly id: string; readonly key: string; readonly untilMs: number } | undefined;

/** A key of an incident is meant for what keys moved to, though another is still on screen: that is opened first, and the key waits for it. False where nothing was moved to. */
export function waitsForMoved(key: string): boolean {
  const id = moved.value;
  if (id === undefined) return false;
  openMoved('replace');
  keepKey(id, key);
  return true;
}

/** Keeps a key for an incident that is not on screen yet. */
export function keepKey(id: string, key: string): void {
  waiting = { id, key, untilMs: Date.now() + WAIT_MS };
}

/** The key that waited for this incident, once. */
export function waitedKey(id: string): string | undefined {
  const found = waiting;
  if (found?.id !== id) return undefined;
  waiting = undefined;
  return Date.now() < found.untilMs ? found.key : undefined;
}

/** Opens what keys moved to, and folds or unfolds a group; Enter leaves a step behind. A dialog that was opened meanwhile stays over its own incident. */
export function openMoved(how: 'push' | 'replace'): void {
  clearTimeout(timer);
  if (document.querySelector('dialog[open]') !== null) {
    moved.value = undefined;
    return;
  }
  const entry = entries.value[Math.max(0, currentIndex.value)];
  if (moved.value === undefined && isGroup(entry)) {
    tellHead(entry);
    foldGroup(entry.id, !grouping.value.includes(entry.id));
    return;
  }
  const id = moved.value ?? entry?.id;
  if (id === undefined) return;
  go(withQuery({ open: undefined, t: undefined }, `/incidents/${id}`), how);
  moved.value = undefined;
}
