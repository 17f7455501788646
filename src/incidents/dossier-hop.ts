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
    // What the records of its connections tell is merged in with the hop.
    method: 'unknown',
    time: writeTime(dossier),
    ...(process === undefined ? {} : { process }),
    caller: best === undefined ? [] : callerJoins(dossier, best),
    sources: joined.length > 0 ? joined : logonSources(dossier),
    isSeenAtTarget: true,
  };
}

function bestCandidate(candidates: readonly CandidateLogon[]): CandidateLogon | undefined {
  return [...candidates].sort(
    (a, b) =>
      compareStrength(b.strength, a.strength) || compareText(a.time, b.time) || compareText(a.logonId, b.logonId),
  )[0];
}

/**
 * J12 by the account that Sysmon 19 to 21 name, J13 by the CreatorSID of the 5861 of the write: both where both tell of the
 * logon's account, and always the one that the candidate holds by.
 */
function callerJoins(dossier: Dossier, best: CandidateLogon): readonly Join[] {
  const rivals = dossier.origin.candidates.filter(
    (other) =>
      other !== best &&
      other.strength === best.strength &&
      (other.address === undefined || other.address !== best.address),
  ).length;
  const from = best.address === undefined ? '' : ` from ${best.address}`;
  const join = (id: JoinId, text: string, evidence: readonly Evidence[]): Join => ({
    join: id,
    strength: best.strength,
    text,
    rivals,
    evidence: [...evidence, ...best.evidence],
  });
  const written = createdEvidence(dossier).filter(({ eventId }) => eventId !== ID_5861);
  const bindings = createdBindings(dossier);
  const isWriter = dossier.lifecycle.some(
    ({ step, account }) => step === 'created' && account !== undefined && isSameAccount(account, best.account),
  );
  const { account, sid } = dossier.creator;
  const isCreator =
    sid !== undefined && isInteractiveUserSid(sid) && account !== undefined && isSameAccount(account, best.account);
  const joins: Join[] = [];
  if (best.join === 'J1') joins.push(join('J1', `the writer ran under logon ${best.logonId}${from}`, written));
  const byName = best.join !== 'J1' && best.join !== 'J13';
  if (byName || (best.join === 'J13' && isWriter && written.length > 0)) {
    joins.push(join('J12', `${best.account} wrote it, and had logon ${best.logonId}${from} open`, written));
  }
  if (best.join === 'J13' || (byName && isCreator && bindings.length > 0)) {
    joins.push(join('J13', `its CreatorSID is that of logon ${best.logonId} of ${best.account}${from}`, bindings));
  }
  return joins;
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
