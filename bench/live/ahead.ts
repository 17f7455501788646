/**
 * `node bench/live/ahead.ts`: what a judgement costs after a batch of 1,000 events, in CPU time: from the beginning, and where the
 * rows before the watermark were taken ahead. Events are nine hours of ordinary work of one enterprise with three attacks, and
 * come in their order as Winlogbeat's lines; no rules.
 */
import { parseArgs } from 'node:util';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { partsOf, Window, type WindowJudgement } from '../../src/live/index.ts';
import { ATTACKS } from '../../test/incidents/campaign.ts';
import { lineWriter } from '../../test/live/streams.ts';
import { Enterprise, type EventModel, ordinaryEvents } from '../../testkit/index.ts';
import { cpuMs, machineLines } from '../machine.ts';

const NAMES = Object.keys(ATTACKS).slice(0, 3);
/** Rows that are kept of an ordinary act, about. */
const ROWS_OF_ACT = 2.9;
const DAY_S = 9 * 3600;
const BATCH = 1000;

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', multiple: true, default: ['10000', '100000', '500000'] },
    hosts: { type: 'string', multiple: true, default: ['20', '200', '2000'] },
  },
});
/** A window that takes events as a sender sends them. */
class Filled {
  readonly window = new Window({ bytes: 4 * 1024 ** 3 });
  readonly #reader = new TextBlockReader({ runStartMs: Date.UTC(2026, 5, 1) });
  readonly #writer = lineWriter('S4');
  readonly #recordIds = new Map<string, bigint>();
  #waiting: string[] = [];
  nowMs = 0;

  add(model: EventModel): void {
    if (this.#writer.cannotCarry(model) !== undefined) return;
    const log = `${model.computer}\u0000${model.channel}`;
    const recordId = (this.#recordIds.get(log) ?? 0n) + 1n;
    this.#recordIds.set(log, recordId);
    this.#waiting.push(`${this.#writer.write([{ model, recordId }])}`.trimEnd());
    this.nowMs = Math.max(this.nowMs, Date.parse(JSON.parse(this.#waiting.at(-1) ?? '')['@timestamp']));
    if (this.#waiting.length >= BATCH) this.flush();
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    const source = { file: 'bench' };
    const answer = this.#reader.read(source, 0, Buffer.from(`${this.#waiting.join('\n')}\n`), true);
    this.#waiting = [];
    this.window.acceptText(source, { answer, packer: 0 }, this.nowMs);
  }
}

function measure(rows: number, hosts: number): void {
  const enterprise = new Enterprise({ seed: 7, hosts });
  const attacks = NAMES.flatMap((name, n) => ATTACKS[name]?.(enterprise, n).events ?? []);
  const filled = new Filled();
  for (const model of attacks) filled.add(model);
  for (const model of ordinaryEvents(enterprise, { acts: Math.ceil(rows / ROWS_OF_ACT), toS: DAY_S }))
    filled.add(model);
  filled.flush();
  for (const [at, ofHosts] of [1, 50].entries()) {
    const fromS = DAY_S + 600 * (at + 1);
    filled.window.watermark(filled.nowMs);
    const began = cpuMs();
    while (filled.window.prepare());
    const preparedMs = cpuMs() - began;
    send(filled, enterprise, ofHosts, fromS);
    const ahead = timed(filled.window);
    const plain = timed(filled.window);
    const told = ahead.digest === plain.digest ? 'both tell the same' : 'THEY DIFFER';
    print(
      [
        `${filled.window.counts.rows} rows of ${hosts + 1} hosts, ${BATCH} events of ${ofHosts}:`,
        `${ahead.judgement.ahead} rows ahead (${preparedMs.toFixed(0)} ms);`,
        `judge ${ahead.ms.toFixed(0)} ms, from the beginning ${plain.ms.toFixed(0)} ms; ${told},`,
        `${ahead.judgement.incidents.length} incidents; RSS ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
      ].join(' '),
    );
  }
}

/** The next thousand events, as those of so many hosts. */
function send(filled: Filled, enterprise: Enterprise, ofHosts: number, fromS: number): void {
  const names = enterprise.hosts.slice(0, ofHosts).map(({ computer }) => computer);
  let n = 0;
  for (const model of ordinaryEvents(enterprise, { acts: BATCH, fromS, toS: fromS + 60 })) {
    if (n === BATCH) break;
    filled.add({ ...model, computer: names[n % names.length] ?? model.computer });
    n++;
  }
  filled.flush();
}

function timed(window: Window): { readonly ms: number; readonly judgement: WindowJudgement; readonly digest: string } {
  const began = cpuMs();
  const judgement = window.judge();
  const ms = cpuMs() - began;
  const digest = partsOf(judgement)
    .map((parts) => `${parts.incident.id} ${parts.digest}`)
    .join('\n');
  return { ms, judgement, digest };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

for (const line of machineLines()) print(line);
for (const rows of flags.rows) for (const hosts of flags.hosts) measure(Number(rows), Number(hosts));
