import type { Dossier, LifecycleStep, LifecycleStepName } from '../subscriptions/index.ts';
import { duration, type Evidence, parseTime } from '../windows/index.ts';
import { distinctRecords } from './channel-names.ts';
import { compareText } from './record-line.ts';

export { duration };

/** One row of a dossier's life, or a remote logon that may explain it. */
export interface TimelineRow {
  /** RFC 3339. */
  readonly time: string;
  /** The later end, where only a bracket is known. */
  readonly until?: string;
  readonly kind: LifecycleStepName | 'logon';
  readonly strength: LifecycleStep['strength'];
  /** For people, without the time. */
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

/** Steps of one name this near belong to one act: the triad of Sysmon 19 to 21 is written within it. */
const ONE_ACT_MS = 10_000;
const MAX_CANDIDATES = 3;

const PAST: Readonly<Record<LifecycleStepName, string>> = {
  created: 'created',
  registered: 'registered: WMI holds the binding live',
  activated: 'activated by WMI',
  modified: 'changed',
  fired: 'fired',
  deleted: 'deleted',
  present: 'present',
  appeared: 'appeared',
};

/** Whole milliseconds of an RFC 3339 text; NaN when it is none. */
export function millis(time: string): number {
  return parseTime(time)?.ms ?? Number.NaN;
}

function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function startOf(step: LifecycleStep): string {
  return typeof step.time === 'string' ? step.time : step.time[0];
}

/** A dossier's life in time order: steps of one act in one row, then the remote logons that may have carried it. */
export function timelineOf(dossier: Dossier): TimelineRow[] {
  const steps = [...dossier.lifecycle].sort((a, b) => compareText(startOf(a), startOf(b)));
  const creator = dossier.creator.account ?? dossier.origin.account;
  const rows: TimelineRow[] = [];
  let group: LifecycleStep[] = [];
  const flush = (): void => {
    const row = rowOf(group, creator);
    if (row !== undefined) rows.push(row);
    group = [];
  };
  for (const step of steps) {
    const first = group[0];
    const isSameAct =
      first !== undefined &&
      first.step === step.step &&
      first.strength === step.strength &&
      step.part !== undefined &&
      step.account === first.account &&
      !group.some((other) => other.part === step.part) &&
      isOneTime(first, step);
    if (!isSameAct) flush();
    group.push(step);
  }
  flush();
  for (const candidate of dossier.origin.candidates.slice(0, MAX_CANDIDATES)) {
    const from = [candidate.workstation, candidate.address].filter((text) => text !== undefined && text !== '');
    rows.push({
      time: candidate.time,
      kind: 'logon',
      strength: candidate.strength,
      text: `${candidate.account} signs in over the network${from.length === 0 ? '' : ` from ${from.join(', ')}`}`,
      evidence: candidate.evidence,
    });
  }
  return rows.sort((a, b) => compareText(a.time, b.time));
}

/** Near each other, or in the same bracket. */
function isOneTime(a: LifecycleStep, b: LifecycleStep): boolean {
  if (a.notBefore !== b.notBefore || a.generations?.join() !== b.generations?.join()) return false;
  if (typeof a.time === 'string' && typeof b.time === 'string') return millis(b.time) - millis(a.time) <= ONE_ACT_MS;
  return typeof a.time !== 'string' && typeof b.time !== 'string' && a.time.join() === b.time.join();
}

/** Which generations, and what is not known of the time. */
function looksOf({ step, notBefore, generations, evidence }: LifecycleStep): string {
  const what =
    step === 'present' ? (evidence[0]?.audit === undefined ? ' in the repository' : ' on the live host') : '';
  const between = generations === undefined ? '' : ` between generations ${generations[0]} and ${generations[1]}`;
  return `${what}${between}${notBefore === true ? ', at this time or later' : ''}`;
}

/** Who did it is told where it is not the creation by the creator, whom the card names. */
function rowOf(group: readonly LifecycleStep[], creator: string | undefined): TimelineRow | undefined {
  const first = group[0];
  const last = group.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const parts = group.flatMap((step) => (step.part === undefined ? [] : [step.part]));
  const span = millis(startOf(last)) - millis(startOf(first));
  const within = group.length > 1 && span > 0 ? ` in ${duration(span)}` : '';
  const isTold = first.account === undefined || (first.step === 'created' && first.account === creator);
  const by = isTold ? '' : ` by ${first.account}`;
  const subject = parts.length === 0 ? '' : `${joinWords(parts)} `;
  return {
    time: startOf(first),
    ...(typeof first.time === 'string' ? {} : { until: first.time[1] }),
    kind: first.step,
    strength: first.strength,
    text: `${subject}${PAST[first.step]}${looksOf(first)}${by}${within}${(first.count ?? 1) > 1 ? `, ${first.count} times in evidence` : ''}`,
    evidence: distinctRecords(group.flatMap((step) => step.evidence)),
  };
}
