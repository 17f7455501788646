/**
 * Entry of a measured process: so many generated events over so many machines through the engine alone. Prints one line of JSON.
 * `node bench/correlation/task.ts EVENTS HOSTS [bare]`: `bare` reads a few fields of each event and does nothing else.
 */
import { Engine } from '../../src/analytics/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { EventStream } from './stream.ts';

export interface CorrelationReport {
  readonly events: number;
  readonly hosts: number;
  /** Of the engine alone: what makes the events is not counted. */
  readonly acceptMs: number;
  readonly finishMs: number;
  /** Milliseconds a million events, part after part. */
  readonly parts: readonly number[];
  /** The largest resident set; the live heap at the end, after a collection where the process may ask for one. */
  readonly peakBytes: number;
  readonly liveBytes: number;
  /** Attacks that the stream held, and the findings of R02 that tell one with its source. */
  readonly attacks: number;
  readonly told: number;
  readonly evicted: Readonly<Record<string, number>>;
}

const BATCH = 20_000;
const [events = 1_000_000, hosts = 100] = process.argv.slice(2, 4).map(Number);
const isBare = process.argv[4] === 'bare';
const stream = new EventStream({ hosts });
const engine = isBare ? undefined : new Engine({ coverage: stream.coverage() });
const partSize = Math.max(BATCH, events / 10);
const parts: number[] = [];
let [done, acceptMs, partMs, partEvents, read] = [0, 0, 0, 0, 0];
while (done < events) {
  const batch = stream.next(BATCH);
  const start = cpuMs();
  if (engine === undefined) for (const event of batch) read += bare(event);
  else for (const event of batch) engine.accept(event);
  const spent = cpuMs() - start;
  acceptMs += spent;
  partMs += spent;
  done += batch.length;
  partEvents += batch.length;
  if (partEvents >= partSize) {
    parts.push((partMs * 1e6) / partEvents);
    [partMs, partEvents] = [0, 0];
  }
}
const start = cpuMs();
const result = engine?.finish();
const report: CorrelationReport = {
  events: done,
  hosts,
  acceptMs,
  finishMs: cpuMs() - start,
  parts,
  peakBytes: process.resourceUsage().maxRSS * 1024,
  liveBytes: process.memoryUsage().heapUsed,
  attacks: stream.attacks,
  told: result?.findings.filter(({ analytic }) => analytic === 'R02').length ?? read * 0,
  evicted: result?.evicted ?? {},
};
process.stdout.write(`${JSON.stringify(report)}\n`);

/** User time of this process: the compiler and the collector in other threads count too. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function bare(event: Event): number {
  const host = event.computer.length + event.channel.length + event.eventId + event.timeMs;
  return host + (event.get('TargetLogonId') ?? event.get('SourcePort') ?? event.get('Image') ?? '').length;
}
