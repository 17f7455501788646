import type { EventModel } from '../events/index.ts';
import type { LoggedEvent } from './written-event.ts';

/** What a shape takes from an event on its way, by the part of the event that suffers. */
export interface WriterLosses {
  /** Digits of TimeCreated that are left; `micros` has six. Absent: all seven. */
  readonly time?: 'micros' | 'ms' | 's';
  /** Where the time is a wall clock without a zone: whether other members tell how far it is from UTC. */
  readonly isLocal?: 'told' | 'untold';
  readonly recordId?: true;
  readonly provider?: true;
  readonly version?: true;
  /** Level, Task and Opcode, or some of them, are names or missing. */
  readonly level?: true;
  /** Keywords, process and thread id, user, or some of them, are missing. */
  readonly system?: true;
  /** Names of fields: values have positions only, or stand in a message. */
  readonly names?: 'positions' | 'message';
  /** Fields that are empty, and all but the first of one name. */
  readonly emptyAndRepeated?: true;
  /** Values that a pipeline moved to other names or rewrote. */
  readonly moved?: true;
  /** Fields whose name the header of the shape has taken (DOMAIN 2.2 #34). */
  readonly collisions?: true;
  /** The bytes behind the values of classic sources. */
  readonly binary?: true;
  /** Whoever writes a log message can write such a unit (SETTLED B16). */
  readonly isForgeable?: true;
}

/** Writes events as one product exports or ships them (SERVE 2.1, CORPUS 6). */
export interface ShapeWriter {
  /** A number of SERVE 2.1. */
  readonly shape: string;
  /** The product and its style: `wevtutil /f:xml`. */
  readonly style: string;
  /** Ending of the file's name: `jsonl`. */
  readonly ending: string;
  readonly losses: WriterLosses;
  /** Why the shape cannot carry the event; undefined when it can. */
  cannotCarry(model: EventModel): string | undefined;
  /** The whole file. */
  write(events: readonly LoggedEvent[]): string | Uint8Array;
}

/** What no writer carries: values that have no text of their own. */
export function hasOwnBody(model: EventModel): string | undefined {
  return model.body.kind === 'custom' ? 'its body is made by the test itself' : undefined;
}
