import type { ProcessAnalytic } from '../judgement.ts';
import { scoreOf } from '../scoring.ts';
import { hostWords, programName, userWords } from '../wording.ts';

/** S05: a child of WmiPrvSE.exe whose caller is not in evidence (SETTLED A3, C12). */
export const S05: ProcessAnalytic = {
  supersedes: [],
  record: {
    id: 'S05',
    rev: 1,
    title: 'Suspicious WmiPrvSE child',
    scope: 'wmi',
    question: 'What did WMI start here, when nobody can be named as its caller?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'command lines', role: 'helps' },
      { kind: 'logons', role: 'helps' },
    ],
    entities: ['host', 'process'],
    conditions: [
      'child of WmiPrvSE.exe that is not a known harmless one (a crash report, a compiler, a management agent, by path and arguments)',
      'R01, R03 and C03 do not hold',
      'medium for an interpreter, LOLBin or discovery program, low for any other',
    ],
    joins: [],
    windowMs: 0,
    lagMs: 2000,
    level: 'medium',
    modifiers: ['P01..P18'],
    attack: [{ new: 'T1047', old: ['T1047'] }],
    falsePositives: [{ what: 'management agents and vendor tools', tell: 'their image path and arguments' }],
    blind: ['no process starts logged', '4688 v0 and v1 where the start of WmiPrvSE.exe lies before the log begins'],
    dedupe: { key: ['host', 'process'], periodMs: 86_400_000 },
    evidenceKept: ['the start of the process'],
    test: {
      positive: ['S05: a listed program is medium, an excluded one is no finding (A3)'],
      negative: ['S05: a listed program is medium, an excluded one is no finding (A3)'],
    },
  },
  judge({ process, evidence, signEvidence }) {
    if (process.kind !== 'providerChild' || process.exclusion !== undefined) return undefined;
    const isListed = process.programClass !== undefined;
    const baseText = isListed
      ? 'WMI started a program that attackers start by WMI; its caller is not in evidence'
      : 'WMI started a program; its caller is not in evidence';
    const tool = process.tool === undefined ? '' : ` with ${process.tool}`;
    const tail =
      process.localSign === undefined ? '; its caller is not in the logs' : `, locally: ${process.localSign.text}`;
    return {
      title: `WMI started ${programName(process.image)} on ${hostWords(process.host)}${userWords(process.isOwnLogon ? process.user : undefined)}${tool}${tail}`,
      score: scoreOf(isListed ? 'medium' : 'low', baseText, [], process.features, evidence),
      accounts: process.user === undefined || !process.isOwnLogon ? [] : [process.user],
      candidates: process.callersBefore,
      evidence: [...evidence, ...signEvidence, ...process.callersBefore.flatMap((candidate) => candidate.evidence)],
      subscriptions: [],
    };
  },
};
