import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from './event.ts';
import { isKept } from './layouts.ts';

function kept(provider: string, channel: string, eventId: number, fields: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(fields);
  const event: Event = {
    provider,
    channel,
    eventId,
    version: 1,
    computer: 'WS-07.corp.local',
    timeMs: 0,
    timeTicks: 0,
    createdMs: 0,
    createdTicks: 0,
    recordId: 1,
    headerRecordId: 1,
    recordClass: 'live',
    isForeignTemplate: false,
    place: { source: { file: 'a.evtx' }, offset: 0, length: 1 },
    otherPlaces: [],
    system: () => undefined,
    get: (name) => fields[name],
    all: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
    entries: () => entries,
    detach: () => event,
  };
  return isKept(event);
}

/** `chrome.exe tcp out 10.0.0.5:52300 > 1.2.3.4:443`. */
function parts(line: string): readonly [string, string, string, string, string, string, string] {
  const m = /^(\S+) (\S+) (\S+) (\S+):(\d+) > (\S+):(\d+)$/.exec(line);
  if (m === null) throw new Error(line);
  const [, image = '', protocol = '', way = '', source = '', sourcePort = '', destination = '', destinationPort = ''] =
    m;
  return [image, protocol, `${way} ${source}`, sourcePort, destination, destinationPort, way];
}

function sysmon3(line: string): boolean {
  const [image, protocol, wayAndSource, SourcePort, DestinationIp, DestinationPort, way] = parts(line);
  return kept('Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational', 3, {
    Image: `C:\\x\\${image}`,
    Protocol: protocol,
    Initiated: way === 'out' ? 'true' : 'false',
    SourceIp: wayAndSource.slice(wayAndSource.indexOf(' ') + 1),
    SourcePort,
    DestinationIp,
    DestinationPort,
  });
}

function filtered(line: string): boolean {
  const [image, protocol, wayAndSource, SourcePort, DestAddress, DestPort, way] = parts(line);
  return kept('Microsoft-Windows-Security-Auditing', 'Security', 5156, {
    Application: `\\device\\harddiskvolume2\\x\\${image}`,
    Protocol: protocol === 'tcp' ? '6' : '17',
    Direction: way === 'out' ? '%%14593' : '%%14592',
    SourceAddress: wayAndSource.slice(wayAndSource.indexOf(' ') + 1),
    SourcePort,
    DestAddress,
    DestPort,
  });
}

test('C24: Sysmon 3 of call ports, hosts of calls, and of what any program opened to another machine', () => {
  for (const line of [
    'lsass.exe tcp in 10.0.0.5:52300 > 10.0.0.9:135',
    'lsass.exe tcp in 10.0.0.9:445 > 10.0.0.5:52300',
    'cmd.exe tcp out 127.0.0.1:52300 > 127.0.0.1:445',
    'svchost.exe tcp in 10.0.0.5:52300 > 10.0.0.9:59570',
    'EXCEL.EXE tcp in 10.0.0.5:52300 > 10.0.0.9:59570',
    'scrcons.exe tcp out 10.0.0.9:50576 > 10.10.10.5:80',
    'scrcons.exe udp out 10.0.0.9:50576 > 10.10.10.5:53',
    'move.exe tcp out 10.0.0.5:52300 > 10.0.0.9:59570',
    'chrome.exe tcp out 10.0.0.5:52300 > 93.184.216.34:443',
    'server.exe tcp in 10.0.0.5:52300 > 10.0.0.9:49700',
  ]) {
    assert.equal(sysmon3(line), true, line);
  }
  for (const line of [
    'svchost.exe udp out 10.0.0.5:5353 > 224.0.0.251:5353',
    'System udp out 10.0.0.5:137 > 10.0.0.9:137',
    'sqlservr.exe tcp in 10.0.0.5:52300 > 10.0.0.9:14330',
    'dns.exe udp in 10.0.0.9:53 > 10.0.0.5:60000',
    'adws.exe tcp out 0:0:0:0:0:0:0:1:54887 > 0:0:0:0:0:0:0:1:389',
    'app.exe tcp out 127.0.0.1:52300 > 127.0.0.1:49700',
  ]) {
    assert.equal(sysmon3(line), false, line);
  }
});

test('C24: 5156 over TCP of call ports, hosts of calls, dynamic ports between machines, interpreters and LOLBins', () => {
  for (const line of [
    'svchost.exe tcp out 10.0.0.5:52298 > 10.0.0.9:135',
    'move.exe tcp out 10.0.0.5:52300 > 10.0.0.9:59570',
    'move.exe tcp out 10.0.0.5:52300 > 10.0.0.9:1026',
    'lsass.exe tcp in 10.0.0.9:445 > 10.0.0.5:52300',
    'powershell.exe tcp out 10.0.0.5:52300 > 93.184.216.34:443',
    'certutil.exe tcp out 10.0.0.5:52300 > 93.184.216.34:443',
    'wsmprovhost.exe tcp out 10.0.0.5:52300 > 93.184.216.34:443',
    'cmd.exe tcp out 127.0.0.1:52300 > 127.0.0.1:445',
  ]) {
    assert.equal(filtered(line), true, line);
  }
  for (const line of [
    'chrome.exe tcp out 10.0.0.5:52300 > 93.184.216.34:443',
    'lsass.exe tcp out 10.0.0.5:52300 > 10.0.0.1:88',
    'svchost.exe udp out 10.0.0.5:52300 > 10.0.0.1:53',
    'app.exe tcp out 127.0.0.1:52300 > 127.0.0.1:49700',
    'app.exe tcp in ::1:52300 > ::1:49700',
  ]) {
    assert.equal(filtered(line), false, line);
  }
});

test('J9: a Sysmon 22 is kept where the answer is a machine of a private network', () => {
  const lookup = (results: string): boolean =>
    kept('Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational', 22, { QueryResults: results });
  for (const results of [
    '172.18.39.6;',
    '::ffff:10.0.0.9;',
    'type:  5 srv.corp.local;::ffff:192.168.1.9;',
    'fd12:1::9;',
  ]) {
    assert.equal(lookup(results), true, results);
  }
  for (const results of [
    '93.184.216.34;',
    '-',
    '',
    'type:  12 WORKSTATION6;',
    '172.15.0.1;',
    '172.32.0.1;',
    '110.1.1.1;',
  ]) {
    assert.equal(lookup(results), false, results);
  }
});

test('J4: Zeek’s conn of call ports and dynamic ones over TCP, and dce_rpc of WMI and of what opens its calls', () => {
  const conn = (port: string, proto = 'tcp'): boolean => kept('Zeek', 'zeek/conn', 0, { proto, 'id.resp_p': port });
  assert.deepEqual(
    [conn('135'), conn('5985'), conn('50937'), conn('1026'), conn('443'), conn('135', 'udp'), conn('8080')],
    [true, true, true, true, false, false, false],
  );
  const call = (endpoint: string, operation: string): boolean =>
    kept('Zeek', 'zeek/dce_rpc', 0, { endpoint, operation });
  assert.deepEqual(
    [
      call('IWbemServices', 'ExecMethod'),
      call('IRemoteSCMActivator', 'RemoteCreateInstance'),
      call('ISystemActivator', 'RemoteCreateInstance'),
      call('IObjectExporter', 'ServerAlive2'),
      call('IOXIDResolver', 'ServerAlive2'),
      call('epmapper', 'ept_map'),
      call('drsuapi', 'DRSGetNCChanges'),
      call('IDispatch', 'Invoke'),
    ],
    [true, true, true, true, true, true, false, false],
  );
});
