import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { browseDemo, openIncident, press, rowsShown, said } from './demo-kit.ts';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';

const skip = NO_BROWSER;

test('PRODUCT 9.4 the path of an incident is saved as a picture that needs nothing else', { skip }, async (t) => {
  const browsing = await browseDemo(t);
  const page = await browsing.signIn('alice', '/incidents');
  await rowsShown(page, 2);
  await openIncident(page, 1);
  const [file] = await Promise.all([page.waitForEvent('download'), press(page, 'Save picture')]);
  await said(page, 'The picture of INC-1 is saved.');
  assert.equal(file.suggestedFilename(), 'INC-1.svg');
  const text = readFileSync((await file.path()) ?? '', 'utf8');
  const hosts = await page.locator('.hop .hn').allTextContents();
  const read = await page.evaluate((svg) => {
    const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    const texts = [...root.querySelectorAll('text')].map(({ textContent }) => textContent);
    const active = root.querySelectorAll('script, style, foreignObject, image, a').length;
    return { name: root.tagName, of: root.namespaceURI, texts, active };
  }, text);
  assert.deepEqual([read.name, read.of, read.active], ['svg', 'http://www.w3.org/2000/svg', 0]);
  assert.ok(hosts.length > 1);
  for (const host of hosts) assert.ok(read.texts.includes(host), `${host} among ${read.texts.join(', ')}`);
  // In a viewer without the page: as large as it says, with ink on it.
  const context = await browsing.browser.newContext();
  const viewer = await context.newPage();
  await viewer.setContent(`<img src="data:image/svg+xml;base64,${Buffer.from(text).toString('base64')}">`);
  const size = await viewer.locator('img').evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
  });
  const [, width, height] = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(text) ?? [];
  assert.deepEqual(size, [Number(width), Number(height)]);
  assert.ok(Number(width) > 300 && Number(height) > 50);
  await context.close();
  assert.deepEqual(browsing.complaints, []);
});

test('of an incident without calls the page says that it has no picture, and asks for none', { skip }, async (t) => {
  const { complaints, signedIn } = await tryPage(t);
  const page = await signedIn('/search');
  await page.route('**/v1/incidents/inc0000000000000', async (route) => {
    const response = await route.fetch();
    const document = await response.json();
    await route.fulfill({ response, json: { ...document, incident: { ...document.incident, edges: [] } } });
  });
  await page.goto(new URL('/incidents/inc0000000000000', page.url()).href);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('button', { name: 'Save picture' }).click();
  await page.getByText(/^INC-\d+ has no picture: no call between hosts is known\.$/).waitFor();
  assert.deepEqual(
    asked.filter((url) => url.endsWith('/picture')),
    [],
  );
  assert.deepEqual(complaints, []);
});
