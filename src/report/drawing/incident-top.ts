import { type Incident, WEIGHTS } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { orLater, UTC_CLOCK } from '../clock.ts';
import { compareText } from '../record-line.ts';
import { DOSSIER_TECHNIQUE } from '../techniques.ts';
import { count, plural } from '../terminal.ts';
import { duration, millis } from '../timeline.ts';
import type { Case } from './case.ts';
import { type Drawing, draw, EMPTY, joinDrawings } from './drawn.ts';
import { unbroken } from './drawn-text.ts';
import { isPossible, LEAST_DRAWN } from './hop-picture.ts';
import { levelMark } from './level-mark.ts';
import { toldGaps } from './limits.ts';
import { meaning } from './meaning.ts';
import { listed } from './path.ts';

const DAYS: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `Thursday 12 March 2026`. */
export function longDate(time: string): string {
  const ms = millis(time);
  if (Number.isNaN(ms)) return time;
  const [year, month, day] = UTC_CLOCK.day(time).split('-');
  // 1 January 1970 was a Thursday.
  const weekday = (((Math.floor(ms / 86_400_000) + 4) % 7) + 7) % 7;
  return `${DAYS[weekday] ?? ''} ${Number(day)} ${MONTHS[Number(month) - 1] ?? ''} ${year ?? ''}`;
}

/** Level and date, one sentence, what it means, eight facts. */
export function incidentTop(item: Case, reportedAt: string): Drawing {
  const { incident } = item;
  return draw`<header class="top">
<p class="eyebrow">${levelMark(incident.level)}<span>${kindOf(item)}</span><span class="num">${longDate(incident.first)}${orLater(incident.firstIsBound)}, all times UTC</span></p>
<h1>${unbroken(`${incident.title}.`)}</h1>
<p class="lede">${meaning(item)}</p>
${facts(item, reportedAt)}
</header>
`;
}

/** What sort of case it is. */
export function kindOf({ incident, dossiers, findings }: Case): string {
  const isRemote = incident.edges.some(
    (hop) => hop.confidence >= LEAST_DRAWN && (hop.source.host ?? hop.source.address) !== hop.target.host,
  );
  const kinds = [
    isRemote ? 'lateral movement' : '',
    dossiers.length > 0 ? 'persistence by WMI event subscription' : '',
    dossiers.length === 0 && findings.some(({ scope }) => scope === 'wmi') ? 'execution through WMI' : '',
    findings.some(({ scope }) => scope === 'tamper') ? 'tampering with logs' : '',
  ].filter((kind) => kind !== '');
  const text =
    kinds.length === 0 ? 'findings that hang together' : kinds.length > 2 ? listWords(kinds) : kinds.join(' and ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function listWords(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** How sure the headline is, in words (PRODUCT 8.1). */
export function confidenceFact({ incident }: Pick<Case, 'incident'>): Drawing {
  if (incident.confidence === undefined) return draw`<b>Observed</b> on one host`;
  const { confidence } = incident;
  const word = confidence >= WEIGHTS.stated ? '' : confidence >= WEIGHTS.likely ? ', likely' : ', possible';
  return draw`<b>${confidence.toFixed(2)}</b>${word}, its weakest link`;
}

function stateFact(dossiers: readonly Dossier[], item: Case): Drawing {
  if (dossiers.length === 0) {
    return draw`<b>No subscription</b>; ${plural(item.findings.length, 'finding')}`;
  }
  const words = (['armed', 'disarmed', 'deleted', 'unknown'] as const)
    .map((state) => [state, dossiers.filter((dossier) => dossier.state === state)] as const)
    .filter(([, own]) => own.length > 0);
  if (dossiers.length > 1) {
    return draw`${joinDrawings(
      words.map(([state, own]) => draw`<b>${own.length} ${state === 'armed' ? 'still armed' : state}</b>`),
      ', ',
    )}`;
  }
  const [dossier] = dossiers;
  const at = dossier?.stateAt === undefined ? '' : ` at ${UTC_CLOCK.minute(dossier.stateAt)}`;
  const state =
    dossier?.state === 'armed'
      ? 'Still armed'
      : dossier?.state === 'unknown'
        ? 'State unknown'
        : upper(dossier?.state ?? '');
  return draw`<b>${state}</b>${unbroken(at)}`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function spanFact({ first, firstIsBound, last, lastIsBound }: Incident): Drawing {
  const [early, late] = [orLater(firstIsBound), orLater(lastIsBound)];
  const sameDay = UTC_CLOCK.day(first) === UTC_CLOCK.day(last);
  if (sameDay)
    return draw`<span class="num">${UTC_CLOCK.timeOfDay(first).slice(0, 8)}${early} to ${UTC_CLOCK.timeOfDay(last).slice(0, 8)}${late}</span>`;
  return draw`<span class="num">${UTC_CLOCK.minute(first)}${early} to ${UTC_CLOCK.minute(last)}${late}</span>`;
}

/** Hosts that a record puts there, and those that are only possible. */
export function hostsFact({ incident, picture, label }: Case): Drawing {
  const possible = new Set(picture.hosts.filter((host) => host.isPossible).map(({ key }) => key));
  const weak = new Set(
    incident.edges
      .filter((hop) => isPossible(hop) && hop.confidence < LEAST_DRAWN)
      .flatMap(({ source }) => source.host ?? []),
  );
  const named = incident.hosts.filter((host) => !possible.has(host) && !weak.has(host));
  const maybe = incident.hosts.filter((host) => possible.has(host));
  const shown = joinDrawings(
    named.slice(0, 6).map((host) => draw`<b>${unbroken(label(host))}</b>`),
    ', ',
  );
  const more = named.length > 6 ? ` and ${count(named.length - 6)} more` : '';
  const also =
    maybe.length === 0 ? '' : `${named.length === 0 ? 'possibly ' : ', possibly '}${listed(maybe.map(label), 4)}`;
  return draw`${shown}${more}${unbroken(also)}`;
}

function facts(item: Case, reportedAt: string): Drawing {
  const { incident, dossiers, gaps } = item;
  const techniques = [...new Set([...(dossiers.length > 0 ? [DOSSIER_TECHNIQUE] : []), ...item.techniques])].sort(
    compareText,
  );
  const since = millis(reportedAt) - millis(incident.first);
  const atMost = incident.firstIsBound === true ? 'at most ' : '';
  const blind =
    gaps.length === 0
      ? draw`No gap that touches it is known`
      : draw`<a href="#gaps">${plural(toldGaps(gaps).length, 'gap')}</a>`;
  // What depends on the run stands on a line of its own (L7).
  return draw`<dl class="facts"><div><dt>Confidence</dt><dd>${confidenceFact(item)}</dd></div><div><dt>State</dt><dd>${stateFact(dossiers, item)}</dd></div><div><dt>First and last record</dt><dd>${spanFact(incident)}</dd></div>
<div id="run-since"><dt>From first record to this report</dt><dd class="num">${since >= 0 ? `${atMost}${duration(since).replace(/^\d{4,}/, (days) => count(Number(days)))}` : 'unknown'}</dd></div>
<div><dt>Hosts</dt><dd>${hostsFact(item)}</dd></div><div><dt>Accounts</dt><dd>${incident.accounts.length === 0 ? 'none named' : unbroken(listed(incident.accounts, 4))}</dd></div><div><dt>Techniques</dt><dd>${techniques.length === 0 ? 'none' : listed(techniques, 6)}</dd></div><div><dt>What we could not see</dt><dd>${blind}</dd></div></dl>${incident.isCut ? draw`<p class="sum">This incident was cut at 10,000 members; what came after is another one.</p>` : EMPTY}`;
}
