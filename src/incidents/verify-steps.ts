import { type HopMethod, isBuiltInAccount } from '../entities/index.ts';
import { type Dossier, namedSubscription } from '../subscriptions/index.ts';
import type { TracedHop } from './hops.ts';
import type { Hop } from './incident.ts';
import type { Member } from './members.ts';
import { type HostName, listed, methodWords, oneLine, programName } from './words.ts';

export interface VerifyStep {
  /** What of the incident it is about: with incident and phase its id. */
  readonly about: string;
  readonly text: string;
  /** Host key; absent where it is about several. */
  readonly target?: string;
}

export interface Verified {
  readonly members: readonly Member[];
  readonly hops: readonly TracedHop[];
  readonly nameOf: HostName;
}

/** What was called on one host, as far as its members and hops tell. */
interface Calls {
  readonly accounts: readonly string[];
  readonly sources: readonly string[];
  readonly methods: readonly HopMethod[];
  /** Programs whose children carried calls that no provider host carries. */
  readonly parents: readonly string[];
}

/** Called hosts beyond this are told by their number. */
const MOST_CALLED = 20;
/** Accounts, sources and subscriptions that one step names. */
const MOST_NAMED = 3;
/** What runs the code of a caller over DCOM and over WinRM (DOMAIN 1.1). */
const PROVIDER_HOSTS: readonly string[] = ['WmiPrvSE.exe', 'wsmprovhost.exe'];
const SILENCE = 'A log that did not come shows nothing: see first that they do.';

/**
 * How to see that containment holds, now and after 24 hours (DOMAIN 7): of a host with subscriptions that they are gone, of one that was only called that
 * nothing more comes from there. Every incident has at least one such step: what closing and the due time wait for can be done.
 */
export function verifySteps(of: Verified): readonly VerifyStep[] {
  const byHost = Map.groupBy(of.members, ({ host }) => host);
  const hopsTo = Map.groupBy(
    of.hops.map(({ hop }) => hop),
    ({ target }) => target.host,
  );
  const hosts = [...new Set([...byHost.keys(), ...hopsTo.keys()])].sort();
  const steps: VerifyStep[] = [];
  let called = 0;
  for (const host of hosts) {
    const dossiers = (byHost.get(host) ?? []).flatMap(({ dossier }) => dossier ?? []);
    if (dossiers.length > 0) {
      steps.push(subscriptionStep(host, dossiers, of.nameOf));
      continue;
    }
    const calls = callsOn(host, byHost.get(host) ?? [], hopsTo.get(host) ?? [], of.nameOf);
    if (calls === undefined) continue;
    called++;
    if (called <= MOST_CALLED) steps.push(callStep(host, calls, of.nameOf));
  }
  if (called > MOST_CALLED) steps.push(restStep(called - MOST_CALLED));
  return steps.length > 0 ? steps : [...byHost.keys()].sort().slice(0, MOST_CALLED).map(findingStep(of.nameOf));
}

function subscriptionStep(host: string, dossiers: readonly Dossier[], nameOf: HostName): VerifyStep {
  const what = namedUpTo(dossiers.map(namedSubscription));
  return {
    about: host,
    text: `Look through every namespace of ${nameOf(host)} for ${what}: now, after 24 hours and after a restart. Sysmon 19 to 21 should say Deleted; no new 5861 should come.`,
    target: host,
  };
}

/** Undefined where nothing was called on the host. */
function callsOn(host: string, members: readonly Member[], hops: readonly Hop[], nameOf: HostName): Calls | undefined {
  const told = members.filter(({ judged }) => judged?.hop?.target.host === host);
  if (hops.length + told.length === 0) return undefined;
  const accounts = [...hops.map(({ account }) => account), ...told.map(({ judged }) => judged?.hop?.account)];
  const sources = hops.flatMap(({ source }) => source.host ?? source.address ?? []).map(nameOf);
  const methods = [...hops.map(({ method }) => method), ...told.flatMap(({ judged }) => judged?.hop?.method ?? [])];
  const parents = told.flatMap(({ judged }) => judged?.finding.process?.parentImage ?? []).map(programName);
  return {
    accounts: distinct(accounts.flatMap((name) => (name === undefined || isBuiltInAccount(name) ? [] : oneLine(name)))),
    sources: distinct(sources),
    methods: distinct(methods),
    parents: methods.every(isOfWmi) ? [] : distinct(parents),
  };
}

function callStep(host: string, { accounts, sources, methods, parents }: Calls, nameOf: HostName): VerifyStep {
  const from = sources.length === 0 ? '' : ` from ${namedUpTo(sources)}`;
  const by = accounts.length === 0 ? '' : ` by ${namedUpTo(accounts)}`;
  const known = new Set(PROVIDER_HOSTS.map((name) => name.toLowerCase()));
  const runners = [...PROVIDER_HOSTS, ...parents.filter((name) => !known.has(name.toLowerCase())).slice(0, MOST_NAMED)];
  const children = `${runners.slice(0, -1).join(', ')} or ${runners.at(-1) ?? ''}`;
  return {
    about: `${host} calls`,
    text: `Look on ${nameOf(host)} after containment, now and after 24 hours: no further call${by}${from} (${callRecords(methods)}), no child process of ${children}${by} (Sysmon 1 or Security 4688), no logon of type 3${by}${from} (Security 4624). ${SILENCE}`,
    target: host,
  };
}

/** "Sysmon 3 or Security 5156 at TCP 135 and the dynamic ports; WMI-Activity 5858 or 5860". */
function callRecords(methods: readonly HopMethod[]): string {
  const isAny = methods.includes('unknown');
  const ports = [
    ...(isAny || methods.some((method) => ['wmi-dcom', 'dcom', 'rpc'].includes(method))
      ? ['135 and the dynamic ports']
      : []),
    ...(isAny || methods.includes('wmi-winrm') ? ['5985 and 5986'] : []),
    ...(methods.includes('smb') ? ['445'] : []),
  ];
  const activity = isAny || methods.some(isOfWmi) ? '; WMI-Activity 5858 or 5860 with that client' : '';
  return `Sysmon 3 or Security 5156 at TCP ${ports.join(', ')}${activity}`;
}

function restStep(count: number): VerifyStep {
  const more = count === 1 ? 'one more host that was called' : `${count} more hosts that were called`;
  return {
    about: 'calls rest',
    text: `Look in the same way on ${more}: the path names ${count === 1 ? 'it' : 'them'}.`,
  };
}

/** Of what neither left a subscription nor was called, such as a log that was cleared. */
function findingStep(nameOf: HostName): (host: string) => VerifyStep {
  return (host) => ({
    about: `${host} findings`,
    text: `Look on ${nameOf(host)} after containment, now and after 24 hours: none of what its findings tell should come again, in the logs that told it. ${SILENCE}`,
    target: host,
  });
}

function isOfWmi(method: HopMethod): boolean {
  return methodWords(method).startsWith('WMI');
}

function namedUpTo(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return rest > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${rest} more` : listed(names);
}

function distinct<T extends string>(texts: readonly T[]): readonly T[] {
  return [...new Set(texts)].sort();
}
