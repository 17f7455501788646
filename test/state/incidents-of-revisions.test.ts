import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { IncidentAction } from '../../src/state/index.ts';
import { changesOf, type Item, judgedOf, TablesInMemory, writesOf } from './judged-incidents.ts';
import { NOW_MS } from './opened-state.ts';

const WHOLE = Number.NEGATIVE_INFINITY;
const HOUR_MS = Date.parse('2026-11-25T09:00:00Z');

const items = fc
  .array(
    fc.record({
      logons: fc.uniqueArray(fc.constantFrom('l1', 'l2', 'l3', 'l4'), { maxLength: 2 }),
      score: fc.constantFrom(20, 45, 70, 90),
      minute: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((all): readonly Item[] => all.map((one, n) => ({ id: `f${n}`, ...one })));

/** Which of the items each judgement knows of, as bits. */
const looks = fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 6 });

function seen(all: readonly Item[], bits: number): readonly Item[] {
  return all.filter((_, n) => (bits >> n) % 2 === 1);
}

/** What an incident is to the engine, without the numbers that count how it came to be. */
function toldRows(tables: TablesInMemory): readonly object[] {
  return tables.rows(`SELECT id, standing, state, level, is_wmi, title, first, last, event_time, digest, hosts, steps, members, document
    FROM incident WHERE standing = 'told' ORDER BY id`);
}

test('L8 whatever was told, merged and withdrawn on the way, the same evidence in the end gives the same rows', () => {
  fc.assert(
    fc.property(items, looks, (all, bits) => {
      const once = new TablesInMemory();
      once.commit(writesOf(changesOf(once.known(), judgedOf(all), WHOLE), NOW_MS));
      const tables = new TablesInMemory();
      for (const evidence of [...bits.map((one) => seen(all, one)), all])
        tables.commit(writesOf(changesOf(tables.known(), judgedOf(evidence), WHOLE), NOW_MS));
      assert.deepEqual(toldRows(tables), toldRows(once));
      const left = tables.rows<{ standing: string; state: string; heir: string | null }>(
        `SELECT standing, state, (SELECT standing FROM incident AS heir WHERE heir.id = incident.merged_into) AS heir
          FROM incident WHERE standing <> 'told'`,
      );
      for (const { standing, state, heir } of left)
        assert.ok(
          standing === 'withdrawn' ? state === 'closed' : standing === 'merged' && heir !== null && heir !== 'merged',
        );
    }),
    { numRuns: 150 },
  );
});

const ACTS: readonly IncidentAction[] = [
  { action: 'acknowledge' },
  { action: 'verdict', verdict: 'false' },
  { action: 'verdict', verdict: 'authorised' },
  { action: 'contain' },
  { action: 'close' },
  { action: 'note', note: 'seen' },
];

/** Something that a person may do to one of the incidents between two steps. */
const acts = fc.array(fc.record({ which: fc.nat(), act: fc.constantFrom(...ACTS) }), { maxLength: 4 });
const rounds = fc.array(
  fc.record({
    bits: fc.integer({ min: 0, max: 127 }),
    /** The minute from which on the window is whole. */
    wholeFrom: fc.constantFrom(-1, -1, 3, 6),
    acts,
    order: fc.infiniteStream(fc.nat()),
  }),
  { minLength: 1, maxLength: 6 },
);

test('the same revisions in any order, and any of them twice, leave the same tables, whatever people do between', () => {
  fc.assert(
    fc.property(items, rounds, (all, played) => {
      const plain = new TablesInMemory();
      const other = new TablesInMemory();
      let keys = 0;
      for (const { bits, wholeFrom, acts: done, order } of played) {
        const wholeFromMs = wholeFrom < 0 ? WHOLE : HOUR_MS + wholeFrom * 60_000;
        const changes = changesOf(plain.known(), judgedOf(seen(all, bits)), wholeFromMs);
        const writes = writesOf(changes, NOW_MS + keys);
        plain.commit(writes);
        const keyed = writes.map((write) => ({ write, key: order.next().value ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ write }) => write);
        other.commit(shuffled);
        other.commit(shuffled);
        const rows = plain.rows<{ id: string; revision: number }>(
          "SELECT id, revision FROM incident WHERE standing <> 'merged' ORDER BY id",
        );
        for (const { which, act } of done) {
          const row = rows[which % Math.max(1, rows.length)];
          if (row === undefined) continue;
          const by = { who: 'ann', atMs: NOW_MS + keys };
          const request = { ...row, idempotencyKey: `k${keys++}`, by, act };
          assert.deepEqual(other.act(request), plain.act(request));
        }
      }
      assert.deepEqual(other.dump(), plain.dump());
    }),
    { numRuns: 150 },
  );
});
