/**
 * `npm run soak`: kills a server again and again while attacks come, and holds what it tells and keeps to a server that was never disturbed and to a hunt; then sends
 * steadily and looks at the memory of the server. Flags: `--rounds N` (200), `--minutes M` (10), `--seed S` (1), `--rate EVENTS` a second (500); 0 rounds or 0 minutes
 * leave that part out. Exits 1 when anything differs, 2 for a wrong flag.
 */
import { parseArgs } from 'node:util';
import { loadText, machineLines } from '../../bench/machine.ts';
import { killUnderCampaign } from '../serve/kill-campaign.ts';
import { growthOf, type MemoryLook, measureMemory } from './memory-run.ts';

/** Rounds over one folder: each start reads again what is held. */
const ROUNDS_OF_A_FOLDER = 20;
const DAY_MS = 86_400_000;
const MOST_ROUNDS = 10_000;
const MOST_MINUTES = 24 * 60;
const MOST_RATE = 20_000;

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '500' },
  },
});
const rounds = numberOf('rounds', flags.rounds, MOST_ROUNDS);
const minutes = numberOf('minutes', flags.minutes, MOST_MINUTES);
const seed = numberOf('seed', flags.seed, 2 ** 31);
const rate = numberOf('rate', flags.rate, MOST_RATE);
let hasFailed = false;

for (const line of machineLines()) print(line);
for (let done = 0; done < rounds; done += ROUNDS_OF_A_FOLDER) {
  await kill(Math.min(ROUNDS_OF_A_FOLDER, rounds - done), seed + done);
}
if (minutes > 0) await watchMemory();
print(hasFailed ? 'Something differs.' : 'Nothing differs.');
process.exitCode = hasFailed ? 1 : 0;

/** Every second folder has a day of 200 days ago: the clock of the server is far ahead of its events. */
async function kill(count: number, ofSeed: number): Promise<void> {
  const isOld = ((ofSeed - seed) / ROUNDS_OF_A_FOLDER) % 2 === 1;
  const start = new Date(Date.now() - (isOld ? 200 : 1) * DAY_MS).toISOString();
  const what = `kills     ${count} rounds, seed ${ofSeed}, a day ${isOld ? 'of 200 days ago' : 'of yesterday'}`;
  const beganMs = performance.now();
  try {
    const { events, batches, cut, again, rows } = await killUnderCampaign({
      rounds: count,
      seed: ofSeed,
      start,
      acts: 20 * count,
    });
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
    const tables = Object.entries(rows).map(([table, of]) => `${of} ${table}`);
    print(`${what}: the same`);
    print(
      `          ${events} events in ${batches} batches, ${cut} cut, ${again} again; ${tables.join(', ')}; ${seconds} s, load ${loadText()}`,
    );
  } catch (cause) {
    hasFailed = true;
    print(`${what}: DIFFERS`);
    print(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  }
}

async function watchMemory(): Promise<void> {
  print(`memory    ${minutes} minutes, ${rate} events a second`);
  const { looks, events, refused, behind, code } = await measureMemory({ minutes, eventsASecond: rate });
  const marks = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round((looks.length - 1) * share));
  for (const at of marks) print(`          ${lookText(at, looks[at])}`);
  const { rss, heap, external } = growthOf(looks);
  print(
    `          second half: RSS ${signed(rss)} MiB/hour, heap ${signed(heap)}, external ${signed(external)}, over ${Math.ceil(looks.length / 2)} looks`,
  );
  print(
    `          ${events} events taken, ${refused} batches refused, ${behind} not judged at the end; it ended with ${code}; load ${loadText()}`,
  );
  if (code !== 0 || refused > 0) hasFailed = true;
}

function lookText(at: number, look: MemoryLook | undefined): string {
  if (look === undefined) return 'no look';
  const { rssMb, heapMb, externalMb, heldRows } = look;
  const mib = (mb: number): string => ((mb * 1e6) / 2 ** 20).toFixed(0);
  return `look ${at}: RSS ${mib(rssMb)} MiB, heap ${mib(heapMb)}, external ${mib(externalMb)}, ${heldRows} events held`;
}

function signed(figure: number): string {
  return `${figure < 0 ? '' : '+'}${figure.toFixed(1)}`;
}

function numberOf(name: string, text: string, most: number): number {
  const number = Number(text);
  if (text !== '' && Number.isFinite(number) && number >= 0 && number <= most) return number;
  process.stderr.write(`--${name} is a number from 0 to ${most}, not "${text}"\n`);
  process.exit(2);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
