import { say } from '../kit/status.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { reveal } from '../kit/virtual-list.tsx';
import { indexAtTime } from './rows.ts';
import { rows, sort } from './view.ts';

/** Scrolls the queue to where a time begins, and says so; nothing is opened by it (PRODUCT 9.4). */
export function goToTime(ms: number): void {
  const all = rows.value;
  const at = indexAtTime(all, sort.value, ms);
  const row = all[at];
  const list = document.querySelector<HTMLElement>('.queue .vlist');
  const drawn = list?.querySelector('li');
  if (row === undefined || list === null || drawn == null || Number.isNaN(ms)) return;
  reveal(list, at, all.length, drawn.offsetHeight, true);
  say(`INC-${row.number}, ${stampOf(row.first)} ${zoneWord()}, is at the top.`);
}
