import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEED_TRIADS, seedCase } from './seed-case.ts';

const made = seedCase();
const text = (value: string) => Buffer.from(value, 'utf16le');

test('the seed case is the same bytes each time, and small', () => {
  assert.deepEqual(seedCase(), made);
  const total = made.files.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  assert.ok(total < 3_000_000, `${total} bytes`);
});

test('each planted payload stands in every loose WMI-Activity log, and none in Sysmon of these hosts', () => {
  const { files } = made;
  for (const host of ['APP-02', 'WS-17']) {
    const ofHost = files.filter(([path]) => path.startsWith(`${host}/`));
    assert.equal(ofHost.filter(([path]) => path.includes('Sysmon')).length, 0);
    const wmi = ofHost.find(([path]) => path.endsWith('Microsoft-Windows-WMI-Activity%4Operational.evtx'));
    assert.ok(wmi !== undefined);
    for (const { payload } of SEED_TRIADS) {
      assert.ok(Buffer.from(wmi[1]).includes(text(payload.replaceAll('\\', '\\\\'))), payload);
    }
    assert.equal(Buffer.from(wmi[1]).includes(text('SCM Event Log Filter')), host === 'APP-02');
  }
});

test('the truth names each triad on each of the three hosts', () => {
  const { truth } = made;
  assert.deepEqual(
    truth.map(({ computer, seenIn, step }) => `${computer} ${seenIn} ${step}`),
    [
      ...Array(4).fill('FS-01.corp.example.com sysmon created'),
      ...Array(4).fill('APP-02.corp.example.com 5861 created'),
      ...Array(4).fill('WS-17.corp.example.com 5861 registered'),
    ],
  );
});
