import { type Hop, type Link, type LinkJoin, WEIGHTS } from '../../incidents/index.ts';
import { countedOf } from '../explain/arithmetic.ts';
import { namedText } from '../host-label.ts';
import { plural } from '../terminal.ts';
import type { Case } from './case.ts';
import { type Drawing, draw, EMPTY } from './drawn.ts';
import { unbroken } from './drawn-text.ts';
import { LEAST_SOLID } from './hop-picture.ts';
import { levelMark } from './level-mark.ts';
import { linkSubjects } from './link-subjects.ts';

const MAX_LINKS = 120;
const MAX_JOINS = 8;
const MAX_TERMS = 60;
const { exact, strong, weak, inferred } = WEIGHTS.strength;

export const SURE_NOTE: string = `How two records are joined gives the weight: exact ${exact.toFixed(2)}, strong ${strong.toFixed(2)}, weak ${weak.toFixed(2)}, inferred ${inferred.toFixed(2)}; each rival multiplies it by ${WEIGHTS.rival}. A link is 1 minus the product of what each join leaves open, at most ${WEIGHTS.most}. Joins that would fail together count once. A record that should be there and is not multiplies by ${WEIGHTS.missing}. Weights of version ${WEIGHTS.version}.`;

/** A, B, … Z, AA: the name of a link on the page. */
export function linkLetter(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest === 0 ? '' : linkLetter(rest - 1)) + String.fromCharCode(65 + (index % 26));
}

/** Link by link, with the arithmetic that a reader can redo (L9, L12). */
export function linksTable(item: Case): Drawing {
  const { incident, citations, label } = item;
  if (incident.links.length === 0) {
    return draw`<p class="note">No link was needed: everything was seen on one host, by records that name the same thing.</p>`;
  }
  const subjects = linkSubjects(item);
  const rows = incident.links.slice(0, MAX_LINKS).map((link, index) => {
    const { counted, text } = arithmetic(link);
    const joins = link.joins.slice(0, MAX_JOINS).map((join) => {
      const rivals = (join.rivals ?? 0) > 0 ? `; ${plural(join.rivals ?? 0, 'rival')} as strong` : '';
      const once = counted.has(join) ? '' : '; stands with a join above, not counted again';
      return draw`<li><span class="st">${join.strength}</span><span class="w num">${join.w.toFixed(2)}</span><span><span class="muted">${join.join}</span> ${unbroken(namedText(join.text, label))}${rivals}${once} ${citations.links(join.evidence)}</span></li>`;
    });
    const left = link.joins.length - MAX_JOINS;
    if (left > 0)
      joins.push(
        draw`<li><span class="st"></span><span class="w"></span><span>and ${plural(left, 'more join')}</span></li>`,
      );
    for (const missing of link.missing) {
      joins.push(
        draw`<li><span class="st">missing</span><span class="w num">× ${WEIGHTS.missing}</span><span>${unbroken(namedText(missing.text, label))}</span></li>`,
      );
    }
    const poss = link.inferred || link.confidence < LEAST_SOLID ? 'poss' : 'obs';
    return draw`<tr class="${poss}"><th scope="row" id="l-${link.id}">${linkLetter(index)}</th><td class="claim">${unbroken(namedText(link.claim, label))}${subjectOf(subjects.get(link))}${poss === 'poss' ? draw`<br><span class="muted">${link.inferred ? 'inferred' : 'possible'}</span>` : EMPTY}</td><td><ul class="wl">${joins}</ul></td><td class="calc mono">${text}</td><td class="res num"><b>${link.confidence.toFixed(2)}</b>${bar(link.confidence)}</td></tr>`;
  });
  const more =
    incident.links.length > MAX_LINKS
      ? draw`<p class="note">${plural(incident.links.length - MAX_LINKS, 'more link')} in the JSON result.</p>`
      : EMPTY;
  return draw`<div class="scroll"><table class="links"><caption class="vh">Links</caption><thead><tr><th scope="col"><span class="vh">Name</span></th><th scope="col">Link</th><th scope="col">Join, weight and records</th><th scope="col">Sum</th><th scope="col" class="res">Confidence</th></tr></thead><tbody>${rows}</tbody></table></div>${more}`;
}

function subjectOf(subject: string | undefined): Drawing {
  return subject === undefined ? EMPTY : draw`<br><span class="muted">${unbroken(subject)}</span>`;
}

function bar(confidence: number): Drawing {
  const width = Math.round(72 * confidence);
  return draw`<svg width="72" height="6" aria-hidden="true"><rect width="72" height="6" rx="3" class="tr"/><rect width="${width}" height="6" rx="3" class="fl"/></svg>`;
}

/** The sum as a reader writes it, and the joins that it counts: the others fail together with one of them. */
export function arithmetic(link: Pick<Link, 'joins' | 'missing' | 'confidence'>): {
  readonly counted: ReadonlySet<LinkJoin>;
  readonly text: string;
} {
  const heaviest = link.joins.toSorted((a, b) => b.w - a.w);
  const weights = countedOf(
    heaviest.map(({ w }) => w),
    link,
  );
  if (weights === undefined || link.joins.length === 0) {
    return { counted: new Set(link.joins), text: link.confidence.toFixed(2) };
  }
  const left = [...weights];
  const counted = new Set<LinkJoin>();
  for (const join of heaviest) {
    const at = left.indexOf(join.w);
    if (at < 0) continue;
    left.splice(at, 1);
    counted.add(join);
  }
  const base = `1 − ${weights.map((w) => (1 - w).toFixed(2)).join(' × ')}`;
  const isCapped = weights.reduce((open, w) => open * (1 - w), 1) < 1 - WEIGHTS.most;
  if (link.missing.length === 0) return { counted, text: isCapped ? `${base}, capped` : base };
  const factor = link.missing.map(() => String(WEIGHTS.missing)).join(' × ');
  return { counted, text: isCapped ? `${WEIGHTS.most} × ${factor}` : `(${base}) × ${factor}` };
}

/**
 * How sure the headline is, and which link holds it there where that can be told. A link that is less sure than the headline
 * cannot be one that it needs: the headline is the least of those.
 */
export function weakest(item: Case): Drawing {
  const { incident } = item;
  const { confidence } = incident;
  if (confidence === undefined) return EMPTY;
  const letters = new Map(incident.links.map((link, index) => [link, linkLetter(index)]));
  const least = incident.links.filter((link) => Math.abs(link.confidence - confidence) < ROUNDING);
  const head = headHops(item);
  const own = least.filter(({ id }) => head.some((hop) => hop.links.includes(id)));
  const [named, ...others] = own.length > 0 ? own : least;
  const which = named === undefined || others.length > 0 ? '' : `, ${letters.get(named) ?? ''}`;
  const possible = confidence < LEAST_SOLID ? ', which is only possible' : '';
  const less = incident.links.filter((link) => link.confidence < confidence - ROUNDING);
  const names = less.slice(0, 12).map((link) => letters.get(link) ?? '');
  const left =
    less.length === 0
      ? ''
      : ` ${names.join(', ')}${less.length > 12 ? ' and others' : ''} ${less.length === 1 ? 'is less sure and is' : 'are less sure and are'} no part of it.`;
  return draw`<p class="sum">The headline is as sure as the weakest link that it needs${which}: <b>${confidence.toFixed(2)}</b>${possible}.${left}</p>`;
}

/** What is printed with two digits is compared with two. */
const ROUNDING = 0.005;

/** The hops that tell of what the headline is about. */
function headHops({ incident, dossiers, findings }: Case): readonly Hop[] {
  const head = dossiers[0]?.id ?? findings[0]?.id ?? '';
  return incident.edges.filter(({ tells }) => tells.includes(head));
}

/** The incident's printed sum (DOMAIN 3.3): a reader can redo it. */
export function incidentSum(item: Case): Drawing {
  const { incident } = item;
  const total = incident.terms.reduce((sum, { points }) => sum + points, 0);
  const rows = incident.terms.slice(0, MAX_TERMS).map(({ code, points, text, member }) => {
    const link = member === undefined ? EMPTY : memberLink(member, item);
    return draw`<tr><th scope="row" class="code">${code}</th><td>${unbroken(namedText(text, item.label))}</td><td>${link}</td><td class="r num">${signed(points)}</td></tr>`;
  });
  const exact = Math.round(total * 100) / 100;
  const held =
    exact === incident.score
      ? ''
      : exact > 100 || exact < 0
        ? `, ${hundredths(exact)} held within 0 and 100`
        : `, ${hundredths(exact)} rounded`;
  return draw`<div class="scroll"><table class="sums"><caption class="vh">The sum of the incident</caption><thead><tr><th scope="col">Code</th><th scope="col">Reason</th><th scope="col">Member</th><th scope="col" class="r">Points</th></tr></thead><tbody>${rows}</tbody><tfoot><tr><th scope="row">Sum</th><td>${levelMark(incident.level)}${held}</td><td></td><td class="r num">${incident.score}</td></tr></tfoot></table></div>`;
}

function memberLink(member: string, item: Case): Drawing {
  if (item.dossiers.some(({ id }) => id === member)) return draw`<a href="#s-${member}" class="mono">${member}</a>`;
  if (item.findings.some(({ id }) => id === member)) return draw`<a href="#f-${member}" class="mono">${member}</a>`;
  return draw`<span class="mono">${member}</span>`;
}

function hundredths(points: number): string {
  return Number.isInteger(points) ? String(points) : points.toFixed(2);
}

function signed(points: number): string {
  return points < 0 ? `−${hundredths(-points)}` : hundredths(points);
}
