import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../disk/index.ts';
import { bringToFormat, FORMAT_STEPS, type FormatStep } from './format.ts';
import { NEXT_OPEN_TO_GO, NEXT_TO_GO } from './incidents/incident-room.ts';

const MADE = { storeId: new Uint8Array(16).fill(7), nowMs: 5 };

const NEWEST = FORMAT_STEPS.length;

function empty(): Database {
  return new Database(':memory:', { timeoutMs: 0 });
}

/** A step that adds a table. */
function adding(name: string): FormatStep {
  return (database) => database.connection.exec(`CREATE TABLE ${name} (x INTEGER) STRICT`);
}

function tables(database: Database): readonly string[] {
  return database.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").map(({ name }) => name);
}

test('L25 a file is brought from its format to the newest, each step once', () => {
  const database = empty();
  assert.deepEqual(bringToFormat(database, MADE), { kind: 'current', format: NEWEST });
  const steps = [...FORMAT_STEPS, adding('second'), adding('third')];
  assert.deepEqual(bringToFormat(database, MADE, steps.slice(0, NEWEST + 1)), { kind: 'current', format: NEWEST + 1 });
  assert.deepEqual(bringToFormat(database, MADE, steps), { kind: 'current', format: NEWEST + 2 });
  assert.deepEqual(bringToFormat(database, MADE, steps), { kind: 'current', format: NEWEST + 2 });
  assert.deepEqual(
    tables(database).filter((name) => ['second', 'third'].includes(name)),
    ['second', 'third'],
  );
  assert.deepEqual(database.get<object>('SELECT store_id, created_ms FROM meta'), {
    __proto__: null,
    store_id: MADE.storeId,
    created_ms: 5,
  });
});

test('a step that fails leaves the format before it, whole', () => {
  const database = empty();
  bringToFormat(database, MADE);
  const before = tables(database);
  const failing: FormatStep = (file, made) => {
    adding('half')(file, made);
    throw new Error('the step went wrong');
  };
  assert.throws(() => bringToFormat(database, MADE, [...FORMAT_STEPS, failing]), /went wrong/);
  assert.deepEqual(tables(database), before);
  assert.equal(database.number('PRAGMA user_version'), NEWEST);
  assert.deepEqual(bringToFormat(database, MADE, [...FORMAT_STEPS, adding('whole')]), {
    kind: 'current',
    format: NEWEST + 1,
  });
});

test('L25 a newer format is refused and left as it is', () => {
  const database = empty();
  bringToFormat(database, MADE, [...FORMAT_STEPS, adding('later')]);
  const before = database.connection.serialize();
  assert.deepEqual(bringToFormat(database, MADE), { kind: 'newer', format: NEWEST + 1, known: NEWEST });
  assert.deepEqual(database.connection.serialize(), before);
});

test('a file of another program is refused and left as it is', () => {
  const named = empty();
  named.connection.exec('PRAGMA application_id = 7');
  const tabled = empty();
  adding('theirs')(tabled, MADE);
  const numbered = empty();
  numbered.connection.exec('PRAGMA user_version = 1');
  for (const database of [named, tabled, numbered]) {
    const before = database.connection.serialize();
    assert.deepEqual(bringToFormat(database, MADE), { kind: 'foreign' });
    assert.deepEqual(database.connection.serialize(), before);
  }
});

test('every table is strict, and the audit can only be added to, by whomever', () => {
  const database = empty();
  bringToFormat(database, MADE);
  const loose = database.all<{ name: string }>(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite%'",
  );
  assert.deepEqual(loose, []);
  database.run("INSERT INTO audit (at_ms, who, action, object) VALUES (1, 'a', 'b', 'c')");
  assert.throws(() => database.run("UPDATE audit SET who = 'other'"), /only added to/);
  assert.throws(() => database.run('DELETE FROM audit'), /only added to/);
  assert.throws(
    () => database.run("INSERT OR REPLACE INTO audit VALUES (1, 1, 'x', 'y', 'z', NULL, NULL, NULL)"),
    /only added to/,
  );
});

test('the history of an incident can only be added to while there is the incident, by whomever', () => {
  const database = empty();
  bringToFormat(database, MADE);
  const columns = 'incident, at_ms, who, action, version, revision, before, after';
  const add = `INSERT INTO incident_history (${columns}) VALUES (?, 1, 'a', 'note', 1, 1, '{}', '{}')`;
  const incident = `INSERT INTO incident (id, number, version, revision, standing, work_state, level, level_rank, is_wmi, title, first,
    first_ms, last, event_time, is_retrospective, episode, created_ms, changed_ms, digest, hosts, times, work_times, steps, taken, members)
    VALUES ('i', 1, 1, 0, 'told', 'open', 'low', 1, 0, '', '', 0, '', '', 0, 1, 0, 0, '', '[]', '{}', '{}', '[]', '{}', '[]')`;
  database.run(incident);
  database.run("INSERT INTO incident_alias VALUES ('old', 'i')");
  for (const id of ['i', 'old', 'gone']) database.run(add, id);
  assert.throws(() => database.run("UPDATE incident_history SET who = 'other'"), /only added to/);
  assert.throws(() => database.run("DELETE FROM incident_history WHERE incident = 'i'"), /only added to/);
  assert.throws(() => database.run("DELETE FROM incident_history WHERE incident = 'old'"), /only added to/);
  assert.throws(
    () => database.run('INSERT OR REPLACE INTO incident_history SELECT * FROM incident_history WHERE seq = 1'),
    /only added to/,
  );
  assert.equal(database.run("DELETE FROM incident_history WHERE incident = 'gone'"), 1);
});

test('what lists incidents and makes room for them goes by an index', () => {
  const database = empty();
  bringToFormat(database, MADE);
  const planOf = (sql: string): string =>
    database
      .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .map(({ detail }) => detail)
      .join('; ');
  assert.match(planOf(NEXT_TO_GO), /INDEX incident_done/);
  assert.match(planOf(NEXT_OPEN_TO_GO), /INDEX incident_untouched/);
  const queue = `SELECT id FROM incident WHERE +state IN (SELECT value FROM json_each('["open"]'))
    ORDER BY level_rank DESC, first_ms DESC, number DESC LIMIT 10`;
  for (const sql of [NEXT_TO_GO, NEXT_OPEN_TO_GO, queue]) assert.doesNotMatch(planOf(sql), /TEMP B-TREE FOR ORDER/);
});
