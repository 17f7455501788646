import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../disk/index.ts';
import { bringToFormat } from '../format.ts';
import { applyIncidents } from '../incidents/apply.ts';
import type { IncidentWrite } from '../incidents/writes.ts';
import { STATE_LIMITS, type StateLimits } from '../limits.ts';
import type { Desk, Operation } from '../operation.ts';
import { applyFound } from './apply-found.ts';
import { NEXT_FOUND_TO_GO } from './found-room.ts';
import { countFound, countHits, type FoundFilter, knownFound, listFound, readFound } from './read-found.ts';
import type { FoundWrite } from './writes.ts';

function desk(limits: Partial<StateLimits> = {}): Desk {
  const database = new Database(':memory:', { timeoutMs: 0 });
  bringToFormat(database, { storeId: new Uint8Array(16), nowMs: 5 });
  return { database, limits: { ...STATE_LIMITS, ...limits } };
}

const TIME = '2026-01-01T00:00:00.0000000Z';

type Told = Extract<FoundWrite, { kind: 'found' }>;

function told(id: string, changes: Partial<Told> = {}): Told {
  const columns = { level: 'high', host: 'ws-07', hosts: ['ws-07'], label: 'S05', word: 'wmi', print: null } as const;
  const times = { firstMs: 1000, last: TIME, atMs: 7 };
  const texts = { row: `{"title":"${id}"}`, document: `{"id":"${id}"}` };
  return {
    kind: 'found',
    of: 'finding',
    id,
    digest: 'a',
    extent: 1,
    isWhole: false,
    incident: null,
    ...columns,
    ...times,
    ...texts,
    ...changes,
  };
}

function ended(kind: 'foundWithdrawn' | 'foundFinal', id: string): FoundWrite {
  return { kind, of: 'finding', id, atMs: 9 };
}

function run<Input, Value>(on: Desk, operation: Operation<Input, Value>, input: Input): Value {
  const outcome = operation.run(on, input);
  if (outcome.kind === 'refused') return assert.fail(outcome.message);
  return outcome.value;
}

/** An incident of which nothing counts but that it is there. */
function hold(on: Desk, id: string): void {
  const write: IncidentWrite = {
    ...{ kind: 'incident', id, version: 1, digest: id, level: 'low', isWmi: false, title: id, atMs: 7 },
    ...{ first: TIME, last: TIME, eventTime: TIME, isRetrospective: false, hosts: [], members: [], times: '{}' },
    ...{ steps: [], document: '{}', records: [], absorbs: [] },
  };
  assert.equal(applyIncidents(on, [write]).kind, 'done');
}

function verdicts(on: Desk, ...writes: readonly FoundWrite[]): readonly string[] {
  return applyFound(on, writes).found.map(({ id, verdict, version }) => `${id} ${verdict} ${version ?? '-'}`);
}

function ids(on: Desk, filter: Partial<FoundFilter> = {}): readonly string[] {
  return run(on, listFound, { of: 'finding', ...filter }).rows.map(({ id }) => id);
}

test('a finding is new, then known, then changed by another digest; the same step again changes nothing', () => {
  const on = desk();
  assert.deepEqual(verdicts(on, told('f')), ['f new 1']);
  assert.deepEqual(verdicts(on, told('f')), ['f known 1']);
  assert.deepEqual(verdicts(on, told('f', { digest: 'b', level: 'low' })), ['f changed 2']);
  assert.deepEqual(verdicts(on, told('f', { digest: 'b', incident: 'i' })), ['f moved 2']);
  assert.deepEqual(verdicts(on, told('f', { digest: 'b', incident: 'i' })), ['f known 2']);
  assert.deepEqual(verdicts(on, told('f', { of: 'subscription' })), ['f new 1'], 'kinds have ids of their own');
  hold(on, 'i');
  const { document, row, incident } = run(on, readFound, { of: 'finding', id: 'f' }) ?? assert.fail();
  assert.deepEqual([document, row, incident], ['{"id":"f"}', '{"title":"f"}', 'i']);
  assert.equal(run(on, readFound, { of: 'finding', id: 'g' }), null);
});

test('what is withdrawn is a version of its own and comes back as another; what is final changes only by more', () => {
  const on = desk();
  verdicts(on, told('f', { extent: 3 }), told('g'));
  assert.deepEqual(verdicts(on, ended('foundWithdrawn', 'g')), ['g withdrawn 2']);
  assert.deepEqual(verdicts(on, ended('foundWithdrawn', 'g')), ['g known 2']);
  assert.deepEqual(verdicts(on, ended('foundFinal', 'x')), ['x unknown -']);
  assert.deepEqual(ids(on), ['f']);
  assert.deepEqual(ids(on, { standings: ['withdrawn'] }), ['g']);
  assert.deepEqual(verdicts(on, told('g')), ['g changed 3']);
  assert.deepEqual(verdicts(on, ended('foundFinal', 'f')), ['f final 1']);
  assert.deepEqual(verdicts(on, told('f', { extent: 3, digest: 'less' })), ['f known 1']);
  assert.deepEqual(verdicts(on, told('f', { extent: 4, digest: 'more' })), ['f changed 2']);
  verdicts(on, ended('foundFinal', 'f'));
  assert.deepEqual(
    verdicts(on, told('f', { extent: 4, digest: 'more', isWhole: true })),
    ['f moved 2'],
    'all is held again',
  );
  verdicts(on, ended('foundFinal', 'f'));
  assert.deepEqual(verdicts(on, told('f', { extent: 4, digest: 'more' })), ['f known 2']);
  assert.deepEqual(verdicts(on, told('f', { extent: 3, digest: 'less', isWhole: true })), ['f changed 3']);
  assert.deepEqual(
    run(on, knownFound, {}).rows.map(({ id, digest, extent }) => [id, digest, extent]),
    [
      ['g', 'a', 1],
      ['f', 'less', 3],
    ],
  );
});

test('of one id the writes of a step are taken in their order', () => {
  const on = desk();
  verdicts(on, told('f'));
  assert.deepEqual(verdicts(on, ended('foundWithdrawn', 'f'), told('f', { digest: 'b' })), [
    'f withdrawn 2',
    'f changed 3',
  ]);
});

test('lists are in order of time, newest first, and follow every filter; pages meet each row once', () => {
  const on = desk();
  for (let at = 1; at <= 9; at++) {
    const level = at % 3 === 0 ? 'critical' : 'low';
    const host = at % 2 === 0 ? 'srv-02' : 'ws-07';
    const last = `2026-01-0${at}T00:00:00.0000000Z`;
    verdicts(
      on,
      told(`f${at}`, { firstMs: at * 1000, level, host, last, label: `S0${at % 2}`, incident: `i${at % 2}` }),
    );
  }
  assert.deepEqual(ids(on).slice(0, 3), ['f9', 'f8', 'f7']);
  assert.deepEqual(ids(on, { level: 'high' }), ['f9', 'f6', 'f3']);
  assert.deepEqual(ids(on, { host: 'srv-02', level: 'high' }), ['f6']);
  assert.deepEqual(ids(on, { label: 'S00', since: '2026-01-05T00:00:00.0000000Z' }), ['f8', 'f6']);
  assert.deepEqual(ids(on, { incident: 'i1' }), ['f9', 'f7', 'f5', 'f3', 'f1']);
  assert.deepEqual(ids(on, { incident: 'i1', word: 'lateral' }), []);
  const met: string[] = [];
  let cursor: string | undefined;
  do {
    const page = run(on, listFound, { of: 'finding', limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    met.push(...page.rows.map(({ id }) => id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  assert.deepEqual(met, ids(on));
  const strange = listFound.run(on, {
    of: 'subscription',
    cursor: run(on, listFound, { of: 'finding', limit: 2 }).next ?? '',
  });
  assert.equal(strange.kind === 'refused' && strange.code, 'cursor');
});

test('an incident that was merged away leads to its survivor, in rows and as a filter', () => {
  const on = desk();
  verdicts(on, told('f', { incident: 'old' }), told('g', { incident: 'new' }));
  on.database.connection.exec('PRAGMA foreign_keys = off');
  on.database.run("INSERT INTO incident_alias VALUES ('old', 'new')");
  assert.deepEqual(ids(on, { incident: 'new' }), ['g', 'f']);
  assert.equal(run(on, readFound, { of: 'finding', id: 'f' })?.incident, 'new');
});

test('L15 an incident that went to keep the bounds is named no more, until it is told anew', () => {
  const on = desk();
  verdicts(on, told('f', { incident: 'i' }));
  const named = (): unknown => [
    run(on, readFound, { of: 'finding', id: 'f' })?.incident,
    run(on, listFound, { of: 'finding' }).rows[0]?.incident,
  ];
  hold(on, 'i');
  assert.deepEqual(named(), ['i', 'i']);
  const none = { ...on, limits: { ...on.limits, incidents: 0 } };
  applyIncidents(none, [{ kind: 'incidentFinal', id: 'i', atMs: 8 }]);
  assert.deepEqual(named(), [null, null]);
  hold(on, 'i');
  assert.deepEqual(named(), ['i', 'i']);
});

test('counts follow every change', () => {
  const on = desk();
  const day = 86_400_000;
  const nowMs = 1001 + day;
  verdicts(on, told('f'), told('g', { level: 'low' }), told('h', { label: 'S06' }));
  verdicts(on, told('g', { digest: 'b', level: 'critical' }), ended('foundWithdrawn', 'h'));
  assert.deepEqual(run(on, countFound, { of: 'finding' }), {
    counts: [
      { label: 'S05', level: 'critical', word: 'wmi', standing: 'told', count: 1 },
      { label: 'S05', level: 'high', word: 'wmi', standing: 'told', count: 1 },
      { label: 'S06', level: 'high', word: 'wmi', standing: 'withdrawn', count: 1 },
    ],
    held: 3,
    dropped: 0,
  });
  assert.deepEqual(run(on, countHits, { by: 'analytic', nowMs }), [
    { name: 'S05', findings: 2, hosts: 1, lastMs: 1000, in1d: 0, in7d: 2, in30d: 2 },
  ]);
  assert.deepEqual(run(on, countHits, { by: 'rule', nowMs }), []);
  verdicts(on, told('r', { print: 'rule-1', host: 'srv-02' }), told('s', { print: 'rule-1', firstMs: 3000 }));
  // Each span has another number, and a finding that is as old as the span still counts.
  const ages = [0, 1, 1.1, 7, 7.1, 20, 30, 30.1, 90].map((days) => nowMs - Math.round(days * day));
  verdicts(
    on,
    ...ages.map((firstMs, at) => told(`age-${at}`, { label: 'S07', print: 'rule-2', host: 'srv-02', firstMs })),
  );
  for (const [by, name] of [
    ['analytic', 'S07'],
    ['rule', 'rule-2'],
  ] as const) {
    const spans = { in1d: 2, in7d: 4, in30d: 7 };
    assert.deepEqual(
      run(on, countHits, { by, nowMs }).filter((one) => one.name === name),
      [{ name, findings: 9, hosts: 1, lastMs: nowMs, ...spans }],
    );
  }
  verdicts(on, ...ages.map((_, at) => ended('foundWithdrawn', `age-${at}`)));
  assert.deepEqual(run(on, countHits, { by: 'rule', nowMs: 3000 + 30 * day }), [
    { name: 'rule-1', findings: 2, hosts: 2, lastMs: 3000, in1d: 0, in7d: 0, in30d: 1 },
  ]);
  assert.equal(run(on, readFound, { of: 'finding', id: 'r' })?.hostsOfPrint, 2);
});

test('each subscription of a list tells the hosts of its content, whatever the list was asked for', () => {
  const on = desk();
  const of = (id: string, host: string, print: string | null, changes: Partial<Told> = {}): Told =>
    told(id, { of: 'subscription', host, print, label: 'armed', row: `{"consumer":"c"}`, ...changes });
  verdicts(on, of('s1', 'ws-01', 'p'), of('s2', 'ws-02', 'p', { label: 'deleted' }), of('s3', 'ws-02', 'p'));
  verdicts(on, of('s4', 'ws-03', 'q'), of('s5', 'ws-04', null), of('s6', 'ws-05', 'p'));
  verdicts(on, { ...ended('foundWithdrawn', 's6'), of: 'subscription' }, told('f', { print: 'p', host: 'ws-06' }));
  const hosts = (filter: Partial<FoundFilter>): readonly string[] =>
    run(on, listFound, { of: 'subscription', ...filter })
      .rows.map(({ id, hostsOfPrint }) => `${id} ${hostsOfPrint}`)
      .toSorted();
  assert.deepEqual(hosts({}), ['s1 2', 's2 2', 's3 2', 's4 1', 's5 0']);
  assert.deepEqual(hosts({ named: 'ws-01' }), ['s1 2']);
  assert.deepEqual(hosts({ label: 'deleted' }), ['s2 2']);
  assert.deepEqual(run(on, readFound, { of: 'subscription', id: 's1' })?.hostsOfPrint, 2);
  const [finding] = run(on, listFound, { of: 'finding' }).rows;
  assert.ok(finding !== undefined && !('hostsOfPrint' in finding) && !('print' in finding));
});

test('L15 a loud host loses its own first: withdrawn, then final, then the oldest change; what went is counted', () => {
  const on = desk({ found: 4 });
  verdicts(on, told('quiet', { host: 'srv-02', atMs: 1 }));
  for (let at = 1; at <= 4; at++) verdicts(on, told(`f${at}`, { atMs: at + 1, firstMs: at }));
  assert.deepEqual(ids(on), ['quiet', 'f4', 'f3', 'f2']);
  verdicts(on, ended('foundFinal', 'f4'), ended('foundWithdrawn', 'f3'));
  assert.equal(applyFound(on, [told('f5', { firstMs: 5, atMs: 20 })]).dropped, 1);
  assert.deepEqual(ids(on), ['quiet', 'f5', 'f4', 'f2']);
  verdicts(on, told('f6', { firstMs: 6, atMs: 21 }));
  assert.deepEqual(ids(on), ['quiet', 'f6', 'f5', 'f2']);
  const { held, dropped } = run(on, countFound, { of: 'finding' });
  assert.deepEqual([held, dropped], [4, 3]);
  const small = desk({ foundBytes: 1 });
  assert.equal(applyFound(small, [told('f')]).dropped, 1);
  assert.equal(small.database.number("SELECT value FROM tally WHERE name = 'foundBytes'"), 0);
});

test('what goes next, and each page, is found by an index and not by sorting', () => {
  const on = desk();
  const plan = (sql: string): string =>
    on.database
      .all<{ detail: string }>(
        `EXPLAIN QUERY PLAN ${sql}`,
        ...Array.from({ length: sql.split('?').length - 1 }, () => 'x'),
      )
      .map(({ detail }) => detail)
      .join('\n');
  assert.doesNotMatch(plan(NEXT_FOUND_TO_GO), /TEMP B-TREE|SCAN found\b/);
  for (const filter of ['', ' AND host = ?', ' AND label = ?', ' AND print = ?'])
    assert.doesNotMatch(
      plan(`SELECT id FROM found WHERE kind = ?${filter} AND standing IN (SELECT value FROM json_each(?))
      AND level_rank >= ? ORDER BY first_ms DESC, seq DESC LIMIT ?`),
      /TEMP B-TREE/,
      filter,
    );
});
