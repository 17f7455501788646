import type { Caller, CandidateLogon } from '../../entities/index.ts';
import type { Term } from '../../subscriptions/index.ts';
import type { Evidence } from '../../windows/index.ts';
import type { Judgement, ProcessAnalytic } from '../judgement.ts';
import type { ProcessCase } from '../process-case.ts';
import { scoreOf } from '../scoring.ts';
import { callerWords, hostWords, inSentence, programName } from '../wording.ts';

/** R01: a process that a remote caller started through WMI; the same shape by a local caller is low and says so. */
export const R01: ProcessAnalytic = {
  supersedes: ['S05'],
  record: {
    id: 'R01',
    rev: 1,
    title: 'Remote process create',
    scope: 'wmi',
    question: 'Who started a process on this host from another machine through WMI?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'logons', role: 'required' },
      { kind: 'process starts with their own LogonId', role: 'helps' },
    ],
    entities: ['host', 'source host', 'account', 'process'],
    conditions: [
      'child of WmiPrvSE.exe that is not a known harmless one (a crash report, a compiler, a management agent, by path and arguments)',
      'its LogonId is that of a type 3 logon; or it shows no LogonId of its own (0x3e4, 0x3e5, 4688 of version 0 or 1) and one address alone logged on in the 2 s before',
      'an interactive or loopback logon, a terminal session, or a WMI client under the same LogonId in the 5 s before makes it local, at low',
    ],
    joins: [{ id: 'J1', least: 'weak' }],
    windowMs: 86_400_000,
    lagMs: 2000,
    level: 'medium',
    modifiers: ['RX1', 'P01..P18'],
    attack: [{ new: 'T1047', old: ['T1047'] }],
    falsePositives: [{ what: 'inventory and patch tools', tell: 'a known source with a fixed set of commands' }],
    blind: [
      'no process starts or no 4624 logged',
      'the logon lies before the log begins',
      '4688 v0 and v1 without Sysmon',
    ],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of the process', 'its logon and connection set'],
    test: {
      positive: ['R01: a child under the logon of a remote caller names account, address and program'],
      negative: ['R01: a logon after the child, or with another LogonId, carries nothing: S05'],
    },
  },
  judge({ process, evidence, signEvidence }) {
    if (process.kind !== 'providerChild' || process.exclusion !== undefined) return undefined;
    const { caller, localSign } = process;
    if (caller?.candidate !== undefined && localSign === undefined)
      return remote(process, evidence, [caller.candidate]);
    if (caller !== undefined) return local(process, [...evidence, ...signEvidence], caller);
    const addresses = new Set(process.callersBefore.map((candidate) => candidate.address));
    return addresses.size === 1 ? remote(process, evidence, process.callersBefore) : undefined;
  },
};

function remote(process: ProcessCase, own: readonly Evidence[], candidates: readonly CandidateLogon[]): Judgement {
  const [only] = candidates;
  const who =
    only !== undefined && candidates.length === 1
      ? callerWords(only)
      : `One of ${candidates.length} accounts from ${only?.address}`;
  const likely = only?.strength === 'weak' ? ' probably' : '';
  const tool = process.tool === undefined ? '' : ` with ${process.tool}`;
  const evidence = [...own, ...candidates.flatMap((candidate) => candidate.evidence)];
  const baseText = carriesLogon(process)
    ? `child of WmiPrvSE.exe under the logon of a remote caller (J1, ${only?.strength ?? 'weak'})`
    : `child of WmiPrvSE.exe; one address alone logged on in the 2 s before (J1 by time, ${only?.strength ?? 'weak'})`;
  return {
    title: `${who}${likely} started ${programName(process.image)} on ${hostWords(process.host)} through WMI${tool}`,
    score: scoreOf('medium', baseText, interpreterTerm(process, own), process.features, own),
    accounts: candidates.map((candidate) => candidate.account),
    candidates,
    evidence,
    subscriptions: [],
    call: callOf(process, candidates),
  };
}

/** Whether the process itself names the logon (J1); else only the time speaks for it (DOMAIN 2.2 #52). */
function carriesLogon({ caller }: ProcessCase): boolean {
  return caller?.candidate !== undefined;
}

/** The caller of a process: the logon that it carries, or who alone logged on just before it (J1). */
export function callOf(process: ProcessCase, candidates: readonly CandidateLogon[]): NonNullable<Judgement['call']> {
  const [only] = candidates;
  return {
    ...(only === undefined || candidates.length > 1 ? {} : { account: only.account, logonId: only.logonId }),
    // The hop takes it from the connections of its source.
    method: 'unknown',
    caller: candidates.slice(0, 1).map(({ strength, evidence, logonId }) => ({
      join: 'J1',
      strength,
      text: carriesLogon(process)
        ? `LogonId ${logonId} of ${programName(process.image)} is that of the logon`
        : `one address alone logged on in the 2 s before ${programName(process.image)} started`,
      rivals: candidates.length - 1,
      evidence,
    })),
  };
}

function local(process: ProcessCase, own: readonly Evidence[], caller: Caller): Judgement {
  const how =
    process.localSign?.text ??
    (caller.kind === 'loopback' ? 'it came over a loopback connection' : `it has a logon of type ${caller.type}`);
  return {
    title: `${inSentence(caller.account)} started ${programName(process.image)} on ${hostWords(process.host)} through WMI, locally`,
    score: scoreOf(
      'low',
      `child of WmiPrvSE.exe; its caller was on this machine: ${how}`,
      interpreterTerm(process, own),
      process.features,
      own,
    ),
    accounts: [caller.account],
    candidates: [],
    evidence: [...own, ...caller.evidence],
    subscriptions: [],
  };
}

/** RX1 (SETTLED C15). */
function interpreterTerm(process: ProcessCase, own: readonly Evidence[]): readonly Term[] {
  if (process.programClass !== 'interpreter' && process.programClass !== 'lolbin') return [];
  const kind = process.programClass === 'interpreter' ? 'an interpreter' : 'a program often used by attackers';
  return [{ code: 'RX1', points: 25, text: `${programName(process.image)} is ${kind}`, evidence: own }];
}
