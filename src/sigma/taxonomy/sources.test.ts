import assert from 'node:assert/strict';
import { test } from 'node:test';
import { only, readAll, reading, withFields } from '../../../test/sigma/reading.ts';
import { security } from '../../../testkit/index.ts';
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
    Image: ['\\device\\harddiskvolume2\\windows\\system32\\svchost.exe'],
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
