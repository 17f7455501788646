import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, security } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { AddressBook } from './addresses.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NINE = Date.parse('2026-03-12T09:00:00Z');

/** A record of the time. */
function shownAt(ms: number): Event {
  const [event] = madeEvents([security.event(4608, {}, { time: new Date(ms).toISOString() })]);
  if (event === undefined) throw new Error('no event');
  return event;
}

test('Trap 40: an address is of the host that was seen there, for a time', () => {
  const book = new AddressBook();
  book.learn('ws-07', '10.0.0.5', NINE, shownAt(NINE));
  book.learn('ws-07', '10.0.0.5', NINE + HOUR, shownAt(NINE + HOUR));
  assert.deepEqual(book.hostsAt('10.0.0.5', NINE + 30 * MINUTE), ['ws-07']);
  assert.equal(book.hostAt('10.0.0.5', NINE - DAY), 'ws-07');
  assert.equal(book.hostAt('10.0.0.5', NINE - 9 * DAY), undefined, 'a lease does not last for ever');
  assert.equal(book.hostAt('10.0.0.6', NINE), undefined);
});

test('Trap 40: the next holder takes the address over; within a quarter of an hour both may have it', () => {
  const book = new AddressBook();
  book.learn('ws-07', '10.0.0.5', NINE, shownAt(NINE));
  book.learn('ws-08', '10.0.0.5', NINE + 2 * HOUR, shownAt(NINE + 2 * HOUR));
  book.learn('ws-07', '10.0.0.5', NINE + 4 * HOUR, shownAt(NINE + 4 * HOUR));
  assert.deepEqual(book.hostsAt('10.0.0.5', NINE + 5 * MINUTE), ['ws-07']);
  assert.deepEqual(
    book.hostsAt('10.0.0.5', NINE + 2 * HOUR),
    ['ws-08'],
    'the first holder is not stretched over the second',
  );
  assert.deepEqual(book.hostsAt('10.0.0.5', NINE + 4 * HOUR), ['ws-07']);
  assert.deepEqual(book.hostsAt('10.0.0.5', NINE + HOUR), ['ws-07', 'ws-08'], 'in between nobody can tell');
  assert.deepEqual(
    [book.isOfAt('ws-07', '10.0.0.5', NINE + 2 * HOUR), book.isOf('ws-07', '10.0.0.5')],
    [false, true],
    'at another time',
  );
  book.learn('ws-09', '10.0.0.5', NINE + 4 * HOUR + 10 * MINUTE, shownAt(NINE + 4 * HOUR + 10 * MINUTE));
  assert.deepEqual(book.hostsAt('10.0.0.5', NINE + 4 * HOUR + 5 * MINUTE), ['ws-07', 'ws-09']);
});

test('Trap 40: a host that was seen at another address since has left its former one', () => {
  const book = new AddressBook();
  book.learn('srv-02', '10.0.0.66', NINE, shownAt(NINE));
  assert.equal(book.isOfAt('srv-02', '10.0.0.66', NINE + 9 * HOUR), true);
  book.learn('srv-02', '10.0.0.2', NINE + 8 * HOUR, shownAt(NINE + 8 * HOUR));
  assert.deepEqual(
    [NINE + 4 * HOUR, NINE + 9 * HOUR].map((ms) => [
      book.isOfAt('srv-02', '10.0.0.66', ms),
      book.addressesAt('srv-02', ms),
    ]),
    [
      [true, ['10.0.0.2', '10.0.0.66']],
      [false, ['10.0.0.2']],
    ],
  );
  book.learn('srv-02', '2001:db8:0:0:0:0:0:2', NINE + 9 * HOUR, shownAt(NINE + 9 * HOUR));
  book.learn('srv-02', '10.0.0.66', NINE + 10 * HOUR, shownAt(NINE + 10 * HOUR));
  assert.deepEqual(
    book.addressesAt('srv-02', NINE + 9 * HOUR),
    ['10.0.0.2', '10.0.0.66', '2001:db8:0:0:0:0:0:2'],
    'it has both',
  );
});

test('Trap 40: a holding is strong between records and within minutes of one; a host unseen for a day begins anew', () => {
  const book = new AddressBook();
  const learn = (ms: number): void => book.learn('ws-07', '10.0.0.5', ms, shownAt(ms));
  const held = (ms: number): unknown => {
    const holding = book.holdingOf('ws-07', '10.0.0.5', ms);
    return holding && [holding.strength, holding.agoMs, holding.events.map(({ timeMs }) => timeMs - NINE)];
  };
  learn(NINE);
  learn(NINE + HOUR);
  assert.deepEqual(held(NINE + 30 * MINUTE), ['strong', undefined, [0, HOUR]]);
  assert.deepEqual(held(NINE + HOUR + 10 * MINUTE), ['strong', 10 * MINUTE, [HOUR]]);
  assert.deepEqual(held(NINE + 9 * HOUR), ['weak', 8 * HOUR, [HOUR]]);
  learn(NINE + 27 * DAY);
  assert.deepEqual(held(NINE + 27 * DAY - HOUR), ['weak', -HOUR, [27 * DAY]]);
  assert.equal(held(NINE + 14 * DAY), undefined, 'the month between is nobody’s');
});

test('L10: loopback, link-local, multicast and unspecified addresses name nobody', () => {
  const book = new AddressBook();
  for (const address of [
    '127.0.0.1',
    '0:0:0:0:0:0:0:1',
    '169.254.1.2',
    'fe80:0:0:0:1:2:3:4',
    '224.0.0.252',
    '0.0.0.0',
    '255.255.255.255',
  ]) {
    book.learn('ws-07', address, NINE, shownAt(NINE));
  }
  assert.deepEqual(book.addressesOf('ws-07'), []);
});

test('a logon or ticket of a machine account says where the machine is, one of a person does not', () => {
  const logon = (name: string): EventModel =>
    security.logon(
      {
        account: { sid: 'S-1-5-21-1-2-3-1000', name, domain: 'CORP' },
        logonId: 0xa1n,
        address: '10.0.0.5',
        port: 52305,
      },
      { time: '2026-03-12T09:00:00Z' },
    );
  const book = new AddressBook();
  const keyOf = (name: string): string => `${name.toLowerCase()}.corp.local`;
  for (const event of madeEvents([logon('alice')])) book.learnMachine(event, keyOf);
  assert.equal(book.hostAt('10.0.0.5', NINE), undefined);
  for (const event of madeEvents([logon('WS-07$')])) book.learnMachine(event, keyOf);
  assert.equal(book.hostAt('10.0.0.5', NINE), 'ws-07.corp.local');
});

test('L15: a host that claims a thousand addresses loses its own, counted, and no other host’s', () => {
  const book = new AddressBook();
  book.learn('ws-07', '10.0.0.5', NINE, shownAt(NINE));
  for (let i = 0; i < 1000; i++) book.learn('liar', `10.1.${i >> 8}.${i & 255}`, NINE, shownAt(NINE));
  assert.equal(book.hostAt('10.0.0.5', NINE), 'ws-07');
  assert.equal(book.addressesOf('liar').length, 256);
  assert.equal(book.evicted, 744);
});
