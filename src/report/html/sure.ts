import type { Link, LinkJoin } from '../../incidents/index.ts';
import { LEAST_SOLID } from '../drawing/hop-picture.ts';
import { plural } from '../terminal.ts';
import type { Case } from './case.ts';
import { levelMark } from './level-mark.ts';
import { html, type Markup, markup, NOTHING, unbroken } from './markup.ts';

const MAX_LINKS = 120;
const MAX_JOINS = 8;
const MAX_TERMS = 60;
/** A link's confidence is at most this, and a record that is missing takes a fifth away (PRODUCT 8.1). */
const MOST = 0.99;
const MISSING = 0.8;

export const SURE_NOTE =
  'How two records are joined gives the weight: exact 0.95, strong 0.70, weak 0.35, inferred 0.15; each rival takes three tenths of it. A link is 1 minus the product of what each join leaves open, at most 0.99. Joins that would fail together count once. A record that should be there and is not takes a fifth away.';

/** A, B, … Z, AA: the name of a link on the page. */
export function linkLetter(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest === 0 ? '' : linkLetter(rest - 1)) + String.fromCharCode(65 + (index % 26));
}

/** Link by link, with the arithmetic that a reader can redo (L9, L12). */
export function linksTable(item: Case): Markup {
  const { incident, citations } = item;
  if (incident.links.length === 0) {
    return html`<p class="note">No link was needed: everything was seen on one host, by records that name the same thing.</p>`;
  }
  const rows = incident.links.slice(0, MAX_LINKS).map((link, index) => {
    const { counted, text } = arithmetic(link);
    const joins = link.joins.slice(0, MAX_JOINS).map((join) => {
      const rivals = (join.rivals ?? 0) > 0 ? `; ${plural(join.rivals ?? 0, 'rival')} as strong` : '';
      const once = counted.has(join) ? '' : '; stands with a join above, not counted again';
      return html`<li><span class="st">${join.strength}</span><span class="w num">${join.w.toFixed(2)}</span><span><span class="muted">${join.join}</span> ${unbroken(join.text)}${rivals}${once} ${citations.links(join.evidence)}</span></li>`;
    });
    const left = link.joins.length - MAX_JOINS;
    if (left > 0)
      joins.push(
        html`<li><span class="st"></span><span class="w"></span><span>and ${plural(left, 'more join')}</span></li>`,
      );
    for (const missing of link.missing) {
      joins.push(
        html`<li><span class="st">missing</span><span class="w num">× 0.8</span><span>${unbroken(missing.text)}</span></li>`,
      );
    }
    const poss = link.inferred || link.confidence < LEAST_SOLID ? 'poss' : 'obs';
    return html`<tr class="${markup(poss)}"><th scope="row" id="l-${link.id}">${linkLetter(index)}</th><td class="claim">${unbroken(link.claim)}${poss === 'poss' ? html`<br><span class="muted">${link.inferred ? 'inferred' : 'possible'}</span>` : NOTHING}</td><td><ul class="wl">${joins}</ul></td><td class="calc mono">${text}</td><td class="res num"><b>${link.confidence.toFixed(2)}</b>${bar(link.confidence)}</td></tr>`;
  });
  const more =
    incident.links.length > MAX_LINKS
      ? html`<p class="note">${plural(incident.links.length - MAX_LINKS, 'more link')} in the JSON result.</p>`
      : NOTHING;
  return html`<div class="scroll"><table class="links"><caption class="vh">Links</caption><thead><tr><th scope="col"><span class="vh">Name</span></th><th scope="col">Link</th><th scope="col">Join, weight and records</th><th scope="col">Sum</th><th scope="col" class="res">Confidence</th></tr></thead><tbody>${rows}</tbody></table></div>${more}`;
}

function bar(confidence: number): Markup {
  const width = Math.round(72 * confidence);
  return html`<svg width="72" height="6" aria-hidden="true"><rect width="72" height="6" rx="3" class="tr"/><rect width="${width}" height="6" rx="3" class="fl"/></svg>`;
}

/**
 * The sum as a reader writes it, and the joins that it counts. Which joins fail together is known to the room that made the
 * link; the most joins, heaviest first, that give its confidence are those that counted.
 */
export function arithmetic(link: Pick<Link, 'joins' | 'missing' | 'confidence'>): {
  readonly counted: ReadonlySet<LinkJoin>;
  readonly text: string;
} {
  const joins = link.joins.slice(0, MAX_JOINS);
  const subsets = Array.from({ length: 2 ** joins.length - 1 }, (_unused, at) =>
    joins.filter((_join, bit) => ((at + 1) >> bit) % 2 === 1),
  );
  const fitting = subsets
    .filter((subset) => Math.abs(confidenceOf(subset, link.missing.length) - link.confidence) < 0.0002)
    .sort((a, b) => b.length - a.length || weight(b) - weight(a))[0];
  if (fitting === undefined) return { counted: new Set(joins), text: link.confidence.toFixed(2) };
  const open = fitting.map(({ w }) => (1 - w).toFixed(2)).join(' × ');
  const isCapped = 1 - fitting.reduce((left, { w }) => left * (1 - w), 1) > MOST;
  const base = `1 − ${open}`;
  if (link.missing.length === 0) return { counted: new Set(fitting), text: isCapped ? `${base}, capped` : base };
  const factor = link.missing.map(() => '0.8').join(' × ');
  return { counted: new Set(fitting), text: isCapped ? `0.99 × ${factor}` : `(${base}) × ${factor}` };
}

function confidenceOf(joins: readonly LinkJoin[], missing: number): number {
  const open = joins.reduce((left, { w }) => left * (1 - w), 1);
  return Math.min(MOST, 1 - open) * MISSING ** missing;
}

function weight(joins: readonly LinkJoin[]): number {
  return joins.reduce((sum, { w }) => sum + w, 0);
}

/** Which links the headline needs, in a sentence. */
export function weakest(item: Case): Markup {
  const { incident } = item;
  const { confidence } = incident;
  if (confidence === undefined) return NOTHING;
  const at = incident.links.findIndex((link) => Math.abs(link.confidence - confidence) < 0.005);
  const which = at < 0 ? '' : `, ${linkLetter(at)}`;
  const possible = incident.links.flatMap((link, index) => (link.confidence < LEAST_SOLID ? [linkLetter(index)] : []));
  const less =
    possible.length === 0
      ? ''
      : ` ${possible.slice(0, 12).join(', ')}${possible.length > 12 ? ' and others' : ''} ${possible.length === 1 ? 'is only possible and is' : 'are only possible and are'} no part of it.`;
  return html`<p class="sum">The headline is as sure as the weakest link that it needs${which}: <b>${confidence.toFixed(2)}</b>.${less}</p>`;
}

/** The incident's printed sum (DOMAIN 3.3): a reader can redo it. */
export function incidentSum(item: Case): Markup {
  const { incident } = item;
  const total = incident.terms.reduce((sum, { points }) => sum + points, 0);
  const rows = incident.terms.slice(0, MAX_TERMS).map(({ code, points, text, member }) => {
    const link = member === undefined ? NOTHING : memberLink(member, item);
    return html`<tr><th scope="row" class="code">${code}</th><td>${unbroken(text)}</td><td>${link}</td><td class="r num">${signed(points)}</td></tr>`;
  });
  const exact = Math.round(total * 100) / 100;
  const held =
    exact === incident.score
      ? ''
      : exact > 100 || exact < 0
        ? `, ${hundredths(exact)} held within 0 and 100`
        : `, ${hundredths(exact)} rounded`;
  return html`<div class="scroll"><table class="sums"><caption class="vh">The sum of the incident</caption><thead><tr><th scope="col">Code</th><th scope="col">Reason</th><th scope="col">Member</th><th scope="col" class="r">Points</th></tr></thead><tbody>${rows}</tbody><tfoot><tr><th scope="row">Sum</th><td>${levelMark(incident.level)}${held}</td><td></td><td class="r num">${incident.score}</td></tr></tfoot></table></div>`;
}

function memberLink(member: string, item: Case): Markup {
  if (item.dossiers.some(({ id }) => id === member)) return html`<a href="#s-${member}" class="mono">${member}</a>`;
  if (item.findings.some(({ id }) => id === member)) return html`<a href="#f-${member}" class="mono">${member}</a>`;
  return html`<span class="mono">${member}</span>`;
}

function hundredths(points: number): string {
  return Number.isInteger(points) ? String(points) : points.toFixed(2);
}

function signed(points: number): string {
  return points < 0 ? `−${hundredths(-points)}` : hundredths(points);
}
