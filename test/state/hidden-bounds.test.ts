import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bound, Database } from '../../src/disk/index.ts';
import { bringToFormat } from '../../src/state/format.ts';
import { type Carrier, type HiddenPast, MOST_CARRIERS } from '../../src/state/index.ts';
import { STATE_LIMITS } from '../../src/state/limits.ts';
import { operations } from '../../src/state/operations.ts';
import { type Level, levelRank } from '../../src/windows/index.ts';
import { NOW_MS } from './opened-state.ts';
import { type ToldWrite, told } from './told-incidents.ts';

const HOUR_MS = 3_600_000;
const hour = (hours: number): number => NOW_MS + hours * HOUR_MS;

/** Counts the statements that read suppressions, and the rows that those gave. */
class CountingDatabase extends Database {
  looks = 0;
  rows = 0;

  override all<Row>(sql: string, ...values: readonly Bound[]): readonly Row[] {
    const found = super.all<Row>(sql, ...values);
    this.#count(sql, found.length);
    return found;
  }

  override get<Row>(sql: string, ...values: readonly Bound[]): Row | undefined {
    this.#count(sql, 1);
    return super.get<Row>(sql, ...values);
  }

  #count(sql: string, rows: number): void {
    if (!/\bsuppression\b/.test(sql)) return;
    this.looks++;
    this.rows += rows;
  }
}

function newDatabase(): CountingDatabase {
  const database = new CountingDatabase(':memory:');
  bringToFormat(database, { storeId: new Uint8Array(16), nowMs: NOW_MS });
  return database;
}

/** Whole numbers below a bound, the same ones for a seed. */
function numbersOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

let keys = 0;

function mute(database: Database, scope: Carrier, fromMs: number, toMs: number, level: Level = 'high'): void {
  const { host = null, analytic = null } = scope;
  database.run(
    `INSERT INTO suppression (host, analytic, level, level_rank, reason, owner, who, created_ms, ends_ms, key, request)
      VALUES (?, ?, ?, ?, 'patch days', 'alice', 'tester', ?, ?, ?, '{}')`,
    host,
    analytic,
    level,
    levelRank(level),
    fromMs,
    toMs,
    `key ${keys++}`,
  );
}

/** How many statements a commit needed that read suppressions. */
function looksOf(database: CountingDatabase, ...writes: readonly ToldWrite[]): number {
  const before = database.looks;
  const outcome = operations.commit.run({ database, limits: STATE_LIMITS }, { judged: 1, writes });
  assert.equal(outcome.kind, 'done');
  return database.looks - before;
}

function hiddenOf(database: Database, nowMs: number): HiddenPast {
  const outcome = operations.hiddenTimes.run({ database, limits: STATE_LIMITS }, { id: 'a', nowMs });
  return outcome.kind === 'done' ? outcome.value : assert.fail(outcome.message);
}

test('a judgement looks for what was hidden of incidents that rest on something else alone, and once for all of them', () => {
  const database = newDatabase();
  const names = Array.from({ length: 20 }, (_, at) => `incident ${at}`);
  const all = (version: number, analytic: string): readonly ToldWrite[] =>
    names.map((name) => told(name, version, { carriers: [{ host: 'srv-02', analytic }], atMs: hour(version) }));
  looksOf(database, ...all(1, 'R02'));
  mute(database, { host: 'ws-01' }, hour(1), hour(90));
  const base = looksOf(
    database,
    told('incident 0', 2, { carriers: [{ host: 'srv-02', analytic: 'R02' }], atMs: hour(2) }),
  );
  assert.equal(looksOf(database, ...all(3, 'R02')), base);
  assert.equal(looksOf(database, ...all(4, 'R03')), base + 1);
  // A level that is another counts too.
  const raised = all(5, 'R03').map((write) => ({ ...write, level: 'critical' as const }));
  assert.equal(looksOf(database, ...raised), base + 1);
});

test('L15 what is read of suppressions does not grow with the carriers that they mute', () => {
  const database = newDatabase();
  const carriers = Array.from({ length: MOST_CARRIERS }, (_, at) => ({ host: 'srv-02', analytic: `R${at}` }));
  looksOf(database, told('a', 1, { carriers }));
  for (let at = 0; at < 50; at++) mute(database, { host: 'srv-02' }, hour(1), hour(9));
  database.rows = 0;
  const { times } = hiddenOf(database, hour(2));
  assert.deepEqual([times.length, times[0]?.fromMs, times[0]?.toMs], [1, hour(1), null]);
  assert.ok(database.rows <= 50 + 20, `${database.rows} rows`);
});

test('L15 the newest 50 times are told, and that there were others, on both sides of the bound', () => {
  for (const count of [50, 51]) {
    const database = newDatabase();
    looksOf(database, told('a', 1, { carriers: [{ host: 'srv-02' }] }));
    for (let at = 1; at <= count; at++) mute(database, { host: 'srv-02' }, hour(2 * at), hour(2 * at + 1));
    const { times, sinceMs } = hiddenOf(database, hour(200));
    assert.deepEqual(
      [times.length, times[0]?.fromMs, times.at(-1)?.fromMs],
      [50, hour(2 * count), hour(2 * (count - 49))],
    );
    assert.equal(sinceMs, count === 50 ? null : hour(4));
  }
});

test('L15 of many suppressions those that end last are looked at, and it is said since when they tell all', () => {
  for (const count of [1000, 1001]) {
    const database = newDatabase();
    looksOf(database, told('a', 1, { carriers: [{ host: 'srv-02' }] }));
    for (let at = 1; at <= count; at++) mute(database, { host: 'srv-02' }, hour(at), hour(at + 2));
    const { times, sinceMs } = hiddenOf(database, hour(2000));
    // One that is left out ends an hour after the beginning of the next.
    const cutMs = count === 1000 ? null : hour(3);
    assert.deepEqual([times.length, times[0]?.fromMs, sinceMs], [1, cutMs ?? hour(1), cutMs]);
    assert.deepEqual([times[0]?.toMs, times[0]?.by.length, times[0]?.more], [hour(count + 2), 20, 980]);
  }
});

test('L15 of the suppressions that hid an incident a hundred are told whole, the newest', () => {
  const database = newDatabase();
  looksOf(database, told('a', 1, { carriers: [{ host: 'srv-02' }] }));
  for (let at = 1; at <= 6; at++) {
    for (let of = 0; of < 20; of++) mute(database, { host: 'srv-02' }, hour(2 * at), hour(2 * at + 1));
  }
  const { times } = hiddenOf(database, hour(20));
  assert.deepEqual(
    times.map(({ by }) => by.filter((one) => 'reason' in one).length),
    [20, 20, 20, 20, 20, 0],
  );
});

test('what is told is what a look at each hour finds, by whole and short names, with levels that do not suffice', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const shortNames = seed % 3;
    const carriers = ['R0', 'R1', 'R2'].map((analytic, at) => {
      return { host: at < shortNames ? 'srv-02' : 'srv-02.corp', analytic };
    });
    const next = numbersOf(seed);
    const database = newDatabase();
    looksOf(database, told('a', 1, { carriers, atMs: hour(0) }));
    const mutes = Array.from({ length: 12 }, () => {
      const [host, analytic] = [next(3) < 2 ? 'srv-02' : 'srv-02.corp', next(2) === 0 ? undefined : `R${next(4)}`];
      const fromMs = hour(next(40));
      const scope = { host, ...(analytic === undefined ? {} : { analytic }) };
      const one = {
        scope,
        level: next(5) === 0 ? ('low' as const) : ('high' as const),
        fromMs,
        toMs: fromMs + next(25) * HOUR_MS,
      };
      mute(database, one.scope, one.fromMs, one.toMs, one.level);
      return one;
    });
    const isHidden = (atMs: number): boolean =>
      carriers.every((carrier) =>
        mutes.some(
          ({ scope, level, fromMs, toMs }) =>
            level === 'high' &&
            fromMs <= atMs &&
            toMs > atMs &&
            [carrier.host, 'srv-02'].includes(scope.host) &&
            (scope.analytic ?? carrier.analytic) === carrier.analytic,
        ),
      );
    const { times } = hiddenOf(database, hour(50));
    const found = Array.from({ length: 51 }, (_, at) =>
      times.some(({ fromMs, toMs }) => fromMs <= hour(at) && (toMs ?? Number.POSITIVE_INFINITY) > hour(at)),
    );
    assert.deepEqual(
      found,
      found.map((_, at) => isHidden(hour(at))),
      `seed ${seed}`,
    );
  }
});
