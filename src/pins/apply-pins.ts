import type { Finding, JudgedFinding, TiedFinding } from '../analytics/index.ts';
import type { Dossier, Pinned, Term } from '../subscriptions/index.ts';
import { type Level, levelOfScore } from '../windows/index.ts';
import { type NamesOf, PinIndex } from './match.ts';
import type { Pin } from './pin.ts';

/** What pins are tried on: everything that was found, before incidents are made of it. */
export interface Pinnable {
  readonly dossiers: readonly Dossier[];
  readonly judged: readonly JudgedFinding[];
  readonly ruleFindings: readonly TiedFinding[];
}

/** A pin and what it lowered; empty lists where it matched nothing. */
export interface PinUse {
  readonly pin: Pin;
  /** Ids, sorted. */
  readonly subscriptions: readonly string[];
  readonly findings: readonly string[];
}

export interface PinnedParts extends Pinnable {
  /** Of every pin, by id. */
  readonly uses: readonly PinUse[];
}

/** What an approved thing takes from its sum (DOMAIN 3.3). */
const BN2 = { code: 'BN2', points: -60 } as const;
const BN5 = { code: 'BN5', points: -30 } as const;

/**
 * Lowers what is pinned and says so in its sum (L16): BN2 for a subscription by its content, and for findings that
 * repeat its sum or tell what it did on its own host; BN5 for findings of calls whose content, accounts and source are pinned. Nothing is left out, and nothing is raised.
 */
export function applyPins(pins: readonly Pin[], found: Pinnable, namesOf: NamesOf): PinnedParts {
  if (pins.length === 0) return { ...found, uses: [] };
  const index = new PinIndex(pins, namesOf);
  const uses = new Uses(pins);
  const byId = new Map(found.dossiers.map((dossier) => [dossier.id, dossier]));
  const pinned = new Map<string, readonly Pin[]>();
  const dossiers = found.dossiers.map((dossier) => {
    const own = index.ofSubscription(dossier);
    const [first] = own;
    if (first === undefined) return dossier;
    pinned.set(dossier.id, own);
    uses.subscription(own, dossier.id);
    return { ...dossier, pinned: statedOf(first), verdict: lowered(dossier.verdict, BN2, first) };
  });
  const judge = (finding: Finding, isCalled: boolean): Finding => {
    const named = finding.subscriptions.map((id) => byId.get(id));
    const calls = index.ofCalls(finding, named);
    const things = thingsOf(finding, isCalled, named, pinned);
    uses.finding([...calls, ...things], finding.id);
    const [thing] = things;
    const [call] = calls;
    if (thing !== undefined) return { ...finding, pinned: statedOf(thing), ...lowered(finding, BN2, thing) };
    return call === undefined ? finding : { ...finding, pinned: statedOf(call), ...lowered(finding, BN5, call) };
  };
  return {
    dossiers,
    judged: found.judged.map((one) => {
      const finding = judge(one.finding, one.hop !== undefined);
      return finding === one.finding ? one : { ...one, finding: { ...one.finding, ...finding } };
    }),
    ruleFindings: found.ruleFindings.map((one) => {
      const finding = judge(one.finding, false);
      return finding === one.finding ? one : { ...one, finding };
    }),
    uses: uses.all(),
  };
}

/**
 * Pins of the subscriptions that a finding is about, where it is about nothing else: all of them are pinned, and it repeats the sum
 * of one, or no call from another machine is in it. Tampering is never accepted with what was tampered with.
 */
function thingsOf(
  finding: Finding,
  isCalled: boolean,
  named: readonly (Dossier | undefined)[],
  pinned: ReadonlyMap<string, readonly Pin[]>,
): readonly Pin[] {
  if (finding.scope === 'tamper' || finding.subscriptions.length === 0) return [];
  const pins = finding.subscriptions.map((id) => pinned.get(id) ?? []);
  if (pins.some((own) => own.length === 0)) return [];
  const repeats = named.some((dossier) => dossier !== undefined && isSameSum(finding, dossier));
  return !isCalled || repeats ? [...new Set(pins.flat())] : [];
}

function isSameSum({ score, terms }: Finding, { verdict }: Dossier): boolean {
  return (
    score === verdict.score &&
    terms.length === verdict.terms.length &&
    terms.every(({ code, points }, at) => code === verdict.terms[at]?.code && points === verdict.terms[at]?.points)
  );
}

interface Sum {
  readonly level: Level;
  readonly score: number;
  readonly terms: readonly Term[];
}

/** The sum with one more term; what is lower already, for a reason of its own, stays so. */
function lowered(
  { score: before, terms }: Sum,
  { code, points }: typeof BN2 | typeof BN5,
  { id, owner, reason, review }: Pin,
): Sum {
  const text = `pinned by ${owner} (pin ${id}, review ${review}): ${reason}`;
  const all = [...terms, { code, points, text, evidence: [] }];
  const sum = all.reduce((total, term) => total + term.points, 0);
  const score = Math.min(before, Math.max(0, Math.min(100, sum)));
  return { level: levelOfScore(score), score, terms: all };
}

function statedOf({ id, kind, owner, reason, created, review }: Pin): Pinned {
  return { pin: id, kind, owner, reason, created, review };
}

class Uses {
  readonly #of: ReadonlyMap<
    string,
    { readonly pin: Pin; readonly subscriptions: Set<string>; readonly findings: Set<string> }
  >;

  constructor(pins: readonly Pin[]) {
    const sorted = pins.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.#of = new Map(sorted.map((pin) => [pin.id, { pin, subscriptions: new Set(), findings: new Set() }]));
  }

  subscription(pins: readonly Pin[], id: string): void {
    for (const pin of pins) this.#of.get(pin.id)?.subscriptions.add(id);
  }

  finding(pins: readonly Pin[], id: string): void {
    for (const pin of pins) this.#of.get(pin.id)?.findings.add(id);
  }

  all(): readonly PinUse[] {
    return [...this.#of.values()].map(({ pin, subscriptions, findings }) => ({
      pin,
      subscriptions: [...subscriptions].sort(),
      findings: [...findings].sort(),
    }));
  }
}
