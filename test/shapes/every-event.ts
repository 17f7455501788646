import { type EventModel, type LoggedEvent, powershell, security, sysmon, system, wmi } from '../../testkit/index.ts';

const COMPUTER = 'SRV-02.corp.example.com';
const START = 134177520000000000n;
const ALICE = { sid: 'S-1-5-21-1004336348-1177238915-682003330-1105', name: 'alice', domain: 'CORP' };
const HOST_APPLICATION = 'powershell.exe -NoProfile -File C:\\scripts\\it.ps1';
const QUERY = "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'";
const PAYLOAD = 'cmd.exe /c "echo <a> & echo \'b\' > C:\\Windows\\Temp\\Grüße €.txt"';

type Maker = (setting: { readonly computer: string; readonly time: bigint }) => EventModel;

/** One event of every maker of the kit that a shape may carry, versions included (SETTLED B20). */
const MAKERS: readonly Maker[] = [
  ...[1, 3, 4, 5, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 22, 23, 25, 26, 255].map(
    (id): Maker =>
      (at) =>
        sysmon.event(id, {}, at),
  ),
  (at) => sysmon.process({ pid: 7316, image: 'C:\\Windows\\System32\\cmd.exe', commandLine: PAYLOAD }, at),
  (at) => sysmon.filter({ name: 'Updater "x"', query: QUERY }, at),
  (at) => sysmon.consumer({ name: 'Updater', destination: PAYLOAD }, at),
  (at) => sysmon.binding({ filter: 'Updater', consumer: 'Updater', namespace: 'ROOT\\subscription' }, at),
  (at) => sysmon.binding({ filter: 'Other', consumer: 'Updater', operation: 'Deleted' }, at),
  (at) =>
    wmi.binding(
      { name: 'Updater', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: ALICE.sid },
      { class: 'CommandLineEventConsumer', name: 'Updater', properties: { CommandLineTemplate: PAYLOAD } },
      at,
    ),
  (at) => wmi.scmBinding(at),
  (at) => wmi.scmActivated(at),
  (at) => wmi.providerStarted('CommandLineEventConsumer', '%systemroot%\\system32\\wbem\\wbemcons.dll', 6020, at),
  (at) =>
    wmi.clientFailure(
      {
        machine: 'WS-07',
        user: 'CORP\\alice',
        pid: 77,
        operation: 'Start IWbemServices::PutInstance',
        resultCode: 0x80041003,
      },
      at,
    ),
  (at) =>
    wmi.temporarySubscription(
      { namespace: 'ROOT\\Subscription', query: QUERY, user: 'NT AUTHORITY\\SYSTEM', pid: 4120, machine: 'SRV-02' },
      at,
    ),
  ...[4608, 4624, 4625, 4634, 4647, 4648, 4662, 4663, 4672, 4688, 4689, 4697, 4698, 4719, 4776, 4798, 4907].map(
    (id): Maker =>
      (at) =>
        security.event(id, {}, at),
  ),
  ...[5140, 5145, 5156, 5379].map(
    (id): Maker =>
      (at) =>
        security.event(id, {}, at),
  ),
  ...[0, 1, 3].map(
    (version): Maker =>
      (at) =>
        security.event(4624, { LogonType: 3, IpAddress: '10.20.4.17' }, { ...at, version }),
  ),
  ...([0, 1] as const).map(
    (version): Maker =>
      (at) =>
        security.processCreation(
          { pid: 0xd84n, image: 'C:\\a.exe', commandLine: PAYLOAD, creatorPid: 0x9f0n, subject: {} },
          { ...at, version },
        ),
  ),
  (at) => security.logon({ account: ALICE, logonId: 0xc93745n, address: '10.20.4.17', port: 49711 }, at),
  (at) => security.specialLogon(ALICE, 0xc93745n, at),
  (at) => security.logoff(ALICE, 0xc93745n, 3, at),
  (at) =>
    security.processCreation(
      {
        pid: 0xd84n,
        image: 'C:\\Windows\\System32\\cmd.exe',
        commandLine: PAYLOAD,
        creatorPid: 0x9f0n,
        creatorImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
        subject: security.subject(security.machineAccount(COMPUTER), 0x3e7n),
      },
      at,
    ),
  (at) => security.logCleared(ALICE, 0xc93745n, at),
  (at) => powershell.scriptBlock({ text: 'Set-WmiInstance -Class __EventFilter\r\n\r\n# "ü"\t\r\n' }, at),
  (at) =>
    powershell.moduleLog(
      {
        payload: 'CommandInvocation(Get-WmiObject): "Get-WmiObject"',
        commandName: 'Get-WmiObject',
        hostApplication: HOST_APPLICATION,
      },
      at,
    ),
  (at) => powershell.inCore(powershell.scriptBlock({ text: 'Get-CimInstance Win32_Process' }, at)),
  (at) => powershell.engineState(400, HOST_APPLICATION, at),
  (at) => powershell.engineState(403, HOST_APPLICATION, at),
  (at) => powershell.providerState('WSMan', HOST_APPLICATION, at),
  (at) =>
    powershell.pipelineExecuted(
      {
        commandLine: 'Get-WmiObject -Class Win32_Process',
        details: 'CommandInvocation(Get-WmiObject)',
        hostApplication: HOST_APPLICATION,
      },
      at,
    ),
  (at) => system.serviceState('Windows Management Instrumentation', 'Winmgmt', 'running', at),
  (at) => system.serviceStartType('Winmgmt', 'auto start', 'disabled', 'Winmgmt', at),
  (at) => system.serviceInstalled('Updater', PAYLOAD, 'LocalSystem', at),
  (at) =>
    system.otherLogCleared(
      { user: 'alice', domain: 'CORP', channel: 'Microsoft-Windows-WMI-Activity/Operational' },
      at,
    ),
  (at) => system.eventLogService(6005, at),
  (at) => system.eventLogService(6006, at),
  (at) => system.uptime(1234, at),
  (at) => system.systemStart(at),
  (at) => system.hiveSaved('\\??\\C:\\Windows\\AppCompat\\Programs\\Amcache.hve', at),
  (at) => system.winmgmtStarted(5615, at),
  (at) => system.winmgmtStarted(5617, at),
  (at) => system.filterFailed({ namespace: '//./root/subscription', query: QUERY, code: '0x80041003' }, at),
];

/** Those events, some seconds apart, with record ids that count in each channel. */
export function everyEvent(): readonly LoggedEvent[] {
  const last = new Map<string, bigint>();
  return MAKERS.map((make, i) => {
    const model = make({ computer: COMPUTER, time: START + BigInt(i) * 37_012_345n });
    const recordId = (last.get(model.channel) ?? 410n) + 1n;
    last.set(model.channel, recordId);
    return { model, recordId };
  });
}
