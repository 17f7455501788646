/**
 * Fields of events that no reader needs, and rules speak of: `Name`, with `+` for those that not every record has. From Microsoft's
 * documentation of the events where no record was at hand. Names are those of rules: without blanks.
 */
export type KnownRow = readonly [channel: string, ids: readonly number[], fields: string];

const SECURITY = 'Security';
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const DEFENDER = 'Microsoft-Windows-Windows Defender/Operational';
const SUBJECT = 'SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId';
const ACCOUNT =
  'SamAccountName DisplayName UserPrincipalName HomeDirectory HomePath ScriptPath ProfilePath UserWorkstations PasswordLastSet AccountExpires PrimaryGroupId AllowedToDelegateTo OldUacValue NewUacValue UserAccountControl UserParameters SidHistory LogonHours';
const TARGET = 'TargetUserName TargetDomainName TargetSid';
const DIRECTORY = `OpCorrelationID AppCorrelationID ${SUBJECT} DSName DSType ObjectDN ObjectGUID ObjectClass`;
const WFP =
  'Application Direction SourceAddress SourcePort DestAddress DestPort Protocol FilterRTID LayerName LayerRTID RemoteUserID RemoteMachineID';
const THREAT =
  'ProductName ProductVersion DetectionID DetectionTime ThreatID ThreatName SeverityID SeverityName CategoryID CategoryName FWLink StatusCode+ StatusDescription+ State+ SourceID SourceName ProcessName DetectionUser Path OriginID OriginName ExecutionID ExecutionName TypeID TypeName PreExecutionStatus ActionID ActionName ErrorCode ErrorDescription PostCleanStatus AdditionalActionsID AdditionalActionsString RemediationUser SecurityintelligenceVersion+ SignatureVersion+ EngineVersion Unused+ Unused2+ Unused3+ Unused4+ Unused5+ Unused6+';

export const KNOWN_ROWS: readonly KnownRow[] = [
  [SYSMON, [27, 29], 'RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes'],
  [SYSMON, [28], 'RuleName UtcTime ProcessGuid ProcessId User Image TargetFilename Hashes IsExecutable'],

  [SECURITY, [4611], `${SUBJECT} LogonProcessName`],
  [
    SECURITY,
    [4657],
    `${SUBJECT} ObjectName ObjectValueName HandleId OperationType OldValueType OldValue NewValueType NewValue ProcessId ProcessName`,
  ],
  [SECURITY, [4660], `${SUBJECT} ObjectServer HandleId ProcessId ProcessName TransactionId`],
  [SECURITY, [4704, 4705], `${SUBJECT} TargetSid PrivilegeList`],
  [SECURITY, [4720], `${TARGET} ${SUBJECT} PrivilegeList ${ACCOUNT}`],
  [SECURITY, [4738], `Dummy ${TARGET} ${SUBJECT} PrivilegeList ${ACCOUNT}`],
  [SECURITY, [4741], `${TARGET} ${SUBJECT} PrivilegeList ${ACCOUNT} DnsHostName ServicePrincipalNames`],
  [
    SECURITY,
    [4742],
    `ComputerAccountChange ${TARGET} ${SUBJECT} PrivilegeList ${ACCOUNT} DnsHostName ServicePrincipalNames`,
  ],
  [SECURITY, [4765], `SourceUserName SourceSid ${TARGET} ${SUBJECT} PrivilegeList SidList`],
  [SECURITY, [4766], `SourceUserName ${TARGET} ${SUBJECT} PrivilegeList`],
  [
    SECURITY,
    [4771],
    'TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint',
  ],
  [SECURITY, [4781], `OldTargetUserName NewTargetUserName TargetDomainName TargetSid ${SUBJECT} PrivilegeList`],
  [SECURITY, [4794], `${SUBJECT} Workstation Status`],
  [SECURITY, [4825], 'AccountName AccountDomain LogonID ClientAddress'],
  [SECURITY, [4886], 'RequestId Requester Attributes'],
  [SECURITY, [4887], 'RequestId Requester Attributes Disposition SubjectKeyIdentifier Subject'],
  [
    SECURITY,
    [4898],
    'TemplateInternalName TemplateVersion TemplateSchemaVersion TemplateOID TemplateDSObjectFQDN DCDNSName TemplateContent SecurityDescriptor',
  ],
  [
    SECURITY,
    [4899],
    'TemplateInternalName TemplateVersion TemplateSchemaVersion TemplateOID TemplateDSObjectFQDN DCDNSName NewTemplateContent OldTemplateContent',
  ],
  [SECURITY, [4904, 4905], `${SUBJECT} AuditSourceName EventSourceId ProcessId ProcessName`],
  [
    SECURITY,
    [4964],
    `${SUBJECT} LogonGuid TargetUserSid TargetUserName TargetDomainName TargetLogonId TargetLogonGuid SidList`,
  ],
  [SECURITY, [5038, 6281], 'param1'],
  [SECURITY, [5136], `${DIRECTORY} AttributeLDAPDisplayName AttributeSyntaxOID AttributeValue OperationType`],
  [SECURITY, [5137], DIRECTORY],
  // A second version of the event, of Windows 10 20H2 and later.
  [SECURITY, [5156], `ProcessID ${WFP} FilterOrigin+ OriginalProfile+ CurrentProfile+ InterfaceIndex+`],
  [SECURITY, [5157], `ProcessId ${WFP} FilterOrigin+ OriginalProfile+ CurrentProfile+ InterfaceIndex+`],
  [
    SECURITY,
    [5441],
    'ProviderKey ProviderName FilterKey FilterName FilterType FilterId LayerKey LayerName LayerId Weight Conditions Action CalloutKey CalloutName',
  ],
  [
    SECURITY,
    [5447],
    'ProcessId UserSid UserName ProviderKey ProviderName ChangeType FilterKey FilterName FilterType FilterId LayerKey LayerName LayerId Weight Conditions Action CalloutKey CalloutName',
  ],
  [
    SECURITY,
    [5449],
    'ProcessId UserSid UserName ProviderKey ProviderName ChangeType ProviderContextKey ProviderContextName ProviderContextType',
  ],
  [
    SECURITY,
    [6416],
    `${SUBJECT} DeviceId DeviceDescription ClassId ClassName VendorIds CompatibleIds LocationInformation`,
  ],

  [DEFENDER, [1116, 1117, 1118, 1119], THREAT],
  [
    DEFENDER,
    [1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115],
    'ProductName ProductVersion ThreatName+ Path+ ProcessName+ SourceName+ SeverityName+ CategoryName+ DetectionUser+ User+ Domain+',
  ],
  [
    DEFENDER,
    [1121, 1122],
    'ProductName ProductVersion ID DetectionTime User Path ProcessName Unused+ EngineVersion+ SecurityintelligenceVersion+ RuleType+ TargetCommandline+ ParentCommandline+ InvolvedFile+ InhertianceFlags+',
  ],
  [
    DEFENDER,
    [3002, 3007],
    'ProductName ProductVersion FeatureName Feature_Name Reason FeatureID+ ErrorCode+ ErrorDescription+',
  ],
  [DEFENDER, [5001, 5010, 5012], 'ProductName ProductVersion'],
  [DEFENDER, [5007], 'ProductName ProductVersion OldValue NewValue'],
  [DEFENDER, [5013], 'ProductName ProductVersion Value ChangedType+'],

  ['Microsoft-Windows-TaskScheduler/Operational', [142], 'TaskName UserName'],
  [
    'Microsoft-Windows-DNS-Client/Operational',
    [3006, 3008, 3020],
    'QueryName QueryType QueryOptions QueryStatus+ QueryResults+',
  ],
  [
    'Microsoft-Windows-Bits-Client/Operational',
    [3],
    'string+ string2+ jobTitle+ jobId+ jobOwner+ processPath processId ClientProcessStartKey+',
  ],
  [
    'Microsoft-Windows-Bits-Client/Operational',
    [16403],
    'User jobTitle jobId jobOwner fileCount RemoteName LocalName processId ClientProcessStartKey+',
  ],
  [
    'Microsoft-Windows-NTLM/Operational',
    [8001],
    'TargetName UserName DomainName CallerPID ProcessName ClientLUID ClientUserName ClientDomainName MechanismOID',
  ],
  ['Microsoft-Windows-NTLM/Operational', [8004], 'SChannelName UserName DomainName WorkstationName SChannelType'],
  ['Microsoft-Windows-TerminalServices-LocalSessionManager/Operational', [21, 22, 24, 25], 'User SessionID Address'],
  [
    'Microsoft-Windows-CodeIntegrity/Operational',
    [3033, 3034],
    'FileNameLength FileNameBuffer ProcessNameLength ProcessNameBuffer RequestedPolicy ValidatedPolicy Status',
  ],
  ['Microsoft-Windows-CodeIntegrity/Operational', [3082, 3083], 'FileNameLength FileNameBuffer'],
  [
    'System',
    [55],
    'DriveName DeviceName CorruptionState HeaderFlags Severity Origin Verb Description Signature Outcome SampleLength SampleData SourceFile SourceLine SourceTag AdditionalInfo CallStack',
  ],
  ['System', [98], 'DriveName DeviceName CorruptionActionState'],
  ['System', [7023], 'param1 param2 Binary+'],
  ['System', [7034], 'param1 param2 Binary+'],
  ['OpenSSH/Operational', [4], 'process payload'],
  [
    'Microsoft-IIS-Configuration/Operational',
    [29, 50],
    'PhysicalPath Configuration EditOperationType OldValue NewValue',
  ],
];
