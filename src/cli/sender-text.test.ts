import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrafficDocument } from '../api/index.ts';
import { senderTable } from './sender-text.ts';

const SINCE = '2026-03-12T09:00:00.0000000Z';
const NONE = { count: 0 };
const TRAFFIC: TrafficDocument = {
  since: SINCE,
  events: 9000,
  perSecond: { minute: 12.34, hour: 0.0123 },
  waitingBytes: 2048,
  heldBack: { count: 1200, last: SINCE },
  again: { count: 3, last: SINCE },
  conflict: NONE,
};

test('the table of senders tells what each brought, since when, and who has no key', () => {
  const of = { name: 'dc', hosts: ['DC-01'], isRelay: false, note: '', created: SINCE } as const;
  const text = senderTable({
    items: [
      { id: 'dc-01', ...of, state: 'active', traffic: TRAFFIC },
      { id: 'old', ...of, state: 'revoked' },
    ],
    keyless: [{ id: 'syslog:fw', traffic: { ...TRAFFIC, perSecond: { minute: 0, hour: 2.5 }, heldBack: NONE } }],
  });
  assert.deepEqual(
    text.split('\n').map((line) => line.split(/ {2,}/)),
    [
      [
        ...['ID', 'NAME', 'STATE', 'HOSTS', 'ADDED (UTC)'],
        ...['EV/S 1 MIN', 'EV/S 1 H', 'WAITING', 'HELD BACK', 'AGAIN', 'REFUSED'],
      ],
      ['dc-01', 'dc', 'active', 'DC-01', '2026-03-12 09:00:00', '12', '0.012', '2.0 KiB', '1,200', '3', '0'],
      ['old', 'dc', 'revoked', 'DC-01', '2026-03-12 09:00:00', '?', '?', '?', '?', '?', '?'],
      ['syslog:fw', 'no key', 'any', '0', '2.5', '2.0 KiB', '0', '3', '0'],
      [''],
      [
        'Counted since 2026-03-12 09:00:00 UTC, when the server started or later. HELD BACK: told to come back (429). AGAIN: taken before, nothing added.',
      ],
      ['REFUSED: another batch under a used id (409).'],
      [''],
    ],
  );
});

test('without a sender there is nothing that was counted', () => {
  assert.equal(senderTable({ items: [] }), 'There are no senders: triad sender add ID makes one.\n');
});
