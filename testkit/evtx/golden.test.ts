import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { writeLog } from './log-writer.ts';
import { element, instance, slot, type Template } from './tree.ts';
import { TYPE, text, uint16 } from './value.ts';

const template: Template = {
  guid: '00112233-4455-6677-8899-aabbccddeeff',
  root: element(
    'Event',
    {},
    element('System', {}, element('EventID', {}, slot(0, TYPE.uint16))),
    element('EventData', {}, element('Data', { Name: 'q' }, slot(1, TYPE.text))),
  ),
};

const golden = () =>
  writeLog(
    [133000000000000000n, 133000000000000001n].map((written) => ({
      written,
      content: instance(template, [uint16(5861), text('hi')]),
    })),
  );

test('the writer makes the golden file of EVTX 14 byte for byte', () => {
  const { bytes, records } = golden();
  assert.equal(bytes.length, 69632);
  assert.deepEqual(
    records.map(({ chunkOffset, size }) => [chunkOffset, size]),
    [
      [0x200, 0x138],
      [0x338, 0x40],
    ],
  );
  assert.equal(
    createHash('sha256').update(bytes).digest('hex'),
    'dc3d6efacfa1c3e6b5cc6ba50ab1bf53f5d06bbe1ba9bf59b3af958ea2a81438',
  );
});

test('the same description gives the same bytes', () => {
  assert.deepEqual(golden().bytes, golden().bytes);
});
