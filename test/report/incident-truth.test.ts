import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Incident } from '../../src/incidents/index.ts';
import { eventIdOf, laneOf, sourcesOf } from '../../src/report/channel-names.ts';
import type { Case } from '../../src/report/drawing/case.ts';
import { codeBlock } from '../../src/report/drawing/code-block.ts';
import { writeOut } from '../../src/report/drawing/drawn.ts';
import { hopPicture, sureWords } from '../../src/report/drawing/hop-picture.ts';
import { aroundWords } from '../../src/report/drawing/path.ts';
import { triad } from '../../src/report/drawing/triad.ts';
import { hostLabels, labelsOfHops, namedText } from '../../src/report/host-label.ts';
import { type HuntResult, type RecordLine, renderIncidentHtml } from '../../src/report/index.ts';
import { recordWords } from '../../src/report/record-words.ts';
import type { Dossier } from '../../src/subscriptions/index.ts';
import { INCIDENT_RESULT, SAMPLE_INCIDENT, SAMPLE_LINKS } from './sample-incident.ts';
import { INCIDENT_RECORDS } from './sample-incident-records.ts';

/** What the page of an incident must not say, because it is not so. */

function pageOf(result: HuntResult = INCIDENT_RESULT, incident: Incident = SAMPLE_INCIDENT): string {
  return [...renderIncidentHtml(result, incident)].join('');
}

function all(pattern: RegExp, page: string): string[] {
  return [...page.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

test('PRODUCT 8.1 a link cannot be the weakest that the headline needs and be no part of it', () => {
  const words = (confidence: number): string => {
    const page = pageOf(INCIDENT_RESULT, { ...SAMPLE_INCIDENT, confidence });
    return /The headline is as sure as[^\n]*<\/p>/.exec(page)?.[0].replace(/<[^>]+>/g, '') ?? '';
  };
  const least = Math.min(...SAMPLE_LINKS.map((link) => link.confidence));
  assert.match(words(least), /: 0\.\d\d, which is only possible\.$/);
  assert.match(words(0.91), /: 0\.91\. .+ (?:is|are) less sure and (?:is|are) no part of it\.$/);
  for (const { confidence } of SAMPLE_LINKS) {
    const [, named, others = ''] = /it needs(?:, ([A-Z]+))?:.*?\.\d\d[^.]*\.(.*)$/.exec(words(confidence)) ?? [];
    assert.ok(named === undefined || !/[A-Z]+/g.exec(others)?.includes(named), words(confidence));
  }
});

test('an arrow of several hops is no surer than each of them, and says how far they go', () => {
  const [hop] = SAMPLE_INCIDENT.edges;
  assert.ok(hop !== undefined);
  const hops = [0.95, 0.7, 0.8].map((confidence, n) => ({ ...hop, id: `${hop.id}${n}`, observed: true, confidence }));
  const [edge] = hopPicture(hops, String).edges;
  assert.ok(edge !== undefined);
  assert.equal(edge.confidence, 0.7);
  assert.equal(sureWords(edge), '0.70 to 0.95');
  assert.equal(sureWords({ confidence: 0.7, best: 0.704 }), '0.70');
});

test('a record of a network sensor is told by a sentence, with the names that its hops give to addresses, and has no id', () => {
  const record = {
    ...INCIDENT_RECORDS[0],
    id: 'z1',
    host: '10.20.1.32',
    channel: 'zeek/dce_rpc',
    eventId: 0,
    data: { 'id.orig_h': '10.20.4.17', 'id.resp_h': '10.20.1.32', endpoint: 'IWbemServices', operation: 'PutInstance' },
  } as RecordLine;
  const label = labelsOfHops(SAMPLE_INCIDENT.edges, (host) => host.replace(/\.corp\.example$/, '').toUpperCase());
  assert.deepEqual(recordWords(record, label), {
    long: 'WS-07 calls IWbemServices PutInstance on SRV-02',
    short: 'PutInstance',
  });
  assert.equal(label('10.20.1.99'), '10.20.1.99');
  assert.equal(laneOf(record.channel, record.eventId), 'network');
  assert.equal(sourcesOf([{ file: 'f', channel: record.channel, eventId: 0 }]), 'Zeek dce_rpc');
  assert.equal(eventIdOf(record), undefined);
});

test('each box says what called from there for its own arrows, once, and a host is drawn once', () => {
  const [hop] = SAMPLE_INCIDENT.edges;
  assert.ok(hop !== undefined);
  const call = (id: string, method: 'smb' | 'wmi-dcom', image?: string) => ({
    ...hop,
    id,
    method,
    source: { host: 'ws-07.corp.example', ...(image === undefined ? {} : { process: { image } }) },
  });
  const edges = [call('a', 'smb'), call('b', 'wmi-dcom', 'C:\\x\\wmic.exe'), call('c', 'wmi-dcom', 'C:\\x\\WMIC.exe')];
  const page = pageOf(INCIDENT_RESULT, { ...SAMPLE_INCIDENT, edges });
  const picture = page.slice(page.indexOf('<section id="hop">'), page.indexOf('<details class="twin">'));
  assert.equal(all(/<p class="hn">WS-07<\/p>/g, picture).length, 1);
  assert.deepEqual(all(/<p>([^<]*made the call[^<]*)<\/p>/gi, picture), ['wmic.exe made the call by WMI over DCOM.']);
});

test('what came before the last act is not told as what followed it', () => {
  const item = { incident: { ...SAMPLE_INCIDENT, edges: [] }, dossiers: [] as Dossier[] } as unknown as Case;
  const [finding] = INCIDENT_RESULT.findings;
  const [hop] = SAMPLE_INCIDENT.edges;
  assert.ok(finding !== undefined && hop !== undefined);
  const at = (second: number): string => `2026-03-12T10:00:0${second}.0000000Z`;
  const edges = [2, 6].map((second) => ({ ...hop, time: at(second) }));
  const findings = [1, 4, 6].map((second) => ({ ...finding, time: at(second), title: `t${second}` }));
  const words = aroundWords(findings, { ...item, incident: { ...item.incident, edges } });
  assert.deepEqual(words, ['Before: t1.', 'Meanwhile: t4.', 'Then: t6.']);
});

test('a second page of a result walks neither its findings nor its records again: there may be hundreds of pages', () => {
  let walked = 0;
  const result: HuntResult = {
    ...INCIDENT_RESULT,
    get findings() {
      walked++;
      return INCIDENT_RESULT.findings;
    },
    get records() {
      walked++;
      return INCIDENT_RESULT.records;
    },
  };
  pageOf(result);
  assert.ok(walked > 0);
  walked = 0;
  pageOf(result, { ...SAMPLE_INCIDENT, id: 'j7q2m4kd6tbc3wpb' });
  assert.equal(walked, 0);
});

test('PRODUCT 17.6 on paper only inputs that are cited have a row; the others are a number and a digest', () => {
  const { evidence } = INCIDENT_RESULT.header;
  const [first] = evidence;
  assert.ok(first !== undefined);
  const others = [1, 2].map((n) => ({ ...first, name: `evidence/OTHER-${n}.zip` }));
  const header = { ...INCIDENT_RESULT.header, evidence: [...evidence, ...others] };
  const page = pageOf({ ...INCIDENT_RESULT, header });
  assert.deepEqual(all(/<tr class="unc"><th scope="row">([^<]+)</g, page), [
    'evidence/OTHER-1.zip',
    'evidence/OTHER-2.zip',
  ]);
  assert.match(page, /<p class="pap">2 inputs that no record here is from.*?<span class="mono">[0-9a-f]{64}</);
});

test('PRODUCT 9.4 a text of more than forty lines is folded, says how many lines and bytes it has, and is whole in the page', () => {
  const lines = (n: number): string => Array.from({ length: n }, (_unused, index) => `line ${index}`).join('\n');
  assert.equal(writeOut(codeBlock('a\nb')), '<pre class="code">a\nb</pre>');
  assert.ok(!writeOut(codeBlock(`${lines(40)}\r\n\r\n`)).includes('fold'), 'empty lines at its end are none');
  const head = (summary: string): string =>
    `<div class="fold"><details><summary>${summary}<span>, folded at 40 lines</span></summary></details><pre class="code">`;
  const folded = writeOut(codeBlock(lines(41)));
  assert.ok(folded.startsWith(head('41 lines, 317 bytes')) && folded.endsWith('line 40</pre></div>'), folded);
  assert.ok(!writeOut(codeBlock('x'.repeat(4000))).includes('fold'));
  assert.ok(writeOut(codeBlock('é'.repeat(4001))).startsWith(head('1 line, 8,002 bytes')), 'a long line is many');
  const whole = `${'y'.repeat(63)}\n`.repeat(1024);
  assert.ok(writeOut(codeBlock(whole)).includes(whole.trimEnd()), '64 KiB stand there whole');
  const longer = writeOut(codeBlock(`${whole}zzz`));
  assert.ok(longer.includes('65,539 bytes') && longer.includes('(3 more characters, in the evidence alone)'));
});

test('PRODUCT 9.4 a long value of a record is folded as a payload is; a picture says of how many bytes it shows a part', () => {
  const [record] = INCIDENT_RESULT.records;
  const [dossier] = INCIDENT_RESULT.subscriptions;
  assert.ok(record !== undefined && dossier !== undefined);
  const script = 'Write-Host 1\n'.repeat(500);
  const result = { ...INCIDENT_RESULT, records: [{ ...record, data: { ScriptText: script } }] };
  assert.match(
    pageOf(result),
    /<div class="long fold"><dt>ScriptText<\/dt><dd>Write-Host 1\n[^<]*<\/dd><dd><details><summary>500 lines, 6,500 bytes</,
  );
  const consumer = { ...dossier.consumer, payload: script, decoded: [] };
  assert.match(writeOut(triad({ ...dossier, consumer }, 'brief')), /Cut here, of 6,500 bytes; whole below\./);
});

test('DOMAIN 3.3 a finding with the sum of its subscription leads to it', () => {
  const [finding] = INCIDENT_RESULT.findings;
  const [dossier] = INCIDENT_RESULT.subscriptions;
  assert.ok(finding !== undefined && dossier !== undefined);
  const shared = {
    ...finding,
    subscriptions: [dossier.id],
    terms: dossier.verdict.terms,
    score: dossier.verdict.score,
  };
  const page = pageOf({ ...INCIDENT_RESULT, findings: [shared] }, { ...SAMPLE_INCIDENT, findings: [shared.id] });
  assert.ok(page.includes(`The sum of its subscription, <a href="#s-${dossier.id}"`));
});

test('texts of joins and terms call hosts as the incident calls them, and other words stay as they are', () => {
  const label = hostLabels(['ws-07.corp.example', 'dc.a.example', 'dc.b.example', '10.0.0.7']);
  assert.equal(
    namedText('from WS-07.corp.example. to dc.a.example by wmic.exe at 10.0.0.7:445, ws-07.corp.example.evil', label),
    'from WS-07. to dc.a.example by wmic.exe at 10.0.0.7:445, ws-07.corp.example.evil',
  );
  const text = namedText('a.'.repeat(500_000), label);
  assert.equal(text.length, 1_000_000, 'in linear time');
});
