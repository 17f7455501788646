import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeZip } from '../../testkit/index.ts';
import type { OpenFile } from './file-port.ts';
import { readZipFiles } from './zip-files.ts';

const CONTENT = Buffer.from('objects of a repository '.repeat(100));

function opened(bytes: Uint8Array): OpenFile {
  return {
    read: async (into, position) => {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    stat: async () => ({ kind: 'file', bytes: bytes.length, modified: { ms: 0, ticks: 0 }, identity: '1' }),
    close: async () => undefined,
  };
}

const isWanted = (name: string): boolean => name.endsWith('.DATA');

test('D9 wanted members come whole, and others are not unpacked', async () => {
  const zip = writeZip([
    { name: 'a/OBJECTS.DATA', bytes: CONTENT },
    { name: 'a/other.txt', bytes: CONTENT },
  ]);
  const { files, notRead } = await readZipFiles(opened(zip), zip.length, isWanted, CONTENT.length);
  assert.deepEqual(
    [files.map(({ name, bytes }) => [name, Buffer.from(bytes).equals(CONTENT)]), notRead],
    [[['a/OBJECTS.DATA', true]], []],
  );
});

test('D9 all members together take as much memory as is allowed, and one byte more is refused', async () => {
  const zip = writeZip([
    { name: 'a/OBJECTS.DATA', bytes: CONTENT },
    { name: 'b/OBJECTS.DATA', bytes: CONTENT },
  ]);
  const exact = await readZipFiles(opened(zip), zip.length, isWanted, 2 * CONTENT.length);
  assert.deepEqual([exact.files.length, exact.notRead], [2, []]);
  const less = await readZipFiles(opened(zip), zip.length, isWanted, 2 * CONTENT.length - 1);
  assert.deepEqual([less.files.length, less.notRead.map(({ name }) => name)], [1, ['b/OBJECTS.DATA']]);
});

test('L21 what is no zip is told and not thrown', async () => {
  const { files, notRead } = await readZipFiles(opened(CONTENT), CONTENT.length, isWanted, 1e6);
  assert.deepEqual([files, notRead.length], [[], 1]);
});
