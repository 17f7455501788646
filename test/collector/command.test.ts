import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRoot } from '../house/tree.ts';
import { triad } from '../hunt/run-triad.ts';

const SCRIPT = readRoot('collect/Collect-Triad.ps1');
const DOCUMENT = readRoot('docs/collector.md');

test('triad collect hands the script over byte for byte, tells its SHA-256, and overwrites only when told to', async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'triad-collect-'));
  t.after(() => rmSync(cwd, { recursive: true }));
  const told = `SHA-256 ${createHash('sha256').update(SCRIPT).digest('hex')}  Collect-Triad.ps1, checked by grammar, not run on Windows\n`;
  assert.deepEqual(await triad(['collect'], { cwd }), { code: 0, stdout: SCRIPT, stderr: told });
  const args = ['collect', '-o', 'Collect-Triad.ps1'];
  assert.deepEqual(await triad(args, { cwd }), { code: 0, stdout: '', stderr: told });
  assert.equal(readFileSync(join(cwd, 'Collect-Triad.ps1'), 'utf8'), SCRIPT);
  assert.equal((await triad(args, { cwd })).code, 2);
  assert.equal((await triad([...args, '--force'], { cwd })).code, 0);
  assert.equal((await triad(['collect', 'HOST'], { cwd })).code, 2);
});

test('L29 the document names every parameter and every section of the script', () => {
  const parameters = [...SCRIPT.slice(0, SCRIPT.indexOf('$ErrorActionPreference')).matchAll(/^\.PARAMETER (\w+)$/gm)];
  assert.deepEqual(
    parameters.map(([, name]) => name),
    ['OutputPath', 'Nonce', 'NamespaceTimeoutSec', 'TotalTimeoutSec', 'Sections'],
  );
  for (const [, name] of parameters) assert.ok(DOCUMENT.includes(`| \`-${name} `), name);
  const sections = [...(/^\$SectionNames = @\(([^)]*)\)/m.exec(SCRIPT)?.[1] ?? '').matchAll(/'(\w+)'/g)];
  assert.ok(sections.length > 20);
  for (const [, name] of sections) assert.ok(DOCUMENT.includes(`\`${name}\``), name);
});

test('L17 the document says that the script was not executed on Windows', () => {
  assert.match(DOCUMENT, /\*\*Executed on Windows: no\.\*\*/);
});
