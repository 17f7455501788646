import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreChain } from '../../tools/score/chains.ts';
import { compare } from '../../tools/score/compare.ts';
import { scoreExecution } from '../../tools/score/executions.ts';
import type { CitedRecord, FoundEdge, FoundFinding, HuntJson } from '../../tools/score/hunt-json.ts';
import type { LabelExecution, LabelRow } from '../../tools/score/labels.ts';
import { runOf, scoreWhole } from '../../tools/score/whole.ts';

const LABEL: LabelExecution = {
  target_host: 'SRV-02.corp.example.com',
  target_ip: null,
  account: 'CORP\\alice',
  source: { host: 'WS-07', ip: '10.0.0.7', process: 'C:\\x\\t.exe', pid: 700, same_host: false },
  time: '2026-03-12T09:00:00.500Z',
  child_pid: 4242,
  child_image: 'C:\\Windows\\System32\\cmd.exe',
  child_user: null,
  command_line: 'cmd.exe /c x',
  evidence: [],
};

const CHILD: FoundFinding = {
  id: 'f1',
  analytic: 'R02',
  level: 'high',
  score: 65,
  scope: 'wmi',
  title: 'a title',
  host: 'srv-02.corp.example.com',
  process: { pid: 4242, image: 'c:\\windows\\system32\\CMD.EXE', commandLine: 'cmd.exe /c x' },
};

const EDGE: FoundEdge = {
  id: 'e1',
  source: { host: 'ws-07.corp.example.com', address: '10.0.0.7', process: { image: 'c:\\X\\t.exe', pid: 700 } },
  target: { host: 'srv-02.corp.example.com' },
  account: 'CORP.EXAMPLE.COM\\Alice',
  method: 'wmi-dcom',
  time: '2026-03-12T09:00:00.6000000Z',
  process: { pid: 4242 },
  tells: ['f1'],
};

function result(edges: readonly FoundEdge[], findings: readonly FoundFinding[] = [CHILD]): HuntJson {
  const incident = { id: 'i1', level: 'high', title: '', subscriptions: [], findings: ['f1'], edges, links: [] };
  return { summary: { records: {} }, subscriptions: [], findings, incidents: [incident] };
}

function faults(edges: readonly FoundEdge[], label: LabelExecution = LABEL): readonly string[] {
  return scoreExecution(result(edges), label, 'is', false).faults;
}

test('an execution is found by target, child and command, its source by host, address and program', () => {
  assert.deepEqual(faults([EDGE]), []);
  const name = 'child pid 4242 C:\\Windows\\System32\\cmd.exe';
  assert.deepEqual(faults([{ ...EDGE, source: { ...EDGE.source, host: 'ws-08' } }]), [
    `${name}: source is ws-08, not WS-07`,
  ]);
  assert.deepEqual(faults([{ ...EDGE, source: { ...EDGE.source, address: '10.0.0.8' } }]), [
    `${name}: source address is 10.0.0.8, not 10.0.0.7`,
  ]);
  assert.deepEqual(faults([{ ...EDGE, account: 'CORP\\bob' }]), [`${name}: account is CORP\\bob, not CORP\\alice`]);
  assert.match(faults([EDGE], { ...LABEL, command_line: 'cmd.exe /c y' })[0] ?? '', /differs/);
  assert.match(faults([EDGE], { ...LABEL, child_pid: 1 })[0] ?? '', /missed/);
  assert.match(faults([])[0] ?? '', /account is not told/);
});

test('a claimed name counts as the host where no better evidence names it (C7)', () => {
  const claimed = { ...EDGE, source: { ...EDGE.source, host: undefined, claimedName: 'WS-07' } };
  const { host: _, ...source } = claimed.source;
  assert.deepEqual(faults([{ ...EDGE, source }]), []);
});

test('a call without a child is found within two seconds, and of a network log only where N01 tells it', () => {
  const call = { ...LABEL, child_pid: null, child_image: null, command_line: null };
  const late = { ...EDGE, time: '2026-03-12T09:00:03.0000000Z' };
  assert.deepEqual(faults([EDGE], call), []);
  assert.match(faults([late], call)[0] ?? '', /no edge to SRV-02/);
  assert.match(scoreExecution(result([EDGE]), call, 'is', true).faults[0] ?? '', /no N01/);
});

test('a local act is not remote: an edge from another machine and R02 are faults', () => {
  const local = { ...LABEL, source: { ...LABEL.source, ip: null, same_host: true } };
  const found = faults([EDGE], local);
  assert.equal(found.length, 2);
  assert.match(found[0] ?? '', /local, but an edge comes from ws-07/);
  const own = { ...EDGE, source: { host: 'srv-02', address: '127.0.0.1' } };
  assert.equal(scoreExecution(result([own], [{ ...CHILD, analytic: 'R01' }]), local, 'is', false).faults.length, 0);
});

const record = (n: number, file = 'a.evtx'): CitedRecord => ({ file, channel: 'Security', headerRecordId: n });

const ROW: LabelRow = {
  path: 'malicious/a.evtx',
  class: 'malicious',
  min_severity: 'high',
  format: 'evtx',
  shape: 'evtx',
  events: 3,
  subscriptions: [],
  remote_executions: [],
  source: { path: 'x/a.evtx' },
};

test('a chain is torn where another incident alone cites a step, and has holes where none does', () => {
  const chain = { name: '', order: [1, 2, 3, 4].map((n) => ({ step: `step ${n}`, record_id: n })) };
  const of = (id: string, ids: readonly number[]) => ({
    ...result([]).incidents[0],
    id,
    level: 'high',
    title: '',
    subscriptions: [],
    findings: [],
    edges: [],
    links: [{ id: `${id}l`, claim: '', joins: [{ join: 'J1', evidence: ids.map((n) => record(n)) }] }],
  });
  const torn = { ...result([]), incidents: [of('i1', [1, 2]), of('i2', [3])] };
  assert.deepEqual(scoreChain(torn, chain, ROW), {
    steps: 4,
    together: 2,
    uncited: ['step 4'],
    elsewhere: ['step 3'],
  });
});

test('a malicious file is one incident, at its level; a negative one raises nothing of scope wmi', () => {
  assert.deepEqual(compare(ROW, result([EDGE]), undefined).faults, []);
  assert.deepEqual(compare({ ...ROW, min_severity: 'critical' }, result([EDGE]), undefined).faults, [
    'level high, wanted critical',
  ]);
  const none = { ...result([EDGE]), incidents: [] };
  assert.deepEqual(compare(ROW, none, undefined).faults, ['0 incidents of scope wmi for 1 attack']);
  assert.match(
    compare({ ...ROW, class: 'negative', min_severity: null }, result([EDGE]), undefined).faults[0] ?? '',
    /raised to high/,
  );
});

test('captures of one run may be joined, captures of two may not', () => {
  const run = (path: string, from: string, member: string): LabelRow => ({
    ...ROW,
    path,
    source: { path: from, member },
  });
  const host = run('json/a.zip', 'host/tool.zip', 'tool_2020-09-21001437.json');
  const wire = run('network/a.log', 'network/tool.zip', 'tool_WS6_2020-09-21001437.cap');
  const other = run('network/b.log', 'network/tool.zip', 'tool_WS6_2020-09-01103012.cap');
  assert.equal(runOf(host), runOf(wire));
  assert.notEqual(runOf(host), runOf(other));
  const over = (...paths: readonly string[]): HuntJson =>
    result([{ ...EDGE, evidence: paths.map((path, n) => record(n, `/c/dev/${path}`)) }]);
  const rows = [host, wire, other];
  const drawn = scoreWhole(over('json/a.zip', 'network/a.log'), rows);
  assert.deepEqual([drawn.faults, drawn.pairs.map(({ isDrawn }) => isDrawn)], [[], [true]]);
  const crossed = scoreWhole(over('json/a.zip', 'network/b.log'), rows);
  assert.equal(crossed.faults.length, 1);
  assert.deepEqual(
    crossed.pairs.map(({ isDrawn }) => isDrawn),
    [false],
  );
});
