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

test('what is read alone has a thread of its own each time: it takes nothing with it, and packers are never the same', async (context) => {
  const decoders = new ReloadableDecoders(OPTIONS, 1);
  context.after(() => decoders.close());
  const { packers: before } = decoders;
  const bytes = { buffer: new ArrayBuffer(1), byteOffset: 0, byteLength: 5, length: 5 } as unknown as Uint8Array;
  const tried = await Promise.allSettled([
    decoders.alone.decodeText(block('{"a":1}\n'), 1),
    decoders.alone.decodeText({ ...block('x'), bytes }, 2),
    decoders.alone.decodeText(block('{"a":1}\n'), 3),
    decoders.decodeText(block('{"a":1}\n'), 4),
  ]);
  assert.deepEqual(
    tried.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
  const packers = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value.packer] : []));
  assert.equal(new Set(packers).size, 3);
  assert.equal(decoders.packers, before + 6);
});

test('a text that waits to be read alone when the decoders are closed is not read', async () => {
  const decoders = new ReloadableDecoders(OPTIONS, 1);
  const asked = [1, 2].map((n) => decoders.alone.decodeText(block('{"a":1}\n'), n));
  await decoders.close();
  const tried = await Promise.allSettled(asked);
  assert.equal(tried[1]?.status, 'rejected');
});
