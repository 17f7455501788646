import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
// The store in this thread, over files that fail when they are told to.
import { type ArchiveFiles, nodeFiles } from '../../src/archive/files.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../../src/archive/index.ts';
import { Searcher } from '../../src/archive/searcher.ts';
import { Store } from '../../src/archive/store.ts';
import { packRows } from '../../src/entries/index.ts';
import { entry, inFolder, NOW_MS, opened, STORE_ID, value } from './opened.ts';

const LIMITS: ArchiveLimits = { ...ARCHIVE_LIMITS, blockEvents: 2, segmentBlocks: 3, retryMs: 1000, freeShare: 0 };

type Call = 'write' | 'sync' | 'create' | 'syncFolder';

/** The disk, with a call that throws once so many were made. A write that fails leaves half of its bytes. */
class FailingFiles {
  readonly files: ArchiveFiles;
  /** Calls until one fails; negative: none does. */
  left = -1;
  code = 'EIO';
  readonly calls: Call[] = [];

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    const real = nodeFiles(folder);
    this.files = {
      ...real,
      open: (name, how) => {
        if (how === 'create') this.#call('create');
        const file = real.open(name, how);
        return {
          ...file,
          write: (bytes, offset) => {
            try {
              this.#call('write');
            } catch (error) {
              file.write(bytes.subarray(0, bytes.length >> 1), offset);
              throw error;
            }
            file.write(bytes, offset);
          },
          datasync: () => {
            this.#call('sync');
            file.datasync();
          },
        };
      },
      syncFolder: () => {
        this.#call('syncFolder');
        real.syncFolder();
      },
    };
  }

  #call(call: Call): void {
    this.calls.push(call);
    this.left -= 1;
    if (this.left === -1) throw Object.assign(new Error(`${this.code}: ${call}`), { code: this.code });
    if (this.left < -1) this.left = -2;
  }
}

function rows(from: number, to: number): Buffer {
  const packed = packRows(Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, { retention: i % 2 })));
  return packed.kind === 'packed' ? packed.bytes : assert.fail(packed.message);
}

function heldIn(folder: string): readonly number[] {
  const searcher = new Searcher({ folder, storeId: STORE_ID, limits: LIMITS });
  const step = value(searcher.step({ search: 1, query: {}, before: undefined, entries: 1000, bytes: 1e9 }));
  searcher.reopen();
  assert.equal(step.before, null);
  return step.entries.map(({ position }) => position).sort((a, b) => a - b);
}

test('L24 a write, a sync or a new file that fails refuses what was given; given again, each event is there once', () =>
  inFolder(async (folder) => {
    const wanted = Array.from({ length: 30 }, (_, i) => i + 1);
    let tried = 0;
    for (let after = 0; ; after++) {
      const path = `${folder}-${after}`;
      const failing = new FailingFiles(path);
      const store = new Store({ folder: path, storeId: STORE_ID, limits: LIMITS }, failing.files);
      assert.equal(store.open(), undefined);
      value(store.write([rows(1, 5)], 5, NOW_MS));
      failing.left = after;
      failing.code = after % 2 === 0 ? 'EIO' : 'ENOSPC';
      const outcome = store.write([rows(6, 30)], 30, NOW_MS + 1);
      if (outcome.kind === 'done') {
        store.close();
        break;
      }
      tried += 1;
      assert.equal(outcome.code, after % 2 === 0 ? 'io' : 'full');
      assert.equal(store.archived, 5);
      failing.left = -1;
      const soon = store.write([rows(6, 30)], 30, NOW_MS + 2);
      assert.equal(soon.kind === 'refused' && soon.code, 'busy');
      value(store.write([rows(store.archived + 1, 30)], 30, NOW_MS + 2000));
      assert.equal(store.archived, 30);
      assert.deepEqual(heldIn(path), wanted, `call ${after}`);
      store.close();
    }
    assert.ok(tried > 30, `${tried} calls failed in turn`);
  }));

test('L27 an archive that did not look for what is there already would hold events twice', () =>
  inFolder(async (folder) => {
    const store = new Store({ folder, storeId: STORE_ID, limits: LIMITS });
    assert.equal(store.open(), undefined);
    value(store.write([rows(1, 5)], 5, NOW_MS));
    const count = value(store.write([rows(1, 7)], 7, NOW_MS));
    assert.deepEqual([count.repeated, count.entries], [5, 2]);
    store.close();
  }));

test('what is given behind a refused append is refused too, until it is given again in order', () =>
  inFolder(async (folder) => {
    const archive = await opened(folder, { waitingBytes: 5000, gatherMs: 50 });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => archive.append([entry(i + 1, { raw: Buffer.alloc(2000) })])),
    );
    const taken = answers.filter(({ kind }) => kind === 'done').length;
    assert.deepEqual(
      answers.map((answer) => (answer.kind === 'refused' ? answer.code : 'done')),
      Array.from({ length: 6 }, (_, i) => (i < taken ? 'done' : 'busy')),
    );
    assert.ok(taken > 0 && taken < 6);
    assert.equal(archive.archivedPosition, taken);
    await archive.close();
    const late = await archive.append([entry(9)]);
    assert.equal(late.kind === 'refused' && late.code, 'closed');
  }));
