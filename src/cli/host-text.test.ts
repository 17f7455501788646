import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostDocument } from '../api/index.ts';
import { hostTable, shownHost } from './host-text.ts';

const HOST: HostDocument = {
  key: 'ws-07',
  names: ['ws-07'],
  records: 3,
  received: '2026-11-25T10:00:00.0000000Z',
  openIncidents: 0,
  subscriptions: 0,
  logs: [],
  senders: [],
};

test('a host that was not looked at, one of which nothing is missing and one of which something is are told apart', () => {
  const gap = { id: 'a', host: 'ws-07', what: 'no Sysmon log', so: 'no writer is known', close: 'collect it' };
  const known = { ...HOST, gaps: 0, blind: [] };
  const blind = { ...HOST, gaps: 1, blind: [gap] };
  assert.match(shownHost(HOST), /\nBLIND\n {2}not known: no judgement has looked at this host yet\n/);
  assert.doesNotMatch(shownHost(known), /BLIND/);
  assert.match(shownHost(blind), /\nBLIND\n {2}no Sysmon log: no writer is known; collect it\n/);
  const cells = hostTable([HOST, known, blind]).split('\n');
  assert.deepEqual(
    cells.slice(1, 4).map((line) => /Z?\s{2,}(not looked|0|1)\s{2,}0\s{2,}0/.exec(line)?.[1]),
    ['not looked', '0', '1'],
  );
});

test('what the clock of a host differs by is told beside whose, or that it is not known', () => {
  const clocks = [
    { against: 'srv-02', aheadMs: -90_500, errorMs: 20, pairs: 4 },
    { against: 'zeek', aheadMs: 0.2, errorMs: 1, pairs: 1 },
  ];
  assert.match(
    shownHost({ ...HOST, clocks }),
    /\nCLOCK\n {2}90\.500 s behind srv-02, give or take 0\.020 s, by 4 connections\n {2}the same as Zeek’s sensor, .* by 1 connection\n/,
  );
  assert.match(shownHost({ ...HOST, clocks: [] }), /not known: no three connections/);
  assert.match(shownHost(HOST), /CLOCK\n {2}not known: nothing has been judged/);
});
