import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Archive } from '../../src/archive/index.ts';
import { entry, found, inFolder, NOW_MS, opened, places, value } from './opened.ts';

/** Twelve events in three finished segments of class 0 and an open one; then two of class 1. */
async function filled(folder: string): Promise<Archive> {
  const archive = await opened(folder, { blockEvents: 2, segmentBlocks: 2 });
  await archive.append(
    Array.from({ length: 14 }, (_, i) =>
      entry(i + 1, { host: `HOST-${Math.floor(i / 4)}`, retention: i < 13 ? 0 : 1 }),
    ),
  );
  return archive;
}

test('whole segments go when their time is over, by their class, and never the one that is written', () =>
  inFolder(async (folder) => {
    const archive = await filled(folder);
    assert.equal(value(await archive.retain(NOW_MS + 999, [1000])).expired, 0);
    const gone = value(await archive.retain(NOW_MS + 1000, [1000, undefined]));
    assert.deepEqual(
      { ...gone, bytes: gone.bytes > 0 },
      { expired: 3, early: 0, bytes: true, held: 0, isShort: false },
    );
    assert.deepEqual(places(await found(archive)), ['14.0', '13.0']);
    const lost = await archive.read({ segment: 1, block: 0, item: 0 });
    assert.equal(lost.kind === 'refused' && lost.code, 'unknown');
    await archive.close();
    const again = await opened(folder);
    assert.deepEqual(value(await again.health()).recovery.missing, []);
    assert.equal(again.archivedPosition, 14);
    await again.close();
  }));

test('a hold on an incident, a host or a span keeps the segments that it touches, over a restart, until it is released', () =>
  inFolder(async (folder) => {
    const first = await filled(folder);
    const [newest] = await found(first, { hosts: ['HOST-1'] });
    await first.sealed();
    value(await first.hold({ id: 'a', kind: 'incident', incident: 'inc-1', segments: [1] }));
    value(await first.hold({ id: 'b', kind: 'host', host: 'host-1' }));
    value(await first.hold({ id: 'c', kind: 'span', from: NOW_MS + 9, to: NOW_MS + 9 }));
    await first.close();
    const archive = await opened(folder);
    assert.equal(value(await archive.holds()).length, 3);
    assert.deepEqual([value(await archive.retain(NOW_MS * 2, [0, 0])).held, newest?.place.segment], [3, 5]);
    value(await archive.release('b'));
    assert.equal(value(await archive.retain(NOW_MS * 2, [0, 0])).expired, 1);
    assert.deepEqual(places(await found(archive, { hosts: ['HOST-1'] })), []);
    value(await archive.release('a'));
    value(await archive.release('c'));
    assert.equal(value(await archive.retain(NOW_MS * 2, [0, 0])).expired, 2);
    await archive.close();
  }));

test('a hold of a host keeps its first label, and the other names that it was told, in any case', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 1, segmentBlocks: 1 });
    const hosts = ['WS-07', 'WS-07.corp.example', 'OLD-NAME', 'WS-071', '10.0.0.7', '10'];
    await archive.append(hosts.map((host, i) => entry(i + 1, { host })));
    value(await archive.hold({ id: 'a', kind: 'host', host: 'ws-07.CORP.example' }));
    value(await archive.hold({ id: 'b', kind: 'host', host: '10.0.0.7' }));
    value(await archive.extendHold('a', { names: ['Old-Name', 'WS-07.corp.example'] }));
    const [held] = value(await archive.holds());
    assert.deepEqual(held?.kind === 'host' && held.names, ['old-name']);
    value(await archive.retain(NOW_MS * 2, [0, 0]));
    assert.deepEqual(
      (await found(archive)).map(({ host }) => host),
      ['10.0.0.7', 'OLD-NAME', 'WS-07.corp.example', 'WS-07'],
    );
    await archive.close();
  }));

test('with too little room the oldest segments that nothing holds go early, and are counted', () =>
  inFolder(async (folder) => {
    const filledOne = await filled(folder);
    await filledOne.close();
    // No disk has all of its room free, so this share is always too little.
    const archive = await opened(folder, { freeShare: 1.1 });
    value(await archive.hold({ id: 'a', kind: 'incident', incident: 'inc-1', segments: [5] }));
    const gone = value(await archive.retain(NOW_MS, []));
    assert.deepEqual([gone.early, gone.isShort], [2, true]);
    assert.match(value(await archive.health()).degraded.join(), /2 segments went before their time/);
    assert.equal((await found(archive)).length, 6);
    await archive.close();
  }));

test('while the holds cannot be read nothing goes', () =>
  inFolder(async (folder) => {
    const archive = await filled(folder);
    writeFileSync(join(folder, 'holds.json'), '{"version":1,"holds":[{"id":"a","kind":"other"}]}');
    const outcome = await archive.retain(NOW_MS * 2, [0]);
    assert.equal(outcome.kind === 'refused' && outcome.code, 'damaged');
    assert.equal(readdirSync(folder).filter((name) => name.endsWith('.blocks')).length, 5);
    await archive.close();
  }));
