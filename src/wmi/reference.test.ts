import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalNamespace, parseNamespace, parseReference, referenceName } from './reference.ts';

test('the many spellings of one namespace are one (DOMAIN 2.2 #4)', () => {
  for (const text of [
    'root\\CimV2',
    '\\\\root\\\\cimv2',
    '\\root\\cimv2',
    'root/cimv2',
    '//./ROOT/CIMV2',
    'ROOT\\CIMV2',
    '\\\\.\\root\\cimv2',
    ' "root\\\\cimv2" ',
    '//./root/CIMV2/',
  ]) {
    assert.deepEqual(parseNamespace(text), { namespace: 'root\\cimv2' }, text);
  }
});

test('a host in front is kept apart', () => {
  assert.deepEqual(parseNamespace('\\\\WS-07\\root\\subscription'), { namespace: 'root\\subscription', host: 'WS-07' });
  assert.deepEqual(parseNamespace('//srv.corp.local/ROOT/ccm'), { namespace: 'root\\ccm', host: 'srv.corp.local' });
  assert.deepEqual(parseNamespace('\\\\root\\root\\cimv2'), { namespace: 'root\\cimv2', host: 'root' });
  assert.equal(canonicalNamespace(''), '');
});

test('references are read absolute, with a host, relative, and as 5861 writes them (DOMAIN 2.2 #3)', () => {
  const cases: readonly (readonly [string, string | undefined, string | undefined, string, string])[] = [
    [
      '\\\\.\\ROOT\\subscription:CommandLineEventConsumer.Name="X"',
      undefined,
      'root\\subscription',
      'CommandLineEventConsumer',
      'X',
    ],
    ['\\\\WS-07\\root\\default:__EventFilter.Name="a b"', 'WS-07', 'root\\default', '__EventFilter', 'a b'],
    [
      '//srv.corp.local/root/subscription:__EventFilter.Name="X"',
      'srv.corp.local',
      'root\\subscription',
      '__EventFilter',
      'X',
    ],
    ['root\\subscription:__EventFilter.Name="X"', undefined, 'root\\subscription', '__EventFilter', 'X'],
    [
      'CommandLineEventConsumer.Name="BotConsumer23"',
      undefined,
      undefined,
      'CommandLineEventConsumer',
      'BotConsumer23',
    ],
    ['ActiveScriptEventConsumer="WSUS_RP5ZB"', undefined, undefined, 'ActiveScriptEventConsumer', 'WSUS_RP5ZB'],
    ["__EventFilter.Name='it'", undefined, undefined, '__EventFilter', 'it'],
    [
      'winmgmts:{impersonationLevel=impersonate}!\\\\.\\root\\subscription:__EventFilter.Name="X"',
      undefined,
      'root\\subscription',
      '__EventFilter',
      'X',
    ],
  ];
  for (const [text, host, namespace, className, name] of cases) {
    const reference = parseReference(text);
    assert.ok(reference !== undefined, text);
    assert.deepEqual(
      [reference.host, reference.namespace, reference.className, referenceName(reference)],
      [host, namespace, className, name],
      text,
    );
  }
});

test('names may hold quotes, equals signs, commas, colons and letters of any script (DOMAIN 2.2 #5)', () => {
  const named = (text: string): string | undefined => {
    const reference = parseReference(text);
    return reference === undefined ? undefined : referenceName(reference);
  };
  assert.equal(named('__EventFilter.Name="a=b,c:d.e"'), 'a=b,c:d.e');
  assert.equal(named('__EventFilter.Name="a\\"b\\\\c"'), 'a"b\\c');
  assert.equal(named('__EventFilter.Name="a"b"'), 'a"b');
  assert.equal(named('CommandLineEventConsumer="say "hi", now"'), 'say "hi", now');
  assert.equal(named('__EventFilter.Name="ფილტრი 過濾"'), 'ფილტრი 過濾');
  assert.equal(named('__EventFilter.Name="C:\\new"'), 'C:\\new');
});

test('several keys, singletons and class paths are read', () => {
  const reference = parseReference(
    'Win32_LoggedOnUser.Antecedent="\\\\\\\\.\\\\root\\\\cimv2:Win32_Account.Domain=\\"D\\",Name=\\"u\\"",LogonId=5',
  );
  assert.deepEqual(reference === undefined ? [] : [...reference.keys], [
    ['Antecedent', '\\\\.\\root\\cimv2:Win32_Account.Domain="D",Name="u"'],
    ['LogonId', '5'],
  ]);
  assert.deepEqual(parseReference('__EventFilter=@')?.keys.size, 0);
  assert.deepEqual(parseReference('\\\\HOST\\root\\cimv2:Win32_Process'), {
    host: 'HOST',
    namespace: 'root\\cimv2',
    className: 'Win32_Process',
    keys: new Map(),
  });
});

test('what names no class is no reference', () => {
  for (const text of ['', '-', '\\\\.\\root\\cimv2', '="x"', '\\\\.\\root:', 'a b c', 'X.=', 'winmgmts:{x']) {
    assert.equal(parseReference(text), undefined, text);
  }
  assert.equal(parseReference(`__EventFilter.Name="${'a'.repeat(65536)}"`), undefined);
});

test('any name quoted as WMI does comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '=', ',', ' ', 'a', "'", ':', '.', 'N') }), (name) => {
      const text = `\\\\.\\root\\subscription:__EventFilter.Name="${name.replace(/[\\"]/g, '\\$&')}"`;
      const reference = parseReference(text);
      assert.equal(reference === undefined ? undefined : referenceName(reference), name);
    }),
  );
});

test('hostile references end soon', () => {
  const start = process.cpuUsage().user;
  for (const filler of ['"', '",a=', '\\', '=', '",', '" ', 'a=1,']) {
    parseReference(`X.Name="${filler.repeat(60_000 / filler.length)}`);
    parseNamespace(filler.repeat(300_000));
  }
  assert.ok(process.cpuUsage().user - start < 2_000_000, 'user CPU under 2 s');
});
