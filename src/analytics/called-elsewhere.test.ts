import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALICE, BOB, D, LEASE, on, S, SVCHOST, T, used, WMIPRVSE } from '../../test/joined-call.ts';
import { brief, judged } from '../../test/told-findings.ts';
import { type EventModel, powershell, security, sysmon, winrm } from '../../testkit/index.ts';

const WMIC = 'C:\\Windows\\System32\\wbem\\WMIC.exe';

/** The three 4648 of one `wmic /node:` with other credentials (trap 47). */
const PAIR: readonly EventModel[] = [
  used('09:00:00.0000001', { image: SVCHOST, pid: 772n, server: 'SRV-09.corp.local', spn: 'RPCSS/SRV-09.corp.local' }),
  used('09:00:00.0300001', { server: 'SRV-09.corp.local', spn: 'host/SRV-09.corp.local' }),
];

test('R19: two 4648 of one session, by RPC and by WMIC.exe, are a call with the credentials of another account (trap 47)', () => {
  const [found] = judged(PAIR, 'R19');
  assert.deepEqual(brief(found === undefined ? [] : [found]), [
    'R19 medium 1 CORP\\bob on WS-07 called WMI on SRV-09 with the credentials of CORP\\alice (not seen on SRV-09)',
  ]);
  assert.deepEqual(
    [found?.hop?.target, found?.hop?.account, found?.hop?.method, found?.hop?.isSeenAtTarget],
    [{ host: 'srv-09.corp.local' }, 'CORP\\alice', 'wmi-dcom', false],
  );
  const source = found?.hop?.sources[0];
  assert.deepEqual(
    [source?.host, source?.account, source?.process?.image, source?.process?.pid, source?.isNamed],
    ['ws-07.corp.local', 'CORP\\bob', WMIC, 1100, true],
  );
  assert.deepEqual(found?.finding.accounts, ['CORP\\alice', 'CORP\\bob']);
  assert.equal(found?.finding.evidence.length, 2);
});

test('R19: the start of the client is evidence of the call, also without a command line', () => {
  const started = security.processCreation(
    {
      pid: 1100n,
      image: WMIC,
      creatorPid: 800n,
      creatorImage: 'C:\\Windows\\explorer.exe',
      subject: security.subject(BOB, 0xb1n),
    },
    on(S, '08:59:30.0000001'),
  );
  const [found] = judged([started, ...PAIR], 'R19');
  assert.deepEqual(
    found?.finding.evidence.map(({ eventId }) => eventId),
    [4648, 4648, 4688],
  );
});

test('R19: a 4648 of RPC alone, one of WMIC.exe three seconds later, or one by another program is no call', () => {
  const [rpc, client] = PAIR;
  assert.ok(rpc !== undefined && client !== undefined);
  assert.deepEqual(brief(judged([rpc], 'R19')), []);
  assert.deepEqual(brief(judged([client], 'R19')), []);
  assert.deepEqual(brief(judged([rpc, used('09:00:03.0000001', { server: 'SRV-09.corp.local' })], 'R19')), []);
  assert.deepEqual(
    brief(
      judged(
        [rpc, used('09:00:00.0300001', { server: 'SRV-09.corp.local', image: 'C:\\Windows\\System32\\mmc.exe' })],
        'R19',
      ),
    ),
    [],
  );
});

function wmic(commandLine: string, clock = '09:00:00.0000001'): EventModel {
  return sysmon.process(
    {
      pid: 1100,
      image: WMIC,
      commandLine,
      user: 'CORP\\bob',
      logonId: 0xb1n,
      parentImage: 'C:\\Windows\\explorer.exe',
    },
    on(S, clock),
  );
}

test('R19: a command line that calls is medium, one that only reads is low', () => {
  assert.deepEqual(brief(judged([wmic('wmic /node:SRV-09 process call create calc')], 'R19')), [
    'R19 medium 1 CORP\\bob on WS-07 called WMI on SRV-09 (not seen on SRV-09)',
  ]);
  assert.deepEqual(brief(judged([wmic('wmic /node:10.0.0.99 os get caption')], 'R19')), [
    'R19 low 1 CORP\\bob on WS-07 called WMI on 10.0.0.99 (not seen on 10.0.0.99)',
  ]);
  assert.deepEqual(brief(judged([wmic('wmic /node:WS-07 process call create calc')], 'R19')), []);
});

test('R19: one call that several logs tell within a minute is one finding; a minute later it is another', () => {
  const script = (clock: string): EventModel =>
    powershell.scriptBlock(
      { text: 'Invoke-WmiMethod -ComputerName SRV-09 -Class Win32_Process -Name Create -ArgumentList calc' },
      { ...on(S, clock), userSid: BOB.sid, processId: 4242 },
    );
  const values = powershell.moduleLog(
    {
      payload:
        'CommandInvocation(Invoke-WmiMethod): "Invoke-WmiMethod"\r\nParameterBinding(Invoke-WmiMethod): name="ComputerName"; value="SRV-09"\r\nParameterBinding(Invoke-WmiMethod): name="Name"; value="Create"',
      commandName: 'Invoke-WmiMethod',
      hostApplication: 'powershell.exe',
      user: 'CORP\\bob',
    },
    { ...on(S, '09:00:00.5000000'), userSid: BOB.sid, processId: 4242 },
  );
  const named = security.specialLogon(BOB, 0xb1n, on(S, '08:59:00.0000001'));
  assert.deepEqual(brief(judged([named, script('09:00:00.1000000'), values, script('09:01:05.0000001')], 'R19')), [
    'R19 medium 2 CORP\\bob on WS-07 called WMI on SRV-09 (not seen on SRV-09)',
    'R19 medium 1 CORP\\bob on WS-07 called WMI on SRV-09 (not seen on SRV-09)',
  ]);
});

test('R19: WinRM tells the machine of the session and the resource of WMI: a call over WinRM', () => {
  const models = [
    winrm.event(6, { connection: 'SRV-09/wsman?PSVersion=5.1' }, { ...on(S, '09:00:00.0000001'), processId: 4242 }),
    winrm.event(
      145,
      { operationName: 'Invoke', resourceUri: winrm.wmiResource('root\\cimv2', 'Win32_Process') },
      { ...on(S, '09:00:01.0000001'), processId: 4242 },
    ),
  ];
  const [found] = judged(models, 'R19');
  assert.equal(found?.hop?.method, 'wmi-winrm');
  assert.equal(found?.finding.level, 'medium');
  assert.deepEqual(judged(models.slice(1), 'R19'), []);
});

test('R19: with a logon of the target alone it is told as arrived, its effect unseen; another account’s or machine’s is none', () => {
  const call = wmic('wmic /node:SRV-02 process call create calc');
  const logon = (account: typeof ALICE, clock: string, address = '10.0.0.7'): EventModel =>
    security.logon({ account, logonId: 0xa1n, address, port: 50001 }, on(T, clock));
  const arrives = (...models: readonly EventModel[]): boolean => {
    const [found, ...others] = judged([call, ...models], 'R19');
    assert.equal(others.length, 0);
    const { title = '', evidence = [] } = found?.finding ?? {};
    const hasArrived = found?.hop?.hasArrived === true;
    assert.match(title, hasArrived ? /\(it arrived, its effect was not seen on SRV-02\)$/ : /\(not seen on SRV-02\)$/);
    assert.equal(
      evidence.some(({ eventId }) => eventId === 4624),
      hasArrived,
    );
    return hasArrived;
  };
  assert.equal(arrives(), false);
  assert.equal(arrives(logon(BOB, '09:00:30.0000001')), true);
  assert.equal(arrives(LEASE, logon(ALICE, '09:00:30.0000001')), true);
  // Too late, of another account, and from an address that is another machine's, or not the source's.
  assert.equal(arrives(logon(BOB, '09:01:01.0000001')), false);
  assert.equal(arrives(logon(ALICE, '09:00:30.0000001')), false);
  const other = security.logon(
    {
      account: { sid: 'S-1-5-21-1-2-3-1114', name: 'DC-01$', domain: 'CORP' },
      logonId: 0x78n,
      address: '10.0.0.9',
      port: 49002,
    },
    on(T, '08:55:00.0000001'),
  );
  assert.equal(arrives(other, logon(BOB, '09:00:30.0000001', '10.0.0.9')), false);
  assert.equal(arrives(LEASE, logon(BOB, '09:00:30.0000001', '10.9.9.9')), false);
});

test('R19, L14: more records of it, and the finding that it folds into, keep the ids that it had', () => {
  const call = wmic('wmic /node:SRV-02 process call create calc');
  const credentials = [
    used('09:00:01.0000001', { image: SVCHOST, pid: 772n, server: 'SRV-02', spn: 'RPCSS/SRV-02' }),
    used('09:00:01.0300001', { server: 'SRV-02', spn: 'host/SRV-02' }),
  ];
  const effect = [
    LEASE,
    security.logon({ account: ALICE, logonId: 0xa1n, address: '10.0.0.7', port: 50001 }, on(T, '09:00:01.1000000')),
    sysmon.process(
      {
        pid: 3396,
        image: 'C:\\Windows\\System32\\calc.exe',
        commandLine: 'calc',
        user: 'CORP\\alice',
        logonId: 0xa1n,
        parentPid: 2760,
        parentImage: WMIPRVSE,
      },
      on(T, '09:00:01.2000000'),
    ),
  ];
  const of = (models: readonly EventModel[]): { analytic: string; names: readonly string[] } => {
    const [found, ...others] = judged(models, 'R01', 'R02', 'R19');
    assert.equal(others.length, 0);
    const { analytic = '', id = '', aliases = [] } = found?.finding ?? {};
    return { analytic, names: [id, ...aliases] };
  };
  const grown = [of([call]), of(credentials), of([call, ...credentials]), of([call, ...credentials, ...effect])];
  assert.deepEqual(
    grown.map(({ analytic }) => analytic),
    ['R19', 'R19', 'R19', 'R01'],
  );
  for (const { names } of grown.slice(0, 3)) {
    assert.ok(grown[2]?.names.includes(names[0] ?? ''));
    assert.ok(grown[3]?.names.includes(names[0] ?? ''));
  }
});

test('R19: it folds into R02 when a child of the target joins it by J8', () => {
  const models = [
    wmic('wmic /node:SRV-02 process call create calc'),
    security.logon({ account: BOB, logonId: 0xa1n, address: '10.0.0.7', port: 50001 }, on(T, '09:00:01.0000001')),
    sysmon.process(
      {
        pid: 3396,
        image: 'C:\\Windows\\System32\\calc.exe',
        commandLine: 'calc',
        user: 'CORP\\bob',
        logonId: 0xa1n,
        parentPid: 2760,
        parentImage: WMIPRVSE,
      },
      on(T, '09:00:01.1000000'),
    ),
  ];
  const found = judged(models, 'R01', 'R02', 'R19');
  assert.deepEqual(
    found.map(({ finding }) => finding.analytic),
    ['R02'],
  );
  assert.deepEqual(
    found[0]?.hop?.sources.map(({ host, joins }) => [host, joins.map(({ join }) => join)]),
    [['ws-07.corp.local', ['J8']]],
  );
});

test('L15: a flood of calls from one machine leaves those of another', () => {
  const flood = Array.from({ length: 1500 }, (_, at) =>
    sysmon.process(
      {
        pid: 9000 + at,
        image: WMIC,
        commandLine: `wmic /node:HOST-${at} os get x`,
        user: 'CORP\\bob',
        logonId: 0xb1n,
        parentImage: 'C:\\Windows\\explorer.exe',
      },
      on(D, `09:00:${String(10 + Math.floor(at / 100)).padStart(2, '0')}.${String(at % 100).padStart(3, '0')}0001`),
    ),
  );
  const found = judged([wmic('wmic /node:SRV-09 process call create calc'), ...flood], 'R19');
  assert.ok(found.some(({ finding }) => finding.host === 'ws-07.corp.local'));
  assert.ok(found.length > 1000 && found.length < 1100, `${found.length}`);
});

test('R19: of a name that machines of two domains have nobody says that it was not seen there (trap 31)', () => {
  const call = wmic('wmic /node:SRV-02 process call create calc');
  const others = ['SRV-02.a.example.com', 'SRV-02.b.example.com'].map((computer) =>
    security.logon(
      { account: BOB, logonId: 0xb2n, address: '10.9.9.9', port: 50001 },
      on(computer, '08:00:00.0000001'),
    ),
  );
  const [found] = judged([call, ...others], 'R19');
  assert.match(found?.finding.title ?? '', / called WMI on SRV-02 \(several machines have that name\)$/);
  assert.equal(found?.hop?.isTargetAmbiguous, true);
});
