import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  around,
  isWithin,
  readSpan,
  type Span,
  spanOfFields,
  spanText,
  spanWords,
  withinWords,
} from '../../console/incident/span.ts';

const at = (time: string): number => Date.parse(`2026-03-12T${time}Z`);
const SPAN: Span = { fromMs: at('09:40'), toMs: at('10:10') };

test('PRODUCT 9.2 a span of a URL is read and written as one, its second day left out where it is the first', () => {
  assert.deepEqual(readSpan('2026-03-12T09:40Z..10:10Z'), { kind: 'span', span: SPAN });
  assert.deepEqual(readSpan(null), { kind: 'none' });
  assert.deepEqual(readSpan(''), { kind: 'none' });
  const spans: readonly (readonly [string, string])[] = [
    ['2026-03-12T09:40Z..10:10Z', '09:40 to 10:10 UTC'],
    ['2026-03-12T09:40:05Z..09:40:05.250Z', '09:40:05 to 09:40:05.250 UTC'],
    ['2026-03-12T23:55Z..2026-03-13T00:05Z', '2026-03-12 23:55 to 2026-03-13 00:05 UTC'],
    ['2026-03-12T09:40:05.001Z..09:40:05.001Z', 'at 09:40:05.001 UTC'],
  ];
  for (const [text, words] of spans) {
    const read = readSpan(text);
    assert.ok(read.kind === 'span', text);
    assert.equal(spanText(read.span), text);
    assert.equal(spanWords(read.span), words);
  }
});

test('what is no span says so at its field', () => {
  const cases: readonly (readonly [string, 'from' | 'to'])[] = [
    ['yesterday', 'from'],
    ['2026-03-12T09:40Z', 'to'],
    ['2026-03-12T09:40Z..', 'to'],
    ['..10:10Z', 'from'],
    ['09:40Z..10:10Z', 'from'],
    ['2026-02-30T09:40Z..10:10Z', 'from'],
    ['2026-03-12T24:01Z..10:10Z', 'from'],
    ['2026-03-12T09:40Z..09:39Z', 'to'],
    ['2026-03-12T09:40+02:00..10:10Z', 'from'],
    ['2026-03-12T09:40Z..10:10Z..11:00Z', 'to'],
    ['2026-03-12T09:40:05.12345678Z..10:10Z', 'from'],
  ];
  for (const [text, field] of cases) {
    const read = readSpan(text);
    assert.ok(read.kind === 'problem' && read.field === field, `${text}: ${JSON.stringify(read)}`);
    assert.ok(read.why.length > 10);
  }
});

test('fields take what people write, and the day of the incident where they leave it out', () => {
  const same = { kind: 'span', span: SPAN };
  for (const [from, to] of [
    ['2026-03-12 09:40', '10:10'],
    ['09:40', '10:10 UTC'],
    [' 2026-03-12T09:40Z ', '2026-03-12 10:10:00.0000000Z'],
  ] as const)
    assert.deepEqual(spanOfFields(from, to, '2026-03-12'), same);
  assert.deepEqual(spanOfFields(' ', '', '2026-03-12'), { kind: 'none' });
});

test('L5 both ends are in a span, what bears no time is in none, and records say of how many they are', () => {
  assert.ok(isWithin('2026-03-12T09:40:00.0000000Z', SPAN) && isWithin('2026-03-12T10:10:00.0000000Z', SPAN));
  assert.ok(!isWithin('2026-03-12T09:39:59.9990000Z', SPAN) && !isWithin('2026-03-12T10:10:00.0010000Z', SPAN));
  assert.ok(!isWithin(undefined, SPAN) && !isWithin('no time', SPAN));
  assert.deepEqual(around('2026-03-12T09:45:00.0000000Z'), { fromMs: at('09:40'), toMs: at('09:50') });
  assert.equal(withinWords(12, 40, 40), '12 of 40 records');
  assert.equal(withinWords(12, 100, 1812), '12 of 100 records read so far (1,812 are cited)');
});
