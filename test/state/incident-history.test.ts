import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TablesInMemory } from './judged-incidents.ts';
import { BY } from './opened-state.ts';
import { told, withdrawn } from './told-incidents.ts';

/** Tables with one incident that has that many entries of history. */
function withHistory(entries: number): TablesInMemory {
  const tables = new TablesInMemory();
  tables.commit([told('a')]);
  tables.rows(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${entries})
    INSERT INTO incident_history (incident, at_ms, who, action, version, revision, before, after)
    SELECT 'a', i, 'ann', 'note', 1, 0, '{}', '{}' FROM n`);
  return tables;
}

function entriesOf(tables: TablesInMemory): readonly number[] {
  const count = 'SELECT count(*) FROM incident_history';
  const dropped = "SELECT value FROM tally WHERE name = 'historyDropped'";
  const [row] = tables.rows<{ held: number; dropped: number }>(`SELECT (${count}) AS held, (${dropped}) AS dropped`);
  return [row?.held ?? 0, row?.dropped ?? 0];
}

const note = { id: 'a', idempotencyKey: 'k', by: BY, act: { action: 'note', note: 'one more' } } as const;

test('L15 an incident has 10,000 entries of history: then people are refused, and what the system does is counted', () => {
  const free = withHistory(9_999);
  assert.equal(free.act(note).kind, 'acted');
  assert.deepEqual(entriesOf(free), [10_000, 0]);
  assert.deepEqual(free.act({ ...note, idempotencyKey: 'other' }), {
    kind: 'notAllowed',
    reason: 'Its history has 10000 entries, the most there may be.',
  });
  assert.equal(free.act(note).kind, 'acted');
  free.commit([withdrawn('a', 2)]);
  assert.deepEqual(entriesOf(free), [10_000, 1]);
});

test('an assignment tells the owner that it left, also where that is who had it already', () => {
  const tables = new TablesInMemory();
  tables.commit([told('a')]);
  const owners = ['bea', 'bea', null, null, 'ann'];
  for (const [revision, owner] of owners.entries()) {
    const act = { action: 'assign', owner } as const;
    assert.equal(tables.act({ id: 'a', idempotencyKey: `k${revision}`, revision, by: BY, act }).kind, 'acted');
  }
  tables.act({ ...note, idempotencyKey: 'last' });
  const entries = tables.rows<{ after: string }>('SELECT after FROM incident_history ORDER BY seq');
  const left = entries.map(({ after }) => (JSON.parse(after) as { owner?: string | null }).owner);
  assert.deepEqual(left, [...owners, undefined]);
});
