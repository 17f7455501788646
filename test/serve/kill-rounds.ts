import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertArchived, assertOnce, keptEvents } from './kept-events.ts';
import { LoadRun } from './load-run.ts';
import { Connection, madeBatch } from './load-sender.ts';
import { startProcess, untilArchived, untilJudged } from './server-process.ts';

export interface ServerKills {
  readonly batches: number;
  readonly events: number;
  readonly replays: number;
}

const SENDERS = 6;
/** Segments that end often, so that kills hit their ends too. */
const YAML = 'journal: { segmentBytes: 1 MiB, reserveBytes: 0 B }\n';

/**
 * Kills a server under load so many times, at another moment of its life each time, and starts it again; then holds what its folder has to what its senders
 * were told (SERVE 3.5, point 2).
 */
export async function killServer(rounds: number): Promise<ServerKills> {
  const parent = mkdtempSync(join(tmpdir(), 'triad-killed-'));
  const folder = join(parent, 'data');
  const load = new LoadRun(SENDERS);
  try {
    for (let round = 0; round < rounds; round++) {
      const server = await startProcess(folder, { yaml: YAML });
      const running = load.run(server);
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 900));
      assert.equal(await server.end('SIGKILL'), null);
      await running;
    }
    const server = await startProcess(folder, { yaml: YAML });
    await load.settle(server);
    await untilJudged(server);
    await untilArchived(server);
    assert.equal(await server.end('SIGTERM'), 0);
    const kept = await keptEvents(folder);
    assertOnce(kept, load.acknowledged);
    assertArchived(kept);
    assert.equal(kept.judged, kept.positions, 'all that is kept was read');
    assert.deepEqual(kept.letters, kept.unreadable);
    assert.deepEqual([...load.refusals], []);
    return { batches: load.acknowledged.length, events: kept.events.length, replays: load.replays };
  } finally {
    rmSync(parent, { recursive: true });
  }
}

/**
 * Kills a server so many times within its first start, at another moment each time, and starts it again; its first key is to
 * be the one that stands in its folder.
 */
export async function killFirstStarts(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const parent = mkdtempSync(join(tmpdir(), 'triad-killed-'));
    const folder = join(parent, 'data');
    try {
      const killed = startProcess(folder, { yaml: YAML, killAfterMs: 200 + Math.random() * 1200 });
      await killed.then(
        (server) => server.end('SIGKILL'),
        () => undefined,
      );
      const server = await startProcess(folder, { yaml: YAML });
      const connection = new Connection();
      const answer = await connection.send(server, madeBatch(0, 0));
      connection.close();
      assert.equal(answer?.status, 200, `${answer?.text}\n${server.log()}`);
      assert.equal(await server.end('SIGTERM'), 0);
    } finally {
      rmSync(parent, { recursive: true });
    }
  }
}
