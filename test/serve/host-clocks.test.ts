import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostDocument } from '../../src/api/index.ts';
import { filtered, S, S_IP, SOURCE, T, T_IP, TARGET } from '../joined.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, type TestServer, temporaryFolder } from './running-server.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';

/** Connections of which both ends tell a time; the clock of the target is two minutes ahead. */
function connections(count: number): readonly string[] {
  const models = Array.from({ length: count }, (_, at) => {
    const made = { from: `${S_IP}:${50_001 + at}`, to: `${T_IP}:135` };
    const minute = String(at).padStart(2, '0');
    const later = String(at + 2).padStart(2, '0');
    return [
      filtered('out', made, { computer: S, time: `2026-03-12T09:${minute}:00.1000000Z` }),
      filtered('in', made, { computer: T, time: `2026-03-12T09:${later}:00.1${at}00000Z` }),
    ];
  });
  return linesOf(models.flat());
}

async function clocksOf(server: TestServer, host: string): Promise<HostDocument['clocks']> {
  const { status, json } = await ask(server, 'GET', `/v1/hosts/${host}`);
  assert.equal(status, 200);
  return (json as HostDocument).clocks;
}

test('SETTLED C4 a host tells what its clock differs by, once three connections show it, and again after a start', async (context) => {
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: HELD });
  await sendLines(first, connections(2));
  await first.server.finish();
  assert.deepEqual(await clocksOf(first, TARGET), []);
  await first.server.stop();
  const second = { ...(await runServer(context, { folder, yaml: HELD })), key: first.key };
  await sendLines(second, connections(3));
  await second.server.finish();
  const offset = { aheadMs: 120_010, errorMs: 10, pairs: 3 };
  assert.deepEqual(await clocksOf(second, TARGET), [{ against: SOURCE, ...offset }]);
  assert.deepEqual(await clocksOf(second, SOURCE), [{ against: TARGET, ...offset, aheadMs: -120_010 }]);
});
