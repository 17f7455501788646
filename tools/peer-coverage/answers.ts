/**
 * What of ours detects what a public rule of another tool detects, by the titles of theirs: names of our rules (`s22-…`), and ids of
 * analytics that are code. A title that is missing here is one that nobody has looked at, and the page says so.
 */
export interface Answer {
  readonly ours: readonly string[];
  /** Where ours asks for more on purpose, or what it leaves out. */
  readonly note?: string;
}

const WMIC_ASKS = ['s22-wmic-asks-about-the-machine'];
const ASKS = ['s22-powershell-command-asks-by-wmi'];
const SCRIPT_ASKS = ['s22-script-asks-by-wmi'];
const CONTROLS = ['s23-wmic-controls-this-machine', 's08-wmic-remote-control'];
const REMOTE = ['s08-wmic-remote-process', 's08-wmic-remote-control', 'R19'];
const CHILD = ['S05', 'R01', 'R02', 'C03'];
const WRITTEN = ['C01', 'S02'];
const SHADOW_SCRIPT = ['s24-shadow-copies-by-script', 's24-shadow-copies-by-powershell-command'];
const OFFICE = ['s26-office-starts-wmic'];
const SHEET = ['s18-wmic-foreign-style-sheet', 's18-wmic-loads-script-engine'];
const MOF = ['s07-mofcomp-by-a-user', 's07-mofcomp-remote'];
const SCRIPT_FIRED = ['C04', 'S06'];

const MOF_NOTE = 'asks for a place where users write, a shell as parent, a share or another machine';
const TEMPORARY = 'of users, and of what matters to an attacker: services make them all day';
const TRACE = 'from the start of the process; the trace session is not read';
const LISTED = 'script hosts, LOLBins, Office and programs of users, not every program outside a list';
const STOCK = 'the stock subscription of Windows is informational';
const QUIET = 'told as part of a finding, and nothing alone: every machine logs it all day';

/** `[title, what detects it, note]` */
const ROWS: readonly (readonly [title: string, ours: readonly string[], note?: string])[] = [
  // Subscriptions
  ['Suspicious WMI Event Subscription Created', WRITTEN],
  ['WMI Event Subscription', WRITTEN, STOCK],
  ['WMI Persistence', WRITTEN, `${STOCK}; a 5859 alone is not told`],
  ['WMI Permanent Event Subscription', WRITTEN, STOCK],
  ['WMI Permanent Event Subscription - Sysmon', WRITTEN],
  ['Detect WMI Event Subscription Persistence', WRITTEN],
  ['Permanent WMI Event Consumer', WRITTEN, STOCK],
  ['WMI Filter To Consumer Binding_Command Execution', WRITTEN],
  ['WMI consumer created', WRITTEN],
  ['WMI consumer created using executables', [...WRITTEN, 'S01']],
  ['Suspicious Encoded Scripts in a WMI Consumer', ['S01', 'S02']],
  ['Suspicious Scripting in a WMI Consumer', ['S01', 'S02']],
  ['detect-impacket-wmipersist', ['R04', 'S02', 'tool-impacket-wmipersist']],
  ['PermanentWMIEvents', [...WRITTEN, 'C07'], 'from logs, the repository or an audit of the live host'],
  ['Persistence via WMI Event Subscription', ['s09-command-creates-subscription']],
  ['NewActiveScriptEventConsumer Creation Attempt via Wmic.EXE', ['s09-command-creates-subscription']],
  ['Powershell WMI Persistence', ['s09-script-creates-subscription']],
  ['Mofcomp Activity', MOF, MOF_NOTE],
  ['Windows MOF Event Triggered Execution via WMI', MOF, MOF_NOTE],
  ['Script Event Consumer Spawning Process', SCRIPT_FIRED],
  ['WMI ActiveScriptEventConsumers Activity Via Scrcons.EXE DLL Load', SCRIPT_FIRED],
  ['WMI Event Consumer Created Named Pipe', [...SCRIPT_FIRED, 'm07-powershell-pipe-of-script-consumer']],
  ['WMI Persistence - Script Event Consumer', SCRIPT_FIRED],
  ['WMI Persistence - Script Event Consumer File Write', SCRIPT_FIRED],
  ['Script Execution via WMI', SCRIPT_FIRED],
  ['Potential Remote WMI ActiveScriptEventConsumers Activity', ['c08-logon-by-script-consumer-host', 'C04']],
  [
    'WMI Persistence - Command Line Event Consumer',
    ['c03-provider-host-loads-command-consumers', 'c03-command-consumers-loaded'],
  ],
  ['WMI Persistence - Security', ['c01-write-into-subscription-namespace'], 'writes only'],
  [
    'WMI Temporary Event Subscription',
    ['c18-temporary-subscription-of-a-user', 'c18-temporary-subscription-on-defenders'],
    TEMPORARY,
  ],
  ['Temporary WMI Event Consumer', ['c18-temporary-subscription-of-a-user'], TEMPORARY],
  ['Unusual Process Execution on WBEM Path', ['s27-unknown-program-beside-wmi']],
  // Processes by WMI
  ['Enumeration Command Spawned via WMIPrvSE', CHILD],
  ['Suspicious Cmd Execution via WMI', ['R03', 'S05', 'R01', 'tool-impacket-wmiexec']],
  ['WMI Incoming Lateral Movement', ['R01', 'R02', 'N01'], 'by logon and connection, not by time alone'],
  ['Windows Script Interpreter Executing Process via WMI', ['s27-script-host-loads-wmi', ...CHILD]],
  ['Low Frequency of Process Execution via WMI by Unique Agent', CHILD, 'each process, not its rarity'],
  ['Commands executed by WMI on new hosts - potential Impacket', ['R03'], 'on every host, not on new ones only'],
  [
    'Gain Code Execution on ADFS Server via Remote WMI Execution',
    ['R01', 'R02', 'C01'],
    'not the read of the key object in the directory',
  ],
  ['WMI Spawning Suspicious Child Process (Living off the Land)', CHILD],
  ['WMI Spawning Suspicious Child Process (Living off the Land) - XDR copy', CHILD],
  [
    'HackTool - Potential Impacket Lateral Movement Activity',
    ['R03', 'R07', 'tool-impacket-wmiexec', 'tool-impacket-dcomexec'],
  ],
  [
    'HackTool - Impacket Tools Execution',
    ['R01', 'R03'],
    'by what the tools start on the target; the name of a program on the source is a fingerprint and no finding',
  ],
  ['Potential WMI Lateral Movement WmiPrvSE Spawned PowerShell', CHILD],
  ['Suspicious WmiPrvSE Child Process', CHILD],
  ['WmiPrvSE Spawned A Process', CHILD],
  ['Process Execution via WMI', CHILD],
  ['Wmiprsve LOLBAS Execution Process Spawn', CHILD],
  ['Impacket Lateral Movement WMIExec Commandline Parameters', ['R03', 'tool-impacket-wmiexec']],
  ['WMI created a PowerShell process', CHILD],
  ['WMI started a process (base rule)', CHILD],
  ['WMI-created PowerShell with encoded command', [...CHILD, 'S01']],
  ['WMIProcessCreate', CHILD, TRACE],
  ['WMIProcessCreation', CHILD, TRACE],
  ['PSExec and WMI Process Creations Block', ['s20-defender-stops-wmi']],
  ['Suspicious Autorun Registry Modified via WMI', [...CHILD, 'S01', 'R08']],
  ['T1047 Wmiprvse Wbemcomn DLL Hijack', ['S10']],
  ['Wmiprvse Wbemcomn DLL Hijack', ['S10']],
  ['Wmiprvse Wbemcomn DLL Hijack - File', ['S10']],
  [
    'Persistence via WMI Standard Registry Provider',
    ['R08'],
    'with a remote logon open; otherwise a local product does the same',
  ],
  ['Remote Login Performed with WMI', ['i05-logon-made-by-provider-host']],
  ['Successful Account Login Via WMI', ['i05-logon-made-by-provider-host'], 'not of machine accounts'],
  [
    'New Firewall Rule Added In Windows Firewall Exception List Via WmiPrvSE.EXE',
    ['s23-firewall-opened-by-provider-host'],
  ],
  [
    'WMI Provider Started',
    ['c03-command-consumers-loaded', 's12-provider-where-users-write', 's12-provider-outside-windows'],
    QUIET,
  ],
  [
    'Windows WMI Impersonate Token',
    ['m02-provider-host-opens-a-process-whole'],
    'not where WMI starts the process: it opens each of those with every right, and the start is told',
  ],
  // Clients
  ['WMIC Remote Command', REMOTE],
  ['WMIC Remote Command Execution', [...REMOTE, ...WMIC_ASKS], 'R19 tells a question to another machine at low'],
  ['WMI Reconnaissance List Remote Services', ['s08-wmic-remote-control']],
  ['WMI Remote Command Execution', REMOTE],
  ['Remote Process Instantiation via WMI', REMOTE],
  ['Remote WMI Command Attempt', REMOTE],
  ['Process Creation Attempt via Wmic.EXE', [...CONTROLS, 's08-wmic-remote-process']],
  ['Windows WMI Process Call Create', [...CONTROLS, 's08-wmic-remote-process']],
  ['Remote Process Instantiation via WMI and PowerShell', ['R19', 's23-powershell-command-controls-by-wmi']],
  ['Remote Process Instantiation via WMI and PowerShell Script Block', ['R19', 's23-script-controls-by-wmi']],
  [
    'PowerShell Invoke WmiExec Usage',
    ['tool-invoke-wmiexec', 'R01', 'R03'],
    'the tool by name is informational; what it starts on the target is told',
  ],
  [
    'WMImplant Hack Tool',
    ['s14-recovery-setting-carries-data', 'tool-wmimplant'],
    'by its data channel; names of its commands are words of many scripts',
  ],
  ['XSL Script Execution Via WMIC.EXE', SHEET, 'sheets that Windows ships are not told'],
  ['Suspicious WMIC XSL Script Execution', SHEET],
  ['WMIC Loading Scripting Libraries', SHEET],
  ['WMIC XSL Execution via URL', SHEET],
  ['XSL Script Execution With WMIC', SHEET, 'sheets that Windows ships are not told'],
  // Libraries
  ['Suspicious WMI Image Load from MS Office', ['s27-office-loads-wmi']],
  [
    'WMI Module Loaded By Uncommon Process',
    ['s27-script-host-loads-wmi', 's27-users-program-loads-wmi', 's27-office-loads-wmi'],
    LISTED,
  ],
  ['MS Scripting Process Loading WMI Module', ['s27-script-host-loads-wmi']],
  ['Wbemprox COM Object Execution', ['s27-users-program-loads-wmi', 's27-script-host-loads-wmi'], LISTED],
  // Discovery by wmic
  ['Security Software Discovery using WMIC', ['q03-security-products-asked-by-command', ...WMIC_ASKS]],
  ['WMI WBEMTEST Utility Execution', ['s22-wbemtest-started']],
  ['Computer System Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['Hardware Model Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['Local Groups Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['Potential Process Reconnaissance via Wmic.EXE', WMIC_ASKS],
  ['Potential Product Class Reconnaissance Via Wmic.EXE', ['q03-security-products-asked-by-command', ...WMIC_ASKS]],
  ['Potential Product Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['Potential Unquoted Service Path Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['Service Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['System Disk And Volume Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['Uncommon System Information Discovery Via Wmic.EXE', WMIC_ASKS],
  ['Windows Hotfix Updates Reconnaissance Via Wmic.EXE', WMIC_ASKS],
  ['System Information Discovery Via Wmic.EXE', WMIC_ASKS],
  ['Domain Account Discovery with Wmic', WMIC_ASKS],
  ['Domain Controller Discovery with Wmic', WMIC_ASKS],
  ['Domain Group Discovery With Wmic', WMIC_ASKS],
  ['Elevated Group Discovery With Wmic', WMIC_ASKS],
  ['Local Account Discovery With Wmic', WMIC_ASKS],
  ['Remote System Discovery with Wmic', WMIC_ASKS],
  ['Windows WMI Process And Service List', WMIC_ASKS],
  ['Wmic Group Discovery', WMIC_ASKS],
  ['Crowdstrike WMI Query Detection', [...WMIC_ASKS, ...CONTROLS]],
  ['WMI command used for antivirus discovery', ['q03-security-products-asked-by-command']],
  ['WMIQuery', [], 'it asks WMI itself, and finds nothing'],
  // Discovery by PowerShell
  ['Get WMIObject Group Discovery', ASKS],
  ['Get WMIObject Group Discovery with Script Block Logging', SCRIPT_ASKS],
  ['GetWmiObject DS User with PowerShell', ASKS],
  ['GetWmiObject DS User with PowerShell Script Block', SCRIPT_ASKS],
  ['GetWmiObject Ds Computer with PowerShell', ASKS],
  ['GetWmiObject Ds Computer with PowerShell Script Block', SCRIPT_ASKS],
  ['GetWmiObject Ds Group with PowerShell', ASKS],
  ['GetWmiObject Ds Group with PowerShell Script Block', SCRIPT_ASKS],
  ['GetWmiObject User Account with PowerShell', ASKS],
  ['GetWmiObject User Account with PowerShell Script Block', SCRIPT_ASKS],
  [
    'Suspicious Get-WmiObject',
    SCRIPT_ASKS,
    'for classes that tell of the machine and its users; the cmdlet alone is no sign',
  ],
  ['Recon AVProduct Through Pwh or WMI', ['q03-security-products-asked-by-script', ...SCRIPT_ASKS]],
  ['Recon Using WMI Class', SCRIPT_ASKS],
  ['WMI Recon Running Process Or Services', SCRIPT_ASKS],
  ['WMIC Unquoted Services Path Lookup - PowerShell', SCRIPT_ASKS],
  // Changes
  ['Application Removed Via Wmic.EXE', CONTROLS],
  ['Wmic NonInteractive App Uninstallation', CONTROLS],
  ['Application Termination Attempt via Wmic.EXE', CONTROLS],
  ['Service Started/Stopped Via Wmic.EXE', CONTROLS],
  ['Service Startup Type Change Via Wmic.EXE', CONTROLS],
  ['Registry Enumeration via WMI Stdregprov', CONTROLS],
  ['Registry Manipulation via WMI Stdregprov', CONTROLS],
  ['PowerShell WMI Win32_Product Install MSI', ['s23-script-controls-by-wmi']],
  [
    'Windows PowerShell WMI Win32 ScheduledJob',
    ['s23-script-controls-by-wmi'],
    'for its methods, not for the name of the class',
  ],
  ['Password Set to Never Expire via WMI', ['s25-account-changed-by-wmic']],
  ['RDP Enable or Disable via Win32_TerminalServiceSetting WMI Class', ['s25-rdp-switched-by-command']],
  ['Suspicious WMIC Execution Via Office Process', OFFICE],
  ['Office Applications Spawning Wmi Cli Alternate', OFFICE],
  ['WMI Execution Via Office Process', OFFICE],
  ['Office Product Spawning Wmic', OFFICE],
  // Tampering
  ['Volume Shadow Copy Deletion via WMIC', ['s24-shadow-copies-by-wmic']],
  [
    'Creation of Shadow Copy with wmic and powershell',
    ['s24-shadow-copies-by-wmic', 's24-shadow-copies-by-powershell-command'],
  ],
  ['Delete Volume Shadow Copies Via WMI With PowerShell', ['s24-shadow-copies-by-host-application']],
  ['Deletion of Volume Shadow Copies via WMI with PowerShell', ['s24-shadow-copies-by-powershell-command']],
  ['Deletion of Volume Shadow Copies via WMI with PowerShell - PS Script', SHADOW_SCRIPT],
  ['Delete Volume Shadow Copies via WMI with PowerShell - PS Script', SHADOW_SCRIPT],
  ['Disabling Windows Defender WMI Autologger Session via Reg.exe', ['t02-autologger-disabled-by-command']],
  [
    'Failed Event Log Clear Via WMI NTEventLogFile ClearEventLog',
    ['r16-log-cleared-by-wmi', 't01-log-cleared-by-wmi-call'],
  ],
  ['Potential Tampering With Security Products Via WMIC', ['s24-security-product-removed-by-wmic']],
  ['Potential Windows Defender Tampering Via Wmic.EXE', ['s24-defender-namespace-by-command']],
];

export const ANSWERS: ReadonlyMap<string, Answer> = new Map(
  ROWS.map(([title, ours, note]) => [title.toLowerCase(), { ours, ...(note === undefined ? {} : { note }) }]),
);
