import type { Analytic } from '../../analytics/index.ts';
import type { JoinId } from '../../entities/index.ts';
import { recordKind } from '../channel-names.ts';
import { plural } from '../terminal.ts';
import type { ExplainedRecord, Subject } from './explanation.ts';
import { JOIN_WORDS, type Wish } from './join-words.ts';

/** At most this many lines of one kind: the worst case is an incident of ten thousand members. */
const MAX_LINES = 40;

function bounded(lines: readonly string[]): string[] {
  const unique = [...new Set(lines)];
  if (unique.length <= MAX_LINES) return unique;
  return [...unique.slice(0, MAX_LINES), `and ${unique.length - MAX_LINES} more`];
}

/** What speaks against it: terms that take points, rivals, candidates, records that should be there and are not. */
export function counterEvidence({ dossiers, findings, hops, links, incident, label }: Subject): string[] {
  const lines: string[] = [];
  for (const { joins, missing, claim } of links) {
    for (const join of joins) {
      if ((join.rivals ?? 0) === 0) continue;
      lines.push(
        `${join.join}: ${plural(join.rivals ?? 0, 'other candidate')} as good, so it weighs ${join.w.toFixed(2)} (${claim})`,
      );
    }
    for (const { join, host, what, text } of missing) {
      lines.push(`${join}: ${label(host)} logs ${what}, and the record that should be there is not (${text})`);
    }
  }
  for (const hop of hops) {
    const { candidates = [], source } = hop;
    if (candidates.length > 0)
      lines.push(`${candidates.length} sources of the call to ${label(hop.target.host)} cannot be told apart`);
    else if (source.host === undefined && source.address === undefined) {
      lines.push(`no record names the source of the call to ${label(hop.target.host)}`);
    }
    if (!hop.observed)
      lines.push(
        `no record of its source or of a sensor, together with one of its target, shows the call to ${label(hop.target.host)}`,
      );
  }
  const sums = [
    ...dossiers.map(({ id, verdict }) => ({ id, terms: verdict.terms })),
    ...findings.map(({ id, terms }) => ({ id, terms })),
    ...(incident === undefined ? [] : [{ id: incident.id, terms: incident.terms }]),
  ];
  for (const { id, terms } of sums) {
    for (const { code, points, text } of terms) {
      // A bound of a sum is arithmetic and says nothing for or against.
      if (points < 0 && code !== 'PCAP' && code !== 'CAP') lines.push(`${code} takes ${-points} from ${id}: ${text}`);
    }
  }
  for (const { id, baseline } of dossiers) {
    if (baseline.nearest === undefined || baseline.likeness === undefined || baseline.likeness < 0.5) continue;
    lines.push(`${id} is ${baseline.likeness.toFixed(2)} like the baseline entry ${baseline.nearest}`);
  }
  for (const dossier of dossiers) {
    if (dossier.inferred) lines.push(`only a creating command speaks for ${dossier.id}: no record shows the object`);
    else if (dossier.binding?.inferred === true) lines.push(`no record binds filter and consumer of ${dossier.id}`);
  }
  for (const finding of findings) {
    const sources = new Set(finding.candidates.map(({ address, workstation }) => address ?? workstation ?? ''));
    if (sources.size > 1) lines.push(`${sources.size} remote logons may have carried ${finding.id}`);
  }
  return bounded(lines);
}

/** What would make it stronger: records and logs that are not there, for claims that do not hold exactly already. */
export function strengtheners(subject: Subject, records: readonly ExplainedRecord[]): string[] {
  const { dossiers, hops, links, gaps, label } = subject;
  const lines: string[] = [];
  for (const { missing } of links) {
    for (const { host, what, join } of missing) lines.push(`${what} of ${label(host)} (${join})`);
  }
  const sources = new Set(hops.flatMap(({ source }) => source.host ?? []));
  const cited = records.map(({ host, evidence }) => ({
    name: recordKind(evidence),
    isOfSource: host !== undefined && sources.has(host),
  }));
  const isThere = ({ records: wanted, on }: Wish): boolean =>
    cited.some(({ name, isOfSource }) => wanted.includes(name) && (on === undefined || isOfSource));
  for (const { joins } of links) {
    if (joins.some(({ strength }) => strength === 'exact')) continue;
    for (const { join, strength } of joins) {
      const wish = JOIN_WORDS[join satisfies JoinId]?.stronger;
      if (wish !== undefined && !isThere(wish)) lines.push(`${wish.text} (${join} is ${strength})`);
    }
  }
  for (const { source, candidates = [] } of hops) {
    const addresses = [source, ...candidates].filter(
      ({ host, address }) => host === undefined && address !== undefined,
    );
    for (const { address } of addresses) lines.push(`the logs of the machine at ${address}: it is not in the evidence`);
  }
  for (const dossier of dossiers) {
    if (dossier.inferred || dossier.consumer.payload === undefined || dossier.binding === undefined) {
      lines.push(`the WMI repository of ${label(dossier.host)} (OBJECTS.DATA, INDEX.BTR, MAPPING*.MAP)`);
    }
  }
  for (const gap of gaps) lines.push(`${gap.host === '-' ? '' : `${label(gap.host)}: `}${gap.close}`);
  return bounded(lines);
}

/** What would refute it: what breaks its joins, and the harmless things that look the same. */
export function refutations({ dossiers, findings, links }: Subject, catalogue: readonly Analytic[]): string[] {
  const lines: string[] = [];
  const joins = new Set(links.flatMap((link) => link.joins.map(({ join }) => join)));
  for (const join of [...joins].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))) {
    const words = JOIN_WORDS[join];
    if (words !== undefined) lines.push(`${join} (${words.equates}) falls with: ${words.breaks}`);
  }
  for (const analytic of [...new Set(findings.map((finding) => finding.analytic))].sort()) {
    const record = catalogue.find(({ id }) => id === analytic);
    for (const { what, tell } of record?.falsePositives ?? []) {
      lines.push(`${analytic} also holds for ${what}; told by ${tell}`);
    }
  }
  if (dossiers.length > 0) lines.push('an owner who knows the content of the subscription and installed it');
  return bounded(lines);
}
