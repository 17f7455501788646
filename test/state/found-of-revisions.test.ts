import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Finding } from '../../src/analytics/index.ts';
import { Database } from '../../src/disk/index.ts';
import { makingFound, type WindowJudgement } from '../../src/live/index.ts';
import { FoundBook } from '../../src/serve/detect/found-book.ts';
import { foundChanges } from '../../src/serve/detect/found-texts.ts';
import { bringToFormat } from '../../src/state/format.ts';
import type { FoundWrite, StepResult } from '../../src/state/index.ts';
import { STATE_LIMITS } from '../../src/state/limits.ts';
import type { Operation } from '../../src/state/operation.ts';
import { operations } from '../../src/state/operations.ts';
import { toEnd } from '../../src/windows/index.ts';
import { finding } from '../made-incident-parts.ts';
import { NOW_MS } from './opened-state.ts';

const WHOLE = Number.NEGATIVE_INFINITY;
const HOUR_MS = Date.parse('2026-11-25T09:00:00Z');
const LANE = {};

/** One look at some findings: which of seven are there, and how often each was seen. */
interface Look {
  readonly bits: number;
  readonly counts: readonly number[];
  /** The minute from which on the window is whole; −1: it is. */
  readonly wholeFrom: number;
}

class Tables {
  readonly database = new Database(':memory:', { timeoutMs: 0 });
  #judged = 0;

  constructor() {
    bringToFormat(this.database, { storeId: new Uint8Array(16), nowMs: NOW_MS });
  }

  commit(writes: readonly FoundWrite[]): StepResult {
    return this.#run(operations.commit, { judged: ++this.#judged, writes });
  }

  book(): FoundBook {
    const { rows } = this.#run(operations.knownFound, { limit: 1000 });
    return new FoundBook(rows.map(({ incident, ...one }) => ({ ...one, incident: incident ?? undefined })));
  }

  rows(where = "standing = 'told'"): readonly { readonly id: string; readonly extent: number }[] {
    return this.database.all(
      `SELECT id, kind, standing, digest, extent, level, label, first_ms, row FROM found WHERE ${where} ORDER BY id`,
    );
  }

  #run<Input, Value>(operation: Operation<Input, Value>, asked: Input): Value {
    const outcome = operation.run({ database: this.database, limits: STATE_LIMITS }, asked);
    if (outcome.kind === 'refused') throw new Error(`${outcome.code}: ${outcome.message}`);
    return outcome.value;
  }
}

function judgementOf({ bits, counts, wholeFrom }: Look): WindowJudgement {
  const findings = counts.flatMap((count, at): readonly Finding[] => {
    if ((bits >> at) % 2 === 0) return [];
    const time = `2026-11-25T09:${String(at).padStart(2, '0')}:00.0000000Z`;
    return [finding(`f${at}`, 'S05', { time, host: `srv-${at % 3}`, count }).finding];
  });
  const wholeFromMs = (): number => (wholeFrom < 0 ? WHOLE : HOUR_MS + wholeFrom * 60_000 - 1);
  const judgement = { findings, subscriptions: [], incidents: [], wholeFromMs };
  const found = toEnd(makingFound(judgement as unknown as WindowJudgement));
  return { ...judgement, found } as unknown as WindowJudgement;
}

function writesOf(book: FoundBook, look: Look): readonly FoundWrite[] {
  const { told, withdrawn, final } = foundChanges(book.revise(LANE, judgementOf(look), true));
  const atMs = NOW_MS;
  return [
    ...told.map((one): FoundWrite => ({ kind: 'found', ...one, atMs })),
    ...withdrawn.map((one): FoundWrite => ({ kind: 'foundWithdrawn', ...one, atMs })),
    ...final.map((one): FoundWrite => ({ kind: 'foundFinal', ...one, atMs })),
  ];
}

const counts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 7, maxLength: 7 });
const bits = fc.integer({ min: 0, max: 127 });
const wholeLooks = fc.array(
  fc.record({ bits, counts, wholeFrom: fc.constant(-1), isRestarted: fc.boolean(), isRepeated: fc.boolean() }),
  { maxLength: 6 },
);

test('L8 whatever was told and withdrawn on the way, over starts and repeated steps, the same evidence gives the same rows', () => {
  fc.assert(
    fc.property(wholeLooks, counts, bits, (looks, last, seen) => {
      const end = { bits: seen, counts: last, wholeFrom: -1 };
      const once = new Tables();
      once.commit(writesOf(once.book(), end));
      const tables = new Tables();
      let book = tables.book();
      for (const { isRestarted, isRepeated, ...look } of [...looks, { ...end, isRestarted: false, isRepeated: true }]) {
        if (isRestarted) book = tables.book();
        const writes = writesOf(book, look);
        tables.commit(writes);
        if (!isRepeated) continue;
        const again = tables.commit(writes.toReversed());
        assert.ok(again.found.every(({ verdict }) => verdict === 'known' || verdict === 'unknown'));
      }
      assert.deepEqual(tables.rows(), once.rows());
      assert.deepEqual(writesOf(book, end), [], 'the same look changes nothing');
      assert.deepEqual(writesOf(tables.book(), end), [], 'nor after a start');
    }),
    { numRuns: 200 },
  );
});

test('what leaves the window stays as it said most: no look at a part of it takes anything back', () => {
  const looks = fc.array(fc.record({ bits, counts, wholeFrom: fc.constantFrom(2, 4, 6), isRestarted: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(counts, looks, (first, later) => {
      const tables = new Tables();
      let book = tables.book();
      tables.commit(writesOf(book, { bits: 127, counts: first, wholeFrom: -1 }));
      let before = new Map(tables.rows('TRUE').map(({ id, extent }) => [id, extent]));
      let wholeFrom = 0;
      for (const { isRestarted, ...look } of later) {
        wholeFrom = Math.max(wholeFrom, look.wholeFrom);
        if (isRestarted) book = tables.book();
        const isGone = (at: number): boolean => tables.rows(`id = 'f${at}' AND standing = 'withdrawn'`).length > 0;
        const wasGone = new Set([0, 1, 2, 3, 4, 5, 6].filter(isGone));
        tables.commit(writesOf(book, { ...look, wholeFrom }));
        const now = new Map(tables.rows('TRUE').map(({ id, extent }) => [id, extent]));
        assert.deepEqual([...now.keys()], [...before.keys()]);
        for (let at = 0; at < wholeFrom; at++) {
          const isLess = (now.get(`f${at}`) ?? 0) < (before.get(`f${at}`) ?? 0);
          assert.ok(!isLess || wasGone.has(at), `f${at} says less than before`);
          assert.ok(!isGone(at) || wasGone.has(at), `f${at} is withdrawn by a window that does not hold it`);
        }
        before = now;
      }
    }),
    { numRuns: 200 },
  );
});

test('what another lane holds is left to it, and taken over when that lane ends', () => {
  const book = new FoundBook([]);
  const [main, old] = [{}, {}];
  const both = judgementOf({ bits: 3, counts: [1, 1, 1, 1, 1, 1, 1], wholeFrom: -1 });
  const one = judgementOf({ bits: 1, counts: [1, 1, 1, 1, 1, 1, 1], wholeFrom: -1 });
  const more = judgementOf({ bits: 1, counts: [2, 1, 1, 1, 1, 1, 1], wholeFrom: -1 });
  const ids = (all: readonly { readonly id: string }[]): readonly string[] => all.map(({ id }) => id);
  assert.deepEqual(ids(book.revise(old, both, false).told), ['f0', 'f1']);
  assert.deepEqual(book.revise(main, more, true), { told: [], withdrawn: [], final: [] });
  assert.deepEqual(ids(book.revise(old, one, false).withdrawn), ['f1']);
  assert.deepEqual(ids(book.end(old)), ['f0']);
  assert.deepEqual(ids(book.revise(main, more, true).told), ['f0']);
  book.renew(main);
  const none = judgementOf({ bits: 0, counts: [], wholeFrom: -1 });
  assert.deepEqual(ids(book.revise(main, none, true).final), ['f0'], 'other rules refute nothing');
});
