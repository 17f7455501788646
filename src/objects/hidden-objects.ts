import {
  type CimClass,
  type CimInstance,
  formerValues,
  type RepositoryChange,
  type Snapshot,
  type StoredValue,
  storedValues,
} from '../cim/index.ts';
import type { HiddenValue, WmiObject } from '../windows/index.ts';
import { hiddenData, standardConsumer } from '../wmi/index.ts';

/** An object in whose values data hides. */
export interface HiddenObject {
  readonly object: CimInstance | CimClass;
  readonly hidden: readonly HiddenValue[];
}

/** A repository in which everything hides is told by so many of its objects. */
const MAX_OBJECTS = 1_000;
const MAX_VALUES_AN_OBJECT = 64;

/**
 * The objects in which data hides (S14): of the newest generation, and of older ones what is there no more. And how many values more
 * there are.
 */
export function hiddenObjects(
  snapshot: Snapshot,
  changes: readonly RepositoryChange[],
): {
  readonly objects: readonly HiddenObject[];
  readonly omitted: number;
} {
  const found = new Map<string, { object: CimInstance | CimClass; hidden: HiddenValue[] }>();
  let omitted = 0;
  for (const { namespace, className, property, part, content, object } of valuesOf(snapshot, changes)) {
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

function* valuesOf(snapshot: Snapshot, changes: readonly RepositoryChange[]): Generator<StoredValue> {
  yield* storedValues(snapshot);
  yield* formerValues(changes);
}

/** Classes that are judged by what they run and wait for (SETTLED D7), lower case. */
const JUDGED_ELSEWHERE: ReadonlySet<string> = new Set([
  '__eventconsumer',
  '__eventfilter',
  '__filtertoconsumerbinding',
]);

/** The first values of an audited object in which data hides; nothing of a consumer or a filter. */
export function hiddenIn({ className, superclasses, properties }: WmiObject): readonly HiddenValue[] {
  const chain = [className, ...superclasses].map((name) => name.toLowerCase());
  if (standardConsumer(className) !== undefined || chain.some((name) => JUDGED_ELSEWHERE.has(name))) return [];
  const hidden: HiddenValue[] = [];
  for (const [property, value] of properties) {
    const told = hiddenData(value);
    if (told !== undefined) hidden.push({ property, part: 'value', ...told });
    if (hidden.length === MAX_VALUES_AN_OBJECT) break;
  }
  return hidden;
}
