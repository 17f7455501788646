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

/** When a look began and ended, and when the newest of what it saw arrived; Unix milliseconds. */
export interface LookTimes {
  readonly beganMs: number;
  readonly endedMs: number;
  readonly arrivedMs: number | undefined;
}

/** What a look at a lane tells of incidents; a judgement tells more. */
export function stepOf(
  { added, changed, superseded, withdrawn, final }: LaneRevisions,
  { beganMs, endedMs, arrivedMs }: LookTimes,
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
    ...(arrivedMs === undefined ? {} : { latencyMs: endedMs - arrivedMs }),
    aside: [],
    ...standing,
  };
}

export function serverTimes(arrivedMs: number, endedMs: number): ServerTimes {
  return {
    arrive: { ms: arrivedMs, source: 'the batch that completed it' },
    detect: { ms: endedMs, source: 'the judgement that found it' },
    alert: { ms: endedMs, source: 'the commit that told it' },
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
