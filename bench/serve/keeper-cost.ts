/**
 * `node bench/serve/keeper-cost.ts`: CPU time of reading batches in one thread, with their events packed for the archive and without, an event, in turn over the same
 * batches; the least of five rounds each.
 */
import { decodeInline } from '../../src/intake/index.ts';
import { textOf } from '../../src/receive/index.ts';
import { loadText, machineLines } from '../machine.ts';
import { BATCH_EVENTS, BulkStream } from './stream.ts';

const BATCHES = 10;
const ROUNDS = 5;

for (const line of machineLines()) console.log(line);
const stream = new BulkStream();
const bodies = Array.from({ length: BATCHES }, (_, n) => stream.batch(n));
const decoders = decodeInline({
  logs: { carve: false, collectTemplates: false, runStartMs: Date.now() },
  texts: { runStartMs: Date.now(), tellUnread: true },
});
let position = 0;
const least = { packed: Number.POSITIVE_INFINITY, plain: Number.POSITIVE_INFINITY };
for (let round = 0; round < ROUNDS; round++) {
  for (const kind of ['plain', 'packed'] as const) least[kind] = Math.min(least[kind], await costOf(kind === 'packed'));
}
console.log(`reading   ${least.plain.toFixed(1)} us an event, with rows for the archive ${least.packed.toFixed(1)} us`);
console.log(`load      ${loadText()}`);

async function costOf(isArchived: boolean): Promise<number> {
  const before = process.cpuUsage();
  for (const body of bodies) {
    const batch = textOf('bulk', body);
    if (batch.kind === 'refused') throw new Error(batch.reason);
    const bytes = Buffer.concat(batch.text.pieces);
    const source = { file: 'batch' };
    position++;
    const items = batch.text.itemsOf(batch.framing.items, body);
    const archived = isArchived ? { archived: { position, sender: 's', trust: 'file' as const, ...items } } : {};
    await decoders.decodeText({ source, bytes, isLast: true, ...archived }, position);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (BATCHES * BATCH_EVENTS);
}
