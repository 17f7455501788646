import assert from 'node:assert/strict';
import test from 'node:test';
import { FIELD_LAYOUTS, fieldLayoutOf, fieldLayoutOfChannel } from './field-layouts.ts';
import { LAYOUTS } from './layouts.ts';

const SECURITY = 'Microsoft-Windows-Security-Auditing';
const SYSMON = 'Microsoft-Windows-Sysmon';

test('values by position are named by the form that has as many of them', () => {
  const started = fieldLayoutOf(SYSMON, 1);
  assert.equal(started?.namesOf(23)?.[22], 'ParentUser');
  assert.equal(started?.namesOf(22)?.[9], 'OriginalFileName');
  assert.equal(started?.namesOf(21)?.[9], 'CommandLine');
  assert.equal(started?.namesOf(16)?.[0], 'UtcTime');
  assert.equal(started?.namesOf(19), undefined);
  const process = fieldLayoutOf(SECURITY, 4688);
  assert.deepEqual(
    [8, 9, 13, 15].map((count) => process?.namesOf(count)?.at(-1)),
    ['ProcessId', 'CommandLine', 'TargetLogonId', 'MandatoryLabel'],
  );
  assert.deepEqual(fieldLayoutOf('PowerShell', 400)?.namesOf(3), ['Data', 'Data', 'Data']);
});

test('a version cuts the fields that came later, where versions count them', () => {
  const last = (version?: number): string | undefined => fieldLayoutOf(SECURITY, 4624, version)?.fields.at(-1)?.name;
  assert.deepEqual([undefined, 0, 1, 2, 3, 9, -1].map(last), [
    'ElevatedToken',
    'IpPort',
    'ImpersonationLevel',
    'ElevatedToken',
    'ElevatedToken',
    'ElevatedToken',
    'ElevatedToken',
  ]);
  assert.equal(fieldLayoutOf(SECURITY, 4624, 2)?.field('RemoteCredentialGuard'), undefined);
  assert.equal(fieldLayoutOf(SECURITY, 4624, 3)?.fields[22]?.name, 'RemoteCredentialGuard');
  assert.equal(fieldLayoutOf(SECURITY, 4688, 2)?.fields.at(-1)?.name, 'MandatoryLabel');
  assert.equal(fieldLayoutOf(SYSMON, 1, 5), fieldLayoutOf(SYSMON, 1));
});

test('the fields tell the version where a shape leaves it out', () => {
  const process = fieldLayoutOf(SECURITY, 4688);
  assert.deepEqual(
    [['NewProcessId'], ['CommandLine'], ['TargetLogonId'], ['MandatoryLabel', 'CommandLine'], ['unknown']].map(
      (names) => process?.versionOf(names),
    ),
    [0, 1, 2, 2, 0],
  );
  assert.equal(fieldLayoutOf(SYSMON, 1)?.versionOf(['ParentUser']), 0);
});

test('a field is found in its own case first, then in any', () => {
  const loaded = fieldLayoutOf('microsoft-windows-wmi-activity', 5859);
  assert.deepEqual(loaded?.field('ProcessID'), { name: 'Processid', type: 'dec', addedBy: 0 });
  assert.equal(loaded?.userData, 'Operation_EssStarted');
  assert.equal(fieldLayoutOfChannel('security', 1102)?.provider, 'Microsoft-Windows-Eventlog');
  assert.equal(fieldLayoutOfChannel('System', 104)?.userData, 'LogFileCleared');
  assert.equal(fieldLayoutOf(SYSMON, 1)?.field('__proto__'), undefined);
});

test('every event that a hunt reads has a layout, and no layout names a field twice', () => {
  const without = LAYOUTS.filter(({ provider, eventId }) => fieldLayoutOf(provider, eventId) === undefined);
  assert.deepEqual(
    [...new Set(without.map(({ provider, eventId }) => `${provider} ${eventId}`))],
    // Zeek's logs bring their own names.
    ['Zeek 0'],
  );
  for (const layout of FIELD_LAYOUTS) {
    const names = layout.fields.map((field) => field.name);
    assert.equal(new Set(names).size, names.length, `${layout.provider} ${layout.eventId}`);
  }
});
