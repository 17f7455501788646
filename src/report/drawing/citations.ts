import type { Finding } from '../../analytics/index.ts';
import type { Incident } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { type Evidence, type Level, levelRank } from '../../windows/index.ts';
import { type Lane, laneOf } from '../channel-names.ts';
import { linkEvidence } from '../cited-evidence.ts';
import type { HostLabels } from '../host-label.ts';
import { compareRecordLines, type RecordLine } from '../record-line.ts';
import { type RecordWords, recordWords } from '../record-words.ts';
import { type Drawing, draw, EMPTY, joinDrawings } from './drawn.ts';
import { LEAST_SOLID } from './hop-picture.ts';
import { besideEachOther, sameActs } from './one-act.ts';
import { tellingApart } from './telling-apart.ts';

/** A record of the page: its number, what it says, and the level of the worst thing that it carries. */
export interface PageRecord {
  readonly number: number;
  readonly record: RecordLine;
  readonly lane: Lane;
  readonly words: RecordWords;
  /** What tells it from other records of its host that say the same; absent where it says what no other says. */
  readonly apart?: string;
  /** Numbers of the records by which other logs tell of the same act. */
  readonly sameAs?: readonly number[];
  /** Absent for what only gives context: a sign-in, a connection. */
  readonly level?: Level;
  /** True where nothing surer than a possible link cites it. */
  readonly isInferred: boolean;
}

/**
 * Which record has which number on the page. Numbers follow time, and records of one act stand beside each other, so that `#e9` means the
 * same in the same result.
 */
export interface Citations {
  readonly records: readonly PageRecord[];
  readonly left: number;
  /** Hosts of records, as the page calls them. */
  readonly label: HostLabels;
  /** Links to the records of the evidence, at most `max`. */
  readonly links: (evidence: readonly Evidence[], max?: number) => Drawing;
  readonly numberOf: (evidence: Evidence) => number | undefined;
}

/** What a page tells of, worst first: its records are wanted in this order. */
export interface Told {
  readonly incidents: readonly Incident[];
  readonly dossiers: readonly Dossier[];
  readonly findings: readonly Finding[];
}

/** Numbers at most `max` records: those that `told` cites, in its order, then the others. */
export function citationsOf(records: readonly RecordLine[], told: Told, max: number, label: HostLabels): Citations {
  const byId = new Map(records.map((record) => [record.id, record]));
  const chosen = new Set<RecordLine>();
  const choose = (evidence: readonly Evidence[]): void => {
    for (const item of evidence) {
      const record = item.record === undefined ? undefined : byId.get(item.record);
      if (record !== undefined && chosen.size < max) chosen.add(record);
    }
  };
  for (const { evidence } of [...told.dossiers, ...told.findings]) choose(evidence);
  for (const incident of told.incidents) choose(linkEvidence(incident));
  for (const record of records) {
    if (chosen.size >= max) break;
    chosen.add(record);
  }
  const levels = levelsOf(told);
  const sure = told.incidents.length === 0 ? undefined : sureRecords(told);
  const inTime = [...chosen].sort(compareRecordLines);
  const acts = sameActs(inTime, citedTogether(told));
  const ordered = besideEachOther(inTime, acts);
  const numbers = new Map(ordered.map(({ id }, index) => [id, index + 1]));
  const words = new Map(ordered.map((record) => [record, recordWords(record, label)]));
  const apart = tellingApart([...words].map(([record, { long }]) => ({ record, said: long })));
  const listed = [...words].map(([record, said], index): PageRecord => {
    const lane = laneOf(record.channel, record.eventId);
    const level = levels.get(record.id);
    const carries = level !== undefined && !CONTEXT.has(lane);
    const telling = apart.get(record) ?? '';
    const same = (acts.get(record) ?? []).flatMap(({ id }) => numbers.get(id) ?? []);
    return {
      number: index + 1,
      record,
      lane,
      words: said,
      ...(telling === '' ? {} : { apart: telling }),
      ...(same.length === 0 ? {} : { sameAs: same }),
      ...(carries ? { level } : {}),
      isInferred: sure !== undefined && !sure.has(record.id),
    };
  });
  const numberOf = (evidence: Evidence): number | undefined =>
    evidence.record === undefined ? undefined : numbers.get(evidence.record);
  return {
    records: listed,
    label,
    left: records.length - listed.length,
    numberOf,
    links: (evidence, most = 12) => {
      const found = [...new Set(evidence.map(numberOf).filter((n) => n !== undefined))].sort((a, b) => a - b);
      if (found.length === 0) return EMPTY;
      const links = found.slice(0, most).map((n) => draw`<a href="#e${n}">${n}</a>`);
      const more = found.length > most ? draw` and ${found.length - most} more` : EMPTY;
      return draw`<span class="refs"><span class="vh">Records </span>${joinDrawings(links, ' ')}${more}</span>`;
    },
  };
}

/** Whether one dossier, finding, hop or join cites both of two records. */
function citedTogether({ incidents, dossiers, findings }: Told): (a: RecordLine, b: RecordLine) => boolean {
  const citedBy = new Map<string, Set<number>>();
  const cited = [
    ...[...dossiers, ...findings].map(({ evidence }) => evidence),
    ...incidents.flatMap(({ edges, links }) => [
      ...edges.map(({ evidence }) => evidence),
      ...links.flatMap(({ joins }) => joins.map(({ evidence }) => evidence)),
    ]),
  ];
  for (const [index, evidence] of cited.entries()) {
    for (const { record } of evidence) {
      if (record === undefined) continue;
      const by = citedBy.get(record);
      if (by === undefined) citedBy.set(record, new Set([index]));
      else by.add(index);
    }
  }
  return (a, b) => {
    const [one, other] = [citedBy.get(a.id), citedBy.get(b.id)];
    return one !== undefined && other !== undefined && !one.isDisjointFrom(other);
  };
}

/** Lanes whose records say who and from where: they carry no level of their own. */
const CONTEXT: ReadonlySet<Lane> = new Set<Lane>(['identity', 'network', 'other']);

function levelsOf({ dossiers, findings }: Told): Map<string, Level> {
  const levels = new Map<string, Level>();
  const raise = (evidence: readonly Evidence[], level: Level): void => {
    for (const { record } of evidence) {
      if (record === undefined) continue;
      const known = levels.get(record);
      if (known === undefined || levelRank(level) > levelRank(known)) levels.set(record, level);
    }
  };
  for (const { evidence, verdict } of dossiers) raise(evidence, verdict.level);
  for (const { evidence, level } of findings) raise(evidence, level);
  return levels;
}

/** Records that something surer than a possible hop or link cites, or a member that no such hop tells of alone. */
function sureRecords({ incidents, dossiers, findings }: Told): Set<string> {
  const sure = new Set<string>();
  const add = (evidence: readonly Evidence[]): void => {
    for (const { record } of evidence) if (record !== undefined) sure.add(record);
  };
  const possible = new Set<string>();
  const observed = new Set<string>();
  for (const { edges, links } of incidents) {
    for (const { tells, observed: isObserved, confidence, evidence } of edges) {
      const isSure = isObserved && confidence >= LEAST_SOLID;
      for (const id of tells) (isSure ? observed : possible).add(id);
      if (isSure) add(evidence);
    }
    for (const { inferred, confidence, joins } of links) {
      if (!inferred && confidence >= LEAST_SOLID) add(joins.flatMap((item) => item.evidence));
    }
  }
  for (const { id, evidence } of [...dossiers, ...findings]) {
    if (observed.has(id) || !possible.has(id)) add(evidence);
  }
  return sure;
}
