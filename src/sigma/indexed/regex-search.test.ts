import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileRegex, type SigmaRegex } from '../values/regex.ts';
import { chainOf, followOneAnother } from './regex-chain.ts';
import { findsSequence, hasLongLine, lineLengthOf, sequenceOf } from './regex-sequence.ts';

function regexOf(source: string): SigmaRegex {
  const reading = compileRegex(source, { i: false, m: false, s: false });
  assert.ok(reading.kind === 'regex', source);
  return reading.regex;
}

const haystack = fc
  .array(fc.constantFrom('a', 'b', 'B', '5', ' ', '\t', '\n', '.', '-', '_', '+', '\\', '"', '😀', 'é', ']'), {
    maxLength: 24,
  })
  .map((parts) => parts.join(''));

test('a row of sets is found where the engine finds it', () => {
  const set = fc.constantFrom(
    'a',
    'b',
    '\\.',
    '\\+',
    '[ab]',
    '[a-z5]',
    '\\s',
    '\\d',
    '\\w',
    '[ "]',
    '[\\s-]',
    '\\\\',
    '[\\]]',
    ' ',
    '-',
  );
  const repeat = fc.constantFrom('', '', '', '+', '{2}', '{1,3}', '{2,}', '*', '?', '+?');
  const pattern = fc
    .array(fc.tuple(set, repeat), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.map((part) => part.join('')).join(''));
  let read = 0;
  let found = 0;
  fc.assert(
    fc.property(pattern, fc.array(haystack, { minLength: 4, maxLength: 4 }), (source, texts) => {
      const regex = regexOf(source);
      const sequence = sequenceOf(regex);
      if (sequence === undefined) return;
      read++;
      for (const text of texts) {
        const expected = regex.engine.matcher(text).find();
        if (expected) found++;
        assert.equal(findsSequence(sequence, text), expected, `${source} in ${JSON.stringify(text)}`);
      }
    }),
    { numRuns: 4000 },
  );
  assert.ok(read > 300 && found > 100, `${read} read, ${found} found`);
});

test('texts with anything between them follow one another where the engine says so', () => {
  const link = fc.constantFrom('a', 'ab', '\\+', '.*', '.*', '.*?', '\\.', '"', '5');
  fc.assert(
    fc.property(fc.array(link, { minLength: 1, maxLength: 7 }), haystack, (parts, text) => {
      const source = parts.join('');
      if (/\.\*\??[*?+]/.test(source)) return;
      const regex = regexOf(source);
      const chain = chainOf(regex);
      assert.ok(chain !== undefined, source);
      if (text.includes('\n')) return;
      assert.equal(followOneAnother(chain, text), regex.engine.matcher(text).find(), `${source} in ${text}`);
    }),
    { numRuns: 2000 },
  );
});

test('what an engine must answer is left to it', () => {
  for (const source of [
    'a*',
    'a|b',
    '(a)',
    '^a',
    'a$',
    '[^a]',
    '.',
    'a\\b',
    '\\x61',
    '[[:alpha:]]',
    'é',
    '[a-',
    'a+a',
    '\\w+\\.\\w+x5',
  ]) {
    const reading = compileRegex(source, { i: false, m: false, s: false });
    if (reading.kind === 'regex') assert.equal(sequenceOf(reading.regex), undefined, source);
  }
  assert.equal(chainOf(regexOf('a.*b+')), undefined);
  assert.equal(chainOf(regexOf('a.*(b|c)')), undefined);
  assert.equal(chainOf(regexOf('(?i)a.*b')), undefined);
});

test('a line is long by its characters', () => {
  fc.assert(
    fc.property(haystack, fc.integer({ min: 0, max: 12 }), (text, least) => {
      const regex = regexOf(`.{${least},}`);
      assert.equal(lineLengthOf(regex), least);
      assert.equal(hasLongLine(text, least), regex.engine.matcher(text).find(), JSON.stringify(text));
    }),
  );
});
