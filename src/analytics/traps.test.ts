import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, on, T, WMIPRVSE } from '../../test/joined-call.ts';
import { brief, judged } from '../../test/told-findings.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';

/** What a remote caller started, and the traps of DOMAIN 2.2 that stand around his logon. */

const CALC = 'C:\\Windows\\System32\\calc.exe';
const child = (clock = '09:00:00.2000000', user = 'CORP\\alice'): EventModel =>
  sysmon.process(
    { pid: 3396, image: CALC, commandLine: 'calc', user, logonId: 0xa1n, parentImage: WMIPRVSE },
    on(T, clock),
  );
const logon = (over: Partial<Parameters<typeof security.logon>[0]> = {}, clock = '09:00:00.1000000'): EventModel =>
  security.logon(
    { account: ALICE, logonId: 0xa1n, authentication: 'NTLM', address: '10.0.0.7', port: 50001, ...over },
    on(T, clock),
  );
const PLAIN = 'R01 medium 1 CORP\\alice from 10.0.0.7 started calc.exe on SRV-02 through WMI';
const found = (...models: readonly EventModel[]): readonly string[] => brief(judged(models, 'R01', 'R02'));
const hosts = (...models: readonly EventModel[]): readonly (string | undefined)[] =>
  judged(models, 'R01', 'R02').flatMap(({ hop }) => hop?.sources.map(({ host }) => host) ?? []);

test('trap 26: WorkstationName is what the client claims: no host, whatever machine of the evidence it names', () => {
  assert.deepEqual(hosts(logon({ workstation: 'DC-01' }), child()), [undefined]);
  assert.deepEqual(hosts(logon({ workstation: 'SRV-02' }), child()), [undefined]);
});

test('trap 28: the 4672 that stands before its 4624 is no logon of its own', () => {
  const privileges = security.specialLogon(ALICE, 0xa1n, on(T, '09:00:00.0990000'));
  assert.deepEqual(found(privileges, logon(), child()), [PLAIN]);
});

test('trap 29: what a machine account starts through WMI is found as what a person starts', () => {
  const account = { sid: 'S-1-5-21-1-2-3-1113', name: 'WS-07$', domain: 'CORP' };
  const [line = ''] = found(logon({ account }), child('09:00:00.2000000', 'CORP\\WS-07$'));
  assert.match(line, /^R01 medium 1 CORP\\WS-07\$ from /);
});

test('trap 41: the host name in a Sysmon 3 is the sensor’s own look-up and names no source', () => {
  const inbound = sysmon.event(
    3,
    {
      ProcessGuid: sysmon.processGuid(800, 0n),
      ProcessId: 800,
      Image: 'C:\\Windows\\System32\\svchost.exe',
      User: 'NT AUTHORITY\\NETWORK SERVICE',
      Protocol: 'tcp',
      Initiated: false,
      SourceIp: '10.0.0.7',
      SourceHostname: 'DC-01.corp.local',
      SourcePort: 50001,
      DestinationIp: '10.0.0.2',
      DestinationPort: 135,
    },
    on(T, '09:00:00.0500000'),
  );
  assert.deepEqual(hosts(inbound, logon(), child()), [undefined]);
});

test('trap 45: a dash is no value: a logon from the address “-” has no source', () => {
  const { address: _none, port: _without, ...bare } = { address: '', port: 0, account: ALICE, logonId: 0xa1n };
  const [only] = judged([security.logon(bare, on(T, '09:00:00.1000000')), child()], 'R01');
  assert.deepEqual(only?.hop?.sources, []);
});

test('trap 48: a logon that the child holds carries it long after the idle ones of its connection have ended', () => {
  const idle = security.logon(
    { account: ALICE, logonId: 0xa2n, authentication: 'NTLM', address: '10.0.0.7', port: 50002 },
    on(T, '09:00:00.1500000'),
  );
  const closed = security.logoff(ALICE, 0xa2n, 3, on(T, '09:00:10.0000000'));
  assert.deepEqual(found(logon(), idle, closed, child('09:05:00.0000000')), [PLAIN]);
});

test('SETTLED C2, trap 44: a child and its logon of one time are in the order of their records', () => {
  assert.deepEqual(found(logon({}, '09:00:00.2000000'), child()), [PLAIN]);
});

test('trap 50: NTLM V1 in a logon scores nothing: it stands in ordinary calls', () => {
  const model = logon();
  const { body } = model;
  assert.ok(body.kind === 'eventData');
  const fields = body.fields.map((field) =>
    field.name === 'LmPackageName' && field.value.kind === 'plain'
      ? { ...field, value: { ...field.value, text: 'NTLM V1' } }
      : field,
  );
  const scores = [model, { ...model, body: { ...body, fields } }].map((one) =>
    judged([one, child()], 'R01').map(({ finding }) => [finding.score, finding.title]),
  );
  assert.equal(scores[0]?.length, 1);
  assert.deepEqual(scores[1], scores[0]);
});
