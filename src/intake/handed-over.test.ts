import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MemoryFiles, writeZip } from '../../testkit/archives/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { findInputs, readInput } from './index.ts';

test('the size of a log is right when its units are handed to another thread while it is read', async () => {
  const log = seedCase().files.find(([path]) => path.endsWith('Security.evtx'))?.[1] ?? new Uint8Array();
  const large = Buffer.concat([log, Buffer.alloc(9 * 1024 * 1024)]);
  const port = new MemoryFiles({
    'small.evtx': log,
    'large.evtx': large,
    'small.evtx.gz': gzipSync(log),
    'both.zip': writeZip([
      { name: 'a/small.evtx', bytes: log },
      { name: 'large.evtx', bytes: large, isStored: true },
    ]),
  });
  const sizes: number[] = [];
  for (const input of (await findInputs(['small.evtx', 'large.evtx', 'small.evtx.gz', 'both.zip'], port)).inputs) {
    for await (const step of readInput(input, port, { hash: false, ownBuffers: true })) {
      if (step.kind === 'unit') structuredClone(step.unit.bytes, { transfer: [step.unit.bytes.buffer as ArrayBuffer] });
      if (step.kind === 'logEnd') sizes.push(step.bytes);
    }
  }
  assert.deepEqual(
    sizes.sort((a, b) => a - b),
    [log.length, log.length, log.length, large.length, large.length],
  );
});
