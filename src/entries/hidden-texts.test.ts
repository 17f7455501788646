import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenTexts } from './hidden-texts.ts';

const of = (text: string): readonly string[] => hiddenTexts(Buffer.from(text));

test('what stands in JSON as it is hides nothing, and neither does what is no document', () => {
  assert.deepEqual(of('{"a":"plain","b":4624}'), []);
  assert.deepEqual(of('plain text'), []);
  assert.deepEqual(of('C:\\Windows without a quote'), []);
  assert.deepEqual(of('a & b'), []);
});

test('escaped values of JSON are told as they are, also those with a quote and a letter by its number', () => {
  assert.deepEqual(of(JSON.stringify({ path: 'C:\\Windows\\x.exe', plain: 'y', said: 'a "b"' })), [
    'C:\\Windows\\x.exe',
    'a "b"',
  ]);
  assert.deepEqual(of('{"name":"J\\u00fcrgen"}'), ['Jürgen']);
});

test('texts and attributes of XML are told without their references', () => {
  assert.deepEqual(of('<Event><Data Name="a">x &amp; &#x79; &lt;z&gt;</Data></Event>'), ['x & y <z>']);
  assert.deepEqual(of('<Event a="&quot;q&quot;"/>'), ['"q"']);
});

test('a document within a member is looked through too', () => {
  const inner = '<Event><Data>a &amp; C:\\b</Data></Event>';
  const line = JSON.stringify({ message: JSON.stringify({ xml: inner, path: 'D:\\c' }) });
  const texts = of(line);
  assert.ok(texts.includes('a & C:\\b'), JSON.stringify(texts));
  assert.ok(texts.includes('D:\\c'));
});

test('a string that does not end, and a false escape, cost themselves alone', () => {
  assert.deepEqual(of('{"a":"\\q","b":"\\n'), []);
  assert.deepEqual(of('<a>&nothing; &#0; &#x110000;</a>'), []);
});

test('L20 what is made to be slow is looked through in one pass', () => {
  const begunMs = performance.now();
  of('"\\"'.repeat(300_000));
  of(`<${'a&'.repeat(400_000)}`);
  of(`{"a":${JSON.stringify('\\"'.repeat(200_000))}}`);
  assert.ok(performance.now() - begunMs < 5000);
});
