import { digestId } from '../bytes/index.ts';
import { isBuiltInAccount, isMachineAccount, type Join } from '../entities/index.ts';
import { type Dossier, type LifecycleStep, type LifecycleStepName, namedSubscription } from '../subscriptions/index.ts';
import { distinctEvidence, type Evidence, parseTime } from '../windows/index.ts';
import type { Analytic } from './analytic.ts';
import { isBenign } from './benign.ts';
import type { Glue, JudgedFinding, RuleCredit } from './finding.ts';
import type { Score } from './scoring.ts';
import type { Bench } from './watch.ts';
import { hostWords, inSentence } from './wording.ts';

/** What a subscription analytic says of one dossier. */
export interface DossierJudgement {
  readonly title: string;
  /** Where the analytic has a base of its own; else the dossier's sum speaks (DOMAIN 3.3). */
  readonly score?: Score;
  readonly evidence: readonly Evidence[];
  readonly accounts?: readonly string[];
  /** RFC 3339; the dossier's first sight where absent. */
  readonly time?: string;
  readonly count?: number;
  /** Inside the host: J14. */
  readonly joins?: readonly Join[];
  /** Where not all techniques of the record hold. */
  readonly attack?: Analytic['attack'];
  /** The rule of the pack that says it. */
  readonly rule?: RuleCredit;
}

/** What a finding repeats of the analytic that made it. */
export type JudgedBy = Pick<Analytic, 'id' | 'scope' | 'attack'>;

/** One finding for each dossier about which the function says something; benign ones are never judged. */
export function judgeDossiers(
  record: JudgedBy,
  dossiers: readonly Dossier[],
  bench: Bench,
  judge: (dossier: Dossier) => DossierJudgement | undefined,
): readonly JudgedFinding[] {
  const found: JudgedFinding[] = [];
  for (const dossier of dossiers) {
    if (isBenign(dossier)) continue;
    const judgement = judge(dossier);
    if (judgement !== undefined) found.push(subscriptionFinding(record, dossier, judgement, bench));
  }
  return found;
}

function subscriptionFinding(
  record: JudgedBy,
  dossier: Dossier,
  { title, score, evidence, accounts, time, count, joins, attack, rule }: DossierJudgement,
  bench: Bench,
): JudgedFinding {
  const { level, score: points, terms } = score ?? dossier.verdict;
  const creator = dossier.creator.account;
  const id = subscriptionFindingId(record.id, dossier);
  return {
    finding: {
      id,
      analytic: record.id,
      ...(rule === undefined ? {} : { rule }),
      title,
      level,
      score: points,
      terms,
      scope: record.scope,
      host: dossier.host,
      hosts: hostsOf(dossier),
      accounts: [...new Set(accounts ?? (creator === undefined ? [] : [creator]))].sort(),
      subscriptions: [dossier.id],
      candidates: [],
      attack: attack ?? record.attack,
      time: time ?? dossier.firstSeen,
      ...(dossier.firstSeenIsBound === true ? { timeIsBound: true } : {}),
      count: count ?? 1,
      aliases: [],
      evidence: distinctEvidence(evidence),
    },
    joins: joins ?? [],
    glue: glueOfDossier(dossier, bench),
  };
}

/** SETTLED C16: the analytic, the host, and what the object is called; its content is not in it. */
export function subscriptionFindingId(analytic: string, dossier: Dossier): string {
  return digestId([
    'finding',
    analytic,
    dossier.host,
    dossier.namespace,
    fold(dossier.filter.name),
    fold(dossier.consumer.class),
    fold(dossier.consumer.name),
  ]);
}

function fold(name: string | null): string | null {
  return name === null ? null : name.toLowerCase();
}

function hostsOf({ host, origin }: Dossier): readonly string[] {
  const source = origin.kind === 'remote' ? (origin.source?.host ?? origin.source?.address) : undefined;
  return source === undefined || source === host ? [host] : [host, source];
}

/** A subscription meets others by itself and by its creator; its sessions speak through its origin. */
export function glueOfDossier(dossier: Dossier, bench: Bench): Glue {
  const { sid, account } = dossier.creator;
  const isPerson =
    account === undefined ? sid !== undefined : !isMachineAccount(account) && !isBuiltInAccount(account, sid);
  const key = isPerson ? bench.entities.accountKeyOf(dossier.host, { ...dossier.creator }) : undefined;
  return {
    processes: [],
    logons: [],
    accounts: key === undefined ? [] : [key],
    firstMs: msOf(dossier.firstSeen),
    lastMs: msOf(dossier.lastSeen),
  };
}

export function msOf(time: string): number {
  return parseTime(time)?.ms ?? 0;
}

/** The steps of these names, in order of time. */
export function stepsOf(dossier: Dossier, ...names: readonly LifecycleStepName[]): readonly LifecycleStep[] {
  return dossier.lifecycle.filter(({ step }) => names.includes(step));
}

/** When a step was: of a bracket its end, by which it had happened. Unix milliseconds. */
export function stepMs({ time }: LifecycleStep): number {
  return msOf(typeof time === 'string' ? time : time[1]);
}

/** The earliest that it can have been: of a bracket its start. Unix milliseconds. */
function earliestStepMs({ time }: LifecycleStep): number {
  return msOf(typeof time === 'string' ? time : time[0]);
}

/** False where only a lower bound of its time is known. */
function isDated({ notBefore }: LifecycleStep): boolean {
  return notBefore !== true;
}

export function stepTimeText({ time }: LifecycleStep): string {
  return typeof time === 'string' ? time : time[1];
}

export function evidenceOfSteps(steps: readonly LifecycleStep[]): readonly Evidence[] {
  return steps.flatMap(({ evidence }) => evidence);
}

/** True where a record shows both ends bound. */
export function isWhole({ binding, filter, consumer, inferred }: Dossier): boolean {
  return binding !== undefined && !binding.inferred && !inferred && filter.name !== null && consumer.name !== null;
}

export function isExecution({ consumer }: Dossier): boolean {
  return consumer.class === 'ActiveScriptEventConsumer' || consumer.class === 'CommandLineEventConsumer';
}

/** " by CORP\alice". */
export function byWords(account: string | undefined): string {
  return account === undefined ? '' : ` by ${inSentence(account)}`;
}

/** "50 s", "9 min". */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** "Subscription 'Updater' on SRV-02", at the beginning of a sentence. */
export function sentenceOf(dossier: Dossier): string {
  const words = namedSubscription(dossier);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} on ${hostWords(dossier.host)}`;
}

/** J23: the paths in the binding are those of filter and consumer (SETTLED C6). */
export function bindingJoin({ binding, filter, consumer }: Dossier, evidence: readonly Evidence[]): readonly Join[] {
  if (binding === undefined || binding.inferred) return [];
  const text = `the binding names filter ${inSentence(filter.name ?? '')} and consumer ${inSentence(consumer.name ?? '')} by their paths`;
  return [{ join: 'J23', strength: 'exact', text, rivals: 0, evidence }];
}

/** Created, or appeared, and deleted within ten minutes; what lies in brackets counts whole (C05, C06, SETTLED D1). */
export interface QuickLife {
  readonly created: LifecycleStep;
  readonly fired: readonly LifecycleStep[];
  readonly deleted: LifecycleStep;
  readonly spanMs: number;
}

const FAST_LIFE_MS = 600_000;

export function quickLife(dossier: Dossier): QuickLife | undefined {
  const created = stepsOf(dossier, 'created', 'appeared').filter(isDated);
  for (const deleted of stepsOf(dossier, 'deleted').filter(isDated)) {
    const begun = created.findLast((step) => stepMs(step) <= stepMs(deleted));
    const first = begun === undefined ? undefined : firstOfBurst(created, begun);
    if (first === undefined) continue;
    const spanMs = stepMs(deleted) - earliestStepMs(first);
    if (spanMs > FAST_LIFE_MS) continue;
    const fired = stepsOf(dossier, 'fired').filter(
      (step) => stepMs(step) >= stepMs(first) && stepMs(step) <= stepMs(deleted),
    );
    return { created: first, fired, deleted, spanMs };
  }
  return undefined;
}

/** The parts of one subscription are written one after another: the first of them within the window of a triad. */
function firstOfBurst(created: readonly LifecycleStep[], last: LifecycleStep): LifecycleStep {
  const TRIAD_MS = 120_000;
  return created.find((step) => stepMs(last) - stepMs(step) <= TRIAD_MS) ?? last;
}
