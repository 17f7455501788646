import type { Act } from '../../entities/index.ts';
import { actsEvidence, actsWords, isClrLoad, isNetwork, nodeOfCase, sameProcessJoin } from '../act-words.ts';
import type { JudgedCase, ProcessAnalytic } from '../judgement.ts';
import { scoreOf } from '../scoring.ts';
import { childrenWords, hostWords } from '../wording.ts';

/** S06: scrcons.exe ran and no script consumer is known: one finding a process, what it did is evidence (SETTLED C14). */
export const S06: ProcessAnalytic = {
  supersedes: [],
  record: {
    id: 'S06',
    rev: 2,
    title: 'Script consumer host at work',
    scope: 'wmi',
    question: 'What did a script consumer do?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'command lines', role: 'helps' },
      { kind: 'connections', role: 'helps' },
      { kind: 'files and modules', role: 'helps' },
    ],
    entities: ['host', 'process'],
    conditions: [
      'scrcons.exe started, started a process, or did something: it is known also where its start is in no log',
      'C04 does not hold',
      'high with a child, a connection or look-up, or the .NET runtime (clr.dll, mscoree.dll); medium alone, or with wshom.ocx, scrrun.dll, a file or a pipe',
    ],
    joins: [{ id: 'J22', least: 'strong' }],
    windowMs: 3_600_000,
    lagMs: 60_000,
    level: 'high',
    modifiers: ['P01..P18 of its children'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1620', old: ['T1620'] },
    ],
    falsePositives: [{ what: 'Dell power tools', tell: 'the path of the file or child' }],
    blind: [
      'no process starts logged, and neither connections (Sysmon 3, 22, 5156) nor modules, files and pipes (7, 11, 17, 18)',
      'the script starts no process and scrcons.exe already runs',
    ],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of scrcons.exe', 'its children', 'what it did in its first hour'],
    test: {
      positive: [
        'S06: a script host of no known subscription is medium alone, high with a child, and one finding a process',
        'S06: a script host that connects or loads .NET is high, and names it, also where its start is in no log',
      ],
      negative: [
        'C04: the script host of a known script subscription, with its children as evidence',
        'S06: wshom.ocx and the pipe \\lsass, which every script host has, do not make it high',
      ],
    },
  },
  judge(judged) {
    const { process, evidence, childEvidence, bench } = judged;
    if (process.kind !== 'scriptHost') return undefined;
    const acts = actsOfScriptHost(judged);
    const did = actsEvidence(acts, bench);
    const [base, baseText] = baseOf(process.childCount > 0, acts);
    const unknown =
      process.start === undefined ? 'its start is not in the logs' : 'its subscription is not in the logs';
    return {
      title: `A script consumer ran on ${hostWords(process.host)}${childrenWords(process)}${actsWords(acts)}; ${unknown}`,
      score: scoreOf(base, baseText, [], process.features, evidence.length === 0 ? did : evidence),
      accounts: [],
      candidates: [],
      evidence: [...evidence, ...childEvidence, ...did],
      subscriptions: [],
      ...joinOf(judged, acts),
    };
  },
};

function baseOf(hasChild: boolean, acts: readonly Act[]): readonly ['high' | 'medium', string] {
  if (hasChild) return ['high', 'scrcons.exe started a process'];
  if (acts.some(isNetwork)) return ['high', 'scrcons.exe used the network'];
  if (acts.some(isClrLoad)) return ['high', 'scrcons.exe loaded the .NET runtime'];
  return ['medium', 'scrcons.exe started: a script consumer fired'];
}

/** What the script host of a case did, for C04 and S06. */
export function actsOfScriptHost({ process, bench }: JudgedCase): readonly Act[] {
  const node = nodeOfCase(bench.entities, process);
  return node === undefined ? [] : bench.entities.activities.of(node);
}

/** J22, where it did anything. */
export function joinOf(
  { process, bench }: JudgedCase,
  acts: readonly Act[],
): { readonly joins?: readonly ReturnType<typeof sameProcessJoin>[] } {
  const node = nodeOfCase(bench.entities, process);
  if (node === undefined || acts.length === 0) return {};
  return { joins: [sameProcessJoin(node, acts, actsEvidence(acts, bench))] };
}
