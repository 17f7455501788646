import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Journal } from '../../journal/index.ts';
import { Log } from '../log.ts';
import type { PackedImage } from './detection-image.ts';
import type { ImageFiles } from './image-files.ts';
import { WindowImages, type WindowImagesParts } from './window-images.ts';

function images(
  context: TestContext,
  ask: WindowImagesParts['ask'],
  {
    begunWith = 0,
    nowMs = () => 0,
    freeBytes = 0,
    aside = () => [],
  }: Partial<Pick<WindowImagesParts, 'begunWith' | 'nowMs' | 'aside'>> & { readonly freeBytes?: number } = {},
) {
  context.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const lines: string[] = [];
  const written: number[] = [];
  const journal = {
    health: () => ({ space: { freeBytes, totalBytes: 1000 } }),
    async *read(position: number) {
      yield { position, payload: new Uint8Array(1) };
    },
  } as unknown as Journal;
  const files = { write: async ({ position }: PackedImage) => void written.push(position) } as unknown as ImageFiles;
  const kept = new WindowImages({
    ...{ files, journal, ask, nowMs, begunWith, archiveFree: 0.1 },
    log: new Log(
      (line) => lines.push(line),
      'info',
      () => 0,
    ),
    gaps: () => [],
    readBy: () => 1,
    judged: () => 0,
    aside,
  });
  return { kept, lines, written };
}

test('an end waits five seconds for detection, whatever was asked before', async (context) => {
  const { kept, written } = images(context, () => new Promise(() => undefined));
  void kept.keep();
  const ended = kept.end();
  context.mock.timers.tick(5000);
  await ended;
  assert.deepEqual(written, []);
});

test('an image that could not be made is told, and ends nothing', async (context) => {
  const { kept, lines } = images(context, () => Promise.reject(new Error('no memory')));
  await kept.keep();
  await kept.end();
  assert.ok(lines.some((line) => line.includes('no memory')));
});

test('of an idle server the image stays the newest: nothing is copied, and the journal keeps what it needs', async (context) => {
  let nowMs = 0;
  const asked: number[] = [];
  const ask = (keptTo: number): Promise<'kept'> => {
    asked.push(keptTo);
    return Promise.resolve('kept');
  };
  const { kept, written } = images(context, ask, { begunWith: 7, nowMs: () => nowMs });
  nowMs = 3_599_999;
  await kept.keep();
  nowMs = 3_600_001;
  assert.equal(kept.neededFrom, 7);
  nowMs = 7_200_000;
  assert.equal(kept.neededFrom, undefined);
  assert.deepEqual({ asked, written }, { asked: [7], written: [] });
});

test('an image leaves more of the disk free than the journal and the archive do', async (context) => {
  const image = { position: 3, head: new Uint8Array(10), rows: [] };
  for (const [freeBytes, isWritten] of [
    [130, false],
    [180, true],
  ] as const) {
    const { kept, written, lines } = images(context, () => Promise.resolve(image), { freeBytes });
    await kept.keep();
    assert.deepEqual(written, isWritten ? [3] : []);
    assert.equal(lines.length, isWritten ? 0 : 1);
    context.mock.timers.reset();
  }
});

test('an image without a batch that is judged since is not the newest: another of the same position is asked for', async (context) => {
  const aside = new Set([5, 9]);
  const asked: number[] = [];
  const ask = (keptTo: number): Promise<PackedImage> => {
    asked.push(keptTo);
    return Promise.resolve({ position: 7, head: new Uint8Array(1), rows: [] });
  };
  const { kept, written } = images(context, ask, { begunWith: 7, freeBytes: 900, aside: () => aside });
  aside.delete(9);
  await kept.keep();
  aside.delete(5);
  await kept.keep();
  await kept.keep();
  assert.deepEqual({ asked, written }, { asked: [7, -1, 7], written: [7, 7, 7] });
});
