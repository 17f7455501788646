import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

test('the colours are those of the system, of the switch where somebody pressed it, and of paper when it is printed', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const LIGHT = 'rgb(247, 247, 245)';
  const DARK = 'rgb(19, 21, 23)';
  for (const [colorScheme, first, second] of [
    ['light', LIGHT, DARK],
    ['dark', DARK, LIGHT],
  ] as const) {
    const page = await signedIn('/incidents', { colorScheme });
    await page.getByText('3 open').waitFor();
    const colour = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(await colour(), first);
    await page.keyboard.press('t');
    assert.equal(await colour(), second);
    assert.deepEqual(await axeProblems(page), []);
    await page.reload();
    await page.getByText('3 open').waitFor();
    assert.equal(await colour(), second);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await colour(), 'rgb(255, 255, 255)');
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

test('PRODUCT 11 who asks for more contrast gets lines, controls and small text that stand out more, light and dark', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await signedIn('/incidents/inc0000000000000', { colorScheme });
    await page.getByRole('tabpanel').waitFor();
    const contrasts = (): Promise<Readonly<Record<string, number>>> =>
      page.evaluate(() => {
        const probe = document.body.appendChild(document.createElement('i'));
        const light = (name: string): number => {
          probe.style.color = `var(${name})`;
          const parts =
            getComputedStyle(probe)
              .color.match(/[\d.]+/g)
              ?.slice(0, 3) ?? [];
          const [r = 0, g = 0, b = 0] = parts.map((part) => {
            const share = Number(part) / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        };
        const ground = light('--bg');
        const of = (name: string): number => Math.max(light(name), ground) / Math.min(light(name), ground);
        const told = { lines: of('--line'), controls: of('--ctl'), small: of('--ink-3') };
        probe.remove();
        return told;
      });
    const usual = await contrasts();
    await page.emulateMedia({ contrast: 'more' });
    const more = await contrasts();
    for (const part of ['lines', 'controls', 'small'])
      assert.ok((more[part] ?? 0) > (usual[part] ?? 0), `${colorScheme} ${part}`);
    assert.ok((more['small'] ?? 0) >= 7 && (more['controls'] ?? 0) >= 7, JSON.stringify(more));
    assert.deepEqual(await axeProblems(page), []);
    await page.close();
  }
  assert.deepEqual(complaints, []);
});
