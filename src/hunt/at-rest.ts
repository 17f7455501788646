import { HostTable } from '../entities/index.ts';
import { type Input, mergeNotRead, type NotRead } from '../intake/index.ts';
import type { ObjectEvent } from '../objects/index.ts';
import type { AuditSummary, RepositorySummary } from '../report/index.ts';
import type { Anomaly, CoverageCount, Source } from '../windows/index.ts';
import { HostsOfFolders } from './hosts-of-folders.ts';
import type { KeptEvidence } from './kept-evidence.ts';
import { readAudits } from './read-audits.ts';
import { readMofs } from './read-mofs.ts';
import { type RepositoryRemains, readRepositories } from './read-repositories.ts';

/** What repositories and audits came to. */
export interface AtRest {
  /** In order of time. */
  readonly events: readonly ObjectEvent[];
  /** One row for each repository, each host of an audit and each MOF file of nobody known: evidence of their hosts like any log. */
  readonly coverage: readonly CoverageCount[];
  readonly repositories: readonly RepositorySummary[];
  readonly audits: readonly AuditSummary[];
  readonly remains: readonly RepositoryRemains[];
  readonly anomalies: readonly Anomaly[];
  readonly notRead: readonly NotRead[];
  readonly evicted: Readonly<Record<string, number>>;
}

/** What one kind of evidence at rest came to. */
export interface ReadAtRest {
  readonly events: readonly ObjectEvent[];
  readonly anomalies: readonly Anomaly[];
  readonly notRead: readonly NotRead[];
  readonly evicted: Readonly<Record<string, number>>;
}

/**
 * Reads what lies at rest beside the logs. Audits come first: they name hosts, of which repositories of the same place may be; and MOF
 * files last, which are of the host around them.
 */
export function readAtRest(
  found: readonly KeptEvidence[],
  inputs: readonly Input[],
  coverage: readonly CoverageCount[],
  options: { readonly carve: boolean },
): AtRest {
  const kept = found.toSorted((a, b) => (placeKey(a.source) < placeKey(b.source) ? -1 : 1));
  const logged = new HostsOfFolders(coverage, HostTable.from(coverage));
  const audits = readAudits(kept, inputs, logged);
  const known = [...coverage, ...audits.rows];
  const repositories = readRepositories(kept, new HostsOfFolders(known, HostTable.from(known)), options);
  const all = [...known, ...repositories.rows];
  const mofs = readMofs(kept, inputs, new HostsOfFolders(all, HostTable.from(all)));
  const events = [...audits.events, ...repositories.events, ...mofs.events];
  events.sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  return {
    events,
    coverage: [...audits.rows, ...repositories.rows, ...mofs.rows],
    repositories: repositories.summaries,
    audits: audits.summaries,
    remains: repositories.remains,
    anomalies: [...audits.anomalies, ...repositories.anomalies],
    notRead: mergeNotRead([audits.notRead, repositories.notRead, mofs.notRead]),
    evicted: { ...audits.evicted, ...repositories.evicted },
  };
}

/** Files are read in the order of their places, in whatever order they were named or opened (L7). */
function placeKey({ file, container = [] }: Source): string {
  return [file, ...container].join('\u0000');
}

/** Objects that are told of one host; their times are no times of records. */
export function coverageOfObjects(source: Source, events: readonly ObjectEvent[]): readonly CoverageCount[] {
  const counts = new Map<string, { computer: string; channel: string; count: number }>();
  for (const { computer, channel, sight } of events) {
    const known = counts.get(computer) ?? { computer, channel, count: 0 };
    counts.set(computer, known);
    if (sight !== undefined) known.count++;
  }
  return [...counts.values()].map(({ computer, channel, count }) => ({
    source,
    computer,
    channel,
    provider: channel,
    eventId: 0,
    recordClass: 'live',
    count,
    misdated: 0,
    isText: true,
  }));
}
