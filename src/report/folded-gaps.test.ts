import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gap } from '../windows/index.ts';
import { writeOut } from './drawing/drawn.ts';
import { gapsTable, toldGaps } from './drawing/limits.ts';
import { foldedGaps } from './folded-gaps.ts';
import { hostLabels } from './host-label.ts';

const GAP: Gap = {
  id: 'a',
  host: 'srv-02.corp.example',
  what: 'source unknown',
  from: '2026-03-12T09:40:00.0000000Z',
  so: 'where the call came from is unknown',
  close: 'Security.evtx of that time',
  blocks: ['l2'],
};
const LATER: Gap = { ...GAP, id: 'b', from: '2026-03-12T10:40:00.0000000Z', blocks: ['l1'] };
const SPAN: Gap = { ...GAP, id: 'c', to: '2026-03-12T09:50:00.0000000Z' };

test('gaps that say the same of one host are one, with their number and all that they weaken', () => {
  assert.deepEqual(foldedGaps([GAP, LATER]), [{ gap: GAP, count: 2, others: [LATER], blocks: ['l1', 'l2'] }]);
  assert.equal(foldedGaps([GAP, { ...LATER, host: 'srv-03.corp.example' }]).length, 2);
});

test('a table of gaps shows what would read the same once; a span of its own is another row', () => {
  assert.equal(toldGaps([GAP, LATER, SPAN]).length, 2);
  assert.equal(toldGaps([GAP, { ...LATER, close: 'logs of the machine that had 10.0.0.7 then' }]).length, 2);
  const page = writeOut(gapsTable([GAP, LATER, SPAN], hostLabels([GAP.host])));
  assert.equal([...page.matchAll(/<tr id=/g)].length, 2);
  assert.match(page, /source unknown, 2 times<\/td>/);
  // A link to each of them leads somewhere.
  for (const { id } of [GAP, LATER, SPAN]) assert.equal(page.split(`id="g-${id}"`).length, 2);
});

test('a gap is filled, and an incident is closed: no table of gaps speaks of closing', () => {
  const page = writeOut(gapsTable([GAP], hostLabels([GAP.host])));
  assert.match(page, /<th scope="col">To fill this gap<\/th>/);
  assert.doesNotMatch(page, /[Tt]o close/);
});
