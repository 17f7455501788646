import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeInThreads, type UnitDecoders } from './decoder-pool.ts';

const OPTIONS = {
  logs: { carve: false, collectTemplates: false, runStartMs: 0 },
  texts: { runStartMs: 0, tellUnread: true },
} as const;

function block(bytes: Uint8Array): Parameters<UnitDecoders['decodeText']>[0] {
  return { source: { file: 'a' }, bytes, isLast: true };
}

test('what is given to a thread that has ended is refused at once: it would wait for an answer for ever', async (context) => {
  const decoders = decodeInThreads(OPTIONS, 1);
  context.after(() => decoders.close());
  // No bytes where bytes are due: what a bug in a reader would look like.
  const bytes = { buffer: new ArrayBuffer(1), byteOffset: 0, byteLength: 5, length: 5 } as unknown as Uint8Array;
  await assert.rejects(decoders.decodeText(block(bytes), 1), RangeError);
  // Its end is told twice, by its error and by its exit; who comes behind both is told nothing.
  await pause(500);
  await assert.rejects(decoders.decodeText(block(Uint8Array.from(Buffer.from('{"a":1}'))), 2), RangeError);
});
