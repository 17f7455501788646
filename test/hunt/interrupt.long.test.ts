import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { seedCase, writeBulkLog } from '../../testkit/index.ts';
import { folderWith, triad } from './run-triad.ts';

/** Large enough that reading takes a second and more, on any machine. */
const BYTES = 700 * 1024 * 1024;

let folder = '';
before(() => {
  folder = folderWith({ after: (fn) => process.on('exit', fn) }, seedCase().files);
  writeBulkLog(join(folder, 'zz-bulk.evtx'), { bytes: BYTES });
});

const noProc = existsSync('/proc/self/fd') ? false : 'there is no /proc here to see when reading has begun';

test('A28 Ctrl-C stops reading, finishes the joins and writes what was found, marked partial: exit 130', {
  skip: noProc,
}, async () => {
  const { code, stdout, stderr } = await triad(['hunt', folder, '--format', 'json', '--jobs', '1', '--no-progress'], {
    killWhenOpen: join(folder, 'zz-bulk.evtx'),
    signal: 'SIGINT',
  });
  assert.equal(code, 130, stderr);
  const result = JSON.parse(stdout) as {
    run: { status: string; exit: number; records: number };
    subscriptions: unknown[];
  };
  assert.equal(result.run.status, 'partial');
  assert.equal(result.run.exit, 130);
  assert.ok(result.run.records > 0);
});

test('A28 SIGTERM ends the same way with 143', { skip: noProc }, async () => {
  const { code, stdout } = await triad(['hunt', folder, '--format', 'jsonl', '--jobs', '1', '-q'], {
    killWhenOpen: join(folder, 'zz-bulk.evtx'),
    signal: 'SIGTERM',
  });
  assert.equal(code, 143);
  const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { kind: string; status: string };
  assert.deepEqual([last.kind, last.status], ['run', 'partial']);
});

test('L7 one, two and three threads give the same bytes', async () => {
  const runs = [];
  for (const jobs of ['1', '2', '3']) {
    const { stdout } = await triad(['hunt', folder, '--format', 'json', '--jobs', jobs, '-q', '--fail-level', 'never']);
    runs.push(stdout.replace(/^"run":.*$/m, ''));
  }
  assert.ok((runs[0]?.length ?? 0) > 10_000);
  assert.equal(runs[1], runs[0]);
  assert.equal(runs[2], runs[0]);
});
