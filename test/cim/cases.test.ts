import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CIM_CASES, PAGE_BYTES } from '../../testkit/cim/index.ts';
import { assertTruth, openFiles } from './read-repository.ts';

/** A case may take so long on a shared machine; a healthy one takes some tens of milliseconds. */
const MOST_MS = 4000;

for (const { number, name, build } of CIM_CASES) {
  test(`CIM 11, ${number}: ${name}`, () => {
    const { files, truth } = build();
    const start = performance.now();
    assertTruth(openFiles(files), truth);
    const took = performance.now() - start;
    assert.ok(took < MOST_MS, `${took.toFixed(0)} ms`);
  });
}

test('CIM 11: every number from 6 to 62 that a written repository can show has a case', () => {
  const elsewhere = new Set([8, 12]);
  const numbers = new Set(CIM_CASES.map(({ number }) => number));
  const missing = Array.from({ length: 57 }, (_, i) => i + 6).filter((n) => !numbers.has(n) && !elsewhere.has(n));
  assert.deepEqual(missing, []);
});

test('L27 a reader that takes child 0 for none would be caught, and so would one wrong value', () => {
  const { files, truth } = buildOf('page 0 is a leaf since Vista');
  assertTruth(openFiles(files), truth);
  const [first, ...rest] = truth.live;
  assert.ok(first !== undefined);
  const altered = { ...first, values: { ...first.values, CreatorSID: Uint8Array.of(1) } };
  assert.throws(() => assertTruth(openFiles(files), { ...truth, live: [altered, ...rest] }), /every live instance/);
  // What such a reader sees is a tree in which nothing leads to page 0.
  const index = files.get('INDEX.BTR') ?? new Uint8Array(0);
  for (let page = 0; page < index.length; page += PAGE_BYTES) {
    const view = new DataView(index.buffer, index.byteOffset + page, PAGE_BYTES);
    const keys = view.getUint32(0, true) === 0xaccc ? view.getUint32(16, true) : -1;
    for (let child = 0; child <= keys; child++) {
      const at = 20 + 4 * keys + 4 * child;
      if (view.getUint32(at, true) === 0) view.setUint32(at, 0xffffffff, true);
    }
  }
  assert.throws(() => assertTruth(openFiles(files), truth));
});

function buildOf(name: string): ReturnType<(typeof CIM_CASES)[number]['build']> {
  const found = CIM_CASES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found.build();
}
