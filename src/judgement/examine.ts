import { Engine, type EngineContext, type EngineResult } from '../analytics/index.ts';
import type { CopyFolder } from '../evidence/index.ts';
import type { Event, PackedEvent } from '../windows/index.ts';

/** Events between two breaths: ten million of them take minutes. */
const BREATH_EVENTS = 0x4000;

export interface ExamineInput {
  readonly context: EngineContext;
  /** Kept records in order of time. */
  readonly records: Iterable<PackedEvent>;
  /** Folds what came by several ways; it is used once. */
  readonly folder: CopyFolder;
  /** Objects at rest, in order of time. */
  readonly objects: readonly Event[];
  /** One that took, by this folder, all that is before these records and objects; default: a new one. */
  readonly begun?: Engine;
  /** Events between two breaths; default 16,384. */
  readonly breathEvents?: number;
}

export interface Examined {
  readonly engine: EngineResult;
  readonly folder: CopyFolder;
  /** The caller stopped it before the last event. */
  readonly isCutShort: boolean;
}

/**
 * Feeds the engine in order of time, the same way in batch and live (L8). Now and then it yields how many events it has fed, so
 * that the caller may let others run, look at its clock, and answer whether to stop; what was fed by then is judged all the same. At the end it goes on in pieces, which nothing stops.
 */
export function* examine({
  context,
  records,
  folder,
  objects,
  begun,
  breathEvents = BREATH_EVENTS,
}: ExamineInput): Generator<number, Examined, { readonly stop: boolean } | undefined> {
  const engine = begun ?? new Engine(context);
  let isCutShort = false;
  let fed = 0;
  for (const event of inOrder(folder.fold(records), objects)) {
    engine.accept(event);
    fed++;
    if (fed % breathEvents !== 0) continue;
    const answer = yield fed;
    if (answer?.stop !== true) continue;
    isCutShort = true;
    break;
  }
  const finishing = engine.finishing(context.coverage);
  for (;;) {
    const step = finishing.next();
    if (step.done === true) return { engine: step.value, folder, isCutShort };
    yield fed;
  }
}

/** `examine` in one go. */
export function examineAll(input: ExamineInput): Examined {
  const steps = examine(input);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Records of logs and objects at rest in one order of time; of one time the record comes first. */
function* inOrder(records: Iterable<Event>, objects: readonly Event[]): Generator<Event> {
  let next = 0;
  for (const record of records) {
    for (let object = objects[next]; object !== undefined && isBefore(object, record); object = objects[next]) {
      yield object;
      next++;
    }
    yield record;
  }
  yield* objects.slice(next);
}

function isBefore(a: Event, b: Event): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.timeTicks < b.timeTicks);
}
