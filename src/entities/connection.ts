import { compareSameTime, type Event } from '../windows/index.ts';

/** One end of a connection: canonical address, port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** One record of a connection, whoever made it: Sysmon 3, 5156, or Zeek's lines of one `uid`. */
export interface Connection {
  /** Host key of the machine whose record it is; '' for a sensor on the network. */
  readonly observer: string;
  readonly seenBy: 'initiator' | 'responder' | 'sensor';
  readonly origin: 'sysmon' | 'wfp' | 'zeek';
  readonly isTcp: boolean;
  readonly initiator: Endpoint;
  readonly responder: Endpoint;
  /** False where the record does not tell which end is which: both readings are found by look-ups (DOMAIN 2.2 #51). */
  readonly isOriented: boolean;
  /** The observer's own process. Undefined where Sysmon wrote `<unknown process>`. */
  readonly image: string | undefined;
  readonly pid: number | undefined;
  /** Lower case. */
  readonly processGuid: string | undefined;
  /** `DOMAIN\name`. */
  readonly user: string | undefined;
  /**
   * When it was opened: [TimeCreated - 3 s, TimeCreated] of a Sysmon 3, whose UtcTime enters no window (SETTLED C1); a
   * whole second is the second behind it (SETTLED C2). Unix milliseconds.
   */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of Zeek: its id, and the calls on it as `IWbemServices/ExecMethod`, at most 64, in order. */
  readonly uid: string | undefined;
  readonly operations: readonly string[] | undefined;
  /** Detached. */
  readonly event: Event;
}

/** The observer's own end. */
export function ownEnd(connection: Connection): Endpoint {
  return connection.seenBy === 'initiator' ? connection.initiator : connection.responder;
}

/** In order of time, then of the record. */
export function compareConnections(a: Connection, b: Connection): number {
  return (
    a.fromMs - b.fromMs ||
    a.toMs - b.toMs ||
    compareText(a.observer, b.observer) ||
    compareText(a.origin, b.origin) ||
    compareSameTime(a.event, b.event)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
