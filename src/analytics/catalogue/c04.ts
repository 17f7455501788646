import { actsEvidence, actsWords } from '../act-words.ts';
import { isBenign } from '../benign.ts';
import type { ProcessAnalytic } from '../judgement.ts';
import { scoreOf } from '../scoring.ts';
import { childrenWords, hostWords, subscriptionWords } from '../wording.ts';
import { actsOfScriptHost, joinOf } from './s06.ts';

/** C04: a script consumer fired. The firing join stands in `subscriptions` (SETTLED A5); this presents it. */
export const C04: ProcessAnalytic = {
  supersedes: ['S06'],
  record: {
    id: 'C04',
    rev: 1,
    title: 'Consumer fired (script)',
    scope: 'wmi',
    question: 'Did a script subscription run, when and how often?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'subscriptions', role: 'required' },
      { kind: 'provider loads', role: 'helps' },
    ],
    entities: ['host', 'process', 'subscription'],
    conditions: ['scrcons.exe started', 'an ActiveScriptEventConsumer of the host is known'],
    joins: [{ id: 'J15', least: 'inferred' }],
    windowMs: 10_000,
    lagMs: 60_000,
    level: 'high',
    modifiers: ['P01..P18 of its children'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1059.005', old: ['T1059.005'] },
      { new: 'T1059.007', old: ['T1059.007'] },
    ],
    falsePositives: [{ what: 'Dell tools, SCCM', tell: 'the content fingerprint of the only script consumer' }],
    blind: ['scrcons.exe already runs: a second firing starts no process', 'the consumer is in no log'],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of scrcons.exe', 'its children'],
    test: {
      positive: ['C04: the script host of a known script subscription, with its children as evidence'],
      negative: [
        'S06: a script host of no known subscription is medium alone, high with a child, and one finding a process',
      ],
    },
  },
  judge(judged) {
    const { process, fired, evidence, childEvidence, bench } = judged;
    if (process.kind !== 'scriptHost' || fired.length === 0) return undefined;
    const dossiers = fired.map((by) => by.dossier);
    const areBenign = dossiers.every(isBenign);
    const base = areBenign ? 'informational' : 'high';
    const baseText = areBenign
      ? 'every script subscription of this host has known benign content'
      : 'a WMI script subscription fired';
    const acts = actsOfScriptHost(judged);
    return {
      title: `${subscriptionWords(dossiers)} fired on ${hostWords(process.host)}: scrcons.exe started${childrenWords(process)}${actsWords(acts)}`,
      score: scoreOf(base, baseText, [], areBenign ? [] : process.features, evidence),
      accounts: dossiers.flatMap((dossier) => dossier.creator.account ?? []),
      candidates: dossiers.flatMap((dossier) => dossier.origin.candidates),
      evidence: [...evidence, ...childEvidence, ...actsEvidence(acts, bench)],
      subscriptions: dossiers.map((dossier) => dossier.id),
      ...joinOf(judged, acts),
    };
  },
};
