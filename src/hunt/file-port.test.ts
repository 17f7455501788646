import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findInputs } from '../intake/index.ts';
import { nodeFilePort } from './file-port.ts';

const base = mkdtempSync(join(tmpdir(), 'triad-port-'));
after(() => rmSync(base, { recursive: true }));

test('relative paths are taken from the base folder, links are followed by stat and named by the listing', async () => {
  mkdirSync(join(base, 'logs/deep'), { recursive: true });
  writeFileSync(join(base, 'logs/a.evtx'), 'ElfFile\0');
  utimesSync(join(base, 'logs/a.evtx'), new Date(0), new Date(-1500));
  linkSync(join(base, 'logs/a.evtx'), join(base, 'logs/hard.evtx'));
  symlinkSync('a.evtx', join(base, 'logs/soft.evtx'));
  const port = nodeFilePort(base);
  const entries = (await port.readFolder('logs')).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  assert.deepEqual(entries, [
    { name: 'a.evtx', kind: 'file' },
    { name: 'deep', kind: 'folder' },
    { name: 'hard.evtx', kind: 'file' },
    { name: 'soft.evtx', kind: 'link' },
  ]);
  const direct = await port.stat('logs/a.evtx');
  assert.deepEqual([direct?.kind, direct?.bytes, direct?.modified], ['file', 8, { ms: -1500, ticks: 0 }]);
  assert.deepEqual(await port.stat(join(base, 'logs/soft.evtx')), direct);
  assert.equal((await port.stat('logs'))?.kind, 'folder');
  assert.equal(await port.stat('logs/none'), undefined);
  assert.equal(await port.stat('logs/a.evtx/none'), undefined);
  assert.equal(await port.stat('n'.repeat(5000)), undefined);
  await assert.rejects(port.open('logs/none'), { code: 'ENOENT' });
});

test('one real file is read once, whether by another path, a hard link or a link', async () => {
  const found = await findInputs(['logs', 'logs/soft.evtx', 'logs/../logs/a.evtx'], nodeFilePort(base));
  assert.deepEqual(
    found.inputs.map((input) => input.source.file),
    ['logs/a.evtx'],
  );
});

test('L3 reading fills the buffer up to the end of the file and leaves its times alone', async () => {
  const path = join(base, 'read.bin');
  writeFileSync(path, Buffer.from('0123456789'));
  const before = statSync(path, { bigint: true });
  const file = await nodeFilePort(base).open('read.bin');
  const into = Buffer.alloc(6);
  assert.equal(await file.read(into, 7), 3);
  assert.equal(into.toString('latin1', 0, 3), '789');
  assert.equal(await file.read(into, 100), 0);
  assert.equal((await file.stat()).bytes, 10);
  await file.close();
  assert.equal(statSync(path, { bigint: true }).mtimeNs, before.mtimeNs);
});
