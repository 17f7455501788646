import { join } from 'node:path';
import type { Evidence } from '../../../src/windows/index.ts';
import { readAllLabels } from '../../../tools/score/labels.ts';
import { huntFolder } from '../../hunt/hunted.ts';
import { CORPUS } from '../../hunt/run-triad.ts';
import { type Capture, readCapture } from './captured-events.ts';
import { placeText, type Wants } from './logged-events.ts';

/** Above so many events a capture goes in each way as the part that tells something, and in one way whole. */
const WHOLE_UP_TO = 1000;
/** Other events that go with those that are cited, about. */
const OTHERS = 100;
const DAY_TICKS = 86_400n * 10_000_000n;
/** Longest span of captures that are sent together: less than `detection.heldTime` can be. */
const SPAN_TICKS = 80n * DAY_TICKS;

export interface Captures {
  /** All that hold events of Windows, by their first time; of the large ones what a hunt cites and every so many of the others. */
  readonly parts: readonly Capture[];
  /** Paths of the large ones, with how many events they have. */
  readonly large: ReadonlyMap<string, number>;
  /** Labelled files without any event that can be written, and why. */
  readonly without: ReadonlyMap<string, string>;
}

/** The labelled captures of the corpus; undefined where it is absent. */
export async function readCaptures(): Promise<Captures | undefined> {
  const rows = readAllLabels(join(CORPUS, '..'));
  if (rows === undefined) return undefined;
  const parts: Capture[] = [];
  const large = new Map<string, number>();
  const without = new Map<string, string>();
  for (const { path, shape, events } of rows) {
    // Not a log: a server takes no repositories.
    const isLog = shape !== 'repository';
    const isLarge = isLog && (events ?? 0) > WHOLE_UP_TO;
    const capture = isLog
      ? await readCapture(CORPUS, path, isLarge ? await partOf(path, events ?? 0) : undefined)
      : undefined;
    if (isLarge) large.set(path, capture?.count ?? 0);
    if (capture !== undefined && capture.events.length > 0) parts.push(capture);
    else without.set(path, capture === undefined ? 'a repository' : [...capture.left.keys()].join(', '));
  }
  return { parts: parts.toSorted((a, b) => Number(firstOf(a) - firstOf(b))), large, without };
}

/** What a hunt of a large capture cites, and every so many of its other events. */
async function partOf(path: string, events: number): Promise<Wants> {
  const cited = new Set(placesIn(await huntFolder(CORPUS, { paths: [path] })));
  const step = Math.ceil(events / OTHERS);
  return (place, before) => cited.has(place) || before % step === 0;
}

/** Places of the cited records of a result, wherever they are cited. */
function placesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { file, container, offset } = value as Partial<Evidence>;
  const own =
    typeof file === 'string' && typeof offset === 'number'
      ? [placeText({ ...(container && { container }) }, offset)]
      : [];
  return [...own, ...Object.values(value).flatMap(placesIn)];
}

/**
 * What goes to one server together, in time order: captures that lie within what it holds. Those that are longer are alone. What a server once held and holds
 * no longer has a part in what it tells later (how much of a run it knows), which a hunt over all would tell otherwise.
 */
export function groupsOf(captures: readonly Capture[]): readonly (readonly Capture[])[] {
  const isLong = (capture: Capture): boolean => lastOf(capture) - firstOf(capture) > SPAN_TICKS;
  const groups: Capture[][] = [];
  for (const capture of captures.filter((one) => !isLong(one))) {
    const [first] = groups.at(-1) ?? [];
    if (first !== undefined && lastOf(capture) - firstOf(first) <= SPAN_TICKS) groups.at(-1)?.push(capture);
    else groups.push([capture]);
  }
  return [...groups, ...captures.filter(isLong).map((capture) => [capture])];
}

export function firstOf({ events }: Capture): bigint {
  return events[0]?.model.time ?? 0n;
}

export function lastOf({ events }: Capture): bigint {
  return events.at(-1)?.model.time ?? 0n;
}
