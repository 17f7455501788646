import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type InputKind, isReadable, recognise } from './recognise.ts';

function at(offset: number, latin1: string): Buffer {
  return Buffer.concat([Buffer.alloc(offset), Buffer.from(latin1, 'latin1'), Buffer.alloc(8)]);
}

test('a file is recognised by its content, whatever its name', () => {
  const cases: readonly (readonly [Uint8Array, InputKind])[] = [
    [at(0, 'ElfFile\0'), 'evtx'],
    [at(4096, 'ElfChnk\0'), 'evtx'],
    [at(512, 'ElfChnk\0'), 'unknown'],
    [at(0, 'PK\x03\x04'), 'zip'],
    [at(0, 'PK\x05\x06'), 'zip'],
    [at(0, '\x1f\x8b\x08'), 'gzip'],
    [at(0, '7z\xbc\xaf\x27\x1c'), '7z'],
    [at(257, 'ustar'), 'tar'],
    [at(0, '\x28\xb5\x2f\xfd'), 'zstd'],
    [at(4, 'LfLe'), 'evt'],
    [at(0, 'regf'), 'registry hive'],
    [Buffer.from('{"Event": {}}'), 'json'],
    [Buffer.from('\ufeff \n[\n {"a": 1}]'), 'json'],
    [Buffer.from('\ufeff{"a":1}', 'utf16le'), 'json'],
    [Buffer.from('<?xml version="1.0"?><Events>'), 'xml'],
    [Buffer.from("<Event xmlns='x'>"), 'xml'],
    [Buffer.from('{not json}'), 'unknown'],
    [Buffer.from('MZ'), 'unknown'],
    [Buffer.alloc(0), 'empty'],
  ];
  for (const [head, kind] of cases) {
    assert.equal(recognise(head, 'C:\\x\\Security.evtx'), kind);
    assert.equal(recognise(head, 'notes.txt'), kind);
  }
});

test('a name decides only where the content has no mark of its own', () => {
  for (const name of ['OBJECTS.DATA', 'INDEX.BTR', 'mapping1.map', 'C:\\wbem\\Repository\\MAPPING3.MAP']) {
    assert.equal(recognise(Buffer.from([1, 2, 3]), name), 'wmi repository');
  }
  assert.equal(recognise(at(0, 'ElfFile\0'), 'OBJECTS.DATA'), 'evtx');
});

test('logs, texts, archives and what is kept whole are what is read', () => {
  const kinds: readonly InputKind[] = [
    'evtx',
    'zip',
    'gzip',
    'tar',
    'zstd',
    '7z',
    'wmi repository',
    'rar',
    'xz',
    'json',
    'csv',
    'unknown',
    'empty',
  ];
  assert.deepEqual(kinds.filter(isReadable), [
    'evtx',
    'zip',
    'gzip',
    'tar',
    'zstd',
    '7z',
    'wmi repository',
    'json',
    'csv',
  ]);
});
