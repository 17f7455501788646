import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerProcess } from '../../test/serve/server-process.ts';
import { type LoadPlan, type LoadReport, WARM_LINE } from './load-plan.ts';

/** Linux counts a process's time in hundredths of a second. */
const TICK_US = 10_000;

/** CPU time of a server by its threads, microseconds. */
export interface ThreadCosts {
  /** Requests, framing, digests, answers. */
  readonly main: number;
  /** Packing, unpacking and syncs. */
  readonly pool: number;
  /** Helpers of the engine: collection of garbage, compilation. */
  readonly engine: number;
  readonly state: number;
  readonly archive: number;
  readonly decoders: number;
  readonly detection: number;
  readonly all: number;
}

/** By the names that the server gives its threads. */
export function threadCostsOf({ pid }: ServerProcess): ThreadCosts {
  const tasks = `/proc/${pid}/task`;
  const threads = readdirSync(tasks).map((task) => ({
    name: readFileSync(`${tasks}/${task}/comm`, 'utf8').trim(),
    us: ticksOf(`${tasks}/${task}/stat`) * TICK_US,
  }));
  const sum = (wanted: string): number =>
    threads.reduce((total, { name, us }) => total + (name.startsWith(wanted) ? us : 0), 0);
  return {
    main: sum('MainThread'),
    pool: sum('libuv'),
    engine: sum('V8Worker'),
    state: sum('state'),
    archive: sum('archive'),
    decoders: sum('decoder'),
    detection: sum('detection'),
    all: ticksOf(`/proc/${pid}/stat`) * TICK_US,
  };
}

function ticksOf(path: string): number {
  const fields = readFileSync(path, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Resident memory of a server, megabytes. */
export function memoryOf({ pid }: ServerProcess): number {
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6;
}

/** The metrics of a server, by name with labels. */
export async function metricsOf({ url, token }: ServerProcess): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** What a server says of itself and has cost at one time. */
export interface Look {
  readonly ms: number;
  readonly metrics: ReadonlyMap<string, number>;
  readonly cpu: ThreadCosts;
}

export async function look(server: ServerProcess): Promise<Look> {
  const metrics = await metricsOf(server);
  return { ms: performance.now(), metrics, cpu: threadCostsOf(server) };
}

/** Events that were read since the start, of all shapes. */
export function readEvents(metrics: ReadonlyMap<string, number>): number {
  return [...metrics].reduce((sum, [name, value]) => sum + (name.startsWith('triad_read_events_total') ? value : 0), 0);
}

/** One run of load by a process of its own, with a look at the server when it is warm and one at the end. */
export async function load<T>(
  { url, key }: ServerProcess,
  plan: LoadPlan,
  look: () => Promise<T>,
): Promise<{ readonly report: LoadReport; readonly before: T; readonly after: T }> {
  const task = join(import.meta.dirname, 'load-task.ts');
  const child = spawn(process.execPath, [task, url, key, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let before: Promise<T> | undefined;
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === WARM_LINE) before = look();
    last = line;
  }
  if (before === undefined || last === WARM_LINE) throw new Error('the load ended before it was told of');
  return { report: JSON.parse(last) as LoadReport, before: await before, after: await look() };
}

/** Batches that are durable and not judged yet. */
export async function behind(server: ServerProcess): Promise<number> {
  const metrics = await metricsOf(server);
  return (metrics.get('triad_store_position_durable') ?? 0) - (metrics.get('triad_store_position_processed') ?? 0);
}

/** Waits until everything is judged; gives how long it took, or undefined where it was not within a bound. */
export async function drained(server: ServerProcess, mostMs: number): Promise<number | undefined> {
  const startMs = performance.now();
  while ((await behind(server)) > 0) {
    if (performance.now() - startMs > mostMs) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return performance.now() - startMs;
}

/** A line of the log that is an alert: what is lower tells of a part of an attack at most. */
const GRAVE = /"incidentLevel":"(?:high|critical)"/;

/** From the sending of the last part of each planted attack to the first line of the log that tells of it, milliseconds, negative where that came before; in order. */
export function alertsOf(server: ServerProcess, planted: LoadReport['planted']): readonly number[] {
  const found: number[] = [];
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"event":"incident"') && GRAVE.test(line));
  for (const [enterprise, sentMs] of Object.entries(planted)) {
    const line = lines.find((text) => text.includes(`-${enterprise}00`));
    const time = line === undefined ? undefined : (JSON.parse(line) as { readonly time: string }).time;
    if (time !== undefined) found.push(Date.parse(time.replace(/(\.\d{3})\d*Z$/, '$1Z')) - sentMs);
  }
  return found.toSorted((a, b) => a - b);
}

/** The bound of the bucket in which a share of a histogram lies, between two looks at it; undefined where nothing was observed. */
export function bucketOf(
  name: string,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  share: number,
): string | undefined {
  const total = (after.get(`${name}_count`) ?? 0) - (before.get(`${name}_count`) ?? 0);
  if (total === 0) return undefined;
  for (const [series, count] of after) {
    const [, bound] = series.startsWith(`${name}_bucket{`) ? (/le="([^"]+)"/.exec(series) ?? []) : [];
    if (bound !== undefined && count - (before.get(series) ?? 0) >= total * share) return bound;
  }
  return undefined;
}

/** Slope of a line through figures at even distances, per figure. */
export function slopeOf(figures: readonly number[]): number {
  const middle = (figures.length - 1) / 2;
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  const up = figures.reduce((sum, figure, at) => sum + (at - middle) * (figure - mean), 0);
  const down = figures.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return down === 0 ? 0 : up / down;
}
