import type { ServerTimes } from '../../live/index.ts';
import type { Pin, PinUse } from '../../pins/index.ts';
import type { LaneRevisions } from './lane.ts';
import type { FoundChanges, JudgedStep, PinHits } from './messages.ts';
import { toldOf } from './told-incident.ts';

const NOTHING_FOUND: FoundChanges = { told: [], withdrawn: [], final: [] };

/** How detection stands, whatever was looked at. */
export type Standing = Pick<
  JudgedStep,
  | 'position'
  | 'takenTo'
  | 'unjudgedBytes'
  | 'counts'
  | 'backlog'
  | 'watermarkMs'
  | 'activeSources'
  | 'silentSources'
  | 'evicted'
  | 'pins'
>;

/** When a look began and ended, Unix milliseconds. */
export interface LookTimes {
  readonly beganMs: number;
  readonly endedMs: number;
}

/** What a look at a lane tells of incidents; a judgement tells more. */
export function stepOf(
  { added, changed, superseded, withdrawn, final }: LaneRevisions,
  { beganMs, endedMs }: LookTimes,
  standing: Standing,
): Omit<JudgedStep, 'isFinished'> {
  return {
    kind: 'judged',
    atMs: endedMs,
    told: [...added, ...changed].map(toldOf),
    superseded,
    withdrawn,
    final: final.map(({ id }) => id),
    found: NOTHING_FOUND,
    hostNames: [],
    hostGaps: [],
    judgeMs: endedMs - beganMs,
    aside: [],
    ...standing,
  };
}

export function serverTimes(arrivedMs: number, endedMs: number): ServerTimes {
  return {
    arrive: { ms: arrivedMs, source: 'the batch that completed it' },
    detect: { ms: endedMs, source: 'the look that found it' },
    // The state says when that could be seen.
    alert: { ms: endedMs, source: 'the look that told it' },
  };
}

/** What each pin lowers now: what several lanes hold counts once. */
export function pinHits(pins: readonly Pin[], uses: readonly PinUse[]): readonly PinHits[] {
  const byPin = Map.groupBy(uses, ({ pin }) => pin.id);
  return pins.map(({ id }) => {
    const own = byPin.get(id) ?? [];
    const subscriptions = new Set(own.flatMap((use) => use.subscriptions)).size;
    return { id, subscriptions, findings: new Set(own.flatMap((use) => use.findings)).size };
  });
}
