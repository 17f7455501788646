import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered } from '../../test/joined.ts';
import { on, T, WMIPRVSE } from '../../test/joined-call.ts';
import { judged } from '../../test/told-findings.ts';
import { type EventModel, sysmon } from '../../testkit/index.ts';

test('R03, trap 40: who connects from an address that the machine has left is not the machine itself', () => {
  const taken = (from: string, to: string, clock: string): EventModel => filtered('in', { from, to }, on(T, clock));
  const child = sysmon.process(
    {
      pid: 3396,
      image: 'C:\\Windows\\System32\\cmd.exe',
      commandLine: 'cmd.exe /Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1584000000.1 2>&1',
      user: 'CORP\\alice',
      logonId: 0xa1n,
      parentImage: WMIPRVSE,
    },
    on(T, '09:00:00.2000000'),
  );
  const levels = (...models: readonly EventModel[]): string[] =>
    judged([child, ...models], 'R03').map(({ finding }) => finding.level);
  const leg = taken('10.0.0.66:50002', '10.0.0.9:445', '09:00:01.2000000');
  const at = (address: string, clock: string): EventModel => taken('10.0.0.50:49000', `${address}:135`, clock);
  const now = at('10.0.0.9', '08:40:00.0000000');
  assert.deepEqual(levels(at('10.0.0.66', '08:50:00.0000000'), now, leg), ['high'], 'its own address');
  assert.deepEqual(levels(at('10.0.0.66', '00:10:00.0000000'), now, leg), ['medium'], 'one that it had before');
});
