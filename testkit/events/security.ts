import type { FieldInputs } from './field-list.ts';
import { fieldValues } from './field-list.ts';
import type { EventModel, Setting } from './model.ts';
import { type EventKind, type EventSource, eventData, modelOf } from './source.ts';

export const SECURITY: EventSource = {
  provider: 'Microsoft-Windows-Security-Auditing',
  providerGuid: '54849625-5478-4994-A5BA-3E3B0328C30D',
  channel: 'Security',
  level: 0,
  keywords: 0x8020000000000000n,
  processId: 712,
};

const EVENTLOG_GUID = 'FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148';

const SUBJECT = 'SubjectUserSid:sid SubjectUserName SubjectDomainName SubjectLogonId:hex64';
const TARGET = 'TargetUserSid:sid TargetUserName TargetDomainName';
const PROCESS = 'ProcessId:pointer ProcessName';
const LOGON = `${SUBJECT} ${TARGET} TargetLogonId:hex64 LogonType:u32 LogonProcessName AuthenticationPackageName WorkstationName LogonGuid:guid TransmittedServices LmPackageName KeyLength:u32 ${PROCESS} IpAddress IpPort`;
const OUTBOUND =
  'TargetOutboundUserName TargetOutboundDomainName VirtualAccount TargetLinkedLogonId:hex64 ElevatedToken';
const CREATION = `${SUBJECT} NewProcessId:pointer NewProcessName TokenElevationType ProcessId:pointer`;
const CLIENT = 'ClientProcessStartKey:u64 ClientProcessId:u32 ParentProcessId:u32';
const TASK = `${SUBJECT} TaskName TaskContent`;

/** Layouts of DOMAIN 2.1 by event id and version. */
const KINDS: Readonly<Record<string, Omit<EventKind, 'version'>>> = {
  '4608/0': { task: 12288, layout: '' },
  '4624/0': { task: 12544, layout: LOGON },
  '4624/1': { task: 12544, layout: `${LOGON} ImpersonationLevel` },
  '4624/2': { task: 12544, layout: `${LOGON} ImpersonationLevel RestrictedAdminMode ${OUTBOUND}` },
  '4624/3': {
    task: 12544,
    layout: `${LOGON} ImpersonationLevel RestrictedAdminMode RemoteCredentialGuard ${OUTBOUND}`,
  },
  '4625/0': {
    task: 12544,
    keywords: 0x8010000000000000n,
    layout: `${SUBJECT} ${TARGET} Status:hex32 FailureReason SubStatus:hex32 LogonType:u32 LogonProcessName AuthenticationPackageName WorkstationName TransmittedServices LmPackageName KeyLength:u32 ${PROCESS} IpAddress IpPort`,
  },
  '4634/0': { task: 12545, layout: `${TARGET} TargetLogonId:hex64 LogonType:u32` },
  '4647/0': { task: 12545, layout: `${TARGET} TargetLogonId:hex64` },
  '4648/0': {
    task: 12544,
    layout: `${SUBJECT} LogonGuid:guid TargetUserName TargetDomainName TargetLogonGuid:guid TargetServerName TargetInfo ${PROCESS} IpAddress IpPort`,
  },
  '4656/1': {
    task: 12804,
    layout: `${SUBJECT} ObjectServer ObjectType ObjectName HandleId:pointer TransactionId:guid AccessList AccessReason AccessMask:hex32 PrivilegeList RestrictedSidCount:u32 ${PROCESS} ResourceAttributes`,
  },
  '4662/0': {
    task: 14080,
    layout: `${SUBJECT} ObjectServer ObjectType ObjectName OperationType HandleId:pointer AccessList AccessMask:hex32 Properties AdditionalInfo AdditionalInfo2`,
  },
  '4663/1': {
    task: 12800,
    layout: `${SUBJECT} ObjectServer ObjectType ObjectName HandleId:pointer AccessList AccessMask:hex32 ${PROCESS} ResourceAttributes`,
  },
  '4672/0': { task: 12548, layout: `${SUBJECT} PrivilegeList` },
  '4674/0': {
    task: 13056,
    layout: `${SUBJECT} ObjectServer ObjectType ObjectName HandleId:pointer AccessMask PrivilegeList ${PROCESS}`,
  },
  '4688/0': { task: 13312, layout: CREATION },
  '4688/1': { task: 13312, layout: `${CREATION} CommandLine` },
  '4688/2': {
    task: 13312,
    layout: `${CREATION} CommandLine ${TARGET} TargetLogonId:hex64 ParentProcessName MandatoryLabel:sid`,
  },
  '4689/0': { task: 13313, layout: `${SUBJECT} Status:hex32 ${PROCESS}` },
  '4697/0': {
    task: 12289,
    layout: `${SUBJECT} ServiceName ServiceFileName ServiceType:hex32 ServiceStartType:u32 ServiceAccount`,
  },
  '4697/1': {
    task: 12289,
    layout: `${SUBJECT} ServiceName ServiceFileName ServiceType:hex32 ServiceStartType:u32 ServiceAccount ${CLIENT}`,
  },
  '4698/0': { task: 12804, layout: TASK },
  '4698/1': { task: 12804, layout: `${TASK} ${CLIENT} RpcCallClientLocality:u32 FQDN` },
  '4719/0': { task: 13568, layout: `${SUBJECT} CategoryId SubcategoryId SubcategoryGuid:guid AuditPolicyChanges` },
  '4768/0': {
    task: 14339,
    layout:
      'TargetUserName TargetDomainName TargetSid:sid ServiceName ServiceSid:sid TicketOptions:hex32 Status:hex32 TicketEncryptionType:hex32 PreAuthType IpAddress IpPort CertIssuerName CertSerialNumber CertThumbprint',
  },
  '4769/0': {
    task: 14337,
    layout:
      'TargetUserName TargetDomainName ServiceName ServiceSid:sid TicketOptions:hex32 TicketEncryptionType:hex32 IpAddress IpPort Status:hex32 LogonGuid:guid TransmittedServices',
  },
  '4776/0': { task: 14336, layout: 'PackageName TargetUserName Workstation Status:hex32' },
  '4798/0': {
    task: 13824,
    layout: `TargetUserName TargetDomainName TargetSid:sid ${SUBJECT} CallerProcessId:pointer CallerProcessName`,
  },
  '4907/0': {
    task: 13568,
    layout: `${SUBJECT} ObjectServer ObjectType ObjectName HandleId:pointer OldSd NewSd ${PROCESS}`,
  },
  '5140/1': {
    task: 12808,
    layout: `${SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath AccessMask:hex32 AccessList`,
  },
  '5145/0': {
    task: 12811,
    layout: `${SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath RelativeTargetName AccessMask:hex32 AccessList AccessReason`,
  },
  '5156/1': {
    task: 12810,
    layout:
      'ProcessID:u64 Application Direction SourceAddress SourcePort DestAddress DestPort Protocol:u32 FilterRTID:u64 LayerName LayerRTID:u64 RemoteUserID:sid RemoteMachineID:sid',
  },
  '5379/0': {
    task: 13824,
    layout: `${SUBJECT} TargetName Type:u32 CountOfCredentialsReturned:u32 ReadOperation ReturnCode:u32 ProcessCreationTime:time ClientProcessId:u32`,
  },
};

/** The version that a current Windows 10 or 11 writes. */
const CURRENT: Readonly<Record<number, number>> = {
  4624: 2,
  4656: 1,
  4663: 1,
  4688: 2,
  4697: 1,
  4698: 1,
  5140: 1,
  5156: 1,
};

/** Any Security event, in the version given or the current one. */
export function event(
  eventId: number,
  fields: FieldInputs = {},
  setting: Setting & { readonly version?: number } = {},
): EventModel {
  const version = setting.version ?? CURRENT[eventId] ?? 0;
  const kind = KINDS[`${eventId}/${version}`];
  if (kind === undefined) throw new Error(`no layout for Security ${eventId} version ${version}`);
  return eventData(SECURITY, eventId, { ...kind, version }, fields, setting);
}

export interface Account {
  readonly sid: string;
  readonly name: string;
  readonly domain: string;
}

export const SYSTEM_ACCOUNT: Account = { sid: 'S-1-5-18', name: 'SYSTEM', domain: 'NT AUTHORITY' };

/** The machine's own account as Subject of what the system does. */
export function machineAccount(computer: string, domain = 'CORP'): Account {
  return { sid: 'S-1-5-18', name: `${computer.split('.')[0]}$`, domain };
}

export function subject(account: Account, logonId: bigint): FieldInputs {
  return {
    SubjectUserSid: account.sid,
    SubjectUserName: account.name,
    SubjectDomainName: account.domain,
    SubjectLogonId: logonId,
  };
}

export function target(account: Account): FieldInputs {
  return { TargetUserSid: account.sid, TargetUserName: account.name, TargetDomainName: account.domain };
}

/** 4624: a logon. Remote ones name their address; the defaults are those of a network logon by NTLM. */
export function logon(
  facts: {
    readonly account: Account;
    readonly logonId: bigint;
    readonly type?: number;
    readonly address?: string;
    readonly port?: number;
    readonly workstation?: string;
    readonly logonProcess?: string;
    readonly authentication?: string;
    readonly impersonation?: string;
    readonly logonGuid?: string;
    readonly isElevated?: boolean;
    readonly subject?: FieldInputs;
    readonly processId?: bigint;
    readonly processName?: string;
  },
  setting: Setting & { readonly version?: number } = {},
): EventModel {
  const version = setting.version ?? 2;
  const isNtlm = (facts.authentication ?? 'NTLM') === 'NTLM';
  return event(
    4624,
    {
      ...facts.subject,
      ...target(facts.account),
      TargetLogonId: facts.logonId,
      LogonType: facts.type ?? 3,
      LogonProcessName: facts.logonProcess ?? 'NtLmSsp ',
      AuthenticationPackageName: facts.authentication ?? 'NTLM',
      WorkstationName: facts.workstation ?? '-',
      LogonGuid: facts.logonGuid ?? '00000000-0000-0000-0000-000000000000',
      LmPackageName: isNtlm ? 'NTLM V2' : '-',
      KeyLength: isNtlm ? 128 : 0,
      ProcessId: facts.processId ?? 0n,
      ProcessName: facts.processName ?? '-',
      IpAddress: facts.address ?? '-',
      IpPort: facts.port === undefined ? '-' : String(facts.port),
      ...(version >= 1 ? { ImpersonationLevel: facts.impersonation ?? '%%1833' } : {}),
      ...(version >= 2
        ? { VirtualAccount: '%%1843', ElevatedToken: (facts.isElevated ?? true) ? '%%1842' : '%%1843' }
        : {}),
    },
    setting,
  );
}

/** 4634: the logon's end. */
export function logoff(account: Account, logonId: bigint, type = 3, setting: Setting = {}): EventModel {
  return event(4634, { ...target(account), TargetLogonId: logonId, LogonType: type }, setting);
}

/** 4672: special privileges, with the LogonId of its logon. */
export function specialLogon(account: Account, logonId: bigint, setting: Setting = {}): EventModel {
  const privileges = ['SeSecurityPrivilege', 'SeBackupPrivilege', 'SeRestorePrivilege', 'SeDebugPrivilege'];
  return event(4672, { ...subject(account, logonId), PrivilegeList: privileges.join('\r\n\t\t\t') }, setting);
}

/** 4688: a process started; versions 0 and 1 leave out what they did not have (DOMAIN 2.1). */
export function processCreation(
  facts: {
    readonly pid: bigint;
    readonly image: string;
    readonly commandLine?: string;
    readonly creatorPid: bigint;
    readonly creatorImage?: string;
    readonly subject: FieldInputs;
    /** The account that the child runs as, where it is not the creator's. */
    readonly target?: FieldInputs;
    readonly targetLogonId?: bigint;
  },
  setting: Setting & { readonly version?: 0 | 1 | 2 } = {},
): EventModel {
  const version = setting.version ?? 2;
  return event(
    4688,
    {
      ...facts.subject,
      NewProcessId: facts.pid,
      NewProcessName: facts.image,
      TokenElevationType: '%%1936',
      ProcessId: facts.creatorPid,
      ...(version >= 1 ? { CommandLine: facts.commandLine ?? '' } : {}),
      ...(version >= 2
        ? {
            ...facts.target,
            TargetLogonId: facts.targetLogonId ?? 0n,
            ParentProcessName: facts.creatorImage ?? 'C:\\Windows\\System32\\services.exe',
            MandatoryLabel: 'S-1-16-16384',
          }
        : {}),
    },
    { ...setting, version, processId: setting.processId ?? 4 },
  );
}

/** 4648: credentials used towards a server, which the service name tells the protocol of (DOMAIN 2.2 #47). */
export function explicitLogon(
  facts: {
    readonly subject: FieldInputs;
    readonly target: Account;
    readonly server: string;
    /** `RPCSS/SRV-02.corp.local`. */
    readonly spn?: string;
    readonly pid: bigint;
    readonly image: string;
    readonly ticketGuid?: string;
  },
  setting: Setting = {},
): EventModel {
  return event(
    4648,
    {
      ...facts.subject,
      TargetUserName: facts.target.name,
      TargetDomainName: facts.target.domain,
      ...(facts.ticketGuid === undefined ? {} : { TargetLogonGuid: facts.ticketGuid }),
      TargetServerName: facts.server,
      TargetInfo: facts.spn ?? facts.server,
      ProcessId: facts.pid,
      ProcessName: facts.image,
    },
    setting,
  );
}

/** 4769 of a domain controller: a ticket for a machine. Its address is always mapped (DOMAIN 2.2 #24). */
export function serviceTicket(
  facts: {
    readonly account: Account;
    readonly realm: string;
    readonly service: string;
    readonly address: string;
    readonly guid?: string;
    readonly status?: number;
  },
  setting: Setting = {},
): EventModel {
  return event(
    4769,
    {
      TargetUserName: `${facts.account.name}@${facts.realm}`,
      TargetDomainName: facts.realm,
      ServiceName: facts.service,
      ServiceSid: 'S-1-5-21-1-2-3-1112',
      TicketOptions: 0x40810000,
      TicketEncryptionType: 0x12,
      IpAddress: `::ffff:${facts.address}`,
      IpPort: '60064',
      Status: facts.status ?? 0,
      ...(facts.guid === undefined ? {} : { LogonGuid: facts.guid }),
    },
    setting,
  );
}

/** 5145: a file was reached through a share. */
export function shareAccess(
  facts: {
    readonly subject: FieldInputs;
    readonly address: string;
    readonly share?: string;
    readonly name: string;
    readonly mask?: number;
  },
  setting: Setting = {},
): EventModel {
  return event(
    5145,
    {
      ...facts.subject,
      ObjectType: 'File',
      IpAddress: facts.address,
      IpPort: '47020',
      ShareName: `\\\\*\\${facts.share ?? 'ADMIN$'}`,
      ShareLocalPath: '\\??\\C:\\Windows',
      RelativeTargetName: facts.name,
      AccessMask: facts.mask ?? 1,
    },
    setting,
  );
}

/** 1102: the Security log was cleared. Its fields are UserData of the Eventlog provider. */
export function logCleared(account: Account, logonId: bigint, setting: Setting = {}): EventModel {
  const source = {
    ...SECURITY,
    provider: 'Microsoft-Windows-Eventlog',
    providerGuid: EVENTLOG_GUID,
    level: 4,
    keywords: 0x4020000000000000n,
    processId: 1012,
  };
  return modelOf(
    source,
    1102,
    { task: 104 },
    {
      kind: 'userData',
      element: 'LogFileCleared',
      xmlns: 'http://manifests.microsoft.com/win/2004/08/windows/eventlog',
      fields: fieldValues(SUBJECT, subject(account, logonId)),
    },
    setting,
  );
}
