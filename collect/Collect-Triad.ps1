<#
.SYNOPSIS
Reads the WMI event subscriptions of this host, and the settings that decide what its logs can show, into one JSON file.

.DESCRIPTION
Read-only, for Windows PowerShell 5.1 and PowerShell 7, without modules to install. It opens no network connection, starts no
script text, and changes no setting. It writes the output, its .sha256 beside it, and private temporary files that it removes.
What cannot be read stands in the output as an error; nothing is left out in silence. It judges nothing: triad does.

Checked by the grammar of PowerShell. Executed on Windows by its authors: no.

.PARAMETER OutputPath
File to write; it must not exist. Default: triad-HOST-TIME.json in the current folder.

.PARAMETER Nonce
A challenge to be copied into the output, which shows that the output was made after the challenge.

.PARAMETER NamespaceTimeoutSec
Seconds for each WMI namespace and for each other read. Default 30.

.PARAMETER TotalTimeoutSec
Seconds in all. What was not reached by then is listed as such. Default 600.

.PARAMETER Sections
Sections to read, with commas between them. Default: all but "signatures" and "members", for which Windows itself may ask the
network: signatures (of provider DLLs; it may look up a root certificate), members (of the group Distributed COM Users; it may
ask a domain controller for their names).

.EXAMPLE
powershell.exe -NoProfile -ExecutionPolicy Bypass -File Collect-Triad.ps1 -OutputPath D:\out\HOST.json

.EXAMPLE
pwsh.exe -NoProfile -File Collect-Triad.ps1 -Sections wmi,registry
#>
[CmdletBinding()]
param(
  [string]$OutputPath = '',
  [string]$Nonce = '',
  [ValidateRange(1, 3600)][int]$NamespaceTimeoutSec = 30,
  [ValidateRange(1, 86400)][int]$TotalTimeoutSec = 600,
  [string[]]$Sections = @()
)
$ErrorActionPreference = 'Stop'

$CollectorVersion = '1'
$MaxDepth = 32
$MaxValueDepth = 8
$MaxNamespaceDepth = 16
$MaxNamespaces = 2000
$MaxKeyDepth = 4
$MaxConfigBytes = 4194304
$MaxEventsEach = 5

# ---- What is read. Tables only: a test holds them against HARDENING, check by check. ----

$SectionNames = @(
  'host',
  'registry',
  'audit',
  'channels',
  'events',
  'rights',
  'acls',
  'files',
  'services',
  'drivers',
  'sysmon',
  'shippers',
  'time',
  'defender',
  'firewall',
  'winrm',
  'rpc',
  'smb',
  'device_guard',
  'features',
  'repository',
  'wmi',
  'signatures',
  'members'
)
$SectionsByName = @('signatures', 'members')

$Channels = @(
  'Security',
  'System',
  'Application',
  'Windows PowerShell',
  'ForwardedEvents',
  'PowerShellCore/Operational',
  'Microsoft-Windows-PowerShell/Operational',
  'Microsoft-Windows-WMI-Activity/Operational',
  'Microsoft-Windows-Sysmon/Operational',
  'Microsoft-Windows-TaskScheduler/Operational',
  'Microsoft-Windows-WinRM/Operational',
  'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational',
  'Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational',
  'Microsoft-Windows-TerminalServices-RDPClient/Operational',
  'Microsoft-Windows-Windows Defender/Operational',
  'Microsoft-Windows-CodeIntegrity/Operational',
  'Microsoft-Windows-NTLM/Operational',
  'Microsoft-Windows-SMBServer/Security',
  'Microsoft-Windows-SmbClient/Security',
  'Microsoft-Windows-DriverFrameworks-UserMode/Operational',
  'Microsoft-Windows-Windows Firewall With Advanced Security/Firewall',
  'Microsoft-Windows-AppLocker/EXE and DLL',
  'Microsoft-Windows-AppLocker/MSI and Script',
  'Microsoft-Windows-LAPS/Operational',
  'Microsoft-Windows-Forwarding/Operational'
)

$Events = @(
  @{ Channel = 'Microsoft-Windows-Sysmon/Operational'; Provider = 'Microsoft-Windows-Sysmon'; Id = 4 },
  @{ Channel = 'Microsoft-Windows-Sysmon/Operational'; Provider = 'Microsoft-Windows-Sysmon'; Id = 16 },
  @{ Channel = 'Microsoft-Windows-Sysmon/Operational'; Provider = 'Microsoft-Windows-Sysmon'; Id = 19 },
  @{ Channel = 'Microsoft-Windows-Sysmon/Operational'; Provider = 'Microsoft-Windows-Sysmon'; Id = 20 },
  @{ Channel = 'Microsoft-Windows-Sysmon/Operational'; Provider = 'Microsoft-Windows-Sysmon'; Id = 21 },
  @{ Channel = 'Microsoft-Windows-Sysmon/Operational'; Provider = 'Microsoft-Windows-Sysmon'; Id = 255 },
  @{ Channel = 'System'; Provider = 'Microsoft-Windows-Wininit'; Id = 12 },
  @{ Channel = 'System'; Provider = 'Microsoft-Windows-DistributedCOM'; Id = 10036 },
  @{ Channel = 'System'; Provider = 'Microsoft-Windows-DistributedCOM'; Id = 10037 },
  @{ Channel = 'System'; Provider = 'Microsoft-Windows-DistributedCOM'; Id = 10038 },
  @{ Channel = 'Microsoft-Windows-Windows Defender/Operational'; Provider = 'Microsoft-Windows-Windows Defender'; Id = 1121 },
  @{ Channel = 'Microsoft-Windows-Windows Defender/Operational'; Provider = 'Microsoft-Windows-Windows Defender'; Id = 1122 },
  @{ Channel = 'Microsoft-Windows-Windows Defender/Operational'; Provider = 'Microsoft-Windows-Windows Defender'; Id = 5007 }
)

# Services whose configuration, security descriptor and protection are read; of all others the list of Win32_Service.
$GuardedServices = @(
  'Winmgmt',
  'EventLog',
  'Sysmon',
  'Sysmon64',
  'SysmonDrv',
  'WinDefend',
  'Sense',
  'mpssvc',
  'BFE',
  'W32Time',
  'WinRM',
  'RpcSs',
  'DcomLaunch',
  'Schedule',
  'Wecsvc',
  'mrxsmb10'
)

# Services that forward logs, by the names that their installers give.
$Shippers = @(
  'winlogbeat',
  'filebeat',
  'Elastic Agent',
  'Elastic Endpoint',
  'nxlog',
  'fluent-bit',
  'fluentdwinsvc',
  'HealthService',
  'AzureMonitorAgent',
  'AMAExtHealthMonitor',
  'SplunkForwarder',
  'vector',
  'otelcol-contrib',
  'otelcol',
  'cribl',
  'Snare',
  'rsyslogagent',
  'OssecSvc',
  'WazuhSvc',
  'Velociraptor',
  'Sense',
  'CcmExec'
)

# Names: values to read, '*' for all. Each: values to read in each key below. Deep: all values, with the keys below.
$Registry = @(
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Audit'; Names = @('ProcessCreationIncludeCmdLine_Enabled') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System'; Names = @('LocalAccountTokenFilterPolicy', 'FilterAdministratorToken', 'EnableLUA') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa'; Names = @('SCENoApplyLegacyAuditPolicy', 'CrashOnAuditFail', 'RestrictRemoteSAM', 'RunAsPPL', 'RunAsPPLBoot', 'LsaCfgFlags', 'LmCompatibilityLevel') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\Lsa\MSV1_0'; Names = @('AuditReceivingNTLMTraffic', 'RestrictSendingNTLMTraffic', 'RestrictReceivingNTLMTraffic', 'NtlmMinClientSec', 'NtlmMinServerSec') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters'; Names = @('AuditNTLMInDomain', 'RestrictNTLMInDomain') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest'; Names = @('UseLogonCredential') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\EventLog\Security'; Names = @('MaxSize', 'Retention', 'ChannelAccess', 'AutoBackupLogFiles') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\EventLog\System'; Names = @('MaxSize', 'Retention', 'ChannelAccess', 'AutoBackupLogFiles') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\EventLog\Application'; Names = @('MaxSize', 'Retention', 'ChannelAccess', 'AutoBackupLogFiles') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Security'; Names = @('MaxSize', 'Retention', 'CustomSD', 'AutoBackupLogFiles', 'File') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\System'; Names = @('MaxSize', 'Retention', 'CustomSD', 'AutoBackupLogFiles', 'File') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application'; Names = @('MaxSize', 'Retention', 'CustomSD', 'AutoBackupLogFiles', 'File') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\WMI\Autologger\EventLog-Application'; Names = @('Start'); Each = @('Enabled') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\WMI\Autologger\EventLog-Security'; Names = @('Start'); Each = @('Enabled') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\WMI\Autologger\EventLog-System'; Names = @('Start'); Each = @('Enabled') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\WMI\Autologger\EventLog-System\{1418EF04-B0B4-4623-BF7E-D74AB47BBDAA}'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ScriptBlockLogging'; Names = @('EnableScriptBlockLogging', 'EnableScriptBlockInvocationLogging') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ModuleLogging'; Names = @('EnableModuleLogging') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\ModuleLogging\ModuleNames'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell\Transcription'; Names = @('EnableTranscripting', 'OutputDirectory', 'EnableInvocationHeader') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\PowerShellCore\ScriptBlockLogging'; Names = @('EnableScriptBlockLogging', 'EnableScriptBlockInvocationLogging', 'UseWindowsPowerShellPolicySetting') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\PowerShellCore\ModuleLogging'; Names = @('EnableModuleLogging', 'UseWindowsPowerShellPolicySetting') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\PowerShellCore\ModuleLogging\ModuleNames'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\PowerShellCore\Transcription'; Names = @('EnableTranscripting', 'OutputDirectory', 'EnableInvocationHeader', 'UseWindowsPowerShellPolicySetting') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\PowerShell\1\PowerShellEngine'; Names = @('PowerShellVersion', 'RuntimeVersion') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\PowerShell\3\PowerShellEngine'; Names = @('PowerShellVersion', 'RuntimeVersion') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\AMSI\Providers'; Deep = $true },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\SrpV2'; Names = @('*'); Each = @('EnforcementMode') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\DeviceGuard'; Names = @('LsaCfgFlags', 'EnableVirtualizationBasedSecurity', 'RequirePlatformSecurityFeatures', 'DeployConfigCIPolicy') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\DeviceGuard'; Names = @('LsaCfgFlags', 'EnableVirtualizationBasedSecurity', 'RequirePlatformSecurityFeatures') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows Defender'; Names = @('DisableAntiSpyware', 'DisableAntiVirus') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Real-Time Protection'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR'; Names = @('ExploitGuard_ASR_Rules') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\ASROnlyExclusions'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager'; Names = @('ASRRules', 'ASROnlyExclusions') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows Defender\Features'; Names = @('TamperProtection', 'TamperProtectionSource') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Ole'; Names = @('EnableDCOM', 'LegacyAuthenticationLevel', 'LegacyImpersonationLevel', 'MachineLaunchRestriction', 'MachineAccessRestriction', 'DefaultLaunchPermission', 'DefaultAccessPermission') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Ole\AppCompat'; Names = @('RequireIntegrityActivationAuthenticationLevel', 'RaiseActivationAuthenticationLevel') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DCOM'; Names = @('MachineLaunchRestriction', 'MachineAccessRestriction') },
  @{ Key = 'HKLM\SOFTWARE\Classes\AppID\{8BC3F05E-D86B-11D0-A075-00C04FB68820}'; Names = @('LaunchPermission', 'AccessPermission', 'AuthenticationLevel', 'Endpoints', 'LocalService', '') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Rpc'; Names = @('RestrictRemoteClients', 'EnableAuthEpResolution') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile'; Names = @('EnableFirewall', 'DefaultInboundAction', 'DefaultOutboundAction', 'AllowLocalPolicyMerge') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile'; Names = @('EnableFirewall', 'DefaultInboundAction', 'DefaultOutboundAction', 'AllowLocalPolicyMerge') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile'; Names = @('EnableFirewall', 'DefaultInboundAction', 'DefaultOutboundAction', 'AllowLocalPolicyMerge') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\DomainProfile\Logging'; Names = @('LogDroppedPackets', 'LogFilePath', 'LogFileSize') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PrivateProfile\Logging'; Names = @('LogDroppedPackets', 'LogFilePath', 'LogFileSize') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile\Logging'; Names = @('LogDroppedPackets', 'LogFilePath', 'LogFileSize') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile'; Names = @('EnableFirewall', 'DefaultInboundAction', 'DefaultOutboundAction') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile'; Names = @('EnableFirewall', 'DefaultInboundAction', 'DefaultOutboundAction') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile'; Names = @('EnableFirewall', 'DefaultInboundAction', 'DefaultOutboundAction') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\DomainProfile\Logging'; Names = @('LogDroppedPackets', 'LogFilePath', 'LogFileSize') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile\Logging'; Names = @('LogDroppedPackets', 'LogFilePath', 'LogFileSize') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile\Logging'; Names = @('LogDroppedPackets', 'LogFilePath', 'LogFileSize') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service'; Names = @('AllowBasic', 'AllowUnencryptedTraffic', 'DisableRunAs', 'AllowAutoConfig', 'IPv4Filter', 'IPv6Filter', 'CbtHardeningLevel', 'CBTHardeningLevelStatus', 'AllowKerberos', 'AllowCredSSP') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Service\WinRS'; Names = @('AllowRemoteShellAccess') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM\Client'; Names = @('AllowBasic', 'AllowUnencryptedTraffic', 'AllowDigest', 'AllowCredSSP', 'TrustedHosts', 'TrustedHostsList') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Service'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Client'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\WinRS'; Names = @('*') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters'; Names = @('RequireSecuritySignature', 'EnableSecuritySignature', 'SMB1', 'SMB2', 'MinSmb2Dialect') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters'; Names = @('RequireSecuritySignature', 'EnableSecuritySignature', 'AllowInsecureGuestAuth') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\LanmanWorkstation'; Names = @('AllowInsecureGuestAuth', 'MinSmb2Dialect') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\LanmanServer'; Names = @('MinSmb2Dialect') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\LAPS'; Names = @('BackupDirectory', 'PasswordAgeDays', 'PasswordLength', 'PasswordComplexity', 'PolicySource') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Policies\LAPS'; Names = @('BackupDirectory', 'PasswordAgeDays', 'PasswordLength', 'PasswordComplexity') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\Config'; Names = @('BackupDirectory', 'PasswordAgeDays', 'PasswordLength', 'PasswordComplexity') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft Services\AdmPwd'; Names = @('AdmPwdEnabled', 'PasswordAgeDays', 'PasswordLength') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\Winmgmt\Parameters'; Names = @('ServiceDll', 'ServiceMain', 'ServiceDllUnloadOnStop') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Parameters'; Names = @('ServiceDll', 'ServiceMain') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\mpssvc\Parameters'; Names = @('ServiceDll', 'ServiceMain') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\WBEM\CIMOM'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\WBEM\Scripting'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\WBEM\ESS'; Deep = $true },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\EventLog\EventForwarding\SubscriptionManager'; Names = @('*') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Parameters'; Names = @('Type', 'NtpServer', 'ServiceDll') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\W32Time\Config'; Names = @('MaxPosPhaseCorrection', 'MaxNegPhaseCorrection', 'AnnounceFlags') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\W32Time\TimeProviders\NtpClient'; Names = @('Enabled', 'SpecialPollInterval') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Services\W32Time\TimeProviders\VMICTimeProvider'; Names = @('Enabled') },
  @{ Key = 'HKLM\SOFTWARE\Policies\Microsoft\W32Time\Parameters'; Names = @('Type', 'NtpServer') },
  @{ Key = 'HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation'; Names = @('*') },
  @{ Key = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion'; Names = @('CurrentBuild', 'UBR', 'ProductName', 'DisplayVersion', 'EditionID', 'InstallationType', 'InstallDate') }
)
$ChannelValues = @('Enabled', 'MaxSize', 'Retention', 'ChannelAccess')
$ServiceValues = @('Start', 'Type', 'ImagePath', 'ObjectName', 'DependOnService', 'FailureActions', 'LaunchProtected')

# Packages of features on demand, by their names in the component store (112 is installed).
$PackagesKey = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages'
$PackagePatterns = @('*WMIC*', '*VBSCRIPT*', '*Sysmon*', '*PowerShell-V2*')

# Below the folder of Windows.
$AclPaths = @('System32\winevt\Logs', 'System32\wbem', 'System32\wbem\Repository', 'System32\wbem\AutoRecover', 'System32\wbem\mof')
$FilePaths = @(
  'System32\wbem\WMIC.exe',
  'System32\wbem\WmiPrvSE.exe',
  'System32\wbem\scrcons.exe',
  'System32\wbem\wbemcons.dll',
  'System32\wbem\WMIsvc.dll',
  'System32\wbem\wbemcore.dll',
  'System32\wbem\mofcomp.exe',
  'System32\wbemcomn.dll',
  'System32\vbscript.dll',
  'System32\jscript.dll',
  'System32\WindowsPowerShell\v1.0\powershell.exe'
)
$RepositoryFiles = @('OBJECTS.DATA', 'INDEX.BTR', 'MAPPING*.MAP')

$FirewallRuleKeys = @(
  @{ Source = 'local'; Key = 'HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules' },
  @{ Source = 'policy'; Key = 'HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules' }
)
$ListenersKey = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Listener'
$ServicesKey = 'HKLM\SYSTEM\CurrentControlSet\Services'
$SysmonPublisherKey = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Publishers\{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'
$SysmonAltitude = '385201'
$DcomUsersSid = 'S-1-5-32-562'

$RegistrationClasses = @(
  '__EventConsumerProviderRegistration',
  '__EventProviderRegistration',
  '__InstanceProviderRegistration',
  '__MethodProviderRegistration'
)

# ---- State of the run. Hashtables and arrays only: they can be changed in constrained language too. ----

$Started = [datetime]::UtcNow
$Deadline = $Started.AddSeconds($TotalTimeoutSec)
$Clm = ([string]$ExecutionContext.SessionState.LanguageMode) -ne 'FullLanguage'
$Invariant = [cultureinfo]::InvariantCulture
$Bitness = 32
if ([string]$env:PROCESSOR_ARCHITECTURE -match '64') { $Bitness = 64 }
$SystemFolder = Join-Path $env:SystemRoot 'System32'
if ($Bitness -eq 32 -and $env:PROCESSOR_ARCHITEW6432) { $SystemFolder = Join-Path $env:SystemRoot 'Sysnative' }
$State = @{ Section = ''; Problems = @(); SectionRows = @(); Hashes = @{}; Drives = $null; NamespaceEnd = $Deadline }

# ---- Text ----

function ConvertTo-JsonString([string]$Text) {
  $escaped = $Text.Replace('\', '\\').Replace('"', '\"')
  if ($escaped -cnotmatch '[^ -~]') { return '"' + $escaped + '"' }
  $parts = foreach ($unit in $escaped.ToCharArray()) {
    $code = [int]$unit
    if ($code -lt 32 -or $code -gt 126) { '\u' + $code.ToString('x4', $Invariant) } else { [string]$unit }
  }
  return '"' + (-join $parts) + '"'
}

# ASCII only, so that no encoding can damage it; a lone surrogate keeps its own escape. 64-bit integers are strings.
function ConvertTo-JsonText($Value, [int]$Depth) {
  if ($null -eq $Value) { return 'null' }
  if ($Depth -gt $MaxDepth) { return ConvertTo-JsonString 'too deep' }
  if ($Value -is [bool]) {
    if ($Value) { return 'true' }
    return 'false'
  }
  if ($Value -is [string]) { return ConvertTo-JsonString ([string]$Value) }
  if ($Value -is [long] -or $Value -is [uint64]) { return ConvertTo-JsonString ($Value.ToString($Invariant)) }
  if ($Value -is [int] -or $Value -is [uint32] -or $Value -is [int16] -or $Value -is [uint16] -or $Value -is [byte] -or $Value -is [sbyte]) {
    return $Value.ToString($Invariant)
  }
  if ($Value -is [double] -or $Value -is [single]) {
    $number = $Value.ToString('R', $Invariant)
    if ($number -cmatch '^-?[0-9]+(\.[0-9]+)?(E[-+]?[0-9]+)?$') { return $number }
    return ConvertTo-JsonString $number
  }
  if ($Value -is [datetime]) { return ConvertTo-JsonString (ConvertTo-TimeText $Value) }
  if ($Value -is [hashtable]) {
    $members = foreach ($entry in @($Value.GetEnumerator() | Sort-Object -Property Key)) {
      (ConvertTo-JsonString ([string]$entry.Key)) + ':' + (ConvertTo-JsonText $entry.Value ($Depth + 1))
    }
    return '{' + ($members -join ',') + '}'
  }
  if ($Value -is [array]) {
    $items = foreach ($item in $Value) { ConvertTo-JsonText $item ($Depth + 1) }
    return '[' + ($items -join ',') + ']'
  }
  return ConvertTo-JsonString ([string]$Value)
}

function ConvertTo-TimeText($Time) {
  if ($null -eq $Time) { return $null }
  return ([datetime]$Time).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ss.fffffffZ', $Invariant)
}

function ConvertTo-Hex($Bytes) {
  if ($null -eq $Bytes) { return $null }
  if (-not $Clm) { return [System.BitConverter]::ToString([byte[]]$Bytes).Replace('-', '').ToLowerInvariant() }
  $pairs = foreach ($one in $Bytes) { ([int]$one).ToString('x2', $Invariant) }
  return -join $pairs
}

function ConvertTo-SidText($Bytes) {
  if ($null -eq $Bytes) { return $null }
  $all = @($Bytes)
  if ($all.Count -lt 8) { return $null }
  $count = [int]$all[1]
  if ($all.Count -lt 8 + 4 * $count) { return $null }
  $authority = [long]0
  for ($i = 2; $i -lt 8; $i += 1) { $authority = $authority * 256 + [long]$all[$i] }
  $text = 'S-' + ([int]$all[0]).ToString($Invariant) + '-' + $authority.ToString($Invariant)
  for ($k = 0; $k -lt $count; $k += 1) {
    $at = 8 + 4 * $k
    $part = [long]$all[$at] + 256 * [long]$all[$at + 1] + 65536 * [long]$all[$at + 2] + 16777216 * [long]$all[$at + 3]
    $text = $text + '-' + $part.ToString($Invariant)
  }
  return $text
}

function ConvertTo-ErrorObject($Record) {
  $thrown = $Record.Exception
  $code = ''
  if ($null -ne $thrown.NativeErrorCode) { $code = [string]$thrown.NativeErrorCode }
  if ([string]$Record.FullyQualifiedErrorId -ceq 'time_limit') { $code = 'time_limit' }
  if ($code -ceq '') { $code = [string]$Record.CategoryInfo.Category }
  $status = $null
  if ($null -ne $thrown.HResult) { $status = '0x' + ([int]$thrown.HResult).ToString('x8', $Invariant) }
  return @{ code = $code; message = [string]$thrown.Message; type = [string]$Record.FullyQualifiedErrorId; hresult = $status }
}

function Get-PlainError([string]$Code, [string]$Message) {
  return @{ code = $Code; message = $Message; type = ''; hresult = $null }
}

# Nothing unreadable is passed over: it stands under errors, and the first one of a section in its row.
function Add-Problem([string]$What, $ErrorObject) {
  $State.Problems += @{ section = $State.Section; what = $What; error = $ErrorObject }
}

function Get-SecondsLeft($End) {
  $left = [int](($End - [datetime]::UtcNow).TotalSeconds)
  if ($left -lt 1) { return 1 }
  if ($left -gt $NamespaceTimeoutSec) { return $NamespaceTimeoutSec }
  return $left
}

function Test-Ended($End) {
  return [datetime]::UtcNow -ge $End
}

# ---- WMI values ----

function ConvertTo-PlainValue($Value, [int]$Depth) {
  if ($null -eq $Value) { return $null }
  if ($Depth -gt $MaxValueDepth) { return 'too deep' }
  if ($Value -is [byte[]]) { return ConvertTo-Hex $Value }
  if ($Value -is [datetime]) { return @{ utc = (ConvertTo-TimeText $Value); raw = $null } }
  if ($Value -is [timespan]) { return @{ interval = [string]$Value; raw = $null } }
  if ($Value -is [array]) {
    $items = @(foreach ($item in $Value) { , (ConvertTo-PlainValue $item ($Depth + 1)) })
    return , $items
  }
  if ($null -ne $Value.CimInstanceProperties) {
    return @{
      class = [string]$Value.CimSystemProperties.ClassName
      namespace = $Value.CimSystemProperties.Namespace
      props = (Get-PropertyTable $Value ($Depth + 1))
    }
  }
  return $Value
}

function Get-PropertyTable($Instance, [int]$Depth) {
  $table = @{}
  foreach ($property in $Instance.CimInstanceProperties) {
    $table[[string]$property.Name] = ConvertTo-PlainValue $property.Value $Depth
  }
  return $table
}

function Get-TypeTable($Instance) {
  $table = @{}
  foreach ($property in $Instance.CimInstanceProperties) { $table[[string]$property.Name] = [string]$property.CimType }
  return $table
}

function Read-Instances([string]$Namespace, [string]$Class) {
  if (Test-Ended $State.NamespaceEnd) { throw 'time_limit' }
  $seconds = Get-SecondsLeft $State.NamespaceEnd
  return @(Get-CimInstance -Namespace $Namespace -ClassName $Class -OperationTimeoutSec $seconds)
}

# One instance as a table of its properties; $null with a problem where it cannot be read.
function Read-Single([string]$Namespace, [string]$Class) {
  try {
    foreach ($instance in @(Read-Instances $Namespace $Class)) { return Get-PropertyTable $instance 0 }
  } catch {
    Add-Problem ($Namespace + ':' + $Class) (ConvertTo-ErrorObject $_)
  }
  return $null
}

function Read-TextProperty($Value) {
  if ($null -eq $Value) { return $null }
  return [string]$Value
}

# ---- Programs of Windows: from its own folder, with a literal list of arguments ----

function Invoke-Program([string]$Program, [string[]]$Arguments) {
  $ErrorActionPreference = 'Continue'
  $lines = @(& (Join-Path $SystemFolder $Program) @Arguments 2>$null | ForEach-Object { [string]$_ })
  return @{ exit = [int]$LASTEXITCODE; lines = $lines }
}

function Read-WithTemporaryFile([string]$Extension, [scriptblock]$Body) {
  $folder = $env:TEMP
  if (-not $folder) { $folder = Join-Path $env:SystemRoot 'Temp' }
  $path = Join-Path $folder ('triad-' + [string][guid]::NewGuid() + $Extension)
  try {
    return & $Body $path
  } finally {
    if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Force }
  }
}

# ---- Registry: HKLM, 64-bit view ----

function ConvertTo-RegistryData($Data, [string]$Kind) {
  if ($null -eq $Data) { return $null }
  if ($Kind -ceq 'REG_DWORD') {
    $number = [long]$Data
    if ($number -lt 0) { $number += 4294967296 }
    return [uint32]$number
  }
  if ($Kind -ceq 'REG_QWORD') { return [long]$Data }
  if ($Kind -ceq 'REG_MULTI_SZ') {
    $texts = @(foreach ($text in $Data) { [string]$text })
    return , $texts
  }
  if ($Data -is [byte[]]) { return ConvertTo-Hex $Data }
  return [string]$Data
}

$KindNames = @{
  String = 'REG_SZ'
  ExpandString = 'REG_EXPAND_SZ'
  Binary = 'REG_BINARY'
  DWord = 'REG_DWORD'
  MultiString = 'REG_MULTI_SZ'
  QWord = 'REG_QWORD'
  None = 'REG_NONE'
  Unknown = 'REG_UNKNOWN'
}

# The opened key, or $null where it is not there. In constrained language the provider stands in for the class.
function Open-Key([string]$Key) {
  $path = $Key.Substring(5)
  if ($Clm) {
    $place = 'Registry::HKEY_LOCAL_MACHINE\' + $path
    if (-not (Test-Path -LiteralPath $place)) { return $null }
    return Get-Item -LiteralPath $place
  }
  $base = [Microsoft.Win32.RegistryKey]::OpenBaseKey([Microsoft.Win32.RegistryHive]::LocalMachine, [Microsoft.Win32.RegistryView]::Registry64)
  return $base.OpenSubKey($path, $false)
}

function Get-ValueNames($Opened) {
  if (-not $Clm) { return @($Opened.GetValueNames()) }
  return @(foreach ($name in @($Opened.Property)) { if ($name -ceq '(default)') { '' } else { [string]$name } })
}

function Get-KeyNames([string]$Key) {
  $opened = Open-Key $Key
  if ($null -eq $opened) { return @() }
  if (-not $Clm) { return @($opened.GetSubKeyNames()) }
  return @(Get-ChildItem -LiteralPath ('Registry::HKEY_LOCAL_MACHINE\' + $Key.Substring(5)) | ForEach-Object { [string]$_.PSChildName })
}

# Type and data of a value; type "missing" where it is not there.
function Read-Value($Opened, [string]$Name) {
  if (-not $Clm) {
    $data = $Opened.GetValue($Name, $null, [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames)
    if ($null -eq $data) { return @{ type = 'missing'; data = $null } }
    $kind = $KindNames[[string]$Opened.GetValueKind($Name)]
    return @{ type = $kind; data = (ConvertTo-RegistryData $data $kind) }
  }
  $shown = $Name
  if ($Name -ceq '') { $shown = '(default)' }
  if (@($Opened.Property) -notcontains $shown) { return @{ type = 'missing'; data = $null } }
  $data = (Get-ItemProperty -LiteralPath $Opened.PSPath).$shown
  $kind = 'REG_SZ'
  if ($data -is [int]) { $kind = 'REG_DWORD' }
  if ($data -is [long]) { $kind = 'REG_QWORD' }
  if ($data -is [byte[]]) { $kind = 'REG_BINARY' }
  if ($data -is [string[]]) { $kind = 'REG_MULTI_SZ' }
  return @{ type = $kind; data = (ConvertTo-RegistryData $data $kind) }
}

function Get-RegistryRow([string]$Key, [string]$Name, [string]$Type, $Data, $ErrorObject) {
  $view = 64
  if ($Clm) { $view = $Bitness }
  return @{ key = $Key; value = $Name; type = $Type; data = $Data; view = $view; error = $ErrorObject }
}

# Rows of a key: the values named; for '*' all, and one row "*" of type "missing" where the key is not there.
function Read-Key([string]$Key, $Names) {
  try {
    $opened = Open-Key $Key
    $wanted = @($Names)
    if ($null -ne $opened -and $wanted -contains '*') { $wanted = @(Get-ValueNames $opened) }
    foreach ($name in $wanted) {
      if ($null -eq $opened) {
        Get-RegistryRow $Key $name 'missing' $null $null
        continue
      }
      try {
        $read = Read-Value $opened $name
        Get-RegistryRow $Key $name $read.type $read.data $null
      } catch {
        Get-RegistryRow $Key $name 'unknown' $null (ConvertTo-ErrorObject $_)
      }
    }
  } catch {
    $problem = ConvertTo-ErrorObject $_
    foreach ($name in @($Names)) { Get-RegistryRow $Key $name 'unknown' $null $problem }
  }
}

function Read-KeysBelow([string]$Key, $Names, [int]$Levels) {
  try {
    foreach ($below in @(Get-KeyNames $Key)) {
      $path = $Key + '\' + $below
      Read-Key $path $Names
      if ($Levels -gt 1) { Read-KeysBelow $path $Names ($Levels - 1) }
    }
  } catch {
    Get-RegistryRow $Key '*' 'unknown' $null (ConvertTo-ErrorObject $_)
  }
}

function Read-ExpandedValue([string]$Key, [string]$Name) {
  $opened = Open-Key $Key
  if ($null -eq $opened) { return $null }
  $read = Read-Value $opened $Name
  if ($null -eq $read.data) { return $null }
  $text = [string]$read.data
  if (-not $Clm) { $text = [System.Environment]::ExpandEnvironmentVariables($text) }
  return $text
}

# ---- Files ----

# A 32-bit process is shown other files under System32: it asks for the real ones by another name.
function ConvertTo-NativePath([string]$Path) {
  $folder = (Join-Path $env:SystemRoot 'System32') + '\'
  if ($Path.Length -le $folder.Length -or $Path.Substring(0, $folder.Length) -ne $folder) { return $Path }
  return Join-Path $SystemFolder $Path.Substring($folder.Length)
}

# A path on a fixed disk of this machine: to look at a share, or at a drive that is mapped to one, would open a connection.
function Test-LocalPath([string]$Path) {
  if ($Path -notmatch '^[A-Za-z]:\\') { return $false }
  if ($null -eq $State.Drives) {
    $seconds = Get-SecondsLeft $State.NamespaceEnd
    $State.Drives = @(Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_LogicalDisk' -Filter 'DriveType=3' -OperationTimeoutSec $seconds | ForEach-Object { [string]$_.DeviceID })
  }
  return $State.Drives -contains $Path.Substring(0, 2)
}

function Get-Sha256([string]$Path) {
  $known = $State.Hashes[$Path]
  if ($null -ne $known) { return $known }
  $hash = ([string](Get-FileHash -LiteralPath (ConvertTo-NativePath $Path) -Algorithm SHA256).Hash).ToLowerInvariant()
  $State.Hashes[$Path] = $hash
  return $hash
}

function Get-FileRow([string]$Path, [bool]$WithHash) {
  $row = @{ path = $Path; exists = $null; size = $null; mtime = $null; version = $null; sha256 = $null; error = $null }
  try {
    $native = ConvertTo-NativePath $Path
    $row.exists = [bool](Test-Path -LiteralPath $native)
    if ($row.exists) {
      $item = Get-Item -LiteralPath $native -Force
      $row.size = [long]$item.Length
      $row.mtime = ConvertTo-TimeText $item.LastWriteTimeUtc
      $row.version = Read-TextProperty $item.VersionInfo.FileVersion
      if ($WithHash) { $row.sha256 = Get-Sha256 $Path }
    }
  } catch {
    $row.error = ConvertTo-ErrorObject $_
  }
  return $row
}

# ---- Namespaces ----

function Get-Reference($Value) {
  if ($null -eq $Value -or $Value -is [string]) { return $null }
  $system = $Value.CimSystemProperties
  return @{
    class = (Read-TextProperty $system.ClassName)
    name = (Read-TextProperty $Value.Name)
    namespace = (Read-TextProperty $system.Namespace)
    server = (Read-TextProperty $system.ServerName)
    keys = (Get-PropertyTable $Value 1)
  }
}

# The path of a reference where it is kept as text. The CIM cmdlets give an instance in its place, and no path.
function Get-ReferenceText($Value) {
  if ($Value -is [string]) { return [string]$Value }
  return $null
}

function Get-FilterRow($Instance) {
  return @{
    class = [string]$Instance.CimSystemProperties.ClassName
    name = (Read-TextProperty $Instance.Name)
    query = (Read-TextProperty $Instance.Query)
    query_language = (Read-TextProperty $Instance.QueryLanguage)
    event_namespace = (Read-TextProperty $Instance.EventNamespace)
    event_access = (Read-TextProperty $Instance.EventAccess)
    creator_sid = (ConvertTo-SidText $Instance.CreatorSID)
    creator_sid_hex = (ConvertTo-Hex $Instance.CreatorSID)
  }
}

# All properties as they are, but for those whose name says that they hold a secret: they are named and left out.
function Get-ConsumerRow($Instance) {
  $props = Get-PropertyTable $Instance 0
  $withheld = @(foreach ($name in @($Instance.CimInstanceProperties | ForEach-Object { [string]$_.Name })) { if ($name -match 'passw|secret') { $name } })
  foreach ($name in $withheld) { $props[$name] = $null }
  return @{
    class = [string]$Instance.CimSystemProperties.ClassName
    name = (Read-TextProperty $Instance.Name)
    creator_sid = (ConvertTo-SidText $Instance.CreatorSID)
    creator_sid_hex = (ConvertTo-Hex $Instance.CreatorSID)
    max_queue = $Instance.MaximumQueueSize
    machine_name = (Read-TextProperty $Instance.MachineName)
    props = $props
    types = (Get-TypeTable $Instance)
    withheld = $withheld
  }
}

function Get-BindingRow($Instance) {
  return @{
    filter = (Get-Reference $Instance.Filter)
    consumer = (Get-Reference $Instance.Consumer)
    filter_ref = (Get-ReferenceText $Instance.Filter)
    consumer_ref = (Get-ReferenceText $Instance.Consumer)
    creator_sid = (ConvertTo-SidText $Instance.CreatorSID)
    creator_sid_hex = (ConvertTo-Hex $Instance.CreatorSID)
    delivery_qos = $Instance.DeliveryQoS
    deliver_synchronously = $Instance.DeliverSynchronously
    maintain_security_context = $Instance.MaintainSecurityContext
    slow_down_providers = $Instance.SlowDownProviders
  }
}

function Get-TimerRow($Instance) {
  return @{
    class = [string]$Instance.CimSystemProperties.ClassName
    timer_id = (Read-TextProperty $Instance.TimerId)
    interval_ms = $Instance.IntervalBetweenEvents
    event_date_time = (ConvertTo-PlainValue $Instance.EventDateTime 0)
    skip_if_passed = $Instance.SkipIfPassed
    props = (Get-PropertyTable $Instance 0)
    types = (Get-TypeTable $Instance)
  }
}

function Get-RegistrationRow($Instance) {
  $names = @(foreach ($name in @($Instance.ConsumerClassNames)) { if ($null -ne $name) { [string]$name } })
  return @{
    class = [string]$Instance.CimSystemProperties.ClassName
    provider = (Get-Reference $Instance.Provider)
    provider_ref = (Get-ReferenceText $Instance.Provider)
    consumer_class_names = $names
    props = (Get-PropertyTable $Instance 0)
  }
}

function Get-SignatureFacts([string]$Path) {
  $facts = @{ signed = $null; status = $null; signer = $null }
  if ($Chosen -notcontains 'signatures') { return $facts }
  $signature = Get-AuthenticodeSignature -LiteralPath (ConvertTo-NativePath $Path)
  $facts.status = [string]$signature.Status
  $facts.signed = $facts.status -ceq 'Valid'
  if ($null -ne $signature.SignerCertificate) { $facts.signer = [string]$signature.SignerCertificate.Subject }
  return $facts
}

function Get-ProviderRow($Instance) {
  $row = @{
    class = [string]$Instance.CimSystemProperties.ClassName
    name = (Read-TextProperty $Instance.Name)
    clsid = (Read-TextProperty $Instance.CLSID)
    client_clsid = (Read-TextProperty $Instance.ClientLoadableCLSID)
    hosting_model = (Read-TextProperty $Instance.HostingModel)
    security_descriptor = (Read-TextProperty $Instance.SecurityDescriptor)
    server = $null
    dll = $null
    dll_sha256 = $null
    signed = $null
    signature_status = $null
    signer = $null
    error = $null
  }
  try {
    if ($null -ne $row.clsid -and $row.clsid -match '^\{[0-9A-Fa-f-]{36}\}$') {
      foreach ($kind in @('InprocServer32', 'LocalServer32')) {
        $path = Read-ExpandedValue ('HKLM\SOFTWARE\Classes\CLSID\' + $row.clsid + '\' + $kind) ''
        if ($null -ne $path -and $null -eq $row.dll) {
          $row.server = $kind
          $row.dll = $path
        }
      }
    }
    if ($null -ne $row.dll -and (Test-LocalPath $row.dll) -and (Test-Path -LiteralPath (ConvertTo-NativePath $row.dll))) {
      $row.dll_sha256 = Get-Sha256 $row.dll
      $facts = Get-SignatureFacts $row.dll
      $row.signed = $facts.signed
      $row.signature_status = $facts.status
      $row.signer = $facts.signer
    } elseif ($null -ne $row.dll) {
      $row.error = Get-PlainError 'not_found' 'No file of this machine lies at that path.'
    }
  } catch {
    $row.error = ConvertTo-ErrorObject $_
  }
  return $row
}

# Classes below one of the roots given, by the table of superclasses of this namespace.
function Get-ClassesBelow($Supers, [string]$Root) {
  foreach ($entry in @($Supers.GetEnumerator() | Sort-Object -Property Key)) {
    $above = [string]$entry.Value
    for ($step = 0; $step -lt 64 -and $above -cne ''; $step += 1) {
      if ($above -eq $Root) {
        @{ name = [string]$entry.Key; superclass = [string]$entry.Value }
        break
      }
      $above = [string]$Supers[$above]
    }
  }
}

function Add-NamespaceProblem($Row, [string]$What, $Record) {
  $problem = ConvertTo-ErrorObject $Record
  $Row.errors += @{ what = $What; error = $problem }
  if ($null -eq $Row.error) { $Row.error = $problem }
}

function Get-EmptyNamespace([string]$Path) {
  return @{
    path = $Path
    classes = $null
    sd_sddl = $null
    sd_hex = $null
    error = $null
    errors = @()
    ms = 0
    children = $null
    filters = @()
    consumers = @()
    bindings = @()
    timers = @()
    providers = @()
    registrations = @()
    consumer_classes = @()
    process_classes = @()
  }
}

function Read-NamespaceSecurity($Row) {
  $helper = 'Win32_SecurityDescriptorHelper'
  try {
    if (Test-Ended $State.NamespaceEnd) { throw 'time_limit' }
    $seconds = Get-SecondsLeft $State.NamespaceEnd
    $binary = Invoke-CimMethod -Namespace $Row.path -ClassName '__SystemSecurity' -MethodName 'GetSD' -OperationTimeoutSec $seconds
    $Row.sd_hex = ConvertTo-Hex $binary.SD
    if ($null -ne $binary.SD) {
      $text = Invoke-CimMethod -Namespace 'root\cimv2' -ClassName $helper -MethodName 'BinarySDToSDDL' -Arguments @{ BinarySD = [byte[]]$binary.SD } -OperationTimeoutSec $seconds
      $Row.sd_sddl = Read-TextProperty $text.SDDL
    }
  } catch {
    Add-NamespaceProblem $Row 'GetSD' $_
  }
  # This one may carry the SACL, which GetSD does not; without the privilege for it the answer is the DACL again.
  try {
    if (Test-Ended $State.NamespaceEnd) { throw 'time_limit' }
    $seconds = Get-SecondsLeft $State.NamespaceEnd
    $whole = Invoke-CimMethod -Namespace $Row.path -ClassName '__SystemSecurity' -MethodName 'GetSecurityDescriptor' -OperationTimeoutSec $seconds
    if ($null -ne $whole.Descriptor) {
      $text = Invoke-CimMethod -Namespace 'root\cimv2' -ClassName $helper -MethodName 'Win32SDToSDDL' -Arguments @{ Descriptor = $whole.Descriptor } -OperationTimeoutSec $seconds
      if ($null -ne $text.SDDL) { $Row.sd_sddl = [string]$text.SDDL }
    }
  } catch {
    Add-NamespaceProblem $Row 'GetSecurityDescriptor' $_
  }
}

function Read-NamespaceClasses($Row) {
  try {
    if (Test-Ended $State.NamespaceEnd) { throw 'time_limit' }
    $seconds = Get-SecondsLeft $State.NamespaceEnd
    $supers = @{}
    foreach ($class in @(Get-CimClass -Namespace $Row.path -OperationTimeoutSec $seconds)) { $supers[[string]$class.CimClassName] = [string]$class.CimSuperClassName }
    $Row.classes = [int]$supers.psbase.Count
    $Row.consumer_classes = @(Get-ClassesBelow $supers '__EventConsumer')
    $Row.process_classes = @(Get-ClassesBelow $supers 'Win32_Process')
  } catch {
    Add-NamespaceProblem $Row 'classes' $_
  }
}

# Objects first, then what is slow. A read that fails costs itself.
function Read-Namespace([string]$Path) {
  $row = Get-EmptyNamespace $Path
  $begin = [datetime]::UtcNow
  $State.NamespaceEnd = $begin.AddSeconds($NamespaceTimeoutSec)
  if ($State.NamespaceEnd -gt $Deadline) { $State.NamespaceEnd = $Deadline }
  $children = @()
  try { $children = @(Read-Instances $Path '__NAMESPACE' | ForEach-Object { [string]$_.Name }) } catch { Add-NamespaceProblem $row 'children' $_ }
  $row.children = $children
  try { $row.filters = @(Read-Instances $Path '__EventFilter' | ForEach-Object { Get-FilterRow $_ }) } catch { Add-NamespaceProblem $row 'filters' $_ }
  try { $row.consumers = @(Read-Instances $Path '__EventConsumer' | ForEach-Object { Get-ConsumerRow $_ }) } catch { Add-NamespaceProblem $row 'consumers' $_ }
  try { $row.bindings = @(Read-Instances $Path '__FilterToConsumerBinding' | ForEach-Object { Get-BindingRow $_ }) } catch { Add-NamespaceProblem $row 'bindings' $_ }
  try { $row.timers = @(Read-Instances $Path '__TimerInstruction' | ForEach-Object { Get-TimerRow $_ }) } catch { Add-NamespaceProblem $row 'timers' $_ }
  foreach ($class in $RegistrationClasses) {
    try { $row.registrations += @(Read-Instances $Path $class | ForEach-Object { Get-RegistrationRow $_ }) } catch { Add-NamespaceProblem $row $class $_ }
  }
  try { $row.providers = @(Read-Instances $Path '__Win32Provider' | ForEach-Object { Get-ProviderRow $_ }) } catch { Add-NamespaceProblem $row 'providers' $_ }
  Read-NamespaceSecurity $row
  Read-NamespaceClasses $row
  $row.ms = [int](([datetime]::UtcNow - $begin).TotalMilliseconds)
  $State.NamespaceEnd = $Deadline
  return $row
}

# A namespace that time, number or depth left out: its path under unreached, and a row that holds nothing but an error.
function Add-Unreached($Wmi, [string]$Path) {
  $row = Get-EmptyNamespace $Path
  $row.error = Get-PlainError 'not_reached' 'The time, the number or the depth of namespaces ran out before this one.'
  $Wmi.unreached += $Path
  $Wmi.namespaces += $row
}

# Every namespace below root, breadth first, the usual homes of subscriptions before all others. A loop, not a recursion.
function Read-AllNamespaces($Wmi) {
  $waiting = @('root\subscription', 'root\default', 'root\cimv2', 'root')
  $seen = @{}
  foreach ($path in $waiting) { $seen[$path] = $true }
  while ($waiting.Count -gt 0) {
    $next = @()
    foreach ($path in $waiting) {
      if ((Test-Ended $Deadline) -or $Wmi.namespaces.Count -ge $MaxNamespaces) {
        Add-Unreached $Wmi $path
        continue
      }
      $row = Read-Namespace $path
      $Wmi.namespaces += $row
      foreach ($child in $row.children) {
        $below = $path + '\' + $child
        $folded = $below.ToLowerInvariant()
        if ($seen.ContainsKey($folded)) { continue }
        $seen[$folded] = $true
        if (@($below.Split('\')).Count -gt $MaxNamespaceDepth) { Add-Unreached $Wmi $below } else { $next += $below }
      }
    }
    $waiting = $next
  }
}

# ---- Sections: each fills its part of the document, which is there from the start ----

$Document = @{
  host = @{
    name = [string]$env:COMPUTERNAME
    fqdn = $null
    domain = $null
    domain_role = $null
    machine_sid = $null
    machine_guid = $null
    os_build = $null
    ubr = $null
    install_date = $null
    boot_time = $null
    timezone_minutes = $null
    utc_now = (ConvertTo-TimeText $Started)
    uptime_ms = $null
  }
  wmi = @{ namespaces = @(); unreached = @(); repository = @{ files = @(); consistent = $null; autorecover = @(); mofs = @() } }
  registry = @()
  audit = @{ method = $null; subcategory = @{}; raw = @() }
  channels = @()
  events = @()
  services = @()
  drivers = @()
  defender = @{ preference = $null; status = $null; antivirus = @() }
  firewall = @{ profiles = @(); rules = @() }
  winrm = @{ listeners = @() }
  dcom = @{ users = $null; rpc_filters = @() }
  smb = @{ server = $null; client = $null }
  time = @{ zone_id = $null; offset_minutes = $null; status = @(); source = @(); configuration = @() }
  rights = @{}
  shippers = @()
  sysmon = @{
    present = $null
    service = $null
    driver = $null
    version = $null
    publisher_file = $null
    parameters = @()
    config_sha256 = $null
    config_file = $null
    config_file_sha256 = $null
    config_xml = $null
  }
  device_guard = $null
  features = @{ optional = @(); packages = @() }
  acls = @()
  files = @()
}

function Read-HostSection {
  $facts = $Document.host
  $system = Read-Single 'root\cimv2' 'Win32_ComputerSystem'
  if ($null -ne $system) {
    $facts.domain = $system.Domain
    $facts.domain_role = $system.DomainRole
    $facts.fqdn = $system.DNSHostName
    if ($system.PartOfDomain -and $system.DNSHostName) { $facts.fqdn = [string]$system.DNSHostName + '.' + [string]$system.Domain }
  }
  foreach ($os in @(Read-Instances 'root\cimv2' 'Win32_OperatingSystem')) {
    $facts.install_date = ConvertTo-TimeText $os.InstallDate
    $facts.boot_time = ConvertTo-TimeText $os.LastBootUpTime
    $facts.timezone_minutes = [int]$os.CurrentTimeZone
    if ($null -ne $os.LastBootUpTime) { $facts.uptime_ms = [long](([datetime]::UtcNow - ([datetime]$os.LastBootUpTime).ToUniversalTime()).TotalMilliseconds) }
  }
  $build = Read-ExpandedValue 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'CurrentBuild'
  if ($null -ne $build) { $facts.os_build = [int]$build }
  $revision = Read-ExpandedValue 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'UBR'
  if ($null -ne $revision) { $facts.ubr = [int]$revision }
  $facts.machine_guid = Read-ExpandedValue 'HKLM\SOFTWARE\Microsoft\Cryptography' 'MachineGuid'
  if ($null -ne $facts.domain_role -and [int]$facts.domain_role -ge 4) {
    Add-Problem 'machine_sid' (Get-PlainError 'not_read' 'A domain controller has no local accounts to read it from.')
  } else {
    $seconds = Get-SecondsLeft $State.NamespaceEnd
    foreach ($account in @(Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_UserAccount' -Filter 'LocalAccount=TRUE' -OperationTimeoutSec $seconds)) {
      if ([string]$account.SID -match '^(S-1-5-21-\d+-\d+-\d+)-500$') { $facts.machine_sid = $Matches[1] }
    }
  }
}

function Read-RegistrySection {
  $Document.registry = @(
    foreach ($entry in $Registry) {
      if ($entry.Deep) {
        Read-Key $entry.Key @('*')
        Read-KeysBelow $entry.Key @('*') $MaxKeyDepth
        continue
      }
      Read-Key $entry.Key $entry.Names
      if ($entry.Each) { Read-KeysBelow $entry.Key $entry.Each 1 }
    }
    foreach ($channel in $Channels) {
      Read-Key ('HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\' + $channel) $ChannelValues
    }
    foreach ($service in $GuardedServices) {
      Read-Key ($ServicesKey + '\' + $service) $ServiceValues
      Read-Key ($ServicesKey + '\' + $service + '\Security') @('Security')
    }
  )
}

# The columns are named in the language of Windows: a row is known by its GUID, the setting is the last column. Rows of single
# users, which name a SID, stand in raw only.
function Add-AuditLines($Lines) {
  foreach ($line in $Lines) {
    $Document.audit.raw += [string]$line
    if ([string]$line -match '\{([0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})\}') {
      $guid = $Matches[1].ToUpperInvariant()
      $columns = @(([string]$line).Split(','))
      if ($columns[1] -match '^S-1-') { continue }
      $last = $columns[-1].Trim()
      if ($last -match '^[0-4]$') { $Document.audit.subcategory[$guid] = [int]$last } else { $Document.audit.subcategory[$guid] = $null }
    }
  }
}

function Read-AuditSection {
  $lines = Read-WithTemporaryFile '.csv' {
    param($path)
    $run = Invoke-Program 'auditpol.exe' @('/backup', "/file:$path")
    if ($run.exit -eq 0) { Get-Content -LiteralPath $path }
  }
  if ($null -ne $lines) {
    $Document.audit.method = 'auditpol /backup'
    Add-AuditLines @($lines)
    return
  }
  $run = Invoke-Program 'auditpol.exe' @('/get', '/category:*', '/r')
  $Document.audit.method = 'auditpol /get'
  Add-AuditLines $run.lines
  if ($run.exit -ne 0) { Add-Problem 'auditpol' (Get-PlainError 'exit' ('auditpol ended with ' + $run.exit)) }
}

function Get-ChannelRow([string]$Name) {
  $row = @{
    name = $Name
    enabled = $null
    max_bytes = $null
    mode = $null
    sddl = $null
    path = $null
    file_bytes = $null
    records = $null
    oldest_id = $null
    newest_id = $null
    oldest_time = $null
    newest_time = $null
    error = $null
  }
  try {
    $log = Get-WinEvent -ListLog $Name
    $row.enabled = [bool]$log.IsEnabled
    $row.max_bytes = [long]$log.MaximumSizeInBytes
    $row.mode = [string]$log.LogMode
    $row.sddl = Read-TextProperty $log.SecurityDescriptor
    $row.path = Read-TextProperty $log.LogFilePath
    if ($null -ne $log.FileSize) { $row.file_bytes = [long]$log.FileSize }
    if ($null -ne $log.RecordCount) { $row.records = [long]$log.RecordCount }
    if ($null -ne $log.OldestRecordNumber) { $row.oldest_id = [long]$log.OldestRecordNumber }
    if ($null -ne $log.RecordCount -and $log.RecordCount -gt 0) {
      foreach ($found in @(Get-WinEvent -LogName $Name -MaxEvents 1 -Oldest)) { $row.oldest_time = ConvertTo-TimeText $found.TimeCreated }
      foreach ($found in @(Get-WinEvent -LogName $Name -MaxEvents 1)) {
        $row.newest_id = [long]$found.RecordId
        $row.newest_time = ConvertTo-TimeText $found.TimeCreated
      }
    }
  } catch {
    $row.error = ConvertTo-ErrorObject $_
  }
  return $row
}

function Read-ChannelsSection {
  $Document.channels = @(foreach ($name in $Channels) { Get-ChannelRow $name })
}

function Get-EventRow($Wanted) {
  $row = @{ channel = $Wanted.Channel; provider = $Wanted.Provider; id = $Wanted.Id; newest = @(); error = $null }
  if ($Clm) {
    $row.error = Get-PlainError 'constrained_language' 'Events cannot be written as XML in this language mode.'
    return $row
  }
  try {
    $row.newest = @(Get-WinEvent -FilterHashtable @{ LogName = $Wanted.Channel; ProviderName = $Wanted.Provider; Id = $Wanted.Id } -MaxEvents $MaxEventsEach | ForEach-Object { [string]$_.ToXml() })
  } catch {
    if ([string]$_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') { $row.error = ConvertTo-ErrorObject $_ }
  }
  return $row
}

function Read-EventsSection {
  $Document.events = @(foreach ($wanted in $Events) { Get-EventRow $wanted })
}

function Read-RightsSection {
  $lines = Read-WithTemporaryFile '.inf' {
    param($path)
    $log = $path + '.log'
    try {
      $run = Invoke-Program 'secedit.exe' @('/export', '/areas', 'USER_RIGHTS', '/cfg', $path, '/log', $log, '/quiet')
      if (Test-Path -LiteralPath $path) { Get-Content -LiteralPath $path }
      if ($run.exit -ne 0) { Add-Problem 'secedit' (Get-PlainError 'exit' ('secedit ended with ' + $run.exit)) }
    } finally {
      if (Test-Path -LiteralPath $log) { Remove-Item -LiteralPath $log -Force }
    }
  }
  foreach ($line in @($lines)) {
    if ([string]$line -match '^(Se[A-Za-z]+)\s*=\s*(.*)$') {
      $right = $Matches[1]
      $Document.rights[$right] = @($Matches[2].Split(',') | ForEach-Object { $_.Trim().TrimStart('*') } | Where-Object { $_ -cne '' })
    }
  }
}

function Read-AclsSection {
  $Document.acls = @(
    foreach ($below in $AclPaths) {
      $path = Join-Path $env:SystemRoot $below
      $row = @{ path = $path; sddl = $null; error = $null }
      try { $row.sddl = [string](Get-Acl -LiteralPath (ConvertTo-NativePath $path)).Sddl } catch { $row.error = ConvertTo-ErrorObject $_ }
      $row
    }
  )
}

function Read-FilesSection {
  $paths = @($FilePaths | ForEach-Object { Join-Path $env:SystemRoot $_ })
  $programs = $env:ProgramFiles
  if ($env:ProgramW6432) { $programs = $env:ProgramW6432 }
  $folder = Join-Path $programs 'PowerShell'
  if (Test-Path -LiteralPath $folder) {
    $paths += @(Get-ChildItem -LiteralPath $folder | ForEach-Object { Join-Path (Join-Path $folder $_.PSChildName) 'pwsh.exe' })
  }
  $Document.files = @(foreach ($path in $paths) { Get-FileRow $path $true })
}

function Read-ServicesSection {
  $Document.services = @(
    foreach ($service in @(Read-Instances 'root\cimv2' 'Win32_Service')) {
      @{
        name = [string]$service.Name
        display_name = (Read-TextProperty $service.DisplayName)
        state = (Read-TextProperty $service.State)
        start_mode = (Read-TextProperty $service.StartMode)
        path = (Read-TextProperty $service.PathName)
        account = (Read-TextProperty $service.StartName)
        type = (Read-TextProperty $service.ServiceType)
        pid = $service.ProcessId
        sddl = $null
        protection = $null
      }
    }
  )
  foreach ($name in $GuardedServices) {
    $rows = @($Document.services | Where-Object { $_.name -eq $name })
    if ($rows.Count -eq 0) { continue }
    $shown = Invoke-Program 'sc.exe' @('sdshow', $name)
    $asked = Invoke-Program 'sc.exe' @('qprotection', $name)
    foreach ($row in $rows) {
      foreach ($line in $shown.lines) { if ($line -cmatch '^[OGDS]:') { $row.sddl = $line } }
      $row.protection = $asked.lines -join ' '
    }
    if ($shown.exit -ne 0) { Add-Problem ('sc sdshow ' + $name) (Get-PlainError 'exit' ($shown.lines -join ' ')) }
  }
}

function Read-DriversSection {
  $altitudes = @{}
  foreach ($name in @(Get-KeyNames $ServicesKey)) {
    $instances = $ServicesKey + '\' + $name + '\Instances'
    $found = @(foreach ($below in @(Get-KeyNames $instances)) { Read-ExpandedValue ($instances + '\' + $below) 'Altitude' })
    $found = @($found | Where-Object { $null -ne $_ })
    if ($found.Count -gt 0) { $altitudes[$name] = $found }
  }
  $listed = @{}
  $rows = @(
    foreach ($driver in @(Read-Instances 'root\cimv2' 'Win32_SystemDriver')) {
      $name = [string]$driver.Name
      $listed[$name] = $true
      @{
        name = $name
        display_name = (Read-TextProperty $driver.DisplayName)
        state = (Read-TextProperty $driver.State)
        start_mode = (Read-TextProperty $driver.StartMode)
        path = (Read-TextProperty $driver.PathName)
        altitudes = @($altitudes[$name] | Where-Object { $null -ne $_ })
      }
    }
  )
  # A filter driver that WMI does not list is listed all the same.
  foreach ($entry in @($altitudes.GetEnumerator())) {
    if (-not $listed.ContainsKey([string]$entry.Key)) {
      $rows += @{
        name = [string]$entry.Key
        display_name = $null
        state = $null
        start_mode = $null
        path = (Read-ExpandedValue ($ServicesKey + '\' + $entry.Key) 'ImagePath')
        altitudes = @($entry.Value)
      }
    }
  }
  $Document.drivers = $rows
}

# Found by altitude and by the publisher of its channel: both names may have been changed. The program itself is not started.
function Read-SysmonSection {
  $sysmon = $Document.sysmon
  foreach ($name in @(Get-KeyNames $ServicesKey)) {
    $instances = $ServicesKey + '\' + $name + '\Instances'
    foreach ($below in @(Get-KeyNames $instances)) {
      if ((Read-ExpandedValue ($instances + '\' + $below) 'Altitude') -ceq $SysmonAltitude) { $sysmon.driver = $name }
    }
  }
  $sysmon.publisher_file = Read-ExpandedValue $SysmonPublisherKey 'ResourceFileName'
  $sysmon.present = $null -ne $sysmon.driver -or $null -ne $sysmon.publisher_file
  if ($null -ne $sysmon.publisher_file) {
    foreach ($service in @(Read-Instances 'root\cimv2' 'Win32_Service')) {
      if (([string]$service.PathName).Trim('"') -eq $sysmon.publisher_file) { $sysmon.service = [string]$service.Name }
    }
    if (Test-LocalPath $sysmon.publisher_file) { $sysmon.version = (Get-FileRow $sysmon.publisher_file $false).version }
  }
  if ($null -eq $sysmon.driver) { return }
  $key = $ServicesKey + '\' + $sysmon.driver + '\Parameters'
  $sysmon.parameters = @(Read-Key $key @('*'))
  foreach ($row in $sysmon.parameters) {
    if ($row.value -eq 'ConfigHash' -and [string]$row.data -match 'SHA256=([0-9A-Fa-f]{64})') { $sysmon.config_sha256 = $Matches[1].ToLowerInvariant() }
    if ($row.value -eq 'ConfigFile') { $sysmon.config_file = [string]$row.data }
  }
  # What lies at that path now; whether it is what was loaded is told by the two hashes.
  $path = $sysmon.config_file
  if ($null -ne $path -and (Test-LocalPath $path) -and (Test-Path -LiteralPath $path)) {
    $sysmon.config_file_sha256 = Get-Sha256 $path
    if ((Get-Item -LiteralPath $path -Force).Length -le $MaxConfigBytes) { $sysmon.config_xml = @(Get-Content -LiteralPath $path | ForEach-Object { [string]$_ }) -join "`n" }
  } else {
    Add-Problem 'config_xml' (Get-PlainError 'not_found' 'No local file holds the configuration; the value Rules does.')
  }
}

function Read-ShippersSection {
  $Document.shippers = @(
    foreach ($service in @(Read-Instances 'root\cimv2' 'Win32_Service')) {
      if ($Shippers -contains [string]$service.Name) {
        @{
          name = [string]$service.Name
          state = (Read-TextProperty $service.State)
          start_mode = (Read-TextProperty $service.StartMode)
          path = (Read-TextProperty $service.PathName)
        }
      }
    }
  )
}

function Read-TimeSection {
  $time = $Document.time
  $time.zone_id = Read-ExpandedValue 'HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation' 'TimeZoneKeyName'
  $now = [datetime]::UtcNow
  $time.offset_minutes = [int](($now.ToLocalTime() - $now).TotalMinutes)
  $time.status = (Invoke-Program 'w32tm.exe' @('/query', '/status', '/verbose')).lines
  $time.source = (Invoke-Program 'w32tm.exe' @('/query', '/source')).lines
  $time.configuration = (Invoke-Program 'w32tm.exe' @('/query', '/configuration')).lines
}

function Read-DefenderSection {
  $Document.defender.preference = Read-Single 'root\Microsoft\Windows\Defender' 'MSFT_MpPreference'
  $Document.defender.status = Read-Single 'root\Microsoft\Windows\Defender' 'MSFT_MpComputerStatus'
  try {
    $Document.defender.antivirus = @(Read-Instances 'root\SecurityCenter2' 'AntiVirusProduct' | ForEach-Object { Get-PropertyTable $_ 0 })
  } catch {
    Add-Problem 'antivirus' (ConvertTo-ErrorObject $_)
  }
}

function Read-FirewallSection {
  try {
    $Document.firewall.profiles = @(Read-Instances 'root\StandardCimv2' 'MSFT_NetFirewallProfile' | ForEach-Object { Get-PropertyTable $_ 0 })
  } catch {
    Add-Problem 'profiles' (ConvertTo-ErrorObject $_)
  }
  $Document.firewall.rules = @(
    foreach ($place in $FirewallRuleKeys) {
      foreach ($row in @(Read-Key $place.Key @('*'))) {
        if ([string]$row.data -match '\|Dir=In\|') { @{ name = $row.value; text = [string]$row.data; source = $place.Source } }
        if ($null -ne $row.error) { Add-Problem $place.Key $row.error }
      }
    }
  )
}

function Read-WinrmSection {
  $Document.winrm.listeners = @(
    foreach ($name in @(Get-KeyNames $ListenersKey)) {
      $values = @{}
      foreach ($row in @(Read-Key ($ListenersKey + '\' + $name) @('*'))) { $values[[string]$row.value] = $row.data }
      @{ name = [string]$name; values = $values }
    }
  )
}

function Read-RpcSection {
  $shown = Invoke-Program 'netsh.exe' @('rpc', 'filter', 'show', 'filter')
  $Document.dcom.rpc_filters = $shown.lines
  if ($shown.exit -ne 0) { Add-Problem 'rpc_filters' (Get-PlainError 'exit' ('netsh ended with ' + $shown.exit)) }
}

function Read-SmbSection {
  $Document.smb.server = Read-Single 'root\Microsoft\Windows\SMB' 'MSFT_SmbServerConfiguration'
  $Document.smb.client = Read-Single 'root\Microsoft\Windows\SMB' 'MSFT_SmbClientConfiguration'
}

function Read-DeviceGuardSection {
  $Document.device_guard = Read-Single 'root\Microsoft\Windows\DeviceGuard' 'Win32_DeviceGuard'
}

function Read-FeaturesSection {
  try {
    $Document.features.optional = @(Read-Instances 'root\cimv2' 'Win32_OptionalFeature' | ForEach-Object { @{ name = [string]$_.Name; install_state = $_.InstallState } })
  } catch {
    Add-Problem 'optional' (ConvertTo-ErrorObject $_)
  }
  $Document.features.packages = @(
    foreach ($name in @(Get-KeyNames $PackagesKey)) {
      foreach ($pattern in $PackagePatterns) {
        if ($name -like $pattern) {
          $state = Read-ExpandedValue ($PackagesKey + '\' + $name) 'CurrentState'
          @{ name = [string]$name; current_state = $state }
          break
        }
      }
    }
  )
}

function Read-RepositorySection {
  $repository = $Document.wmi.repository
  $folder = Join-Path $env:SystemRoot 'System32\wbem'
  $store = Join-Path $folder 'Repository'
  try {
    $repository.files = @(
      foreach ($pattern in $RepositoryFiles) {
        Get-ChildItem -LiteralPath (ConvertTo-NativePath $store) -Filter $pattern -Force | ForEach-Object { Get-FileRow (Join-Path $store $_.Name) $false }
      }
    )
  } catch {
    Add-Problem 'files' (ConvertTo-ErrorObject $_)
  }
  try {
    $recover = Join-Path $folder 'AutoRecover'
    $repository.autorecover = @(Get-ChildItem -LiteralPath (ConvertTo-NativePath $recover) -Force | ForEach-Object { Get-FileRow (Join-Path $recover $_.Name) $true })
  } catch {
    Add-Problem 'autorecover' (ConvertTo-ErrorObject $_)
  }
  try {
    $repository.mofs = @(Get-ChildItem -LiteralPath (ConvertTo-NativePath $folder) -Filter '*.mof' -Recurse -Force | ForEach-Object { Get-FileRow ([string]$_.FullName) $false })
  } catch {
    Add-Problem 'mofs' (ConvertTo-ErrorObject $_)
  }
}

function Read-WmiSection {
  Read-AllNamespaces $Document.wmi
}

# The signatures are read with the providers of each namespace; this row says that they were asked for.
function Read-SignaturesSection {
  if ($Chosen -notcontains 'wmi') { Add-Problem 'signatures' (Get-PlainError 'not_asked' 'They are read with the section wmi.') }
}

function Read-MembersSection {
  $seconds = Get-SecondsLeft $State.NamespaceEnd
  $group = @(Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_Group' -Filter "LocalAccount=TRUE AND SID='S-1-5-32-562'" -OperationTimeoutSec $seconds)
  if ($group.Count -eq 0) { return }
  $members = @(Get-CimAssociatedInstance -InputObject $group[0] -Association 'Win32_GroupUser' -OperationTimeoutSec $seconds)
  $Document.dcom.users = @{
    name = [string]$group[0].Name
    sid = $DcomUsersSid
    members = @($members | ForEach-Object { @{ class = [string]$_.CimSystemProperties.ClassName; name = (Read-TextProperty $_.Name); domain = (Read-TextProperty $_.Domain); sid = (Read-TextProperty $_.SID) } })
  }
}

$Readers = @{
  host = { Read-HostSection }
  registry = { Read-RegistrySection }
  audit = { Read-AuditSection }
  channels = { Read-ChannelsSection }
  events = { Read-EventsSection }
  rights = { Read-RightsSection }
  acls = { Read-AclsSection }
  files = { Read-FilesSection }
  services = { Read-ServicesSection }
  drivers = { Read-DriversSection }
  sysmon = { Read-SysmonSection }
  shippers = { Read-ShippersSection }
  time = { Read-TimeSection }
  defender = { Read-DefenderSection }
  firewall = { Read-FirewallSection }
  winrm = { Read-WinrmSection }
  rpc = { Read-RpcSection }
  smb = { Read-SmbSection }
  device_guard = { Read-DeviceGuardSection }
  features = { Read-FeaturesSection }
  repository = { Read-RepositorySection }
  wmi = { Read-WmiSection }
  signatures = { Read-SignaturesSection }
  members = { Read-MembersSection }
}

function Get-ItemCount([string]$Name) {
  if ($Name -ceq 'wmi') { return [int]$Document.wmi.namespaces.Count }
  if ($Name -ceq 'repository') { return [int]$Document.wmi.repository.files.Count }
  $part = $Document[$Name]
  if ($part -is [array]) { return [int]$part.Count }
  if ($part -is [hashtable]) { return [int]$part.psbase.Count }
  return 0
}

function Invoke-Section([string]$Name) {
  $State.Section = $Name
  $before = $State.Problems.Count
  $begin = [datetime]::UtcNow
  $problem = $null
  if ($Chosen -notcontains $Name) {
    $problem = Get-PlainError 'not_asked' 'This section was not asked for.'
  } elseif (Test-Ended $Deadline) {
    $problem = Get-PlainError 'not_reached' 'The time ran out before this section.'
    Add-Problem $Name $problem
  } else {
    try {
      $null = & $Readers[$Name]
    } catch {
      Add-Problem $Name (ConvertTo-ErrorObject $_)
    }
    if ($State.Problems.Count -gt $before) { $problem = $State.Problems[$before].error }
  }
  $State.SectionRows += @{
    name = $Name
    ok = ($null -eq $problem)
    ms = [int](([datetime]::UtcNow - $begin).TotalMilliseconds)
    items = (Get-ItemCount $Name)
    error = $problem
  }
}

# ---- Who runs, and with what rights ----

function Get-Elevated {
  if ($Clm) { return [bool](Test-Path -Path 'Registry::HKEY_USERS\S-1-5-20\Environment' -ErrorAction SilentlyContinue) }
  $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
  return [bool](New-Object System.Security.Principal.WindowsPrincipal($identity)).IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
}

function Get-OwnSid {
  if (-not $Clm) { return [string][System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value }
  $own = Get-CimInstance -Namespace 'root\cimv2' -ClassName 'Win32_Process' -Filter "ProcessId=$PID" -OperationTimeoutSec $NamespaceTimeoutSec
  return Read-TextProperty (Invoke-CimMethod -InputObject $own -MethodName 'GetOwnerSid' -OperationTimeoutSec $NamespaceTimeoutSec).Sid
}

function Get-CollectorFacts {
  $facts = @{
    version = $CollectorVersion
    sha256 = $null
    edition = [string]$PSVersionTable.PSEdition
    psversion = [string]$PSVersionTable.PSVersion
    language_mode = [string]$ExecutionContext.SessionState.LanguageMode
    clm = $Clm
    bitness = $Bitness
    elevated = $null
    user_sid = $null
    namespace_timeout_sec = $NamespaceTimeoutSec
    total_timeout_sec = $TotalTimeoutSec
  }
  $State.Section = 'collector'
  try { $facts.elevated = Get-Elevated } catch { Add-Problem 'elevated' (ConvertTo-ErrorObject $_) }
  try { $facts.user_sid = Get-OwnSid } catch { Add-Problem 'user_sid' (ConvertTo-ErrorObject $_) }
  try { if ($PSCommandPath) { $facts.sha256 = Get-Sha256 $PSCommandPath } } catch { Add-Problem 'sha256' (ConvertTo-ErrorObject $_) }
  return $facts
}

# ---- Output ----

function Write-NewFile([string]$Path, [string]$Text) {
  if ($Clm) {
    Out-File -LiteralPath $Path -InputObject $Text -Encoding ascii -NoNewline -NoClobber
    return
  }
  $bytes = (New-Object System.Text.UTF8Encoding($false)).GetBytes($Text)
  $stream = New-Object System.IO.FileStream($Path, [System.IO.FileMode]::CreateNew, [System.IO.FileAccess]::Write)
  try {
    $stream.Write($bytes, 0, $bytes.Length)
    $stream.Flush($true)
  } finally {
    $stream.Dispose()
  }
}

# ---- Run ----

$Chosen = @($Sections | ForEach-Object { $_.Split(',') } | ForEach-Object { $_.Trim().ToLowerInvariant() } | Where-Object { $_ -cne '' })
foreach ($name in $Chosen) {
  if ($SectionNames -notcontains $name) { throw ('There is no section ' + $name + '. There are: ' + ($SectionNames -join ', ')) }
}
if ($Chosen.Count -eq 0) { $Chosen = @($SectionNames | Where-Object { $SectionsByName -notcontains $_ }) }

if ($OutputPath -ceq '') {
  $OutputPath = 'triad-' + ([string]$env:COMPUTERNAME -replace '[^A-Za-z0-9-]', '_') + '-' + $Started.ToString('yyyyMMddTHHmmssZ', $Invariant) + '.json'
}
$folder = Split-Path -Path $OutputPath -Parent
if (-not $folder) { $folder = [string](Get-Location -PSProvider FileSystem).ProviderPath }
$target = Join-Path (Resolve-Path -LiteralPath $folder).ProviderPath (Split-Path -Path $OutputPath -Leaf)
$targetHash = $target + '.sha256'
foreach ($path in @($target, $targetHash)) {
  if (Test-Path -LiteralPath $path) { throw ('This file exists, and is not written over: ' + $path) }
}

if (-not $Clm) {
  try { (Get-Process -Id $PID).PriorityClass = 'BelowNormal' } catch { Add-Problem 'priority' (ConvertTo-ErrorObject $_) }
}

$collector = Get-CollectorFacts
foreach ($name in $SectionNames) { Invoke-Section $name }

$challenge = $null
if ($Nonce -cne '') { $challenge = $Nonce }
$run = @{
  id = [string][guid]::NewGuid()
  started = (ConvertTo-TimeText $Started)
  finished = (ConvertTo-TimeText ([datetime]::UtcNow))
  nonce = $challenge
  sections = $State.SectionRows
}

# The schema comes first, so that the file is known by its first bytes.
$members = @(
  ('"schema":' + (ConvertTo-JsonString 'triad.collector/1')),
  ('"collector":' + (ConvertTo-JsonText $collector 1)),
  ('"run":' + (ConvertTo-JsonText $run 1))
)
foreach ($name in @($Document.GetEnumerator() | Sort-Object -Property Key | ForEach-Object { [string]$_.Key })) {
  $members += (ConvertTo-JsonString $name) + ':' + (ConvertTo-JsonText $Document[$name] 1)
}
$members += '"errors":' + (ConvertTo-JsonText $State.Problems 1)
$text = "{`n" + ($members -join ",`n") + "`n}`n"

Write-NewFile $target $text
$digest = ([string](Get-FileHash -LiteralPath $target -Algorithm SHA256).Hash).ToLowerInvariant()
Write-NewFile $targetHash ($digest + '  ' + (Split-Path -Path $target -Leaf) + "`n")
Write-Output $target
Write-Output ('SHA-256 ' + $digest)
