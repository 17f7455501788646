import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { asideLetters, DETECTION_FAILED, passedOver } from '../../src/serve/detect/aside-letters.ts';
import { Lane, type LaneOptions } from '../../src/serve/detect/lane.ts';
import { ToldBook } from '../../src/serve/detect/told-book.ts';
import type { HitFinder } from '../../src/taxonomy/index.ts';
import { toEnd } from '../../src/windows/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, NOW_MS } from '../live/streams.ts';

const SOURCE = { file: 'sender:a' };
const DAY_MS = 86_400_000;

/** Rules with a bug: they end on any event of a machine of this name. */
function faulty(computer: string): HitFinder {
  return {
    rules: { rules: [], correlations: [] },
    match: (event) => {
      if (event.computer === computer) throw new TypeError('a planted bug');
      return [];
    },
  };
}

class Fed {
  readonly lane: Lane;
  readonly #reader = new TextBlockReader({ runStartMs: NOW_MS });
  #position = 0;

  constructor(options: Pick<LaneOptions, 'image'> = {}) {
    this.lane = new Lane({ bytes: 16 << 20, spanMs: 365 * DAY_MS, ...options }, new ToldBook([]), true);
  }

  take(lines: readonly string[]): number {
    const position = ++this.#position;
    const answer = this.#reader.read(SOURCE, position, Buffer.from(`${lines.join('\n')}\n`), true);
    this.lane.take(SOURCE, { answer, packer: 0 }, { position, arriveMs: NOW_MS, isOld: false });
    return position;
  }
}

function poisoned(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replaceAll(/"computer_name":"[^"]+"/g, '"computer_name":"POISON-01"'));
}

test('a bug on some event that a glance meets costs nothing: the judgement meets it, and tells', () => {
  const attack = linesOf(campaign(['wmiexec with its three legs'], { acts: 20, hosts: 8 }).events);
  const fed = new Fed();
  const rules = faulty('POISON-01');
  fed.take(attack);
  toEnd(fed.lane.judging({ pack: rules }));
  const position = fed.take(poisoned(attack.slice(0, 20)));
  assert.throws(() => fed.lane.glance('arrived', { pack: rules }, () => NOW_MS), /a planted bug/);
  assert.deepEqual([fed.lane.firstUnjudged, fed.lane.takeAside().aside], [position, []]);
  toEnd(fed.lane.judging({ pack: rules }));
  assert.deepEqual(
    fed.lane.takeAside().aside.map((one) => one.position),
    [position],
  );
});

test('what a glance told and the judgement has lost is final', () => {
  const attack = linesOf(campaign(['wmiexec with its three legs'], { acts: 20, hosts: 8 }).events);
  const fed = new Fed();
  fed.take(attack);
  const server = () => {
    const time = { ms: NOW_MS, source: 'a test' };
    return { arrive: time, detect: time, alert: time };
  };
  const told = fed.lane.glance('arrived', {}, () => NOW_MS)?.revisions.added.map(({ incident }) => incident.id) ?? [];
  assert.ok(told.length > 0);
  // A bug on these events takes them out of the judgement.
  const judgement = toEnd(
    fed.lane.judging({ rules: faulty(/"computer_name":"([^"]+)"/.exec(attack[0] ?? '')?.[1] ?? '') }),
  );
  const { final, added } = fed.lane.revise(judgement, server(), false);
  assert.deepEqual([final.map(({ id }) => id), added], [told.toSorted(), []]);
});

test('a bug on some event costs what came since the last judgement, and neither detection nor what was told', () => {
  const attack = linesOf(campaign(['wmiexec with its three legs'], { acts: 20, hosts: 8 }).events);
  const fed = new Fed();
  const rules = faulty('POISON-01');
  fed.take(attack);
  const before = toEnd(fed.lane.judging({ rules }));
  assert.ok(before.incidents.length > 0);
  assert.deepEqual(fed.lane.takeAside(), { aside: [] });
  const bad = [fed.take(poisoned(attack.slice(0, 5))), fed.take(attack.slice(5, 9))];
  const after = toEnd(fed.lane.judging({ rules }));
  assert.deepEqual(
    after.incidents.map(({ id }) => id),
    before.incidents.map(({ id }) => id),
  );
  const { aside } = fed.lane.takeAside();
  assert.deepEqual(
    aside.map(({ position }) => position),
    bad,
  );
  assert.match(aside[0]?.reason ?? '', /a planted bug/);
  assert.ok((fed.lane.window.counts.lost.fault ?? 0) > 0);
  assert.equal(fed.lane.hasNews, false);
  fed.take(attack.slice(0, 3));
  toEnd(fed.lane.judging({ rules }));
  assert.deepEqual(fed.lane.takeAside(), { aside: [] });
});

test('a bug on rows of an image costs those rows, and is told though no batch is known that brought them', () => {
  const attack = linesOf(campaign(['wmiexec with its three legs'], { acts: 20, hosts: 8 }).events);
  const before = new Fed();
  before.take(poisoned(attack.slice(0, 5)));
  const fed = new Fed({ image: before.lane.window.image() });
  const held = fed.lane.window.counts.rows;
  assert.ok(held > 0);
  toEnd(fed.lane.judging({ rules: faulty('POISON-01') }));
  const { aside, rowsFault } = fed.lane.takeAside();
  assert.deepEqual(aside, []);
  assert.match(rowsFault ?? '', /a planted bug/);
  assert.equal(fed.lane.window.counts.lost.fault, held);
  assert.deepEqual(fed.lane.takeAside(), { aside: [] });
});

test('a bug that nothing new brought is told to whoever judges', () => {
  const fed = new Fed();
  fed.take(linesOf(campaign([], { acts: 5, hosts: 4 }).events));
  toEnd(fed.lane.judging({}));
  const rules: HitFinder = {
    rules: { rules: [], correlations: [] },
    match: () => {
      throw new TypeError('a planted bug');
    },
  };
  assert.throws(() => toEnd(fed.lane.judging({ rules })), /a planted bug/);
});

test('a batch that was put aside is a dead letter, and its position is passed over at the next start', async () => {
  const { openState } = await import('../../src/state/index.ts');
  const folder = mkdtempSync(join(tmpdir(), 'aside-'));
  const opened = await openState(folder, { nowMs: NOW_MS, pid: 1, random: (bytes) => new Uint8Array(bytes) });
  assert.ok(opened.kind === 'open', JSON.stringify(opened));
  const { state } = opened;
  try {
    const header = { sender: 'a', receivedMs: NOW_MS };
    const step = { kind: 'judged', aside: [{ position: 7, reason: 'a planted bug' }] } as never;
    const letters = asideLetters([step], [{ position: 7, header }]);
    assert.deepEqual(
      letters.map(({ position, code }) => [position, code]),
      [[7, DETECTION_FAILED]],
    );
    assert.deepEqual(asideLetters([step], []), []);
    const committed = await state.call('commit', {
      judged: 7,
      writes: letters.map((letter) => ({ kind: 'deadLetter', ...letter }) as const),
    });
    assert.equal(committed.kind, 'done');
    const passed = await passedOver(state);
    assert.ok(passed.kind === 'positions');
    assert.deepEqual([...passed.positions], [7]);
    await state.call('settleDeadLetter', { position: 7, item: 0, state: 'dropped', by: { who: 'x', atMs: NOW_MS } });
    const settled = await passedOver(state);
    assert.ok(settled.kind === 'positions');
    assert.equal(settled.positions.size, 0);
  } finally {
    await state.close();
    rmSync(folder, { recursive: true });
  }
});
