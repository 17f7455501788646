import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addHiddenTexts, MOST_HIDDEN_BYTES } from './hidden-texts.ts';
import { TextBuffer } from './text-buffer.ts';

/** What is hidden in bytes, behind texts that stand there already. */
function hidden(raw: Uint8Array): readonly string[] {
  const texts = new TextBuffer();
  texts.add('before');
  const from = texts.size;
  addHiddenTexts(texts, raw);
  const found = texts.bytes.toString('utf8', from, texts.size).split('\0');
  assert.equal(found.pop(), '');
  return found;
}

const of = (text: string): readonly string[] => hidden(Buffer.from(text));

/** The same with strings and `JSON.parse`, plainly. */
function plainly(text: string, depth = 1): readonly string[] {
  const values: string[] = [];
  if (text.includes('\\') && text.includes('"')) {
    for (const [string] of text.matchAll(/"(?:[^"\\]|\\.)*(?:"|\\?$)/gs)) {
      if (!string.includes('\\')) continue;
      try {
        values.push(JSON.parse(string) as string);
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
      }
    }
  }
  const found = values.flatMap((value) => [value, ...(depth < 4 ? plainly(value, depth + 1) : [])]);
  if (!text.includes('&') || !text.includes('<')) return found;
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  for (const piece of text.split(/[<>"']/)) {
    const value = piece.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => names[name] ?? '');
    if (value !== piece) found.push(value, ...(depth < 4 ? plainly(value, depth + 1) : []));
  }
  return found;
}

test('what is hidden is what strings and JSON.parse would say, of any text', () => {
  const piece = fc.constantFrom(
    '"',
    '\\',
    'n',
    'u',
    '00fc',
    'd83d',
    'de00',
    '&amp;',
    '&lt;',
    '<',
    'x',
    'ü',
    '😀',
    '\n',
    '\0',
    '/',
    ' ',
  );
  const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
  // A text with a NUL reads as two here, in which what was found is the same.
  const split = (values: readonly string[]): readonly string[] =>
    values.flatMap((value) => value.toWellFormed().split('\0'));
  fc.assert(
    fc.property(text, (raw) => assert.deepEqual(of(raw), split(plainly(raw)))),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (values) => {
      const raw = JSON.stringify({ values, message: JSON.stringify({ xml: `<a>${values.join('&amp;')}</a>` }) });
      assert.deepEqual(of(raw), split(plainly(raw)));
    }),
    { numRuns: 500 },
  );
});

test('as many hidden bytes are kept of an event as its bound says, and none more', () => {
  // One byte is hidden by two, and a NUL stands behind the text; JSON in JSON would be kept again.
  const most = `{"a":"${'\\n'.repeat(MOST_HIDDEN_BYTES - 1)}"}`;
  assert.deepEqual(
    of(most).map(({ length }) => length),
    [MOST_HIDDEN_BYTES - 1],
  );
  assert.deepEqual(of(`{"a":"${'\\n'.repeat(MOST_HIDDEN_BYTES)}"}`), []);
});

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

test('of an object of JSON the same is hidden as of any text', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', '"', '\\', '\n', '{', '}', '&lt;', '<', 'ü', '😀'),
    maxLength: 8,
  });
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      text,
      fc.integer(),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(text, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(text, value, { maxKeys: 5 }), fc.boolean(), (object, isEscaped) => {
      const json = JSON.stringify(object);
      const written = isEscaped ? json.replaceAll('ü', '\\u00fc') : json;
      assert.ok(written.startsWith('{'));
      assert.deepEqual(of(written), plainly(written));
      // A blank before it makes it any text.
      assert.deepEqual(of(` ${written}`), plainly(written));
    }),
    { numRuns: 300 },
  );
});

test('what begins like an object and is broken hides no less behind the break', () => {
  assert.deepEqual(of('{\\ "a": "C:\\\\x"}'), ['C:\\x']);
  assert.deepEqual(of('{"a" \\ "b": "C:\\\\x", "c": "D:\\\\y"}').at(-1), 'D:\\y');
});
