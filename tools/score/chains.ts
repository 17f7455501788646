import { type CitedRecord, type HuntJson, recordsOf } from './hunt-json.ts';
import type { LabelChain, LabelRow } from './labels.ts';

/** How far the records of a labelled chain came together. */
export interface ChainScore {
  readonly steps: number;
  /** Steps whose record stands in the incident that holds most of them. */
  readonly together: number;
  /** Steps that no incident cites. */
  readonly uncited: readonly string[];
  /** Steps that only another incident cites: the chain is torn. */
  readonly elsewhere: readonly string[];
}

/** Looks for the records of a chain's steps in the incidents of its file. */
export function scoreChain(result: HuntJson, chain: LabelChain, row: LabelRow): ChainScore {
  const perIncident = result.incidents.map((incident) => {
    const records = recordsOf(incident, result);
    return chain.order.map((step) => records.some((record) => isRecord(record, step, row)));
  });
  const count = (held: readonly boolean[]): number => held.filter(Boolean).length;
  const none: readonly boolean[] = chain.order.map(() => false);
  const best = perIncident.reduce((most, held) => (count(held) > count(most) ? held : most), none);
  const uncited: string[] = [];
  const elsewhere: string[] = [];
  for (const [i, { step }] of chain.order.entries()) {
    if (best[i]) continue;
    if (perIncident.some((held) => held[i])) elsewhere.push(step);
    else uncited.push(step);
  }
  return { steps: chain.order.length, together: count(best), uncited, elsewhere };
}

function isRecord(record: CitedRecord, step: LabelChain['order'][number], row: LabelRow): boolean {
  if (step.channel !== undefined && record.channel.toLowerCase() !== step.channel.toLowerCase()) return false;
  if (step.line !== undefined) {
    const line = row.slice_lines === undefined ? step.line : row.slice_lines.indexOf(step.line) + 1;
    return record.line === line;
  }
  // Of EVTX the label has the id of the frame; an export counts those from 1.
  return (record.headerRecordId ?? record.recordId) === step.record_id;
}
