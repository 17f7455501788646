import { namedSubscription } from '../../subscriptions/index.ts';
import type { Evidence } from '../../windows/index.ts';
import { levelRank } from '../../windows/index.ts';
import { linkEvidence } from '../cited-evidence.ts';
import { UTC_CLOCK } from '../clock.ts';
import { plural } from '../terminal.ts';
import { millis, timelineOf } from '../timeline.ts';
import { axisParts, timeAt } from './axis.ts';
import type { Case } from './case.ts';
import type { PageRecord } from './citations.ts';
import { type Drawing, draw, EMPTY } from './drawn.ts';
import { LEAST_SOLID } from './hop-picture.ts';
import { cutsOf, drawLanes, type LaneLink, type LaneMark, type LanePicture, legend, MAX_MARKS } from './lanes.ts';

const MAX_LOOKS = 24;

/** All records of the incident on one axis; a span that is looked at is marked. */
export function timePicture(item: Case, span?: LanePicture['span']): Drawing {
  const picture = { ...lanesOf(item), ...(span === undefined ? {} : { span }) };
  const drawn = drawLanes(picture);
  const looked = betweenLooks(item);
  if (drawn.length === 0) {
    if (looked.length > 0) return looked;
    return draw`<p class="note">All that is cited bears one time: there is nothing to draw. The rows are under Evidence.</p>`;
  }
  return draw`${drawn}${looked}${legend(picture)}<p class="note lanes-none">The picture needs a wider screen; the rows under Evidence say the same in order of time.</p>`;
}

/** The axis of {@link timePicture}. */
export interface TimeAxis {
  /** Unix milliseconds at a place of the picture, percent of its width. */
  timeAt(percent: number): number;
}

export function timeAxis(item: Case): TimeAxis {
  const parts = axisParts(lanesOf(item).marks.map(({ ms }) => ms));
  return { timeAt: (percent) => timeAt(percent, parts) };
}

/** What was found stored has no time of its own: which looks it lies between. */
function betweenLooks({ dossiers, citations }: Case): Drawing {
  const rows = dossiers.flatMap((dossier) =>
    timelineOf(dossier)
      .filter(({ evidence }) =>
        evidence.some(({ repository, audit }) => repository !== undefined || audit !== undefined),
      )
      .map(({ time, until, text, evidence, strength }) => {
        const end = until === undefined ? '' : ` to ${UTC_CLOCK.stamp(until)}`;
        const of = dossiers.length > 1 ? `${namedSubscription(dossier)}: ` : '';
        const sure = strength === 'witnessed' ? '' : ` (${strength})`;
        return draw`<li class="sum"><span class="num">${UTC_CLOCK.stamp(time)}${end}</span>: ${of}${text}${sure} ${citations.links(evidence)}</li>`;
      }),
  );
  if (rows.length === 0) return EMPTY;
  const shown = rows.slice(0, MAX_LOOKS);
  const more =
    rows.length > MAX_LOOKS
      ? draw`<p class="note">${plural(rows.length - MAX_LOOKS, 'more row')} in the JSON result.</p>`
      : EMPTY;
  return draw`<p class="note"><b>What was found stored</b></p><ul>${shown}</ul>${more}`;
}

/** What stands above the picture. */
export function timeNote(item: Case): string {
  const picture = lanesOf(item);
  const cuts = cutsOf(picture);
  const cut =
    cuts === 0
      ? ''
      : ` Cut ${cuts === 1 ? 'once' : cuts === 2 ? 'twice' : `${cuts} times`} where nothing related happened; each part has its own scale.`;
  const all = recordsOf(item).length;
  const left = all > MAX_MARKS ? ` The ${MAX_MARKS} that matter most of ${plural(all, 'record')} are drawn.` : '';
  return `One axis for all hosts, times as recorded.${cut}${left} Numbers lead to the evidence below.`;
}

function recordsOf({ incident, dossiers, findings, citations }: Case): PageRecord[] {
  const cited = [...dossiers, ...findings].flatMap(({ evidence }) => evidence).concat(linkEvidence(incident));
  const numbers = new Set(cited.map((evidence) => citations.numberOf(evidence)));
  return citations.records.filter(({ number, record }) => numbers.has(number) && record.time !== undefined);
}

function lanesOf(item: Case): LanePicture {
  const records = recordsOf(item);
  // Those that carry the incident first, then those that its links rest on, then time.
  const linked = new Set(
    item.incident.links.flatMap(({ joins }) => joins.flatMap(({ evidence }) => evidence.map(item.citations.numberOf))),
  );
  const rank = ({ level, number }: PageRecord): number =>
    (level === undefined ? 0 : 2 + levelRank(level)) + (linked.has(number) ? 1 : 0);
  const chosen = [...records].sort((a, b) => rank(b) - rank(a) || a.number - b.number).slice(0, MAX_MARKS);
  const marks = chosen.flatMap(({ record, number, lane, words, level, isInferred }): LaneMark[] => {
    const ms = millis(record.time ?? '');
    if (Number.isNaN(ms)) return [];
    return [
      {
        ms,
        time: record.time ?? '',
        lane,
        number,
        caption: `${item.citations.label(record.host)}${words.short.startsWith('→') ? '' : ','} ${words.short}`,
        isInferred,
        ...(level === 'critical' || level === 'high' ? { fill: level } : {}),
      },
    ];
  });
  return { marks, links: linksOf(item), id: item.incident.id };
}

/** What each link says led to what: from its first record to its last, by its strongest join that has two. */
function linksOf({ incident, citations }: Case): LaneLink[] {
  return incident.links.flatMap((link): LaneLink[] => {
    const ends = link.joins
      .toSorted((a, b) => b.w - a.w)
      .map(({ evidence }) => endsOf(evidence, citations.numberOf))
      .find((pair) => pair !== undefined);
    return ends === undefined ? [] : [{ ...ends, isInferred: link.inferred || link.confidence < LEAST_SOLID }];
  });
}

function endsOf(
  evidence: readonly Evidence[],
  numberOf: (evidence: Evidence) => number | undefined,
): { readonly from: number; readonly to: number } | undefined {
  const numbers = [...new Set(evidence.map(numberOf).filter((n) => n !== undefined))].sort((a, b) => a - b);
  const [from, to] = [numbers[0], numbers.at(-1)];
  return from === undefined || to === undefined || from === to ? undefined : { from, to };
}
