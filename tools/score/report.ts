import type { FileScore } from './compare.ts';
import { isNegative } from './compare.ts';
import type { WholeScore } from './whole.ts';

/** Sums over all files. */
export interface Totals {
  readonly files: number;
  readonly subscriptions: number;
  readonly subscriptionsFound: number;
  readonly subscriptionsTooMany: number;
  readonly executions: number;
  readonly executionsFound: number;
  readonly sources: number;
  readonly sourcesFound: number;
  readonly chainSteps: number;
  readonly chainStepsTogether: number;
  readonly attacks: number;
  readonly incidentsOfAttacks: number;
  readonly cited: number;
  readonly citedRead: number;
  readonly negatives: number;
  readonly negativesRaised: number;
  readonly faults: number;
}

export function totalsOf(scores: readonly FileScore[], whole: WholeScore | undefined): Totals {
  const sum = (of: (score: FileScore) => number): number => scores.reduce((total, score) => total + of(score), 0);
  return {
    files: scores.length,
    subscriptions: sum((s) => s.subscriptions.labelled),
    subscriptionsFound: sum((s) => s.subscriptions.found),
    subscriptionsTooMany: sum((s) => s.subscriptions.extra),
    executions: sum((s) => s.executions.labelled),
    executionsFound: sum((s) => s.executions.found),
    sources: sum((s) => s.executions.sources),
    sourcesFound: sum((s) => s.executions.sourcesFound),
    chainSteps: sum((s) => s.chains.steps),
    chainStepsTogether: sum((s) => s.chains.together),
    attacks: sum((s) => s.incidents.attacks),
    incidentsOfAttacks: sum((s) => (s.incidents.attacks === 0 ? 0 : s.incidents.wmi)),
    cited: sum((s) => s.cited?.labelled ?? 0),
    citedRead: sum((s) => s.cited?.read ?? 0),
    negatives: scores.filter((s) => isNegative(s)).length,
    negativesRaised: scores.filter((s) => isNegative(s) && s.faults.length > 0).length,
    faults: sum((s) => s.faults.length) + (whole?.faults.length ?? 0),
  };
}

const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);

export function scoreLines(scores: readonly FileScore[], totals: Totals): readonly string[] {
  const lines = [
    '# Score on labelled captures',
    '',
    'Made by `npm run score -- --write docs/score.md`: each file hunted alone, compared with its label. A subscription is "found" when name,',
    'query, class, payload and creator equal the label; an execution when target, account, and child (pid, image, command line) or, where no',
    'child is labelled, the time within 2 s equal it; a source when host, address and program equal it where the label has them. A chain is',
    'together as far as the records of its steps are cited by one incident. Incidents are all of the file / of scope wmi at low or more / of these above',
    'low, beside the attacks that the label stands for. Of files that are not EVTX every unit must be of the labelled shape, and every cited line',
    'read with its channel, ids and child.',
    '',
    '| file | class | subscriptions | too many | executions | sources | chain steps | incidents | attacks | cited lines | level | wanted | remarks |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  const of = (part: number, whole: number): string => (whole === 0 ? '-' : `${part} / ${whole}`);
  for (const s of scores) {
    const remarks = [...s.faults.map((fault) => `FAULT ${fault}`), ...s.notes].join('; ').replaceAll('|', '\\|');
    const { executions: e, incidents: i } = s;
    const cells = [
      s.path,
      s.class,
      of(s.subscriptions.found, s.subscriptions.labelled),
      s.subscriptions.extra,
      of(e.found, e.labelled),
      of(e.sourcesFound, e.sources),
      of(s.chains.together, s.chains.steps),
      `${i.all} / ${i.wmi} / ${i.wmiAboveLow}`,
      i.attacks === 0 ? '-' : i.attacks,
      s.cited === undefined ? '-' : of(s.cited.read, s.cited.labelled),
      s.level,
      s.wanted,
      remarks,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  const reported = totals.subscriptionsFound + totals.subscriptionsTooMany;
  lines.push(
    '',
    `${totals.files} files. Subscriptions: recall ${share(totals.subscriptionsFound, totals.subscriptions)} ` +
      `(${totals.subscriptionsFound} of ${totals.subscriptions}), precision ${share(totals.subscriptionsFound, reported)}. ` +
      `Executions: recall ${share(totals.executionsFound, totals.executions)} (${totals.executionsFound} of ${totals.executions}); their sources: ${totals.sourcesFound} of ${totals.sources}. ` +
      `Chain steps in one incident: ${totals.chainStepsTogether} of ${totals.chainSteps}. Incidents of scope wmi for ${totals.attacks} attacks: ${totals.incidentsOfAttacks}. ` +
      `Cited lines of texts read: ${totals.citedRead} of ${totals.cited}. ` +
      `Negative and benign files raised above low: ${totals.negativesRaised} of ${totals.negatives}. Faults: ${totals.faults}.`,
    '',
  );
  return lines;
}

/** What one hunt over everything shows, and one over the event logs alone beside a peer. */
export function wholeLines(
  whole: WholeScore,
  logs: { readonly score: WholeScore; readonly files: number; readonly peerRows: number | undefined },
): readonly string[] {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const peer =
    logs.peerRows === undefined
      ? 'no list of a peer at hand'
      : `Hayabusa 4.0 prints ${logs.peerRows} rows at medium or more`;
  return [
    '## Everything in one go',
    '',
    `All of the corpus: ${whole.incidents} incidents, ${whole.wmiAboveLow} of scope wmi above low, ${whole.aboveLow} above low in all; ` +
      `${whole.seconds.toFixed(1)} s, ${megabytes(whole.peakBytes)}. Links or edges between captures that were made apart: ${whole.faults.length}.`,
    ...whole.faults.map((fault) => `- FAULT ${fault}`),
    '',
    'Captures of one run, by host and by network, that a link or edge joins:',
    ...whole.pairs.map(({ name, isDrawn }) => `- ${name}: ${isDrawn ? 'drawn' : 'not drawn'}`),
    '',
    `The event logs alone (${logs.files} labelled files and archives): ${logs.score.incidents} incidents, ${logs.score.wmiAboveLow} of scope wmi above low, ` +
      `${logs.score.aboveLow} above low in all; ${logs.score.seconds.toFixed(1)} s, ${megabytes(logs.score.peakBytes)}. On the same files ${peer}.`,
    '',
  ];
}
