/**
 * `npm run bench:archive`: events a second that the archive takes, bytes and CPU time an event, and what searches cost over a million events (`--events N`,
 * 10 million with `--large`), beside a plain scan of the same bytes. Exits 1 when a bar is missed.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Archive, type ArchiveQuery, openArchive } from '../../src/archive/index.ts';
import { OUT } from '../corpus.ts';
import { megabytes, rateText, tableLines } from '../figures.ts';
import { loadText, machineLines } from '../machine.ts';
import { madeEvents, RARE_EVENT_ID, RARE_TOKEN } from './events.ts';
import { unitCosts } from './unit-costs.ts';

/** SERVE 0.1, point 32. */
const MOST_FIRST_PAGE_MS = 200;
const MOST_COMPLETE_MS = 5000;
const LEAST_SCAN_RATE = 500_000;
/** SERVE 0.1, point 29: what the archive may take of an event's 55 µs. */
const MOST_CPU_US = 6;
const GROUP = 16_384;

const { values: flags } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, large: { type: 'boolean', default: false } },
});
const total = flags.large ? 10_000_000 : Number(flags.events);

interface Found {
  readonly name: string;
  readonly entries: number;
  readonly firstMs: number;
  /** Until the first page that holds an entry. */
  readonly firstEntryMs: number;
  readonly completeMs: number;
  readonly blocks: number;
  readonly events: number;
  readonly cpuMs: number;
}

let hasMissed = false;
mkdirSync(OUT, { recursive: true });
const folder = mkdtempSync(join(OUT, 'archive-'));
try {
  await bench();
} finally {
  rmSync(folder, { recursive: true });
}
process.exitCode = hasMissed ? 1 : 0;

async function bench(): Promise<void> {
  for (const line of machineLines()) print(line);
  const archiveFolder = join(folder, 'archive');
  const plain = join(folder, 'plain.ndjson');
  const opened = await openArchive({
    folder: archiveFolder,
    storeId: randomBytes(16),
    nowMs: () => Date.now(),
    limits: { freeShare: 0 },
  });
  if (opened.kind === 'problem') throw new Error(opened.message);
  const { archive } = opened;
  await appendAll(archive, plain);
  const sealStart = performance.now();
  await archive.sealed();
  print(
    `sealing   ${((performance.now() - sealStart) / 1000).toFixed(1)} s after the last event for what was not sealed yet`,
  );
  sizes(archiveFolder);
  for (const line of unitCosts()) print(line);
  print('');
  await searches(archive);
  plainScan(plain);
  await archive.close();
  print(hasMissed ? 'A bar was missed.' : 'All bars are met.');
}

/** Gives all events in groups, each durable before the next; making them does not count. */
async function appendAll(archive: Archive, plain: string): Promise<void> {
  const file = openSync(plain, 'w');
  let wallMs = 0;
  let cpuUs = 0;
  let rawBytes = 0;
  for (let at = 0; at < total; at += GROUP) {
    const events = madeEvents(at, Math.min(GROUP, total - at), total);
    const lines = Buffer.concat(events.flatMap(({ raw }) => [raw, Buffer.from('\n')]));
    writeSync(file, lines);
    rawBytes += lines.length;
    const cpu = process.cpuUsage();
    const start = performance.now();
    const answer = archive.append(events);
    await archive.flush();
    const outcome = await answer;
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    wallMs += performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    cpuUs += user + system;
  }
  closeSync(file);
  print(
    `events    ${total} of ${(rawBytes / total).toFixed(0)} bytes on average, in groups of ${GROUP}, each durable before the next`,
  );
  print(
    `append    ${rateText((total * 1000) / wallMs)} events/s, ${(cpuUs / total).toFixed(2)} us CPU an event in all threads (sealing included); load ${loadText()}`,
  );
  judge('CPU time an event, us', cpuUs / total, cpuUs / total <= MOST_CPU_US, `<= ${MOST_CPU_US}`);
}

function sizes(archiveFolder: string): void {
  const sum = (end: RegExp): number =>
    readdirSync(archiveFolder)
      .filter((name) => end.test(name))
      .reduce((bytes, name) => bytes + statSync(join(archiveFolder, name)).size, 0);
  const [blocks, slices, index] = [sum(/\.blocks$/), sum(/\.slices$/), sum(/^index/)];
  print(
    `stored    ${megabytes(blocks + slices + index)}: ${(blocks / total).toFixed(0)} bytes an event in blocks, ${(slices / total).toFixed(0)} in slices, ${(index / total).toFixed(0)} in the index`,
  );
}

async function searches(archive: Archive): Promise<void> {
  const asked: readonly (readonly [string, ArchiveQuery])[] = [
    ['rare token (3 events)', { words: [{ text: RARE_TOKEN, match: 'whole' }] }],
    ['token that is nowhere', { words: [{ text: 'nowhere.at.all', match: 'whole' }] }],
    ['rare event id (3 events)', { eventIds: [RARE_EVENT_ID] }],
    ['one host of 2,000', { hosts: ['WS-0042.corp.example'] }],
    ['common token and host', { hosts: ['WS-0042.corp.example'], words: [{ text: 'powershell.exe', match: 'whole' }] }],
    ['common token (1 in 8)', { words: [{ text: 'powershell.exe', match: 'whole' }] }],
    ['rare substring (scan)', { words: [{ text: RARE_TOKEN.slice(3, -3), match: 'part' }] }],
  ];
  const rows: string[][] = [
    ['search', 'entries', 'first page', 'first entry', 'complete', 'CPU', 'blocks read', 'events/s', 'events a CPU-s'],
  ];
  for (const [name, query] of asked) {
    const found = await timed(archive, name, query);
    rows.push([
      name,
      String(found.entries),
      `${found.firstMs.toFixed(0)} ms`,
      `${found.firstEntryMs.toFixed(0)} ms`,
      `${found.completeMs.toFixed(0)} ms`,
      `${found.cpuMs.toFixed(0)} ms`,
      String(found.blocks),
      found.events > 0 ? rateText((found.events * 1000) / found.completeMs) : '-',
      found.events > 0 ? rateText((found.events * 1000) / found.cpuMs) : '-',
    ]);
    if (name.startsWith('rare token')) {
      judge(
        'rare token, first page, ms',
        found.firstMs,
        found.firstMs <= MOST_FIRST_PAGE_MS,
        `<= ${MOST_FIRST_PAGE_MS}`,
      );
      judge(
        'rare token, complete, ms',
        found.completeMs,
        found.completeMs <= MOST_COMPLETE_MS,
        `<= ${MOST_COMPLETE_MS}`,
      );
    }
    if (name.startsWith('rare substring')) {
      const rate = (found.events * 1000) / found.completeMs;
      judge('substring, events scanned a second', rate, rate >= LEAST_SCAN_RATE, `>= ${LEAST_SCAN_RATE}`);
    }
  }
  for (const line of tableLines(rows)) print(`  ${line}`);
}

/** One search to its end; the first of a kind, so that nothing of it is remembered. */
async function timed(archive: Archive, name: string, query: ArchiveQuery): Promise<Found> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let firstMs: number | undefined;
  let firstEntryMs: number | undefined;
  let entries = 0;
  let blocks = 0;
  let events = 0;
  for await (const page of archive.search(query, { limit: firstMs === undefined ? 100 : 1000 })) {
    if (page.kind === 'refused') throw new Error(page.message);
    const nowMs = performance.now() - start;
    firstMs ??= nowMs;
    if (page.entries.length > 0) firstEntryMs ??= nowMs;
    entries += page.entries.length;
    ({ blocks, events } = page.count);
  }
  const completeMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    name,
    entries,
    firstMs: firstMs ?? completeMs,
    firstEntryMs: firstEntryMs ?? completeMs,
    completeMs,
    blocks,
    events,
    cpuMs: (user + system) / 1000,
  };
}

/** The same bytes, uncompressed in one file, read from end to end for the same token. */
function plainScan(plain: string): void {
  const file = openSync(plain, 'r');
  const buffer = Buffer.alloc(1 << 20);
  const needle = Buffer.from(RARE_TOKEN);
  const start = performance.now();
  let hits = 0;
  let bytes = 0;
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    bytes += read;
    const window = buffer.subarray(0, read);
    for (let at = window.indexOf(needle); at >= 0; at = window.indexOf(needle, at + 1)) hits += 1;
  }
  closeSync(file);
  const ms = performance.now() - start;
  print(
    `plain     ${ms.toFixed(0)} ms to read ${megabytes(bytes)} of the same bytes uncompressed and find the rare token ${hits} times, ${rateText((total * 1000) / ms)} events/s; load ${loadText()}`,
  );
}

function judge(what: string, value: number, isMet: boolean, bar: string): void {
  if (!isMet) hasMissed = true;
  const text = value >= 1000 ? value.toFixed(0) : value.toFixed(2);
  print(`  ${what.padEnd(40)} ${text}, bar ${bar}: ${isMet ? 'ok' : 'MISSED'}; load ${loadText()}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
