import { zstdDecompressSync } from 'node:zlib';
import { done } from '../../disk/index.ts';
import { RECORDS } from '../incidents/read-incident.ts';
import type { IncidentRecord } from '../incidents/writes.ts';
import { type Operation, reads } from '../operation.ts';
import { refused } from '../outcome.ts';
import { type Page, type PageRequest, readPage } from '../pages.ts';
import type { FoundKind } from './writes.ts';

/** Records that a finding or a subscription rests on, as far as incidents cite them: others are kept nowhere but in the archive. */
export interface FoundRecords extends Page<IncidentRecord> {
  /** How many it rests on in all. */
  readonly cited: number;
}

interface Cited {
  readonly evidence?: readonly { readonly record?: string }[];
}

/** `unknown` where there is no such finding or subscription. The last stored first. */
export const foundRecords: Operation<PageRequest & { readonly of: FoundKind; readonly id: string }, FoundRecords> =
  reads(({ database }, { of, id, ...request }) => {
    const found = database.get<{ document: Uint8Array }>(
      'SELECT document FROM found WHERE kind = ? AND id = ?',
      of,
      id,
    );
    if (found === undefined) return refused('unknown', `There is no ${of} ${id}.`);
    const { evidence = [] } = JSON.parse(zstdDecompressSync(found.document).toString('utf8')) as Cited;
    const cited = [...new Set(evidence.flatMap(({ record }) => record ?? []))];
    const sql = 'id IN (SELECT value FROM json_each(?))';
    const page = readPage(database, { ...RECORDS, of: id }, request, {}, [{ sql, value: JSON.stringify(cited) }]);
    return page.kind === 'refused' ? page : done({ ...page.value, cited: cited.length });
  });
