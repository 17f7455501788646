import { type Account, type EventModel, security, sysmon, winrm, wmi } from '../events/index.ts';
import { REALM, type SimulatedHost, type SimulatedProcess } from './host.ts';

export type Authentication = 'Kerberos' | 'NTLM';

/** One machine that calls another: what both of them and the domain controller record of it. */
export interface RemoteCall {
  readonly target: SimulatedHost;
  /** As whom. */
  readonly account: Account;
  readonly authentication?: Authentication;
  /** Absent: a machine of which nothing is recorded, at `address`. */
  readonly source?: SimulatedHost;
  /** The program on the source. */
  readonly caller?: SimulatedProcess;
  /** As the target sees it, where that is not the source's own: a router in between rewrites address and port. */
  readonly address?: string;
  readonly controller?: SimulatedHost;
}

export interface CallRecords {
  /** LogonId of the activation on port 135: what DCOM servers run under (DOMAIN 2.2 #49). */
  readonly activationLogonId: bigint;
  /** LogonId of the last logon on the dynamic port: what a child of WMI runs under (DOMAIN 2.2 #23). */
  readonly logonId: bigint;
  readonly address: string;
  /** True time at which the method is called. */
  readonly calledAt: bigint;
}

const MS = 10_000n;

function guid(host: SimulatedHost): string {
  const hex = Buffer.from(host.random.bytes(16)).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** 4672 and 4624 of a network logon. */
export function networkLogon(
  out: EventModel[],
  time: bigint,
  call: RemoteCall,
  facts: {
    readonly port?: number;
    readonly logonGuid?: string;
    readonly impersonation?: string;
    readonly isElevated?: boolean;
  },
): bigint {
  const { target, account } = call;
  const logonId = target.logonId();
  const isKerberos = (call.authentication ?? 'Kerberos') === 'Kerberos';
  if (facts.isElevated ?? true) out.push(security.specialLogon(account, logonId, target.at(time - 100n)));
  const address = facts.port === undefined ? undefined : addressOf(call);
  out.push(
    security.logon(
      {
        account: isKerberos ? { ...account, domain: REALM } : account,
        logonId,
        ...(address === undefined ? {} : { address }),
        ...(facts.port === undefined ? {} : { port: facts.port }),
        authentication: isKerberos ? 'Kerberos' : 'NTLM',
        logonProcess: isKerberos ? 'Kerberos' : 'NtLmSsp ',
        ...(isKerberos ? { logonGuid: facts.logonGuid ?? guid(target) } : {}),
        ...(isKerberos || call.source === undefined ? {} : { workstation: call.source.name }),
        impersonation: facts.impersonation ?? '%%1833',
        isElevated: facts.isElevated ?? true,
      },
      target.at(time),
    ),
  );
  return logonId;
}

function addressOf(call: RemoteCall): string {
  return call.address ?? call.source?.address ?? '';
}

/** A connection as both ends record it; gives the port that the target sees. */
export function connect(
  out: EventModel[],
  time: bigint,
  call: RemoteCall,
  process: SimulatedProcess | undefined,
  server: SimulatedProcess,
  serverPort: number,
): number {
  const { source, target } = call;
  const isRewritten = call.address !== undefined && source !== undefined && call.address !== source.address;
  const clientPort = source?.port() ?? 32_768 + target.random.below(28_000);
  const seenPort = isRewritten ? 1024 + target.random.below(60_000) : clientPort;
  if (source !== undefined && process !== undefined) {
    const ends = { client: source.address, clientPort, server: target.address, serverPort, isOutbound: true };
    source.connection(out, time, process, ends);
  }
  const client = addressOf(call);
  const ends = { client, clientPort: seenPort, server: target.address, serverPort, isOutbound: false };
  target.connection(out, time + MS / 2n + BigInt(target.random.below(60_000)), server, ends);
  return seenPort;
}

/** 4769 of the controller, and 4768 before it where the account has no ticket yet (DOMAIN 2.1). */
export function serviceTicket(out: EventModel[], time: bigint, call: RemoteCall, hasTicket = true): string {
  const { controller, source, target, account } = call;
  const logonGuid = guid(target);
  if (controller === undefined || source === undefined) return logonGuid;
  const client = { IpAddress: `::ffff:${source.address}`, TicketEncryptionType: 0x12 };
  if (!hasTicket) {
    out.push(
      security.event(
        4768,
        {
          ...client,
          TargetUserName: account.name,
          TargetDomainName: account.domain,
          TargetSid: account.sid,
          ServiceName: 'krbtgt',
          ServiceSid: account.sid.replace(/\d+$/, '502'),
          TicketOptions: 0x40810010,
          PreAuthType: '2',
          IpPort: String(source.port()),
          CertIssuerName: '',
          CertSerialNumber: '',
          CertThumbprint: '',
        },
        controller.at(time - 4n * MS),
      ),
    );
  }
  out.push(
    security.event(
      4769,
      {
        ...client,
        TargetUserName: `${account.name}@${REALM}`,
        TargetDomainName: REALM,
        ServiceName: `${target.name}$`,
        ServiceSid: account.sid.replace(/\d+$/, String(2000 + (target.machine % 1000))),
        TicketOptions: 0x40810000,
        IpPort: String(source.port()),
        LogonGuid: logonGuid,
      },
      controller.at(time),
    ),
  );
  return logonGuid;
}

/** A call by DCOM: the activation on 135, the object on a dynamic port of its server, and the logons of both. */
export function dcomCall(
  out: EventModel[],
  time: bigint,
  call: RemoteCall,
  server?: { readonly process: SimulatedProcess; readonly port: number },
): CallRecords {
  const { source, target, caller } = call;
  const { rpc, winmgmt } = target.services;
  const object = server ?? { process: winmgmt, port: target.winmgmtPort };
  // A Windows client resolves and activates by its own RPCSS; other clients do it themselves (DOMAIN 1.3).
  const activator = source?.services.rpc;
  connect(out, time, call, activator, rpc, 135);
  const activation = connect(out, time + 3n * MS, call, activator, rpc, 135);
  if (call.authentication !== 'NTLM') serviceTicket(out, time + 5n * MS, call);
  const logonGuid = guid(target);
  const activationLogonId = networkLogon(out, time + 9n * MS, call, { port: activation, logonGuid });
  const method = connect(out, time + 20n * MS, call, caller, object.process, object.port);
  const first = networkLogon(out, time + 26n * MS, call, { port: method, logonGuid, impersonation: '%%1832' });
  const logonId = networkLogon(out, time + 34n * MS, call, { port: method, logonGuid });
  // The idle ones close soon; the child's stays open (DOMAIN 2.2 #48).
  out.push(security.logoff(call.account, first, 3, target.at(time + 60n * MS)));
  return { activationLogonId, logonId, address: addressOf(call), calledAt: time + 45n * MS };
}

/** A call of WMI through WS-Management: the kernel accepts it, and a Kerberos logon tells no address (DOMAIN 2.2 #25). */
export function winrmCall(out: EventModel[], time: bigint, call: RemoteCall, namespace = 'root\\cimv2'): CallRecords {
  const { source, target, account, caller } = call;
  connect(out, time, call, caller, target.kernel, 5985);
  serviceTicket(out, time + 4n * MS, call);
  if (source !== undefined && caller !== undefined) {
    out.push(explicitLogon(source, time + 6n * MS, caller, account, target, `HTTP/${target.computer}`));
  }
  const logonId = networkLogon(out, time + 12n * MS, call, {});
  const { winrm: service } = target.services;
  const at = { ...target.at(time + 16n * MS), processId: service.pid };
  out.push(
    winrm.authenticated(`${account.domain}\\${account.name}`, 'Kerberos', at),
    winrm.requestReceived(winrm.wmiResource(namespace, 'Win32_Process'), account.sid, {
      ...at,
      ...target.at(time + 17n * MS),
    }),
  );
  return { activationLogonId: logonId, logonId, address: addressOf(call), calledAt: time + 40n * MS };
}

/** 4648: a process used credentials for a machine (DOMAIN 2.2 #47). */
export function explicitLogon(
  source: SimulatedHost,
  time: bigint,
  process: SimulatedProcess,
  account: Account,
  target: SimulatedHost,
  targetInfo: string,
  targetLogonGuid = '00000000-0000-0000-0000-000000000000',
  subject: SimulatedProcess = process,
): EventModel {
  return security.event(
    4648,
    {
      ...security.subject(subject.account, subject.logonId),
      TargetUserName: account.name,
      TargetDomainName: targetLogonGuid.startsWith('00000000') ? account.domain : REALM,
      TargetLogonGuid: targetLogonGuid,
      TargetServerName: target.computer,
      TargetInfo: targetInfo,
      ProcessId: BigInt(process.pid),
      ProcessName: process.image,
    },
    source.at(time),
  );
}

/** The provider host starts below DcomLaunch and loads a provider; it serves every call after it. */
export function providerHost(out: EventModel[], time: bigint, host: SimulatedHost): SimulatedProcess {
  const provider = host.start(out, time, {
    image: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    commandLine: 'C:\\Windows\\system32\\wbem\\wmiprvse.exe -secured -Embedding',
    parent: host.services.dcom,
    account: host.services.rpc.account,
    logonId: 0x3e4n,
  });
  out.push(
    wmi.providerStarted(
      'CIMWin32',
      '%systemroot%\\system32\\wbem\\cimwin32.dll',
      provider.pid,
      host.at(time + 30n * MS),
    ),
  );
  return provider;
}

/** Win32_Process.Create: the child under the caller's logon. */
export function createdProcess(
  out: EventModel[],
  call: RemoteCall,
  records: CallRecords,
  provider: SimulatedProcess,
  image: string,
  commandLine: string,
): { readonly process: SimulatedProcess; readonly time: bigint } {
  const time = records.calledAt + BigInt(call.target.random.below(200_000));
  const process = call.target.start(out, time, {
    image,
    commandLine,
    parent: provider,
    account: call.account,
    logonId: records.logonId,
  });
  return { process, time };
}

/** 5140 and 5145 on a share; `address` and `port` are the client's. */
export function shareAccess(
  out: EventModel[],
  time: bigint,
  host: SimulatedHost,
  facts: {
    readonly account: Account;
    readonly logonId: bigint;
    readonly address: string;
    readonly port: number;
    readonly share?: string;
    readonly file: string;
    readonly masks: readonly number[];
  },
): void {
  const share = facts.share ?? 'ADMIN$';
  const common = {
    ...security.subject(facts.account, facts.logonId),
    ObjectType: 'File',
    IpAddress: facts.address,
    IpPort: String(facts.port),
    ShareName: `\\\\*\\${share}`,
    ShareLocalPath: share === 'ADMIN$' ? '\\??\\C:\\Windows' : `\\??\\C:\\${share === 'C$' ? '' : share}`,
  };
  out.push(security.event(5140, { ...common, AccessMask: 1, AccessList: '%%4416\r\n\t\t\t\t' }, host.at(time)));
  for (const [i, mask] of facts.masks.entries()) {
    out.push(
      security.event(
        5145,
        { ...common, RelativeTargetName: facts.file, AccessMask: mask, AccessList: '%%4416\r\n\t\t\t\t' },
        host.at(time + BigInt(i + 1) * 6n * MS),
      ),
    );
  }
}

/** Sysmon 10: a process opened another one's memory. */
export function processAccess(
  host: SimulatedHost,
  time: bigint,
  from: SimulatedProcess,
  to: SimulatedProcess,
  grantedAccess: number,
): EventModel {
  return sysmon.event(
    10,
    {
      SourceProcessGUID: from.guid,
      SourceProcessId: from.pid,
      SourceThreadId: 4711,
      SourceImage: from.image,
      TargetProcessGUID: to.guid,
      TargetProcessId: to.pid,
      TargetImage: to.image,
      GrantedAccess: grantedAccess,
      CallTrace:
        'C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|UNKNOWN(000001F2A4C30B2D)',
      SourceUser: `${from.account.domain}\\${from.account.name}`,
      TargetUser: 'NT AUTHORITY\\SYSTEM',
    },
    host.at(time),
  );
}
