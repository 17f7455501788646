import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readRoot, root } from '../house/tree.ts';
import { temporaryFolder } from '../serve/running-server.ts';
import { startProcess } from '../serve/server-process.ts';

/** Instructions of the file, with continued lines joined. */
function instructions(): readonly (readonly [string, string])[] {
  return readRoot('deploy/Containerfile')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [word = '', ...rest] = line.trim().split(/\s+/);
      return [word, rest.join(' ')];
    });
}

function last(word: string): string | undefined {
  return instructions().findLast(([found]) => found === word)?.[1];
}

test('the image is of two stages, not root, with a volume, a health check and a clean end', () => {
  const stages = instructions().filter(([word]) => word === 'FROM');
  assert.equal(stages.length, 2);
  assert.ok(
    instructions().every(([word, rest]) => word !== 'FROM' || !/:latest\b|^[^:]*$/.test(rest)),
    'no latest',
  );
  assert.match(last('ARG') ?? '', /^NODE=24\.\d+\.\d+-/);
  assert.match(last('USER') ?? '', /^[1-9]\d*:[1-9]\d*$/);
  assert.equal(last('STOPSIGNAL'), 'SIGTERM');
  assert.equal(last('VOLUME'), '/var/lib/triad');
  for (const [word, rest] of instructions()) if (word === 'RUN') assert.doesNotMatch(rest, /\b(?:apt|npm|curl|wget)\b/);
  // What it names of the program is in the program.
  for (const [, path = ''] of readRoot('deploy/Containerfile').matchAll(/\/opt\/triad\/([\w./-]+\.js)/g)) {
    assert.ok(existsSync(join(root, path)), path);
  }
  const files = (JSON.parse(readRoot('package.json')) as { readonly files: readonly string[] }).files;
  assert.ok(files.includes('deploy'));
});

test('the service that is shown runs on a root that is read-only, without capabilities', () => {
  const { services } = parse(readRoot('deploy/compose.yaml')) as {
    readonly services: { readonly triad: Readonly<Record<string, unknown>> };
  };
  const { triad } = services;
  assert.equal(triad['read_only'], true);
  assert.deepEqual(triad['cap_drop'], ['ALL']);
  assert.deepEqual(triad['security_opt'], ['no-new-privileges:true']);
  assert.doesNotMatch(String(triad['image']), /latest/);
});

test('the health check says 0 of a server that takes batches, and 1 of one that is gone', async (context) => {
  const check = (folder: string): readonly [number | null, string] => {
    const env = { ...process.env, STATE_DIRECTORY: folder };
    const args = [join(root, 'deploy', 'healthcheck.js')];
    const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 20_000 });
    return [status, stdout];
  };
  // A process of its own: this one waits for the check.
  const folder = join(temporaryFolder(context), 'data');
  const server = await startProcess(folder);
  assert.deepEqual(check(folder), [0, 'ok\n']);
  assert.equal(await server.end('SIGTERM'), 0);
  assert.match(String(check(folder)), /^1,.*ECONNREFUSED/);
  assert.match(String(check(temporaryFolder(context))), /^1,.*ENOENT/);
});
