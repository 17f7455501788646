import { type Account, type EventModel, type Setting, security, sysmon } from '../events/index.ts';
import { utcTimeOf } from '../evtx/filetime.ts';
import type { Xorshift } from '../evtx/xorshift.ts';

export const DOMAIN = 'CORP';
export const DNS_DOMAIN = 'corp.example.com';
export const REALM = 'CORP.EXAMPLE.COM';
const DOMAIN_SID = 'S-1-5-21-1004336348-1177238915-682003330';

/** An account of the simulated domain. */
export function person(name: string, rid: number): Account {
  return { sid: `${DOMAIN_SID}-${rid}`, name, domain: DOMAIN };
}

/** A process that runs on a simulated host; times are of the true clock, FILETIME. */
export interface SimulatedProcess {
  readonly pid: number;
  readonly image: string;
  readonly commandLine: string;
  readonly guid: string;
  readonly account: Account;
  readonly logonId: bigint;
}

export interface StartOptions {
  readonly image: string;
  readonly commandLine?: string;
  readonly parent: SimulatedProcess;
  /** Whose process it is, where it is not the parent's. */
  readonly account?: Account;
  readonly logonId?: bigint;
  readonly integrity?: string;
  readonly terminalSession?: number;
}

const NETWORK_SERVICE: Account = { sid: 'S-1-5-20', name: 'NETWORK SERVICE', domain: 'NT AUTHORITY' };
const SVCHOST = 'C:\\Windows\\System32\\svchost.exe';

/** `\device\harddiskvolume2\windows\system32\svchost.exe`, as 5156 writes programs (DOMAIN 2.2 #39). */
function devicePath(image: string): string {
  return image === 'System' ? image : `\\device\\harddiskvolume2\\${image.slice(3).toLowerCase()}`;
}

/** One machine: its names, its clock, and what it hands out. */
export class SimulatedHost {
  readonly computer: string;
  /** The first part, upper case. */
  readonly name: string;
  readonly address: string;
  /** What its clock is ahead of the true one, units of 100 ns. */
  readonly clockOffset: bigint;
  /** First part of Sysmon's GUIDs (DOMAIN 2.2 #21). */
  readonly machine: number;
  readonly random: Xorshift;
  /** The parents and servers that every machine has. */
  readonly services: Readonly<Record<'services' | 'dcom' | 'rpc' | 'winmgmt' | 'winrm' | 'lsass', SimulatedProcess>>;
  readonly kernel: SimulatedProcess;
  /** Port on which Winmgmt listens since the boot. */
  readonly winmgmtPort: number;
  #pid: number;
  #logonId: bigint;
  #port: number;

  constructor(name: string, address: string, clockOffset: bigint, random: Xorshift) {
    this.name = name;
    this.computer = `${name}.${DNS_DOMAIN}`;
    this.address = address;
    this.clockOffset = clockOffset;
    this.random = random;
    this.machine = random.next();
    this.#pid = 2000 + 4 * random.below(200);
    this.#logonId = 0x40000n + BigInt(random.below(0x10000));
    this.#port = 49700 + random.below(6000);
    this.winmgmtPort = 49152 + 512 + random.below(30);
    const system = security.SYSTEM_ACCOUNT;
    const of = (pid: number, image: string, commandLine: string, account = system, logonId = 0x3e7n) => ({
      pid,
      image,
      commandLine,
      guid: sysmon.processGuid(pid, 0x01db930000000000n, this.machine),
      account,
      logonId,
    });
    const group = (pid: number, line: string, account = system, logonId = 0x3e7n) =>
      of(pid, SVCHOST, `C:\\Windows\\system32\\svchost.exe -k ${line}`, account, logonId);
    this.kernel = of(4, 'System', 'System');
    this.services = {
      services: of(680, 'C:\\Windows\\System32\\services.exe', 'C:\\Windows\\system32\\services.exe'),
      lsass: of(712, 'C:\\Windows\\System32\\lsass.exe', 'C:\\Windows\\system32\\lsass.exe'),
      dcom: group(860, 'DcomLaunch -p'),
      rpc: group(996, 'RPCSS -p', NETWORK_SERVICE, 0x3e4n),
      winmgmt: group(1240, 'netsvcs -p -s Winmgmt'),
      winrm: group(1012, 'NetworkService -p -s WinRM', NETWORK_SERVICE, 0x3e4n),
    };
  }

  /** Its own clock at a true time. */
  at(time: bigint): Setting {
    return { computer: this.computer, time: time + this.clockOffset };
  }

  pid(): number {
    this.#pid += 4 * (1 + this.random.below(9));
    if (this.#pid > 60_000) this.#pid = 2000;
    return this.#pid;
  }

  logonId(): bigint {
    this.#logonId += BigInt(0x15 + this.random.below(0x90));
    return this.#logonId;
  }

  /** A client port, as the stack hands them out: one after the other. */
  port(): number {
    this.#port = this.#port >= 65_500 ? 49_700 : this.#port + 1;
    return this.#port;
  }

  machineAccount(): Account {
    return { sid: 'S-1-5-18', name: `${this.name}$`, domain: DOMAIN };
  }

  /** The process as the parent of others without a start of its own in the logs: a shell of somebody who signed in. */
  running(image: string, account: Account, logonId: bigint, time: bigint): SimulatedProcess {
    const pid = this.pid();
    const guid = sysmon.processGuid(pid, time + this.clockOffset, this.machine);
    return { pid, image, commandLine: image, guid, account, logonId };
  }

  /** A start: Sysmon 1 and 4688, the latter some milliseconds later. */
  start(out: EventModel[], time: bigint, options: StartOptions): SimulatedProcess {
    const { image, parent } = options;
    const account = options.account ?? parent.account;
    const logonId = options.logonId ?? parent.logonId;
    const commandLine = options.commandLine ?? image;
    const pid = this.pid();
    const guid = sysmon.processGuid(pid, time + this.clockOffset, this.machine);
    const started = { pid, image, commandLine, guid, account, logonId };
    const logon = Buffer.alloc(8);
    logon.writeBigUInt64LE(logonId);
    const isSystem = logonId < 0x400n;
    out.push(
      sysmon.event(
        1,
        {
          ProcessGuid: guid,
          ProcessId: pid,
          Image: image,
          OriginalFileName: image.slice(image.lastIndexOf('\\') + 1),
          CommandLine: commandLine,
          CurrentDirectory: 'C:\\Windows\\system32\\',
          User: `${account.domain}\\${account.name}`,
          LogonGuid: `${this.machine.toString(16).padStart(8, '0')}-0000-69b2-${logon.toString('hex').replace(/^(.{4})/, '$1-')}`,
          LogonId: logonId,
          TerminalSessionId: options.terminalSession ?? 0,
          IntegrityLevel: options.integrity ?? (isSystem ? 'System' : 'High'),
          Hashes: `SHA256=${(this.machine + pid).toString(16).padStart(64, '0')}`,
          ParentProcessGuid: parent.guid,
          ParentProcessId: parent.pid,
          ParentImage: parent.image,
          ParentCommandLine: parent.commandLine,
          ParentUser: `${parent.account.domain}\\${parent.account.name}`,
        },
        this.at(time),
      ),
    );
    // The kernel shows SYSTEM and its kind by the machine's account; a token of its own stands in Target (DOMAIN 2.2 #16).
    const isParentSystem = parent.logonId < 0x400n;
    const subject = isParentSystem ? { ...this.machineAccount(), sid: parent.account.sid } : parent.account;
    const hasOwnToken = logonId !== parent.logonId;
    const target = isSystem ? this.machineAccount() : account;
    out.push(
      security.processCreation(
        {
          pid: BigInt(pid),
          image,
          commandLine,
          creatorPid: BigInt(parent.pid),
          creatorImage: parent.image,
          subject: security.subject(subject, parent.logonId),
          ...(hasOwnToken
            ? {
                target: { TargetUserName: target.name, TargetDomainName: target.domain },
                targetLogonId: logonId,
              }
            : {}),
        },
        this.at(time + 40_000n + BigInt(this.random.below(90_000))),
      ),
    );
    return started;
  }

  end(out: EventModel[], time: bigint, process: SimulatedProcess): void {
    out.push(
      sysmon.event(
        5,
        {
          ProcessGuid: process.guid,
          ProcessId: process.pid,
          Image: process.image,
          User: `${process.account.domain}\\${process.account.name}`,
        },
        this.at(time),
      ),
      security.event(
        4689,
        {
          ...security.subject(process.account, process.logonId),
          ProcessId: BigInt(process.pid),
          ProcessName: process.image,
        },
        this.at(time),
      ),
    );
  }

  /**
   * One end of a TCP connection: 5156 at its time, Sysmon 3 up to three seconds later, with a UtcTime of its own that is
   * off either way (SETTLED C1). Both ends are given as client and server, as current builds write them (DOMAIN 2.2 #51).
   */
  connection(
    out: EventModel[],
    time: bigint,
    process: SimulatedProcess,
    ends: {
      readonly client: string;
      readonly clientPort: number;
      readonly server: string;
      readonly serverPort: number;
      readonly isOutbound: boolean;
    },
  ): void {
    out.push(
      security.event(
        5156,
        {
          ProcessID: process.pid,
          Application: devicePath(process.image),
          Direction: ends.isOutbound ? '%%14593' : '%%14592',
          SourceAddress: ends.client,
          SourcePort: String(ends.clientPort),
          DestAddress: ends.server,
          DestPort: String(ends.serverPort),
          Protocol: 6,
          FilterRTID: ends.isOutbound ? 69141n : 71927n,
          LayerName: ends.isOutbound ? '%%14611' : '%%14610',
          LayerRTID: ends.isOutbound ? 48n : 44n,
        },
        this.at(time),
      ),
    );
    const logged = this.at(time + BigInt(2_000_000 + this.random.below(26_000_000)));
    out.push(
      sysmon.event(
        3,
        {
          UtcTime: utcTimeOf(time + this.clockOffset + BigInt(this.random.below(12_000_000)) - 10_000_000n),
          ProcessGuid: process.guid,
          ProcessId: process.pid,
          Image: process.image,
          User: `${process.account.domain}\\${process.account.name}`,
          Protocol: 'tcp',
          Initiated: ends.isOutbound,
          SourceIp: ends.client,
          SourcePort: ends.clientPort,
          DestinationIp: ends.server,
          DestinationPort: ends.serverPort,
        },
        logged,
      ),
    );
  }
}
