import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Incident, Link } from '../../src/incidents/index.ts';
import { axisParts, positionOf, ticksOf } from '../../src/report/drawing/axis.ts';
import { hopBlocks, hopPicture } from '../../src/report/drawing/hop-picture.ts';
import { arithmetic, linkLetter } from '../../src/report/drawing/sure.ts';
import { type HuntResult, type RecordLine, renderHtml, renderIncidentHtml } from '../../src/report/index.ts';
import { recordWords } from '../../src/report/record-words.ts';
import { assertGolden } from './golden.ts';
import { resultSaying } from './hostile-result.ts';
import { INCIDENT_RESULT, SAMPLE_INCIDENT, SAMPLE_LINKS } from './sample-incident.ts';
import { INCIDENT_RECORDS } from './sample-incident-records.ts';

function pageOf(result: HuntResult = INCIDENT_RESULT, incident: Incident = SAMPLE_INCIDENT): string {
  return [...renderIncidentHtml(result, incident)].join('');
}

const PAGE = pageOf();

function all(pattern: RegExp, page: string = PAGE): string[] {
  return [...page.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

test('the page of an incident is the golden one', () => {
  assertGolden('incident.golden.html', PAGE);
});

test('PRODUCT 10 the parts stand in the order drawn', () => {
  assert.deepEqual(all(/<(?:section|footer) id="([a-z]+)"/g), [
    'hop',
    'time',
    'conf',
    'why',
    'ev',
    'gaps',
    'next',
    'custody',
  ]);
  const top = PAGE.slice(
    PAGE.indexOf('<header class="top">'),
    PAGE.indexOf('</header>', PAGE.indexOf('<header class="top">')),
  );
  for (const [before, after] of [
    ['class="eyebrow"', '<h1>'],
    ['<h1>', 'class="lede"'],
    ['class="lede"', 'class="facts"'],
  ] as const) {
    assert.ok(top.indexOf(before) < top.indexOf(after), `${before} before ${after}`);
  }
  assert.equal(all(/<dt>/g, top).length, 8);
  assert.ok(top.includes('Thursday 12 March 2026, all times UTC'));
});

test('one h1, a main landmark, a named navigation; headings never skip a level', () => {
  for (const tag of [/<h1>/g, /<main /g, /<nav aria-label="Sections">/g, /<footer /g]) assert.equal(all(tag).length, 1);
  const levels = all(/<h([1-6])>/g).map(Number);
  for (const [index, level] of levels.entries()) assert.ok(level - (levels[index - 1] ?? 0) <= 1, `heading ${index}`);
});

test('every link leads to a place on the page, and every place has one name, on the page of the hunt too', () => {
  for (const page of [PAGE, [...renderHtml(INCIDENT_RESULT)].join('')]) {
    const ids = all(/ id="([^"]+)"/g, page);
    assert.equal(new Set(ids).size, ids.length);
    for (const target of all(/ href="#([^"]+)"/g, page)) assert.ok(ids.includes(target), target);
  }
});

test('every cited record opens in place, whole, under its number', () => {
  for (const [index, record] of INCIDENT_RECORDS.entries()) {
    const row = new RegExp(`<div class="rec" id="e${index + 1}">[\\s\\S]*?</details>`).exec(PAGE)?.[0] ?? '';
    for (const name of ['Computer', 'EventRecordID', ...Object.keys(record.system), ...Object.keys(record.data)]) {
      assert.ok(row.includes(`<dt>${name}</dt>`), `${name} of record ${index + 1}`);
    }
  }
});

test('L7 two runs over the same evidence differ in the lines of the run only', () => {
  const later = { ...INCIDENT_RESULT.run, start: '2027-01-01T00:00:00.0000000Z', end: '2027-01-01T00:00:09.0000000Z' };
  const ours = PAGE.split('\n');
  const theirs = pageOf({ ...INCIDENT_RESULT, run: later }).split('\n');
  assert.equal(theirs.length, ours.length);
  const different = ours.filter((line, index) => line !== theirs[index]);
  assert.equal(different.length, 2);
  assert.ok(different.every((line) => line.includes('id="run')));
});

test('L12 the arithmetic of each link is printed and gives its confidence', () => {
  const told = SAMPLE_LINKS.map((link) => arithmetic(link).text);
  assert.deepEqual(told, [
    '1 − 0.05 × 0.30 × 0.30, capped',
    '1 − 0.30 × 0.30',
    '1 − 0.05 × 0.05, capped',
    '1 − 0.05 × 0.65',
    '1 − 0.05',
    '1 − 0.05',
    '(1 − 0.65 × 0.85) × 0.8',
    '1 − 0.85',
  ]);
  for (const text of told) assert.ok(PAGE.includes(text), text);
});

test('C18 joins that fail together are printed as counted once', () => {
  const [a] = SAMPLE_LINKS;
  assert.ok(a !== undefined);
  const together: Link = { ...a, confidence: 0.985 };
  const { text, counted } = arithmetic(together);
  assert.equal(text, '1 − 0.05 × 0.30');
  assert.equal(counted.size, 2);
  const page = pageOf(INCIDENT_RESULT, { ...SAMPLE_INCIDENT, links: [together] });
  assert.equal(all(/stands with a join above, not counted again/g, page).length, 1);
});

test('the sum of the incident is printed with its members, and held within 0 and 100', () => {
  for (const { code, text } of SAMPLE_INCIDENT.terms) {
    assert.ok(PAGE.includes(`<th scope="row" class="code">${code}</th>`), code);
    assert.ok(PAGE.includes(text.split(':', 1)[0] ?? ''), text);
  }
  assert.ok(PAGE.includes('161.85 held within 0 and 100'));
});

test('C17 a hop under 0.30 is in the table and not in the picture', () => {
  const edges = SAMPLE_INCIDENT.edges.map((hop) => (hop.observed ? hop : { ...hop, confidence: 0.29 }));
  const page = pageOf(INCIDENT_RESULT, { ...SAMPLE_INCIDENT, edges });
  assert.ok(PAGE.includes('<div class="edge poss">') && PAGE.includes('A step on to'));
  assert.ok(!page.includes('<div class="edge poss">') && !page.includes('A step on to'));
  assert.ok(page.includes('0.29 listed only'));
});

test('L9 sources that cannot be told apart are listed in a dashed box, and none is named', () => {
  const [hop] = SAMPLE_INCIDENT.edges;
  assert.ok(hop !== undefined);
  const candidates = ['ws-01.corp.example', 'ws-02.corp.example'].map((host) => ({ host, strength: 'weak' as const }));
  const torn = { ...hop, source: {}, candidates, observed: false, confidence: 0.35 };
  const page = pageOf(INCIDENT_RESULT, { ...SAMPLE_INCIDENT, edges: [torn] });
  assert.match(page, /<div class="host poss"><p class="hn">One of 2 sources<\/p>[\s\S]*?WS-01, WS-02/);
  assert.ok(page.includes('came from is not known'));
});

test('many hops of one source, account and method are one arrow with their number', () => {
  const [hop] = SAMPLE_INCIDENT.edges;
  assert.ok(hop !== undefined);
  const hops = Array.from({ length: 40 }, (_unused, index) => ({ ...hop, id: `hop${index}` }));
  const { edges, hosts } = hopPicture(hops, (host) => host);
  assert.deepEqual(
    edges.map(({ count, isSolid }) => ({ count, isSolid })),
    [{ count: 40, isSolid: true }],
  );
  assert.deepEqual(
    hosts.map(({ key, isSource, isTarget }) => ({ key, isSource, isTarget })),
    [
      { key: 'ws-07.corp.example', isSource: true, isTarget: false },
      { key: 'srv-02.corp.example', isSource: false, isTarget: true },
    ],
  );
});

test('a host that only one arrow reaches stands at the end of the block before, if it has little to say', () => {
  const picture = hopPicture(SAMPLE_INCIDENT.edges, (host) => host);
  const blocks = hopBlocks(picture, ({ key }) => key.startsWith('srv'));
  assert.deepEqual(
    blocks.map(({ target, into, onward }) => [target.key, into.length, onward.map(({ to }) => to)]),
    [['srv-02.corp.example', 1, ['dc-01.corp.example']]],
  );
  assert.equal(hopBlocks(picture, () => true).length, 2);
});

test('the axis is cut where nothing happened, at most four times, and every time keeps its order', () => {
  const times = [0, 10_000, 10_500, 11_000, 1_100_000, 1_106_000, 1_180_000];
  const parts = axisParts(times);
  assert.deepEqual(
    parts.map(({ from, to }) => [from, to]),
    [
      [0, 0],
      [10_000, 11_000],
      [1_100_000, 1_100_000],
      [1_106_000, 1_106_000],
      [1_180_000, 1_180_000],
    ],
  );
  const at = times.map((time) => positionOf(time, parts));
  assert.deepEqual(
    at,
    [...at].sort((a, b) => a - b),
  );
  assert.ok(at.every((x) => x > 0 && x < 100));
  assert.equal(axisParts([5, 5]).length, 1);
  assert.deepEqual(ticksOf({ from: 0, to: 0, left: 0, width: 50 }), []);
  assert.deepEqual(
    ticksOf({ from: 0, to: 10_000, left: 0, width: 60 }).map(({ label }) => label),
    [':02', ':04', ':06', ':08', ':10'],
  );
});

test('links are named A to Z, then AA', () => {
  assert.deepEqual([0, 25, 26, 27, 701, 702].map(linkLetter), ['A', 'Z', 'AA', 'AB', 'ZZ', 'AAA']);
});

test('what a record says is a sentence of its own fields', () => {
  assert.deepEqual(
    INCIDENT_RECORDS.map((record) => recordWords(record).long),
    [
      'WINWORD.EXE starts powershell.exe as CORP\\alice',
      'CORP\\alice presents the credentials of svc-deploy for SRV-02.corp.example',
      'A service ticket for SRV-02$ is given to svc-deploy@CORP.EXAMPLE at 10.20.4.17',
      'powershell.exe: 10.20.4.17:50410 to 10.20.1.32:135',
      'powershell.exe: 10.20.4.17:50412 to 10.20.1.32:49668',
      'CORP\\svc-deploy signs in over the network from 10.20.4.17:50412',
      "Filter 'UpdSvcSync' is created by CORP\\svc-deploy",
      "Consumer 'UpdSvcSync' is created by CORP\\svc-deploy",
      "The binding of filter 'UpdSvcSync' to consumer 'UpdSvcSync' is created by CORP\\svc-deploy",
      'WMI holds \'UpdSvcSync\' live, bound to CommandLineEventConsumer="UpdSvcSync"',
      'CORP\\alice signs in by Remote Desktop from 10.20.4.17',
      'WmiPrvSE.exe starts powershell.exe as NT AUTHORITY\\SYSTEM',
      'powershell.exe: 10.20.1.32:51877 to 203.0.113.24:443',
      'powershell.exe opens lsass.exe with access 0x1410',
      'CORP\\svc-deploy signs in over the network from 10.20.1.32:51903',
      'WmiPrvSE.exe starts cmd.exe as CORP\\svc-deploy',
      'The log is cleared by NT AUTHORITY\\SYSTEM',
    ],
  );
});

test('next steps stand in the order of the runbook, with scripts that copy exactly', () => {
  const steps = all(/<p class="ph">([^<]+)<\/p>/g);
  assert.deepEqual(steps, ['Preserve', 'Contain', 'Remove', 'Verify', 'Scope', 'Learn']);
  const script = all(/<div class="cmd"><pre[^>]*>([\s\S]*?)<\/pre>/g).map((markup) =>
    markup
      .replace(/<[^>]+>/g, '')
      .replaceAll('&#x27;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  );
  assert.deepEqual(
    script,
    SAMPLE_INCIDENT.next.flatMap(({ command }) => command ?? []),
  );
});

test('L20 a script with a character that cannot be seen is written out and cannot be copied', () => {
  const step = { id: 'a', phase: 'remove', text: 'x', command: "Remove-Item 'a\u202eb'", shell: 'powershell' } as const;
  const page = pageOf(INCIDENT_RESULT, { ...SAMPLE_INCIDENT, next: [step] });
  assert.ok(page.includes('a\\u{202e}b') && page.includes('do it by hand'));
  assert.ok(!page.includes('class="btn cp"'));
});

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style></pre></svg><script>alert(1)</script>',
  '</title><svg onload=alert(1)>',
  '<!-- -->',
  'javascript:alert(1)',
  'a-b\u202e-c\u0000\ud800\u2028 http://evil.example/x-y',
];

/** Tags of the page, attribute values emptied: what a parser would see. */
function skeleton(page: string): string {
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '<style>').replace(/<script>[\s\S]*?<\/script>/, '<script>');
  const tags = (body.match(/<[^<>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""').replace(/\s+/g, ' '));
  return [...new Set(tags)]
    .filter((tag) => !/^<\/?(?:wbr|button|pre|br|a|p|li|text)\b/.test(tag))
    .sort()
    .join('\n');
}

test('L20 no text of an incident becomes a tag, an attribute or an address of the page', () => {
  const pages = (text: string): string[] => {
    const result = resultSaying(text);
    return [...result.incidents.map((incident) => pageOf(result, incident)), [...renderHtml(result)].join('')];
  };
  const known = pages('harmless-text').map(skeleton);
  for (const attack of ATTACKS) {
    for (const [index, page] of pages(attack).entries()) {
      assert.equal(skeleton(page), known[index], attack);
      assert.doesNotMatch(page, /\b(?:https?|ftps?):\/\//i);
      assert.doesNotMatch(page, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]|\p{Cs}/u);
      for (const tag of page.replace(/<script>[\s\S]*<\/script>/, '').match(/<[a-z][^<>]*>/g) ?? []) {
        const bare = tag.replace(/"[^"]*"/g, '""');
        assert.doesNotMatch(bare, /\s(?:style|src|srcset|action|formaction|on[a-z]+)=/i, tag);
      }
      assert.equal(page.split('<script').length, 2);
    }
  }
});

test('L20 a text of 1 MB in every place makes a page that is bounded', () => {
  const result = resultSaying('A-b c'.repeat(200_000));
  const [incident] = result.incidents;
  assert.ok(incident !== undefined);
  // A sentence or a cell has it up to 4 KiB, a payload and a value of a record up to 64 KiB.
  const size = Buffer.byteLength(pageOf(result, incident));
  assert.ok(size < 20_000_000, `${size} bytes`);
});

test('the hashes of the content security policy are those of the style and script on the page', () => {
  const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(PAGE)?.[1];
  const style = /<style>([\s\S]*?)<\/style>/.exec(PAGE)?.[1];
  const script = /<script>([\s\S]*?)<\/script>/.exec(PAGE)?.[1];
  assert.equal(
    policy,
    `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; form-action 'none'`,
  );
});

/** The sample with this many more records, all cited by its dossier. */
export function crowded(n: number): HuntResult {
  const [dossier] = INCIDENT_RESULT.subscriptions;
  const template = INCIDENT_RECORDS[11];
  assert.ok(dossier !== undefined && template !== undefined);
  const records = Array.from({ length: n }, (_unused, index): RecordLine => {
    const time = new Date(Date.UTC(2026, 2, 12, 10, 10) + index * 25).toISOString().replace('Z', '0000Z');
    return { ...template, id: `x${String(index).padStart(15, '0')}`, time, timeRaw: time, recordId: 500_000 + index };
  });
  const evidence = records.map(({ id, time, channel, eventId }) => ({
    file: 'evidence/SRV-02.zip',
    channel,
    eventId,
    record: id,
    ...(time === undefined ? {} : { time }),
  }));
  return {
    ...INCIDENT_RESULT,
    subscriptions: [{ ...dossier, evidence: [...dossier.evidence, ...evidence] }],
    records: [...INCIDENT_RECORDS, ...records],
  };
}

test('PRODUCT 10 five hundred records take at most 2 MB', () => {
  const page = pageOf(crowded(483));
  assert.equal(all(/<details class="ev"/g, page).length, 500);
  const size = Buffer.byteLength(page);
  assert.ok(size <= 2_000_000, `${size} bytes`);
});

test('a page of more records than it holds keeps those that the incident rests on and says how many are left', () => {
  const page = [...renderIncidentHtml(crowded(200), SAMPLE_INCIDENT, { maxRecords: 100 })].join('');
  assert.equal(all(/<details class="ev"/g, page).length, 100);
  assert.ok(page.includes('117 more cited records in the JSONL result'));
});

test('PRODUCT 9.4 of thirty targets eight are drawn, sixteen more open in place, and the table has all', () => {
  const [edge] = SAMPLE_INCIDENT.edges;
  assert.ok(edge);
  const names = Array.from({ length: 30 }, (_, at) => `srv-${at + 10}.corp.example`);
  const edges = names.map((host, at) => ({
    ...edge,
    id: `edge${String(at).padStart(12, '0')}`,
    target: { ...edge.target, host, address: `10.20.2.${at + 10}` },
  }));
  const incident = { ...SAMPLE_INCIDENT, hosts: [...SAMPLE_INCIDENT.hosts, ...names], edges };
  const page = pageOf(INCIDENT_RESULT, incident);
  const at = page.indexOf('<summary>22 other targets</summary>');
  assert.ok(at > 0);
  const end = page.indexOf('</details>', page.indexOf('6 more targets in the table', at));
  const blocks = (text: string): number => all(/class="host target/g, text).length;
  const hop = page.slice(
    page.indexOf('<section id="hop"'),
    page.indexOf('</section>', page.indexOf('<section id="hop"')),
  );
  // Two hosts of subscriptions that no arrow reaches stand below those that are drawn.
  assert.deepEqual([blocks(hop.slice(0, hop.indexOf('<summary>22'))), blocks(page.slice(at, end))], [8 + 2, 16]);
  for (const host of names) assert.match(hop, new RegExp(host.replace(/\..*/, ''), 'i'));
});
