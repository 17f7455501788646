/** `node bench/serve/queue.ts`: what the queue costs with 10,000 open incidents, in CPU time: a page of short rows, counts, which fit some words, what stands beside one, 100 acts. */
import { Database } from '../../src/disk/index.ts';
import { queueValues } from '../../src/serve/handlers/incident-row.ts';
import { queueWords } from '../../src/serve/words/queue-words.ts';
import { bringToFormat } from '../../src/state/format.ts';
import { actOnIncidents } from '../../src/state/incidents/act-on-incident.ts';
import { applyIncidents } from '../../src/state/incidents/apply.ts';
import { incidentBackground } from '../../src/state/incidents/background.ts';
import { countQueue } from '../../src/state/incidents/count-incidents.ts';
import { incidentIds } from '../../src/state/incidents/incident-ids.ts';
import { incidentRows, listIncidents } from '../../src/state/incidents/list-incidents.ts';
import { incidentPayloads } from '../../src/state/incidents/payloads.ts';
import type { DueTargets, IncidentWrite, Outcome } from '../../src/state/index.ts';
import { STATE_LIMITS } from '../../src/state/limits.ts';
import { addSuppression } from '../../src/state/suppressions/suppressions.ts';
import { formatTime } from '../../src/windows/index.ts';
import { cpuMs, machineLines } from '../machine.ts';

const INCIDENTS = 10_000;
const ROUNDS = 5;
const HOUR = 3_600_000;
const NOW_MS = Date.UTC(2026, 2, 13);
const LEVELS = ['low', 'medium', 'high', 'critical'] as const;
const TARGETS: DueTargets = {
  levels: { critical: { acknowledge: HOUR / 4 }, high: { acknowledge: HOUR }, medium: { acknowledge: 8 * HOUR } },
  verify: 24 * HOUR,
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
for (const line of machineLines()) print(line);

const database = new Database(':memory:', { timeoutMs: 0 });
bringToFormat(database, { storeId: new Uint8Array(16), nowMs: NOW_MS });
const desk = { database, limits: STATE_LIMITS };
const writes = Array.from({ length: INCIDENTS }, (_, at) => made(at));
timed(`taking in ${INCIDENTS} incidents`, 1, () => database.transaction(() => applyIncidents(desk, writes)));
const clock = { nowMs: NOW_MS, targets: TARGETS };
const ids = writes.slice(0, 500).map(({ id }) => id);

for (const suppressions of [0, 10]) {
  for (let at = 0; at < suppressions; at++) {
    const suppression = {
      scope: { subscription: printOf(at) },
      level: 'critical',
      reason: 'r',
      owner: 'o',
      days: 7,
    } as const;
    const asked = { suppression, by: { who: 'ann', atMs: NOW_MS }, idempotencyKey: String(at) };
    database.transaction(() => done(addSuppression.run(desk, asked)));
  }
  print(`\nwith ${suppressions} suppressions`);
  timed('a page of 1,000 rows', ROUNDS, () => done(listIncidents.run(desk, { ...clock, limit: 1000 })));
  const { rows } = done(listIncidents.run(desk, { ...clock, limit: 1000 }));
  const asked = { ids: rows.map(({ id }) => id) };
  timed('what they run', ROUNDS, () => done(incidentPayloads.run(desk, asked)));
  const payloads = done(incidentPayloads.run(desk, asked));
  const shortOf = (row: (typeof rows)[number]): string => JSON.stringify(queueValues(row, payloads.get(row.id)));
  timed('their short form as JSON', ROUNDS, () => rows.map(shortOf));
  const bytes = rows.map((row) => Buffer.byteLength(shortOf(row)));
  print(
    `  bytes of a short row: mean ${Math.round(bytes.reduce((a, b) => a + b, 0) / bytes.length)}, most ${Math.max(...bytes)}`,
  );
  timed('counts', ROUNDS, () => done(countQueue.run(desk, { ...clock, who: 'ann' })));
  for (const text of [
    'host:host-7.corp.example',
    '-host:host-7.corp.example',
    'account:*ser7*',
    'is:overdue',
    'planted',
  ])
    timed(`which fit ${text}`, ROUNDS, () => idsOf(text));
  timed('rows of 500 for the stream', ROUNDS, () => done(incidentRows.run(desk, { ids, ...clock })));
  timed('what stands beside one', ROUNDS, () => done(incidentBackground.run(desk, { id: 'incident-00000077' })));
}
print('');
timed('100 acknowledged', 1, () => {
  const requests = ids.slice(0, 100).map((id) => ({
    id,
    revision: 0,
    idempotencyKey: id,
    by: { who: 'ann', atMs: NOW_MS },
    act: { action: 'acknowledge' as const },
  }));
  database.transaction(() => done(actOnIncidents.run(desk, { requests })));
});

function idsOf(text: string): unknown {
  const read = queueWords(text, 'ann');
  if (read.kind === 'problem') throw new Error(read.problem.message);
  return done(incidentIds.run(desk, { ...clock, suppressed: 'show', words: read.words }));
}

function printOf(at: number): string {
  return (at % 500).toString(16).padStart(64, '0');
}

function made(at: number): Extract<IncidentWrite, { kind: 'incident' }> {
  const time = formatTime(NOW_MS - (at % 5000) * 60_000, 0);
  const host = `host-${at % 2000}.corp.example`;
  const edges = [{ source: { host: `ws-${at % 700}.corp.example` }, target: { host } }];
  return {
    kind: 'incident',
    id: `incident-${String(at).padStart(8, '0')}`,
    version: 1,
    digest: String(at),
    level: LEVELS[at % 4] ?? 'low',
    isWmi: true,
    title: `Subscription UpdSvcSync${at} planted on ${host} from ws-${at % 700}, ran as SYSTEM`,
    first: time,
    last: time,
    eventTime: time,
    isRetrospective: false,
    hosts: [host, `ws-${at % 700}.corp.example`],
    members: [`f${at}`],
    times: JSON.stringify({ alert: { time } }),
    steps: [],
    payload: { print: printOf(at), text: `powershell.exe -NoP -W Hidden -File C:\\ProgramData\\a${at % 500}.ps1` },
    document: JSON.stringify({ incident: { id: at, confidence: 0.91, edges } }),
    records: [],
    carriers: [{ host, analytic: 'R02', subscription: printOf(at), account: `corp\\user${at % 300}` }],
    absorbs: [],
    atMs: NOW_MS,
  };
}

function done<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.value;
}

function timed(what: string, rounds: number, work: () => unknown): void {
  const times = Array.from({ length: rounds }, () => {
    const before = cpuMs();
    work();
    return cpuMs() - before;
  }).sort((a, b) => a - b);
  print(`  ${what.padEnd(34)} ${(times[rounds >> 1] ?? 0).toFixed(1)} ms`);
}
