import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesOf, readRoot, root } from '../house/tree.ts';

const LABELS = join(root, '..', 'shared', 'corpus', 'dev', 'labels.jsonl');

interface Label {
  readonly path: string;
  readonly sha256: string;
  readonly class?: string;
  readonly hosts?: readonly string[];
}

/** What would give a tuned program away: names and hashes of files, names of hosts. */
function marksOf(label: Label): readonly string[] {
  const stem = (label.path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
  const hosts = (label.hosts ?? []).flatMap((host) => [host, host.split('.')[0] ?? '']);
  // A sample of a shape is named after the tool that writes it, and the product must name that tool.
  const names = label.class === 'shape' ? [] : [stem];
  return [...names, label.sha256.slice(0, 16), ...hosts]
    .map((mark) => mark.toLowerCase())
    .filter((mark) => mark.length >= 6 && !/^[\d.]+$/.test(mark));
}

function marksIn(text: string, marks: ReadonlySet<string>): readonly string[] {
  const folded = text.toLowerCase();
  return [...marks].filter((mark) => folded.includes(mark));
}

test('L26 nothing in the product names a file, a hash or a host of the corpus', (t) => {
  if (!existsSync(LABELS)) return t.skip('the corpus is not beside this checkout');
  const rows = readFileSync(LABELS, 'utf8').trim().split('\n');
  const marks = new Set(rows.flatMap((row) => marksOf(JSON.parse(row) as Label)));
  assert.ok(marks.size > 100);
  const product = filesOf('src/**/*.ts').filter((path) => !path.endsWith('.test.ts'));
  const found = product.flatMap((path) => marksIn(readRoot(path), marks).map((mark) => `${path} names ${mark}`));
  assert.deepEqual(found, []);
});

test('a mark of the corpus is found where it is planted', () => {
  const label = {
    path: 'dev/sample_attack.evtx',
    sha256: 'ab'.repeat(32),
    hosts: ['PC-77.corp.example', 'DC1', '10.0.0.10'],
  };
  const marks = new Set(marksOf(label));
  assert.deepEqual([...marks], ['sample_attack', 'abababababababab', 'pc-77.corp.example']);
  assert.deepEqual(marksIn("if (host === 'PC-77.Corp.Example') return true;", marks), ['pc-77.corp.example']);
  assert.deepEqual(marksIn('const sampleAttack = 1;', marks), []);
});
