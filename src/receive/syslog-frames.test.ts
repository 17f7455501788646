import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ITEM_BYTES } from './limits.ts';
import { frameSyslog, syslogMessage } from './syslog-frames.ts';

function messages(text: string): readonly string[] {
  const body = Buffer.from(text, 'latin1');
  const framed = frameSyslog(body);
  assert.ok(framed.kind === 'framed');
  assert.equal(framed.accepted, framed.items.length);
  return framed.items.map(({ start, end }) => body.toString('latin1', start, end));
}

test('octet counting and line ends are told apart message by message, on one connection', () => {
  assert.deepEqual(messages('5 <1>ab<13>x\r\n3 a\nb<2>y\n\n{"a":1}\n12 <3>3 bytes\0!<4>z'), [
    '<1>ab',
    '<13>x',
    'a\nb',
    '<2>y',
    '{"a":1}',
    '<3>3 bytes\0!',
    '<4>z',
  ]);
});

test('a line ends at LF or NUL, whichever comes first', () => {
  assert.deepEqual(messages('<1>a\0<2>b\n<3>c\0\0\n<4>d'), ['<1>a', '<2>b', '<3>c', '<4>d']);
});

test('L15 the end of a line is looked for near its beginning, whatever stands behind it', (context) => {
  const short = Buffer.from('a\0'.repeat(20_000));
  const indexOf = Buffer.prototype.indexOf;
  let searched = 0;
  context.mock.method(Buffer.prototype, 'indexOf', function (this: Buffer, value: number, from = 0) {
    const at = indexOf.call(this, value, from);
    searched += (at < 0 ? this.length : at) - from;
    return at;
  });
  const framed = frameSyslog(short);
  assert.equal(framed.kind === 'framed' ? framed.accepted : 0, 20_000);
  assert.ok(searched < 20_000, `${searched} bytes were searched`);
});

test('a length has at most 7 digits and is no more than an event may have', () => {
  const step = (text: string): string => syslogMessage(Buffer.from(text), 0, false).kind;
  assert.equal(step('1'), 'more');
  assert.equal(step('1234567'), 'more');
  assert.equal(step('12345678'), 'broken');
  assert.equal(step('0000001 a'), 'more', 'a zero begins a line');
  assert.equal(step('12a'), 'broken');
  assert.equal(step(`${MAX_ITEM_BYTES} `), 'more');
  assert.equal(step(`${MAX_ITEM_BYTES + 1} `), 'broken');
  assert.equal(step('3 ab'), 'more');
  assert.equal(step('3 abc'), 'message');
});

test('what breaks the framing costs what stands behind it, and nothing before', () => {
  assert.deepEqual(messages('<1>a\n99999999 b'), ['<1>a']);
  assert.deepEqual(messages('<1>a\n9 short'), ['<1>a']);
});

test('a line of the largest size is a message, one byte more is none', () => {
  const line = 'x'.repeat(MAX_ITEM_BYTES);
  assert.equal(messages(`${line}\n`).length, 1);
  assert.equal(messages(`${line}x\n`).length, 0);
  assert.equal(syslogMessage(Buffer.from(line), 0, false).kind, 'more');
  assert.equal(syslogMessage(Buffer.from(`${line}x`), 0, false).kind, 'endless');
});
