import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const here = new URL('./', import.meta.url);
const texts = readdirSync(here, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name, here), 'utf8') }));

test('no operation changes or removes a row of the audit', () => {
  const changing =
    /\b(?:update\s+(?:or\s+\w+\s+)?|delete\s+from\s+|replace\s+into\s+|drop\s+table\s+(?:if\s+exists\s+)?)"?audit\b/i;
  assert.ok(changing.test('DELETE FROM audit WHERE seq = 1'));
  assert.deepEqual(
    texts.filter(({ text }) => changing.test(text)).map(({ name }) => name),
    [],
  );
  assert.ok(texts.some(({ text }) => text.includes('INSERT INTO audit')));
});

test('the history of an incident is added to, and goes with its incident alone', () => {
  const changing = /\b(?:update\s+(?:or\s+\w+\s+)?|delete\s+from\s+|replace\s+into\s+)incident_history\b/i;
  assert.deepEqual(
    texts.filter(({ text }) => changing.test(text)).map(({ name }) => name),
    ['incidents/incident-room.ts'],
  );
});
