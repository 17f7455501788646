import type { CandidateLogon } from '../entities/index.ts';
import type { Dossier, Term } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';
import type { Finding } from './finding.ts';

/** Every list of evidence of a result: one place that knows where they stand. */
type Rewrite = (evidence: readonly Evidence[]) => readonly Evidence[];

function inTerms(terms: readonly Term[], rewrite: Rewrite): readonly Term[] {
  return terms.map((term) => ({ ...term, evidence: rewrite(term.evidence) }));
}

function inCandidates(candidates: readonly CandidateLogon[], rewrite: Rewrite): readonly CandidateLogon[] {
  return candidates.map((candidate) => ({ ...candidate, evidence: rewrite(candidate.evidence) }));
}

/** The finding with every list of its evidence rewritten. */
export function inFinding(finding: Finding, rewrite: Rewrite): Finding {
  return {
    ...finding,
    terms: inTerms(finding.terms, rewrite),
    candidates: inCandidates(finding.candidates, rewrite),
    evidence: rewrite(finding.evidence),
  };
}

/** The dossier with every list of its evidence rewritten. */
export function inDossier(dossier: Dossier, rewrite: Rewrite): Dossier {
  return {
    ...dossier,
    origin: { ...dossier.origin, candidates: inCandidates(dossier.origin.candidates, rewrite) },
    lifecycle: dossier.lifecycle.map((step) => ({ ...step, evidence: rewrite(step.evidence) })),
    verdict: { ...dossier.verdict, terms: inTerms(dossier.verdict.terms, rewrite) },
    evidence: rewrite(dossier.evidence),
  };
}

/** Ids of all records that a result points at. */
export function citedIds(dossiers: readonly Dossier[], findings: readonly Finding[]): ReadonlySet<string> {
  const ids = new Set<string>();
  const note: Rewrite = (evidence) => {
    for (const { record } of evidence) if (record !== undefined) ids.add(record);
    return evidence;
  };
  for (const dossier of dossiers) inDossier(dossier, note);
  for (const finding of findings) inFinding(finding, note);
  return ids;
}

/** Takes the record ids off that no kept record answers to, where bounds let go of records: the places stay. */
export function withoutLostRecords(isKept: (id: string) => boolean): Rewrite {
  return (evidence) =>
    evidence.map((item) => {
      if (item.record === undefined || isKept(item.record)) return item;
      const { record: _lost, ...placed } = item;
      return placed;
    });
}
