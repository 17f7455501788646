import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defang } from './defang.ts';
import { binarySize, count, cut, escapeTerminal, pad, plural, widthOf, wrap, wrapBlock } from './terminal.ts';

test('L20 every character that moves, hides or reverses text is written out', () => {
  assert.equal(
    escapeTerminal('a\u001b[31m\u0000\u007f\u0085\n\r\t\u061c\u200b\u200f\u202a\u202e\u2066\u2069\ufeff\u2028\ud800z'),
    'a\\u{1b}[31m\\u{0}\\u{7f}\\u{85}\\u{a}\\u{d}\\u{9}\\u{61c}\\u{200b}\\u{200f}\\u{202a}\\u{202e}\\u{2066}\\u{2069}\\u{feff}\\u{2028}\\u{d800}z',
  );
  assert.equal(escapeTerminal('Zürich, 東京, 😀'), 'Zürich, 東京, 😀');
});

test('columns are those that a terminal uses', () => {
  assert.deepEqual(['abc', '東京', 'e\u0301', '😀', ''].map(widthOf), [3, 4, 1, 2, 0]);
  assert.equal(pad('東京', 6), '東京  ');
  assert.equal(cut('東京都庁', 6, '…'), '東京…');
  assert.equal(cut('abcdef', 6, '…'), 'abcdef');
});

test('wrapping breaks at spaces, and inside a word that alone is too wide', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('abcdefghij kl', 4), ['abcd', 'efgh', 'ij', 'kl']);
  assert.deepEqual(wrap('', 4), ['']);
  assert.deepEqual(wrap('\u00a0 a\u3000 ', 4), ['\u00a0', 'a\u3000'], 'only plain spaces are let go of');
});

test('no wrapped line is wider than asked for, and no character but spaces is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 4, max: 40 }), (text, width) => {
      const safe = escapeTerminal(text);
      const lines = wrap(safe, width);
      assert.ok(lines.every((line) => widthOf(line) <= width));
      assert.equal(lines.join('').replaceAll(' ', ''), safe.replaceAll(' ', ''));
    }),
  );
});

test('a block keeps the line breaks of its text, of every kind', () => {
  assert.deepEqual(wrapBlock('a\r\nb\rc\n\td', 10), ['a', 'b', 'c', '  d']);
  assert.deepEqual(wrapBlock('\n    if x\n      y\n\n    end\n', 10), ['if x', '  y', '', 'end']);
});

test('numbers read the same in every locale', () => {
  assert.deepEqual([0, 999, 1000, 1234567, -1234].map(count), ['0', '999', '1,000', '1,234,567', '-1,234']);
  assert.deepEqual(
    [plural(1, 'record'), plural(2000, 'record'), plural(2, 'copy', 'copies')],
    ['1 record', '2,000 records', '2 copies'],
  );
  assert.deepEqual([1, 1023, 1024, 2684354560].map(binarySize), ['1 byte', '1,023 bytes', '1.0 KiB', '2.5 GiB']);
});

test('a defanged text is as long as it was, and nothing in it can be clicked', () => {
  assert.equal(
    defang('http://a https://b HTTP://c ftp://d ftps://e xhttp://f httpx'),
    'hxxp://a hxxps://b HxxP://c fxp://d fxps://e xhttp://f httpx',
  );
});
