import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUE } from '../../src/analytics/index.ts';
import { ecsOfIncident, ocsfOfIncident, renderEcs, renderOcsf, renderStixBundle } from '../../src/formats/index.ts';
import { dossierSentence, type HuntResult, labelsOf } from '../../src/report/index.ts';
import { INCIDENTS, WORST } from '../report/sample-incidents.ts';
import { ecsProblems, ocsfProblems, type StixBundle, stixProblems } from './checks.ts';

type Json = Readonly<Record<string, unknown>>;

function options(result: HuntResult) {
  const label = labelsOf(result);
  return {
    version: '9.9.9',
    attackVersion: 19 as const,
    sentenceOf: (dossier: HuntResult['subscriptions'][number]) => dossierSentence(dossier, label),
  };
}

function lines(pieces: Iterable<string>): readonly Json[] {
  return [...pieces].map((piece) => JSON.parse(piece) as Json);
}

function bundleOf(result: HuntResult): StixBundle {
  return JSON.parse([...renderStixBundle(result, options(result))].join('')) as StixBundle;
}

/** The same result with a text in place of every name that evidence gives. */
function hostile(text: string): HuntResult {
  return {
    ...INCIDENTS,
    subscriptions: INCIDENTS.subscriptions.map((dossier) => ({
      ...dossier,
      host: text,
      consumer: {
        ...dossier.consumer,
        name: text,
        payload: text,
        indicators: [
          { kind: 'url' as const, value: text },
          { kind: 'domain' as const, value: text },
          { kind: 'ip' as const, value: text },
        ],
      },
    })),
    findings: INCIDENTS.findings.map((finding) => ({
      ...finding,
      title: text,
      host: text,
      hosts: [text],
      accounts: [text, `${text}\\${text}`],
      process: { image: text, commandLine: text, pid: 4, user: text, parentImage: text, parentPid: 1 },
    })),
    incidents: INCIDENTS.incidents.map((incident) => ({ ...incident, title: text, hosts: [text], accounts: [text] })),
  };
}

const HOSTILE = [
  "x'] OR [file:name = '\\",
  '\u202e\u0000\u001b[31m<script>alert(1)</script>',
  '\ud800broken',
  '__proto__',
  'é'.repeat(40_000),
  'C:\\dir\\',
];

test('documents of a hunt hold to the field list of ECS 8.17.0', () => {
  const documents = lines(renderEcs(INCIDENTS, options(INCIDENTS)));
  assert.ok(documents.length > INCIDENTS.findings.length);
  assert.deepEqual(documents.flatMap(ecsProblems), []);
});

test('documents of a hunt hold to class 2004 of OCSF 1.3.0, one for each dossier and finding under its id', () => {
  const documents = lines(renderOcsf(INCIDENTS, options(INCIDENTS)));
  assert.deepEqual(documents.flatMap(ocsfProblems), []);
  assert.deepEqual(
    documents.map((document) => (document['finding_info'] as Json)['uid']),
    [...INCIDENTS.subscriptions, ...INCIDENTS.findings].map(({ id }) => id),
  );
});

test('a finding of one of our own analytics has the name of it, and the categories of the process and the call that it tells', () => {
  const documents = lines(renderEcs(INCIDENTS, options(INCIDENTS)));
  const told = INCIDENTS.findings.map(({ id, analytic }) => {
    const { event, rule } = documents.find((one) => (one['event'] as Json)['id'] === id) ?? {};
    const { title } = CATALOGUE.find((one) => one.id === analytic) ?? {};
    assert.equal((rule as Json)['name'], title, analytic);
    return (event as Json)['category'] as readonly string[];
  });
  assert.ok(told.every(([first]) => first === 'intrusion_detection'));
  assert.deepEqual([...new Set(told.flat())].sort(), ['intrusion_detection', 'network', 'process']);
  const named = lines(renderOcsf(INCIDENTS, options(INCIDENTS))).flatMap(({ finding_info: info }) => {
    const { uid, name } = (info as { analytic: Json }).analytic;
    return typeof uid === 'string' ? [[uid, name]] : [];
  });
  assert.ok(named.length > 0);
  for (const [uid, name] of named) assert.equal(name, CATALOGUE.find(({ id }) => id === uid)?.title ?? uid);
});

test('a bundle holds to the schemas of STIX 2.1, and every reference in it leads somewhere', () => {
  assert.deepEqual(stixProblems(bundleOf(INCIDENTS)), []);
});

test('L20 hostile texts keep every document valid and stay data', () => {
  for (const text of HOSTILE) {
    const result = hostile(text);
    assert.deepEqual(lines(renderEcs(result, options(result))).flatMap(ecsProblems), []);
    assert.deepEqual(lines(renderOcsf(result, options(result))).flatMap(ocsfProblems), []);
    const bundle = bundleOf(result);
    assert.deepEqual(stixProblems(bundle), []);
    for (const { pattern } of bundle.objects as readonly { readonly pattern?: string }[]) {
      if (pattern !== undefined) assert.match(pattern, /^\[[a-z0-9-]+:value = '(?:[^'\\]|\\['\\])*'\]$/);
    }
  }
});

test('L7 ids of a bundle are those of what its objects are of', () => {
  const first = bundleOf(INCIDENTS);
  const again = bundleOf(structuredClone(INCIDENTS));
  assert.deepEqual(again, first);
  const address = first.objects.find(({ type }) => type === 'ipv4-addr');
  assert.ok(address === undefined || address.id.startsWith('ipv4-addr--'));
});

test('a time that evidence does not give is said to be none, and lists stop at a hundred', () => {
  const [finding] = INCIDENTS.findings;
  assert.ok(finding);
  const many = Array.from({ length: 101 }, (_, index) => `host-${index}.example`);
  const timeless = { ...finding, time: 'unknown', hosts: many, evidence: [] };
  const result = { ...INCIDENTS, subscriptions: [], findings: [timeless], incidents: [] };
  const [document] = lines(renderOcsf(result, options(result)));
  assert.ok(document);
  const { triad } = document['unmapped'] as { readonly triad: Json };
  assert.equal(document['time'], 0);
  assert.equal(triad['time_unknown'], true);
  assert.equal(triad['left_out'], 1);
  assert.equal((document['resources'] as readonly unknown[]).length, 100);
  assert.equal('start_time' in document, false);
});

test('an incident of the server is one document with what people and clock say of it', () => {
  const parts = { ...INCIDENTS, incident: WORST };
  const news = {
    activity: 'update' as const,
    atMs: 1_773_000_000_000,
    createdMs: 1_772_000_000_000,
    revision: 3,
    state: 'contained' as const,
  };
  const document = ocsfOfIncident(parts, news, options(INCIDENTS));
  assert.deepEqual(ocsfProblems(JSON.parse(JSON.stringify(document)) as Json), []);
  const { type_uid, time, status_id } = document;
  assert.deepEqual({ type_uid, time, status_id }, { type_uid: 200402, time: 1_773_000_000_000, status_id: 2 });
  assert.equal((document['finding_info'] as Json)['uid'], WORST.id);
  const event = JSON.parse(JSON.stringify(ecsOfIncident(parts, news, options(INCIDENTS)))) as Json;
  assert.deepEqual(ecsProblems(event), []);
  const bare = { incident: WORST, findings: [], subscriptions: [], gaps: [], records: [] };
  assert.deepEqual(ocsfProblems(ocsfOfIncident(bare, { activity: 'create', atMs: 1 }, options(INCIDENTS)) as Json), []);
});

test('L27 the checks find what is planted', () => {
  const [document] = lines(renderOcsf(INCIDENTS, options(INCIDENTS)));
  const [event] = lines(renderEcs(INCIDENTS, options(INCIDENTS)));
  const bundle = bundleOf(INCIDENTS);
  assert.ok(document !== undefined && event !== undefined);
  assert.deepEqual(ocsfProblems({ ...document, is_alert: true }), ['.is_alert: no attribute of 1.3.0']);
  assert.deepEqual(ocsfProblems({ ...document, severity_id: 7 }), ['.severity_id: 7 is not in the enum']);
  assert.deepEqual(ocsfProblems({ ...document, time: 1.5 }), ['.time: 1.5 is no timestamp_t']);
  assert.deepEqual(ecsProblems({ ...event, tags: 'one' }), ['tags: is list']);
  assert.deepEqual(ecsProblems({ ...event, other: 'one' }), ['other: no field of ECS']);
  const [author, ...others] = bundle.objects;
  assert.equal(author?.type, 'identity');
  assert.ok(stixProblems({ ...bundle, objects: others }).length > 0);
  assert.ok(
    stixProblems({ ...bundle, objects: [...bundle.objects, { type: 'file', id: 'file--1', spec_version: '2.1' }] })
      .length > 0,
  );
});
