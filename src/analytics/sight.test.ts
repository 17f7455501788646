import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostTable } from '../entities/index.ts';
import { type CoverageCount, ZEEK } from '../windows/index.ts';
import { Sight } from './sight.ts';

function count(computer: string, provider: string, channel: string): CoverageCount {
  const source = { file: 'x' };
  return { source, computer, channel, provider, eventId: 0, recordClass: 'live', count: 1, misdated: 0 };
}

test('a network sensor has no logs that could be missing; a machine that was called has', () => {
  const counts = [
    count('nsm1', ZEEK, 'zeek/dce_rpc'),
    count('', ZEEK, 'zeek/conn'),
    count('10.0.0.2', ZEEK, 'zeek/dce_rpc'),
    count('fe80::1', ZEEK, 'zeek/dce_rpc'),
    count('WS-07', 'Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational'),
  ];
  assert.deepEqual(Sight.from(counts, HostTable.from(counts)).hosts(), ['10.0.0.2', 'fe80::1', 'ws-07']);
});
