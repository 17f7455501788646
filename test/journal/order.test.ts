import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const REASON = hasStrace ? false : 'strace is not on this machine';

test('L24 the system sees write, fdatasync and then the acknowledgement, for each batch', { skip: REASON }, (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'triad-order-'));
  try {
    const trace = join(parent, 'trace');
    const calls = 'trace=openat,write,pwrite64,fdatasync,fsync';
    const task = join(import.meta.dirname, 'order-task.ts');
    const args = ['-f', '-y', '-s', '64', '-e', calls, '-o', trace, process.execPath, task, join(parent, 'journal')];
    const done = spawnSync('strace', args, { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
    const steps = stepsOf(readFileSync(trace, 'utf8'));
    t.diagnostic(steps.join(' '));
    const made = ['write', 'fsync', 'fsync-folder'];
    const each = ['write', 'fdatasync', 'acknowledged'];
    assert.deepEqual(steps, [...made, ...each, ...each, ...each, 'write', 'fdatasync']);
  } finally {
    rmSync(parent, { recursive: true });
  }
});

/** What was done to the segment, its folder and the answer, in the order in which each call ended; behind the folder's own making. */
function stepsOf(trace: string): readonly string[] {
  const steps: string[] = [];
  const begun = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [thread = ''] = line.split(' ');
    const resumed = /<\.\.\. (\w+) resumed>/.test(line);
    const whole = resumed ? (begun.get(thread) ?? '') : line;
    if (line.endsWith('<unfinished ...>')) {
      begun.set(thread, line);
      continue;
    }
    const step = stepOf(whole);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

function stepOf(line: string): string | undefined {
  if (/ write\(1[<,].*"acknowledged \d+/.test(line)) return 'acknowledged';
  if (/ p?write(?:64)?\(\d+<[^>]*\/seg-\d+\.log>/.test(line)) return 'write';
  if (/ fdatasync\(\d+<[^>]*\/seg-\d+\.log>/.test(line)) return 'fdatasync';
  if (/ fsync\(\d+<[^>]*\/seg-\d+\.log>/.test(line)) return 'fsync';
  return / fsync\(\d+<[^>]*\/journal>/.test(line) ? 'fsync-folder' : undefined;
}
