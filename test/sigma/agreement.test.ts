import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventOfCase } from '../../src/rules/index.ts';
import { type CompiledRule, compileRules } from '../../src/sigma/index.ts';
import { LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { compareHits, type PeerTable } from '../../tools/sigma-agreement/compare.ts';
import { ownHits, type TableBuilder, tablesOf } from '../../tools/sigma-agreement/flat-table.ts';
import { madeRows } from '../../tools/sigma-agreement/made-rows.ts';
import { agreementPage } from '../../tools/sigma-agreement/page.ts';

const SECURITY = 'Security';
const EVIDENCE = { regressions: 1, cases: 2, captures: 3 };

function rulesOf(...detections: readonly string[]): readonly CompiledRule[] {
  const sources = detections.map((detection, at) => {
    const lines = detection.split('\n').map((line) => `  ${line}`);
    const head = ['title: T', 'logsource: { product: windows, service: security }', 'detection:'];
    return { file: `r${at}.yml`, text: [...head, ...lines].join('\n') };
  });
  const { rules, problems } = compileRules(sources, { taxonomy: LOG_SOURCES });
  assert.deepEqual(
    problems.map(({ message }) => message),
    [],
  );
  return rules.rules;
}

function tableOf(rules: readonly CompiledRule[], ...events: readonly Readonly<Record<string, string>>[]): TableBuilder {
  const [table] = tablesOf(rules);
  assert.ok(table !== undefined);
  for (const [at, data] of events.entries()) {
    const event = { channel: SECURITY, eventId: 4624, data: Object.entries(data) };
    table.add(eventOfCase(event, at + 1), `e${at}`);
  }
  return table;
}

function compared(table: TableBuilder, peer: PeerTable, refused: Readonly<Record<string, string>> = {}) {
  const places = new Map(table.rules.map(({ metadata }, at) => [metadata.file, at]));
  return compareHits([table], { refused, tables: [peer] }, places);
}

const SYSTEME = "s: { User|contains: 'système' }\ncondition: s";
const NETWORK = "s: { EventID: 4624 }\nf: { Ip|cidr: '10.0.0.0/8' }\ncondition: s and not f";

test('rules that find the same rows agree, those that find none are told apart, and refusals are neither', () => {
  const rules = rulesOf('s: { User: a }\ncondition: s', 's: { User: b }\ncondition: s', 's: { User: c }\ncondition: s');
  const table = tableOf(rules, { User: 'A' }, { User: 'x' });
  const agreement = compared(table, { hits: { 0: [0] }, failed: {} }, { 2: 'cannot' });
  assert.deepEqual(agreement.agreeing, ['r0.yml']);
  assert.deepEqual(agreement.silent, ['r1.yml']);
  assert.deepEqual(agreement.differing, []);
  assert.deepEqual(agreement.causes, []);
  assert.deepEqual(agreement.refusedByPeer, [['r2.yml', 'cannot']]);
  const [outcome] = agreement.tables;
  assert.deepEqual([outcome?.both, outcome?.bothOfRecords, outcome?.onlyOurs, outcome?.onlyTheirs], [1, 1, 0, 0]);
});

test('L27: a row that one side leaves out is a difference, and without a known cause it is told as such', () => {
  const table = tableOf(rulesOf('s: { User: a }\ncondition: s'), { User: 'a' }, { User: 'b' });
  for (const [hits, onlyOurs, onlyTheirs] of [
    [{}, 1, 0],
    [{ 0: [0, 1] }, 0, 1],
    [{ 0: [1] }, 1, 1],
  ] as const) {
    const { causes, differing } = compared(table, { hits, failed: {} });
    assert.deepEqual(differing, ['r0.yml']);
    assert.deepEqual(
      causes.map((one) => [one.cause, one.onlyOurs, one.onlyTheirs]),
      [[undefined, onlyOurs, onlyTheirs]],
    );
  }
});

test('a query that fails is a refusal with what the database says', () => {
  const table = tableOf(rulesOf('s: { User: a }\ncondition: s'), { User: 'a' });
  const { refusedByPeer, differing } = compared(table, { hits: {}, failed: { 0: 'no such column' } });
  assert.deepEqual([refusedByPeer, differing], [[['r0.yml', 'no such column']], []]);
});

test('capital letters beyond ASCII and what is no address are the causes of their rows, and of no others', () => {
  const users = tableOf(rulesOf(SYSTEME), { User: 'NT\\SYSTÈME' }, { User: 'nt\\système' });
  assert.deepEqual(
    compared(users, { hits: { 0: [1] }, failed: {} }).causes.map(({ cause }) => cause?.name),
    ['capital letters beyond ASCII'],
  );
  assert.deepEqual(
    compared(users, { hits: { 0: [0] }, failed: {} }).causes.map(({ cause }) => cause?.name),
    [undefined],
  );
  const addresses = tableOf(rulesOf(NETWORK), { Ip: '10.0.0.1:80' }, { Ip: '11.0.0.1' }, { Ip: '10.0.0.1' });
  assert.deepEqual(
    [...ownHits(addresses).values()].flatMap((rows) => [...rows]),
    [0, 1],
  );
  assert.deepEqual(
    compared(addresses, { hits: { 0: [1] }, failed: {} }).causes.map(({ cause }) => cause?.name),
    ['what is no address'],
  );
  assert.deepEqual(
    compared(addresses, { hits: { 0: [0] }, failed: {} }).causes.map(({ cause }) => cause?.name),
    [undefined],
  );
});

test('a long spelling and a written-in address of version 4 are a cause, the shortest spelling is none', () => {
  const rules = rulesOf("s: { Ip|cidr: ['10.0.0.0/8', 'fe80::/10'] }\ncondition: s");
  const table = tableOf(rules, { Ip: 'fe80:0:0:0:0:0:0:1' }, { Ip: '::ffff:10.0.0.1' }, { Ip: 'fe80::1' });
  const causes = compared(table, { hits: {}, failed: {} }).causes;
  assert.deepEqual(
    causes.map(({ cause, onlyOurs }) => [cause?.name, onlyOurs]),
    [
      ['addresses that are spelled otherwise', 2],
      [undefined, 1],
    ],
  );
});

test('records that are alike in what rules ask are one row, several values are several rows, up to a bound', () => {
  const rules = rulesOf('s: { Data: d3 }\ncondition: s');
  const [table] = tablesOf(rules);
  assert.ok(table !== undefined);
  const withData = (values: readonly string[]) =>
    eventOfCase({ channel: SECURITY, eventId: 1, data: values.map((value) => ['Data', value] as const) }, 1);
  table.add(withData(['d1', 'd2', 'd3']), 'first');
  table.add(withData(['d1', 'd2', 'd3']), 'again');
  assert.deepEqual(
    table.rows.map(({ id }) => id),
    ['first, value 1', 'first, value 2', 'first, value 3'],
  );
  assert.deepEqual(
    [...ownHits(table).values()].map((rows) => [...rows]),
    [[2]],
  );
  table.add(withData(Array.from({ length: 12 }, (_, at) => `v${at}`)), 'many');
  assert.equal(table.rows.length, 3 + 8);
});

test('of one kind of event so many rows are kept and no more', () => {
  const table = tableOf(
    rulesOf('s: { User: a }\ncondition: s'),
    ...Array.from({ length: 1502 }, (_, at) => ({ User: `u${at}` })),
  );
  assert.equal(table.rows.length, 1500);
  table.add(eventOfCase({ channel: SECURITY, eventId: 4625, data: [['User', 'u1501']] }, 1), 'another number');
  assert.equal(table.rows.length, 1501);
});

test('rows that are made for a rule hold such as fulfil it and such as do not', () => {
  const detections = [
    "s: { EventID: 4624, User|startswith: 'ab', User|endswith: 'yz' }\ncondition: s",
    "s: { User|contains|all: [one, two], Ip: ['1.1.1.1', '2.2.2.2'] }\ncondition: s",
    "s: { User|re: '^[a-z]{4}\\d+$' }\ncondition: s",
    "s: { User|re: 'a[^b]c' }\ncondition: s",
    "s: { Ip|cidr: 'fe80::/10' }\ncondition: s",
    "s: { User: x }\nf1: { Ip: null }\nf2: { Ip: '' }\ncondition: s and not 1 of f*",
    's: { User|fieldref: Other }\ncondition: s',
    's: [hidden, words]\ncondition: s',
    "s: { User|contains|windash: ' -x' }\ncondition: s",
  ];
  for (const detection of detections) {
    const table = tableOf(rulesOf(detection));
    table.addMade();
    const hits = [...ownHits(table).values()].flatMap((rows) => [...rows]);
    assert.ok(hits.length > 0, `none fulfils ${detection}`);
    assert.ok(hits.length < table.rows.length, `no miss of ${detection}`);
    assert.ok(table.rows.every(({ isMade }) => isMade));
  }
});

test('made rows are the same in every run, and of numbers that their log source has', () => {
  const [rule] = rulesOf('s: { EventID: [4624, 4625], User|contains: a }\ncondition: s');
  const route = tablesOf(rule === undefined ? [] : [rule])[0]?.route;
  assert.ok(rule !== undefined && route !== undefined);
  const rows = madeRows(rule, route);
  assert.deepEqual(madeRows(rule, route), rows);
  assert.deepEqual([...new Set(rows.map(({ eventId }) => eventId))].sort(), [4624, 4625]);
  assert.deepEqual(madeRows(rule, { ...route, eventIds: [1102] }), []);
});

test('the page tells counts, causes with who is right, refusals of both sides, and each log source', () => {
  const table = tableOf(rulesOf(SYSTEME, 's: { User: b }\ncondition: s'), { User: 'SYSTÈME' }, { User: 'b|c' });
  const agreement = compared(table, { hits: { 1: [1] }, failed: {} });
  const page = agreementPage({
    peer: ['pysigma 0'],
    evidence: EVIDENCE,
    agreement,
    refused: [{ file: 'p.yml', reason: 'S136: no values', theirs: undefined }],
  });
  assert.match(
    page,
    /\| compared \| 2 \|\n\| the same rows, at least one \| 0 \|\n\| the same: none \| 0 \|\n\| not the same \| 2 \|/,
  );
  assert.match(page, /### Capital letters beyond ASCII\n\nRight: Triad\./);
  assert.match(page, /### Not looked into\n\nRight: nobody knows yet\./);
  assert.match(
    page,
    /1 rules; 1 rows that only Triad finds, 0 that only pySigma finds\. For example `T on User = "SYSTÈME": only Triad \(e0\)`/,
  );
  assert.match(page, /\| p\.yml \| S136: no values \| takes it \|/);
  assert.match(page, /\| service:security \| 2 \| 2 \| 0 \| 0 \| 1 \| 1 \|/);
  const calm = agreementPage({
    peer: [],
    evidence: EVIDENCE,
    agreement: compareHits([], { refused: {}, tables: [] }, new Map()),
    refused: [],
  });
  assert.match(calm, /## Differences\n\nNone\./);
  assert.match(calm, /Triad refuses none/);
});

test('the page that is kept has a cause for every difference', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'sigma-agreement.md'), 'utf8');
  assert.doesNotMatch(page, /Not looked into/);
  assert.ok(Number(/\| compared \| (\d+) \|/.exec(page)?.[1]) > 2800);
});
