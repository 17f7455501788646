import type { Finding } from '../analytics/index.ts';
import type { CitedRecord } from '../entities/index.ts';
import type { Incident } from '../incidents/index.ts';
import { citedBy, type Judgement } from '../judgement/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Gap, type Pieces, toEnd } from '../windows/index.ts';
import { contentDigest } from './content.ts';

/** An incident with all that it is told with: what the state keeps of it. */
export interface IncidentParts {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly subscriptions: readonly Dossier[];
  readonly gaps: readonly Gap[];
  /** The records that these cite, whole. */
  readonly records: readonly CitedRecord[];
  /** SHA-256 of the content of all but the records, which are known by their ids: without places, aliases and state. */
  readonly digest: string;
  /** The same without what could not be seen: gaps, and the steps that count them. */
  readonly core: string;
}

/** Incidents of which parts are made in one piece: some ten milliseconds. */
const INCIDENTS_A_PIECE = 64;

/** Incidents of a judgement, all where none are named, with their parts, in the order in which they are named. */
export function partsOf(
  judgement: Judgement,
  incidents: readonly Incident[] = judgement.incidents,
): readonly IncidentParts[] {
  return toEnd(makingParts(judgement, incidents));
}

/** The same in pieces. */
export function* makingParts(
  judgement: Judgement,
  incidents: readonly Incident[] = judgement.incidents,
): Pieces<readonly IncidentParts[]> {
  const findings = new Map(judgement.findings.map((finding) => [finding.id, finding]));
  const subscriptions = new Map(judgement.subscriptions.map((dossier) => [dossier.id, dossier]));
  const records = new Map(judgement.records.map((record) => [record.id, record]));
  const made: IncidentParts[] = [];
  for (const [at, incident] of incidents.entries()) {
    if (at % INCIDENTS_A_PIECE === 0) yield;
    const seen = {
      findings: pick(findings, incident.findings),
      subscriptions: pick(subscriptions, incident.subscriptions),
    };
    const parts = { incident, ...seen, gaps: judgement.gapsOf(incident) };
    const cited = citedBy({ ...parts, incidents: [incident] });
    const { gaps: gapIds, next, ...rest } = incident;
    const core = contentDigest({ incident: rest, ...seen });
    const digest = contentDigest({ core, gapIds, next, gaps: parts.gaps });
    made.push({ ...parts, records: pick(records, [...cited].sort()), digest, core });
  }
  return made;
}

function pick<T>(all: ReadonlyMap<string, T>, ids: readonly string[]): readonly T[] {
  return ids.flatMap((id) => all.get(id) ?? []);
}
