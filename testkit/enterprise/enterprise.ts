import type { Account, EventModel } from '../events/index.ts';
import { filetimeOf, seconds } from '../evtx/filetime.ts';
import { Xorshift } from '../evtx/xorshift.ts';
import { person, SimulatedHost } from './host.ts';

export interface EnterpriseOptions {
  readonly seed?: number;
  /** Machines beside the domain controller, at least two; 10. */
  readonly hosts?: number;
  /** UTC text; the true time at which the day begins. */
  readonly start?: string;
  /** Clocks are off by up to so many milliseconds either way; 400. */
  readonly clockErrorMs?: number;
}

/** What a machine records. Without it: everything that the simulator knows to write. */
export type LogName = 'security' | 'sysmon' | 'wmi' | 'winrm' | 'powershell';

const CHANNELS: Readonly<Record<string, LogName>> = {
  Security: 'security',
  'Microsoft-Windows-Sysmon/Operational': 'sysmon',
  'Microsoft-Windows-WMI-Activity/Operational': 'wmi',
  'Microsoft-Windows-WinRM/Operational': 'winrm',
  'Microsoft-Windows-PowerShell/Operational': 'powershell',
};

const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'] as const;

/** A domain with its machines and people. The same options give the same events, whatever the machine and the day. */
export class Enterprise {
  readonly random: Xorshift;
  /** FILETIME of the true clock. */
  readonly start: bigint;
  readonly controller: SimulatedHost;
  readonly hosts: readonly SimulatedHost[];
  readonly people: readonly Account[];
  readonly administrator: Account;
  readonly #silent = new Map<string, ReadonlySet<LogName>>();

  constructor(options: EnterpriseOptions = {}) {
    this.random = new Xorshift(options.seed ?? 1);
    this.start = filetimeOf(options.start ?? '2026-03-12T08:00:00Z');
    const error = options.clockErrorMs ?? 400;
    const count = Math.max(2, options.hosts ?? 10);
    const make = (name: string, address: string): SimulatedHost => {
      const offsetMs = error === 0 ? 0 : this.random.below(2 * error + 1) - error;
      return new SimulatedHost(name, address, BigInt(offsetMs) * 10_000n, new Xorshift(this.random.next()));
    };
    this.controller = make('DC-01', '10.20.0.10');
    this.hosts = Array.from({ length: count }, (_, i) => {
      // Every fourth machine is a server.
      const number = String(i + 1).padStart(4, '0');
      return make(`${i % 4 === 3 ? 'SRV' : 'WS'}-${number}`, `10.20.${4 + (i >> 7)}.${10 + (i & 0x7f)}`);
    });
    this.people = NAMES.map((name, i) => person(name, 1104 + i));
    this.administrator = person('adm-olaf', 1190);
  }

  /** The n-th machine; beyond the last one it goes round. */
  host(n: number): SimulatedHost {
    const host = this.hosts[n % this.hosts.length];
    if (host === undefined) throw new RangeError('there are no machines');
    return host;
  }

  person(n: number): Account {
    return this.people[n % this.people.length] ?? this.administrator;
  }

  /** A true time so many seconds after the start. */
  after(s: number): bigint {
    return this.start + seconds(s);
  }

  /** Machines or logs of which nothing is collected: their records are left out of `seen`. */
  silence(host: SimulatedHost, ...logs: readonly LogName[]): void {
    const all: readonly LogName[] = ['security', 'sysmon', 'wmi', 'winrm', 'powershell'];
    this.#silent.set(host.computer, new Set(logs.length === 0 ? all : logs));
  }

  /** False for a record of a log that nobody collects. */
  isSeen(event: EventModel): boolean {
    const silent = this.#silent.get(event.computer);
    const log = CHANNELS[event.channel];
    return silent === undefined || log === undefined || !silent.has(log);
  }
}
