/**
 * `node bench/live/again.ts`: batches of `bench:serve` in one thread, read, taken into a window, and judged again and again: CPU time of the thread, an event and a held row. `--rules
 * FILE` names compiled rules (`triad rules compile`), several times if need be; `--names N` adds so many names of machines that one sender makes up.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { matcherOf, type RuleSet, readCompiledRules } from '../../src/intake/index.ts';
import { TextBlockReader } from '../../src/intake/text-block-reader.ts';
import { type JudgeContext, Window } from '../../src/live/index.ts';
import { textOf } from '../../src/receive/index.ts';
import { machineLines } from '../machine.ts';
import { BATCH_EVENTS, BulkStream } from '../serve/stream.ts';

const DAY_MS = 86_400_000;
const NAMES_AT_A_TIME = 2000;

const { values: flags } = parseArgs({
  options: {
    batches: { type: 'string', default: '80' },
    judgements: { type: 'string', default: '4' },
    names: { type: 'string', default: '0' },
    rules: { type: 'string', multiple: true, default: [] },
  },
});
for (const line of machineLines()) process.stdout.write(`${line}\n`);
const sets = flags.rules.map(ruleSet);
const context: JudgeContext = sets[0] === undefined ? {} : { rules: matcherOf(merged(sets)).matcher };
const reader = new TextBlockReader({ runStartMs: Date.now(), ...(sets.length === 0 ? {} : { rules: sets }) });
const window = new Window({ bytes: 1024 ** 3 });
const nowMs = Date.now();
const stream = new BulkStream();
let [readUs, takeUs, number] = [0, 0, 0];
const batches = Number(flags.batches);
for (let n = 0; n < batches; n++) send('good', bodyOf(stream.batch(n)));
process.stdout.write(
  `read ${(readUs / batches / BATCH_EVENTS).toFixed(1)} us an event, taken in ${(takeUs / batches / BATCH_EVENTS).toFixed(1)} us; ${window.counts.rows} rows held\n`,
);
for (let n = 0; n < Number(flags.names); n += NAMES_AT_A_TIME) send('bad', Buffer.from(madeUp(n)));
window.watermark(nowMs);
for (let n = 0; n < Number(flags.judgements); n++) {
  const began = threadUs();
  const { incidents } = window.judge(context);
  const us = threadUs() - began;
  process.stdout.write(
    `judged in ${(us / 1000).toFixed(0)} ms, ${(us / window.counts.rows).toFixed(1)} us a row; ${incidents.length} incidents\n`,
  );
}

function ruleSet(path: string): RuleSet {
  const reading = readCompiledRules(readFileSync(path), { isOwn: true });
  if (reading.kind === 'trouble') throw new Error(reading.message);
  return { groups: [{ kind: 'compiled', compiling: reading.rules.compiling }], selection: {} };
}

function merged(all: readonly RuleSet[]): RuleSet {
  return { groups: all.flatMap(({ groups }) => groups), selection: {} };
}

function bodyOf(body: Buffer): Buffer {
  const batch = textOf('bulk', body);
  if (batch.kind === 'refused') throw new Error(batch.reason);
  return Buffer.concat(batch.text.pieces);
}

function send(sender: string, bytes: Buffer): void {
  const source = { file: `sender:${sender}` };
  const began = threadUs();
  const answer = reader.read(source, number++, bytes, true, { notAfterMs: nowMs + DAY_MS });
  const read = threadUs();
  window.acceptText(source, { answer, packer: 0 }, nowMs);
  readUs += read - began;
  takeUs += threadUs() - read;
}

/** One sign-off of each of the next names. */
function madeUp(from: number): string {
  return Array.from({ length: NAMES_AT_A_TIME }, (_, at) => {
    const winlog = {
      channel: 'Security',
      computer_name: `MADE-UP-${from + at}.corp.example`,
      event_id: 4634,
      provider_name: 'Microsoft-Windows-Security-Auditing',
      record_id: 1,
      event_data: { TargetLogonId: '0x1' },
    };
    return `${JSON.stringify({ '@timestamp': new Date(nowMs - DAY_MS / 2).toISOString(), winlog })}\n`;
  }).join('');
}

function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
