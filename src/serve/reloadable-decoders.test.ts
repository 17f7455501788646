import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReloadableDecoders } from './reloadable-decoders.ts';

const OPTIONS = {
  logs: { carve: false, collectTemplates: false, runStartMs: 0 },
  texts: { runStartMs: 0, tellUnread: true },
} as const;

function block(text: string): Parameters<ReloadableDecoders['decodeText']>[0] {
  return { source: { file: 'batch:1' }, bytes: Uint8Array.from(Buffer.from(text)), isLast: true };
}

test('a batch that ends its thread fails alone: the next is read by a new thread with packers of its own', async (context) => {
  const decoders = new ReloadableDecoders(OPTIONS, 1);
  context.after(() => decoders.close());
  const before = await decoders.decodeText(block('{"a":1}\n'), 1);
  // No bytes where bytes are due: what a bug in a reader would look like.
  const bytes = { buffer: new ArrayBuffer(1), byteOffset: 0, byteLength: 5, length: 5 } as unknown as Uint8Array;
  const poison = { ...block('x'), bytes };
  await assert.rejects(decoders.decodeText(poison, 2));
  const after = await decoders.decodeText(block('{"a":1}\n'), 3);
  assert.equal(after.answer.unread?.length, 1);
  assert.notEqual(after.packer, before.packer);
});

test('threads that are begun anew answer what the old ones were given, each with its packer', async (context) => {
  const decoders = new ReloadableDecoders(OPTIONS, 1);
  context.after(() => decoders.close());
  const first = decoders.decodeText(block('{"a":1}\n'), 1);
  decoders.replace(OPTIONS);
  const second = decoders.decodeText(block('{"a":1}\n'), 2);
  assert.notEqual((await first).packer, (await second).packer);
});
