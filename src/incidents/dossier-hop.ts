import type { FindingProcess, HopFacts } from '../analytics/index.ts';
import type { CallSource, CandidateLogon, Join, JoinId } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';
import type { IncidentFacts } from './facts.ts';
import type { Member } from './members.ts';
import { compareText } from './order.ts';
import { compareStrength } from './weights.ts';

/** The first process that each subscription ran (SETTLED C21). */
export function firstRuns(members: readonly Member[]): ReadonlyMap<string, FindingProcess> {
  const runs = new Map<string, FindingProcess>();
  for (const { judged } of members) {
    if (judged === undefined || (judged.finding.analytic !== 'C03' && judged.finding.analytic !== 'C04')) continue;
    const { process, subscriptions } = judged.finding;
    for (const id of process === undefined ? [] : subscriptions) if (!runs.has(id) && process) runs.set(id, process);
  }
  return runs;
}

export function dossierHop(dossier: Dossier, facts: IncidentFacts, process: FindingProcess | undefined): HopFacts {
  const { origin, creator } = dossier;
  const account = creator.account ?? origin.account ?? creator.sid;
  const best = bestCandidate(origin.candidates);
  const joined = facts.sourcesOf(dossier);
  return {
    object: [dossier.id],
    target: { host: dossier.host, ...(best === undefined ? {} : { logonId: best.logonId }) },
    ...(account === undefined ? {} : { account }),
    method: writeMethod(joined, best),
    time: writeTime(dossier),
    ...(process === undefined ? {} : { process }),
    caller: best === undefined ? [] : [callerJoin(best, origin.candidates)],
    sources: joined.length > 0 ? joined : logonSources(dossier),
    isSeenAtTarget: true,
  };
}

/** A logon that names a port came by TCP of its own; one by WinRM names none, and J17 tells it (DOMAIN 2.2 #25). */
function writeMethod(sources: readonly CallSource[], best: CandidateLogon | undefined): HopFacts['method'] {
  if (sources.some(({ joins }) => joins.some(({ join }) => join === 'J17'))) return 'wmi-winrm';
  return best !== undefined && best.ports.length > 0 ? 'wmi-dcom' : 'unknown';
}

function bestCandidate(candidates: readonly CandidateLogon[]): CandidateLogon | undefined {
  return [...candidates].sort(
    (a, b) =>
      compareStrength(b.strength, a.strength) || compareText(a.time, b.time) || compareText(a.logonId, b.logonId),
  )[0];
}

function callerJoin(best: CandidateLogon, all: readonly CandidateLogon[]): Join {
  const rivals = all.filter((other) => other !== best && other.strength === best.strength).length;
  const from = best.address === undefined ? '' : ` from ${best.address}`;
  const join: JoinId = best.join === 'J1' || best.join === 'J13' ? best.join : 'J12';
  const text = `logon ${best.logonId} of ${best.account}${from} was open when it was written`;
  return { join, strength: best.strength, text, rivals, evidence: best.evidence };
}

/** Addresses that the candidate logons themselves name; the dossier's own source where it has picked one (SETTLED C8). */
function logonSources({ origin }: Dossier): readonly CallSource[] {
  const picked = origin.source;
  const byAddress = new Map<string, CallSource>();
  for (const { address, strength, workstation } of origin.candidates) {
    if (address === undefined) continue;
    const known = byAddress.get(address);
    if (known !== undefined && compareStrength(known.strength, strength) >= 0) continue;
    const isNamed = picked !== undefined && picked.address === address;
    byAddress.set(address, {
      address,
      ...(isNamed && picked.host !== undefined ? { host: picked.host } : {}),
      ...(workstation === undefined ? {} : { claimedName: workstation }),
      strength,
      points: 0,
      joins: [],
      isNamed,
    });
  }
  if (byAddress.size > 0 || picked === undefined) return soleIsNamed([...byAddress.values()]);
  return [{ ...picked, strength: origin.strength ?? 'weak', points: 0, joins: [], isNamed: true }];
}

function soleIsNamed(sources: readonly CallSource[]): readonly CallSource[] {
  const [only] = sources;
  return only !== undefined && sources.length === 1 ? [{ ...only, isNamed: true }] : sources;
}

function writeTime({ lifecycle, firstSeen }: Dossier): string {
  const created = lifecycle.find(({ step }) => step === 'created');
  return created !== undefined && typeof created.time === 'string' ? created.time : firstSeen;
}

export function createdEvidence({ lifecycle, evidence }: Dossier): readonly Evidence[] {
  const created = lifecycle.filter(({ step }) => step === 'created');
  return created.length > 0 ? created.flatMap((step) => step.evidence) : evidence;
}
