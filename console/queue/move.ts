import { go, withQuery } from '../kit/router.ts';
import { currentIndex, moved, rows } from './view.ts';

/** A row that keys moved to is opened after this, and leaves no step in the history (SETTLED G14). */
const OPEN_MS = 150;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Moves the selection of the queue; the incident follows. */
export function moveBy(step: number): void {
  const all = rows.value;
  const at = currentIndex.value;
  const to = at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step));
  const row = all[to];
  if (row === undefined) return;
  moved.value = row.id;
  clearTimeout(timer);
  timer = setTimeout(() => openMoved('replace'), OPEN_MS);
}

/** Opens what keys moved to; Enter leaves a step behind. */
export function openMoved(how: 'push' | 'replace'): void {
  clearTimeout(timer);
  const id = moved.value ?? rows.value[Math.max(0, currentIndex.value)]?.id;
  if (id === undefined) return;
  go(withQuery({ open: undefined, t: undefined }, `/incidents/${id}`), how);
  moved.value = undefined;
}
