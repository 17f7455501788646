import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../clients/child.ts';
import { growthOf, type MemoryLook } from './memory-run.ts';
import { SteadyStream } from './steady-stream.ts';

const MIB = 2 ** 20 / 1e6;

test('growth is that of the second half, MiB an hour of looks that are five seconds apart', () => {
  const looks: readonly MemoryLook[] = Array.from({ length: 40 }, (_, at) => ({
    rssMb: at < 20 ? 100 * at : (2000 + at) * MIB,
    heapMb: 50,
    externalMb: -at * MIB,
    heldRows: 0,
  }));
  const { rss, heap, external } = growthOf(looks);
  assert.deepEqual([rss, heap, external].map(Math.round), [720, 0, -720]);
});

test('the steady stream is of the same machines always, with record ids that go on in each log', () => {
  const stream = new SteadyStream(50);
  const nowMs = Date.UTC(2026, 5, 1);
  const last = new Map<string, number>();
  const machines = new Set<string>();
  for (let second = 0; second < 30; second++) {
    const lines = stream.take(50, nowMs + second * 1000);
    assert.equal(lines.length, 50);
    for (const line of lines) {
      const { winlog } = JSON.parse(line) as {
        readonly winlog: {
          readonly computer_name: string;
          readonly channel: string;
          readonly record_id: number | string;
        };
      };
      const log = `${winlog.computer_name} ${winlog.channel}`;
      assert.ok(Number(winlog.record_id) > (last.get(log) ?? 0), log);
      last.set(log, Number(winlog.record_id));
      machines.add(winlog.computer_name);
    }
  }
  assert.ok(machines.size > 10 && machines.size <= 40, `${machines.size} machines`);
  assert.ok(stream.attack(nowMs).length > 5);
});

test('a number that is none, or out of its bounds, is refused before anything runs', async () => {
  const run = join(import.meta.dirname, 'run.ts');
  for (const flag of ['--rounds=10001', '--minutes=x']) {
    const { code, out, err } = await runProgram(process.execPath, [run, flag]);
    assert.deepEqual([code, out], [2, ''], err);
    assert.match(err, /is a number from 0 to/);
  }
});
