import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertArchived, assertOnce, keptEvents } from './kept-events.ts';
import { LoadRun, type Reached } from './load-run.ts';
import { Connection, type MadeBatch, madeBatch } from './load-sender.ts';
import { startProcess, untilArchived, untilJudged } from './server-process.ts';
import { countsOf, finalTables } from './told-tables.ts';

export interface ServerKills {
  readonly batches: number;
  readonly events: number;
  readonly replays: number;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
}

const SENDERS = 6;
/** All of the load is held, and nothing of it is late. */
const HELD = 'detection: { lateness: 24h, heldTime: 90d }\n';
/** Segments that end often, and images of the window, so that kills hit their ends too, and starts begin with them. */
const YAML = `journal: { segmentBytes: 1 MiB, reserveBytes: 0 B }\n${HELD.replace('}', ', imageEvery: 100ms }')}`;

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
    const rows = await assertTold(parent, folder, load.acknowledged);
    return { rows, batches: load.acknowledged.length, events: kept.events.length, replays: load.replays };
  } finally {
    rmSync(parent, { recursive: true });
  }
}

/** What is told of findings, incidents and hosts is what a server tells that took the same batches and was never killed (L8). */
async function assertTold(
  parent: string,
  folder: string,
  batches: readonly MadeBatch[],
): Promise<Readonly<Record<string, number>>> {
  const killed = await finalTables({ folder, yaml: HELD });
  const undisturbed = await finalTables({ folder: join(parent, 'undisturbed'), yaml: HELD }, async (server) => {
    await Promise.all(Array.from({ length: SENDERS }, (_, at) => sendEach(server, batches, at)));
  });
  assert.deepEqual(killed, undisturbed);
  return countsOf(killed);
}

/** Every sixth batch, from the first on, over one connection. */
async function sendEach(server: Reached, batches: readonly MadeBatch[], first: number): Promise<void> {
  const connection = new Connection();
  for (let at = first; at < batches.length; at += SENDERS) {
    const answer = await connection.send(server, batches[at] ?? assert.fail());
    assert.equal(answer?.status, 200, answer?.text);
  }
  connection.close();
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
