import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { seedCase } from '../../testkit/index.ts';
import { folderWith, triad } from './run-triad.ts';

const seed = seedCase().files;

test('dump takes a channel by its whole name and by the short one that cards print', async (t) => {
  const folder = join(folderWith(t, seed), 'WS-17');
  const whole = await triad(['dump', folder, '--channel', 'Microsoft-Windows-WMI-Activity/Operational', '-q']);
  const short = await triad(['dump', folder, '--channel', 'wmi-activity', '-q']);
  assert.equal(whole.stdout.split('\n').length - 1, 49);
  assert.equal(short.stdout, whole.stdout);
});

test('a record or offset at which nothing is ends dump with exit 2; a filter that matches nothing is an answer', async (t) => {
  const folder = join(folderWith(t, seed), 'WS-17');
  for (const address of [
    ['--record', '999999'],
    ['--offset', '0x7'],
  ]) {
    const ended = await triad(['dump', folder, ...address, '-q']);
    assert.equal(ended.code, 2);
    assert.equal(ended.stdout, '');
    assert.match(ended.stderr, /TRIAD-E-ARG-NO-RECORD/);
  }
  const none = await triad(['dump', folder, '--event-id', '65000', '-q']);
  assert.deepEqual([none.code, none.stdout], [0, '']);
});
