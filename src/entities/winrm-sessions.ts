import { channelKey, type Event, getFolded, isWmiResource } from '../windows/index.ts';
import { joinAccount } from './account.ts';
import { FairTable } from './bounded.ts';
import { type DatedRow, DatedRows } from './dated-rows.ts';
import { logonIdOf, numberOf, textOf } from './field-values.ts';

/** A group is one host. */
const BOUNDS = { max: 16_384, quota: 1024, maxBytes: 16 << 20, keptMs: 3_600_000 };
/** A group is one host, a row a process id. */
const SERVICE_BOUNDS = { max: 4096, quota: 16 };
/** An operation of a client belongs to the session that it opened this long before at most. */
const SESSION_MS = 60_000;
/** Bytes of a payload that are read for a resource. */
const MAX_PAYLOAD_DIGITS = 8192;

/** What a record of WinRM tells: a caller at the target, or an operation of a client. */
export type WinrmPart = 'shell' | 'authenticated' | 'operation' | 'access';

/** One record of WinRM at a target (J17, R05). */
export interface WinrmSession extends DatedRow {
  readonly part: WinrmPart;
  /** SID of the remote caller. */
  readonly sid: string | undefined;
  readonly account: string | undefined;
  readonly logonId: string | undefined;
  readonly resourceUri: string | undefined;
  /** True for a resource of WMI; a shell or a listener is none (SETTLED C12). */
  readonly isWmi: boolean;
}

/** An operation on WMI that a client of this host began (WinRM 145). */
export interface WinrmOperation extends DatedRow {
  /** As the session's connection names it; undefined where no session of the client is in evidence. */
  readonly target: string | undefined;
  readonly operation: string | undefined;
  readonly sid: string | undefined;
}

interface ClientSession {
  readonly target: string;
  readonly timeMs: number;
}

/** Callers that came by WinRM, and operations on WMI that went out by it. */
export class WinrmSessions {
  readonly #rows = new DatedRows(BOUNDS, { host: (row: WinrmSession) => row.host });
  readonly #services = new FairTable<true>(SERVICE_BOUNDS);
  readonly #clients = new FairTable<ClientSession>({ max: 4096, quota: 64 });

  get evicted(): number {
    return this.#rows.evicted + this.#services.evicted + this.#clients.evicted;
  }

  /** Takes in a 6, 82, 91, 145 or 169 of WinRM; gives what it tells of a caller, or the operation of a client. */
  accept(host: string, event: Event): { readonly session?: WinrmSession; readonly operation?: WinrmOperation } {
    const pid = event.system('ProcessID');
    const resourceUri = resourceOf(event);
    switch (event.eventId) {
      case 6: {
        const target = /^([^/:]{1,255})/.exec(textOf(event, 'connection') ?? '')?.[1];
        if (target !== undefined) this.#clients.set(host, pid ?? '-', { target, timeMs: event.timeMs });
        return {};
      }
      case 145: {
        const session = this.#clients.get(host, pid ?? '-');
        const isNear = session !== undefined && event.timeMs - session.timeMs <= SESSION_MS;
        const operation = {
          ...dated(host, event),
          target: isNear ? session.target : undefined,
          operation: getFolded(event, 'operationName'),
          sid: event.system('UserID'),
        };
        return { operation };
      }
      case 91:
        this.#serviceIs(host, numberOf(pid));
        return { session: this.#add(host, event, { part: 'shell', sid: event.system('UserID'), resourceUri }) };
      case 82:
        return { session: this.#add(host, event, { part: 'operation', sid: event.system('UserID'), resourceUri }) };
      case 169:
        return { session: this.#add(host, event, { part: 'authenticated', account: getFolded(event, 'username') }) };
      default:
        return {};
    }
  }

  /** Takes in a 4656, 4662 or 4663 of the object servers `WMI` and `WS-Management Listener`. */
  acceptObject(host: string, event: Event): WinrmSession | undefined {
    const pid = numberOf(textOf(event, 'ProcessId'));
    if (event.get('ObjectServer') === 'WS-Management Listener') {
      this.#serviceIs(host, pid);
      return undefined;
    }
    if (event.get('ObjectServer') !== 'WMI') return undefined;
    // A 4662 names no process: R05 asks for a session of the same caller beside it.
    if (pid !== undefined && !this.isService(host, pid)) return undefined;
    return this.#add(host, event, {
      part: 'access',
      sid: textOf(event, 'SubjectUserSid'),
      account: joinAccount(event.get('SubjectDomainName'), event.get('SubjectUserName')),
      logonId: logonIdOf(event.get('SubjectLogonId')),
      resourceUri: textOf(event, 'ObjectName'),
      isWmi: true,
    });
  }

  /** True where the process id is that of the host's WinRM service. */
  isService(host: string, pid: number): boolean {
    return this.#services.get(host, String(pid)) === true;
  }

  /** At this host, in the window, in order of time. */
  at(host: string, fromMs: number, toMs: number): readonly WinrmSession[] {
    return this.#rows.of('host', host, fromMs, toMs);
  }

  expire(nowMs: number): void {
    this.#rows.expire(nowMs);
    this.#clients.expire(({ timeMs }) => timeMs + SESSION_MS < nowMs);
  }

  #serviceIs(host: string, pid: number | undefined): void {
    if (pid !== undefined && pid > 0 && !this.isService(host, pid)) this.#services.set(host, String(pid), true);
  }

  #add(
    host: string,
    event: Event,
    facts: Partial<Omit<WinrmSession, keyof DatedRow>> & Pick<WinrmSession, 'part'>,
  ): WinrmSession {
    const session: WinrmSession = {
      ...dated(host, event),
      sid: undefined,
      account: undefined,
      logonId: undefined,
      resourceUri: undefined,
      isWmi: isWmiResource(facts.resourceUri),
      ...facts,
    };
    this.#rows.add(host, session);
    return session;
  }
}

function dated(host: string, event: Event): DatedRow {
  return { host, timeMs: event.timeMs, timeTicks: event.timeTicks, event: event.detach() };
}

/** The resource of a record, also where Windows kept it as hex of UTF-16 because it could not lay out the data (DOMAIN 2.1). */
function resourceOf(event: Event): string | undefined {
  if (channelKey(event) !== 'microsoft-windows-winrm/operational') return undefined;
  const stated = getFolded(event, 'resourceUri');
  if (stated !== undefined) return stated;
  const payload = event.get('EventPayload');
  if (payload === undefined || !/^[0-9a-f]+$/i.test(payload)) return undefined;
  const text = Buffer.from(payload.slice(0, MAX_PAYLOAD_DIGITS), 'hex').toString('utf16le');
  return /https?:\/\/[\x21-\x7e]{1,2048}/i.exec(text)?.[0];
}
