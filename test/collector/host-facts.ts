/** What one check of HARDENING reads, as the collector gives it. */
export interface HostFacts {
  /** Places of the output, as `part.key`. */
  readonly paths: readonly string[];
  /** Values by key below HKLM; `*` is all of them. */
  readonly registry?: Readonly<Record<string, readonly string[]>>;
  readonly channels?: readonly string[];
  readonly services?: readonly string[];
  /** Event ids, by the end of the provider's name. */
  readonly events?: Readonly<Record<string, readonly number[]>>;
  /** Any other literal that the script must hold. */
  readonly literals?: readonly string[];
}

const LSA = 'SYSTEM\\CurrentControlSet\\Control\\Lsa';
const SERVICES = 'SYSTEM\\CurrentControlSet\\Services';
const POLICIES = 'SOFTWARE\\Policies\\Microsoft';
const WINDOWS = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const AUTOLOGGER = 'SYSTEM\\CurrentControlSet\\Control\\WMI\\Autologger';
const DEFENDER = `${POLICIES}\\Windows Defender`;
const ASR = `${DEFENDER}\\Windows Defender Exploit Guard\\ASR`;
const SUBCATEGORIES: HostFacts = { paths: ['audit.method', 'audit.subcategory'], literals: ['auditpol.exe'] };
const SYSMON_CONFIG: HostFacts = {
  paths: ['sysmon.parameters', 'sysmon.config_xml', 'sysmon.config_sha256', 'sysmon.config_file_sha256'],
  literals: ['\\Parameters', '385201'],
};
const SIZES = ['MaxSize', 'Retention'];
const ASR_FACTS: HostFacts = {
  paths: ['defender.preference', 'services.name'],
  registry: {
    [`${ASR}\\Rules`]: ['*'],
    [ASR]: ['ExploitGuard_ASR_Rules'],
    [`${DEFENDER}\\Policy Manager`]: ['ASRRules'],
    [`${ASR}\\ASROnlyExclusions`]: ['*'],
  },
  literals: ['MSFT_MpPreference', 'CcmExec'],
};

function asTable(keys: readonly string[], names: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(keys.map((key) => [key, names]));
}

function alike(ids: string, facts: HostFacts): Readonly<Record<string, HostFacts>> {
  return Object.fromEntries(ids.split(' ').map((id) => [id, facts]));
}

/** HARDENING 1 to 5, check by check: where each finds its facts. */
export const HOST_FACTS: Readonly<Record<string, HostFacts>> = {
  H01: SUBCATEGORIES,
  H02: {
    paths: ['registry.data'],
    registry: { [`${WINDOWS}\\Policies\\System\\Audit`]: ['ProcessCreationIncludeCmdLine_Enabled'] },
  },
  ...alike('H03 H04 H05 H06', SUBCATEGORIES),
  H07: {
    paths: ['wmi.namespaces.sd_sddl', 'wmi.namespaces.sd_hex', 'audit.subcategory'],
    literals: ['GetSecurityDescriptor', 'GetSD'],
  },
  ...alike('H08 H09 H10 H11', SUBCATEGORIES),
  H12: { ...SUBCATEGORIES, paths: ['audit.subcategory', 'host.domain_role'] },
  ...alike('H13 H14 H15 H16', SUBCATEGORIES),
  H17: { paths: ['registry.data'], registry: { [LSA]: ['SCENoApplyLegacyAuditPolicy'] } },
  H18: {
    paths: ['registry.data', 'channels.max_bytes', 'channels.mode'],
    registry: { [`${POLICIES}\\Windows\\EventLog\\Security`]: SIZES, [`${SERVICES}\\EventLog\\Security`]: SIZES },
    channels: ['Security'],
  },
  H19: {
    paths: ['registry.data', 'channels.max_bytes'],
    registry: asTable(
      ['System', 'Application'].flatMap((log) => [
        `${POLICIES}\\Windows\\EventLog\\${log}`,
        `${SERVICES}\\EventLog\\${log}`,
      ]),
      SIZES,
    ),
    channels: ['System', 'Application'],
  },
  H20: {
    paths: ['channels.enabled', 'channels.max_bytes', 'channels.sddl', 'registry.data'],
    channels: ['Microsoft-Windows-WMI-Activity/Operational'],
    literals: [
      'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WINEVT\\Channels\\',
      'Enabled',
      'MaxSize',
      'Retention',
      'ChannelAccess',
    ],
  },
  H21: {
    paths: ['channels.enabled', 'channels.max_bytes'],
    channels: [
      'Microsoft-Windows-TaskScheduler/Operational',
      'Microsoft-Windows-WinRM/Operational',
      'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
      'Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational',
      'Microsoft-Windows-Windows Defender/Operational',
      'Microsoft-Windows-CodeIntegrity/Operational',
      'Microsoft-Windows-NTLM/Operational',
      'Microsoft-Windows-SMBServer/Security',
      'Microsoft-Windows-DriverFrameworks-UserMode/Operational',
      'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall',
      'Windows PowerShell',
      'Microsoft-Windows-PowerShell/Operational',
    ],
  },
  H22: {
    paths: ['channels.sddl', 'services.sddl', 'acls.sddl'],
    registry: asTable(
      ['Security', 'System', 'Application'].map((log) => `${SERVICES}\\EventLog\\${log}`),
      ['CustomSD'],
    ),
    services: ['EventLog'],
    literals: ['System32\\winevt\\Logs', 'ChannelAccess', 'sdshow'],
  },
  H23: {
    paths: ['registry.data'],
    registry: {
      ...asTable(
        ['Application', 'Security', 'System'].map((log) => `${AUTOLOGGER}\\EventLog-${log}`),
        ['Start', 'each:Enabled'],
      ),
      [`${AUTOLOGGER}\\EventLog-System\\{1418EF04-B0B4-4623-BF7E-D74AB47BBDAA}`]: ['*'],
    },
  },
  H24: {
    paths: [
      'sysmon.present',
      'sysmon.service',
      'sysmon.driver',
      'sysmon.version',
      'drivers.altitudes',
      'drivers.state',
      'services.state',
      'features.optional',
      'channels.enabled',
    ],
    channels: ['Microsoft-Windows-Sysmon/Operational'],
    events: { Sysmon: [4] },
    literals: ['385201', 'Altitude', 'Win32_OptionalFeature', '*Sysmon*'],
  },
  H25: { ...SYSMON_CONFIG, paths: [...SYSMON_CONFIG.paths, 'events.newest'], events: { Sysmon: [19, 20, 21] } },
  ...alike('H26 H27 H28 H29 H30 H31 H32', SYSMON_CONFIG),
  H33: { ...SYSMON_CONFIG, paths: [...SYSMON_CONFIG.paths, 'events.newest'], events: { Sysmon: [16, 255] } },
  H34: {
    paths: ['registry.data'],
    registry: {
      [`${POLICIES}\\Windows\\PowerShell\\ScriptBlockLogging`]: [
        'EnableScriptBlockLogging',
        'EnableScriptBlockInvocationLogging',
      ],
    },
  },
  H35: {
    paths: ['registry.data'],
    registry: {
      [`${POLICIES}\\Windows\\PowerShell\\ModuleLogging`]: ['EnableModuleLogging'],
      [`${POLICIES}\\Windows\\PowerShell\\ModuleLogging\\ModuleNames`]: ['*'],
    },
  },
  H36: {
    paths: ['registry.data'],
    registry: {
      [`${POLICIES}\\Windows\\PowerShell\\Transcription`]: [
        'EnableTranscripting',
        'OutputDirectory',
        'EnableInvocationHeader',
      ],
    },
  },
  H37: {
    paths: ['registry.data', 'channels.enabled', 'files.exists'],
    registry: {
      [`${POLICIES}\\PowerShellCore\\ScriptBlockLogging`]: [
        'EnableScriptBlockLogging',
        'UseWindowsPowerShellPolicySetting',
      ],
      [`${POLICIES}\\PowerShellCore\\ModuleLogging`]: ['EnableModuleLogging', 'UseWindowsPowerShellPolicySetting'],
      [`${POLICIES}\\PowerShellCore\\Transcription`]: [
        'EnableTranscripting',
        'OutputDirectory',
        'UseWindowsPowerShellPolicySetting',
      ],
      [`${POLICIES}\\PowerShellCore\\ModuleLogging\\ModuleNames`]: ['*'],
    },
    channels: ['PowerShellCore/Operational'],
    literals: ['pwsh.exe'],
  },
  H38: {
    paths: ['features.optional', 'features.packages', 'registry.data'],
    registry: { 'SOFTWARE\\Microsoft\\PowerShell\\1\\PowerShellEngine': ['PowerShellVersion'] },
    literals: ['Win32_OptionalFeature'],
  },
  H39: {
    paths: ['channels.max_bytes'],
    channels: ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'],
  },
  H40: {
    paths: ['collector.language_mode', 'collector.clm', 'device_guard', 'files.exists', 'features.packages'],
    registry: {
      'SOFTWARE\\Microsoft\\AMSI\\Providers': ['deep'],
      [`${POLICIES}\\Windows\\SrpV2`]: ['*', 'each:EnforcementMode'],
    },
    literals: ['Win32_DeviceGuard', 'System32\\vbscript.dll', '*VBSCRIPT*'],
  },
  H41: { ...ASR_FACTS, events: { 'Windows Defender': [1121, 1122, 5007] } },
  H42: ASR_FACTS,
  H43: ASR_FACTS,
  H44: {
    paths: ['defender.status', 'defender.antivirus', 'services.state', 'drivers.altitudes'],
    registry: { 'SOFTWARE\\Microsoft\\Windows Defender\\Features': ['TamperProtection'] },
    services: ['Sense', 'WinDefend'],
    literals: ['MSFT_MpComputerStatus', 'root\\SecurityCenter2'],
  },
  H45: {
    paths: ['wmi.namespaces.path', 'wmi.namespaces.sd_sddl', 'wmi.namespaces.sd_hex'],
    literals: ['__SystemSecurity', 'GetSD'],
  },
  H46: {
    paths: ['registry.data', 'dcom.users'],
    registry: {
      'SOFTWARE\\Microsoft\\Ole': [
        'MachineLaunchRestriction',
        'MachineAccessRestriction',
        'EnableDCOM',
        'LegacyAuthenticationLevel',
      ],
      [`${POLICIES}\\Windows NT\\DCOM`]: ['MachineLaunchRestriction', 'MachineAccessRestriction'],
      'SOFTWARE\\Classes\\AppID\\{8BC3F05E-D86B-11D0-A075-00C04FB68820}': ['LaunchPermission', 'AccessPermission'],
    },
    literals: ['S-1-5-32-562', 'Win32_GroupUser'],
  },
  H47: {
    paths: ['registry.data', 'host.os_build', 'host.ubr', 'events.newest'],
    registry: {
      'SOFTWARE\\Microsoft\\Ole\\AppCompat': [
        'RequireIntegrityActivationAuthenticationLevel',
        'RaiseActivationAuthenticationLevel',
      ],
      'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion': ['CurrentBuild', 'UBR'],
    },
    events: { DistributedCOM: [10036, 10037, 10038] },
  },
  H48: {
    paths: ['registry.data', 'dcom.rpc_filters'],
    registry: { [`${POLICIES}\\Windows NT\\Rpc`]: ['RestrictRemoteClients', 'EnableAuthEpResolution'] },
    literals: ['netsh.exe'],
  },
  H49: {
    paths: ['firewall.profiles', 'firewall.rules', 'registry.data'],
    registry: {
      ...asTable(
        ['Domain', 'Private', 'Public'].map((name) => `${POLICIES}\\WindowsFirewall\\${name}Profile`),
        ['EnableFirewall'],
      ),
      ...asTable(
        ['Domain', 'Standard', 'Public'].map(
          (name) => `${SERVICES}\\SharedAccess\\Parameters\\FirewallPolicy\\${name}Profile`,
        ),
        ['EnableFirewall'],
      ),
      ...asTable(
        ['Domain', 'Private', 'Public'].map((name) => `${POLICIES}\\WindowsFirewall\\${name}Profile\\Logging`),
        ['LogDroppedPackets'],
      ),
    },
    literals: [`HKLM\\${SERVICES}\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules`, 'MSFT_NetFirewallProfile'],
  },
  H50: {
    paths: ['registry.data', 'winrm.listeners'],
    registry: {
      [`${POLICIES}\\Windows\\WinRM\\Service`]: [
        'AllowBasic',
        'AllowUnencryptedTraffic',
        'DisableRunAs',
        'AllowAutoConfig',
        'IPv4Filter',
        'IPv6Filter',
        'CbtHardeningLevel',
      ],
      [`${POLICIES}\\Windows\\WinRM\\Service\\WinRS`]: ['AllowRemoteShellAccess'],
      [`${WINDOWS}\\WSMAN\\Service`]: ['*'],
    },
    literals: [`HKLM\\${WINDOWS}\\WSMAN\\Listener`],
  },
  H51: {
    paths: ['registry.data'],
    registry: {
      [`${POLICIES}\\Windows\\WinRM\\Client`]: ['AllowBasic', 'AllowUnencryptedTraffic', 'AllowDigest', 'TrustedHosts'],
      [`${WINDOWS}\\WSMAN\\Client`]: ['*'],
    },
  },
  H52: { paths: ['files.exists', 'features.packages'], literals: ['System32\\wbem\\WMIC.exe', '*WMIC*'] },
  H53: {
    paths: ['registry.data', 'rights'],
    registry: {
      [`${WINDOWS}\\Policies\\System`]: ['LocalAccountTokenFilterPolicy', 'FilterAdministratorToken', 'EnableLUA'],
    },
    literals: ['secedit.exe', 'USER_RIGHTS'],
  },
  H54: { paths: ['registry.data'], registry: { [LSA]: ['RestrictRemoteSAM'] } },
  H55: {
    paths: ['registry.data', 'device_guard', 'events.newest'],
    registry: {
      [LSA]: ['RunAsPPL', 'LsaCfgFlags'],
      [`${POLICIES}\\Windows\\DeviceGuard`]: ['LsaCfgFlags'],
      'SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\WDigest': ['UseLogonCredential'],
    },
    events: { Wininit: [12] },
    literals: ['root\\Microsoft\\Windows\\DeviceGuard'],
  },
  H56: {
    paths: ['registry.data', 'smb.server', 'smb.client'],
    registry: {
      [`${SERVICES}\\LanmanServer\\Parameters`]: ['RequireSecuritySignature', 'SMB1'],
      [`${SERVICES}\\LanmanWorkstation\\Parameters`]: ['RequireSecuritySignature', 'AllowInsecureGuestAuth'],
      [`${POLICIES}\\Windows\\LanmanWorkstation`]: ['AllowInsecureGuestAuth'],
    },
    services: ['mrxsmb10'],
    literals: ['MSFT_SmbServerConfiguration'],
  },
  H57: {
    paths: ['registry.data', 'channels.enabled'],
    registry: {
      [LSA]: ['LmCompatibilityLevel'],
      [`${LSA}\\MSV1_0`]: [
        'AuditReceivingNTLMTraffic',
        'RestrictSendingNTLMTraffic',
        'NtlmMinClientSec',
        'NtlmMinServerSec',
      ],
      [`${SERVICES}\\Netlogon\\Parameters`]: ['AuditNTLMInDomain'],
    },
    channels: ['Microsoft-Windows-NTLM/Operational'],
  },
  H58: {
    paths: ['registry.data', 'channels.enabled'],
    registry: {
      ...asTable(
        [`${WINDOWS}\\Policies\\LAPS`, 'SOFTWARE\\Microsoft\\Policies\\LAPS'],
        ['BackupDirectory', 'PasswordAgeDays', 'PasswordLength'],
      ),
      [`${POLICIES} Services\\AdmPwd`]: ['AdmPwdEnabled'],
    },
    channels: ['Microsoft-Windows-LAPS/Operational'],
  },
  H59: {
    paths: [
      'services.sddl',
      'services.protection',
      'registry.data',
      'acls.sddl',
      'wmi.repository.autorecover',
      'wmi.repository.files',
      'wmi.namespaces.providers',
    ],
    registry: {
      [`${SERVICES}\\Winmgmt\\Parameters`]: ['ServiceDll'],
      'SOFTWARE\\Microsoft\\WBEM\\CIMOM': ['*'],
      'SOFTWARE\\Classes\\AppID\\{8BC3F05E-D86B-11D0-A075-00C04FB68820}': ['Endpoints'],
    },
    services: ['Winmgmt', 'EventLog', 'Sysmon', 'WinDefend', 'mpssvc', 'W32Time'],
    literals: [
      'Start',
      'ImagePath',
      'DependOnService',
      'FailureActions',
      'LaunchProtected',
      'qprotection',
      'System32\\wbem\\Repository',
      '__Win32Provider',
    ],
  },
  H60: {
    paths: ['shippers.state', 'registry.data', 'time.status', 'time.source', 'time.configuration'],
    registry: {
      [`${POLICIES}\\Windows\\EventLog\\EventForwarding\\SubscriptionManager`]: ['*'],
      [`${SERVICES}\\W32Time\\Parameters`]: ['Type', 'NtpServer'],
    },
    services: ['W32Time'],
    literals: [
      'winlogbeat',
      'Elastic Agent',
      'nxlog',
      'fluent-bit',
      'HealthService',
      'AzureMonitorAgent',
      'w32tm.exe',
      'Microsoft-Windows-Forwarding/Operational',
    ],
  },
};
