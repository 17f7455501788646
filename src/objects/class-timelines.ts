import type { CimClass } from '../cim/index.ts';
import type { Checkpoint } from './timeline.ts';

/** From which checkpoint to which a class was defined. */
export interface ClassTimeline {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly isCurrent: boolean;
  readonly firstClass: CimClass;
  readonly lastClass: CimClass;
}

/** The classes that derive from a base, over all checkpoints, each once: by namespace and name. */
export function classTimelines(checkpoints: readonly Checkpoint[], base: string): readonly ClassTimeline[] {
  const found = new Map<string, { first: number; last: number; firstClass: CimClass; lastClass: CimClass }>();
  for (const [at, { snapshot }] of checkpoints.entries()) {
    for (const one of snapshot.derivedClasses(base)) {
      const key = JSON.stringify([(one.namespace.path ?? one.namespace.hash).toLowerCase(), one.name.toLowerCase()]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { first: at, last: at, firstClass: one, lastClass: one });
      else {
        known.last = at;
        known.lastClass = one;
      }
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, timeline]) => ({
      ...timeline,
      name: timeline.lastClass.name,
      isCurrent: timeline.last === checkpoints.length - 1,
    }));
}
