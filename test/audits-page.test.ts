import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AUDIT_ANOMALIES, AUDIT_FORMATS } from '../src/audits/index.ts';
import { auditsPage } from '../tools/audits-page.ts';

test('L29: docs/audits.md says what the table of formats says', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'audits.md'), 'utf8');
  assert.equal(page, auditsPage(), 'run node tools/audits-page.ts');
});

test('each format has one row, each loss is a sentence, each anomaly has a code of its own', () => {
  const formats = AUDIT_FORMATS.map(({ format }) => format);
  assert.equal(new Set(formats).size, formats.length);
  for (const { format, loses } of AUDIT_FORMATS) {
    assert.ok(loses.length > 0, format);
    for (const loss of loses) assert.match(loss, /^[A-Za-z].{10,}\.$/, format);
  }
  const codes = Object.values(AUDIT_ANOMALIES).map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length);
});
