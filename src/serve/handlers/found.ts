import { type ApiRequest, type ApiResponse, type Handler, jsonAnswer, refused } from '../../api/index.ts';
import type {
  FoundCounts,
  FoundFilter,
  FoundKind,
  FoundRow,
  FoundStanding,
  State,
  WholeFound,
} from '../../state/index.ts';
import { evidenceRefused, seesNoEvidence } from '../people/withhold.ts';
import { recordDocument } from './incident-document.ts';
import { pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { LEVEL, nameOf, oneOf, plainPageOf, readQuery, someOf, TIME } from './query.ts';

const STANDINGS: readonly FoundStanding[] = ['told', 'final', 'withdrawn'];
const SCOPES = ['wmi', 'lateral', 'tamper', 'posture', 'custom'] as const;
const STATES = ['armed', 'disarmed', 'deleted', 'unknown'] as const;

const COMMON = {
  standing: someOf(STANDINGS),
  level: LEVEL,
  host: nameOf(255),
  since: TIME,
  incident: nameOf(64),
};
const OF_FINDINGS = { ...COMMON, analytic: nameOf(128), rule: nameOf(256), scope: oneOf(SCOPES) };
const OF_SUBSCRIPTIONS = { ...COMMON, state: oneOf(STATES), named: nameOf(255), fingerprint: nameOf(128) };

type FoundOperation =
  | 'listFindings'
  | 'readFinding'
  | 'listSubscriptions'
  | 'readSubscription'
  | 'listSubscriptionRecords';

/** What judging found beside incidents: findings, and subscriptions with their dossiers. */
export function foundHandlers(state: State): Readonly<Record<FoundOperation, Handler>> {
  return {
    listFindings: (request) => {
      const read = readQuery(request.query, OF_FINDINGS);
      if (read.kind !== 'values') return read;
      const { analytic, rule, scope } = read.values;
      const own = {
        ...(analytic === undefined ? {} : { label: analytic }),
        ...(rule === undefined ? {} : { print: rule }),
      };
      const filter = {
        of: 'finding',
        ...commonOf(read.values),
        ...own,
        ...(scope === undefined ? {} : { word: scope }),
      };
      return list(state, request, filter as FoundFilter, scopesOf);
    },
    readFinding: (request) => read(state, request, 'finding'),
    listSubscriptions: (request) => {
      const read = readQuery(request.query, OF_SUBSCRIPTIONS);
      if (read.kind !== 'values') return read;
      const { state: word, named, fingerprint } = read.values;
      if (fingerprint !== undefined && seesNoEvidence(request.caller)) return evidenceRefused('a content');
      const own = {
        ...(word === undefined ? {} : { label: word }),
        ...(named === undefined ? {} : { named }),
        ...(fingerprint === undefined ? {} : { print: fingerprint }),
      };
      return list(state, request, { of: 'subscription', ...commonOf(read.values), ...own }, statesOf);
    },
    readSubscription: (request) => read(state, request, 'subscription'),
    listSubscriptionRecords: async (request) => {
      const page = plainPageOf(request);
      if ('kind' in page) return page;
      const asked = { ...page, of: 'subscription', id: request.params['id'] ?? '' } as const;
      const found = await state.call('foundRecords', asked);
      if (found.kind === 'refused') return refusalAnswer(found);
      const { rows, next, cited } = found.value;
      return jsonAnswer({ items: rows.map(recordDocument), cited, ...(next === null ? {} : { next }) });
    },
  };
}

type Common = Pick<FoundFilter, 'level' | 'host' | 'since' | 'incident'> & {
  readonly standing?: readonly FoundStanding[];
};

function commonOf({ standing, level, host, since, incident }: Common): Omit<FoundFilter, 'of'> {
  return {
    ...(standing === undefined ? {} : { standings: standing }),
    ...(level === undefined ? {} : { level }),
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
    ...(since === undefined ? {} : { since }),
    ...(incident === undefined ? {} : { incident }),
  };
}

async function list(
  state: State,
  request: ApiRequest,
  filter: FoundFilter,
  words: (counts: FoundCounts) => Readonly<Record<string, unknown>>,
): Promise<ApiResponse> {
  const page = pageRequestOf(request);
  if ('kind' in page) return page;
  const [rows, counted] = await Promise.all([
    state.call('listFound', { ...page, ...filter }),
    state.call('countFound', { of: filter.of }),
  ]);
  if (rows.kind === 'refused') return refusalAnswer(rows);
  if (counted.kind === 'refused') return refusalAnswer(counted);
  const { rows: items, next } = rows.value;
  return jsonAnswer({
    items: items.map(foundRowDocument),
    ...(next === null ? {} : { next }),
    counts: levelsOf(counted.value),
    ...words(counted.value),
    dropped: counted.value.dropped,
  });
}

async function read(state: State, { params, query }: ApiRequest, of: FoundKind): Promise<ApiResponse> {
  const asked = readQuery(query, {}, new Set());
  if (asked.kind !== 'values') return asked;
  const found = await findWhole(state, of, params['id'] ?? '');
  if ('kind' in found) return found;
  const { document, hostsOfPrint, row: _, ...columns } = found;
  const beside = of === 'subscription' ? { hostsOfFingerprint: hostsOfPrint } : {};
  return jsonAnswer({ ...columnsOf(columns), ...beside, [of]: JSON.parse(document) });
}

/** One of them by its id; else what is answered. */
export async function findWhole(state: State, of: FoundKind, id: string): Promise<WholeFound | ApiResponse> {
  const found = await state.call('readFound', { of, id });
  if (found.kind === 'refused') return refusalAnswer(found);
  return found.value ?? refused({ code: 'not_found', detail: `There is no ${of} ${id.slice(0, 100)}.` });
}

/** A row of a list: what was told of it, and what the server knows beside. */
export function foundRowDocument({ row, hostsOfPrint, ...columns }: FoundRow): Readonly<Record<string, unknown>> {
  const beside = hostsOfPrint === undefined ? {} : { hostsOfFingerprint: hostsOfPrint };
  return { ...columnsOf(columns), ...(JSON.parse(row) as object), ...beside };
}

function columnsOf({ id, version, standing, incident, createdMs, changedMs }: Omit<FoundRow, 'row'>): object {
  const times = { created: timeOf(createdMs), changed: timeOf(changedMs) };
  return { id, version, standing, ...(incident === null ? {} : { incident }), ...times };
}

/** By level, then standing. */
function levelsOf({ counts }: FoundCounts): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const levels: Record<string, Record<string, number>> = {};
  for (const { level, standing, count } of counts) {
    const before = levels[level] ?? {};
    levels[level] = { ...before, [standing]: (before[standing] ?? 0) + count };
  }
  return levels;
}

function scopesOf({ counts }: FoundCounts): Readonly<Record<string, unknown>> {
  return { scopes: sums(counts, ({ word }) => word) };
}

function statesOf({ counts }: FoundCounts): Readonly<Record<string, unknown>> {
  return { states: sums(counts, ({ label }) => label) };
}

/** Of what was not withdrawn. */
function sums(
  counts: FoundCounts['counts'],
  of: (count: FoundCounts['counts'][number]) => string,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (const one of counts) if (one.standing !== 'withdrawn') sum[of(one)] = (sum[of(one)] ?? 0) + one.count;
  return sum;
}
