import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossier } from '../../test/made-incident-parts.ts';
import { pinOf } from '../../test/made-pin.ts';
import { commandPrint, commandShape, payloadPrint, pinId } from './index.ts';

test('a command is its tokens: quotes, blanks and the case of the program do not matter, everything else does', () => {
  assert.deepEqual(commandShape('"C:\\Tools\\Scan.EXE"  /all   "C:\\My Files"'), [
    'c:\\tools\\scan',
    '/all',
    'C:\\My Files',
  ]);
  assert.equal(commandPrint('c:\\tools\\scan /all'), commandPrint('"C:\\Tools\\scan.exe" "/all"'));
  assert.notEqual(commandPrint('C:\\Users\\Public\\scan.exe /all'), commandPrint('C:\\Tools\\scan.exe /all'));
  assert.notEqual(commandPrint('powershell -enc SQBFAFgA'), commandPrint('powershell -enc SQBFAFGA'));
  assert.notEqual(commandPrint('scan.exe /all'), commandPrint('scan.exe /all /delete'));
});

test('what differs from run to run is left out: whole numbers and GUIDs', () => {
  assert.deepEqual(commandShape('msi.exe 4711 {6F9619FF-8B86-D011-B42D-00C04FC964FF}.log x86'), [
    'msi',
    '<number>',
    '<guid>.log',
    'x86',
  ]);
});

test('an escaped quote is a letter, so that two programs’ arguments are never one shape', () => {
  assert.deepEqual(commandShape('x "a\\" b" c'), ['x', 'a\\" b', 'c']);
  assert.deepEqual(commandShape('x "a\\\\" b c'), ['x', 'a\\\\', 'b', 'c']);
  assert.equal(commandPrint('   '), undefined);
  assert.equal(commandPrint(undefined), undefined);
});

test('a payload is told with its class and its program, and not at all where none is known', () => {
  const one = dossier('d1');
  const { consumer } = one;
  const other = (changes: Partial<typeof consumer>): string | undefined =>
    payloadPrint({ consumer: { ...consumer, ...changes } });
  assert.equal(payloadPrint(one)?.length, 64);
  assert.equal(other({ name: 'Another' }), payloadPrint(one));
  assert.notEqual(other({ class: 'ActiveScriptEventConsumer' }), payloadPrint(one));
  assert.notEqual(other({ properties: { ExecutablePath: 'C:\\evil.exe' } }), payloadPrint(one));
  assert.equal(other({ class: null }), undefined);
  assert.equal(payloadPrint({ consumer: { ...consumer, payload: ' ' } }), undefined);
});

test('an id is of content and scope: the order and case of lists, owner and dates do not matter', () => {
  const one = pinOf({ hosts: ['A', 'b'] });
  assert.equal(pinId({ ...one, hosts: ['B', 'a'] }), one.id);
  assert.equal(pinOf({ hosts: ['A', 'b'], owner: 'bob', review: '2026-10-01' }).id, one.id);
  assert.notEqual(pinOf({ hosts: ['A'] }).id, one.id);
  assert.notEqual(pinOf({ hosts: ['A', 'b'], kind: 'payload' }).id, one.id);
  assert.notEqual(pinOf({ hosts: ['A', 'b'], callers: { accounts: ['C\\x'], sources: ['s'] } }).id, one.id);
});
