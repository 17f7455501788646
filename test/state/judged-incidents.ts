import type { Finding } from '../../src/analytics/index.ts';
import { Database } from '../../src/disk/index.ts';
import { buildIncidents } from '../../src/incidents/index.ts';
import {
  type IncidentParts,
  type KnownIncident,
  membersOf,
  partsOf,
  type Revisions,
  revise,
  type ToldRevision,
} from '../../src/live/index.ts';
import { bringToFormat } from '../../src/state/format.ts';
import type { ActRequest, ActResult, IncidentWrite, RememberedIncident, StepResult } from '../../src/state/index.ts';
import { STATE_LIMITS, type StateLimits } from '../../src/state/limits.ts';
import type { Operation } from '../../src/state/operation.ts';
import { operations } from '../../src/state/operations.ts';
import { finding, input } from '../made-incident-parts.ts';
import { NOW_MS } from './opened-state.ts';

/** One thing that may be found: items that share a logon hang together. */
export interface Item {
  readonly id: string;
  readonly logons: readonly string[];
  readonly score: number;
  readonly minute: number;
}

/** What is told of these items, with the ids and aliases that a hunt would give. */
export function judgedOf(items: readonly Item[]): readonly IncidentParts[] {
  const found = items.map(({ id, logons, score, minute }) =>
    finding(id, 'S05', { score, time: timeOf(minute), host: `srv-${minute % 3}`, glue: { logons } }),
  );
  const { incidents } = buildIncidents(input(found));
  const findings = found.map((one): Finding => one.finding);
  return partsOf({
    findings,
    incidents,
    subscriptions: [],
    gaps: [],
    gapsOf: () => [],
    records: [],
    pinUses: [],
    hosts: undefined as never,
  });
}

function timeOf(minute: number): string {
  return `2026-11-25T09:${String(minute).padStart(2, '0')}:00.0000000Z`;
}

/** The tables of a state in memory, without its thread: a step of a test costs no sync. */
export class TablesInMemory {
  readonly #database = new Database(':memory:', { timeoutMs: 0 });
  readonly #limits: StateLimits;

  constructor(limits: Partial<StateLimits> = {}) {
    this.#limits = { ...STATE_LIMITS, ...limits };
    bringToFormat(this.#database, { storeId: new Uint8Array(16), nowMs: NOW_MS });
  }

  commit(writes: readonly IncidentWrite[]): StepResult {
    return this.#run(operations.commit, { judged: 1, writes });
  }

  act(request: ActRequest): ActResult {
    return this.#run(operations.actOnIncident, request);
  }

  known(): ReadonlyMap<string, KnownIncident> {
    const { rows } = this.#run(operations.knownIncidents, { limit: 1000 });
    return new Map(rows.map((row) => [row.id, knownOf(row)]));
  }

  /** Every row of every table that holds incidents. */
  dump(): Readonly<Record<string, readonly object[]>> {
    const tables = [
      'incident',
      'incident_alias',
      'incident_host',
      'incident_record',
      'cited_record',
      'incident_history',
      'tally',
    ];
    return Object.fromEntries(tables.map((table) => [table, this.#database.all<object>(`SELECT * FROM ${table}`)]));
  }

  rows<Row>(sql: string): readonly Row[] {
    return this.#database.all<Row>(sql);
  }

  #run<Input, Value>(operation: Operation<Input, Value>, asked: Input): Value {
    const outcome = operation.run({ database: this.#database, limits: this.#limits }, asked);
    if (outcome.kind === 'refused') throw new Error(`${outcome.code}: ${outcome.message}`);
    return outcome.value;
  }
}

function knownOf({ times, number: _, ...row }: RememberedIncident): KnownIncident {
  return { ...row, times: JSON.parse(times) as KnownIncident['times'] };
}

/** What a judgement changes of what is known. */
export function changesOf(
  known: ReadonlyMap<string, KnownIncident>,
  judged: readonly IncidentParts[],
  wholeFromMs: number,
): Revisions {
  const time = { ms: NOW_MS, source: 'frame 1' };
  return revise({ known, judged, wholeFromMs: () => wholeFromMs, server: { arrive: time, detect: time, alert: time } });
}

/** Revisions as the writes of a step: how the server maps one room's words to the other's. */
export function writesOf(
  { added, changed, superseded, withdrawn, final }: Revisions,
  atMs: number,
): readonly IncidentWrite[] {
  return [
    ...[...added, ...changed].map((told) => toldOf(told, atMs)),
    ...superseded.map((one): IncidentWrite => ({ kind: 'incidentMerged', ...one, atMs })),
    ...withdrawn.map((one): IncidentWrite => ({ kind: 'incidentWithdrawn', ...one, atMs })),
    ...final.map((one): IncidentWrite => ({ kind: 'incidentFinal', ...one, atMs })),
  ];
}

function toldOf(told: ToldRevision, atMs: number): IncidentWrite {
  const { incident, findings, subscriptions, gaps, times, version, digest, absorbs } = told;
  const { id, level, levels, title, first, last, hosts, next } = incident;
  return {
    kind: 'incident',
    id,
    version,
    digest,
    level,
    isWmi: levels.wmi !== undefined,
    title,
    first,
    last,
    eventTime: times.event.time,
    isRetrospective: times.isRetrospective,
    hosts,
    members: membersOf(told),
    times: JSON.stringify(times),
    steps: next.map((step) => ({ id: step.id, phase: step.phase })),
    document: JSON.stringify({ incident, findings, subscriptions, gaps }),
    records: [],
    absorbs,
    atMs,
  };
}
