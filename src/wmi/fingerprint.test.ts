import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fingerprintOf, loosened, type SubscriptionContent } from './fingerprint.ts';
import { matchesTemplate } from './template.ts';

const CONTENT: SubscriptionContent = {
  consumerClass: 'CommandLineEventConsumer',
  properties: { Name: 'Updater', CommandLineTemplate: 'cmd.exe /c whoami\r\nexit  ', CreatorSID: '{1, 2}' },
  query: "select * from Win32_ProcessStartTrace where ProcessName='x'",
  eventNamespace: 'root/cimv2',
};

function print(change: Partial<SubscriptionContent> = {}): string | undefined {
  return fingerprintOf({ ...CONTENT, ...change })?.fingerprint;
}

test('a fingerprint is over content: names, creator, spelling of query and namespace do not change it', () => {
  const base = print();
  assert.match(base ?? '', /^[0-9a-f]{64}$/);
  assert.equal(
    print({
      consumerClass: 'commandlineeventconsumer',
      properties: { Name: 'Other', commandlinetemplate: 'cmd.exe /c whoami\nexit', MachineName: 'x' },
      query: "SELECT *  FROM win32_processstarttrace WHERE ProcessName = 'x'",
      eventNamespace: '\\\\.\\ROOT\\CIMV2',
    }),
    base,
  );
});

test('every part of the content changes it', () => {
  const prints = [
    print(),
    print({ consumerClass: 'ActiveScriptEventConsumer', payload: 'cmd.exe /c whoami' }),
    print({ properties: { CommandLineTemplate: 'cmd.exe /c whoami2' } }),
    print({ properties: { CommandLineTemplate: 'cmd.exe /c whoami\nexit', ExecutablePath: 'c:\\x.exe' } }),
    print({ query: "select * from Win32_ProcessStartTrace where ProcessName='y'" }),
    print({ eventNamespace: 'root\\default' }),
  ];
  assert.equal(new Set(prints).size, prints.length);
});

test('the recipe is the digest of the canonical array, spelt out here by hand (DOMAIN 3.4)', () => {
  const array =
    '["commandlineeventconsumer","cmd.exe /c whoami\\nexit",null,null,' +
    '"SELECT * FROM win32_processstarttrace WHERE ProcessName = \'x\'","root\\\\cimv2"]';
  const digest = createHash('sha256').update(array).digest('hex');
  assert.deepEqual(fingerprintOf(CONTENT), { fingerprint: digest, loosePrint: digest });
});

test('without payload and query there is none (SETTLED C16); other classes need a property of their own', () => {
  assert.equal(
    fingerprintOf({ consumerClass: 'CommandLineEventConsumer', properties: {}, query: 'select * from X' }),
    undefined,
  );
  assert.equal(fingerprintOf({ consumerClass: 'CommandLineEventConsumer', properties: {}, payload: 'x' }), undefined);
  assert.equal(
    fingerprintOf({ consumerClass: null, properties: {}, payload: 'x', query: 'select * from X' }),
    undefined,
  );
  const other = { consumerClass: 'NTEventLogEventConsumer', query: 'select * from X' };
  assert.equal(fingerprintOf({ ...other, properties: { Name: 'n', CreatorSID: '{1}', MachineName: 'm' } }), undefined);
  const scm = fingerprintOf({ ...other, properties: { Name: 'n', SourceName: 's', EventType: '1' } });
  assert.ok(scm !== undefined);
  assert.deepEqual(fingerprintOf({ ...other, properties: { EventType: '1', SourceName: 's', Name: 'm' } }), scm);
  const stored = { SourceName: 's', EventType: '1', EventID: '0', UNCServerName: '', InsertionStringTemplates: '{""}' };
  assert.deepEqual(fingerprintOf({ ...other, properties: stored }), scm);
  assert.notDeepEqual(fingerprintOf({ ...other, properties: { EventType: '2', SourceName: 's' } }), scm);
});

test('the loose print is equal where only GUIDs, addresses, URLs, numbers or base64 differ', () => {
  const loose = (CommandLineTemplate: string): string | undefined =>
    fingerprintOf({ ...CONTENT, properties: { CommandLineTemplate } })?.loosePrint;
  const one = `x http://a.example/b?c=1 10.0.0.1 {0F3E6D1A-1111-2222-3333-444455556666} 4444 ${'QUJD'.repeat(20)}==`;
  const two = `x https://b.example:8443/q 192.168.1.20 {aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee} 55555 ${'WFla'.repeat(30)}`;
  assert.equal(loosened(one), 'x <url> <ip> <guid> <number> <base64>');
  assert.equal(loose(one), loose(two));
  assert.notEqual(loose(one), loose(`y ${two.slice(2)}`));
  assert.equal(loosened('fe80::1:2 a1b2 123 00:11'), '<ip> a1b2 123 00:11');
});

test('loosening a large hostile text ends soon', () => {
  const start = process.cpuUsage().user;
  for (const filler of ['http://', 'a', '1.', 'f:', '{', '12345678-', 'A/'])
    loosened(filler.repeat(1_000_000 / filler.length));
  assert.ok(process.cpuUsage().user - start < 3_000_000, 'user CPU under 3 s');
});

test('a started command line equals its template after substitution (SETTLED A5)', () => {
  const hits: readonly (readonly [string, string])[] = [
    ['cmd.exe /c echo %ProcessId% >> c:\\\\temp\\\\log.txt', 'cmd.exe /c echo 4711 >> c:\\\\temp\\\\log.txt'],
    ['cmd.exe /c echo %TargetInstance.Name%', 'CMD.EXE /c echo notepad.exe'],
    ['a.exe %A% b %B(2)%', 'a.exe one two b three'],
    ['a.exe %A%', 'a.exe '],
    ['a.exe %A%', 'a.exe'],
    ['echo 100%% done', 'echo 100% done'],
    ['c:\\Windows\\System32\\cmd.exe', ' C:\\WINDOWS\\system32\\cmd.exe '],
    ['%ComSpec% /c x.bat', 'C:\\Windows\\system32\\cmd.exe /c x.bat'],
  ];
  for (const [template, commandLine] of hits) assert.equal(matchesTemplate(template, commandLine), true, template);
});

test('a near miss is none, and a template that fits everything matches nothing', () => {
  const misses: readonly (readonly [string, string])[] = [
    ['cmd.exe /c echo %ProcessId% >> c:\\temp\\log.txt', 'cmd.exe /c echo 4711 >> c:\\temp\\log2.txt'],
    ['cmd.exe', 'cmd.exe /c whoami'],
    ['cmd.exe /c x', 'cmd.exe'],
    ['a.exe %A% b %B% c', 'a.exe 1 c'],
    ['ab%A%ba', 'aba'],
    ['%A%', 'anything'],
    ['%A% x', 'anything x'],
    ['', ''],
    ['50% of %A', '50 of x'],
  ];
  for (const [template, commandLine] of misses) assert.equal(matchesTemplate(template, commandLine), false, template);
});

test('hostile templates end soon', () => {
  const start = process.cpuUsage().user;
  matchesTemplate('a%A%'.repeat(16_000), 'a'.repeat(65_000));
  matchesTemplate(`x${'%A%b'.repeat(16_000)}`, `x${'c'.repeat(65_000)}`);
  matchesTemplate('%a'.repeat(32_000), 'x'.repeat(65_000));
  matchesTemplate(`x%A%${'ab'.repeat(16_000)}c%B%`, `x${'ab'.repeat(32_000)}`);
  assert.equal(matchesTemplate('abc'.padEnd(65_537), 'abc'), false);
  assert.ok(process.cpuUsage().user - start < 2_000_000, 'user CPU under 2 s');
});
