import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../../src/archive/index.ts';
// The store and the searcher in this thread: hundreds of recoveries, without threads for each.
import { Searcher } from '../../src/archive/searcher.ts';
import { Store } from '../../src/archive/store.ts';
import { packRows } from '../../src/entries/index.ts';
import { entry, found, inFolder, NOW_MS, opened, places, STORE_ID, value } from './opened.ts';

const LIMITS: ArchiveLimits = { ...ARCHIVE_LIMITS, blockEvents: 2, segmentBlocks: 4, freeShare: 0 };
const INDEX = /^index\.sqlite/;

function packed(from: number, to: number, retention = 0): Buffer {
  const rows = packRows(Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, { retention })));
  return rows.kind === 'packed' ? rows.bytes : assert.fail(rows.message);
}

function openStore(folder: string): Store {
  const store = new Store({ folder, storeId: STORE_ID, limits: LIMITS });
  const problem = store.open();
  assert.equal(problem, undefined);
  return store;
}

/** An archive of 11 events in two segments: two groups, then one of two blocks and a half. */
function make(folder: string): void {
  const store = openStore(folder);
  value(store.write([packed(1, 4)], 4, NOW_MS));
  value(store.write([packed(5, 6)], 6, NOW_MS));
  value(store.write([packed(7, 11)], 11, NOW_MS));
  store.close();
}

/** Positions of all that an archive holds, oldest first. */
function held(folder: string): readonly number[] {
  const searcher = new Searcher({ folder, storeId: STORE_ID, limits: LIMITS });
  const positions: number[] = [];
  let before: number | undefined;
  for (;;) {
    const step = value(searcher.step({ search: 1, query: {}, before, entries: 100, bytes: 1e9 }));
    positions.push(...step.entries.map(({ position }) => position));
    if (step.before === null) break;
    before = step.before;
  }
  searcher.reopen();
  return positions.reverse();
}

function segmentsOf(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.blocks'))
    .sort();
}

/** Opens what is there, and says what it holds then; gives the events again from where the archive says, and checks that each is there once. */
function recovered(folder: string, allowed: (missing: readonly number[]) => boolean, what: string): void {
  const store = openStore(folder);
  const first = held(folder);
  assert.deepEqual(
    first,
    [...new Set(first)].sort((a, b) => a - b),
    what,
  );
  const archived = store.archived;
  for (let position = 1; position <= archived; position++) {
    if (!first.includes(position))
      assert.ok(allowed([position]), `${what}: ${position} counts as archived and is lost`);
  }
  value(store.write([packed(archived + 1, 12)], 12, NOW_MS));
  const all = held(folder);
  const missing = Array.from({ length: 12 }, (_, i) => i + 1).filter((position) => !all.includes(position));
  assert.deepEqual(all, [...new Set(all)], `${what}: an event is there twice`);
  assert.ok(allowed(missing), `${what}: missing ${missing.join(' ')}`);
  store.close();
  const again = openStore(folder);
  assert.equal(again.archived, 12, what);
  assert.deepEqual(held(folder), all, what);
  again.close();
}

function withoutIndex(folder: string): void {
  for (const name of readdirSync(folder)) if (INDEX.test(name)) rmSync(join(folder, name));
}

const NOTHING = (missing: readonly number[]): boolean => missing.length === 0;

test('L24 whatever is cut off the last segment, with its index or without, comes back by giving it again, each event once', () =>
  inFolder(async (folder) => {
    make(folder);
    const last = segmentsOf(folder).at(-1) ?? '';
    const size = statSync(join(folder, last)).size;
    for (let cut = 0; cut < size; cut += cut > 60 ? 7 : 1) {
      for (const hasIndex of [true, false]) {
        const copy = `${folder}-${cut}`;
        cpSync(folder, copy, { recursive: true });
        truncateSync(join(copy, last), cut);
        if (!hasIndex) withoutIndex(copy);
        recovered(copy, NOTHING, `cut at ${cut}, index ${hasIndex}`);
        rmSync(copy, { recursive: true });
      }
    }
  }));

test('L24 an index that is behind by any group, gone or no index at all is made from the segments', () =>
  inFolder(async (folder) => {
    make(folder);
    const spoil: readonly ((path: string) => void)[] = [
      withoutIndex,
      (path): void => {
        withoutIndex(path);
        writeFileSync(join(path, 'index.sqlite'), 'this is no file of SQLite, of no use to anybody'.repeat(200));
      },
      (path): void => {
        const database = new DatabaseSync(join(path, 'index.sqlite'));
        database.exec('DELETE FROM block WHERE first > 6; UPDATE mark SET archived = 4, next = 5; DELETE FROM stream;');
        database.exec(
          'UPDATE segment SET "end" = 64, blocks = 0; DELETE FROM block; DELETE FROM filter; UPDATE segment SET finished = 0',
        );
        database.close();
      },
    ];
    for (const [i, change] of spoil.entries()) {
      const copy = `${folder}-${i}`;
      cpSync(folder, copy, { recursive: true });
      change(copy);
      const store = openStore(copy);
      assert.equal(store.archived, 11);
      assert.deepEqual(held(copy), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      assert.ok(store.notes.indexed > 0);
      store.close();
    }
  }));

test('L21 a flipped bit costs one block at most, and that is counted; none is found that was not given', () =>
  inFolder(async (folder) => {
    make(folder);
    const names = segmentsOf(folder);
    const blockOf = (missing: readonly number[]): boolean =>
      missing.length === 0 || (missing.length <= 2 && new Set(missing.map((one) => Math.ceil(one / 2))).size === 1);
    for (const name of names) {
      const bytes = readFileSync(join(folder, name));
      for (let at = 0; at < bytes.length; at += 11) {
        const copy = `${folder}-${at}`;
        cpSync(folder, copy, { recursive: true });
        const broken = Buffer.from(bytes);
        broken[at] = (broken[at] ?? 0) ^ (1 << (at & 7));
        writeFileSync(join(copy, name), broken);
        withoutIndex(copy);
        // A flipped bit in a version or store id does not verify, so it is no other version or store.
        const isLast = name === names.at(-1);
        recovered(copy, isLast ? (missing): boolean => missing.length <= 2 : blockOf, `${name} flipped at ${at}`);
        rmSync(copy, { recursive: true });
      }
    }
  }));

test('L21 a damaged block under a whole index is passed over, counted, and told', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { blockEvents: 2 });
    await archive.append(Array.from({ length: 6 }, (_, i) => entry(i + 1)));
    const [newest] = await found(archive);
    const name = segmentsOf(folder)[0] ?? '';
    const bytes = readFileSync(join(folder, name));
    bytes[64 + 128 + 20] = (bytes[64 + 128 + 20] ?? 0) ^ 1;
    writeFileSync(join(folder, name), bytes);
    assert.deepEqual(places(await found(archive)), ['6.0', '5.0', '4.0', '3.0']);
    const oldest = newest && { ...newest.place, block: 0, item: 0 };
    const read = await archive.read(oldest ?? assert.fail());
    assert.equal(read.kind === 'refused' && read.code, 'damaged');
    assert.match(value(await archive.health()).degraded.join(), /searches came upon damaged blocks 1 times/);
    await archive.close();
  }));

test('L27 a filter without the bits of its block is found by comparing with the scan', () =>
  inFolder(async (folder) => {
    make(folder);
    const database = new DatabaseSync(join(folder, 'index.sqlite'));
    const none = new Uint8Array(128);
    database.prepare('UPDATE filter SET bits = ?, crc = ?').run(none, crc32(none));
    database.close();
    const archive = await opened(folder);
    const words = [{ text: 'cmd.exe', match: 'whole' as const }];
    assert.deepEqual(await found(archive, { words }), []);
    assert.equal((await found(archive, { words: [{ text: 'md.ex', match: 'part' }] })).length, 11);
    // One that does not verify rules nothing out.
    const again = new DatabaseSync(join(folder, 'index.sqlite'));
    again.exec('UPDATE filter SET crc = crc + 1');
    again.close();
    assert.equal((await found(archive, { words })).length, 11);
    await archive.close();
  }));
