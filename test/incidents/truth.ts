import type { Finding } from '../../src/analytics/index.ts';
import type { Hop, Incident } from '../../src/incidents/index.ts';
import type { Dossier } from '../../src/subscriptions/index.ts';
import type { TrueAttack, TrueHop } from '../../testkit/index.ts';

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];
const EPOCH_1970 = 116444736000000000n;
const NEAR_MS = 2500;

interface ToldParts {
  readonly incidents: readonly Incident[];
  readonly findings: readonly Finding[];
  readonly dossiers: readonly Dossier[];
}

/** What of an attack was not told, or told otherwise than it was: a sentence each; nothing where all is right. */
export function untold(attack: TrueAttack, told: ToldParts): readonly string[] {
  const faults: string[] = [];
  const holders = new Set<string>();
  for (const hop of attack.hops) {
    const found = edgesOf(hop, told.incidents);
    const best = found
      .map(({ incident, edge }) => ({ incident, wrong: faultsOf(hop, edge) }))
      .reduce<{ incident: Incident; wrong: readonly string[] } | undefined>(
        (least, next) => (least === undefined || next.wrong.length < least.wrong.length ? next : least),
        undefined,
      );
    const name = `${attack.name}, ${hop.commandLine?.slice(0, 40) ?? 'hop'} on ${hop.target}`;
    if (best === undefined) faults.push(`${name}: no edge tells it`);
    else {
      holders.add(best.incident.id);
      faults.push(...best.wrong.map((wrong) => `${name}: ${wrong}`));
    }
  }
  for (const child of attack.children) {
    const findings = told.findings.filter(
      ({ host, process }) =>
        host === child.computer.toLowerCase() &&
        process?.pid === child.pid &&
        process.commandLine === child.commandLine,
    );
    if (findings.length === 0) faults.push(`${attack.name}: nothing tells child ${child.pid}`);
    for (const { id } of findings)
      for (const incident of told.incidents) if (incident.findings.includes(id)) holders.add(incident.id);
  }
  for (const subscription of attack.subscriptions) {
    const dossier = told.dossiers.find(
      ({ filter, consumer }) => filter.name === subscription.filter && consumer.name === subscription.consumer,
    );
    if (dossier === undefined) {
      faults.push(`${attack.name}: no dossier of ${subscription.consumer}`);
      continue;
    }
    const { creator, consumer, lifecycle } = dossier;
    if (consumer.payload !== subscription.payload) faults.push(`${attack.name}: the payload is ${consumer.payload}`);
    if (!isAccount(creator.account, subscription.creator)) faults.push(`${attack.name}: planted by ${creator.account}`);
    if (lifecycle.some(({ step }) => step === 'fired') !== subscription.hasFired)
      faults.push(`${attack.name}: it ${subscription.hasFired ? 'fired unseen' : 'did not fire'}`);
    for (const incident of told.incidents) if (incident.subscriptions.includes(dossier.id)) holders.add(incident.id);
  }
  if (holders.size > 1) faults.push(`${attack.name}: ${holders.size} incidents tell it`);
  const incident = told.incidents.find(({ id }) => holders.has(id));
  if (incident === undefined) return faults;
  const analytics = told.findings.filter(({ id }) => incident.findings.includes(id)).map(({ analytic }) => analytic);
  if (!attack.analytics.some((analytic) => analytics.includes(analytic)))
    faults.push(
      `${attack.name}: told by ${[...new Set(analytics)].join(', ')}, by none of ${attack.analytics.join(', ')}`,
    );
  if (LEVELS.indexOf(incident.level) < LEVELS.indexOf(attack.level))
    faults.push(`${attack.name}: the incident is ${incident.level}, not ${attack.level}`);
  return faults;
}

function edgesOf(hop: TrueHop, incidents: readonly Incident[]): readonly { incident: Incident; edge: Hop }[] {
  const atMs = Number((hop.time - EPOCH_1970) / 10_000n);
  return incidents.flatMap((incident) =>
    incident.edges
      .filter(({ target, process, time }) => {
        if (target.host !== hop.target.toLowerCase()) return false;
        if (hop.childPid !== undefined) return process?.pid === hop.childPid;
        return Math.abs(Date.parse(time) - atMs) <= NEAR_MS;
      })
      .map((edge) => ({ incident, edge })),
  );
}

function faultsOf(hop: TrueHop, edge: Hop): readonly string[] {
  const wrong: string[] = [];
  const { source } = edge;
  const host = hop.source.computer?.toLowerCase();
  if (!isAccount(edge.account, hop.account)) wrong.push(`the account is ${edge.account}`);
  if (hop.commandLine !== undefined && edge.process?.commandLine !== hop.commandLine)
    wrong.push(`the command is ${edge.process?.commandLine}`);
  if (edge.method !== hop.method) wrong.push(`the method is ${edge.method}, not ${hop.method}`);
  if (source.host !== host) wrong.push(`the source is ${source.host ?? 'not named'}, not ${host ?? 'unknown'}`);
  if (hop.source.address !== undefined && source.address !== hop.source.address)
    wrong.push(`the source address is ${source.address}, not ${hop.source.address}`);
  if (hop.source.pid !== undefined && source.process?.pid !== hop.source.pid)
    wrong.push(`the source process is ${source.process?.pid}, not ${hop.source.pid}`);
  if (hop.isAmbiguous === true && (edge.candidates ?? []).length < 2) wrong.push('its candidates are not listed');
  return wrong;
}

/** Domains are NetBIOS in one record and DNS in another. */
function isAccount(found: string | undefined, wanted: string): boolean {
  const [domain, name] = (found ?? '').toLowerCase().split('\\');
  const [wantedDomain, wantedName] = wanted.toLowerCase().split('\\');
  return name === wantedName && domain?.split('.')[0] === wantedDomain?.split('.')[0];
}
