import { digestId } from '../bytes/index.ts';
import type { Join, JoinId, Strength } from '../entities/index.ts';
import { hasNotBound } from '../windows/index.ts';
import type { Link, LinkJoin, MissingRecord } from './incident.ts';
import { compareText, distinctEvidence, recordKey } from './order.ts';
import { compareStrength, joinWeight, linkConfidence, WEIGHTS } from './weights.ts';

/** What a link says; the text is for people, the name is what its id is made of (SETTLED C16). */
export const CLAIMS = {
  caller: 'that logon carried the act',
  source: 'the call came from there',
  holder: 'the address was that machine’s at the time',
  fired: 'the subscription ran this',
  confirmed: 'the sign-ins beside it confirm the act',
  triad: 'filter, consumer and binding are one subscription',
  process: 'what followed was done by that process',
  output: 'its output went through a share of the machine itself',
  file: 'the file is the one that was copied',
  samePrint: 'two subscriptions hold the same content',
  sameAccount: 'one account, on one host, within 30 minutes',
  onward: 'the account went on from where it had come in',
  nearby: 'logs of the host were touched within an hour',
} as const;

export type Claim = keyof typeof CLAIMS;

/** Behind the text of a join that adds no confidence. */
const NOT_COUNTED = 'not counted: said by a sender that is not bound to the host';

/** What joins inside one host speak for (DOMAIN 2.3, SETTLED C6). */
const CLAIM_OF_JOIN: Readonly<Partial<Record<JoinId, Claim>>> = {
  J14: 'confirmed',
  J15: 'fired',
  J16: 'output',
  J18: 'file',
  J21: 'output',
  J22: 'process',
  J23: 'triad',
  J24: 'fired',
};

export function claimOfJoin(join: JoinId): Claim {
  return CLAIM_OF_JOIN[join] ?? 'process';
}

export interface LinkDraft {
  readonly claim: Claim;
  /** Where the sentence of the claim says more. */
  readonly text?: string;
  readonly between: readonly string[];
  readonly joins: readonly Join[];
  /** Keys of the records of what is joined (`linkConfidence`). */
  readonly subject?: ReadonlySet<string>;
  readonly missing?: readonly MissingRecord[];
}

/**
 * A claim with its joins, best first, and what they come to. Without a join it is inferred: order alone speaks for it. A join one of whose
 * records came by senders alone that are not bound to its host is told, and counts for nothing (L18).
 */
export function linkOf({ claim, text, between, joins, subject, missing = [] }: LinkDraft): Link {
  const ids = [...new Set(between)].sort();
  const bound = joins.filter(({ evidence }) => !hasNotBound(evidence));
  const counted = distinctJoins(bound).map((join) => linkJoin(join, joinWeight(join.strength, join.rivals)));
  const others = bound.length === joins.length ? [] : joins.filter(({ evidence }) => hasNotBound(evidence));
  const uncounted = distinctJoins(others).map((join) => linkJoin({ ...join, text: `${join.text}; ${NOT_COUNTED}` }, 0));
  const weighed = [...counted, ...uncounted].sort(
    (a, b) => b.w - a.w || compareJoinIds(a.join, b.join) || compareText(a.text, b.text),
  );
  const confidence =
    counted.length === 0
      ? WEIGHTS.strength.inferred
      : linkConfidence(
          counted.map(({ join, w, evidence }) => ({ join, w, records: evidence.map(recordKey) })),
          missing.length,
          subject ?? sharedRecords(bound),
        );
  return {
    id: digestId(['link', claim, ...ids]),
    claim: text ?? CLAIMS[claim],
    between: ids,
    joins: weighed,
    confidence,
    missing,
    inferred: counted.every(({ strength }) => strength === 'inferred'),
  };
}

function linkJoin({ join, strength, rivals, text, evidence }: Join, w: number): LinkJoin {
  return { join, strength, w, ...(rivals > 0 ? { rivals } : {}), text, evidence };
}

/** That of its strongest join that counts. */
export function strengthOf({ joins }: Link): Strength {
  return joins.reduce<Strength>(
    (best, { strength, evidence }) => (compareStrength(strength, best) > 0 && !hasNotBound(evidence) ? strength : best),
    'inferred',
  );
}

/** One join told twice is one, at what the telling with more records says; the copies of its records are kept. */
function distinctJoins(joins: readonly Join[]): readonly Join[] {
  const told = joins.map((join) => ({ join, records: new Set(join.evidence.map(recordKey)) }));
  told.sort(
    (a, b) =>
      b.records.size - a.records.size ||
      compareStrength(b.join.strength, a.join.strength) ||
      b.join.rivals - a.join.rivals ||
      compareText(a.join.text, b.join.text),
  );
  const kept: { join: Join; readonly records: ReadonlySet<string> }[] = [];
  for (const { join, records } of told) {
    const same = kept.find((other) => other.join.join === join.join && records.isSubsetOf(other.records));
    const evidence = distinctEvidence([...(same?.join.evidence ?? []), ...join.evidence]);
    if (same === undefined) kept.push({ join: { ...join, evidence }, records });
    else same.join = { ...same.join, evidence };
  }
  return kept.map(({ join }) => join);
}

/** Records that every one of several joins cites: what the claim is about. */
function sharedRecords(joins: readonly Join[]): ReadonlySet<string> {
  const [first, ...others] = joins.map(({ evidence }) => new Set(evidence.map(recordKey)));
  if (first === undefined || others.length === 0) return new Set();
  return others.reduce((shared, records) => shared.intersection(records), first);
}

function compareJoinIds(a: JoinId, b: JoinId): number {
  return Number(a.slice(1)) - Number(b.slice(1));
}
