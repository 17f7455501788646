import { type Route, route } from './route.ts';
import { POWERSHELL_CHANNELS, POWERSHELL_CLASSIC_CHANNEL, SYSMON_CHANNEL, SYSMON_FIELDS } from './sources.ts';
import { ZEEK_LOGS } from './zeek-logs.ts';

/** A service of Sigma with the logs that it means (SIGMA 6.2, SETTLED E8, E13). */
export interface Service {
  readonly name: string;
  readonly product: 'windows' | 'zeek' | 'triad';
  readonly routes: readonly Route[];
}

const MS = 'Microsoft-Windows-';

/** Services of Windows by channel. Where a name of the specification is not that of the real channel both stand. */
const CHANNELS: readonly (readonly [service: string, ...channels: string[]])[] = [
  ['security', 'Security'],
  ['system', 'System'],
  ['application', 'Application'],
  ['sysmon', SYSMON_CHANNEL],
  ['wmi', `${MS}WMI-Activity/Operational`],
  // Of our own: the specification has no name for it. It tells calls that worked, where it is switched on.
  ['wmi-trace', `${MS}WMI-Activity/Trace`],
  ['powershell', ...POWERSHELL_CHANNELS],
  ['powershell-classic', POWERSHELL_CLASSIC_CHANNEL],
  ['taskscheduler', `${MS}TaskScheduler/Operational`],
  ['windefend', `${MS}Windows Defender/Operational`],
  ['bits-client', `${MS}Bits-Client/Operational`],
  ['ntlm', `${MS}NTLM/Operational`],
  ['dns-server', 'DNS Server'],
  ['dns-server-analytic', `${MS}DNS-Server/Analytical`, `${MS}DNSServer/Analytical`],
  ['dns-server-audit', `${MS}DNS-Server/Audit`, `${MS}DNSServer/Audit`],
  ['dns-client', `${MS}DNS-Client/Operational`, `${MS}DNS Client Events/Operational`],
  ['driver-framework', `${MS}DriverFrameworks-UserMode/Operational`],
  ['dhcp', `${MS}DHCP-Server/Operational`],
  ['msexchange-management', 'MSExchange Management'],
  [
    'applocker',
    ...['MSI and Script', 'EXE and DLL', 'Packaged app-Deployment', 'Packaged app-Execution'].map(
      (log) => `${MS}AppLocker/${log}`,
    ),
  ],
  ['printservice-admin', `${MS}PrintService/Admin`],
  ['printservice-operational', `${MS}PrintService/Operational`],
  ['codeintegrity-operational', `${MS}CodeIntegrity/Operational`],
  ['smbclient-security', `${MS}SmbClient/Security`],
  ['smbclient-connectivity', `${MS}SmbClient/Connectivity`],
  ['smbserver-connectivity', `${MS}SMBServer/Connectivity`],
  ['firewall-as', `${MS}Windows Firewall With Advanced Security/Firewall`],
  ['terminalservices-localsessionmanager', `${MS}TerminalServices-LocalSessionManager/Operational`],
  [
    'security-mitigations',
    ...['Kernel Mode', 'User Mode', 'KernelMode', 'UserMode'].map((log) => `${MS}Security-Mitigations/${log}`),
  ],
  ['diagnosis-scripted', `${MS}Diagnosis-Scripted/Operational`],
  ['shell-core', `${MS}Shell-Core/Operational`],
  ['openssh', 'OpenSSH/Operational'],
  ['ldap', `${MS}LDAP-Client/Debug`],
  ['ldap_debug', `${MS}LDAP-Client/Debug`],
  ['bitlocker', `${MS}BitLocker/BitLocker Management`],
  ['vhdmp', `${MS}VHDMP/Operational`, `${MS}VHDMP-Operational`],
  ['appxdeployment-server', `${MS}AppXDeploymentServer/Operational`],
  ['lsa-server', `${MS}LSA/Operational`],
  ['appxpackaging-om', `${MS}AppxPackaging/Operational`],
  ['appmodel-runtime', `${MS}AppModel-Runtime/Admin`],
  ['capi2', `${MS}CAPI2/Operational`],
  ['certificateservicesclient-lifecycle-system', `${MS}CertificateServicesClient-Lifecycle-System/Operational`],
  ['kernel-shimengine', `${MS}Kernel-ShimEngine/Operational`, `${MS}Kernel-ShimEngine/Diagnostic`],
  [
    'application-experience',
    `${MS}Application-Experience/Program-Telemetry`,
    `${MS}Application-Experience/Program-Compatibility-Assistant`,
  ],
  ['ntfs', `${MS}Ntfs/Operational`],
  ['hyper-v-worker', `${MS}Hyper-V-Worker`, `${MS}Hyper-V-Worker-Admin`, `${MS}Hyper-V-Worker-Operational`],
  ['kernel-event-tracing', `${MS}Kernel-EventTracing`, `${MS}Kernel-EventTracing/Admin`],
  ['sense', `${MS}SENSE/Operational`],
  ['servicebus-client', 'Microsoft-ServiceBus-Client/Operational', 'Microsoft-ServiceBus-Client/Admin'],
  ['microsoft-servicebus-client', 'Microsoft-ServiceBus-Client/Operational', 'Microsoft-ServiceBus-Client/Admin'],
  ['iis-configuration', 'Microsoft-IIS-Configuration/Operational'],
];

function windowsService([name, ...channels]: (typeof CHANNELS)[number]): Service {
  const routes = channels.map((channel) =>
    route({
      id: channels.length === 1 ? `service:${name}` : `service:${name}/${channel}`,
      channel,
      ...(channel === SYSMON_CHANNEL ? { fields: SYSMON_FIELDS } : {}),
    }),
  );
  return { name, product: 'windows', routes };
}

/** Triad's own objects: what is known when evidence has been merged, not records of a log. */
const TRIAD_SERVICES: readonly Service[] = ['subscription', 'repository', 'audit'].map((name) => ({
  name,
  product: 'triad',
  routes: [route({ id: `triad/${name}`, product: 'triad', channel: `triad/${name}` })],
}));

export const SERVICES: readonly Service[] = [
  ...CHANNELS.map(windowsService),
  ...ZEEK_LOGS.map(({ name, route }): Service => ({ name, product: 'zeek', routes: [route] })),
  ...TRIAD_SERVICES,
];
