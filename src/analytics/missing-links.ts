import { type Dossier, namedSubscription } from '../subscriptions/index.ts';
import { type Gap, levelRank } from '../windows/index.ts';
import type { Finding } from './finding.ts';
import { gap } from './gap.ts';
import type { Sight } from './sight.ts';
import { inSentence } from './wording.ts';

/** Links of what was found that no record closes, with the log that would have held them (L2). */

/** Of each kind and host; beyond it one line counts the rest. */
const MAX_OF_HOST = 20;

interface Link {
  readonly host: string;
  /** Equal ones are told once. */
  readonly what: string;
  readonly so: string;
  readonly close: string;
}

/** By host: callers of processes and writers of subscriptions that no record names. */
export function missingLinks(found: {
  readonly sight: Sight;
  readonly dossiers: readonly Dossier[];
  readonly findings: readonly Finding[];
}): ReadonlyMap<string, readonly Gap[]> {
  const links = [
    ...found.findings.flatMap((finding) => callerLink(finding, found.sight)),
    ...writerLinks(found.dossiers, found.sight),
  ];
  const byHost = new Map<string, Map<string, Link>>();
  for (const link of links) {
    const ofHost = byHost.get(link.host) ?? new Map<string, Link>();
    byHost.set(link.host, ofHost);
    if (!ofHost.has(link.what)) ofHost.set(link.what, link);
  }
  const gaps = new Map<string, readonly Gap[]>();
  for (const [host, ofHost] of byHost) {
    const shown = [...ofHost.values()].slice(0, MAX_OF_HOST).map(gap);
    const rest = ofHost.size - shown.length;
    if (rest > 0) shown.push(restGap(host, rest));
    gaps.set(host, shown);
  }
  return gaps;
}

/** S05: the logon that the child ran under. */
function callerLink(finding: Finding, sight: Sight): readonly Link[] {
  const { host, process } = finding;
  if (finding.analytic !== 'S05' || process?.logonId === undefined) return [];
  const who = process.user === undefined ? '' : ` of ${inSentence(process.user)}`;
  return [
    {
      host,
      what: `no logon ${process.logonId}${who} in evidence: ${stateOf(sight, host, 'security', 'Security', 4624)}`,
      so: 'who had WMI start a program, and from where, is unknown',
      close: 'Security.evtx of that time, with logons audited',
    },
  ];
}

/** Subscriptions that nobody is seen to write, in one line a host. */
function writerLinks(dossiers: readonly Dossier[], sight: Sight): readonly Link[] {
  const unknown = dossiers.filter(({ origin, verdict }) => origin.kind === 'unknown' && levelRank(verdict.level) > 0);
  return [...Map.groupBy(unknown, ({ host }) => host)].map(([host, ofHost]) => {
    const [first] = ofHost;
    const what =
      first !== undefined && ofHost.length === 1 ? namedSubscription(first) : `${ofHost.length} subscriptions`;
    return {
      host,
      what: `no writer of ${what} in evidence: ${stateOf(sight, host, 'security', 'Security', 4624)}`,
      so: 'whether they were planted from another machine is unknown',
      close: 'Security.evtx of that time, and process starts of the host',
    };
  });
}

/** Whether the log that would hold a link is there, and what it lacks. */
function stateOf(sight: Sight, host: string, channel: string, name: string, eventId: number): string {
  const seen = sight.channel(host, channel);
  if (seen === undefined) return `the ${name} log was not given`;
  if (!seen.ids.has(eventId)) return `the ${name} log holds no ${eventId} at all`;
  return `the ${name} log holds ${eventId} but not this one`;
}

function restGap(host: string, count: number): Gap {
  return gap({
    host,
    what: `${count.toLocaleString('en-GB')} more callers or writers are in no log`,
    so: 'see each finding and subscription',
    close: 'Security.evtx of that time, with logons audited',
  });
}
