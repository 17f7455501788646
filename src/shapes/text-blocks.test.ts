import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DialectUnit } from './dialect.ts';
import { textBlocksOpener } from './text-blocks.ts';

const BLOCK = '01/14/2021 11:41:08 PM\nLogName=Security\nEventCode=4624\nMessage=a\n\nb\n';

function unitsOf(text: string, blockBytes: number, maxBytes?: number): readonly DialectUnit[] {
  const reader = textBlocksOpener(maxBytes).open(text.slice(0, 4096));
  assert.ok(reader !== undefined);
  const bytes = Buffer.from(text);
  const units: DialectUnit[] = [];
  for (let at = 0; at < bytes.length; at += blockBytes) units.push(...reader.push(bytes.subarray(at, at + blockBytes)));
  return [...units, ...reader.end()];
}

test('a block begins at a date line with LogName= directly below it, and only there', () => {
  const opener = textBlocksOpener();
  assert.ok(opener.open(BLOCK) !== undefined);
  assert.ok(opener.open(BLOCK.replaceAll('\n', '\r\n')) !== undefined);
  assert.ok(opener.open('1/4/2021 1:41:08.123 AM\nLogName=x\n') !== undefined);
  assert.equal(opener.open('01/14/2021 11:41:08 PM\n\nLogName=Security\n'), undefined);
  assert.equal(opener.open('01/14/2021 11:41:08 PM\nSourceName=x\nLogName=Security\n'), undefined);
  assert.equal(opener.open('LogName=Security\nEventCode=1\n'), undefined);
  assert.equal(opener.open('x 01/14/2021 11:41:08 PM\nLogName=Security\n'), undefined);
});

test('blocks are the same however the source is cut, with their places and lines', () => {
  const second = BLOCK.replace('Message=a', 'Message=01/14/2021 11:41:08 PM\nSourceName=x\nLogName=forged');
  const text = `${BLOCK}${second}\n${BLOCK.trimEnd()}`;
  const whole = unitsOf(text, text.length);
  assert.deepEqual(
    whole.map(({ start, line }) => [start, line]),
    [
      [0, 1],
      [BLOCK.length, 7],
      [BLOCK.length + second.length + 1, 16],
    ],
  );
  assert.deepEqual(
    whole.map((unit) => (unit.kind === 'text' ? unit.text : unit.kind)),
    [BLOCK.trimEnd(), second.trimEnd(), BLOCK.trimEnd()],
  );
  for (const size of [1, 2, 7, 31, 64]) assert.deepEqual(unitsOf(text, size), whole, `${size} bytes`);
});

test('a block that is too long is lost up to the next one, and not a byte shorter', () => {
  const longest = BLOCK.length + 20;
  const fits = `${BLOCK.trimEnd()}${'x'.repeat(20)}\n`;
  const tooLong = `${BLOCK.trimEnd()}${'x\n'.repeat(200)}`;
  const text = `${fits}${tooLong}${BLOCK}`;
  const wanted: readonly DialectUnit[] = [
    { kind: 'text', start: 0, end: fits.length - 1, line: 1, text: fits.trimEnd() },
    {
      kind: 'broken',
      start: fits.length,
      end: fits.length + tooLong.length,
      line: 7,
      reason: 'longer than 16 MiB',
    },
    {
      kind: 'text',
      start: fits.length + tooLong.length,
      end: text.length - 1,
      line: 7 + tooLong.split('\n').length - 1,
      text: BLOCK.trimEnd(),
    },
  ];
  for (const size of [1, 5, 64, text.length]) assert.deepEqual(unitsOf(text, size, longest), wanted, `${size} bytes`);
  assert.deepEqual(
    unitsOf(fits, 9, fits.length - 1).map(({ kind }) => kind),
    ['broken'],
  );
});
