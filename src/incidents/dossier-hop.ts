import type { FindingProcess, HopFacts } from '../analytics/index.ts';
import { type CallSource, type CandidateLogon, isSameAccount, type Join, type JoinId } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { type Evidence, isInteractiveUserSid, parseTime } from '../windows/index.ts';
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
    caller: best === undefined ? [] : callerJoins(dossier, best),
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

/** J12, or what the candidate holds by; and J13 where the 5861 of the write names the same account by its SID. */
function callerJoins(dossier: Dossier, best: CandidateLogon): readonly Join[] {
  const rivals = dossier.origin.candidates.filter(
    (other) =>
      other !== best &&
      other.strength === best.strength &&
      (other.address === undefined || other.address !== best.address),
  ).length;
  const from = best.address === undefined ? '' : ` from ${best.address}`;
  const id: JoinId = best.join === 'J1' || best.join === 'J13' ? best.join : 'J12';
  const bindings = createdBindings(dossier);
  const written = createdEvidence(dossier).filter(({ eventId }) => id === 'J13' || eventId !== ID_5861);
  const by: Join = {
    join: id,
    strength: best.strength,
    text: `logon ${best.logonId} of ${best.account}${from} was open when it was written`,
    rivals,
    evidence: [...written, ...best.evidence],
  };
  const sid = dossier.binding?.creatorSid ?? dossier.filter.creatorSid ?? dossier.consumer.creatorSid;
  const { account } = dossier.creator;
  const isSame =
    sid !== undefined && isInteractiveUserSid(sid) && account !== undefined && isSameAccount(account, best.account);
  if (id !== 'J12' || !isSame || bindings.length === 0) return [by];
  const text = `its CreatorSID ${sid} is that of ${account}`;
  return [by, { join: 'J13', strength: best.strength, text, rivals, evidence: [...bindings, ...best.evidence] }];
}

/** The event that tells a whole subscription with its CreatorSID (DOMAIN 2.1). */
const ID_5861 = 5861;
/** J13's window (DOMAIN 2.3). */
const J13_MS = 5_000;

/** The 5861 records within J13's window of the write. */
function createdBindings(dossier: Dossier): readonly Evidence[] {
  const writtenMs = parseTime(writeTime(dossier))?.ms ?? Number.NaN;
  return dossier.evidence.filter(
    ({ eventId, time }) =>
      eventId === ID_5861 && Math.abs((parseTime(time ?? '')?.ms ?? Number.NaN) - writtenMs) <= J13_MS,
  );
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
