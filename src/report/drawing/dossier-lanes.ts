import { laneOf } from '../channel-names.ts';
import { millis, type TimelineRow } from '../timeline.ts';
import type { Citations } from './citations.ts';
import type { Drawing } from './drawn.ts';
import { drawLanes, type LaneMark } from './lanes.ts';

/** A dossier's life on one axis. Nothing when it has under two times. */
export function dossierLanes(rows: readonly TimelineRow[], citations: Citations, id: string): Drawing {
  const marks = new Map<number, LaneMark>();
  for (const row of rows) {
    for (const item of row.evidence) {
      const number = citations.numberOf(item);
      const time = item.time ?? row.time;
      const ms = millis(time);
      if (number === undefined || Number.isNaN(ms) || marks.has(number)) continue;
      marks.set(number, {
        ms,
        time,
        number,
        lane: laneOf(item.channel, item.eventId),
        caption: row.kind === 'logon' ? 'network sign-in' : row.kind,
        isInferred: row.strength === 'inferred' || row.strength === 'weak',
        ...(row.kind === 'fired' ? { fill: 'fired' as const } : {}),
      });
    }
  }
  return drawLanes({ marks: [...marks.values()], links: [], id });
}
