import type { CallSource, CandidateLogon, Join } from '../entities/index.ts';
import type { Dossier, Term } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';
import type { Finding, JudgedFinding } from './finding.ts';

/** Every list of evidence of a result: one place that knows where they stand. */
type Rewrite = (evidence: readonly Evidence[]) => readonly Evidence[];

function inTerms(terms: readonly Term[], rewrite: Rewrite): readonly Term[] {
  return terms.map((term) => ({ ...term, evidence: rewrite(term.evidence) }));
}

function inCandidates(candidates: readonly CandidateLogon[], rewrite: Rewrite): readonly CandidateLogon[] {
  return candidates.map((candidate) => ({ ...candidate, evidence: rewrite(candidate.evidence) }));
}

/** The finding with every list of its evidence rewritten. */
export function inFinding<T extends Finding>(finding: T, rewrite: Rewrite): T {
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

function inJoins(joins: readonly Join[], rewrite: Rewrite): readonly Join[] {
  return joins.map((join) => ({ ...join, evidence: rewrite(join.evidence) }));
}

function inSource(source: CallSource, rewrite: Rewrite): CallSource {
  return { ...source, joins: inJoins(source.joins, rewrite) };
}

/** Also in what the finding's hop and joins rest on. */
export function inJudged(judged: JudgedFinding, rewrite: Rewrite): JudgedFinding {
  const { hop } = judged;
  return {
    ...judged,
    finding: inFinding(judged.finding, rewrite),
    joins: inJoins(judged.joins, rewrite),
    ...(hop === undefined
      ? {}
      : {
          hop: {
            ...hop,
            caller: inJoins(hop.caller, rewrite),
            sources: hop.sources.map((source) => inSource(source, rewrite)),
          },
        }),
  };
}

/** Ids of all records that a result points at. */
export function citedIds(
  dossiers: readonly Dossier[],
  findings: readonly JudgedFinding[],
  sources: readonly CallSource[],
  ruleFindings: readonly Finding[] = [],
  more: readonly Evidence[] = [],
): ReadonlySet<string> {
  const ids = new Set<string>();
  const note: Rewrite = (evidence) => {
    for (const { record } of evidence) if (record !== undefined) ids.add(record);
    return evidence;
  };
  for (const dossier of dossiers) inDossier(dossier, note);
  for (const finding of findings) inJudged(finding, note);
  for (const finding of ruleFindings) inFinding(finding, note);
  for (const source of sources) inSource(source, note);
  note(more);
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
