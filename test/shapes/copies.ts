import { type LoggedEvent, SHAPE_WRITERS, type ShapeWriter, security, sysmon, wmi } from '../../testkit/index.ts';
import { asLogs } from './conversion.ts';

const computer = 'SRV-02.corp.example.com';
const ALICE = { sid: 'S-1-5-21-1004336348-1177238915-682003330-1105', name: 'alice', domain: 'CORP' };
const QUERY = "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'";
const PAYLOAD = 'powershell.exe -NoP -W Hidden -File C:\\ProgramData\\u.ps1';
const at = (seconds: string): { readonly computer: string; readonly time: string } => ({
  computer,
  time: `2026-03-12T09:44:${seconds}Z`,
});

/** A planted triad, in Sysmon and as 5861, with the logon that carried it and the process that it ran. */
export const PLANTED: readonly LoggedEvent[] = [
  security.logon({ account: ALICE, logonId: 0xc93745n, address: '10.20.4.17', port: 49711 }, at('01.2210457')),
  security.specialLogon(ALICE, 0xc93745n, at('01.2210300')),
  sysmon.filter({ name: 'Updater', query: QUERY }, at('02.4419012')),
  sysmon.consumer({ name: 'Updater', destination: PAYLOAD }, at('03.8419012')),
  sysmon.binding({ filter: 'Updater', consumer: 'Updater' }, at('05.3419012')),
  wmi.binding(
    { name: 'Updater', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: ALICE.sid },
    {
      class: 'CommandLineEventConsumer',
      name: 'Updater',
      properties: { CommandLineTemplate: PAYLOAD },
      creatorSid: ALICE.sid,
    },
    at('05.4000001'),
  ),
  sysmon.process(
    {
      pid: 7316,
      image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      commandLine: PAYLOAD,
      parentPid: 6020,
      parentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
      parentCommandLine: 'C:\\Windows\\system32\\wbem\\wmiprvse.exe -Embedding',
    },
    at('40.0000000'),
  ),
  security.processCreation(
    {
      pid: 7316n,
      image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      commandLine: PAYLOAD,
      creatorPid: 6020n,
      creatorImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
      subject: security.subject(security.machineAccount(computer), 0x3e7n),
    },
    at('40.0030000'),
  ),
  security.logoff(ALICE, 0xc93745n, 3, at('55.5000000')),
].map((model, i) => ({ model, recordId: 7100n + BigInt(i) }));

/** One way in which the same events may lie beside themselves. */
export interface Copy {
  readonly name: string;
  readonly losses: ShapeWriter['losses'];
  cannotCarry: ShapeWriter['cannotCarry'];
  files(events: readonly LoggedEvent[], folder: string): [string, string | Uint8Array][];
}

/** Event logs and every shape, in each of the styles that change what is lost. */
export const COPIES: readonly Copy[] = [
  {
    name: 'EVTX',
    losses: {},
    cannotCarry: () => undefined,
    files: (events, folder) => asLogs(events).map(([name, bytes]) => [`${folder}/${name}`, bytes]),
  },
  ...oneOfEach().map(
    (writer): Copy => ({
      name: `${writer.style} (${writer.shape})`,
      losses: writer.losses,
      cannotCarry: writer.cannotCarry,
      files: (events, folder) => [[`${folder}/export.${writer.ending}`, writer.write(events)]],
    }),
  ),
];

/** Writers of one shape with the same losses differ by their frame only: one of them stands for all. */
function oneOfEach(): readonly ShapeWriter[] {
  const seen = new Set<string>();
  return SHAPE_WRITERS.filter(({ shape, losses }) => {
    const key = JSON.stringify([shape, losses]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
