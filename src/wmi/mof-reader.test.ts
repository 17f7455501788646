import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse5861Cause } from './binding-cause.ts';
import { creatorSidOf } from './creator.ts';
import { mofProperty, mofText, parseMofInstances } from './mof-reader.ts';
import { escapeMofString, unescapeMofString } from './mof-string.ts';
import { unwrapSysmonValue } from './sysmon-value.ts';

/** The PossibleCause of the built-in subscription as Windows writes it (5861 of a real host). */
const SCM_CAUSE =
  'Binding EventFilter: \ninstance of __EventFilter\n{\n' +
  '\tCreatorSID = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};\n\tEventNamespace = "root\\\\cimv2";\n' +
  '\tName = "SCM Event Log Filter";\n\tQuery = "select * from MSFT_SCMEventLogEvent";\n\tQueryLanguage = "WQL";\n};\n' +
  'Perm. Consumer: \ninstance of NTEventLogEventConsumer\n{\n\tCategory = 0;\n' +
  '\tCreatorSID = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};\n\tEventType = 1;\n' +
  '\tName = "SCM Event Log Consumer";\n\tNameOfUserSIDProperty = "sid";\n\tSourceName = "Service Control Manager";\n};\n';

test('a real PossibleCause gives filter and consumer in full', () => {
  const { filter, consumer, isCut } = parse5861Cause(SCM_CAUSE);
  assert.ok(filter !== undefined && consumer !== undefined);
  assert.equal(isCut, false);
  assert.equal(creatorSidOf(filter), 'S-1-5-32-544');
  assert.equal(filter.className, '__EventFilter');
  assert.deepEqual(
    ['EventNamespace', 'Name', 'Query', 'QueryLanguage'].map((name) => mofText(filter, name)),
    ['root\\cimv2', 'SCM Event Log Filter', 'select * from MSFT_SCMEventLogEvent', 'WQL'],
  );
  assert.deepEqual(
    [consumer.className, [...consumer.properties.keys()], mofText(consumer, 'eventtype'), creatorSidOf(consumer)],
    [
      'NTEventLogEventConsumer',
      ['Category', 'CreatorSID', 'EventType', 'Name', 'NameOfUserSIDProperty', 'SourceName'],
      '1',
      'S-1-5-32-544',
    ],
  );
});

test('a script that holds "};" and a false instance stays one string', () => {
  const script = 'x = 1; };\ninstance of __EventFilter\n{ Name = "no"; };\n';
  const text = `instance of ActiveScriptEventConsumer\n{\n\tName = "K";\n\tScriptText = "${escapeMofString(script)}";\n};\n`;
  const { instances, isCut, problems } = parseMofInstances(text);
  assert.deepEqual([instances.length, isCut, problems], [1, false, []]);
  const [instance] = instances;
  assert.equal(instance === undefined ? undefined : mofText(instance, 'ScriptText'), script);
});

test('a text cut inside a string, an array or before the brace keeps what was there and says so', () => {
  const head = 'instance of ActiveScriptEventConsumer\n{\n\tName = "K";\n';
  const cases: readonly (readonly [string, string, unknown])[] = [
    [`${head}\tScriptText = "abc\\r\\ndef`, 'ScriptText', 'abc\r\ndef'],
    [`${head}\tScriptText = "abc\\`, 'ScriptText', 'abc'],
    [`${head}\tCreatorSID = {1, 5, 0`, 'CreatorSID', ['1', '5', '0']],
    [`${head}\tScriptText = "abc"`, 'ScriptText', 'abc'],
    [`${head}\tKillTim`, 'KillTimeout', undefined],
  ];
  for (const [text, property, value] of cases) {
    const parse = parseMofInstances(text);
    const [instance] = parse.instances;
    assert.ok(instance !== undefined);
    assert.equal(parse.isCut, true);
    assert.equal(instance.isCut, true);
    assert.equal(mofText(instance, 'Name'), 'K');
    assert.deepEqual(mofProperty(instance, property), value);
  }
});

test('all value kinds become canonical text', () => {
  const { instances, problems } = parseMofInstances(`
    // comment
    [dynamic, provider("x")] instance of Sample as $S1 {
      A = TRUE; B = false; C = NULL; D = -12; E = 0xFF; F = 101b; G = 1.5e+3; H = 'c'; I = $S2; J = {};
      K = {"a;b", "c}"}; L = "one" /* glue */ "two"; M = {TRUE, NULL}; N = "\\x41\\x00e9z"; [q("y")] O = +7;
      A = "second";
    };`);
  assert.deepEqual(problems, []);
  const [instance] = instances;
  assert.ok(instance !== undefined);
  assert.equal(instance.className, 'Sample');
  assert.deepEqual(Object.fromEntries(instance.properties), {
    A: 'true',
    B: 'false',
    C: null,
    D: '-12',
    E: '255',
    F: '5',
    G: '1.5e+3',
    H: 'c',
    I: '$S2',
    J: [],
    K: ['a;b', 'c}'],
    L: 'onetwo',
    M: ['true', ''],
    N: 'Aéz',
    O: '7',
  });
});

test('a broken statement costs itself and is placed', () => {
  const text = 'instance of X { A = "1"; B = ; = 3; ) D = {1, ?}; E = "2"; }; instance of Y { Z = 1; };';
  const { instances, problems } = parseMofInstances(text);
  assert.deepEqual(
    instances.map((i) => [i.className, mofText(i, 'A'), mofText(i, 'E'), mofText(i, 'Z')]),
    [
      ['X', '1', '2', undefined],
      ['Y', undefined, undefined, '1'],
    ],
  );
  assert.equal(problems.length > 0, true);
  assert.equal(text.slice(problems[0]?.offset).startsWith('B ='), true);
});

test('prose, empty text and half an opening give no instance', () => {
  for (const text of ['', 'an instance of nothing', 'instance of', 'instance of X', 'Perm. Consumer: none']) {
    assert.deepEqual(parseMofInstances(text).instances, [], text);
  }
  assert.deepEqual(parse5861Cause('Unknown'), { isCut: false });
});

test('a property called __proto__ is only a name', () => {
  const [instance] = parseMofInstances('instance of X { __proto__ = "1"; constructor = "2"; };').instances;
  assert.ok(instance !== undefined);
  assert.deepEqual(
    [...instance.properties],
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
  );
  assert.equal(mofProperty(instance, 'toString'), undefined);
});

test('escaping and unescaping are inverse, and one level is taken off at a time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(unescapeMofString(escapeMofString(text)), text)),
  );
  assert.equal(unescapeMofString('\\\\\\\\.\\\\root'), '\\\\.\\root');
  assert.equal(unescapeMofString('a\\qb\\'), 'a\\qb\\');
  assert.equal(unescapeMofString('\\x4\\xzz'), '\u0004\\xzz');
});

test('any properties written as MOF are read back', () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
  const value = fc.string({ unit: fc.constantFrom('"', '\\', '}', '{', ';', '\n', 'a', 'é', ' ', "'") });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([n]) => n.toLowerCase() }), (properties) => {
      const body = properties.map(([n, v]) => `\t${n} = "${escapeMofString(v)}";\n`).join('');
      const { instances, isCut } = parseMofInstances(`Perm. Consumer: \ninstance of C\n{\n${body}};\n`);
      assert.equal(isCut, false);
      assert.deepEqual([...(instances[0]?.properties ?? [])], properties);
    }),
  );
});

test('no prefix of a real text throws, and only whole ones are not cut', () => {
  for (let end = 0; end <= SCM_CAUSE.length; end++) {
    const { filter, isCut } = parse5861Cause(SCM_CAUSE.slice(0, end));
    if (filter !== undefined && !filter.isCut) assert.equal(filter.properties.size, 5);
    if (end >= SCM_CAUSE.length - 2) assert.equal(isCut, false);
  }
});

test('hostile texts end soon', () => {
  const start = process.cpuUsage().user;
  const hostile = [
    'instance of '.repeat(80_000),
    `instance of X { A = ${'{'.repeat(1_000_000)}`,
    `instance of X { ${'['.repeat(1_000_000)}`,
    `instance of X { A = "${'\\"'.repeat(500_000)}`,
    `instance of X { ${'= ;'.repeat(300_000)}`,
    `instance of X { A = ${'"" '.repeat(300_000)}`,
    `instance of X { A = {${'1,'.repeat(500_000)}}; };`,
    `instance of ${' '.repeat(1_000_000)}`,
    'instance of X {'.repeat(70_000),
  ];
  for (const text of hostile) {
    const { instances, problems } = parseMofInstances(text);
    assert.ok(instances.length <= 4096 && problems.length <= 64);
  }
  assert.ok(process.cpuUsage().user - start < 3_000_000, 'user CPU under 3 s');
});

test('Sysmon values lose blank, quotes and one level of escapes (DOMAIN 2.2 #1)', () => {
  const cases: readonly (readonly [string, string])[] = [
    [' "C:\\\\Windows\\\\System32\\\\notepad.exe"', 'C:\\Windows\\System32\\notepad.exe'],
    [
      ' "\\\\\\\\.\\\\ROOT\\\\subscription:CommandLineEventConsumer.Name=\\"X\\""',
      '\\\\.\\ROOT\\subscription:CommandLineEventConsumer.Name="X"',
    ],
    [' "root\\\\CimV2"', 'root\\CimV2'],
    [' "\\\\root\\\\cimv2"', '\\root\\cimv2'],
    [' "a\\r\\nb \\\\\\\\\\\\\\\\.\\\\\\\\root"', 'a\r\nb \\\\\\\\.\\\\root'],
    ['Script', 'Script'],
    ['C:\\new\\table', 'C:\\new\\table'],
    ['"', '"'],
    [' ""', ''],
    ['-', '-'],
  ];
  for (const [raw, text] of cases) assert.equal(unwrapSysmonValue(raw), text, raw);
});

test('what Sysmon left encoded is decoded once more, one level only (DOMAIN 2.2 #2)', () => {
  assert.equal(unwrapSysmonValue('&lt;Anonymous Pipe&gt;'), '<Anonymous Pipe>');
  assert.equal(
    unwrapSysmonValue(' "cmd.exe /c echo %ProcessId% &gt;&gt; c:\\\\\\\\temp\\\\\\\\log.txt"'),
    'cmd.exe /c echo %ProcessId% >> c:\\\\temp\\\\log.txt',
  );
  assert.equal(unwrapSysmonValue('a &amp;lt; b &copy;'), 'a &lt; b &copy;');
});
