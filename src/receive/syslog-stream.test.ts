import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ITEM_BYTES, MAX_ITEMS } from './limits.ts';
import { frameSyslog } from './syslog-frames.ts';
import { SYSLOG_LARGE_BYTES, SyslogStream } from './syslog-stream.ts';

/** What a stream gives for bytes that come in pieces of a size, taken after each. */
function messagesOf(bytes: Buffer, size: number): { readonly texts: readonly string[]; readonly stream: SyslogStream } {
  const stream = new SyslogStream();
  const texts: string[] = [];
  const take = (): void => {
    for (let stretch = stream.take(); stretch !== undefined; stretch = stream.take()) {
      const { body, messages } = stretch;
      const framed = frameSyslog(body);
      assert.ok(framed.kind === 'framed');
      assert.equal(framed.items.length, messages);
      texts.push(...framed.items.map(({ start, end }) => body.toString('latin1', start, end)));
    }
  };
  for (let at = 0; at < bytes.length; at += size) {
    stream.push(bytes.subarray(at, at + size));
    take();
    assert.ok(stream.length <= SYSLOG_LARGE_BYTES);
  }
  stream.end();
  take();
  return { texts, stream };
}

const MIXED = Buffer.from('5 <1>ab<13>x\r\n3 a\nb<2>y\n\n{"a":1}\n12 <3>3 bytes\0!<4>z');

test('the pieces in which bytes come do not matter', () => {
  const whole = messagesOf(MIXED, MIXED.length).texts;
  assert.equal(whole.length, 7);
  for (let size = 1; size < 20; size++) assert.deepEqual(messagesOf(MIXED, size).texts, whole, `pieces of ${size}`);
});

test('an endless line is passed over without being held, and what follows it is read', () => {
  const bytes = Buffer.from(`<1>a\n${'x'.repeat(3 * MAX_ITEM_BYTES)}\n<2>b\n${'y'.repeat(MAX_ITEM_BYTES + 1)}`);
  for (const size of [1 << 16, 65_521, bytes.length]) {
    if (size === bytes.length) continue;
    const { texts, stream } = messagesOf(bytes, size);
    assert.deepEqual(texts, ['<1>a', '<2>b']);
    assert.deepEqual(stream.trouble, { tooLong: 2, broken: undefined });
    assert.equal(stream.wholeBytes, 0);
  }
});

test('after a length that cannot be, nothing more is taken; what came before is', () => {
  const { texts, stream } = messagesOf(Buffer.from('<1>a\n9999999 <2>b\n<3>c\n'), 4);
  assert.deepEqual(texts, ['<1>a']);
  assert.match(stream.trouble.broken ?? '', /9999999 bytes/);
});

test('a message that is shorter than its length at the end of a connection is none', () => {
  const { texts, stream } = messagesOf(Buffer.from('<1>a\n9 <2>b'), 100);
  assert.deepEqual(texts, ['<1>a']);
  assert.equal(stream.hasPart, true);
});

test('a stretch has no more messages than a batch may have', () => {
  const stream = new SyslogStream();
  stream.push(Buffer.from('a\n'.repeat(MAX_ITEMS + 1)));
  assert.equal(stream.take()?.messages, MAX_ITEMS);
  assert.equal(stream.take()?.messages, 1);
  assert.equal(stream.take(), undefined);
});

test('a line that comes byte by byte is searched once', () => {
  const stream = new SyslogStream();
  stream.push(Buffer.alloc(MAX_ITEM_BYTES - 50_000, 'x'));
  const began = performance.now();
  for (let at = 0; at < 50_000; at++) stream.push(Buffer.from('x'));
  stream.push(Buffer.from('\n'));
  assert.equal(stream.take()?.messages, 1);
  assert.ok(performance.now() - began < 2000);
});
