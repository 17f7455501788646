import assert from 'node:assert/strict';
import { test } from 'node:test';
import { creatorSidOf } from './creator.ts';
import { decodeMof, isCompiledMof, type MofDocumentInstance, readMofDocument } from './mof-document.ts';
import { mofProperty, mofText } from './mof-reader.ts';

/** As attackers compile it: an alias for each end of the binding. */
const TRIAD = `#pragma namespace ("\\\\\\\\.\\\\root\\\\subscription")
#pragma autorecover
// instance of __EventFilter { Name = "in a comment"; };
/* #pragma namespace("root\\\\nowhere") */
instance of __EventFilter as $EventFilter
{
  EventNamespace = "Root\\\\Cimv2";
  Name = "Up\\"date";
  Query = "SELECT * FROM __InstanceModificationEvent WITHIN 60 "
          "WHERE TargetInstance ISA 'Win32_LocalTime'"; // glued
  QueryLanguage = "WQL";
  CreatorSID = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0};
};
instance of ActiveScriptEventConsumer as $Consumer
{
  Name = "Run";
  ScriptingEngine = "VBScript";
  ScriptText = "x = 1; };\\r\\ninstance of __EventFilter { Name = \\"no\\"; };";
};
instance of __FilterToConsumerBinding
{
  Filter = $EventFilter;
  Consumer   = $consumer;
};
`;

function shown({ namespace, className, alias, properties }: MofDocumentInstance): unknown {
  return [namespace, className, alias, Object.fromEntries(properties)];
}

test('D10 a triad is read whole: namespace, aliases as references, glued texts, comments passed over', () => {
  const read = readMofDocument(TRIAD);
  assert.deepEqual([read.problems, read.isCut, read.autorecover], [[], false, true]);
  assert.deepEqual([read.namespaces, read.classes, read.directives], [['root\\subscription'], [], []]);
  const [filter, consumer, binding] = read.instances;
  assert.equal(read.instances.length, 3);
  assert.ok(filter !== undefined && consumer !== undefined && binding !== undefined);
  assert.deepEqual(
    [filter.namespace, filter.className, filter.alias, mofText(filter, 'Name'), mofText(filter, 'Query')],
    [
      'root\\subscription',
      '__EventFilter',
      '$EventFilter',
      'Up"date',
      "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'",
    ],
  );
  assert.equal(creatorSidOf(filter), 'S-1-5-32-544');
  assert.deepEqual(shown(binding), [
    'root\\subscription',
    '__FilterToConsumerBinding',
    undefined,
    { Filter: '__EventFilter.Name="Up\\"date"', Consumer: 'ActiveScriptEventConsumer.Name="Run"' },
  ]);
  for (const { offset, length } of read.instances) {
    const text = TRIAD.slice(offset, offset + length);
    assert.match(text, /^instance of [\s\S]*\};$/);
  }
});

test('D10 the namespace changes as the pragmas go, and a reference out of it names where it leads', () => {
  const read = readMofDocument(`
    instance of X { A = 1; };
    #pragma namespace("\\\\\\\\SRV-02\\\\root\\\\cimv2")
    instance of __IntervalTimerInstruction as $T { TimerId = "T1"; IntervalBetweenEvents = 1000; };
    #PRAGMA NAMESPACE ("//./ROOT/Default")
    instance of Y { Far = $T; };
    #pragma namespace("root\\\\cimv2") instance of Z { Text = "$T"; };`);
  assert.deepEqual(
    read.instances.map((one) => [one.namespace, one.host, one.className]),
    [
      [undefined, undefined, 'X'],
      ['root\\cimv2', 'SRV-02', '__IntervalTimerInstruction'],
      ['root\\default', undefined, 'Y'],
      ['root\\cimv2', undefined, 'Z'],
    ],
  );
  assert.deepEqual(read.namespaces, ['root\\cimv2', 'root\\default']);
  const [, , far, near] = read.instances;
  assert.ok(far !== undefined && near !== undefined);
  assert.equal(mofText(far, 'Far'), '\\\\SRV-02\\root\\cimv2:__IntervalTimerInstruction.TimerId="T1"');
  // In quotes it is a text.
  assert.equal(mofText(near, 'Text'), '$T');
  assert.deepEqual(read.problems, []);
});

test('D10 classes are passed over with name and superclass, whatever stands in them', () => {
  const text = `
    Qualifier Description : ToInstance ToSubclass DisableOverride Restricted;
    [abstract, Description("instance of Fake { A = 1; };")]
    class Evil : Win32_Process { [key] string Name = "a };"; uint32 Run([in] string s); };
    class Alone { };
    class Forward;
    class Named as $N : Base { sint32 A[]; };
    instance of Evil { Name = "x"; };`;
  const read = readMofDocument(text);
  assert.deepEqual(
    read.classes.map(({ name, superclass, offset, length }) => [name, superclass, text.slice(offset, offset + length)]),
    [
      [
        'Evil',
        'Win32_Process',
        'class Evil : Win32_Process { [key] string Name = "a };"; uint32 Run([in] string s); };',
      ],
      ['Alone', undefined, 'class Alone { };'],
      ['Forward', undefined, 'class Forward;'],
      ['Named', 'Base', 'class Named as $N : Base { sint32 A[]; };'],
    ],
  );
  assert.deepEqual(
    read.instances.map((one) => one.className),
    ['Evil'],
  );
  assert.deepEqual(read.problems, []);
});

test('D10 what directives include and delete is noted', () => {
  const read = readMofDocument(`#include "a.mof"
    #pragma include ("..\\\\b.mof")
    #pragma namespace("root\\\\subscription")
    #pragma deleteclass("Old", NOFAIL)
    #pragma deleteinstance("__EventFilter.Name=\\"x\\"", FAIL)
    #pragma classflags("forceupdate")
    #pragma amendment("MS_409")`);
  assert.deepEqual(
    read.directives.map(({ kind, target, namespace }) => [kind, target, namespace]),
    [
      ['include', 'a.mof', undefined],
      ['include', '..\\b.mof', undefined],
      ['deleteclass', 'Old', 'root\\subscription'],
      ['deleteinstance', '__EventFilter.Name="x"', 'root\\subscription'],
    ],
  );
  assert.deepEqual([read.problems, read.autorecover], [[], false]);
});

test('D10 what is broken costs itself and is placed', () => {
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ['junk here instance of X { A = 1; };', 1, /expected "instance of"/],
    ['" instance of X { A = 1; };', 1, /expected/],
    ['instance of X { A = ?; B = 1; };', 1, /value of A/],
    ['instance of X { A = $Nobody; };', 1, /\$Nobody leads to no instance/],
    ['instance of X as $a { }; instance of Y { R = $a; };', 2, /\$a leads to no instance with a name/],
    ['instance of X as $a { Name = "1"; }; instance of X as $A { Name = "2"; };', 2, /given twice/],
    ['#pragma namespace instance of X { A = 1; };', 1, /has no text/],
  ];
  for (const [text, count, problem] of cases) {
    const read = readMofDocument(text);
    assert.equal(read.instances.length, count, text);
    assert.match(read.problems.map(({ message }) => message).join('\n'), problem, text);
    for (const { offset } of read.problems) assert.ok(offset >= 0 && offset <= text.length);
  }
  const [one] = readMofDocument('instance of X { A = $Nobody; };').instances;
  assert.equal(one === undefined ? undefined : mofProperty(one, 'A'), '$Nobody');
});

test('no prefix of a document throws, and what is whole in it is read', () => {
  const whole = readMofDocument(TRIAD).instances;
  for (let end = 0; end <= TRIAD.length; end++) {
    const { instances } = readMofDocument(TRIAD.slice(0, end));
    const complete = whole.filter(({ offset, length }) => offset + length <= end);
    for (const [i, one] of complete.slice(0, -1).entries()) {
      assert.deepEqual(instances[i]?.properties.get('Name'), one.properties.get('Name'));
    }
  }
  assert.equal(readMofDocument(TRIAD.slice(0, 400)).isCut, true);
});

test('bytes of each encoding give one text, and compiled ones are known', () => {
  const text = 'instance of X { Name = "Überwachung"; };';
  const utf16 = Buffer.from(text, 'utf16le');
  const cases: readonly Uint8Array[] = [
    Buffer.from(text),
    Buffer.from(`\ufeff${text}`),
    Buffer.from(`\ufeff${text}`, 'utf16le'),
    utf16,
    Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    Buffer.from(utf16).swap16(),
    Buffer.from(text, 'latin1'),
  ];
  for (const bytes of cases) assert.equal(decodeMof(bytes), text);
  assert.equal(decodeMof(new Uint8Array(0)), '');
  assert.equal(isCompiledMof(Buffer.from('FOMB\x01\0\0\0', 'latin1')), true);
  assert.equal(isCompiledMof(Buffer.from(TRIAD)), false);
  assert.equal(isCompiledMof(Buffer.from('FOM')), false);
});

test('hostile documents end soon and in bounds', () => {
  const start = process.cpuUsage().user;
  const hostile = [
    'instance of X { A = 1; };'.repeat(70_000),
    'class X {};'.repeat(70_000),
    'class X : '.repeat(100_000),
    '['.repeat(1_000_000),
    '{'.repeat(1_000_000),
    `"${'\\"'.repeat(500_000)}`,
    '"'.repeat(1_000_001),
    '#pragma namespace("'.repeat(50_000),
    '#pragma namespace(('.repeat(50_000),
    '#'.repeat(1_000_000),
    '/*'.repeat(500_000),
    'a '.repeat(500_000),
    `${'instance of X as $A { B = $A; };'.repeat(30_000)}`,
    '#include "x"'.repeat(70_000),
    'instance '.repeat(100_000),
  ];
  for (const text of hostile) {
    const { instances, classes, directives, problems } = readMofDocument(text);
    for (const list of [instances, classes, directives]) assert.ok(list.length <= 65_536);
    assert.ok(problems.length <= 64);
  }
  const full = readMofDocument('instance of X { };'.repeat(65_537));
  assert.equal(full.instances.length, 65_536);
  assert.match(full.problems[0]?.message ?? '', /more than 65536/);
  assert.deepEqual(readMofDocument('instance of X { };'.repeat(65_536)).problems, []);
  assert.ok(process.cpuUsage().user - start < 8_000_000, 'user CPU under 8 s');
});
