/**
 * `node bench/live/run.ts`: what judging a window of held events costs, by the number of its rows, in CPU time. Events are an ordinary day of
 * generated machines with all attacks of the tests in the first of several like enterprises, sent as Winlogbeat's lines.
 */
import { parseArgs } from 'node:util';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { partsOf, Window } from '../../src/live/index.ts';
import { campaign } from '../../test/incidents/campaign.ts';
import { linesOf } from '../../test/live/streams.ts';
import { cpuMs, machineLines } from '../machine.ts';

const NOW_MS = Date.UTC(2026, 2, 13);
const ATTACKS = ['a triad that fires and is removed', 'wmiexec with its three legs', 'a pivot from A over B to C'];
/** Machines and acts of one enterprise. */
const HOSTS = 40;
const ACTS = 600;

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', multiple: true, default: ['10000', '100000', '500000'] },
    rounds: { type: 'string', default: '3' },
  },
});
for (const line of machineLines()) print(line);
const lines = linesOf(campaign(ATTACKS, { hosts: HOSTS, acts: ACTS }).events);
print(`an enterprise: ${HOSTS + 1} machines, ${lines.length} lines`);
for (const rows of flags.rows) measure(Number(rows), Number(flags.rounds));

function measure(rows: number, rounds: number): void {
  const window = new Window({ bytes: 4 * 1024 ** 3 });
  const reader = new TextBlockReader({ runStartMs: NOW_MS });
  let readMs = 0;
  let acceptMs = 0;
  let sent = 0;
  const source = { file: 'bench' };
  for (let n = 0; window.counts.rows < rows; n++) {
    const copied = lines.map((line) => renamed(line, n));
    for (let at = 0; at < copied.length && window.counts.rows < rows; at += 1000) {
      const block = Buffer.from(`${copied.slice(at, at + 1000).join('\n')}\n`);
      sent += Math.min(1000, copied.length - at);
      const began = cpuMs();
      const answer = reader.read(source, 0, block, true);
      const read = cpuMs();
      window.acceptText(source, { answer, packer: 0 }, NOW_MS);
      readMs += read - began;
      acceptMs += cpuMs() - read;
    }
  }
  const judged: number[] = [];
  const told: number[] = [];
  let incidents = 0;
  for (let round = 0; round < rounds; round++) {
    const began = cpuMs();
    const judgement = window.judge();
    const ended = cpuMs();
    incidents = partsOf(judgement).length;
    judged.push(ended - began);
    told.push(cpuMs() - ended);
  }
  const { rows: held, bytes } = window.counts;
  print(
    [
      `${held} rows (${(bytes / 1e6).toFixed(0)} MB) of ${sent} events:`,
      `read ${((readMs * 1000) / sent).toFixed(1)} µs an event, accept ${((acceptMs * 1000) / sent).toFixed(1)} µs;`,
      `judge ${median(judged).toFixed(0)} ms (${((median(judged) * 1000) / held).toFixed(1)} µs a row),`,
      `parts and digests ${median(told).toFixed(0)} ms; ${incidents} incidents;`,
      `RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
    ].join(' '),
  );
}

/** The same event in the n-th enterprise: other names of machines and domains, other addresses. */
function renamed(line: string, n: number): string {
  return line
    .replaceAll(/\b(WS|SRV|DC)-(\d+)/gi, (_, kind: string, number: string) => `${kind}-${n}${number}`)
    .replaceAll('10.20.', `10.${20 + (n % 200)}.`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
