import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';
import type { Stub } from './stub-server.ts';

const skip = NO_BROWSER;
const FIRST = 'inc0000000000000';
const THIRD = 'inc0000000000002';

async function streaming(stub: Stub): Promise<void> {
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 30));
}

test('G3 what becomes part of another one says of how many findings more, also where it was opened by its number', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const survivor = 'inc0000000000004';
  stub.altered.set(survivor, (document) => {
    const [finding] = document.findings;
    assert.ok(finding);
    const more = [1, 2, 3].map((at) => ({ ...finding, id: `${at}`.repeat(16) }));
    return { ...document, findings: [...document.findings, ...more] };
  });
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByRole('tabpanel').waitFor();
  await streaming(stub);
  stub.merged.set(FIRST, survivor);
  stub.send('incident', { id: FIRST, change: 'merged', version: 2, revision: 0 });
  await page.getByText('Now part of INC-5 (3 more findings).').waitFor();
  await page.waitForURL(new RegExp(survivor));
  // Who opens it later by its old name never saw it alone.
  const later = await signedIn(`/incidents/${FIRST}`, { context: page.context() });
  await later.getByText('Now part of INC-5.').waitFor();
  stub.altered.clear();
  const other = await signedIn('/incidents/INC-3', { context: page.context() });
  await other.waitForURL(new RegExp(THIRD));
  await other.getByRole('tabpanel').waitFor();
  stub.merged.set(THIRD, survivor);
  stub.send('incident', { id: THIRD, change: 'merged', version: 2, revision: 0 });
  await other.getByText('Now part of INC-5 (no more findings).').waitFor();
  assert.deepEqual(complaints, []);
});
