import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine, type EngineResult } from '../../src/analytics/index.ts';
import { digestId } from '../../src/bytes/index.ts';
import { buildIncidents } from '../../src/incidents/index.ts';
import { EventMatcher } from '../../src/taxonomy/index.ts';
import { type EventModel, security, sysmon, wmi } from '../../testkit/index.ts';
import { compiledPack } from '../../tools/rules/pack-files.ts';
import { ALICE, at, CMD, guid, SVCHOST, SYSTEM32, start } from '../judged.ts';
import { coverageOf, madeEvents } from '../made-event.ts';

const HOST = 'srv-02.corp.example.com';
const MATCHER = new EventMatcher(compiledPack().rules);
const WMIC = `${SYSTEM32}wbem\\WMIC.exe`;
const MOFCOMP = `${SYSTEM32}wbem\\mofcomp.exe`;

function run(models: readonly EventModel[], isPacked = true): EngineResult {
  const events = madeEvents(models);
  const engine = new Engine({ coverage: coverageOf(events), ...(isPacked ? { pack: MATCHER } : {}) });
  for (const event of events) engine.accept(event);
  return engine.finish();
}

/** Findings of rules: analytic, level, scope, title. */
function ruled({ findings }: EngineResult): string[] {
  return findings.flatMap(({ rule, analytic, level, scope, title }) =>
    rule === undefined ? [] : [`${analytic} ${level} ${scope} ${title}`],
  );
}

const EXPLORER = { parentImage: 'C:\\Windows\\explorer.exe', parentPid: 900 };

test('E7 a rule on the start of a process is one finding of its two records, with the id of a process and credit', () => {
  const commandLine = 'mofcomp.exe C:\\Users\\alice\\Downloads\\perf.mof';
  const result = run([
    start(5000, MOFCOMP, '09:00:00.2500000', { commandLine, parentImage: CMD, parentPid: 900 }),
    security.processCreation(
      {
        pid: 5000n,
        image: MOFCOMP,
        commandLine,
        creatorPid: 900n,
        creatorImage: CMD,
        subject: security.subject(ALICE, 0xa1n),
      },
      at('09:00:00.3000000'),
    ),
  ]);
  assert.deepEqual(ruled(result), ['S07 medium wmi CORP\\alice on SRV-02: MOF file compiled from where users write']);
  const [finding] = result.findings;
  assert.equal(finding?.id, digestId(['finding', 'S07', HOST, 5000, 'mofcomp.exe', '2026-03-12T09:00:00Z']));
  assert.deepEqual([finding?.count, finding?.evidence.map(({ eventId }) => eventId)], [1, [1, 4688]]);
  assert.equal(finding?.rule?.path, 's07-mofcomp-by-a-user.yml');
  assert.equal(finding?.process?.commandLine, commandLine);
  assert.deepEqual(finding?.accounts, ['CORP\\alice']);
});

test('DOMAIN 3.3: payload weights are added where the analytic bears them, and nowhere else', () => {
  const remote = run([
    start(5001, WMIC, '09:00:00', {
      ...EXPLORER,
      commandLine: 'wmic /node:FS-02 process call create "powershell -enc JwBhACcAKwAnAGIAJwA="',
    }),
  ]);
  const called = remote.findings.find(({ analytic, rule }) => analytic === 'S08' && rule !== undefined);
  assert.deepEqual(called?.terms.map(({ code }) => code).slice(0, 2), ['BASE', 'P01']);
  const asked = run([start(5002, WMIC, '09:00:00', { ...EXPLORER, commandLine: 'wmic qfe list full' })]);
  const [listed] = asked.findings;
  assert.deepEqual([listed?.analytic, listed?.terms.map(({ code }) => code), listed?.score], ['S22', ['BASE'], 20]);
});

test('a rule is not told beside the catalogue: what code says of a child of WMI takes its id as an alias (L14)', () => {
  const child = start(5003, CMD, '09:00:00', {
    commandLine: 'cmd.exe /c whoami',
    user: 'NT AUTHORITY\\SYSTEM',
    logonId: 0x3e7n,
  });
  const plain = run([child], false);
  const packed = run([child]);
  assert.deepEqual(
    packed.findings.map(({ analytic }) => analytic),
    plain.findings.map(({ analytic }) => analytic),
  );
  const id = digestId(['finding', 'C03', HOST, 5003, 'cmd.exe', '2026-03-12T09:00:00Z']);
  assert.ok(packed.findings.some(({ aliases }) => aliases.includes(id)));
});

const QUERY = "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'";

function planted(name: string, type: string, destination: string, consumerClass: string): readonly EventModel[] {
  const by = { operation: 'Created' as const, user: 'CORP\\alice' };
  return [
    sysmon.filter({ ...by, name, query: QUERY, eventNamespace: 'root\\cimv2' }, at('09:00:00')),
    sysmon.consumer({ ...by, name, type, destination }, at('09:00:00.1000000')),
    sysmon.binding({ ...by, filter: name, consumer: name, consumerClass }, at('09:00:00.2000000')),
  ];
}

test('E1 a fingerprint of a tool names it on the subscription and changes no sum', () => {
  const script =
    'Function Base64ToStream(b,l)\r\n Set transform = CreateObject("System.Security.Cryptography.FromBase64Transform")\r\n' +
    'Set fmt = CreateObject("System.Runtime.Serialization.Formatters.Binary.BinaryFormatter")';
  const models = planted('WSUS_A1B2C', 'Script', script, 'ActiveScriptEventConsumer');
  const [plain, packed] = [run(models, false), run(models)];
  assert.deepEqual(
    packed.dossiers.map(({ attackTool, verdict, id }) => [attackTool, verdict, id]),
    plain.dossiers.map(({ verdict, id }) => ['Covenant', verdict, id]),
  );
  const prints = packed.findings.filter(({ rule }) => rule?.path === 'tool-covenant-wmi.yml');
  assert.deepEqual(
    prints.map(({ analytic, level, attackTool, subscriptions }) => [analytic, level, attackTool, subscriptions.length]),
    [['C02', 'informational', 'Covenant', 1]],
  );
  // The catalogue's findings about the subscription bear the name too, and keep their sums.
  const scores = (result: EngineResult): unknown =>
    result.findings.flatMap(({ id, score, rule }) => (rule === undefined ? [[id, score]] : []));
  assert.deepEqual(scores(packed), scores(plain));
  const own = packed.findings.filter(({ rule }) => rule === undefined);
  assert.ok(own.length > 0 && own.every(({ attackTool }) => attackTool === 'Covenant'));
});

test('E1 a rule over a subscription prints its sum; the near miss is none', () => {
  const consumer = (name: string, file: string): EventModel =>
    wmi.binding(
      { name, query: QUERY, eventNamespace: 'root\\cimv2' },
      { class: 'LogFileEventConsumer', name, properties: { Filename: file, Text: '<%@ Page %>' } },
      at('09:00:00'),
    );
  const result = run([
    consumer('Audit', 'C:\\inetpub\\wwwroot\\x.aspx'),
    consumer('Power', 'C:\\ProgramData\\power.log'),
  ]);
  assert.deepEqual(
    result.findings.filter(({ analytic }) => analytic === 'S03').map(({ title }) => title),
    ["Subscription 'Audit' on SRV-02: Log file consumer that writes where files run"],
  );
  const found = result.findings.find(({ analytic }) => analytic === 'S03');
  const dossier = result.dossiers.find(({ id }) => found?.subscriptions.includes(id));
  assert.deepEqual(
    [found?.score, found?.terms, found?.level],
    [dossier?.verdict.score, dossier?.verdict.terms, dossier?.verdict.level],
  );
});

test('what one process did is one finding of an analytic, however many libraries it loaded', () => {
  const load = (library: string, time: string, pid = 5004): EventModel =>
    sysmon.event(
      7,
      {
        ProcessGuid: guid(String(pid)),
        ProcessId: pid,
        Image: 'C:\\Users\\alice\\AppData\\Local\\x\\x.exe',
        ImageLoaded: `${SYSTEM32}wbem\\${library}`,
        Signed: true,
        Signature: 'Microsoft Windows',
        User: 'CORP\\alice',
      },
      at(time),
    );
  const result = run([
    load('wbemprox.dll', '09:00:00'),
    load('wbemsvc.dll', '09:00:01'),
    load('wbemprox.dll', '09:00:02', 5005),
  ]);
  assert.deepEqual(
    result.findings.map(({ analytic, evidence, process }) => [analytic, evidence.length, process?.pid]),
    [
      ['S27', 2, 5004],
      ['S27', 1, 5005],
    ],
  );
});

test('S11 the key of a namespace belongs to the one subscription that was written in it, within two minutes', () => {
  const key = (time: string): EventModel =>
    sysmon.event(
      12,
      {
        EventType: 'CreateKey',
        ProcessGuid: guid('77'),
        ProcessId: 77,
        Image: SVCHOST,
        TargetObject: 'HKLM\\SOFTWARE\\Microsoft\\Wbem\\ESS\\//./root/CIMV2',
      },
      at(time),
    );
  const models = planted('Updater', 'Command Line', 'notepad.exe', 'CommandLineEventConsumer');
  const near = run([...models, key('09:02:00')]);
  const found = near.findings.find(({ analytic }) => analytic === 'S11');
  assert.deepEqual(
    found?.subscriptions,
    near.dossiers.map(({ id }) => id),
  );
  const { incidents } = buildIncidents({ findings: near.judged, dossiers: near.dossiers, gaps: [], facts: near.facts });
  assert.equal(incidents.length, 1);
  const late = run([...models, key('09:02:01')]);
  assert.deepEqual(late.findings.find(({ analytic }) => analytic === 'S11')?.subscriptions, []);
});
