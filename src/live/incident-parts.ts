import type { Finding } from '../analytics/index.ts';
import type { CitedRecord } from '../entities/index.ts';
import type { Incident } from '../incidents/index.ts';
import { citedBy, type Judgement } from '../judgement/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Gap } from '../windows/index.ts';
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
}

/** Incidents of a judgement, all where none are named, with their parts, in the order in which they are named. */
export function partsOf(
  judgement: Judgement,
  incidents: readonly Incident[] = judgement.incidents,
): readonly IncidentParts[] {
  const findings = new Map(judgement.findings.map((finding) => [finding.id, finding]));
  const subscriptions = new Map(judgement.subscriptions.map((dossier) => [dossier.id, dossier]));
  const records = new Map(judgement.records.map((record) => [record.id, record]));
  return incidents.map((incident) => {
    const parts = {
      incident,
      findings: pick(findings, incident.findings),
      subscriptions: pick(subscriptions, incident.subscriptions),
      gaps: judgement.gapsOf(incident),
    };
    const cited = citedBy({ ...parts, incidents: [incident] });
    return { ...parts, records: pick(records, [...cited].sort()), digest: contentDigest(parts) };
  });
}

function pick<T>(all: ReadonlyMap<string, T>, ids: readonly string[]): readonly T[] {
  return ids.flatMap((id) => all.get(id) ?? []);
}
