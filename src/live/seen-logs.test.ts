import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TextAnswer } from '../intake/index.ts';
import { isCountedAlone, seenLogs } from './seen-logs.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const WMI = 'Microsoft-Windows-WMI-Activity/Operational';

test('PRODUCT 9.3 threads, privileges and failed calls of WMI are counted by their ids; what nothing reads is counted together', () => {
  const row = (channel: string, eventId: number) => ({
    ...{ computer: 'WS-07', channel, provider: 'p', eventId, count: 2, misdated: 0, recordClass: 'ours' },
    ...{ firstMs: 5, firstTicks: 0, lastMs: 9, lastTicks: 0, lowestId: undefined, highestId: undefined },
  });
  const rows = [row(SYSMON, 8), row(SYSMON, 2), row(SYSMON, 4), row('Security', 4672), row(WMI, 5858)];
  const logs = seenLogs({ coverage: rows, end: undefined } as unknown as TextAnswer);
  assert.deepEqual(
    logs.map(({ channel, eventId, records }) => [channel, eventId, records]),
    [
      [SYSMON, 8, 2],
      [SYSMON, -1, 4],
      ['Security', 4672, 2],
      [WMI, 5858, 2],
    ],
  );
  assert.ok(isCountedAlone(SYSMON.toUpperCase(), 8));
  assert.ok(!isCountedAlone('Security', 8));
});
