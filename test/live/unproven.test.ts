import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentDigest, levelledByTrust, partsOf } from '../../src/live/index.ts';
import { type Event, levelRank } from '../../src/windows/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, Stream } from './streams.ts';

const LINES = linesOf(
  campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 0 }).events,
);
const PARTS = partsOf(new Stream().send(LINES).window.judge());

test('L18 an incident that rests on nothing but unproven senders is at most medium, and its sum says so', () => {
  assert.ok(PARTS.some(({ incident }) => levelRank(incident.level) > levelRank('medium')));
  for (const parts of PARTS) {
    const { incident, digest, ...others } = levelledByTrust(parts, () => true);
    if (levelRank(parts.incident.level) <= levelRank('medium')) {
      assert.deepEqual(incident, parts.incident);
      continue;
    }
    assert.deepEqual([incident.level, incident.score], ['medium', 59]);
    assert.ok(Object.values(incident.levels).every((level) => levelRank(level) <= levelRank('medium')));
    const sum = incident.terms.reduce((total, { points }) => total + points, 0);
    const before = parts.incident.terms.reduce((total, { points }) => total + points, 0);
    assert.ok(Math.abs(before - sum - (parts.incident.score - 59)) < 0.005);
    assert.equal(incident.terms.at(-1)?.code, 'UNPROVEN');
    const { records, ...content } = others;
    assert.deepEqual(records, parts.records);
    assert.equal(digest, contentDigest({ incident, ...content }));
  }
});

test('L18 one record that came otherwise too lifts the cap; nothing of it is then changed', () => {
  for (const parts of PARTS) {
    let asked = 0;
    assert.equal(
      levelledByTrust(parts, () => asked++ < parts.records.length - 1),
      parts,
    );
    const [first, ...rest] = parts.records;
    assert.ok(first !== undefined);
    const other = { ...first.event.place, source: { file: 'sender:with a key' } };
    const event = { place: first.event.place, otherPlaces: [other] } as unknown as Event;
    const corroborated = { ...parts, records: [...rest, { ...first, event }] };
    assert.equal(
      levelledByTrust(corroborated, (file) => file !== 'sender:with a key'),
      corroborated,
    );
  }
});
