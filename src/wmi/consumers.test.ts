import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canonicalProperties,
  consumerClassOfSysmonType,
  consumerWeight,
  payloadOf,
  propertyOf,
  STANDARD_CONSUMERS,
  standardConsumer,
} from './consumers.ts';

test('the five standard consumers have all properties of DOMAIN 1.1', () => {
  assert.deepEqual(
    STANDARD_CONSUMERS.map(({ className, properties }) => [className, properties.length]),
    [
      ['CommandLineEventConsumer', 27],
      ['ActiveScriptEventConsumer', 8],
      ['LogFileEventConsumer', 8],
      ['NTEventLogEventConsumer', 13],
      ['SMTPEventConsumer', 13],
    ],
  );
  assert.equal(standardConsumer('activescripteventconsumer')?.provider, 'scrcons.exe');
  assert.equal(standardConsumer('__EventConsumer'), undefined);
});

test('property names get their canonical spelling, NULL falls out, arrays become text', () => {
  assert.deepEqual(
    [
      ...canonicalProperties([
        ['SCRIPTFILENAME', 'x.vbs'],
        ['scripttext', null],
        ['CreatorSID', ['1', '2']],
        ['InsertionStringTemplates', ['a b', '']],
        ['Own', 'y'],
        ['ScriptFileName', 'second'],
      ]),
    ],
    [
      ['ScriptFileName', 'x.vbs'],
      ['CreatorSID', '{1, 2}'],
      ['InsertionStringTemplates', '{"a b", ""}'],
      ['Own', 'y'],
    ],
  );
});

test('properties are found without case in maps and plain objects', () => {
  assert.equal(propertyOf(new Map([['Name', 'x']]), 'name'), 'x');
  assert.equal(propertyOf({ Name: 'x' }, 'NAME'), 'x');
  assert.equal(propertyOf({ Name: 'x' }, 'toString'), undefined);
});

test('the payload is what runs (PRODUCT 7.1)', () => {
  const script = 'ActiveScriptEventConsumer';
  const command = 'CommandLineEventConsumer';
  const cases: readonly (readonly [string | null, Readonly<Record<string, string>>, string | undefined])[] = [
    [script, { ScriptText: 'x', ScriptFileName: 'y' }, 'x'],
    [script, { ScriptText: '', ScriptFileName: 'y.vbs' }, 'y.vbs'],
    [command, { CommandLineTemplate: 'a b', ExecutablePath: 'c' }, 'a b'],
    [command, { CommandLineTemplate: ' ', ExecutablePath: 'c:\\cmd.exe' }, 'c:\\cmd.exe'],
    [command, { ExecutablePath: 'c:\\cmd.exe' }, 'c:\\cmd.exe'],
    [command, {}, undefined],
    ['NTEventLogEventConsumer', { SourceName: 'Service Control Manager' }, undefined],
    ['LogFileEventConsumer', { Filename: 'c:\\x.vbs', Text: 'y' }, undefined],
    ['AcmeConsumer', { CommandLineTemplate: 'z' }, 'z'],
    [null, { ScriptText: 'q' }, 'q'],
  ];
  for (const [className, properties, payload] of cases) {
    assert.equal(payloadOf(className, properties), payload);
    assert.equal(payloadOf(className, new Map(Object.entries(properties))), payload);
  }
});

test('Sysmon names two classes; other texts name none (DOMAIN 2.1)', () => {
  assert.deepEqual(['Command Line', 'Script', ' command line ', 'Log File', ''].map(consumerClassOfSysmonType), [
    'CommandLineEventConsumer',
    'ActiveScriptEventConsumer',
    'CommandLineEventConsumer',
    null,
    null,
  ]);
});

test('each class has its weight (DOMAIN 3.3)', () => {
  const weight = (className: string | null, properties: Readonly<Record<string, string>> = {}): unknown => {
    const found = consumerWeight(className, properties);
    return found === undefined ? undefined : [found.code, found.points];
  };
  assert.deepEqual(weight('activescripteventconsumer'), ['CT1', 25]);
  assert.deepEqual(weight('CommandLineEventConsumer'), ['CT2', 20]);
  assert.deepEqual(weight('AcmeConsumer'), ['CT3', 25]);
  assert.deepEqual(weight('SMTPEventConsumer'), ['CT4', 10]);
  assert.deepEqual(weight('LogFileEventConsumer'), ['CT5', 8]);
  assert.deepEqual(weight('NTEventLogEventConsumer'), ['CT6', 0]);
  assert.deepEqual(weight(null), undefined);
});

test('a log file that can run weighs 25, an ordinary log 8 (S03)', () => {
  const points = (Filename: string): number | undefined => consumerWeight('LogFileEventConsumer', { Filename })?.points;
  for (const runnable of [
    'C:\\x\\y.vbs',
    'C:\\x\\y.HTA',
    'C:\\x\\y.ps1. ',
    'C:\\x\\y.txt:z.js',
    'C:\\Users\\bob\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\readme',
    'C:\\inetpub\\wwwroot\\x.log',
    '%SystemRoot%\\System32\\drivers\\etc\\hosts',
    '\\\\10.0.0.1\\share\\x.log',
    '\\??\\C:\\Windows\\System32\\x',
  ]) {
    assert.equal(points(runnable), 25, runnable);
  }
  for (const log of ['C:\\Logs\\wmi.log', 'C:\\ProgramData\\Acme\\a.txt', 'D:\\x', 'C:\\vbs\\x.log', '']) {
    assert.equal(points(log), 8, log);
  }
});
