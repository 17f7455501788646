import { channelKey, type Event } from '../windows/index.ts';
import { AuthzLogons } from './authz-logons.ts';
import { type ExplicitLogon, ExplicitLogons } from './explicit-logons.ts';
import { FileFacts } from './file-facts.ts';
import { type Naming, type RemoteCall, RemoteCalls } from './remote-calls.ts';
import { Shares } from './shares.ts';
import { Tickets } from './tickets.ts';
import type { ProcessStart } from './types.ts';
import { type WinrmSession, WinrmSessions } from './winrm-sessions.ts';
import { WmiClients } from './wmi-clients.ts';

/** What one record added: calls that it states, credentials that were used, a caller by WinRM. */
export interface Latest {
  readonly calls: readonly RemoteCall[];
  readonly credentials?: ExplicitLogon | undefined;
  readonly session?: WinrmSession | undefined;
}

const NOTHING: Latest = { calls: [] };

/** What clients and targets of remote calls log beside logons, processes and connections (DOMAIN 2.3: J5 to J8, J10 to J18). */
export class CallRecords {
  readonly explicitLogons: ExplicitLogons;
  readonly tickets: Tickets;
  readonly remoteCalls: RemoteCalls;
  readonly wmiClients: WmiClients;
  readonly shares: Shares = new Shares();
  readonly winrm: WinrmSessions = new WinrmSessions();
  readonly authz: AuthzLogons = new AuthzLogons();
  readonly files: FileFacts = new FileFacts();
  #latest: Latest = NOTHING;
  readonly #stated = new WeakMap<ProcessStart, readonly RemoteCall[]>();

  constructor(naming: Naming) {
    const hostOf = (name: string): string => naming.find(name) ?? name.trim().toLowerCase();
    this.explicitLogons = new ExplicitLogons(hostOf);
    this.tickets = new Tickets(hostOf);
    this.remoteCalls = new RemoteCalls(naming);
    this.wmiClients = new WmiClients(hostOf);
  }

  /** What the record last accepted added. */
  get latest(): Latest {
    return this.#latest;
  }

  accept(host: string, event: Event): void {
    this.#latest = NOTHING;
    switch (channelKey(event)) {
      case 'security':
        this.#acceptSecurity(host, event);
        break;
      case 'microsoft-windows-sysmon/operational':
        if (event.eventId === 23 || event.eventId === 26) this.files.removed(host, event);
        break;
      case 'microsoft-windows-wmi-activity/operational':
        if (event.eventId === 5858 || event.eventId === 5860) this.wmiClients.accept(host, event);
        break;
      case 'microsoft-windows-wmi-activity/trace':
        if (event.eventId === 11 || event.eventId === 22 || event.eventId === 23) this.wmiClients.accept(host, event);
        break;
      case 'microsoft-windows-winrm/operational':
        this.#acceptWinrm(host, event);
        break;
      case 'microsoft-windows-powershell/operational':
      case 'powershellcore/operational':
        if (event.eventId === 4103 || event.eventId === 4104) this.#acceptScript(host, event);
        break;
      case 'windows powershell':
        if (event.eventId === 800) this.#acceptScript(host, event);
        break;
      default:
    }
  }

  /** Takes in a settled start of a process. */
  started(start: ProcessStart): void {
    const calls = this.remoteCalls.started(start);
    if (calls.length > 0) this.#stated.set(start, calls);
    this.files.started(start);
  }

  /** Calls that the command line of a settled start states. */
  statedBy(start: ProcessStart): readonly RemoteCall[] {
    return this.#stated.get(start) ?? [];
  }

  expire(nowMs: number): void {
    this.explicitLogons.expire(nowMs);
    this.tickets.expire(nowMs);
    this.remoteCalls.expire(nowMs);
    this.wmiClients.expire(nowMs);
    this.shares.expire(nowMs);
    this.winrm.expire(nowMs);
  }

  get evicted(): Readonly<Record<string, number>> {
    return {
      explicitLogons: this.explicitLogons.evicted,
      tickets: this.tickets.evicted,
      remoteCalls: this.remoteCalls.evicted,
      wmiClientsElsewhere: this.wmiClients.evicted,
      shareAccesses: this.shares.evicted,
      winrmSessions: this.winrm.evicted,
      authzLogons: this.authz.evicted,
      files: this.files.evicted,
    };
  }

  #acceptSecurity(host: string, event: Event): void {
    switch (event.eventId) {
      case 4624:
        this.authz.accept(host, event);
        break;
      case 4648:
        this.#latest = { calls: [], credentials: this.explicitLogons.accept(host, event) };
        break;
      case 4656:
      case 4662:
      case 4663:
        this.#latest = { calls: [], session: this.winrm.acceptObject(host, event) };
        break;
      case 4769:
        this.tickets.accept(host, event);
        break;
      case 5140:
      case 5145:
        this.shares.accept(host, event);
        break;
      default:
    }
  }

  #acceptScript(host: string, event: Event): void {
    this.#latest = { calls: this.remoteCalls.accept(host, event) };
  }

  #acceptWinrm(host: string, event: Event): void {
    const { session, operation } = this.winrm.accept(host, event);
    if (session !== undefined) this.#latest = { calls: [], session };
    if (operation?.target === undefined) return;
    const verb = /^(?:invoke|create|put|delete)$/i.test(operation.operation ?? '') ? 'write' : 'read';
    const call = { target: operation.target, verb, tool: 'winrm', transport: 'winrm' } as const;
    this.#latest = { calls: this.remoteCalls.addStated(operation, call, '145', operation.sid) };
  }
}
