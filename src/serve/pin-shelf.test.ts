import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { NewPin, Pin } from '../pins/index.ts';
import { PinShelf } from './pin-shelf.ts';

const PIN: NewPin = {
  ...{ kind: 'subscription', print: 'a'.repeat(64), hosts: ['*'], owner: 'al', reason: 'our own agent' },
  ...{ created: '2026-01-01', review: '2027-01-01' },
};

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'triad-pins-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('a pin that is made while a reload is under way is not undone by it', async (context) => {
  const path = folder(context);
  const told: (readonly Pin[])[] = [];
  const shelf = new PinShelf({ path, pins: [], onChange: (pins) => told.push(pins) });
  let keep: () => void = () => undefined;
  const isKept = new Promise<void>((resolve) => {
    keep = resolve;
  });
  const added = shelf.add(PIN, async () => {
    await isKept;
    return undefined;
  });
  const reloaded = shelf.reload(path);
  keep();
  const outcome = await added;
  assert.equal(outcome.kind, 'pin', JSON.stringify(outcome));
  assert.equal(await reloaded, undefined);
  assert.equal(shelf.pins.length, 1);
  assert.equal(told.at(-1)?.length, 1);
});

test('a reload goes over to other files, and what is not sound there leaves all as it was', async (context) => {
  const [path, other] = [folder(context), folder(context)];
  const shelf = new PinShelf({ path, pins: [], onChange: () => undefined });
  await shelf.add(PIN, () => Promise.resolve(undefined));
  writeFileSync(join(other, 'pins.yaml'), 'pins: [1]\n');
  assert.match((await shelf.reload(other)) ?? '', /not sound/);
  assert.equal(shelf.pins.length, 1);
  writeFileSync(join(other, 'pins.yaml'), 'version: 1\npins: []\n');
  assert.equal(await shelf.reload(other), undefined);
  assert.equal(shelf.pins.length, 0);
});
