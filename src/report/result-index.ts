import type { Finding } from '../analytics/index.ts';
import type { Hop } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { RecordLine } from './record-line.ts';
import type { ToldParts } from './result.ts';

/** Everything of a result by its id: made once a result, so that ten thousand incidents do not walk its lists each. */
export interface ResultIndex {
  readonly dossiers: ReadonlyMap<string, Dossier>;
  readonly findings: ReadonlyMap<string, Finding>;
  readonly records: ReadonlyMap<string, RecordLine>;
  /** Hops by the dossiers and findings that they tell. */
  readonly hops: ReadonlyMap<string, readonly Hop[]>;
}

const INDEXES = new WeakMap<ToldParts, ResultIndex>();

export function indexOf(result: ToldParts): ResultIndex {
  const known = INDEXES.get(result);
  if (known !== undefined) return known;
  const hops = new Map<string, Hop[]>();
  for (const hop of result.incidents.flatMap(({ edges }) => edges)) {
    for (const id of hop.tells) {
      const list = hops.get(id);
      if (list === undefined) hops.set(id, [hop]);
      else list.push(hop);
    }
  }
  const index = {
    dossiers: new Map(result.subscriptions.map((dossier) => [dossier.id, dossier])),
    findings: new Map(result.findings.map((finding) => [finding.id, finding])),
    records: new Map(result.records.map((record) => [record.id, record])),
    hops,
  };
  INDEXES.set(result, index);
  return index;
}
