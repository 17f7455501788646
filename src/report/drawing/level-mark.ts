import type { Level } from '../../windows/index.ts';
import { type Drawing, draw } from './drawn.ts';

/** A level as mark and word; the mark is drawn by the style sheet. */
export function levelMark(level: Level): Drawing {
  return draw`<span class="sev ${level}">${level.charAt(0).toUpperCase()}${level.slice(1)}</span>`;
}
