import { type CimClass, type CimInstance, type Snapshot, storedValues } from '../cim/index.ts';
import type { HiddenValue } from '../windows/index.ts';
import { hiddenData } from '../wmi/index.ts';

/** An object in whose values data hides. */
export interface HiddenObject {
  readonly object: CimInstance | CimClass;
  readonly hidden: readonly HiddenValue[];
}

/** A repository in which everything hides is told by so many of its objects. */
const MAX_OBJECTS = 1_000;
const MAX_VALUES_AN_OBJECT = 64;

/** The objects of a snapshot in which data hides (S14), and how many more there are. */
export function hiddenObjects(snapshot: Snapshot): {
  readonly objects: readonly HiddenObject[];
  readonly omitted: number;
} {
  const found = new Map<string, { object: CimInstance | CimClass; hidden: HiddenValue[] }>();
  let omitted = 0;
  for (const { namespace, className, property, part, content, object } of storedValues(snapshot)) {
    const told = hiddenData(content);
    if (told === undefined) continue;
    if (found.size >= MAX_OBJECTS) {
      omitted++;
      continue;
    }
    const one = object();
    if (one === undefined) continue;
    const { offset, generation } = one.place;
    const key = JSON.stringify([namespace?.hash ?? '', className.toLowerCase(), generation ?? 0, offset]);
    const known = found.get(key) ?? { object: one, hidden: [] };
    found.set(key, known);
    if (known.hidden.length < MAX_VALUES_AN_OBJECT) known.hidden.push({ property, part, ...told });
  }
  return { objects: [...found.values()], omitted };
}
