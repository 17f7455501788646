/** `node bench/serve/incident-flood.ts`: 200,000 low incidents that nobody looks at through a state: what a commit of thirty takes, how many are held, and the size of the file. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IncidentWrite, openState, STATE_FILE, type State } from '../../src/state/index.ts';
import { formatTime } from '../../src/windows/index.ts';
import { loadText, machineLines } from '../machine.ts';

const INCIDENTS = 200_000;
/** Told by one step, and how many steps later they are final. */
const AT_ONCE = 30;
const STEPS_TOLD = 20;
const RECORDS = 3;
const EVERY = 20_000;
const NOW_MS = Date.UTC(2026, 2, 13);

const print = (text: string): void => void process.stdout.write(`${text}\n`);
for (const line of machineLines()) print(line);

const folder = mkdtempSync(join(tmpdir(), 'triad-flood-'));
try {
  const opened = await openState(folder, { nowMs: NOW_MS, pid: process.pid, random: randomBytes });
  if (opened.kind === 'problem') throw new Error(opened.message);
  await flood(opened.state);
  await opened.state.close();
} finally {
  rmSync(folder, { recursive: true });
}

async function flood(state: State): Promise<void> {
  let times: number[] = [];
  let next = EVERY;
  for (let at = 0; at < INCIDENTS; at += AT_ONCE) {
    const final = at - STEPS_TOLD * AT_ONCE;
    const told = Array.from({ length: AT_ONCE }, (_, of) => made(at + of));
    const ended = final < 0 ? [] : Array.from({ length: AT_ONCE }, (_, of) => finalOf(final + of));
    const beganMs = performance.now();
    const outcome = await state.call('commit', { judged: at + 1, writes: [...told, ...ended] });
    times.push(performance.now() - beganMs);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    if (at + AT_ONCE < next) continue;
    next += EVERY;
    await tell(state, at + AT_ONCE, times);
    times = [];
  }
}

async function tell(state: State, told: number, times: readonly number[]): Promise<void> {
  const room = await state.call('incidentRoom', null);
  if (room.kind === 'refused') throw new Error(room.message);
  const sorted = times.toSorted((a, b) => a - b);
  const of = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  const { held, openDropped, isOverfull } = room.value;
  const bytes = statSync(join(folder, STATE_FILE)).size / 2 ** 20;
  print(
    `  ${told} told: ${held} held, ${openDropped} gone${isOverfull ? ', over the bound' : ''}; a commit ${of(0.5)} ms (p50), ${of(0.99)} ms (p99); file ${bytes.toFixed(0)} MiB; load ${loadText()}`,
  );
}

function finalOf(at: number): IncidentWrite {
  return { kind: 'incidentFinal', id: idOf(at), atMs: NOW_MS + at };
}

function idOf(at: number): string {
  return `incident-${String(at).padStart(8, '0')}`;
}

function made(at: number): IncidentWrite {
  const time = formatTime(NOW_MS + at * 33, 0);
  const host = `host-${at % 4000}.corp.example`;
  const body = JSON.stringify({ time, host, fields: 'x'.repeat(900), at });
  return {
    kind: 'incident',
    id: idOf(at),
    version: 1,
    digest: String(at),
    level: 'low',
    isWmi: true,
    title: `A process of WMI on ${host}`,
    first: time,
    last: time,
    eventTime: time,
    isRetrospective: false,
    hosts: [host],
    members: [`finding-${at}`],
    times: JSON.stringify({ alert: { time } }),
    steps: [],
    document: JSON.stringify({ incident: { id: at, why: randomBytes(600).toString('hex') } }),
    records: Array.from({ length: RECORDS }, (_, of) => ({ id: `record-${at}-${of}`, host, time, body })),
    carriers: [{ host, analytic: 'C11', account: `corp\\user${at % 300}` }],
    absorbs: [],
    atMs: NOW_MS + at,
  };
}
