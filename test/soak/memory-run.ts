import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryOf, metricsOf, slopeOf } from '../../bench/serve/measured-server.ts';
import { Connection, type MadeBatch } from '../serve/load-sender.ts';
import { type ServerProcess, startProcess } from '../serve/server-process.ts';
import { LOOK_EVERY_MS, type ThreadMemory } from './memory-probe.ts';
import { SteadyStream } from './steady-stream.ts';

export interface MemoryPlan {
  readonly minutes: number;
  readonly eventsASecond: number;
}

/** What the server held at one time. */
export interface MemoryLook {
  readonly rssMb: number;
  /** Of all threads together. */
  readonly heapMb: number;
  /** Outside of the heap, held by objects of it. */
  readonly externalMb: number;
  /** Events that are held for joins. */
  readonly heldRows: number;
}

export interface MemoryReport {
  readonly looks: readonly MemoryLook[];
  readonly events: number;
  /** Batches that were not acknowledged. */
  readonly refused: number;
  /** Batches that were acknowledged and not judged when the load ended. */
  readonly behind: number;
  readonly code: number | null;
}

/** Growth over the second half of a run, by least squares; MiB an hour. */
export interface Growth {
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

const BATCHES_A_SECOND = 5;
const ATTACK_EVERY_MS = 60_000;
const MIB_OF_MB = 1e6 / 2 ** 20;
const HOUR_MS = 3_600_000;
/** As little is held as may be, so that the bound is reached soon, and what grows behind it is no window that is being filled. */
const YAML = 'journal: { reserveBytes: 0 B }\ndetection: { heldTime: 10m, heldBytes: 16 MiB }\n';

/** Sends so many events a second for so many minutes, one attack a minute among them, and looks at the memory of the server. */
export async function measureMemory(plan: MemoryPlan, node: readonly string[] = []): Promise<MemoryReport> {
  const parent = mkdtempSync(join(tmpdir(), 'triad-soak-'));
  const probed = join(parent, 'memory.jsonl');
  const probe = new URL('./memory-probe.ts', import.meta.url).href;
  const server = await startProcess(join(parent, 'data'), {
    yaml: YAML,
    node: ['--import', probe, ...node],
    variables: { SOAK_MEMORY_PROBE: probed },
  });
  let code: number | null = null;
  try {
    const seen: { readonly ms: number; readonly rssMb: number; readonly heldRows: number }[] = [];
    const sent = await sendSteadily(server, plan, async () => {
      const metrics = await metricsOf(server);
      const heldRows = metrics.get('triad_state_entries{store="window"}') ?? 0;
      seen.push({ ms: Date.now(), rssMb: memoryOf(server), heldRows });
    });
    const metrics = await metricsOf(server);
    const of = (name: string): number => metrics.get(`triad_store_position_${name}`) ?? 0;
    const threads = readFileSync(probed, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ThreadMemory);
    code = await server.end('SIGTERM');
    const looks = seen.map(({ ms, ...look }) => ({ ...look, ...threadsAt(threads, ms) }));
    return { looks, ...sent, behind: of('durable') - of('processed'), code };
  } finally {
    if (code === null) await server.end('SIGKILL');
    rmSync(parent, { recursive: true });
  }
}

async function sendSteadily(
  server: ServerProcess,
  { minutes, eventsASecond }: MemoryPlan,
  look: () => Promise<void>,
): Promise<Pick<MemoryReport, 'events' | 'refused'>> {
  const stream = new SteadyStream(eventsASecond);
  const connection = new Connection();
  const startMs = performance.now();
  const endMs = startMs + minutes * 60_000;
  let events = 0;
  let refused = 0;
  let lookMs = startMs;
  let attackMs = startMs + ATTACK_EVERY_MS / 2;
  for (let sent = 0; performance.now() < endMs; sent++) {
    const lines = [...stream.take(Math.round(eventsASecond / BATCHES_A_SECOND), Date.now())];
    if (performance.now() >= attackMs) {
      lines.push(...stream.attack(Date.now()));
      attackMs += ATTACK_EVERY_MS;
    }
    const answer = await connection.send(server, batchOf(lines));
    if (answer?.status === 200) events += lines.length;
    else refused++;
    if (performance.now() >= lookMs) {
      await look();
      lookMs += LOOK_EVERY_MS;
    }
    const dueMs = startMs + ((sent + 1) * 1000) / BATCHES_A_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
  }
  connection.close();
  return { events, refused };
}

function batchOf(events: readonly string[]): MadeBatch {
  return { protocol: 'ndjson', events, body: events.join('\n') };
}

/** What all threads held when they last looked before a time. */
function threadsAt(looks: readonly ThreadMemory[], ms: number): Pick<MemoryLook, 'heapMb' | 'externalMb'> {
  const last = new Map(looks.filter((look) => look.ms <= ms).map((look) => [look.thread, look]));
  const sum = (of: (look: ThreadMemory) => number): number =>
    [...last.values()].reduce((all, look) => all + of(look), 0);
  return { heapMb: sum(({ heapUsed }) => heapUsed) / 1e6, externalMb: sum(({ external }) => external) / 1e6 };
}

export function growthOf(looks: readonly MemoryLook[]): Growth {
  const half = looks.slice(Math.floor(looks.length / 2));
  const anHour = (of: (look: MemoryLook) => number): number =>
    slopeOf(half.map(of)) * (HOUR_MS / LOOK_EVERY_MS) * MIB_OF_MB;
  return {
    rss: anHour(({ rssMb }) => rssMb),
    heap: anHour(({ heapMb }) => heapMb),
    external: anHour(({ externalMb }) => externalMb),
  };
}
