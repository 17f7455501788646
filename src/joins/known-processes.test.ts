import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entities, HostTable } from '../entities/index.ts';
import type { SourceClaim } from './call.ts';
import { Joins } from './joins.ts';

test('L8 what was known of a process when the call was made stays, also when its start has expired since', () => {
  const claim: SourceClaim = { join: 'J2', strength: 'exact', text: 'a connection', host: 'ws-01', events: [] };
  const program = { image: 'C:\\x\\tool.exe', commandLine: 'tool.exe -t', pid: 700 };
  const said: readonly SourceClaim[][] = [
    [{ ...claim, process: { ...program, key: 'p1' } }],
    [{ ...claim, process: { image: '\\device\\harddiskvolume2\\x\\tool.exe', pid: 700 } }],
    [{ ...claim, process: { image: '\\device\\harddiskvolume2\\x\\other.exe', pid: 704 } }],
  ];
  let asked = 0;
  const joins = new Joins(new Entities(HostTable.from([])), [
    () => ({ id: 'J2', claims: () => said[Math.min(asked++, said.length - 1)] ?? [] }),
  ]);
  joins.open({ key: 'c', host: 'srv-02', timeMs: 1000, timeTicks: 0, via: 'wmi' });
  assert.deepEqual(joins.sourcesOf('c')[0]?.process, { ...program, key: 'p1' });
  assert.equal(joins.sourcesOf('c')[0]?.process?.pid, 704);
});
