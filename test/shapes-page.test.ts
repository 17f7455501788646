import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CATALOGUE } from '../src/analytics/index.ts';
import { ALL_FIELDS, SHAPES } from '../src/shapes/index.ts';
import { shapesPage } from '../tools/shapes-page.ts';

test('L29: docs/shapes.md says what the table of shapes says', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'shapes.md'), 'utf8');
  assert.equal(page, shapesPage(), 'run node tools/shapes-page.ts');
});

test('a loss has a code of its own in its shape, and blinds only analytics that there are', () => {
  const known = new Set<string>(CATALOGUE.map((record) => record.id));
  for (const { id, losses } of SHAPES) {
    const codes = losses.map(({ code }) => code);
    assert.equal(new Set(codes).size, codes.length, id);
    for (const { code, blinds } of losses) {
      assert.deepEqual(
        blinds.filter((analytic) => !known.has(analytic)),
        [],
        `${id} ${code}`,
      );
    }
  }
});

test('what blinds every analytic that reads fields is all of the catalogue but what is about files and copies', () => {
  const aboutFiles = new Set(['T03', 'T13', 'T14']);
  const ofRecords = CATALOGUE.filter(
    ({ id, needs }) =>
      !aboutFiles.has(id) && !needs.some(({ kind, role }) => kind === 'objects at rest' && role === 'required'),
  );
  assert.deepEqual(
    ALL_FIELDS,
    ofRecords.map(({ id }) => id),
  );
});
