import type { Dossier } from '../../subscriptions/index.ts';
import { imageTail, type Level, PROVIDER_HOST, SCRIPT_HOST } from '../../windows/index.ts';
import type { Analytic } from '../analytic.ts';
import { nodeFinding, startEvidence, wmiProcesses } from '../node-finding.ts';
import { scoreOf } from '../scoring.ts';
import { judgeDossiers, sentenceOf } from '../subscription-finding.ts';
import type { Bench, WatchAnalytic } from '../watch.ts';
import { hostWords, programName, userWords } from '../wording.ts';

/** Points of payload weights from which a text is told (SETTLED C14). */
const LEAST_POINTS = 10;
const MEDIUM_POINTS = 25;
const HIGH_POINTS = 40;

/** S01: what a consumer runs, or the command line of what WMI started, is suspicious by its text. */
export const S01: WatchAnalytic = {
  record: {
    id: 'S01',
    rev: 1,
    title: 'Suspicious payload text',
    scope: 'wmi',
    question: 'Does the text that WMI runs look like an attack?',
    needs: [
      { kind: 'command lines', role: 'helps' },
      { kind: 'subscriptions', role: 'helps' },
    ],
    entities: ['host', 'process', 'subscription'],
    conditions: [
      'the points of what the payload does (P01 to P18 of the printed sum) come to 10 or more, over each decoded layer',
      'in a consumer that its full content does not clear: the sum of its dossier',
      'or in the command line of a child of WmiPrvSE.exe or scrcons.exe, without a known tool’s wrapper: low, medium, high at 10, 25, 40',
    ],
    joins: [],
    windowMs: 0,
    lagMs: 2000,
    level: 'low',
    modifiers: [],
    attack: [
      { new: 'T1059', old: ['T1059'] },
      { new: 'T1105', old: ['T1105'] },
    ],
    falsePositives: [{ what: 'scripts of vendors', tell: 'the content fingerprint' }],
    blind: ['command lines not logged', 'a payload in a file, a class or the registry that the text only names'],
    dedupe: { key: ['host', 'process or subscription'], periodMs: 86_400_000 },
    evidenceKept: ['the start of the process', 'the records of the consumer'],
    test: {
      positive: ['S01: the text of a process is low, medium or high at 10, 25 and 40 points (C14)'],
      negative: ['S01: a text under 10 points, or below a process that WMI did not start, is none'],
    },
  },
  open(bench) {
    return {
      evicted: {},
      finish: (found) => [
        ...processes(bench, wmiProcesses(found, bench)),
        ...judgeDossiers(S01.record, found.dossiers, bench, (dossier) => {
          const terms = payloadTerms(dossier);
          const points = terms.reduce((sum, term) => sum + term.points, 0);
          if (points < LEAST_POINTS) return undefined;
          return {
            title: `${sentenceOf(dossier)} runs a suspicious payload: ${deedsOf(terms.map(({ text, ...term }) => ({ ...term, title: text.split(': ')[0] ?? text })))}`,
            evidence: terms.flatMap((term) => term.evidence),
            attack: techniquesOf(terms),
          };
        }),
      ],
    };
  },
};

function processes(bench: Bench, nodes: ReturnType<typeof wmiProcesses>): ReturnType<typeof nodeFinding>[] {
  return nodes.flatMap((node) => {
    const parent = imageTail(node.parentImage);
    if (parent !== PROVIDER_HOST && parent !== SCRIPT_HOST) return [];
    const { features, tool } = bench.payloads.read(node.commandLine);
    const points = features.reduce((sum, feature) => sum + feature.points, 0);
    const level = levelOf(points);
    if (level === undefined) return [];
    const evidence = startEvidence(node, bench);
    const how = tool === undefined ? '' : ` with ${tool}`;
    return nodeFinding(
      S01.record,
      node,
      {
        title: `The command of ${programName(node.image)}${userWords(node.user)}, which WMI started on ${hostWords(node.host)}${how}, is suspicious: ${deedsOf(features)}`,
        score: scoreOf(
          level,
          `payload weights of its command line sum to ${points}: ${codesOf(features)}`,
          [],
          [],
          evidence,
        ),
        evidence,
        attack: techniquesOf(features),
      },
      bench,
    );
  });
}

function levelOf(points: number): Level | undefined {
  if (points >= HIGH_POINTS) return 'high';
  if (points >= MEDIUM_POINTS) return 'medium';
  return points >= LEAST_POINTS ? 'low' : undefined;
}

/** A transfer is told where the text downloads something (P04). */
function techniquesOf(parts: readonly { readonly code: string }[]): Analytic['attack'] {
  const hasDownload = parts.some(({ code }) => code === 'P04');
  return S01.record.attack.filter((technique) => hasDownload || technique.new !== 'T1105');
}

function payloadTerms({ verdict }: Dossier): Dossier['verdict']['terms'] {
  return verdict.terms.filter(({ code, points }) => /^P\d\d$/.test(code) && points > 0);
}

/** Deeds in a title; all of them stand in the sum. */
const MAX_DEEDS = 3;

/** What it does, the heaviest first: "code in memory, two or more layers". */
function deedsOf(parts: readonly { readonly code: string; readonly points: number; readonly title: string }[]): string {
  const heaviest = parts.toSorted((a, b) => b.points - a.points || (a.code < b.code ? -1 : 1));
  const named = heaviest.slice(0, MAX_DEEDS).map(({ title }) => title);
  const more = heaviest.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}

function codesOf(parts: readonly { readonly code: string; readonly points: number }[]): string {
  return parts.map(({ code, points }) => `${code} ${points}`).join(', ');
}
