import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { Incident } from '../../src/incidents/index.ts';
import {
  type HuntResult,
  renderCsv,
  renderErrors,
  renderHayabusaCsv,
  renderIncidentJson,
  renderIncidentMarkdown,
  renderIndexHtml,
  renderJson,
  renderJsonl,
  renderText,
  renderTimesketch,
} from '../../src/report/index.ts';
import { assertGolden } from './golden.ts';
import { INCIDENTS, LOCAL_INCIDENT, POSSIBLE_INCIDENT, WORST } from './sample-incidents.ts';
import { RESULT } from './sample-result.ts';

function whole(parts: Iterable<string>): string {
  return [...parts].join('');
}

function saying(incidents: readonly Incident[], more: Partial<HuntResult> = {}): HuntResult {
  return { ...INCIDENTS, ...more, incidents };
}

test('the outputs of a result with incidents are the golden ones', () => {
  const paths = ['evidence/'];
  assertGolden('incidents.golden.txt', whole(renderText(INCIDENTS, { paths })));
  assertGolden('incidents-ascii.golden.txt', whole(renderText(INCIDENTS, { paths, ascii: true })));
  assertGolden('incidents.golden.json', whole(renderJson(INCIDENTS)));
  assertGolden('incidents.golden.jsonl', whole(renderJsonl(INCIDENTS)));
  assertGolden('incidents.golden.csv', whole(renderCsv(INCIDENTS)));
  assertGolden('incidents-timesketch.golden.jsonl', whole(renderTimesketch(INCIDENTS)));
  assertGolden('incidents-hayabusa.golden.csv', whole(renderHayabusaCsv(INCIDENTS)));
  assertGolden('incident.golden.md', renderIncidentMarkdown(INCIDENTS, WORST, []));
  assertGolden('incident.golden.json', whole(renderIncidentJson(INCIDENTS, WORST)));
  assertGolden('errors.golden.jsonl', whole(renderErrors(INCIDENTS)));
  assert.match(whole(renderText(INCIDENTS, { ascii: true })), /^[\u0000-\u007e]*$/);
});

test('text with incidents keeps to 100 columns, but for a command to paste', () => {
  for (const ascii of [false, true]) {
    const lines = whole(renderText(INCIDENTS, { ascii, all: true })).split('\n');
    assert.deepEqual(
      lines.filter((line) => line.length > 100 && !line.trimStart().startsWith('triad ')),
      [],
    );
  }
});

test('JSONL names every kind in its order', () => {
  const kinds = whole(renderJsonl(INCIDENTS))
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly kind: string }).kind);
  assert.deepEqual(
    [...new Set(kinds)],
    'header record subscription hop finding incident gap anomaly thirdParty summary run'.split(' '),
  );
});

test('C17 a hop line is the edge of its incident, once, in order of time', () => {
  const hops = whole(renderJsonl(saying([POSSIBLE_INCIDENT, WORST, WORST])))
    .split('\n')
    .filter((line) => line.startsWith('{"kind":"hop"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    hops.map(({ kind: _kind, schema: _schema, ...hop }) => hop),
    JSON.parse(JSON.stringify([...WORST.edges, ...POSSIBLE_INCIDENT.edges])),
  );
});

test('the digest of findings covers hops and incidents', () => {
  const digest = (result: HuntResult): string => /"findingsDigest":"(\w+)"/.exec(whole(renderJsonl(result)))?.[1] ?? '';
  const other = digest(saying([{ ...WORST, score: 99 }]));
  assert.notEqual(digest(saying([WORST])), other);
  assert.equal(digest(saying([{ ...WORST, score: 99 }])), other);
});

test('the text leads with the worst incident, lower ones are a line each, then what belongs to none', () => {
  const text = whole(renderText(INCIDENTS, { all: true }));
  const order = [
    `■ CRITICAL  ${WORST.id}`,
    'SUBSCRIPTIONS of no incident',
    'ALSO ',
    POSSIBLE_INCIDENT.id,
    LOCAL_INCIDENT.id,
    'TAMPER ',
    'BLIND ',
    'NEXT ',
  ].map((part) => text.indexOf(part));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.ok(order.every((at) => at >= 0));
});

test('a critical or high incident has a card; the worst has one whatever its level; an informational one none', () => {
  const cards = (incidents: readonly Incident[]): string[] =>
    [...whole(renderText(saying(incidents))).matchAll(/^. [A-Z]+ {2}(inc[a-z2-7]{13}) +score/gm)].map(
      (match) => match[1] ?? '',
    );
  const high: Incident = { ...POSSIBLE_INCIDENT, level: 'high' };
  assert.deepEqual(cards([LOCAL_INCIDENT, WORST, high]), [WORST.id, high.id]);
  assert.deepEqual(cards([LOCAL_INCIDENT, POSSIBLE_INCIDENT]), [POSSIBLE_INCIDENT.id]);
  assert.deepEqual(cards([{ ...LOCAL_INCIDENT, level: 'informational' }]), []);
});

test('each card says where its arithmetic stands', () => {
  const text = whole(renderText(INCIDENTS));
  assert.ok(text.includes(`why       triad explain ${WORST.id} has the sum of its score`));
});

test('C23 incidents above low are counted by scope, wmi first, and lower ones apart', () => {
  const low: Incident = { ...LOCAL_INCIDENT, id: 'incfffffffffffff', level: 'low', findings: [] };
  const text = whole(renderText(saying([LOCAL_INCIDENT, WORST, POSSIBLE_INCIDENT, low]))).replaceAll('\n', ' ');
  assert.match(
    text,
    /3 incidents above low \(1 critical, 2 medium\); by scope: wmi 2 \(1 critical, 1 high\), tamper 1 \(1 medium\); 1 at low or below\./,
  );
});

test('a hop that is observed has a solid arrow, one that is only possible a dashed one, and rivals are listed', () => {
  const text = whole(renderText(saying([WORST, { ...POSSIBLE_INCIDENT, level: 'high' }])));
  assert.match(text, /WS-07 {2}10\.20\.4\.17 {2}── {2}WMI over DCOM, as CORP\\svc-deploy {2}0\.91 {2}──▶ {2}SRV-02/);
  assert.match(text, /one of 2 sources {2}╌╌ {2}WMI or other RPC, as CORP\\svc-deploy {2}0\.39 {2}╌╌▷ {2}DC-01/);
  assert.match(text, /candidates: SRV-02 \(strong\), 10\.20\.4\.99 \(strong\)/);
});

test('L4 C4 the clocks of two hosts are told with their error, and no time is changed by them', () => {
  const text = whole(renderText(INCIDENTS));
  assert.match(text, /SRV-02 is 0\.21 s ahead of WS-07, ± 0\.01 s by 5 connections/);
  const [hop] = WORST.edges;
  assert.ok(hop !== undefined && hop.clock !== undefined);
  const turned = { ...hop, clock: { ...hop.clock, offsetMs: -90_000 } };
  const late = whole(renderText(saying([{ ...WORST, edges: [turned] }])));
  assert.match(late, /WS-07 is 90 s ahead of SRV-02/);
  const times = (shown: string): string[] => shown.match(/^ {2}\d\d:\d\d:\d\d\.\d{3}/gm) ?? [];
  assert.deepEqual(times(late), times(text));
});

test('C17 a hop under 0.30 is in the JSON and not in the text', () => {
  const [hop] = WORST.edges;
  assert.ok(hop !== undefined);
  const result = saying([{ ...WORST, edges: [{ ...hop, confidence: 0.29 }] }]);
  assert.ok(!whole(renderText(result)).includes('──▶'));
  assert.ok(whole(renderJson(result)).includes('"confidence":0.29'));
});

test('the next commands name what the result really holds, and the file that was written', () => {
  const commands = (shown: string): string[] =>
    shown.slice(shown.indexOf('\nNEXT')).match(/triad (?:explain|graph|runbook) .*?(?= {2}|$)/gm) ?? [];
  assert.deepEqual(commands(whole(renderText(INCIDENTS, { paths: ['evidence/'] }))), [
    `triad explain ${WORST.id} evidence/`,
    `triad graph evidence/ --incident ${WORST.id}`,
  ]);
  const options = { paths: ['evidence/'], resultFile: 'out dir/findings.jsonl' };
  assert.deepEqual(commands(whole(renderText(saying([LOCAL_INCIDENT]), options))), [
    `triad explain ${LOCAL_INCIDENT.id} "out dir/findings.jsonl"`,
  ]);
  assert.deepEqual(commands(whole(renderText(RESULT, { paths: ['evidence/'] }))), []);
});

test('rows of the timeline name incident, source, target and confidence; records of the source have rows', () => {
  const rows = parse(whole(renderCsv(INCIDENTS)), { columns: true }) as Record<string, string>[];
  const ends = rows.map((row) => [
    row['record_id'],
    row['incident'],
    row['source_host'],
    row['target_host'],
    row['confidence'],
  ]);
  assert.deepEqual(
    ends.find(([record]) => record === '448120'),
    ['448120', WORST.id, 'ws-07.corp.example', 'srv-02.corp.example', '0.91'],
  );
  assert.deepEqual(
    ends.find(([record, incident]) => record === '448134' && incident !== WORST.id),
    ['448134', LOCAL_INCIDENT.id, '', 'ws-07.corp.example', ''],
  );
  const hop = rows.find((row) => row['record_id'] === '448134' && row['incident'] === WORST.id);
  assert.equal(hop?.['summary'], '10.20.4.17 port 50410 of the logon is the source of a connection of powershell.exe');
  assert.ok(rows.every((row) => row['incident'] !== '' || row['finding'] === RESULT.subscriptions[0]?.id));
});

test('the index lists incidents worst first, each with the page that reports it', () => {
  const page = whole(
    renderIndexHtml(INCIDENTS, [
      { incident: WORST, file: 'incident-report-1.html' },
      { incident: { ...LOCAL_INCIDENT, title: '<img src=x onerror=alert(1)>' } },
    ]),
  );
  assert.ok(page.includes('<a href="incident-report-1.html">'));
  assert.ok(!page.includes('<img') && page.includes('&lt;img src=x'));
  assert.equal(page.split('<h1').length, 2);
});

test('an incident whose members the options left out is told without them', () => {
  const alone = saying([WORST], { findings: [], subscriptions: [], records: [] });
  assert.ok(whole(renderText(alone)).includes(WORST.id));
  assert.ok(renderIncidentMarkdown(alone, WORST, []).includes(WORST.id));
});

test('what was written is named for who opens it: the index first, pages as a range', () => {
  const pages = Array.from({ length: 17 }, (_unused, n) => `out/incident-report-${n + 1}.html`);
  const wrote = [...pages, 'out/index.html', 'out/findings.jsonl', 'out/timeline.csv', 'out/manifest.json'];
  const text = [...renderText(INCIDENTS, { wrote, resultFile: 'out/findings.jsonl' })].join('');
  assert.match(
    text.replaceAll(/\s+/g, ' '),
    /WROTE out\/index\.html out\/findings\.jsonl out\/manifest\.json out\/incident-report-1\.html to 17 \(17 pages, worst first\) out\/timeline\.csv /,
  );
});

test('gaps of several hosts keep their number beside a long name', () => {
  const [gap] = INCIDENTS.gaps;
  assert.ok(gap !== undefined);
  const gaps = ['citadel-dc-primary-01.corp.example', 'b.corp.example', 'c.corp.example'].map((host, n) => ({
    ...gap,
    id: `gap${n}`,
    host,
    what: 'no System log',
  }));
  const text = [...renderText({ ...INCIDENTS, gaps })].join('');
  assert.match(text, /CITADEL-DC-PRI… \+2 +no System log/);
});
