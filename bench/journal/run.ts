/**
 * `npm run bench:journal`: batches and megabytes a second that the journal makes durable for 1, 8 and 64 appenders, beside bare writes and
 * syncs of the same bytes in turn with it, and CPU time an event. Exits 1 when a bar is missed.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeDisk, openJournal } from '../../src/journal/index.ts';
import { SHAPE_WRITERS, seedEvents } from '../../testkit/index.ts';
import { OUT } from '../corpus.ts';
import { rateText, spreadOf, tableLines } from '../figures.ts';
import { loadText, machineLines } from '../machine.ts';

const STYLE = 'Winlogbeat 8';
const BATCH_BYTES = 100_000;
/** SERVE 0.1, point 29: what the journal may take of an event's 55 µs; here beside what bare writing takes. */
const MOST_CPU_US = 3;
/** The same point: what the whole server is to reach with 8 senders. */
const LEAST_RATE = 50_000;
const APPENDERS: readonly number[] = [1, 8, 64];

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, batches: { type: 'string', default: '640' } },
});
const rounds = Number(flags.rounds);
const batchCount = Number(flags.batches);

interface Batch {
  readonly bytes: Buffer;
  readonly events: number;
}

interface Round {
  readonly wallMs: number;
  readonly cpuUs: number;
}

let hasMissed = false;
mkdirSync(OUT, { recursive: true });
const batches = madeBatches();
const eventCount = batches.reduce((sum, { events }) => sum + events, 0);
const byteCount = batches.reduce((sum, { bytes }) => sum + bytes.length, 0);
for (const line of machineLines()) print(line);
print(
  `batches   ${batches.length} of ${STYLE} lines, ${eventCount} events of ${(byteCount / eventCount).toFixed(0)} bytes on average`,
);
print(`rounds    ${rounds} in turn, and one before them that does not count; the middle is shown`);
print('');
const rows: string[][] = [
  ['appenders', 'batches/s', 'MB/s', 'events/s', 'bare MB/s', 'of bare', 'CPU an event', 'bare CPU'],
];
const rates: number[] = [];
const costs: number[] = [];
for (const appenders of APPENDERS) {
  const own: Round[] = [];
  const bare: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = [await ownRound(appenders), await bareRound(appenders)] as const;
    if (round === 0) continue;
    own.push(pair[0]);
    bare.push(pair[1]);
  }
  const [wallMs, bareMs] = [middle(own.map((one) => one.wallMs)), middle(bare.map((one) => one.wallMs))];
  const cpuUs = middle(own.map((one) => one.cpuUs)) / eventCount;
  const bareUs = middle(bare.map((one) => one.cpuUs)) / eventCount;
  const ratio = middle(own.map((one, i) => (bare[i]?.wallMs ?? 0) / one.wallMs));
  if (appenders > 1) {
    rates.push((eventCount * 1000) / wallMs);
    costs.push(cpuUs - bareUs);
  }
  rows.push([
    String(appenders),
    rateText((batches.length * 1000) / wallMs),
    (byteCount / 1000 / wallMs).toFixed(1),
    rateText((eventCount * 1000) / wallMs),
    (byteCount / 1000 / bareMs).toFixed(1),
    ratio.toFixed(2),
    `${cpuUs.toFixed(2)} us`,
    `${bareUs.toFixed(2)} us`,
  ]);
}
for (const line of tableLines(rows)) print(`  ${line}`);
print('');
const [leastRate, mostCpu] = [Math.min(...rates), Math.max(...costs)];
judge('events a second with 8 and 64 senders, the least', leastRate, leastRate >= LEAST_RATE, `>= ${LEAST_RATE}`);
judge('CPU time an event above bare, the same, us', mostCpu, mostCpu <= MOST_CPU_US, `<= ${MOST_CPU_US}`);
print(hasMissed ? 'A bar was missed.' : 'All bars are met.');
process.exitCode = hasMissed ? 1 : 0;

/** All batches through a journal of their own, by so many senders that each wait for their answer. */
async function ownRound(appenders: number): Promise<Round> {
  return inFolder(async (folder) => {
    const limits = { reserveBytes: 0 };
    const request = { folder, disk: nodeDisk, nowMs: () => Date.now(), storeId: randomBytes(16), limits };
    const outcome = await openJournal(request);
    if (outcome.kind === 'problem') throw new Error(outcome.problem.text);
    const { journal } = outcome;
    const round = await timed(async () => {
      let next = 0;
      const send = async (): Promise<void> => {
        for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
          const answer = await journal.append([batch.bytes]);
          if (answer.kind === 'refused') throw new Error(answer.reason);
        }
      };
      await Promise.all(Array.from({ length: appenders }, send));
    });
    await journal.close();
    return round;
  });
}

/** The same bytes to a plain file: one write and one sync for as many batches as there are senders, the most that could be waiting. */
async function bareRound(appenders: number): Promise<Round> {
  return inFolder(async (folder) => {
    const file = await open(`${folder}.bare`, 'w');
    const round = await timed(async () => {
      for (let at = 0; at < batches.length; at += appenders) {
        await file.writev(batches.slice(at, at + appenders).map(({ bytes }) => bytes));
        await file.datasync();
      }
    });
    await file.close();
    return round;
  });
}

async function timed(run: () => Promise<void>): Promise<Round> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await run();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuUs: user + system };
}

async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const parent = mkdtempSync(join(OUT, 'journal-'));
  try {
    return await run(join(parent, 'journal'));
  } finally {
    rmSync(parent, { recursive: true });
  }
}

/** Lines of the seed case as a shipper sends them, in batches of a hundred kilobytes, each from another line on. */
function madeBatches(): readonly Batch[] {
  const writer = SHAPE_WRITERS.find((item) => item.style === STYLE);
  if (writer === undefined) throw new Error(`no writer for ${STYLE}`);
  const events = seedEvents().flatMap((host) => host.events);
  const text = writer.write(events.filter(({ model }) => writer.cannotCarry(model) === undefined));
  const lines = Buffer.from(text).toString().trimEnd().split('\n');
  const made: Batch[] = [];
  let at = 0;
  while (made.length < batchCount) {
    let bytes = 0;
    const from = at;
    const some: string[] = [];
    while (bytes < BATCH_BYTES) {
      const line = `${lines[at++ % lines.length]}\n`;
      some.push(line);
      bytes += line.length;
    }
    made.push({ bytes: Buffer.from(some.join('')), events: at - from });
  }
  return made;
}

function middle(values: readonly number[]): number {
  return spreadOf(values).middle;
}

function judge(what: string, value: number, isMet: boolean, bar: string): void {
  if (!isMet) hasMissed = true;
  print(
    `  ${what.padEnd(48)} ${value >= 1000 ? value.toFixed(0) : value.toFixed(2)}, bar ${bar}: ${isMet ? 'ok' : 'MISSED'}; load ${loadText()}`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
