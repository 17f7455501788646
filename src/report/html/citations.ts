import type { Finding } from '../../analytics/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { type Evidence, type Level, levelRank } from '../../windows/index.ts';
import { citedRows } from '../cited-rows.ts';
import { compareRecordLines, type RecordLine } from '../record-line.ts';
import type { HuntResult } from '../result.ts';
import { html, join, type Markup, NOTHING } from './markup.ts';

/** The page shows this many records whole; beyond it, those that the worst dossiers and findings cite come first. */
export const MAX_RECORDS = 2000;

/** A record of the page: its number, and what the worst thing that cites it says of it. */
export interface PageRecord {
  readonly number: number;
  readonly record: RecordLine;
  readonly summary: string;
  readonly level?: Level;
}

/** Which record has which number on the page. Numbers follow time, so that `#e9` means the same in the same result. */
export interface Citations {
  readonly records: readonly PageRecord[];
  readonly left: number;
  /** Links to the records of the evidence, at most `max`. */
  readonly links: (evidence: readonly Evidence[], max?: number) => Markup;
  readonly numberOf: (evidence: Evidence) => number | undefined;
}

interface Citing {
  readonly level: Level;
  readonly summary: string;
}

/** Dossiers and findings in the order in which their records are wanted on the page, worst first. */
export function citationsOf(result: HuntResult, dossiers: readonly Dossier[], findings: readonly Finding[]): Citations {
  const byId = new Map(result.records.map((record) => [record.id, record]));
  const chosen = new Set<RecordLine>();
  for (const { evidence } of [...dossiers, ...findings]) {
    if (chosen.size >= MAX_RECORDS) break;
    for (const item of evidence) {
      const record = item.record === undefined ? undefined : byId.get(item.record);
      if (record !== undefined && chosen.size < MAX_RECORDS) chosen.add(record);
    }
  }
  for (const record of result.records) {
    if (chosen.size >= MAX_RECORDS) break;
    chosen.add(record);
  }
  const said = new Map<string, Citing>();
  for (const row of citedRows(result)) {
    if (row.record === undefined) continue;
    const known = said.get(row.record.id);
    // The dossier says what a record is; a finding only says that it matters.
    const isBetter =
      known === undefined || (row.kind === 'subscription' && levelRank(row.level) >= levelRank(known.level));
    if (isBetter) said.set(row.record.id, { level: row.level, summary: row.summary });
  }
  const records = [...chosen].sort(compareRecordLines).map((record, index) => {
    const citing = said.get(record.id);
    return {
      number: index + 1,
      record,
      summary: citing?.summary ?? 'context',
      ...(citing === undefined ? {} : { level: citing.level }),
    };
  });
  const numbers = new Map(records.map(({ record, number }) => [record.id, number]));
  const numberOf = (evidence: Evidence): number | undefined =>
    evidence.record === undefined ? undefined : numbers.get(evidence.record);
  return {
    records,
    left: result.records.length - records.length,
    numberOf,
    links: (evidence, max = 12) => {
      const found = [...new Set(evidence.map(numberOf).filter((n) => n !== undefined))].sort((a, b) => a - b);
      if (found.length === 0) return NOTHING;
      const links = found.slice(0, max).map((n) => html`<a href="#e${n}">${n}</a>`);
      const more = found.length > max ? html` and ${found.length - max} more` : NOTHING;
      return html`<span class="refs"><span class="vh">Records </span>${join(links, ' ')}${more}</span>`;
    },
  };
}
