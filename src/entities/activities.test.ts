import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import type { Act } from './activities.ts';
import { Entities } from './entities.ts';
import { HostTable } from './hosts.ts';

const SYSTEM32 = 'C:\\Windows\\System32\\';
const PRVSE = `${SYSTEM32}wbem\\WmiPrvSE.exe`;
const SCRCONS = `${SYSTEM32}wbem\\scrcons.exe`;
const SVCHOST = `${SYSTEM32}svchost.exe`;
const POWERSHELL = `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`;

function at(time: string): { computer: string; time: string } {
  return { computer: 'SRV-02.corp.example.com', time: `2026-03-12T${time}Z` };
}

function guid(tail: string): string {
  return `a1b2c3d4-0000-69b2-0000-${tail.padStart(12, '0')}`;
}

function learned(models: readonly EventModel[]): Entities {
  const events = madeEvents(models);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  for (const event of events) {
    entities.settle(event.timeMs);
    entities.accept(event);
  }
  entities.settle(Number.POSITIVE_INFINITY);
  return entities;
}

function brief(act: Act): string {
  switch (act.kind) {
    case 'connection':
      return `${act.isOutbound ? 'to' : 'from'} ${act.address}:${act.port} ${act.events.length}`;
    case 'lookup':
      return `lookup ${act.name}`;
    case 'access':
      return `access ${act.rights}${act.isUnbacked ? ' unbacked' : ''}`;
    default:
      return `${act.kind} ${act.path}`;
  }
}

/** What each watched process did: `4120: to 203.0.113.5:443 1`. */
function acts(models: readonly EventModel[]): string[] {
  const { processTree, activities } = learned(models);
  return processTree.watched().flatMap((node) => activities.of(node).map((act) => `${node.pid}: ${brief(act)}`));
}

function child(time = '09:00:00.5000000'): EventModel {
  return sysmon.process({ pid: 4120, image: POWERSHELL, parentImage: PRVSE, guid: guid('1') }, at(time));
}

function connected(pid: number, processGuid: string, image: string, time: string, port = 443): EventModel {
  return sysmon.event(
    3,
    {
      ProcessGuid: processGuid,
      ProcessId: pid,
      Image: image,
      Protocol: 'tcp',
      Initiated: true,
      SourceIp: '10.0.0.20',
      SourcePort: 50100,
      DestinationIp: '203.0.113.5',
      DestinationPort: port,
    },
    at(time),
  );
}

test('J22: connections, reads of lsass and look-ups of a child of WMI are its own, Sysmon 3 and 5156 of one connection once', () => {
  const filtered = security.event(
    5156,
    {
      ProcessID: 4120n,
      Application: '\\device\\harddiskvolume2\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe',
      Direction: '%%14593',
      SourceAddress: '10.0.0.20',
      SourcePort: '50100',
      DestAddress: '203.0.113.5',
      DestPort: '443',
      Protocol: 6,
    },
    at('09:00:02.0000000'),
  );
  const access = sysmon.event(
    10,
    {
      SourceProcessGUID: guid('1'),
      SourceProcessId: 4120,
      SourceImage: POWERSHELL,
      TargetImage: `${SYSTEM32}lsass.exe`,
      GrantedAccess: 0x1410,
      CallTrace: 'ntdll.dll+9d8e4|UNKNOWN(00D814D3)',
    },
    at('09:00:03.5000000'),
  );
  assert.deepEqual(acts([child(), connected(4120, guid('1'), POWERSHELL, '09:00:02.5000000'), filtered, access]), [
    '4120: to 203.0.113.5:443 2',
    '4120: access 0x1410 unbacked',
  ]);
});

test('J22: what another process did, or the same an hour later, is not its own', () => {
  assert.deepEqual(
    acts([
      child(),
      connected(4120, guid('2'), POWERSHELL, '09:00:02.5000000'),
      connected(4121, guid('3'), POWERSHELL, '09:00:02.6000000'),
      connected(4120, guid('1'), POWERSHELL, '10:30:00.5000000'),
    ]),
    [],
  );
});

test('SETTLED C1: a Sysmon 3 whose UtcTime lies before the start is of the process all the same', () => {
  const early = connected(4120, guid('1'), POWERSHELL, '09:00:01.5000000');
  const events = madeEvents([child(), early]);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  for (const event of events) {
    const stamped: Event =
      event.eventId === 3 ? { ...event, timeMs: event.timeMs - 11_000, detach: () => stamped } : event;
    entities.accept(stamped);
  }
  entities.settle(Number.POSITIVE_INFINITY);
  const [node] = entities.processTree.watched();
  assert.deepEqual(node === undefined ? [] : entities.activities.of(node).map(brief), ['to 203.0.113.5:443 1']);
});

test('what a script host loads, writes, opens and looks up is kept, also where its start is in no log', () => {
  const by = { ProcessGuid: guid('9'), ProcessId: 972, Image: SCRCONS };
  const did = [
    sysmon.event(
      7,
      { ...by, ImageLoaded: 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll' },
      at('09:00:01.5000000'),
    ),
    sysmon.event(11, { ...by, TargetFilename: 'C:\\ProgramData\\a.txt' }, at('09:00:02.5000000')),
    sysmon.event(17, { ...by, PipeName: '\\msagent_1' }, at('09:00:03.5000000')),
    sysmon.event(22, { ...by, QueryName: 'c2.example.net', QueryResults: '203.0.113.5;' }, at('09:00:04.5000000')),
  ];
  const expected = [
    '972: load C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll',
    '972: file C:\\ProgramData\\a.txt',
    '972: pipe \\msagent_1',
    '972: lookup c2.example.net',
  ];
  const begun = sysmon.process(
    { pid: 972, image: SCRCONS, parentImage: SVCHOST, guid: guid('9') },
    at('09:00:01.0000001'),
  );
  assert.deepEqual(acts([begun, ...did]), expected);
  assert.deepEqual(acts(did), expected);
  const seen = [[begun, ...did], did].map((models) =>
    learned(models)
      .processTree.watched()
      .map(({ isStartSeen }) => isStartSeen),
  );
  assert.deepEqual(seen, [[true], [false]]);
});

test('L15: a flood by one process pushes out its own acts and not those of another', () => {
  const flood = Array.from({ length: 3000 }, (_, at10) => {
    const ms = String(at10 % 1000).padStart(3, '0');
    const second = String(10 + Math.floor(at10 / 1000)).padStart(2, '0');
    return sysmon.event(
      22,
      {
        ProcessGuid: guid('7'),
        ProcessId: 700,
        Image: POWERSHELL,
        QueryName: `n${at10}.example.net`,
        QueryResults: '',
      },
      at(`09:00:${second}.${ms}0000`),
    );
  });
  const entities = learned([
    child(),
    sysmon.event(
      22,
      { ProcessGuid: guid('1'), ProcessId: 4120, Image: POWERSHELL, QueryName: 'a.example.net' },
      at('09:00:01.5000000'),
    ),
    ...flood,
  ]);
  const [node] = entities.processTree.watched();
  assert.deepEqual(node === undefined ? [] : entities.activities.of(node).map(brief), ['lookup a.example.net']);
  assert.equal(entities.activities.evicted['processRecords'], 3000 - 128);
});
