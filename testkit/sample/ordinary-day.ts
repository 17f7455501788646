import { type Account, type EventModel, security, sysmon, system, wmi, writeEvents } from '../events/index.ts';
import { filetimeOf, seconds } from '../evtx/filetime.ts';
import type { LogOptions } from '../evtx/log-writer.ts';
import { Xorshift } from '../evtx/xorshift.ts';
import type { LoggedEvent } from '../shapes/written-event.ts';

/** Log files as Windows names them. */
export const LOG_FILES = {
  security: 'Security.evtx',
  system: 'System.evtx',
  application: 'Application.evtx',
  sysmon: 'Microsoft-Windows-Sysmon%4Operational.evtx',
  wmi: 'Microsoft-Windows-WMI-Activity%4Operational.evtx',
} as const;

export type LogName = keyof typeof LOG_FILES;

export interface Host {
  readonly computer: string;
  readonly address: string;
  /** EventRecordID of the first record of each log. */
  readonly firstIds: Readonly<Partial<Record<LogName, bigint>>>;
}

export const DOMAIN_SID = 'S-1-5-21-1004336348-1177238915-682003330';
export const DAY = '2026-03-12';

export function account(name: string, rid: number): Account {
  return { sid: `${DOMAIN_SID}-${rid}`, name, domain: 'CORP' };
}

const PEOPLE = [account('bob', 1106), account('carol', 1107), account('dave', 1108), account('erin', 1109)] as const;
const CLIENTS = ['10.20.4.31', '10.20.4.32', '10.20.4.45', '10.20.4.58', '10.20.5.12'] as const;

const SERVICES = [
  ['Windows Update', 'wuauserv'],
  ['Background Intelligent Transfer Service', 'BITS'],
  ['Windows Modules Installer', 'TrustedInstaller'],
  ['WMI Performance Adapter', 'wmiApSrv'],
  ['Software Protection', 'sppsvc'],
  ['Application Information', 'Appinfo'],
] as const;

const PROGRAMS = [
  ['C:\\Windows\\System32\\taskhostw.exe', 'taskhostw.exe Install $(Arg0)'],
  ['C:\\Windows\\System32\\backgroundTaskHost.exe', '"C:\\Windows\\system32\\backgroundTaskHost.exe" -ServerName:App'],
  ['C:\\Windows\\System32\\conhost.exe', '\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1'],
  ['C:\\Windows\\System32\\sppsvc.exe', 'C:\\Windows\\system32\\sppsvc.exe'],
  ['C:\\Program Files\\Example Backup\\agent.exe', '"C:\\Program Files\\Example Backup\\agent.exe" --nightly'],
  [
    'C:\\Windows\\System32\\SearchProtocolHost.exe',
    '"C:\\Windows\\system32\\SearchProtocolHost.exe" Global\\UsGthrFltPipe',
  ],
] as const;

const PROVIDERS = [
  ['CIMWin32', '%systemroot%\\system32\\wbem\\cimwin32.dll'],
  ['CIMWin32a', '%systemroot%\\system32\\wbem\\wmipcima.dll'],
  ['WMIProv', '%systemroot%\\system32\\wbem\\wmiprov.dll'],
  ['SppProvider', '%systemroot%\\system32\\sppwmi.dll'],
] as const;

/** A host's day: events are added in any order and written in the order of time. */
export class HostDay {
  readonly host: Host;
  readonly #events = new Map<LogName, EventModel[]>();
  readonly #random: Xorshift;

  constructor(host: Host, seed: number) {
    this.host = host;
    this.#random = new Xorshift(seed);
  }

  add(log: LogName, ...events: readonly EventModel[]): void {
    const list = this.#events.get(log) ?? [];
    list.push(...events);
    this.#events.set(log, list);
  }

  /** A time of the day as FILETIME: `14:32:05.1234567`. */
  at(clock: string): bigint {
    return filetimeOf(`${DAY}T${clock}Z`);
  }

  /** `count` times between two hours of the day, at random. */
  *#times(count: number, fromHour: number, toHour: number): Generator<bigint> {
    const start = this.at('00:00:00') + seconds(fromHour * 3600);
    for (let i = 0; i < count; i++) {
      yield start + BigInt(Math.floor((this.#random.next() / 2 ** 32) * (toHour - fromHour) * 36_000_000_000));
    }
  }

  /** Logons and logoffs of people over the network and of services. */
  logons(count: number, fromHour: number, toHour: number): void {
    const { computer } = this.host;
    let logonId = 0x51000n;
    for (const time of this.#times(count, fromHour, toHour)) {
      logonId += BigInt(0x40 + this.#random.below(0x4000));
      const end = time + seconds(10 + this.#random.below(40));
      if (this.#random.chance(0.4)) {
        const service = { ...security.SYSTEM_ACCOUNT };
        this.add(
          'security',
          security.logon(
            {
              account: service,
              logonId: 0x3e7n,
              type: 5,
              logonProcess: 'Advapi  ',
              authentication: 'Negotiate',
              subject: security.subject(security.machineAccount(computer), 0x3e7n),
              processId: 0x2a8n,
              processName: 'C:\\Windows\\System32\\services.exe',
            },
            { computer, time },
          ),
          security.specialLogon(service, 0x3e7n, { computer, time: time + 100n }),
        );
        continue;
      }
      const person = this.#random.pick(PEOPLE);
      this.add(
        'security',
        security.logon(
          {
            account: person,
            logonId,
            address: this.#random.pick(CLIENTS),
            port: 49152 + this.#random.below(16000),
            logonProcess: 'Kerberos',
            authentication: 'Kerberos',
            logonGuid: `5f0c1a2b-0000-4000-8000-${logonId.toString(16).padStart(12, '0')}`,
            isElevated: false,
          },
          { computer, time },
        ),
        security.logoff(person, logonId, 3, { computer, time: end }),
      );
    }
  }

  services(count: number, fromHour: number, toHour: number): void {
    const { computer } = this.host;
    for (const time of this.#times(count, fromHour, toHour)) {
      const [name, key] = this.#random.pick(SERVICES);
      this.add(
        'system',
        system.serviceState(name, key, 'running', { computer, time }),
        system.serviceState(name, key, 'stopped', { computer, time: time + seconds(120) }),
      );
      if (this.#random.chance(0.2)) {
        const hive = '\\??\\C:\\Windows\\AppCompat\\Programs\\Amcache.hve';
        this.add('system', system.hiveSaved(hive, { computer, time: time + seconds(31) }));
      }
    }
    this.add('system', system.uptime(43200, { computer, time: this.at('12:00:00.0310000') }));
  }

  /** Process starts and ends in Sysmon, with some of their files, keys and names. */
  processes(count: number, fromHour: number, toHour: number): void {
    const { computer } = this.host;
    const services = 'C:\\Windows\\System32\\svchost.exe';
    for (const time of this.#times(count, fromHour, toHour)) {
      const pid = 4 * (600 + this.#random.below(3000));
      const [image, commandLine] = this.#random.pick(PROGRAMS);
      const guid = sysmon.processGuid(pid, time);
      const at = (delay: number) => ({ computer, time: time + seconds(delay) });
      const parent = {
        parentPid: 1180,
        parentImage: services,
        parentCommandLine: `${services} -k netsvcs -p -s Schedule`,
      };
      this.add('sysmon', sysmon.process({ pid, image, commandLine, ...parent }, at(0)));
      const origin = { ProcessGuid: guid, ProcessId: pid, Image: image, User: 'NT AUTHORITY\\SYSTEM' };
      const kind = this.#random.below(4);
      if (kind === 0) {
        const file = `C:\\ProgramData\\Example\\cache-${pid}.tmp`;
        this.add('sysmon', sysmon.event(11, { ...origin, TargetFilename: file }, at(0.8)));
      } else if (kind === 1) {
        const key = 'HKLM\\SOFTWARE\\Example\\Agent\\LastRun';
        const value = { TargetObject: key, EventType: 'SetValue', Details: 'QWORD (0x01db9312-0x4f5e1a00)' };
        this.add('sysmon', sysmon.event(13, { ...origin, ...value }, at(0.9)));
      } else if (kind === 2) {
        const name = 'dc-01.corp.example.com';
        const query = { QueryName: name, QueryStatus: '0', QueryResults: '10.20.1.10;' };
        this.add('sysmon', sysmon.event(22, { ...origin, ...query }, at(1.1)));
      }
      this.add('sysmon', sysmon.event(5, origin, at(2 + this.#random.below(20))));
    }
  }

  /** Provider loads and failed calls: the noise of every WMI-Activity log. */
  wmiNoise(count: number, fromHour: number, toHour: number): void {
    const { computer } = this.host;
    const machine = computer.split('.')[0]?.toUpperCase() ?? computer;
    for (const time of this.#times(count, fromHour, toHour)) {
      const pid = 4 * (500 + this.#random.below(2000));
      if (this.#random.chance(0.3)) {
        const [name, path] = this.#random.pick(PROVIDERS);
        this.add('wmi', wmi.providerStarted(name, path, pid, { computer, time }));
        continue;
      }
      const operation = this.#random.chance(0.8)
        ? `Start IWbemServices::DeleteInstance - root\\rsop\\computer : RSOP_ExtensionStatus.extensionGuid="{${'0'.repeat(8)}-0000-0000-0000-${String(pid).padStart(12, '0')}}"`
        : "Start IWbemServices::ExecQuery - ROOT\\CIMV2 : Select * from Win32_Process Where ProcessID = '3080'";
      const failure = { machine, user: 'NT AUTHORITY\\SYSTEM', pid: 1180, operation, resultCode: 0x80041002 };
      this.add('wmi', wmi.clientFailure(failure, { computer, time }));
    }
  }

  /** A boot: kernel, event log, Winmgmt, and what Winmgmt logs for the stored subscriptions that every host has. */
  boot(clock: string): void {
    const { computer } = this.host;
    const time = this.at(clock);
    const at = (delay: number) => ({ computer, time: time + seconds(delay) });
    this.add('system', system.systemStart(at(0)), system.eventLogService(6005, at(9.4)));
    this.add('application', system.winmgmtStarted(5615, at(21)), system.winmgmtStarted(5617, at(22.3)));
    this.add('wmi', wmi.scmBinding(at(22.9)), wmi.scmActivated(at(22.94)));
  }

  /** The events of each log in the order of time, with their record ids. */
  logs(): [LogName, LoggedEvent[]][] {
    return [...this.#events].map(([log, events]) => {
      const sorted = events.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
      const firstId = this.host.firstIds[log] ?? 1n;
      return [log, sorted.map((model, i) => ({ model, recordId: firstId + BigInt(i) }))];
    });
  }

  /** The logs of the day as files: name and bytes. */
  files(options: LogOptions = {}): [string, Uint8Array][] {
    return this.logs().map(([log, events]) => {
      const firstId = this.host.firstIds[log] ?? 1n;
      const models = events.map(({ model }) => model);
      return [LOG_FILES[log], writeEvents(models, { ...options, firstId }).bytes];
    });
  }
}
