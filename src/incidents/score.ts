import { type Evidence, isUnproven, UNPROVEN_SCORE, unprovenTerm } from '../windows/index.ts';
import type { IncidentTerm } from './incident.ts';
import type { Leg } from './legs.ts';
import { type Member, worstFirst } from './members.ts';

/** Shares of the members' scores in hundredths: the first whole, a quarter, then a tenth each of four (DOMAIN 3.3). */
const SHARES = [100, 25, 10, 10, 10, 10] as const;
const LEG_POINTS = 500;
const MOST_LEG_POINTS = 1500;
const MOST = 10_000;

const SHARE_WORDS = ['the worst', 'a quarter of the next', 'a tenth of another'] as const;

export interface IncidentScore {
  readonly score: number;
  readonly terms: readonly IncidentTerm[];
}

/**
 * The incident's printed sum. Members that rest on nothing that is proven raise it to `medium` at most, and take nothing from what the
 * others come to (L18); a line says so.
 */
export function scoreOf(members: readonly Member[]): IncidentScore {
  const all = sumOf(members);
  const proven = members.filter((member) => !isUnproven(evidenceOf(member)));
  if (proven.length === members.length || all.score <= UNPROVEN_SCORE) return all;
  const score = Math.max(proven.length === 0 ? 0 : sumOf(proven).score, UNPROVEN_SCORE);
  if (score >= all.score) return all;
  const points = Math.round((score - all.score) * 100) / 100;
  return { score, terms: [...all.terms, { ...unprovenTerm(members.flatMap(evidenceOf)), points }] };
}

function evidenceOf({ dossier, judged }: Member): readonly Evidence[] {
  return dossier?.evidence ?? judged?.finding.evidence ?? [];
}

/** In whole hundredths and rounded half up at the end, so that no order matters (DOMAIN 3.3). */
function sumOf(members: readonly Member[]): IncidentScore {
  const terms: IncidentTerm[] = [];
  let sum = 0;
  for (const [at, member] of units(members).slice(0, SHARES.length).entries()) {
    const hundredths = member.score * (SHARES[at] ?? 0);
    sum += hundredths;
    const share = SHARE_WORDS[Math.min(at, 2)] ?? '';
    const text = `${share}: ${member.judged?.finding.analytic ?? 'subscription'}, ${member.score}`;
    terms.push({ code: `M${at + 1}`, points: hundredths / 100, text, member: member.id });
  }
  const legs = [...new Set(members.flatMap(({ leg }) => leg ?? []))].sort();
  const beyond = Math.min(MOST_LEG_POINTS, Math.max(0, legs.length - 1) * LEG_POINTS);
  if (beyond > 0) {
    sum += beyond;
    terms.push({ code: 'LEGS', points: beyond / 100, text: `evidence of ${legs.length} kinds: ${joined(legs)}` });
  }
  if (sum > MOST) {
    terms.push({ code: 'CAP', points: (MOST - sum) / 100, text: 'a sum stops at 100' });
    sum = MOST;
  }
  return { score: Math.floor((sum + 50) / 100), terms };
}

/** One member for each dossier and each process, at its highest score; worst first. */
function units(members: readonly Member[]): readonly Member[] {
  const worst = new Map<string, Member>();
  for (const member of members) {
    const known = worst.get(member.unit);
    if (known === undefined || speaksFor(member, known)) worst.set(member.unit, member);
  }
  return [...worst.values()].sort(worstFirst);
}

/** The higher score; of equal ones the dossier, whose terms its findings repeat. */
function speaksFor(member: Member, known: Member): boolean {
  if (member.score !== known.score) return member.score > known.score;
  return known.dossier === undefined && (member.dossier !== undefined || worstFirst(member, known) < 0);
}

function joined(legs: readonly Leg[]): string {
  return legs.length < 2 ? legs.join('') : `${legs.slice(0, -1).join(', ')} and ${legs.at(-1) ?? ''}`;
}
