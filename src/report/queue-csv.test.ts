import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type QueueCsvRow, queueCsv } from './queue-csv.ts';

const ROW: QueueCsvRow = {
  number: 1,
  id: 'a',
  level: 'high',
  state: 'open',
  standing: 'told',
  title: 'alice ran a, b and "c"',
  first: '2026-03-12T09:00:00Z',
  last: '2026-03-12T09:10:00Z',
  host: 'srv-02',
  hosts: 2,
  isRetrospective: false,
  isToAcknowledge: true,
  isJudgedBefore: false,
  isHidden: true,
  version: 1,
  revision: 0,
};

test('L20 the queue as a table is RFC 4180, and no name of evidence is a formula in it', () => {
  const due = { for: 'verdict', at: '2026-03-12T10:00:00Z', isOverdue: true };
  const hostile = { ...ROW, title: '=cmd|calc!A1', host: '@x', source: '+1', owner: '-2', due, confidence: 0.5 };
  assert.deepEqual(queueCsv([ROW, hostile]).split('\r\n'), [
    'number,id,level,state,standing,title,first,last,source,host,hosts,confidence,owner,verdict,verdict before,to acknowledge,due for,due,overdue,retrospective,suppressed,version,revision',
    'INC-1,a,high,open,told,"alice ran a, b and ""c""",2026-03-12T09:00:00Z,2026-03-12T09:10:00Z,,srv-02,2,,,,,yes,,,,,yes,1,0',
    "INC-1,a,high,open,told,'=cmd|calc!A1,2026-03-12T09:00:00Z,2026-03-12T09:10:00Z,'+1,'@x,2,0.5,'-2,,,yes,verdict,2026-03-12T10:00:00Z,yes,,yes,1,0",
    '',
  ]);
});
