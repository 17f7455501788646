import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixListCsv } from './fix-list-csv.ts';
import { type SubscriptionCsvRow, subscriptionCsv } from './subscription-csv.ts';

const ROW: SubscriptionCsvRow = {
  id: 'd1',
  level: 'high',
  score: 66,
  state: 'armed',
  standing: 'told',
  host: 'srv-02',
  namespace: 'root\\subscription',
  filter: 'F',
  consumer: null,
  class: 'CommandLineEventConsumer',
  payload: 'cmd /c "x", y',
  origin: { account: 'CORP\\alice', address: '10.0.0.5' },
  creator: 'S-1-5-18',
  seenIn: ['sysmon', 'repository'],
  isOrphan: false,
  isKnown: true,
  conflicts: 0,
  fingerprint: 'ab',
  hostsOfFingerprint: 41,
  incident: 'i1',
  firstSeen: '2026-03-12T09:00:00Z',
  lastSeen: '2026-03-12T09:10:00Z',
};

test('L20 subscriptions as a table are RFC 4180, and no name of evidence is a formula in it', () => {
  const { payload: _, fingerprint: __, incident: ___, ...withheld } = ROW;
  const hostile = { ...withheld, host: '@x', filter: '=cmd|calc!A1', consumer: '+1', class: null, origin: {} };
  const changes = { creator: '-2', seenIn: [], isOrphan: true, isKnown: false, conflicts: 2, hostsOfFingerprint: 0 };
  assert.deepEqual(subscriptionCsv([ROW, { ...hostile, ...changes }]).split('\r\n'), [
    'id,level,score,state,standing,host,namespace,filter,consumer,class,created by,created from,seen in,orphan,known to be harmless,told differently,payload,fingerprint,hosts of the fingerprint,incident,first seen,last seen',
    'd1,high,66,armed,told,srv-02,root\\subscription,F,,CommandLineEventConsumer,CORP\\alice,10.0.0.5,sysmon repository,,yes,,"cmd /c ""x"", y",ab,41,i1,2026-03-12T09:00:00Z,2026-03-12T09:10:00Z',
    "d1,high,66,armed,told,'@x,root\\subscription,'=cmd|calc!A1,'+1,,'-2,,,yes,,2,,,,,2026-03-12T09:00:00Z,2026-03-12T09:10:00Z",
    '',
  ]);
});

test('L20 gaps as a table name host, what is not seen, and what to change', () => {
  const gap = { host: 'ws-07', what: 'Sysmon 19, 20 and 21', so: 'no creation is witnessed', close: '=enable them' };
  assert.deepEqual(fixListCsv([gap]).split('\r\n'), [
    'host,not seen,so,to fill this gap',
    `ws-07,"Sysmon 19, 20 and 21",no creation is witnessed,'=enable them`,
    '',
  ]);
});
