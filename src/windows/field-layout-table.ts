/**
 * Names, order and types of event fields (DOMAIN 2.1; types from real records). A row is the provider, the ids, and the
 * fields: `Name`, `Name:type`, with `+n` for those that the n-th extension of the event added. Types are those of
 * `FieldType`; none is text.
 */
export type LayoutRow = readonly [provider: string, ids: readonly number[], fields: string, kind?: LayoutKind];

export interface LayoutKind {
  /** Name of the single child of UserData. */
  readonly userData?: string;
  /** True where the items are unnamed `Data`. */
  readonly isUnnamed?: true;
  /** True where the number of an extension is the event's version (Security; Sysmon keeps the version: DOMAIN 2.1). */
  readonly isVersioned?: true;
  /** Where not the usual channel of the provider. */
  readonly channel?: string;
}

/** The channel in which a provider's events of this table usually stand. */
export const USUAL_CHANNEL: ReadonlyMap<string, string> = new Map([
  ['Microsoft-Windows-Sysmon', 'Microsoft-Windows-Sysmon/Operational'],
  ['Microsoft-Windows-WMI-Activity', 'Microsoft-Windows-WMI-Activity/Operational'],
  ['Microsoft-Windows-Security-Auditing', 'Security'],
  ['Microsoft-Windows-PowerShell', 'Microsoft-Windows-PowerShell/Operational'],
  ['PowerShellCore', 'PowerShellCore/Operational'],
  ['PowerShell', 'Windows PowerShell'],
  ['Service Control Manager', 'System'],
  ['EventLog', 'System'],
  ['Microsoft-Windows-Kernel-General', 'System'],
  ['Microsoft-Windows-DistributedCOM', 'System'],
  ['Microsoft-Windows-WMI', 'Application'],
  ['Microsoft-Windows-WinRM', 'Microsoft-Windows-WinRM/Operational'],
  ['Microsoft-Windows-TaskScheduler', 'Microsoft-Windows-TaskScheduler/Operational'],
]);

const SYSMON = 'Microsoft-Windows-Sysmon';
const WMI_ACTIVITY = 'Microsoft-Windows-WMI-Activity';
const SECURITY = 'Microsoft-Windows-Security-Auditing';
const EVENTLOG = 'Microsoft-Windows-Eventlog';
const WINRM = 'Microsoft-Windows-WinRM';
const TASKS = 'Microsoft-Windows-TaskScheduler';

// Sysmon added RuleName in v8, user names in v13.30: every event got them at the same release.
const HEAD = 'RuleName+2, UtcTime:utctime';
const PROCESS = 'ProcessGuid:guid, ProcessId:dec';
const SUBJECT = 'SubjectUserSid:sid, SubjectUserName, SubjectDomainName, SubjectLogonId:hex';
const TARGET = 'TargetUserSid:sid, TargetUserName, TargetDomainName, TargetLogonId:hex';
const PROCESS_HEX = 'ProcessId:hex, ProcessName';
const ADDRESS = 'IpAddress, IpPort';
const CALLER = 'ClientProcessStartKey:dec+1, ClientProcessId:dec+1, ParentProcessId:dec+1';
const GROUP = `TargetUserName, TargetDomainName, TargetSid:sid, ${SUBJECT}, PrivilegeList`;
const VERSIONED = { isVersioned: true } as const;

export const LAYOUT_ROWS: readonly LayoutRow[] = [
  [
    SYSMON,
    [1],
    `${HEAD}, ${PROCESS}, Image, FileVersion+1, Description+1, Product+1, Company+1, OriginalFileName+3, CommandLine, CurrentDirectory, User, LogonGuid:guid, LogonId:hex, TerminalSessionId:dec, IntegrityLevel, Hashes, ParentProcessGuid:guid, ParentProcessId:dec, ParentImage, ParentCommandLine, ParentUser+4`,
  ],
  [
    SYSMON,
    [2],
    `${HEAD}, ${PROCESS}, Image, TargetFilename, CreationUtcTime:utctime, PreviousCreationUtcTime:utctime, User+4`,
  ],
  [
    SYSMON,
    [3],
    `${HEAD}, ${PROCESS}, Image, User, Protocol, Initiated:bool, SourceIsIpv6:bool, SourceIp, SourceHostname, SourcePort:dec, SourcePortName, DestinationIsIpv6:bool, DestinationIp, DestinationHostname, DestinationPort:dec, DestinationPortName`,
  ],
  [SYSMON, [4], 'UtcTime:utctime, State, Version, SchemaVersion'],
  [SYSMON, [5], `${HEAD}, ${PROCESS}, Image, User+4`],
  [SYSMON, [6], `${HEAD}, ImageLoaded, Hashes, Signed:bool, Signature, SignatureStatus`],
  [
    SYSMON,
    [7],
    `${HEAD}, ${PROCESS}, Image, ImageLoaded, FileVersion+1, Description+1, Product+1, Company+1, OriginalFileName+3, Hashes, Signed:bool, Signature, SignatureStatus, User+4`,
  ],
  [
    SYSMON,
    [8],
    `${HEAD}, SourceProcessGuid:guid, SourceProcessId:dec, SourceImage, TargetProcessGuid:guid, TargetProcessId:dec, TargetImage, NewThreadId:dec, StartAddress, StartModule, StartFunction, SourceUser+4, TargetUser+4`,
  ],
  [SYSMON, [9], `${HEAD}, ${PROCESS}, Image, Device, User+4`],
  [
    SYSMON,
    [10],
    `${HEAD}, SourceProcessGUID:guid, SourceProcessId:dec, SourceThreadId:dec, SourceImage, TargetProcessGUID:guid, TargetProcessId:dec, TargetImage, GrantedAccess:hex, CallTrace, SourceUser+4, TargetUser+4`,
  ],
  [SYSMON, [11], `${HEAD}, ${PROCESS}, Image, TargetFilename, CreationUtcTime:utctime, User+4`],
  [SYSMON, [12], `RuleName+2, EventType, UtcTime:utctime, ${PROCESS}, Image, TargetObject, User+4`],
  [SYSMON, [13], `RuleName+2, EventType, UtcTime:utctime, ${PROCESS}, Image, TargetObject, Details, User+4`],
  [SYSMON, [14], `RuleName+2, EventType, UtcTime:utctime, ${PROCESS}, Image, TargetObject, NewName, User+4`],
  [SYSMON, [15], `${HEAD}, ${PROCESS}, Image, TargetFilename, CreationUtcTime:utctime, Hash, Contents+3, User+4`],
  [SYSMON, [16], 'UtcTime:utctime, Configuration, ConfigurationFileHash'],
  [SYSMON, [17, 18], `RuleName+2, EventType+3, UtcTime:utctime, ${PROCESS}, PipeName, Image, User+4`],
  [SYSMON, [19], 'RuleName+2, EventType, UtcTime:utctime, Operation, User, EventNamespace, Name, Query'],
  [SYSMON, [20], 'RuleName+2, EventType, UtcTime:utctime, Operation, User, Name, Type, Destination'],
  [SYSMON, [21], 'RuleName+2, EventType, UtcTime:utctime, Operation, User, Consumer, Filter'],
  [SYSMON, [22], `${HEAD}, ${PROCESS}, QueryName, QueryStatus, QueryResults, Image, User+4`],
  [SYSMON, [23], `${HEAD}, ${PROCESS}, User, Image, TargetFilename, Hashes, IsExecutable:bool, Archived`],
  [SYSMON, [24], `${HEAD}, ${PROCESS}, Image, Session:dec, ClientInfo, Hashes, Archived, User+4`],
  [SYSMON, [25], `${HEAD}, ${PROCESS}, Image, Type, User+4`],
  [SYSMON, [26], `${HEAD}, ${PROCESS}, User, Image, TargetFilename, Hashes, IsExecutable:bool`],
  [SYSMON, [255], 'UtcTime:utctime, ID, Description'],

  [
    WMI_ACTIVITY,
    [5857],
    'ProviderName, Code:hex, HostProcess, ProcessID:dec, ProviderPath',
    { userData: 'Operation_StartedOperational' },
  ],
  [
    WMI_ACTIVITY,
    [5858],
    'Id:guid, ClientMachine, User, ClientProcessId:dec, Component, Operation, ResultCode:hex, PossibleCause',
    { userData: 'Operation_ClientFailure' },
  ],
  [
    WMI_ACTIVITY,
    [5859],
    'NamespaceName, Query, User, Processid:dec, Provider, queryid:dec, PossibleCause',
    { userData: 'Operation_EssStarted' },
  ],
  [
    WMI_ACTIVITY,
    [5860],
    'NamespaceName, Query, User, Processid:dec, ClientMachine, PossibleCause',
    { userData: 'Operation_TemporaryEssStarted' },
  ],
  [WMI_ACTIVITY, [5861], 'Namespace, ESS, CONSUMER, PossibleCause', { userData: 'Operation_ESStoConsumerBinding' }],
  [
    WMI_ACTIVITY,
    [11],
    'CorrelationId, GroupOperationId:dec, OperationId:dec, Operation, ClientMachine, ClientMachineFQDN, User, ClientProcessId:dec, ClientProcessCreationTime:dec, NamespaceName, IsLocal:bool',
    { channel: 'Microsoft-Windows-WMI-Activity/Trace' },
  ],
  [
    WMI_ACTIVITY,
    [22],
    'CorrelationId, GroupOperationId:dec, OperationId:dec, ClassName, MethodName, ImplementationClass, ClientMachine, ClientMachineFQDN, User, ClientProcessId:dec, ClientProcessCreationTime:dec, NamespaceName, IsLocal:bool',
    { channel: 'Microsoft-Windows-WMI-Activity/Trace' },
  ],
  [
    WMI_ACTIVITY,
    [23],
    'CorrelationId, GroupOperationId:dec, OperationId:dec, Commandline, CreatedProcessId:dec, CreatedProcessCreationTime:dec, ClientMachine, ClientMachineFQDN, User, ClientProcessId:dec, ClientProcessCreationTime:dec, IsLocal:bool',
    { channel: 'Microsoft-Windows-WMI-Activity/Trace' },
  ],

  [SECURITY, [4608, 5024, 5033], ''],
  [SECURITY, [4616], `${SUBJECT}, PreviousTime:filetime, NewTime:filetime, ${PROCESS_HEX}`],
  [
    SECURITY,
    [4624],
    `${SUBJECT}, ${TARGET}, LogonType:dec, LogonProcessName, AuthenticationPackageName, WorkstationName, LogonGuid:guid, TransmittedServices, LmPackageName, KeyLength:dec, ${PROCESS_HEX}, ${ADDRESS}, ImpersonationLevel:parameter+1, RestrictedAdminMode:parameter+2, RemoteCredentialGuard:parameter+3, TargetOutboundUserName+2, TargetOutboundDomainName+2, VirtualAccount:parameter+2, TargetLinkedLogonId:hex+2, ElevatedToken:parameter+2`,
    VERSIONED,
  ],
  [
    SECURITY,
    [4625],
    `${SUBJECT}, TargetUserSid:sid, TargetUserName, TargetDomainName, Status:hex, FailureReason:parameter, SubStatus:hex, LogonType:dec, LogonProcessName, AuthenticationPackageName, WorkstationName, TransmittedServices, LmPackageName, KeyLength:dec, ${PROCESS_HEX}, ${ADDRESS}`,
  ],
  [SECURITY, [4627], `${SUBJECT}, ${TARGET}, LogonType:dec, EventIdx:dec, EventCountTotal:dec, GroupMembership`],
  [SECURITY, [4634], `${TARGET}, LogonType:dec`],
  [SECURITY, [4647], TARGET],
  [
    SECURITY,
    [4648],
    `${SUBJECT}, LogonGuid:guid, TargetUserName, TargetDomainName, TargetLogonGuid:guid, TargetServerName, TargetInfo, ${PROCESS_HEX}, ${ADDRESS}`,
  ],
  [
    SECURITY,
    [4656],
    `${SUBJECT}, ObjectServer, ObjectType, ObjectName, HandleId:hex, TransactionId:guid, AccessList, AccessReason+1, AccessMask:hex, PrivilegeList, RestrictedSidCount:dec, ${PROCESS_HEX}, ResourceAttributes+1`,
    VERSIONED,
  ],
  [SECURITY, [4658], `${SUBJECT}, ObjectServer, HandleId:hex, ${PROCESS_HEX}`],
  [
    SECURITY,
    [4661],
    `${SUBJECT}, ObjectServer, ObjectType, ObjectName, HandleId:hex, TransactionId:guid, AccessList, AccessMask:hex, PrivilegeList, Properties, RestrictedSidCount:dec, ${PROCESS_HEX}`,
  ],
  [
    SECURITY,
    [4662],
    `${SUBJECT}, ObjectServer, ObjectType, ObjectName, OperationType, HandleId:hex, AccessList, AccessMask:hex, Properties, AdditionalInfo, AdditionalInfo2`,
  ],
  [
    SECURITY,
    [4663],
    `${SUBJECT}, ObjectServer, ObjectType, ObjectName, HandleId:hex, AccessList, AccessMask:hex, ${PROCESS_HEX}, ResourceAttributes+1`,
    VERSIONED,
  ],
  [
    SECURITY,
    [4670, 4907],
    `${SUBJECT}, ObjectServer, ObjectType, ObjectName, HandleId:hex, OldSd, NewSd, ${PROCESS_HEX}`,
  ],
  [SECURITY, [4672], `${SUBJECT}, PrivilegeList`],
  [SECURITY, [4673], `${SUBJECT}, ObjectServer, Service, PrivilegeList, ${PROCESS_HEX}`],
  [
    SECURITY,
    [4674],
    `${SUBJECT}, ObjectServer, ObjectType, ObjectName, HandleId:hex, AccessMask, PrivilegeList, ${PROCESS_HEX}`,
  ],
  [
    SECURITY,
    [4688],
    `${SUBJECT}, NewProcessId:hex, NewProcessName, TokenElevationType:parameter, ProcessId:hex, CommandLine+1, TargetUserSid:sid+2, TargetUserName+2, TargetDomainName+2, TargetLogonId:hex+2, ParentProcessName+3, MandatoryLabel:sid+3`,
    VERSIONED,
  ],
  [SECURITY, [4689], `${SUBJECT}, Status:hex, ${PROCESS_HEX}`],
  [SECURITY, [4690], `${SUBJECT}, SourceHandleId:hex, SourceProcessId:hex, TargetHandleId:hex, TargetProcessId:hex`],
  [SECURITY, [4696], `${SUBJECT}, ${TARGET}, TargetProcessId:hex, TargetProcessName, ${PROCESS_HEX}`],
  [
    SECURITY,
    [4697],
    `${SUBJECT}, ServiceName, ServiceFileName, ServiceType:hex, ServiceStartType:dec, ServiceAccount, ${CALLER}`,
    VERSIONED,
  ],
  [
    SECURITY,
    [4698, 4699, 4700, 4701],
    `${SUBJECT}, TaskName, TaskContent, ${CALLER}, RpcCallClientLocality:dec+1, FQDN+1`,
    VERSIONED,
  ],
  [SECURITY, [4702], `${SUBJECT}, TaskName, TaskContentNew, ${CALLER}, RpcCallClientLocality:dec+1, FQDN+1`, VERSIONED],
  [SECURITY, [4703], `${SUBJECT}, ${TARGET}, ProcessName, ProcessId:hex, EnabledPrivilegeList, DisabledPrivilegeList`],
  [
    SECURITY,
    [4719],
    `${SUBJECT}, CategoryId:parameter, SubcategoryId:parameter, SubcategoryGuid:guid, AuditPolicyChanges:parameter, ClientProcessId:dec+1, ClientProcessStartKey:dec+1`,
    VERSIONED,
  ],
  [SECURITY, [4722, 4723, 4724, 4725], `TargetUserName, TargetDomainName, TargetSid:sid, ${SUBJECT}, PrivilegeList+1`],
  [SECURITY, [4726], GROUP],
  [SECURITY, [4728, 4729, 4732, 4733, 4756], `MemberName, MemberSid:sid, ${GROUP}`],
  [SECURITY, [4727, 4731, 4735, 4737, 4754, 4755], `${GROUP}, SamAccountName, SidHistory`],
  [
    SECURITY,
    [4768],
    `TargetUserName, TargetDomainName, TargetSid:sid, ServiceName, ServiceSid:sid, TicketOptions:hex, Status:hex, TicketEncryptionType:hex, PreAuthType, ${ADDRESS}, CertIssuerName, CertSerialNumber, CertThumbprint`,
  ],
  [
    SECURITY,
    [4769],
    `TargetUserName, TargetDomainName, ServiceName, ServiceSid:sid, TicketOptions:hex, TicketEncryptionType:hex, ${ADDRESS}, Status:hex, LogonGuid:guid, TransmittedServices`,
  ],
  [SECURITY, [4776], 'PackageName, TargetUserName, Workstation, Status:hex'],
  [SECURITY, [4778, 4779], 'AccountName, AccountDomain, LogonID:hex, SessionName, ClientName, ClientAddress'],
  [
    SECURITY,
    [4798, 4799],
    `TargetUserName, TargetDomainName, TargetSid:sid, ${SUBJECT}, CallerProcessId:hex, CallerProcessName`,
  ],
  [SECURITY, [5140], `${SUBJECT}, ObjectType, ${ADDRESS}, ShareName, ShareLocalPath, AccessMask:hex, AccessList`],
  [
    SECURITY,
    [5145],
    `${SUBJECT}, ObjectType, ${ADDRESS}, ShareName, ShareLocalPath, RelativeTargetName, AccessMask:hex, AccessList, AccessReason`,
  ],
  [
    SECURITY,
    [5154, 5158],
    'ProcessId:dec, Application, SourceAddress, SourcePort, Protocol:dec, FilterRTID:dec, LayerName, LayerRTID:dec',
  ],
  [
    SECURITY,
    [5156],
    'ProcessID:dec, Application, Direction:parameter, SourceAddress, SourcePort, DestAddress, DestPort, Protocol:dec, FilterRTID:dec, LayerName, LayerRTID:dec, RemoteUserID:sid, RemoteMachineID:sid',
  ],
  [
    SECURITY,
    [5379],
    `${SUBJECT}, TargetName, Type:dec, CountOfCredentialsReturned:dec, ReadOperation:parameter, ReturnCode:dec, ProcessCreationTime:filetime, ClientProcessId:dec`,
  ],

  [EVENTLOG, [1102], SUBJECT, { userData: 'LogFileCleared', channel: 'Security' }],
  [
    EVENTLOG,
    [104],
    'SubjectUserName, SubjectDomainName, Channel, BackupPath',
    { userData: 'LogFileCleared', channel: 'System' },
  ],

  ['EventLog', [6005, 6006, 6008, 6009, 6011, 6013], '', { isUnnamed: true }],
  [
    'Microsoft-Windows-Kernel-General',
    [12],
    'MajorVersion:dec, MinorVersion:dec, BuildVersion:dec, QfeVersion:dec, ServiceVersion:dec, BootMode:dec, StartTime:filetime',
  ],
  ['Microsoft-Windows-Kernel-General', [13], 'StopTime:filetime'],
  [
    'Microsoft-Windows-Kernel-General',
    [1],
    'NewTime:filetime, OldTime:filetime, Reason:dec+1, ProcessName+2, ProcessID:dec+2',
    VERSIONED,
  ],
  ['Microsoft-Windows-Kernel-General', [16], 'HiveNameLength:dec, HiveName, KeysUpdated:dec, DirtyPages:dec'],
  ['Service Control Manager', [7036], 'param1, param2'],
  ['Service Control Manager', [7040], 'param1, param2, param3, param4'],
  ['Service Control Manager', [7045], 'ServiceName, ImagePath, ServiceType, StartType, AccountName'],
  ['Microsoft-Windows-DistributedCOM', [10028], 'param1, param2, param3, param4'],
  ['Microsoft-Windows-WMI', [10], '', { isUnnamed: true }],
  ['Microsoft-Windows-WMI', [5611, 5615, 5617], ''],

  ['Microsoft-Windows-PowerShell', [4100, 4103], 'ContextInfo, UserData, Payload'],
  ['PowerShellCore', [4100, 4103], 'ContextInfo, UserData, Payload'],
  ['Microsoft-Windows-PowerShell', [4104], 'MessageNumber:dec, MessageTotal:dec, ScriptBlockText, ScriptBlockId, Path'],
  ['PowerShellCore', [4104], 'MessageNumber:dec, MessageTotal:dec, ScriptBlockText, ScriptBlockId, Path'],
  ['Microsoft-Windows-PowerShell', [4105, 4106], 'ScriptBlockId, RunspaceId'],
  ['Microsoft-Windows-PowerShell', [53504], 'param1, param2'],
  ['Microsoft-Windows-PowerShell', [40961, 40962], ''],
  ['PowerShell', [400, 403, 600, 800], '', { isUnnamed: true }],

  [WINRM, [6], 'connection'],
  [WINRM, [91], 'resourceUri'],
  [WINRM, [82, 145], 'operationName, resourceUri'],
  [WINRM, [169], 'username, authenticationMechanism'],
  [TASKS, [106], 'TaskName, UserContext'],
  [TASKS, [140, 141], 'TaskName, UserName'],
  [TASKS, [129], 'TaskName, Path, ProcessID:dec, Priority:dec'],
];
