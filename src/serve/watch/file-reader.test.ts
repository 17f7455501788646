import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FileReader, type FileReading } from './file-reader.ts';

const CHILDREN = `/proc/${process.pid}/task/${process.pid}/children`;
// Only Linux lists the children of a process there, and the reader tells nobody which process it has.
const skip = existsSync(CHILDREN) ? false : 'the system does not list children of a process';

interface Reading {
  readonly events: number[];
  read(name: string, onPiece?: () => Promise<void>): Promise<FileReading | undefined>;
}

/** A reader of a folder with files of so many events. */
function reading(context: TestContext, files: Readonly<Record<string, number>>): Reading {
  const folder = mkdtempSync(join(tmpdir(), 'triad-reader-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const [name, count] of Object.entries(files)) writeFileSync(join(folder, name), lines(count));
  const reader = new FileReader([folder]);
  context.after(() => reader.close());
  const events: number[] = [];
  const read: Reading['read'] = (name, onPiece) =>
    reader.read({ path: join(folder, name), key: name, mark: undefined, isWhole: true }, async (piece) => {
      events.push(piece.events);
      await onPiece?.();
      return true;
    });
  return { events, read };
}

function lines(count: number): string {
  const line = (id: number): string =>
    JSON.stringify({
      '@timestamp': '2026-01-01T00:00:00.000Z',
      winlog: { channel: 'System', event_id: '1', provider_name: 'x', computer_name: 'WS-07', record_id: id + 1 },
    });
  return Array.from({ length: count }, (_, id) => `${line(id)}\n`).join('');
}

async function killReader(): Promise<void> {
  const [pid = ''] = readFileSync(CHILDREN, 'utf8').trim().split(' ');
  process.kill(Number(pid), 'SIGKILL');
  const endMs = performance.now() + 10_000;
  while (readFileSync(CHILDREN, 'utf8').split(' ').includes(pid)) {
    assert.ok(performance.now() < endMs, 'not in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('L21 a reader that is killed between two files is begun again: the next file is read', {
  skip,
}, async (context) => {
  const { events, read } = reading(context, { 'a.jsonl': 3, 'b.jsonl': 4 });
  assert.equal((await read('a.jsonl'))?.kind, 'end');
  await killReader();
  assert.equal((await read('b.jsonl'))?.kind, 'end');
  assert.deepEqual(events, [3, 4]);
  assert.equal((await read('gone.jsonl'))?.kind, 'trouble', 'a file that is gone does not end it');
});

test('L21 a reader that is killed between two pieces costs that file, and is not waited for', {
  skip,
}, async (context) => {
  const { events, read } = reading(context, { 'a.jsonl': 30_000, 'b.jsonl': 4 });
  const broken = await read('a.jsonl', killReader);
  assert.equal(broken?.kind, 'died');
  assert.equal(events.length, 1);
  assert.equal((await read('b.jsonl'))?.kind, 'end');
  assert.equal(events.at(-1), 4);
});
