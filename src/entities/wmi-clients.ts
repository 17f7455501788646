import { type Event, filetimeMs, getFolded } from '../windows/index.ts';
import { type DatedRow, DatedRows } from './dated-rows.ts';
import { numberOf } from './field-values.ts';
import { clientNameOf } from './remote-calls.ts';

/** A group is one host and the client that it names. */
const BOUNDS = { max: 16_384, quota: 512, maxBytes: 24 << 20, keptMs: 3_600_000 };

/** A process with its start, which tells it from a later one of the same id (DOMAIN 2.2 #19). */
export interface DatedPid {
  readonly pid: number;
  /** Unix milliseconds. */
  readonly startMs: number | undefined;
}

/** A caller of WMI from another machine, as the target tells it (J10, J11). `host` is the target. */
export interface WmiClient extends DatedRow {
  /** Host key of the client, else the name that it gave in lower case: the client itself says it (J10). */
  readonly client: string;
  readonly clientName: string;
  readonly account: string | undefined;
  /** The process **on the client**; undefined for a pid of 0 (DOMAIN 2.2 #12, #13). */
  readonly process: DatedPid | undefined;
  /** Trace 23: the process that was started on this host. */
  readonly created: DatedPid | undefined;
  readonly operation: string | undefined;
  readonly namespace: string | undefined;
}

/** 5858, 5860 and Trace 11, 22, 23 of clients on other machines. */
export class WmiClients {
  readonly #rows = new DatedRows(BOUNDS, { host: (row: WmiClient) => row.host });
  readonly #hostOf: (name: string) => string;

  constructor(hostOf: (name: string) => string) {
    this.#hostOf = hostOf;
  }

  get evicted(): number {
    return this.#rows.evicted;
  }

  accept(host: string, event: Event): void {
    const clientName = clientNameOf(event);
    if (clientName === undefined || /^(?:true|1)$/i.test(getFolded(event, 'IsLocal') ?? '')) return;
    const client = this.#hostOf(clientName);
    // A pid of this machine itself says nothing of another one (DOMAIN 2.2 #12).
    if (client === host || isShortNameOf(clientName, host)) return;
    const account = getFolded(event, 'User')?.trim();
    this.#rows.add(`${host}\u0000${client}`, {
      host,
      timeMs: event.timeMs,
      timeTicks: event.timeTicks,
      event: event.detach(),
      client,
      clientName,
      account: account === undefined || account === '' || account === '-' ? undefined : account,
      process: pidOf(
        getFolded(event, 'ClientProcessId') ?? getFolded(event, 'Processid'),
        getFolded(event, 'ClientProcessCreationTime'),
      ),
      created:
        event.eventId === 23
          ? pidOf(getFolded(event, 'CreatedProcessId'), getFolded(event, 'CreatedProcessCreationTime'))
          : undefined,
      operation: getFolded(event, 'Operation') ?? getFolded(event, 'MethodName') ?? getFolded(event, 'Query'),
      namespace: getFolded(event, 'NamespaceName'),
    });
  }

  /** Clients of this host, in the window, in order of time. */
  of(host: string, fromMs: number, toMs: number): readonly WmiClient[] {
    return this.#rows.of('host', host, fromMs, toMs);
  }

  expire(nowMs: number): void {
    this.#rows.expire(nowMs);
  }
}

/** NetBIOS names are cut at 15 characters (DOMAIN 2.2 #31). */
function isShortNameOf(name: string, host: string): boolean {
  const dot = host.indexOf('.');
  return name.toLowerCase() === (dot < 0 ? host : host.slice(0, dot)).slice(0, 15);
}

function pidOf(pidText: string | undefined, timeText: string | undefined): DatedPid | undefined {
  const pid = numberOf(pidText);
  if (pid === undefined || pid === 0) return undefined;
  return { pid, startMs: msOfFiletime(timeText) };
}

/** Unix milliseconds of a FILETIME in decimal or `0x…`. */
function msOfFiletime(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d{15,19}|0x[0-9a-f]{13,16})$/i.test(text.trim())) return undefined;
  const value = BigInt(text.trim());
  return filetimeMs(Number(value >> 32n), Number(value & 0xffffffffn));
}
