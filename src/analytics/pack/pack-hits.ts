import { type Entities, FairTable, type ProcessStart, recordIdOf } from '../../entities/index.ts';
import { type CompiledRule, type MatchedValue, matchedValues } from '../../sigma/index.ts';
import type { EventHit } from '../../taxonomy/index.ts';
import { channelKey, type Event, type Evidence } from '../../windows/index.ts';
import { type Actor, actorOf } from '../actor.ts';
import { fieldsOf } from '../rule-words.ts';
import type { PackMark } from './pack-mark.ts';

/** Groups of hits of one run; a group of the table is one rule and host, so that a noisy rule loses its own. */
const GROUPS = { max: 100_000, quota: 10_000 };
/** Records that a finding cites; all are counted. */
const MAX_CITED = 32;
/** Starts that wait; one that nothing settles (an old 4688 that no join asks for) is let go by those behind it. */
const MAX_WAITING = 16_384;

/** Hits of one rule on one host that saw the same: one start of a process, or records with the same matched values. */
export interface PackGroup {
  readonly rule: CompiledRule;
  readonly mark: PackMark;
  readonly host: string;
  readonly matched: readonly MatchedValue[];
  readonly blindFilters: readonly string[];
  /** Of the first record. */
  actor: Actor;
  timeMs: number;
  timeTicks: number;
  lastMs: number;
  count: number;
  readonly records: Set<string>;
  readonly evidence: Evidence[];
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
  readonly #groups = new FairTable<PackGroup>(GROUPS);
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
    const evidence = this.#entities.cite(event);
    const record = evidence[0]?.record ?? recordIdOf(event, host);
    const isStart = isProcessStart(event);
    const matched = matchedValues(hit.ruled, hit.conditions, fieldsOf(hit));
    const actor = actorOf(event);
    const values = matched.map(({ field, values }) => [field, values]);
    const key = isStart ? record : JSON.stringify([actor.guid ?? null, values]);
    const ofRule = `${hit.rule.index} ${host}`;
    let group = this.#groups.get(ofRule, key);
    if (group === undefined) {
      group = newGroup(host, event, hit, mark, matched, actor);
      this.#groups.set(ofRule, key, group);
      if (isStart) this.#wait(record, group);
    }
    group.count++;
    group.lastMs = Math.max(group.lastMs, event.timeMs);
    // A binding that had to wait for its answer stands where it belongs.
    const isFirst = (event.timeMs - group.timeMs || event.timeTicks - group.timeTicks) < 0;
    if (isFirst) Object.assign(group, { actor, timeMs: event.timeMs, timeTicks: event.timeTicks });
    if (group.records.size >= MAX_CITED || group.records.has(record)) return;
    group.records.add(record);
    if (isFirst) group.evidence.unshift(...evidence);
    else group.evidence.push(...evidence);
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

function newGroup(
  host: string,
  event: Event,
  { rule, ruled }: EventHit,
  mark: PackMark,
  matched: readonly MatchedValue[],
  actor: Actor,
): PackGroup {
  return {
    rule,
    mark,
    host,
    matched,
    blindFilters: ruled.blindFilters,
    actor,
    timeMs: event.timeMs,
    timeTicks: event.timeTicks,
    lastMs: event.timeMs,
    count: 0,
    records: new Set(),
    evidence: [],
    isStart: isProcessStart(event),
    actorStartMs: undefined,
    start: undefined,
  };
}

function isProcessStart(event: Event): boolean {
  const channel = channelKey(event);
  if (event.eventId === 4688) return channel === 'security';
  return event.eventId === 1 && channel === 'microsoft-windows-sysmon/operational';
}
