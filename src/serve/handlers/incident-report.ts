import { type ApiRequest, type ApiResponse, refused } from '../../api/index.ts';
import { placeOfNumber } from '../../entries/index.ts';
import {
  type HuntResult,
  incidentPolicy,
  type RecordLine,
  renderIncidentHtml,
  type ServedCustody,
  type ServedRecord,
} from '../../report/index.ts';
import { MOST_ROWS, type State, type WholeIncident } from '../../state/index.ts';
import type { Archiver } from '../archiving/archiver.ts';
import { queryOfCited } from '../archiving/cited-events.ts';
import { byOf } from './by.ts';
import { refusalAnswer, timeOf } from './lists.ts';

export interface ReportParts {
  readonly state: State;
  readonly archiver: Archiver | undefined;
  readonly version: string;
  readonly storeId: Uint8Array;
  nowMs(): number;
  steadyMs(): number;
}

/** Cited records that are shown whole, and those whose place in the archive is looked up, in as long as a person waits. */
const MOST_RECORDS = 10_000;
const MOST_PLACES = 200;
const LOOK_MS = 3000;

type Document = Pick<HuntResult, 'findings' | 'subscriptions' | 'gaps'> & {
  readonly incident: HuntResult['incidents'][number];
};

/**
 * The report of an incident as a file: the page of `triad hunt` with the custody of a server. It is an attachment with a policy of its own, for the policy of the page would
 * bar its style (SETTLED G17); who took it stands in the audit.
 */
export async function reportAnswer(
  parts: ReportParts,
  whole: WholeIncident,
  request: ApiRequest,
): Promise<ApiResponse> {
  const { state, version, storeId, nowMs } = parts;
  const records = await recordsOf(state, whole);
  if (typeof records === 'string') return refused({ code: 'storage_unavailable', detail: records, retryAfterMs: 1000 });
  const document = JSON.parse(whole.document) as Document;
  const atMs = nowMs();
  const by = request.caller?.name ?? 'unknown';
  const places = await placesOf(parts, records);
  const custody: ServedCustody = {
    tool: 'triad',
    version,
    store: Buffer.from(storeId).toString('hex'),
    incidentVersion: whole.version,
    revision: whole.work.revision,
    by,
    at: timeOf(atMs),
    records: places,
    notFound: records.length - places.length,
  };
  const name = `INC-${whole.number}`;
  const kept = await state.call('appendAudit', {
    by: byOf(request, atMs),
    act: { action: 'incident.report', object: `incident/${whole.id}`, result: { version: whole.version } },
  });
  if (kept.kind === 'refused') return refusalAnswer(kept);
  const pieces = renderIncidentHtml(resultOf(document, records, custody), document.incident, { name, custody });
  return {
    kind: 'answer',
    status: 200,
    type: 'text/html; charset=utf-8',
    headers: {
      'content-disposition': `attachment; filename="${name}.html"`,
      'content-security-policy': `${incidentPolicy(document.incident)}; sandbox allow-scripts`,
    },
    body: [...pieces].join(''),
  };
}

/** All cited records as they are kept; why not, where the state does not tell. */
async function recordsOf(state: State, { id, records }: WholeIncident): Promise<readonly RecordLine[] | string> {
  const all = records.rows.map(({ body }) => JSON.parse(body) as RecordLine);
  let cursor = records.next;
  while (cursor !== null && all.length < MOST_RECORDS) {
    const page = await state.call('listIncidentRecords', { id, limit: MOST_ROWS, cursor });
    if (page.kind === 'refused') return page.message;
    all.push(...page.value.rows.map(({ body }) => JSON.parse(body) as RecordLine));
    cursor = page.value.next;
  }
  return all;
}

/** Where the archive holds them, as far as it tells in time. */
async function placesOf(
  { archiver, steadyMs }: ReportParts,
  records: readonly RecordLine[],
): Promise<readonly ServedRecord[]> {
  if (archiver === undefined) return [];
  await archiver.archive.flush();
  const endMs = steadyMs() + LOOK_MS;
  const places: ServedRecord[] = [];
  for (const record of records.slice(0, MOST_PLACES)) {
    const query = queryOfCited({
      ...record,
      ...(record.recordId === undefined ? {} : { recordId: String(record.recordId) }),
    });
    if (query === undefined || steadyMs() > endMs) continue;
    for await (const page of archiver.archive.search(query, { limit: 1 })) {
      const entry = page.kind === 'page' ? page.entries[0] : undefined;
      if (entry !== undefined) {
        const { sender, position, item: number, place } = entry;
        const { item, event } = placeOfNumber(number);
        places.push({
          record: record.id,
          sender,
          event: `${position}/${item}${event === 0 ? '' : `.${event}`}`,
          archive: `segment ${place.segment}, block ${place.block}, entry ${place.item}`,
        });
      }
      if (entry !== undefined || page.kind !== 'page' || steadyMs() > endMs) break;
    }
  }
  return places;
}

/** One incident as a result of its own: what a hunt says of its run and its inputs there is nothing of. */
function resultOf(
  { incident, findings, subscriptions, gaps }: Document,
  records: readonly RecordLine[],
  { tool, version, at }: ServedCustody,
): HuntResult {
  const none = { live: 0, afterDamage: 0, swallowed: 0, carved: 0 };
  return {
    schemaVersion: 1,
    header: {
      tool: { name: tool, version },
      options: { hosts: [], minLevel: 'informational', failLevel: 'never', carve: false, strict: false },
      evidence: [],
    },
    run: {
      status: 'ok',
      exit: 0,
      start: at,
      end: at,
      utcOffsetMinutes: 0,
      files: 0,
      records: records.length,
      lostRecords: 0,
      bytes: 0,
    },
    summary: {
      files: 0,
      records: none,
      rejected: 0,
      skippedByFilter: 0,
      folded: 0,
      rejectedBytes: 0,
      shapes: {},
      contentLost: 0,
      conflicts: 0,
      unfolded: 0,
      thirdParty: 0,
      anomalies: {},
      coverage: [],
      evicted: {},
      repositories: [],
      audits: [],
      notEvaluated: [],
      notRead: [],
      leftOut: { subscriptions: 0, findings: 0, incidents: 0 },
    },
    subscriptions,
    findings,
    incidents: [incident],
    gaps,
    anomalies: [],
    thirdParty: [],
    records,
  };
}
