import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addHiddenTexts } from './hidden-texts.ts';
import { addMissingTexts } from './missing-texts.ts';
import { TextBuffer } from './text-buffer.ts';

/** What is kept of the values of an event beside its bytes and what these hide. */
function missing(raw: string, values: readonly string[]): readonly string[] {
  const texts = new TextBuffer();
  addHiddenTexts(texts, Buffer.from(raw));
  const from = texts.size;
  addMissingTexts(texts, Buffer.from(raw), 0, values);
  return texts.bytes.toString('utf8', from, texts.size).split('\0').slice(0, -1);
}

const RAW = JSON.stringify({ host: 'WS-01', path: 'C:\\Windows\\a.exe', said: 'one\ntwo & three' });

test('a value that stands in the bytes, or in what these hide, is not kept again', () => {
  assert.deepEqual(missing(RAW, ['WS-01', 'C:\\Windows\\a.exe', 'one\ntwo & three', 'two', '']), []);
  assert.deepEqual(missing('a,C:\\x & y,"b"', ['C:\\x & y', '"b"']), []);
});

test('one that stands nowhere, or only as a part of a longer token, is kept, and so is one with a letter beyond ASCII', () => {
  const values = ['0x3e7', 'WS-0', 'a.ex', '\\Windows\\a.exe', 'Jürgen'];
  assert.deepEqual(missing(`${RAW}Jürgen`, values), ['0x3e7', 'WS-0', 'a.ex', 'Jürgen']);
});
