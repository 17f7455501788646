import assert from 'node:assert/strict';
import { Engine, type JudgedFinding } from '../src/analytics/index.ts';
import type { Event } from '../src/windows/index.ts';
import { type EventModel, security, sysmon } from '../testkit/index.ts';
import { coverageOf, madeEvents } from './made-event.ts';

export const ALICE: security.Account = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
export const SYSTEM32: string = 'C:\\Windows\\System32\\';
export const PRVSE: string = `${SYSTEM32}wbem\\WmiPrvSE.exe`;
export const SCRCONS: string = `${SYSTEM32}wbem\\scrcons.exe`;
export const SVCHOST: string = `${SYSTEM32}svchost.exe`;
export const CMD: string = `${SYSTEM32}cmd.exe`;
export const MMC: string = `${SYSTEM32}mmc.exe`;
export const POWERSHELL: string = `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`;
export const CLR: string = 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll';
export const PLANT: string = `${SYSTEM32}wbem\\wbemcomn.dll`;

/** One morning on SRV-02: time of day in UTC. */
export function at(time: string): { computer: string; time: string } {
  return { computer: 'SRV-02.corp.example.com', time: `2026-03-12T${time}Z` };
}

/** A ProcessGuid that ends in these digits. */
export function guid(tail: string): string {
  return `a1b2c3d4-0000-69b2-0000-${tail.padStart(12, '0')}`;
}

/** Findings of these analytics. */
export function hunt(models: readonly EventModel[], ...ids: readonly string[]): readonly JudgedFinding[] {
  return huntEvents(madeEvents(models), ...ids);
}

export function huntEvents(events: readonly Event[], ...ids: readonly string[]): readonly JudgedFinding[] {
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  return engine.finish().judged.filter(({ finding }) => ids.includes(finding.analytic));
}

/** Analytic, scope, level and title. */
export function brief(findings: readonly JudgedFinding[]): string[] {
  return findings.map(({ finding }) => `${finding.analytic} ${finding.scope} ${finding.level} ${finding.title}`);
}

/** The one finding; fails when there are others. */
export function only(findings: readonly JudgedFinding[]): JudgedFinding {
  const [finding] = findings;
  assert.ok(finding !== undefined && findings.length === 1, `${findings.length} findings`);
  return finding;
}

/** Event ids of what it cites, in order. */
export function eventIds({ finding }: JudgedFinding): number[] {
  return finding.evidence.flatMap(({ eventId }) => eventId ?? []);
}

/** A 4624 of CORP\\alice. */
export function logon(
  over: { type?: number; address?: string; port?: number; time?: string; logonId?: bigint } = {},
): EventModel {
  const { type = 3, address = '10.0.0.7', port = 50001, time = '09:00:00.1000000', logonId = 0xa1n } = over;
  return security.logon({ account: ALICE, logonId, type, address, port }, at(time));
}

/** A Sysmon 1, below WmiPrvSE.exe unless told otherwise; its ProcessGuid ends in its process id. */
export function start(pid: number, image: string, time: string, over: Partial<sysmon.ProcessStart> = {}): EventModel {
  return sysmon.process(
    {
      pid,
      image,
      user: 'CORP\\alice',
      logonId: 0xa1n,
      parentPid: 2760,
      parentImage: PRVSE,
      guid: guid(String(pid)),
      ...over,
    },
    at(time),
  );
}

/** A connection that a process opened. */
export function connected(
  pid: number,
  image: string,
  time: string,
  over: { to?: string; own?: string } = {},
): EventModel {
  const { to = '203.0.113.5', own = '10.0.0.20' } = over;
  return sysmon.event(
    3,
    {
      ProcessGuid: guid(String(pid)),
      ProcessId: pid,
      Image: image,
      Protocol: 'tcp',
      Initiated: true,
      SourceIp: own,
      SourcePort: 50100,
      DestinationIp: to,
      DestinationPort: 443,
    },
    at(time),
  );
}

/** A connection from another machine to a program of this one. */
export function called(
  pid: number,
  image: string,
  time: string,
  over: { from?: string; port?: number } = {},
): EventModel {
  const { from = '10.0.0.7', port = 50002 } = over;
  return sysmon.event(
    3,
    {
      ProcessGuid: guid(String(pid)),
      ProcessId: pid,
      Image: image,
      Protocol: 'tcp',
      Initiated: false,
      SourceIp: from,
      SourcePort: port,
      DestinationIp: '10.0.0.20',
      DestinationPort: 49913,
    },
    at(time),
  );
}

/** A Sysmon 10 at lsass.exe. */
export function lsassRead(pid: number, image: string, time: string, rights = 0x1410): EventModel {
  return sysmon.event(
    10,
    {
      SourceProcessGUID: guid(String(pid)),
      SourceProcessId: pid,
      SourceImage: image,
      TargetImage: `${SYSTEM32}lsass.exe`,
      GrantedAccess: rights,
      CallTrace: `${SYSTEM32}ntdll.dll+9d8e4`,
    },
    at(time),
  );
}

/** A 5145 of CORP\\alice, with rights to write unless told otherwise. */
export function shareWrite(
  share: string,
  name: string,
  time: string,
  over: { address?: string; mask?: number; account?: typeof ALICE } = {},
): EventModel {
  return security.event(
    5145,
    {
      ...security.subject(over.account ?? ALICE, 0xb1n),
      ObjectType: 'File',
      IpAddress: over.address ?? '10.0.0.7',
      IpPort: '50010',
      ShareName: `\\\\*\\${share}`,
      RelativeTargetName: name,
      AccessMask: over.mask ?? 0x17019f,
    },
    at(time),
  );
}
