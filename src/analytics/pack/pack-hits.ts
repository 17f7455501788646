import { digestId } from '../../bytes/index.ts';
import { type Entities, FairTable, type ProcessStart, recordIdOf } from '../../entities/index.ts';
import type { EventHit } from '../../taxonomy/index.ts';
import { channelKey, type Event } from '../../windows/index.ts';
import { actorOf } from '../actor.ts';
import { addRecord, HIT_BOUNDS, type HitGroup, keptValues, newHits, valueKey } from '../hit-groups.ts';
import type { PackMark } from './pack-mark.ts';

/** Starts that wait; one that nothing settles (an old 4688 that no join asks for) is let go by those behind it. */
const MAX_WAITING = 16_384;

/** Hits of one rule on one host that saw the same: one start of a process, or records with the same matched values. */
export interface PackGroup extends HitGroup {
  readonly mark: PackMark;
  /** True where the record is the start of a process. */
  readonly isStart: boolean;
  /** When the process behind another record started, where its start is in the logs: Unix milliseconds. */
  actorStartMs: number | undefined;
  /** What two records of the start say together; undefined before that is known, and where the start is not settled. */
  start: ProcessStart | undefined;
}

/** Collects what rules of the pack match, in order of time. */
export class PackHits {
  readonly #entities: Entities;
  readonly #groups = new FairTable<PackGroup>(HIT_BOUNDS);
  /** Starts that wait for their other record, by the id of the one that matched. */
  readonly #waiting = new Map<string, PackGroup[]>();

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  get evicted(): number {
    return this.#groups.evicted;
  }

  /** All of them, when every record was seen. */
  finish(): readonly PackGroup[] {
    const groups = [...this.#groups.values()];
    for (const group of groups) {
      if (group.isStart || group.actor.guid === undefined) continue;
      const node = this.#entities.processTree.at(group.host, group.actor, group.timeMs);
      if (node?.isStartSeen === true) group.actorStartMs = node.startMs;
    }
    return groups;
  }

  note(host: string, event: Event, hit: EventHit, mark: PackMark): void {
    const isStart = isProcessStart(event);
    const matched = keptValues(hit);
    // What several processes did is several things.
    const key = isStart ? recordIdOf(event, host) : digestId(['hits', actorOf(event).guid ?? null, valueKey(matched)]);
    const ofRule = `${hit.rule.index} ${host}`;
    let group = this.#groups.get(ofRule, key);
    if (group === undefined) {
      group = { ...newHits(host, event, hit, matched), mark, isStart, actorStartMs: undefined, start: undefined };
      this.#groups.set(ofRule, key, group);
      if (isStart) this.#wait(key, group);
    }
    addRecord(group, event, this.#entities);
  }

  #wait(record: string, group: PackGroup): void {
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined && this.#waiting.size >= MAX_WAITING) this.#waiting.delete(oldest);
    this.#waiting.set(record, [...(this.#waiting.get(record) ?? []), group]);
  }

  /** Takes in a settled start: its records are one process. */
  started(start: ProcessStart): void {
    if (this.#waiting.size === 0) return;
    for (const event of start.events) {
      const record = recordIdOf(event, start.host);
      for (const group of this.#waiting.get(record) ?? []) group.start = start;
      this.#waiting.delete(record);
    }
  }
}

function isProcessStart(event: Event): boolean {
  const channel = channelKey(event);
  if (event.eventId === 4688) return channel === 'security';
  return event.eventId === 1 && channel === 'microsoft-windows-sysmon/operational';
}
