import { analyticTitle } from '../../analytics/index.ts';
import { type ApiResponse, type Handler, jsonAnswer, refused } from '../../api/index.ts';
import type { LoadedRule, RulesForThreads } from '../../intake/index.ts';
import { ruleKey } from '../../live/index.ts';
import type { Decided, Hits, Outcome, State } from '../../state/index.ts';
import { levelRank } from '../../windows/index.ts';
import type { ServedRules } from '../serve-request.ts';
import { pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { type Precision, precisionOf } from './precision.ts';
import { FLAG, LEVEL, nameOf, oneOf, readQuery } from './query.ts';

export interface RuleParts {
  readonly state: State;
  nowMs(): number;
  /** The rules that are in use now. */
  rules(): ServedRules;
}

interface Row {
  readonly key: string;
  readonly origin: 'user' | 'pack';
  readonly rule: LoadedRule;
}

interface Table {
  readonly rows: readonly Row[];
  readonly loaded: Readonly<Record<'user' | 'pack', unknown>>;
}

const FILTERS = { origin: oneOf(['user', 'pack'] as const), level: LEVEL, hit: FLAG, named: nameOf(256) };
/** Problems that are told one by one. */
const MOST_PROBLEMS = 200;
/** Characters of a cursor, which holds the filters: a name of 256 characters in any script with it. */
const MOST_CURSOR = 4096;
/** So long the pages of one list are counted once. */
const COUNTED_MS = 60_000;

/** Rules of the user and of the pack with what they hit so far; which were taken, and why others were not. */
export function ruleHandlers({ state, nowMs, rules }: RuleParts): Readonly<Record<'listRules', Handler>> {
  let known: { readonly of: ReturnType<RuleParts['rules']>; readonly table: Table; readonly turn: number } | undefined;
  let counted: { readonly atMs: number; readonly counts: ReturnType<typeof countsOf> } | undefined;
  const current = (): { readonly table: Table; readonly turn: number } => {
    const of = rules();
    if (known !== undefined && known.of.rules === of.rules && known.of.pack === of.pack) return known;
    const made = { of, table: tableOf(of), turn: (known?.turn ?? 0) + 1 };
    known = made;
    return made;
  };
  return {
    listRules: async (request): Promise<ApiResponse> => {
      const page = pageRequestOf(request);
      if ('kind' in page) return page;
      const read = readQuery(request.query, FILTERS);
      if (read.kind !== 'values') return read;
      const { origin, level, hit, named } = read.values;
      // Pages behind the first are counted as of it.
      counted =
        counted === undefined || page.cursor === undefined || Math.abs(nowMs() - counted.atMs) > COUNTED_MS
          ? { atMs: nowMs(), counts: countsOf(state, nowMs()) }
          : counted;
      const [byRule, byAnalytic, decided] = await counted.counts;
      if ([byRule, byAnalytic, decided].some(({ kind }) => kind === 'refused')) counted = undefined;
      if (byRule.kind === 'refused') return refusalAnswer(byRule);
      if (byAnalytic.kind === 'refused') return refusalAnswer(byAnalytic);
      if (decided.kind === 'refused') return refusalAnswer(decided);
      const { table, turn } = current();
      const question = JSON.stringify([turn, read.values]);
      const from = placeOf(page.cursor, question);
      if (from === undefined) {
        const detail = 'This is no cursor of these filters, or rules were taken anew; begin without one.';
        return refused({ code: 'bad_cursor', detail });
      }
      const precise = precisions(decided.value);
      const hits = new Map(byRule.value.map((one) => [one.name, one]));
      const wanted = table.rows.filter(
        ({ key, origin: own, rule: { metadata } }) =>
          (origin === undefined || own === origin) &&
          (level === undefined || levelRank(metadata.level ?? 'medium') >= levelRank(level)) &&
          (hit === undefined || hits.has(key) === hit) &&
          (named === undefined || metadata.title.toLowerCase().includes(named.toLowerCase())),
      );
      const end = from + (page.limit ?? 100);
      return jsonAnswer({
        items: wanted.slice(from, end).map((row) => ruleDocument(row, hits.get(row.key), precise('rule', row.key))),
        ...(end < wanted.length ? { next: cursorOf(end, question) } : {}),
        loaded: table.loaded,
        analytics: byAnalytic.value.map(({ name, ...of }) => ({
          analytic: name,
          ...titleOf(name),
          ...hitsDocument(of),
          ...precise('analytic', name),
        })),
      });
    },
  };
}

/** The member `title` of an analytic, or nothing where the catalogue knows none: findings of an earlier version stay. */
function titleOf(analytic: string): { title?: string } {
  const title = analyticTitle(analytic);
  return title === undefined ? {} : { title };
}

/** What rules and analytics hit, and how people decided it: a look at all findings that are kept. */
function countsOf(
  state: State,
  nowMs: number,
): Promise<readonly [Outcome<readonly Hits[]>, Outcome<readonly Hits[]>, Outcome<readonly Decided[]>]> {
  return Promise.all([
    state.call('countHits', { by: 'rule', nowMs }),
    state.call('countHits', { by: 'analytic', nowMs }),
    state.call('countDecided', null),
  ]);
}

function tableOf({ rules, pack }: ReturnType<RuleParts['rules']>): Table {
  const of = (origin: Row['origin'], set: RulesForThreads | undefined): { rows: readonly Row[]; loaded: unknown } => {
    if (set === undefined) return { rows: [], loaded: { rules: 0, idle: 0, off: 0, problems: [] } };
    const { rules: all, problems } = set.loaded;
    const told = problems
      .slice(0, MOST_PROBLEMS)
      .map(({ code, severity, file, line, column, message, hint, ruleId }) => ({
        code,
        severity,
        file,
        line,
        column,
        message,
        ...(hint === undefined ? {} : { hint }),
        ...(ruleId === undefined ? {} : { rule: ruleId }),
      }));
    const loaded = {
      rules: all.filter(({ isTried, isOff }) => isTried && !isOff).length,
      idle: all.filter(({ isTried, isOff }) => !isTried && !isOff).length,
      off: all.filter(({ isOff }) => isOff).length,
      problems: told,
      ...(problems.length > told.length ? { moreProblems: problems.length - told.length } : {}),
    };
    return { rows: all.map((rule) => ({ key: ruleKey(rule.metadata), origin, rule })), loaded };
  };
  const user = of('user', rules);
  const own = of('pack', pack);
  return { rows: [...user.rows, ...own.rows], loaded: { user: user.loaded, pack: own.loaded } };
}

function ruleDocument({ key, origin, rule }: Row, hits: Hits | undefined, precision: object): object {
  const { title, id, status, level, author, license, tags, references, file } = rule.metadata;
  const state = rule.isOff ? 'off' : rule.isTried ? 'loaded' : 'idle';
  return {
    key,
    ...(id === undefined ? {} : { id }),
    title,
    origin,
    kind: rule.kind,
    state,
    level: level ?? 'medium',
    ...(status === undefined ? {} : { status }),
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    file,
    tags,
    references,
    hits: hitsDocument(hits ?? { findings: 0, hosts: 0, lastMs: 0, in1d: 0, in7d: 0, in30d: 0 }),
    ...precision,
  };
}

/** Gives the member `precision` of a rule or an analytic, or nothing where no incident of it was decided. */
function precisions(decided: readonly Decided[]): (by: Decided['by'], name: string) => { precision?: Precision } {
  const known = new Map(decided.map((one) => [`${one.by} ${one.name}`, precisionOf(one)]));
  return (by, name) => {
    const precision = known.get(`${by} ${name}`);
    return precision === undefined ? {} : { precision };
  };
}

function hitsDocument({ lastMs, ...counts }: Omit<Hits, 'name'>): object {
  return { ...counts, ...(lastMs === 0 ? {} : { last: timeOf(lastMs) }) };
}

/** Where a page begins. A place counts what the filters leave of the rules in use: with other filters, or other rules, the cursor is none. */
function placeOf(cursor: string | undefined, question: string): number | undefined {
  if (cursor === undefined) return 0;
  const text = Buffer.from(cursor.slice(0, MOST_CURSOR), 'base64url').toString();
  const place = /^\d{1,9}(?=\.)/.exec(text)?.[0];
  return place !== undefined && text === `${place}.${question}` ? Number(place) : undefined;
}

function cursorOf(place: number, question: string): string {
  return Buffer.from(`${place}.${question}`).toString('base64url');
}
