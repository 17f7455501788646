import type { Join } from '../../entities/index.ts';
import type { Evidence } from '../../windows/index.ts';
import { isBenign } from '../benign.ts';
import type { ProcessAnalytic } from '../judgement.ts';
import { scoreOf } from '../scoring.ts';
import { hostWords, programName, subscriptionWords, userWords } from '../wording.ts';

/** C03: a command-line consumer fired. The firing join stands in `subscriptions` (SETTLED A5); this presents it. */
export const C03: ProcessAnalytic = {
  supersedes: ['R03', 'R02', 'R01', 'S05'],
  record: {
    id: 'C03',
    rev: 1,
    title: 'Consumer fired (command line)',
    scope: 'wmi',
    question: 'Did a subscription run its command, when and how often?',
    needs: [
      { kind: 'process starts', role: 'required' },
      { kind: 'subscriptions', role: 'required' },
      { kind: 'provider loads', role: 'helps' },
    ],
    entities: ['host', 'process', 'subscription'],
    conditions: [
      'child of WmiPrvSE.exe',
      "its command line, or its image where the line is bare, equals the consumer's payload after substitution",
    ],
    joins: [
      { id: 'J15', least: 'inferred' },
      { id: 'J24', least: 'exact' },
    ],
    windowMs: 0,
    lagMs: 60_000,
    level: 'high',
    modifiers: ['P01..P18'],
    attack: [
      { new: 'T1546.003', old: ['T1546.003'] },
      { new: 'T1059', old: ['T1059'] },
    ],
    falsePositives: [{ what: 'a benign subscription', tell: 'its content fingerprint' }],
    blind: ['no process starts logged', 'the content of the consumer is in no log', 'the consumer starts no process'],
    dedupe: { key: ['host', 'process'], periodMs: 0 },
    evidenceKept: ['the start of the process'],
    test: {
      positive: [
        'C03: the command of a subscription as SYSTEM is its firing, and names the subscription and its creator',
      ],
      negative: ['C03: another command, or the same as a user, is no firing'],
    },
  },
  judge({ process, fired, evidence }) {
    if (process.kind !== 'providerChild' || fired.length === 0) return undefined;
    const dossiers = fired.map((by) => by.dossier);
    const areBenign = dossiers.every(isBenign);
    const base = areBenign ? 'informational' : 'high';
    const baseText = areBenign
      ? 'only subscriptions with known benign content run this command'
      : 'a WMI subscription ran its command';
    return {
      title: `${subscriptionWords(dossiers)} ran ${programName(process.image)}${userWords(process.user)} on ${hostWords(process.host)}`,
      score: scoreOf(base, baseText, [], areBenign ? [] : process.features, evidence),
      accounts: dossiers.flatMap((dossier) => dossier.creator.account ?? []),
      candidates: dossiers.flatMap((dossier) => dossier.origin.candidates),
      evidence,
      subscriptions: dossiers.map((dossier) => dossier.id),
      joins: fired.flatMap(({ isByText }) => (isByText ? [sameText(fired.length - 1, evidence)] : [])).slice(0, 1),
    };
  },
};

/** J24 (SETTLED C6); several consumers of one text are rivals. */
function sameText(rivals: number, evidence: readonly Evidence[]): Join {
  return {
    join: 'J24',
    strength: 'exact',
    text: 'the command line of the child is that of the consumer',
    rivals,
    evidence,
  };
}
