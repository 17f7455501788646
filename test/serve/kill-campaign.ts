import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { Xorshift } from '../../testkit/index.ts';
import { huntFolder } from '../hunt/hunted.ts';
import {
  addSenders,
  type CampaignBatches,
  CampaignLoad,
  type CampaignOptions,
  campaignBatches,
} from './campaign-load.ts';
import { foundByHunt } from './found-by-server.ts';
import { assertArchived, keptEvents } from './kept-events.ts';
import { startProcess, untilArchived, untilJudged } from './server-process.ts';
import { incidentsOfHunt } from './told-incidents.ts';
import { countsOf, finalTables } from './told-tables.ts';

export interface Kills {
  readonly rounds: number;
  readonly seed: number;
  /** Longest life of a server after it listens, milliseconds; 2500 where left out. */
  readonly lifeMs?: number;
}

export interface KilledCampaign extends CampaignOptions, Kills {}

export interface KillReport {
  readonly events: number;
  readonly batches: number;
  /** Batches that were on their way when the server was killed, and those that came again though they were acknowledged. */
  readonly cut: number;
  readonly again: number;
  /** Starts that began with an image of the window. */
  readonly images: number;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
}

type BundledRules = Awaited<ReturnType<typeof bundledRules>>;

const LIFE_MS = 2500;
/** All of a campaign is held, and nothing of it is late. */
const HELD = 'detection: { lateness: 24h, heldTime: 90d }\n';
/** Segments that end often, and images of the window, so that kills hit their ends too, and starts begin with them. */
const YAML = `journal: { segmentBytes: 1 MiB, reserveBytes: 0 B }\n${HELD.replace('}', ', imageEvery: 100ms }')}`;

/**
 * Kills a server so many times while a campaign comes, at another moment of its life each time, and starts it again. After that it has to tell what a server tells that
 * was never disturbed, and what a hunt finds in the same events; and its archive holds each event once, in the bytes that came (SERVE 3.5, L8, L24).
 * @throws AssertionError with the first difference
 */
export async function killUnderCampaign(options: KilledCampaign): Promise<KillReport> {
  return await killUnder(campaignBatches(options), options);
}

/** The same while other events come. */
export async function killUnder(sent: CampaignBatches, options: Kills): Promise<KillReport> {
  const parent = mkdtempSync(join(tmpdir(), 'triad-campaign-'));
  try {
    const folder = join(parent, 'killed');
    const { load, images } = await killedRounds(folder, sent, options);
    await settle(folder, load);
    await assertKept(folder, sent);
    const pack = await bundledRules();
    const told = { yaml: HELD, pack: pack.rules };
    const killed = await finalTables({ ...told, folder });
    // The same batches, one sender after the other, at a server that never ended.
    const undisturbed = await finalTables({ ...told, folder: join(parent, 'undisturbed') }, async (server) => {
      await new CampaignLoad(sent, await addSenders(server), 1).settle(server.url);
    });
    assert.deepEqual(killed, undisturbed, 'a server that was killed tells what one tells that was not');
    const hunted = await huntOf(join(parent, 'hunted'), sent.lines, pack);
    assert.deepEqual(killed.incidents, incidentsOfHunt(hunted), 'it tells the incidents of a hunt');
    assert.deepEqual(killed.found, foundByHunt(hunted), 'it tells the findings and subscriptions of a hunt');
    const batches = [...sent.bySender.values()].reduce((sum, of) => sum + of.length, 0);
    return { events: sent.lines.length, batches, cut: load.cut, again: load.again, images, rows: countsOf(killed) };
  } finally {
    rmSync(parent, { recursive: true });
  }
}

async function killedRounds(
  folder: string,
  sent: CampaignBatches,
  options: Kills,
): Promise<{ readonly load: CampaignLoad; readonly images: number }> {
  const { rounds, seed, lifeMs = LIFE_MS } = options;
  const random = new Xorshift(seed + 1);
  let load: CampaignLoad | undefined;
  let images = 0;
  for (let round = 1; round <= rounds; round++) {
    const server = await startProcess(folder, { yaml: YAML });
    try {
      load ??= new CampaignLoad(sent, await addSenders(server), seed + 2);
      const running = load.run(server.url, round / (rounds + 1));
      await new Promise((resolve) => setTimeout(resolve, 20 + random.below(lifeMs)));
      assert.equal(await server.end('SIGKILL'), null);
      if (/"window begins","image":[1-9]/.test(server.log())) images++;
      await running;
    } finally {
      await server.end('SIGKILL');
    }
  }
  return { load: load ?? assert.fail('no rounds'), images };
}

/** Everything comes, is judged and archived; then the server ends cleanly. */
async function settle(folder: string, load: CampaignLoad): Promise<void> {
  const server = await startProcess(folder, { yaml: YAML });
  try {
    await load.settle(server.url);
    await untilJudged(server);
    await untilArchived(server);
  } finally {
    const code = await server.end('SIGTERM');
    assert.equal(code, 0, server.log());
  }
}

/** Every event is kept and archived once, in its bytes. */
async function assertKept(folder: string, { lines }: CampaignBatches): Promise<void> {
  const kept = await keptEvents(folder);
  assert.deepEqual(kept.events.toSorted(), lines.toSorted(), 'each event is kept once');
  assertArchived(kept);
  assert.equal(kept.judged, kept.positions, 'all that is kept was judged');
  assert.deepEqual([...kept.letters], []);
}

async function huntOf(folder: string, lines: readonly string[], pack: BundledRules): Promise<HuntResult> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'sent.jsonl'), lines.join('\n'));
  return await huntFolder(folder, { pack, runStartMs: Date.now() });
}
