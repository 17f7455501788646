/**
 * `node bench/serve/found.ts`: what the tables of findings, subscriptions and hosts cost, in CPU time: taking them in, and each kind of page, count and read
 * when they are full; and what comparing a judgement with what was told costs beside the judgement.
 */
import { Database } from '../../src/disk/index.ts';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { partsOf, Window } from '../../src/live/index.ts';
import { FoundBook } from '../../src/serve/detect/found-book.ts';
import { HostBook } from '../../src/serve/detect/host-book.ts';
import { bringToFormat } from '../../src/state/format.ts';
import { applyFound } from '../../src/state/found/apply-found.ts';
import { countDecided } from '../../src/state/found/count-decided.ts';
import { countFound, countHits, listFound, readFound } from '../../src/state/found/read-found.ts';
import { applyHosts } from '../../src/state/hosts/apply-hosts.ts';
import { countHosts, listHosts, readHost } from '../../src/state/hosts/read-hosts.ts';
import type { FoundWrite, HostWrite } from '../../src/state/index.ts';
import { STATE_LIMITS } from '../../src/state/limits.ts';
import { campaign } from '../../test/incidents/campaign.ts';
import { linesOf } from '../../test/live/streams.ts';
import { cpuMs, machineLines } from '../machine.ts';

const FOUND = 100_000;
const COMPUTERS = 50_000;
const HOSTS_OF_FOUND = 2000;
/** Each decided, with the same share of a third of the findings. */
const INCIDENTS = 999;
const DECIDED_INCIDENT = `INSERT INTO incident (id, number, version, revision, standing, work_state, level, level_rank, is_wmi, title, first,
  first_ms, last, event_time, is_retrospective, episode, created_ms, changed_ms, digest, hosts, times, steps, taken, members, work_times, verdict)
  VALUES (?, ?, 1, 1, 'told', 'closed', 'low', 1, 0, '', '', 0, '', '', 0, 1, 0, 0, '', '[]', '{}', '[]', '{}', '[]', '{}', ?)`;
const LEVELS = ['informational', 'low', 'low', 'medium', 'medium', 'high', 'critical'] as const;
const NOW_MS = Date.UTC(2026, 2, 13);
const ROUNDS = 5;
/** Held rows whose judgement is compared with what comparing it costs. */
const ROWS = 20_000;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

for (const line of machineLines()) print(line);
judging();
tables();

function tables(): void {
  const database = new Database(':memory:', { timeoutMs: 0 });
  bringToFormat(database, { storeId: new Uint8Array(16), nowMs: NOW_MS });
  const desk = { database, limits: STATE_LIMITS };
  print('\ntaking in (in memory, without syncs)');
  for (const kind of ['finding', 'subscription'] as const) {
    const writes = Array.from({ length: FOUND }, (_, at) => made(kind, at));
    timed(`${FOUND} ${kind}s`, FOUND, () => database.transaction(() => applyFound(desk, writes)));
    timed(`the same again: nothing changes`, FOUND, () => database.transaction(() => applyFound(desk, writes)));
  }
  const batches = Array.from({ length: COMPUTERS / 50 }, (_, at) => batchOf(at));
  timed(`${COMPUTERS} computers of 6 logs`, COMPUTERS, () => database.transaction(() => applyHosts(desk, batches, 0)));
  let position = batches.length;
  const one = batchOf(0);
  timed('a batch of 50 computers of 6 logs', 50, () =>
    database.transaction(() => applyHosts(desk, [{ ...one, position: ++position } as HostWrite], position - 1)),
  );
  for (let at = 0; at < INCIDENTS; at++)
    database.run(DECIDED_INCIDENT, `i${at}`, at, at % 2 === 0 ? 'malicious' : 'false');
  print('\nreading');
  const asked: readonly (readonly [string, () => unknown])[] = [
    ['a page of 100 findings', () => listFound.run(desk, { of: 'finding' })],
    ['a page of 1,000 findings', () => listFound.run(desk, { of: 'finding', limit: 1000 })],
    ['100 of a level that one in seven has', () => listFound.run(desk, { of: 'finding', level: 'critical' })],
    ['100 of one host', () => listFound.run(desk, { of: 'finding', host: 'host-7' })],
    ['100 of one host and a level', () => listFound.run(desk, { of: 'finding', host: 'host-7', level: 'critical' })],
    ['100 of one analytic', () => listFound.run(desk, { of: 'finding', label: 'S07' })],
    ['100 of one incident', () => listFound.run(desk, { of: 'finding', incident: 'i7' })],
    ['100 of a scope that none has', () => listFound.run(desk, { of: 'finding', word: 'posture' })],
    ['100 of a time after all', () => listFound.run(desk, { of: 'finding', since: '2027-01-01T00:00:00.0000000Z' })],
    ['a page of 100 subscriptions', () => listFound.run(desk, { of: 'subscription' })],
    ['100 of one fingerprint', () => listFound.run(desk, { of: 'subscription', print: 'p7' })],
    ['one subscription', () => readFound.run(desk, { of: 'subscription', id: 'id-77' })],
    ['counts of findings', () => countFound.run(desk, { of: 'finding' })],
    ['hits by rule', () => countHits.run(desk, { by: 'rule', nowMs: 0 })],
    ['hits by analytic', () => countHits.run(desk, { by: 'analytic', nowMs: 0 })],
    ['verdicts by rule and analytic', () => countDecided.run(desk, null)],
    ['a page of 100 hosts', () => listHosts.run(desk, {})],
    ['100 of a name that none has', () => listHosts.run(desk, { named: 'nobody' })],
    ['counts of hosts', () => countHosts.run(desk, null)],
    ['one host', () => readHost.run(desk, { key: 'computer-7' })],
  ];
  for (const [what, ask] of asked) timed(what, 1, ask);
}

/** CPU time, the least of some rounds: what else the machine does only ever adds to it. */
function timed(what: string, count: number, work: () => unknown): void {
  let least = Number.POSITIVE_INFINITY;
  const rounds = count >= COMPUTERS ? 1 : ROUNDS;
  for (let round = 0; round < rounds; round++) {
    const began = cpuMs();
    work();
    least = Math.min(least, cpuMs() - began);
  }
  const each = count === 1 ? '' : `  ${((least * 1000) / count).toFixed(1)} µs each`;
  print(`  ${what.padEnd(40)}${least.toFixed(2).padStart(9)} ms${each}`);
}

function made(of: 'finding' | 'subscription', at: number): FoundWrite {
  const host = `host-${at % HOSTS_OF_FOUND}`;
  const words = of === 'finding' ? { label: `S${at % 40}`.padEnd(3, '0'), word: 'wmi' } : { label: 'armed', word: '' };
  const row = JSON.stringify({ title: `a finding of some length on ${host} by somebody`, host, score: at % 100 });
  return {
    kind: 'found',
    of,
    id: `id-${at}`,
    digest: `d${at}`,
    extent: 1,
    isWhole: true,
    level: LEVELS[at % LEVELS.length] ?? 'low',
    host,
    hosts: [host],
    ...words,
    print: `p${at % 500}`,
    incident: at % 3 === 0 ? `i${at % INCIDENTS}` : null,
    firstMs: NOW_MS + at * 1000,
    last: new Date(NOW_MS + at * 1000).toISOString().replace('Z', '0000Z'),
    row: row.padEnd(400),
    document: row.repeat(20),
    atMs: NOW_MS,
  };
}

function batchOf(at: number): Extract<HostWrite, { kind: 'coverage' }> {
  return {
    kind: 'coverage',
    position: at + 1,
    sender: 'wec',
    receivedMs: NOW_MS,
    logs: Array.from({ length: 300 }, (_, log) => ({
      computer: `computer-${at * 50 + (log % 50)}`,
      channel: 'Security',
      eventId: 4600 + Math.floor(log / 50),
      records: 10,
      firstMs: NOW_MS,
      lastMs: NOW_MS + 1000,
    })),
  };
}

function judging(): void {
  const lines = linesOf(
    campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { hosts: 40, acts: 600 }).events,
  );
  const window = new Window({ bytes: 4 * 1024 ** 3 });
  const reader = new TextBlockReader({ runStartMs: NOW_MS });
  const source = { file: 'bench' };
  for (let n = 0; window.counts.rows < ROWS; n++) {
    const block = Buffer.from(`${lines.map((line) => line.replaceAll('.corp.', `.corp${n}.`)).join('\n')}\n`);
    window.acceptText(source, { answer: reader.read(source, 0, block, true), packer: 0 }, NOW_MS);
  }
  const book = new FoundBook([]);
  const hosts = new HostBook([]);
  print(`\njudging ${window.counts.rows} rows, CPU time`);
  for (let round = 0; round < 3; round++) {
    const began = cpuMs();
    const judgement = window.judge();
    const judged = cpuMs();
    partsOf(judgement);
    const parts = cpuMs();
    const { told } = book.revise(window, judgement, true);
    const found = cpuMs();
    const { names, gaps } = hosts.revise(judgement, NOW_MS + round * 60_000, false);
    const ended = cpuMs();
    const { findings, subscriptions, incidents } = judgement;
    const what = `${findings.length} findings, ${subscriptions.length} subscriptions, ${incidents.length} incidents`;
    print(
      `  ${what}: judging ${ms(judged - began)}, incidents ${ms(parts - judged)}, findings and subscriptions ${ms(found - parts)}, hosts ${ms(ended - found)}; told ${told.length}, ${names.length} names, ${gaps.length} hosts`,
    );
  }
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
