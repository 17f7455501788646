import assert from 'node:assert/strict';
import { test } from 'node:test';
import { only, readAll, reading, withFields } from '../../test/sigma/reading.ts';
import { security } from '../../testkit/index.ts';
import type { EventFields } from './index.ts';

test('112: a 4657 is a value that Sysmon 13 would name, and what was written has both forms', () => {
  const route = { product: 'windows', category: 'registry_set' } as const;
  const value = (fields: readonly (readonly [string, string])[]): EventFields =>
    reading(
      withFields(fields, { channel: 'Security', provider: 'Microsoft-Windows-Security-Auditing', eventId: 4657 }),
      route,
      'security',
    );
  const fields = value([
    ['SubjectUserName', 'alice'],
    ['SubjectDomainName', 'CORP'],
    ['ObjectName', '\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\Lsa'],
    ['ObjectValueName', 'RunAsPPL'],
    ['OperationType', '%%1905'],
    ['NewValueType', '%%1876'],
    ['NewValue', '17'],
    ['ProcessName', 'C:\\Windows\\regedit.exe'],
    ['ProcessId', '0x10'],
  ]);
  assert.deepEqual(readAll(fields, ['TargetObject', 'Details', 'EventType', 'Image', 'User', 'ProcessId', 'NewName']), {
    TargetObject: [
      'HKLM\\SYSTEM\\ControlSet001\\Control\\Lsa\\RunAsPPL',
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\RunAsPPL',
    ],
    Details: ['17', 'DWORD (0x00000011)'],
    EventType: ['SetValue'],
    Image: ['C:\\Windows\\regedit.exe'],
    User: ['CORP\\alice'],
    ProcessId: ['16', '0x10'],
    NewName: undefined,
  });
  const user = value([
    ['ObjectName', '\\REGISTRY\\USER\\S-1-5-21-1-2-3-1104\\Software'],
    ['ObjectValueName', '-'],
    ['OperationType', '%%1906'],
  ]);
  assert.deepEqual(readAll(user, ['TargetObject', 'EventType', 'Details']), {
    TargetObject: ['HKU\\S-1-5-21-1-2-3-1104\\Software'],
    EventType: ['DeleteValue'],
    Details: undefined,
  });
});

test('5156 is a connection by the names of Sysmon 3', () => {
  const model = security.event(5156, {
    ProcessID: 0x4d2,
    Application: '\\device\\harddiskvolume2\\windows\\system32\\svchost.exe',
    Direction: '%%14593',
    SourceAddress: '10.0.0.5',
    SourcePort: '52300',
    DestAddress: 'fe80::1',
    DestPort: '445',
    Protocol: 6,
  });
  const fields = reading(only(model), { product: 'windows', category: 'network_connection' }, 'security');
  const names = ['Image', 'Initiated', 'Protocol', 'SourceIp', 'SourcePort', 'DestinationIp', 'DestinationPort'];
  assert.deepEqual(readAll(fields, [...names, 'DestinationIsIpv6', 'SourceIsIpv6', 'DestinationHostname', 'User']), {
    Image: ['\\device\\harddiskvolume2\\windows\\system32\\svchost.exe', 'C:\\windows\\system32\\svchost.exe'],
    Initiated: ['true'],
    Protocol: ['tcp', '6'],
    SourceIp: ['10.0.0.5'],
    SourcePort: ['52300'],
    DestinationIp: ['fe80::1'],
    DestinationPort: ['445'],
    DestinationIsIpv6: ['true'],
    SourceIsIpv6: ['false'],
    DestinationHostname: undefined,
    User: undefined,
  });
});

test('a 4657 of a QWORD has both forms too, and what is no number only its own', () => {
  const details = (type: string, value: string): readonly unknown[] | undefined =>
    reading(
      withFields(
        [
          ['NewValueType', type],
          ['NewValue', value],
        ],
        { channel: 'Security', eventId: 4657 },
      ),
      { product: 'windows', category: 'registry_set' },
      'security',
    ).values('Details');
  assert.deepEqual(details('%%1883', '0xC000000000000001'), ['0xC000000000000001', 'QWORD (0xc0000000-0x00000001)']);
  assert.deepEqual(details('%%1876', '4294967295'), ['4294967295', 'DWORD (0xffffffff)']);
  assert.deepEqual(details('%%1873', '17'), ['17']);
  assert.deepEqual(details('%%1876', '-'), ['-']);
});

test('an access to a process is read by the names of Sysmon 10, and no other object is one', () => {
  const access = (objectType: string): EventFields =>
    reading(
      only(
        security.event(4656, {
          ...security.subject({ sid: 'S-1-5-18', name: 'WS$', domain: 'CORP' }, 0x3e7n),
          ObjectType: objectType,
          ObjectName: '\\Device\\HarddiskVolume3\\Windows\\System32\\lsass.exe',
          AccessMask: 0x1410,
          ProcessId: 0x7b4n,
          ProcessName: 'C:\\x.exe',
        }),
      ),
      { product: 'windows', category: 'process_access' },
      'security',
    );
  assert.deepEqual(
    readAll(access('Process'), [
      'SourceImage',
      'SourceProcessId',
      'SourceUser',
      'TargetImage',
      'GrantedAccess',
      'CallTrace',
    ]),
    {
      SourceImage: ['C:\\x.exe'],
      SourceProcessId: ['1972', '0x7b4'],
      SourceUser: ['CORP\\WS$'],
      TargetImage: ['\\Device\\HarddiskVolume3\\Windows\\System32\\lsass.exe', 'C:\\Windows\\System32\\lsass.exe'],
      GrantedAccess: ['0x1410'],
      CallTrace: undefined,
    },
  );
});

test('what happened is told by the number where a forwarder lost it', () => {
  const of = (eventId: number, ...fields: readonly (readonly [string, string])[]): unknown =>
    reading(withFields(fields, { channel: 'Microsoft-Windows-Sysmon/Operational', eventId }), {
      product: 'windows',
      service: 'sysmon',
    }).values('EventType')?.[0];
  assert.deepEqual(
    [of(12), of(13), of(14), of(17), of(18), of(12, ['EventType', 'CreateKey']), of(1)],
    [undefined, 'SetValue', 'RenameKey', 'CreatePipe', 'ConnectPipe', 'CreateKey', undefined],
  );
});
