/**
 * `node bench/serve/archive-cost.ts`: CPU time of a server's whole process for an event, with the archive and without it, over the same batches, one after the other;
 * and how much the archive takes on the disk. The least of two runs each, in turn, on whatever else the machine does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, untilArchived } from '../../test/serve/server-process.ts';
import { loadText, machineLines } from '../machine.ts';
import { drained, metricsOf, type ThreadCosts, threadCostsOf } from './measured-server.ts';
import { BATCH_EVENTS, BulkStream } from './stream.ts';

const BATCHES = 30;
const WARM = 5;

interface Cost {
  readonly us: ThreadCosts;
  readonly ackMs: number;
  readonly archiveBytes: number;
}

for (const line of machineLines()) console.log(line);
const stream = new BulkStream();
console.log(
  `batches   ${BATCHES} of ${BATCH_EVENTS} Winlogbeat documents of ${stream.meanBytes.toFixed(0)} bytes on average`,
);
const runs: { readonly enabled: boolean; readonly cost: Cost }[] = [];
for (const enabled of [true, false, true, false]) runs.push({ enabled, cost: await costOf(enabled) });
for (const enabled of [true, false]) {
  const of = runs.filter((run) => run.enabled === enabled).map(({ cost }) => cost);
  const least = of.toSorted((a, b) => a.us.all - b.us.all)[0];
  if (least === undefined) throw new Error('there was no run');
  const { us, ackMs, archiveBytes } = least;
  // Threads are told apart by their order, which is that of a server with an archive.
  const shown = Object.entries(us).filter(([name]) => enabled || name === 'all' || name === 'main');
  const threads = shown.map(([name, value]) => `${name} ${value.toFixed(1)}`);
  console.log(
    `${enabled ? 'archive   ' : 'none      '}${threads.join(', ')} us an event; answers p50 ${ackMs.toFixed(1)} ms`,
  );
  if (enabled) console.log(`disk      ${(archiveBytes / ((BATCHES + WARM) * BATCH_EVENTS)).toFixed(0)} bytes an event`);
}
console.log(`load      ${loadText()}`);

async function costOf(enabled: boolean): Promise<Cost> {
  const parent = mkdtempSync(join(tmpdir(), 'triad-archive-cost-'));
  const yaml = `journal: { reserveBytes: 0 B }\narchive: { enabled: ${enabled} }\ndetection: { defaultRules: false }\n`;
  const server = await startProcess(join(parent, 'data'), { yaml });
  try {
    const send = async (n: number): Promise<number> => {
      const begunMs = performance.now();
      const response = await fetch(`${server.url}/elastic/_bulk`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-ndjson' },
        body: new Uint8Array(stream.batch(n)),
      });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`answered ${response.status}`);
      return performance.now() - begunMs;
    };
    for (let n = 0; n < WARM; n++) await send(n);
    await settled(enabled);
    const before = threadCostsOf(server);
    const answers: number[] = [];
    for (let n = 0; n < BATCHES; n++) answers.push(await send(WARM + n));
    await settled(enabled);
    const after = threadCostsOf(server);
    const us = Object.fromEntries(
      Object.entries(after).map(([name, value]) => [
        name,
        (value - before[name as keyof ThreadCosts]) / (BATCHES * BATCH_EVENTS),
      ]),
    ) as unknown as ThreadCosts;
    const archiveBytes = (await metricsOf(server)).get('triad_archive_bytes') ?? 0;
    return { us, ackMs: answers.toSorted((a, b) => a - b)[BATCHES >> 1] ?? 0, archiveBytes };
  } finally {
    await server.end('SIGTERM');
    rmSync(parent, { recursive: true });
  }

  async function settled(isArchived: boolean): Promise<void> {
    if ((await drained(server, 60_000)) === undefined) throw new Error('it did not judge within a minute');
    if (isArchived) await untilArchived(server);
  }
}
