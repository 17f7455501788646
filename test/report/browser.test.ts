import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderHtml, renderIncidentHtml } from '../../src/report/index.ts';
import { NO_CHROMIUM, type PageView, pageBench } from './browser.ts';
import { resultSaying } from './hostile-result.ts';
import { INCIDENT_RESULT, SAMPLE_INCIDENT } from './sample-incident.ts';
import { INCIDENT_RECORDS } from './sample-incident-records.ts';

/** The pages in headless Chromium: what they do. How they look is in the long test. */

const options = { skip: NO_CHROMIUM };
const WIDE: PageView = { width: 1440, height: 900 };
const { address, at } = pageBench();
const incidentPage = (): string => address('incident', renderIncidentHtml(INCIDENT_RESULT, SAMPLE_INCIDENT));
const huntPage = (): string => address('hunt', renderHtml(INCIDENT_RESULT));

test(
  'no error, nothing stopped by the policy, no request: the incident, the hunt, and hostile text everywhere',
  options,
  async () => {
    const attack =
      '"><img src=http://a.example/x onerror=alert(1)><script>alert(1)</script>\u202e\u0000\ud800 javascript:x-y';
    const hostile = resultSaying(attack);
    const [incident] = hostile.incidents;
    assert.ok(incident !== undefined);
    for (const url of [
      incidentPage(),
      huntPage(),
      address('hostile', renderIncidentHtml(hostile, incident)),
      address('hostile-hunt', renderHtml(hostile)),
    ]) {
      await at(url, WIDE, async (page) => {
        await page.evaluate("document.querySelectorAll('details').forEach(d=>d.open=true)");
        assert.deepEqual(page.complaints, { errors: [], requests: [] }, url);
        assert.equal(await page.evaluate("document.querySelectorAll('img,iframe,script:not(:last-child)').length"), 0);
      });
    }
  },
);

test('L27 the browser does report an error and a request where a page makes one', options, async () => {
  const page = [...renderHtml(INCIDENT_RESULT)]
    .join('')
    .replace('</main>', '<img src="http://a.example/x" onerror="x()"></main>');
  await at(address('planted', [page]), WIDE, async ({ complaints }) => {
    assert.ok(complaints.errors.length > 0);
  });
});

test('j, k, Enter, e, t and / work, Escape leaves the filter, and the keys can be turned off', options, async () => {
  await at(incidentPage(), WIDE, async (page) => {
    const row = "[...document.querySelectorAll('.ev')].indexOf(document.activeElement.parentNode)";
    const open = "document.querySelectorAll('.ev[open]').length";
    await page.key('j');
    await page.key('j');
    await page.key('j');
    await page.key('k');
    assert.equal(await page.evaluate(row), 1);
    await page.key('Enter');
    assert.equal(await page.evaluate("document.querySelectorAll('.ev')[1].open"), true);
    await page.key('e');
    assert.equal(await page.evaluate(open), INCIDENT_RECORDS.length);
    await page.key('e');
    assert.equal(await page.evaluate(open), 0);
    await page.key('t');
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark');
    await page.key('t');
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'light');
    await page.key('/');
    assert.equal(await page.evaluate('document.activeElement.id'), 'f');
    for (const letter of 'lsass') await page.key(letter);
    await page.evaluate('new Promise(done=>setTimeout(done,50))');
    assert.equal(await page.evaluate("document.querySelector('#live').textContent"), '1 of 17 records');
    await page.evaluate("document.querySelector('#bk').click();document.activeElement.blur()");
    await page.key('t');
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), 'light');
  });
});

test('a link to a record opens it, whole and in sight, with scripts and without', options, async () => {
  for (const noScripts of [false, true]) {
    await at(`${incidentPage()}#e9`, { ...WIDE, noScripts }, async (page) => {
      // What looks is not the page's script: it is let run.
      await page.send('Emulation.setScriptExecutionDisabled', { value: false });
      await page.evaluate('new Promise(done=>setTimeout(done,100))');
      const open = await page.evaluate("[...document.querySelectorAll('.ev')].flatMap((e,i)=>e.open?[i+1]:[])");
      assert.deepEqual(open, [9]);
      const top = await page.evaluate("document.querySelectorAll('.ev')[8].getBoundingClientRect().top");
      assert.ok(typeof top === 'number' && top >= 44 && top < 800, `row at ${top}, scripts off: ${noScripts}`);
    });
  }
});

test('without scripts all is there, and nothing that needs one', options, async () => {
  await at(incidentPage(), { ...WIDE, noScripts: true }, async (page) => {
    await page.send('Emulation.setScriptExecutionDisabled', { value: false });
    const shown = await page.evaluate(
      "[...document.querySelectorAll('button,input[type=search]')].filter(e=>e.checkVisibility()).length",
    );
    assert.equal(shown, 0);
    assert.equal(await page.evaluate("document.querySelectorAll('.ev').length"), INCIDENT_RECORDS.length);
  });
});

test(
  'PRODUCT 9.4 a long script is folded at forty lines with its bytes, unfolds whole, and on paper stands as on screen',
  options,
  async () => {
    const script = `${'y'.repeat(63)}\n`.repeat(1024);
    const [dossier, ...others] = INCIDENT_RESULT.subscriptions;
    assert.ok(dossier !== undefined);
    const long = { ...dossier, consumer: { ...dossier.consumer, payload: script, decoded: [] } };
    const result = { ...INCIDENT_RESULT, subscriptions: [long, ...others] };
    const box = "document.querySelector('.fold>pre')";
    const lines = `Math.floor((${box}.clientHeight-parseFloat(getComputedStyle(${box}).paddingTop))/parseFloat(getComputedStyle(${box}).lineHeight))`;
    const words = "document.querySelector('.fold summary').innerText";
    const folded = '1,024 lines, 65,536 bytes, folded at 40 lines';
    await at(address('long', renderIncidentHtml(result, SAMPLE_INCIDENT)), WIDE, async (page) => {
      await page.evaluate("document.querySelectorAll('.dos').forEach(d=>d.open=true)");
      assert.deepEqual([await page.evaluate(words), await page.evaluate(lines)], [folded, 40]);
      assert.equal(await page.evaluate(`${box}.hasAttribute('tabindex')`), false, 'it does not scroll');
      const onPaper = async (): Promise<readonly unknown[]> => {
        await page.show({ ...WIDE, media: 'print' });
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        const told = [await page.evaluate(words), await page.evaluate(lines)];
        await page.evaluate("dispatchEvent(new Event('afterprint'))");
        await page.show(WIDE);
        return told;
      };
      assert.deepEqual(await onPaper(), [folded, 40]);
      await page.evaluate("document.querySelector('.fold summary').focus()");
      await page.key('Enter');
      assert.deepEqual([await page.evaluate(words), await page.evaluate(lines)], ['1,024 lines, 65,536 bytes', 1024]);
      assert.deepEqual(await onPaper(), ['1,024 lines, 65,536 bytes', 1024]);
      assert.deepEqual(page.complaints.errors, []);
    });
  },
);

test('a copied command is exact', options, async () => {
  await at(incidentPage(), WIDE, async (page) => {
    const commands = await page.evaluate("[...document.querySelectorAll('.cmd pre')].map(e=>e.textContent)");
    assert.deepEqual(
      commands,
      SAMPLE_INCIDENT.next.flatMap(({ command }) => (command === undefined ? [] : [command])),
    );
  });
});

test('forced colours keep marks and words', options, async () => {
  await at(incidentPage(), { ...WIDE, forcedColors: true }, async (page) => {
    const mark = await page.evaluate("getComputedStyle(document.querySelector('.sev.critical'),'::before').content");
    assert.equal(mark, '"■ "'.replace(' ', '\u00a0'));
    const same = await page.evaluate(
      "(()=>{const c=document.querySelector('.mk.critical rect,.mk.critical circle'),t=document.querySelector('.mk.critical text');return getComputedStyle(c).fill===getComputedStyle(t).fill})()",
    );
    assert.equal(same, false);
  });
});
