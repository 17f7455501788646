import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtered, opened } from '../../test/joined.ts';
import { LEASE, logon, on, S, sources, T } from '../../test/joined-call.ts';
import type { EventModel } from '../../testkit/index.ts';

const told = (...models: readonly EventModel[]): readonly (string | undefined)[] =>
  sources([LEASE, logon('09:00:00.1000000', { address: '10.0.0.7' }), ...models]).map(({ transport }) => transport);

const arrived = (port: number, clock = '09:00:00.0500000'): EventModel =>
  filtered('in', { from: '10.0.0.7:50001', to: `10.0.0.2:${port}`, image: 'System', pid: 4 }, on(T, clock));

test('trap 25: a call came in by the port that the connection of its client end led to, seen at either end', () => {
  assert.deepEqual(told(), [undefined]);
  assert.deepEqual(told(arrived(5985)), ['winrm']);
  assert.deepEqual(told(arrived(49666)), ['dcom']);
  assert.deepEqual(
    told(
      opened({ from: '10.0.0.7:50001', to: '10.0.0.2:5986', image: 'move.exe', pid: 1100 }, on(S, '09:00:00.0600000')),
    ),
    ['winrm'],
  );
});

test('trap 25: of a port that was used twice the connection next to the logon tells, and one of another machine tells nothing', () => {
  assert.deepEqual(told(arrived(5985, '08:20:00.0000000'), arrived(49666)), ['dcom']);
  const elsewhere = opened(
    { from: '10.0.0.8:50001', to: '10.0.0.2:5985', image: 'a.exe', pid: 9 },
    on(S, '09:00:00.0600000'),
  );
  assert.deepEqual(told(elsewhere), [undefined]);
  assert.deepEqual(told(arrived(445)), [undefined]);
});
