import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { State } from '../../state/index.ts';
import { Log } from '../log.ts';
import { FailedSignIns } from './failed-sign-ins.ts';

interface Row {
  readonly object: string;
  readonly result: { readonly unwritten?: number };
}

test('L15 strangers add so many rows an hour to the audit, and the next one says how many had none', async () => {
  const rows: Row[] = [];
  const call = (_: string, { act }: { readonly act: Row }): Promise<object> => {
    rows.push(act);
    return Promise.resolve({ kind: 'done', value: null });
  };
  let nowMs = 1_000_000;
  const lines: string[] = [];
  const failures = new FailedSignIns(
    { call } as unknown as State,
    new Log(
      (line) => lines.push(line),
      'info',
      () => nowMs,
    ),
    () => nowMs,
  );
  for (let n = 0; n < 1000; n++) await failures.note(undefined, { peer: `10.0.${n >> 8}.${n & 255}`, id: `r-${n}` });
  assert.equal(rows.length, 60);
  // An attack on an account is told whatever came before.
  await failures.note('alice', { peer: '10.1.1.1', id: 'r-a' });
  assert.deepEqual([rows.length, rows.at(-1)?.object], [61, 'person/alice']);
  nowMs += 3_600_000;
  await failures.note(undefined, { peer: '10.2.2.2', id: 'r-b' });
  assert.deepEqual([rows.at(-1)?.object, rows.at(-1)?.result.unwritten], ['person', 940]);
  await failures.note(undefined, { peer: '10.2.2.2', id: 'r-b' });
  assert.equal(rows.at(-1)?.result.unwritten, undefined);
  assert.ok(lines.length > 0 && lines.length < 100, 'the log has a bound of its own');
});
