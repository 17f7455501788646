import type { ProcessAnalytic } from '../judgement.ts';
import { scoreOf } from '../scoring.ts';
import { childrenWords, hostWords } from '../wording.ts';

/** S06: scrcons.exe ran and no script consumer is known: one finding a process, its children are evidence (SETTLED C14). */
export const S06: ProcessAnalytic = {
  supersedes: [],
  record: {
    id: 'S06',
    rev: 1,
    title: 'Script consumer host at work',
    scope: 'wmi',
    question: 'What did a script consumer do?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'command lines', role: 'helps' },
    ],
    entities: ['host', 'process'],
    conditions: ['scrcons.exe started, or started a process', 'C04 does not hold', 'high with a child, else medium'],
    joins: [],
    windowMs: 0,
    lagMs: 60_000,
    level: 'high',
    modifiers: ['P01..P18 of its children'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1620', old: ['T1620'] },
    ],
    falsePositives: [{ what: 'Dell power tools', tell: 'the path of the file or child' }],
    blind: ['no process starts logged', 'the script starts no process and scrcons.exe already runs'],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of scrcons.exe', 'its children'],
    test: {
      positive: [
        'S06: a script host of no known subscription is medium alone, high with a child, and one finding a process',
      ],
      negative: ['C04: the script host of a known script subscription, with its children as evidence'],
    },
  },
  judge({ process, evidence, childEvidence }) {
    if (process.kind !== 'scriptHost') return undefined;
    const hasChild = process.childCount > 0;
    return {
      title: `A script consumer ran on ${hostWords(process.host)}${childrenWords(process)}; its subscription is not in the logs`,
      score: scoreOf(
        hasChild ? 'high' : 'medium',
        hasChild ? 'scrcons.exe started a process' : 'scrcons.exe started: a script consumer fired',
        [],
        process.features,
        evidence,
      ),
      accounts: [],
      candidates: [],
      evidence: [...evidence, ...childEvidence],
      subscriptions: [],
    };
  },
};
