import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestId } from '../../src/bytes/index.ts';
import type { LinkJoin } from '../../src/incidents/index.ts';
import {
  type Explanation,
  explain,
  findById,
  findIncident,
  type HuntResult,
  labelsOf,
  likeness,
  nearestIds,
  renderExplanation,
  renderExplanationMarkdown,
  renderIncidentHtml,
} from '../../src/report/index.ts';
import { assertGolden } from './golden.ts';
import {
  connection,
  FIRST_HOP,
  FROM_SOURCE,
  INCIDENTS,
  LOCAL_INCIDENT,
  ONWARD_FINDING,
  POSSIBLE_INCIDENT,
  SAME_ACCOUNT,
  WORST,
} from './sample-incidents.ts';
import { CHILD_FINDING, KNOWN, PLANTED } from './sample-result.ts';

function explained(id: string, result: HuntResult = INCIDENTS): Explanation {
  const found = findById(result, id);
  assert.ok(found !== undefined, id);
  return explain(result, found, id, []);
}

function textOf(id: string): string {
  return renderExplanation(explained(id), labelsOf(INCIDENTS));
}

test('the explanation of an incident is the golden one, as text and as Markdown', () => {
  assertGolden('explain.golden.txt', textOf(WORST.id));
  assertGolden('explain.golden.md', renderExplanationMarkdown(explained(WORST.id), labelsOf(INCIDENTS)));
  assertGolden('explain.golden.json', `${JSON.stringify(explained(POSSIBLE_INCIDENT.id), undefined, 2)}\n`);
});

test('every id of a result explains itself, in at most 100 columns', () => {
  const ids = [
    ...INCIDENTS.incidents.flatMap(({ id, edges, links }) => [id, ...[...edges, ...links].map((item) => item.id)]),
    ...INCIDENTS.subscriptions.map(({ id }) => id),
    ...INCIDENTS.findings.map(({ id }) => id),
    ...INCIDENTS.gaps.map(({ id }) => id),
    ...INCIDENTS.records.map(({ id }) => id),
  ];
  for (const id of ids) {
    assert.equal(explained(id).id, id);
    const long = textOf(id)
      .split('\n')
      .filter((line) => line.length > 100 && !line.trimStart().startsWith('triad dump '));
    assert.deepEqual(long, [], id);
  }
});

test('L9 an incident is explained with every link, join, weight and record, each with its address', () => {
  const text = textOf(WORST.id);
  for (const { id, claim, joins } of WORST.links) {
    assert.ok(text.includes(id) && text.includes(claim.slice(0, 40)));
    for (const join of joins) assert.ok(text.includes(join.text.slice(0, 40)), join.text);
  }
  for (const record of INCIDENTS.records.filter(({ id }) => id !== 'gggggggggggggggg' && id !== 'kkkkkkkkkkkkkkkk')) {
    assert.ok(text.includes(`--offset 0x${record.sources[0]?.offset.toString(16)}`), record.id);
  }
});

test('PRODUCT 8.1 the arithmetic of a link can be done again: weights, a missing record, records that fail together', () => {
  const arithmetic = (id: string, result?: HuntResult): string | undefined =>
    explained(id, result).links.find((link) => link.id === id)?.arithmetic;
  assert.equal(arithmetic(SAME_ACCOUNT.id), '1 - (1 - 0.70) x (1 - 0.70) = 0.91');
  assert.equal(arithmetic(FROM_SOURCE.id), '0.95');
  assert.equal(arithmetic(POSSIBLE_INCIDENT.links[0]?.id ?? ''), '0.49 x 0.80 = 0.39');
  const shared = SAME_ACCOUNT.joins.map((join) => ({ ...join, evidence: SAME_ACCOUNT.joins[0]?.evidence ?? [] }));
  const together = { ...SAME_ACCOUNT, joins: shared, confidence: 0.7 };
  const result = { ...INCIDENTS, incidents: [{ ...WORST, links: [together, FROM_SOURCE] }] };
  assert.equal(arithmetic(SAME_ACCOUNT.id, result), '0.70; 1 join more on the same records, which count once');
  const odd = { ...INCIDENTS, incidents: [{ ...WORST, links: [{ ...SAME_ACCOUNT, confidence: 0.5 }] }] };
  assert.equal(arithmetic(SAME_ACCOUNT.id, odd), 'held to 0.50; the weights alone give 0.91');
});

test('L2 what speaks against it is said: rivals, candidates, records that should be there and are not', () => {
  const { against } = explained(POSSIBLE_INCIDENT.id);
  assert.ok(against.some((line) => line.startsWith('J7: 1 other candidate as good, so it weighs 0.49')));
  assert.ok(
    against.some((line) => line.startsWith('J2: SRV-02 logs Security 5156, and the record that should be there')),
  );
  assert.ok(against.includes('2 sources of the call to DC-01 cannot be told apart'));
});

test('L2 one gap that hides several calls is one line with their number', () => {
  const explanation = explained(WORST.id);
  const [gap] = explanation.gaps;
  assert.ok(gap !== undefined);
  const gaps = [1, 2, 3].map((n) => ({
    ...gap,
    id: `gap${n}`,
    what: 'source unknown',
    from: `2026-03-12T09:0${n}:00Z`,
  }));
  const text = renderExplanation({ ...explanation, gaps }, labelsOf(INCIDENTS));
  assert.equal(text.split('source unknown').length, 2);
  assert.match(text, /source unknown, 3 times;/);
  const markdown = renderExplanationMarkdown({ ...explanation, gaps }, labelsOf(INCIDENTS));
  assert.equal(markdown.split('source unknown').length, 2);
});

test('terms that take points speak against it, the bound of payload weights does not', () => {
  assert.deepEqual(explained(KNOWN.id).against, [
    `BN1 takes 100 from ${KNOWN.id}: exact content of a known one`,
    `${KNOWN.id} is 1.00 like the baseline entry SCM Event Log Filter`,
  ]);
});

test('what would make it stronger names the missing record, the machine that is not in evidence, and the gap', () => {
  const possible = explained(POSSIBLE_INCIDENT.id).stronger;
  assert.ok(possible.includes('Security 5156 of SRV-02 (J2)'));
  assert.ok(possible.includes('the logs of the machine at 10.20.4.99: it is not in the evidence'));
  assert.ok(explained(WORST.id).stronger.includes('SRV-02: turn on script block logging'));
});

test('nothing that is cited, and nothing for a claim that holds exactly, is asked for', () => {
  const [link] = INCIDENTS.incidents.flatMap(({ links }) => links);
  const [sysmon] = INCIDENTS.records.filter(({ channel, eventId }) => channel.includes('Sysmon') && eventId === 1);
  assert.ok(link !== undefined && sysmon !== undefined);
  const weighed = (strength: 'exact' | 'strong', join: 'J2' | 'J15', records: readonly string[]): LinkJoin => ({
    join,
    strength,
    w: strength === 'exact' ? 0.95 : 0.7,
    text: 'told',
    evidence: records.map((record) => ({ file: 'f', channel: sysmon.channel, eventId: 1, record })),
  });
  const wishes = (joins: readonly LinkJoin[]): readonly string[] => {
    const found = { kind: 'link' as const, link: { ...link, joins, missing: [] }, incident: WORST };
    return explain(INCIDENTS, found, link.id, []).stronger;
  };
  assert.deepEqual(wishes([weighed('strong', 'J15', [])]), [
    'Sysmon 1 with the whole command line of what ran (J15 is strong)',
  ]);
  assert.deepEqual(wishes([weighed('strong', 'J15', [sysmon.id])]), [], 'it is cited');
  assert.deepEqual(wishes([weighed('strong', 'J15', []), weighed('exact', 'J2', [])]), [], 'the claim holds exactly');
});

test('a record has one number in the explanation and on the page of an incident', () => {
  for (const incident of INCIDENTS.incidents) {
    const page = [...renderIncidentHtml(INCIDENTS, incident)].join('');
    const onPage = [...page.matchAll(/<span class="n num">(\d+)<\/span>.*?<dt>EventRecordID<\/dt><dd>(\d+)</g)];
    const told = explained(incident.id).records.map(({ number, evidence }) => `${number} ${evidence.recordId}`);
    assert.ok(onPage.length > 0);
    for (const [, number, recordId] of onPage)
      assert.ok(told.includes(`${number} ${recordId}`), `${number} ${recordId}`);
  }
});

test('what would refute it names what breaks each join, and the mistakes of each analytic', () => {
  const found = findById(INCIDENTS, WORST.id);
  assert.ok(found !== undefined);
  const record = { id: 'C03', falsePositives: [{ what: 'an inventory agent', tell: 'its signed folder' }] };
  const { refuted } = explain(INCIDENTS, found, WORST.id, [record as never]);
  assert.ok(refuted.includes('C03 also holds for an inventory agent; told by its signed folder'));
  assert.ok(refuted.some((line) => line.startsWith('J2 (') && line.includes('address translation')));
});

test('a finding explains its sum, a subscription its dossier; both name their incident', () => {
  const finding = explained(CHILD_FINDING.id);
  assert.deepEqual(finding.partOf, [WORST.id]);
  assert.deepEqual(
    finding.sums.flatMap((sum) => sum.terms.map(({ code, points }) => `${code} ${points}`)),
    ['BASE 40', 'P01 25', 'P02 5', 'P03 8'],
  );
  assert.equal(textOf(PLANTED.id).split(`CRITICAL  ${PLANTED.id}`).length, 2, 'level and id stand once');
  assert.ok(!textOf(PLANTED.id).includes('remote logon,'), 'the method is that of its hop');
  assert.ok(textOf(PLANTED.id).includes('SUBSCRIPTION on SRV-02'));
  assert.deepEqual(
    explained(PLANTED.id).hops.map(({ id }) => id),
    [FIRST_HOP.id],
  );
});

test('DOMAIN 3.3 a finding about a subscription does not print the sum of its dossier a second time', () => {
  const sums = explained(WORST.id).sums;
  assert.deepEqual(
    sums.map(({ kind, analytic, terms }) => [kind, analytic ?? '', terms.length]),
    [
      ['incident', '', 3],
      ['subscription', '', 8],
      ['finding', 'C01', 0],
      ['finding', 'C03', 4],
    ],
  );
});

test('a record is explained by what it says and who cites it, whole', () => {
  const explanation = explained(connection.id);
  assert.deepEqual(explanation.partOf.toSorted(), [WORST.id, LOCAL_INCIDENT.id]);
  assert.equal(explanation.record?.data['SourcePort'], '50410');
});

test('L14 a superseded id finds its incident, printed or not', () => {
  assert.equal(findIncident(INCIDENTS, 'incbbbbbbbbbbbbb')?.id, WORST.id);
  assert.equal(explained('incbbbbbbbbbbbbb').askedAs, 'incbbbbbbbbbbbbb');
  assert.equal(findIncident(INCIDENTS, digestId(['incident', CHILD_FINDING.id]))?.id, WORST.id);
  assert.equal(findIncident(INCIDENTS, digestId(['incident', 'anything'])), undefined);
});

test('the incident of a member, hop or link is found by the id of these', () => {
  for (const id of [PLANTED.id, CHILD_FINDING.id, FIRST_HOP.id, SAME_ACCOUNT.id]) {
    assert.equal(findIncident(INCIDENTS, id)?.id, WORST.id);
  }
  assert.equal(findIncident(INCIDENTS, KNOWN.id), undefined);
});

test('a mistyped id is answered with the nearest ones, and one that is like none with none', () => {
  assert.deepEqual(nearestIds(INCIDENTS, 'x7q2m4kd6tbc3wpq').slice(0, 1), [PLANTED.id]);
  assert.deepEqual(nearestIds(INCIDENTS, 'x7q2m')[0], PLANTED.id);
  assert.deepEqual(nearestIds(INCIDENTS, '0000000000000000'), []);
});

test('--like finds the same account elsewhere, not the members of the incident itself', () => {
  const found = findById(INCIDENTS, WORST.id);
  assert.ok(found !== undefined);
  const answer = likeness(INCIDENTS, found, INCIDENTS);
  assert.deepEqual(
    answer?.alike.map(({ id, incident, shared }) => [
      id,
      incident,
      shared.map(({ what, value }) => `${what} ${value}`),
    ]),
    [[ONWARD_FINDING.id, POSSIBLE_INCIDENT.id, ['account CORP\\svc-deploy']]],
  );
});

test('--like finds the same payload, trigger and content on another host, the most telling first', () => {
  const twin = { ...PLANTED, id: 'twinaaaaaaaaaaaa', host: 'ws-99.corp.example' };
  const sameTrigger = {
    ...twin,
    id: 'twinbbbbbbbbbbbb',
    creator: {},
    origin: { kind: 'unknown' as const, candidates: [] },
    consumer: { ...twin.consumer, payload: 'calc.exe' },
  };
  const { fingerprint: _f, loosePrint: _l, ...other } = sameTrigger;
  const elsewhere = { ...INCIDENTS, incidents: [], findings: [], subscriptions: [other, twin, KNOWN] };
  const found = findById(INCIDENTS, PLANTED.id);
  assert.ok(found !== undefined);
  const answer = likeness(INCIDENTS, found, elsewhere);
  assert.deepEqual(
    answer?.alike.map(({ id, shared }) => [id, shared.map(({ what }) => what)]),
    [
      ['twinaaaaaaaaaaaa', ['content', 'payload', 'loose content', 'trigger', 'source', 'source', 'account']],
      ['twinbbbbbbbbbbbb', ['trigger']],
    ],
  );
});

test('--like does not compare what COM starts on every machine', () => {
  const bare = [
    'C:\\windows\\system32\\wbem\\scrcons.exe -Embedding',
    '"C:\\Windows\\System32\\mmc.exe" -Embedding',
    'wmiprvse.exe -secured -Embedding',
  ];
  const telling = ['mmc.exe C:\\x.msc', 'cmd.exe -Embedding'];
  for (const commandLine of [...bare, ...telling]) {
    const finding = { ...CHILD_FINDING, accounts: [], candidates: [], process: { commandLine } };
    const result = { ...INCIDENTS, incidents: [], findings: [finding] };
    const traits = likeness(result, { kind: 'finding', finding }, result)?.traits ?? [];
    assert.equal(
      traits.some(({ what }) => what === 'command'),
      telling.includes(commandLine),
      commandLine,
    );
  }
});

test('SYSTEM and machine accounts are like everything, so they are not compared', () => {
  const system = { ...CHILD_FINDING, id: 'sysaaaaaaaaaaaaa', accounts: ['NT AUTHORITY\\SYSTEM', 'CORP\\SRV-02$'] };
  const { process: _process, ...bare } = system;
  const result = {
    ...INCIDENTS,
    incidents: [],
    subscriptions: [],
    findings: [bare, { ...bare, id: 'sysbbbbbbbbbbbbb' }],
  };
  const found = findById(result, system.id);
  assert.ok(found !== undefined);
  assert.deepEqual(likeness(result, found, result)?.alike, []);
});
