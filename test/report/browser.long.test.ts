import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { type HuntResult, type RecordLine, renderHtml, renderIncidentHtml } from '../../src/report/index.ts';
import {
  MM_PER_INCH,
  NO_CHROMIUM,
  PAPER_MM,
  type Page,
  type PageView,
  type Paper,
  pageBench,
  pdfPages,
} from './browser.ts';
import { resultSaying } from './hostile-result.ts';
import { INCIDENT_RESULT, SAMPLE_INCIDENT } from './sample-incident.ts';
import { INCIDENT_RECORDS } from './sample-incident-records.ts';

/** The pages in headless Chromium, with axe-core as judge: readable for everyone, on every width, on paper, with many records. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const options = { skip: NO_CHROMIUM };
const WIDE: PageView = { width: 1440, height: 900 };
const { address, at } = pageBench();
const incidentPage = (): string => address('incident', renderIncidentHtml(INCIDENT_RESULT, SAMPLE_INCIDENT));
const huntPage = (): string => address('hunt', renderHtml(INCIDENT_RESULT));

test(
  'axe-core finds nothing to object to, light and dark, all records open, at 1440 and 320 pixels',
  options,
  async () => {
    for (const url of [incidentPage(), huntPage()]) {
      for (const view of [WIDE, { ...WIDE, dark: true }, { width: 320, height: 700 }]) {
        await at(url, view, async (page) => {
          await page.evaluate(
            "document.querySelectorAll('details').forEach(d=>d.open=true);dispatchEvent(new Event('resize'))",
          );
          await page.evaluate('new Promise(done=>setTimeout(done,300))');
          await page.evaluate(AXE);
          const found = await page.evaluate(
            "axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>r.violations.map(v=>v.id+': '+v.nodes.slice(0,3).map(n=>n.html.slice(0,160)).join(' | ')))",
          );
          assert.deepEqual(found, [], `${url} ${JSON.stringify(view)}`);
        });
      }
    }
  },
);

test('L27 axe-core does object where a name is missing', options, async () => {
  await at(huntPage(), WIDE, async (page) => {
    await page.evaluate("document.querySelector('#bt').textContent=''");
    await page.evaluate(AXE);
    assert.deepEqual(await page.evaluate('axe.run().then(r=>r.violations.map(v=>v.id))'), ['button-name']);
  });
});

test(
  'no sideways scroll at 320, 640, 900, 1160 and 1440 pixels, records open or closed, hostile text too',
  options,
  async () => {
    const hostile = resultSaying('W'.repeat(400));
    const [incident] = hostile.incidents;
    assert.ok(incident !== undefined);
    for (const url of [incidentPage(), huntPage(), address('wide', renderIncidentHtml(hostile, incident))]) {
      await at(url, WIDE, async (page) => {
        for (const width of [320, 640, 900, 1160, 1440]) {
          await page.show({ width, height: 900 });
          for (const open of [false, true]) {
            await page.evaluate(`document.querySelectorAll('details').forEach(d=>d.open=${open})`);
            assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${url}, open: ${open}`);
          }
        }
      });
    }
  },
);

test(
  'on A4 and on Letter, as it is chosen, sixteen records take at most twelve pages, and the first holds sentence, facts and path',
  options,
  async () => {
    const records = INCIDENT_RECORDS.slice(0, 16);
    const [, ...others] = [...INCIDENT_RESULT.findings].reverse();
    const kept = others.map(({ id }) => id);
    const result: HuntResult = { ...INCIDENT_RESULT, records, findings: others };
    const incident = { ...SAMPLE_INCIDENT, findings: kept };
    await at(address('sixteen', renderIncidentHtml(result, incident)), { ...WIDE, dark: true }, async (page) => {
      for (const paper of ['A4', 'Letter'] as const) {
        const [widthMm, heightMm] = PAPER_MM[paper];
        const pdf = await page.print(paper);
        assert.ok(pdfPages(pdf) <= 12, `${pdfPages(pdf)} pages of ${paper}`);
        const [width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf.toString('latin1'))?.slice(1) ?? [];
        const points = [widthMm, heightMm].map((mm) => (mm / MM_PER_INCH) * 72);
        assert.ok(Math.abs(Number(width) - (points[0] ?? 0)) < 2, `${paper} is ${width} wide`);
        assert.ok(Math.abs(Number(height) - (points[1] ?? 0)) < 2, `${paper} is ${height} high`);
        await holdsPathOnFirst(page, paper);
      }
      assert.equal(await page.evaluate('getComputedStyle(document.body).color'), 'rgb(17, 17, 17)');
      assert.equal(await page.evaluate("getComputedStyle(document.querySelector('.bar')).display"), 'none');
    });
    // All that the sample tells, too.
    await at(incidentPage(), WIDE, async (page) => {
      for (const paper of ['A4', 'Letter'] as const) await holdsPathOnFirst(page, paper);
    });
  },
);

/** The path ends on the first sheet, which is as wide and high as the margins of the style sheet leave it, at 96 to the inch. */
async function holdsPathOnFirst(page: Page, paper: Paper): Promise<void> {
  const [width, height] = PAPER_MM[paper];
  await page.show({ width: Math.floor(((width - 26) / MM_PER_INCH) * 96), height: 1000, media: 'print' });
  const bottom = await page.evaluate(
    "Math.max(...[...document.querySelectorAll('#hop .host')].map(e=>e.getBoundingClientRect().bottom+scrollY))",
  );
  assert.ok(
    typeof bottom === 'number' && bottom > 300 && bottom <= ((height - 30) / MM_PER_INCH) * 96,
    `path ends at ${bottom} of ${paper}`,
  );
}

/** The sample with this many more records that its dossier cites. */
function crowded(n: number): HuntResult {
  const [dossier] = INCIDENT_RESULT.subscriptions;
  const template = INCIDENT_RECORDS[11];
  assert.ok(dossier !== undefined && template !== undefined);
  const records = Array.from({ length: n }, (_unused, index): RecordLine => {
    const time = new Date(Date.UTC(2026, 2, 12, 10, 10) + index * 25).toISOString().replace('Z', '0000Z');
    return { ...template, id: `x${String(index).padStart(15, '0')}`, time, timeRaw: time, recordId: 500_000 + index };
  });
  const evidence = records.map(({ id, channel, eventId }) => ({
    file: 'evidence/SRV-02.zip',
    channel,
    eventId,
    record: id,
  }));
  return {
    ...INCIDENT_RESULT,
    subscriptions: [{ ...dossier, evidence: [...dossier.evidence, ...evidence] }],
    records: [...INCIDENT_RECORDS, ...records],
  };
}

test(
  'a page of ten thousand records opens within twice the time of plain paragraphs of its size, and a key answers at once',
  options,
  async (t) => {
    const text = [...renderIncidentHtml(crowded(9_983), SAMPLE_INCIDENT)].join('');
    // The bare limit: what the browser needs to read as many bytes at all (L26).
    const plain = `<!doctype html><title>x</title>${'<p>'.padEnd(200, 'x ').repeat(Math.round(text.length / 200))}`;
    const times: number[] = [];
    await at(address('plain', [plain]), WIDE, async (page) => {
      times.push(Number(await page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")));
    });
    await at(address('crowded', [text]), WIDE, async (page) => {
      times.push(Number(await page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")));
      const key = await page.evaluate(
        "(()=>{const t=performance.now();document.dispatchEvent(new KeyboardEvent('keydown',{key:'j'}));document.activeElement.getBoundingClientRect();return performance.now()-t})()",
      );
      const paint = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime");
      const [bare = 0, ready = 0] = times;
      t.diagnostic(
        `${text.length} bytes: plain ${Math.round(bare)} ms, page ${Math.round(ready)} ms, first paint ${Math.round(Number(paint))} ms, a key ${Math.round(Number(key))} ms`,
      );
      assert.equal(await page.evaluate("document.querySelectorAll('.ev').length"), 10_000);
      assert.ok(ready < 2 * bare, `${ready} ms against ${bare} ms`);
      assert.ok(Number(paint) < ready / 2 && Number(key) < ready / 4, `paint ${paint} ms, key ${key} ms`);
    });
  },
);
