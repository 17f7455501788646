import type { Settings } from '../config/index.ts';
import type { DueTargets, LevelDueTargets } from '../state/index.ts';

type LevelTargets = Settings['targets']['critical'];

/** What the configuration says of due times, as the state takes it: low ones have none (SETTLED G9). */
export function dueTargetsOf({ critical, high, medium, verify }: Settings['targets']): DueTargets {
  return { levels: { critical: given(critical), high: given(high), medium: given(medium) }, verify };
}

function given({ acknowledge, verdict, contain }: LevelTargets): LevelDueTargets {
  return {
    ...(acknowledge === undefined ? {} : { acknowledge }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(contain === undefined ? {} : { contain }),
  };
}
