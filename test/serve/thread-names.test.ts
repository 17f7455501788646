import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from './running-server.ts';
import { startProcess } from './server-process.ts';

// Reason: only Linux shows the names of threads as files.
const skip = existsSync('/proc/self/task') ? false : 'no names of threads in /proc';

test('the threads of a server carry the names that the documents give', { skip }, async (context) => {
  const parent = mkdtempSync(join(tmpdir(), 'triad-threads-'));
  context.after(() => rmSync(parent, { recursive: true }));
  const server = await startProcess(join(parent, 'data'));
  context.after(() => server.end('SIGKILL'));
  const tasks = `/proc/${server.pid}/task`;
  const wanted = ['MainThread', 'archive-search', 'archive-write', 'decoder', 'detection', 'state'];
  await until(() => {
    const names = new Set(readdirSync(tasks).map((task) => nameOf(`${tasks}/${task}/comm`)));
    return wanted.every((name) => names.has(name));
  }, 'the threads');
  assert.equal(await server.end('SIGTERM'), 0);
});

/** A thread may end between the listing and the look. */
function nameOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
