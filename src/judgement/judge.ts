import {
  compareFindings,
  conflictFindings,
  type EngineResult,
  editedLogFindings,
  type Finding,
  gapFindings,
  type RecordConflict,
  silenceFindings,
  silencesOf,
  unlogged,
} from '../analytics/index.ts';
import { type CitedRecord, HostTable } from '../entities/index.ts';
import type { CopyConflict } from '../evidence/index.ts';
import { buildingIncidents, type Incident } from '../incidents/index.ts';
import { applyPins, type Pin, type PinUse } from '../pins/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import {
  type Anomaly,
  addressOf,
  type CoverageCount,
  type Evidence,
  type Gap,
  isProven,
  type Pieces,
  type Place,
  toEnd,
} from '../windows/index.ts';
import { citedBy } from './cited.ts';
import { logsOf } from './host-logs.ts';
import { levelByTrust } from './level-by-trust.ts';
import { logSigns } from './log-signs.ts';

export interface JudgeInput {
  /** Counters of everything that was read. */
  readonly coverage: readonly CoverageCount[];
  /** The hosts that coverage tells; default: they are made of it. */
  readonly hosts?: HostTable;
  /** What is odd about the logs themselves. */
  readonly anomalies: readonly Anomaly[];
  readonly engine: EngineResult;
  /** Records that claim to be one and say different things. */
  readonly conflicts: readonly CopyConflict[];
  /** What the organisation accepts (L16). */
  readonly pins?: readonly Pin[];
}

/** All that is known of some evidence, nothing filtered: what is told of it is up to the caller (L5). */
export interface Judgement {
  readonly hosts: HostTable;
  /** Sorted by first-seen time, host, id. */
  readonly subscriptions: readonly Dossier[];
  /** Ours and those of the user's own rules, sorted by time, host, id. */
  readonly findings: readonly Finding[];
  /** Sorted by first time, id. */
  readonly incidents: readonly Incident[];
  /** Of every host: made when they are asked for. */
  readonly gaps: readonly Gap[];
  /** Those that an incident names. */
  gapsOf(incident: Incident): readonly Gap[];
  /** The records that any of these cite, whole. */
  readonly records: readonly CitedRecord[];
  /** What each pin lowered, by its id; empty without pins. */
  readonly pinUses: readonly PinUse[];
}

/** What the engine found and what the logs themselves show, as findings and incidents: a function of its input (L8). */
export function judge(input: JudgeInput): Judgement {
  return toEnd(judging(input));
}

/** The same in pieces. */
export function* judging({
  coverage,
  hosts = HostTable.from(coverage),
  anomalies,
  engine,
  conflicts,
  pins = [],
}: JudgeInput): Pieces<Judgement> {
  const signs = [...logSigns(anomalies, coverage, hosts), ...engine.signs];
  // What anybody could have sent takes nothing from what else is known (L18).
  const proven = signs.filter(({ evidence }) => evidence === undefined || evidence.some(isProven));
  const broken = new Set(proven.map(({ host, channel }) => `${host}\u0000${channel.toLowerCase()}`));
  const notLogged = unlogged(engine.dossiers, (host) => logsOf(host, engine, broken, coverage, hosts));
  const found = [
    ...engine.judged,
    ...conflictFindings(conflicts.map(recordConflict)),
    ...editedLogFindings(signs),
    ...gapFindings(signs),
    ...silenceFindings(silencesOf(coverage, hosts)),
    ...notLogged.findings,
  ].sort((a, b) => compareFindings(a.finding, b.finding));
  yield;
  const { dossiers, judged, ruleFindings, uses } = applyPins(
    pins,
    levelByTrust({ dossiers: engine.dossiers, judged: found, ruleFindings: engine.ruleFindings }),
    (host) => [host, ...hosts.aliasesOf(host)],
  );
  const findings = [...judged.map(({ finding }) => finding), ...ruleFindings.map(({ finding }) => finding)].sort(
    compareFindings,
  );
  const notLoggedOf = Map.groupBy(notLogged.gaps, ({ host }) => host);
  yield;
  const built = yield* buildingIncidents({
    findings: judged,
    ruleFindings,
    dossiers,
    gaps: allGaps(engine, notLogged.gaps),
    gapsOf: (host) => [...engine.gapsOf(host), ...(notLoggedOf.get(host) ?? [])],
    facts: engine.facts,
  });
  const { incidents } = built;
  yield;
  const cited = citedBy({ subscriptions: dossiers, findings, incidents });
  return {
    hosts,
    subscriptions: dossiers,
    findings,
    incidents,
    get gaps() {
      return built.gaps;
    },
    gapsOf: built.gapsOf,
    records: engine.records.filter(({ id }) => cited.has(id)),
    pinUses: uses,
  };
}

/** Looked for when they are gone through. */
function allGaps(engine: EngineResult, more: readonly Gap[]): Iterable<Gap> {
  return {
    *[Symbol.iterator]() {
      yield* engine.gaps;
      yield* more;
    },
  };
}

function recordConflict({ places: [first, second], ...conflict }: CopyConflict): RecordConflict {
  const { channel, eventId, recordId } = conflict;
  const cited = (place: Place): Evidence => ({
    ...addressOf(place),
    channel,
    eventId,
    ...(recordId === undefined ? {} : { recordId }),
  });
  return { ...conflict, evidence: [cited(first), cited(second)] };
}
