import {
  type Connection,
  compareConnections,
  type Entities,
  isLoopback,
  isSameAccount,
  type ShareAccess,
  type Strength,
} from '../entities/index.ts';
import { type Event, isForgeable } from '../windows/index.ts';

/** What wmiexec leaves beside the command line (DOMAIN 3.2, R03; SETTLED C11). */
export interface WmiexecLegs {
  /**
   * The child wrote its output to a share of its own machine: the file by its name and the child's LogonId (the target's end of J16), or
   * a connection to its own share, which only its time ties to the child (J21, weak).
   */
  readonly written:
    | {
        readonly join: 'J16' | 'J21';
        readonly strength: Strength;
        readonly text: string;
        readonly events: readonly Event[];
      }
    | undefined;
  /** Another machine read and deleted that file. */
  readonly fetched: { readonly text: string; readonly address: string; readonly events: readonly Event[] } | undefined;
}

export const NO_LEGS: WmiexecLegs = { written: undefined, fetched: undefined };

/** The child of a call whose output goes to a share. */
export interface OutputChild {
  readonly host: string;
  readonly startMs: number;
  readonly endMs: number | undefined;
  readonly logonId: string | undefined;
  readonly account: string | undefined;
  readonly commandLine: string | undefined;
}

/** `cmd.exe /Q /c … 1> \\127.0.0.1\ADMIN$\__1619425227.894209 2>&1`, with the name of the file. */
const OUTPUT =
  /^\s{0,16}"?(?:[a-z]:\\windows\\system32\\)?(?:cmd(?:\.exe)?|%comspec%)"?\s{1,8}\/q\s{1,8}\/c\s[\s\S]{0,65536}\s1>\s{0,4}\\\\127\.0\.0\.1\\([\w$. -]{1,80})\\(__\d{1,10}(?:\.\d{1,9})?)\s{1,4}2>&1/i;
/** Longer lines are no output of the tool. */
const MAX_LINE = 65_536;
const SMB_PORTS: readonly number[] = [445];
const SLACK_MS = 5000;
/** The end of a child whose end no record tells (SETTLED C11). */
const UNKNOWN_END_MS = 60_000;
const AROUND_MS = 60_000;
/** FILE_READ_DATA alone, and DELETE with the right to read attributes: what fetching and cleaning up ask for (DOMAIN 4). */
const READ_MASK = 0x1;
const DELETE_BIT = 0x10000;
/** FILE_WRITE_DATA. */
const WRITE_BIT = 0x2;

/** The file that a child's output goes to, in the shape of the tool; undefined for every other command line. */
export function outputFileOf(commandLine: string | undefined): string | undefined {
  if (commandLine === undefined || commandLine.length > MAX_LINE) return undefined;
  return OUTPUT.exec(commandLine)?.[2];
}

/** How long after its start the records of a child's legs may come, milliseconds. */
export const LEGS_MS: number = UNKNOWN_END_MS + AROUND_MS + SLACK_MS;

/** Looks for both legs among the share accesses and connections around the child. */
export function legsOf(entities: Entities, child: OutputChild): WmiexecLegs {
  const file = outputFileOf(child.commandLine);
  if (file === undefined) return NO_LEGS;
  const endMs = child.endMs ?? child.startMs + UNKNOWN_END_MS;
  const accesses = entities.shares.named(child.host, file, child.startMs - AROUND_MS, endMs + AROUND_MS);
  return {
    written: writtenBy(entities, child, accesses, endMs),
    fetched: fetchedBy(entities, child, accesses),
  };
}

function writtenBy(
  entities: Entities,
  child: OutputChild,
  accesses: readonly ShareAccess[],
  endMs: number,
): WmiexecLegs['written'] {
  const { host, startMs, logonId } = child;
  const fromMs = startMs - SLACK_MS;
  const toMs = endMs + SLACK_MS;
  const writes = accesses.filter(
    (access) =>
      isOwn(entities, host, access) &&
      access.mask !== undefined &&
      (access.mask & WRITE_BIT) !== 0 &&
      access.firstMs <= toMs &&
      access.lastMs >= fromMs &&
      (logonId === undefined || access.logonId === undefined || access.logonId === logonId),
  );
  const [write] = writes;
  if (write !== undefined) {
    const isByLogon = logonId !== undefined && write.logonId === logonId;
    const events = writes.flatMap(({ events: ofWrite }) => ofWrite.slice(0, 1));
    return {
      join: 'J16',
      strength: isByLogon && !events.every(isForgeable) ? 'exact' : 'strong',
      text: `${isByLogon ? "the child's own logon" : 'a logon of the machine itself'} wrote ${write.name} through ${write.share} of its own machine`,
      events,
    };
  }
  // Either end of a connection to itself may be all that is recorded (DOMAIN 2.2 #43, example 9).
  const isOwnAddress = (address: string): boolean =>
    isLoopback(address) || entities.addresses.isOfAt(host, address, startMs);
  const connections: readonly Connection[] = [
    ...entities.connections
      .inboundTo(host, SMB_PORTS, fromMs, toMs)
      .filter(({ initiator }) => isOwnAddress(initiator.address)),
    ...SMB_PORTS.flatMap((port) => entities.connections.openedTo(host, port, fromMs, toMs)).filter(({ responder }) =>
      isOwnAddress(responder.address),
    ),
  ].sort(compareConnections);
  const [connection] = connections;
  if (connection === undefined) return undefined;
  return {
    join: 'J21',
    strength: 'weak',
    text: 'the machine connected to its own port 445 while the child ran',
    events: connections.slice(0, 2).map(({ event }) => event),
  };
}

function fetchedBy(entities: Entities, child: OutputChild, accesses: readonly ShareAccess[]): WmiexecLegs['fetched'] {
  const { host, logonId, account } = child;
  const foreign = accesses.filter(
    (access) =>
      access.address !== undefined &&
      !isOwn(entities, host, access) &&
      (logonId === undefined || access.logonId !== logonId) &&
      (account === undefined || access.account === undefined || isSameAccount(access.account, account)),
  );
  for (const [address, ofAddress] of Map.groupBy(foreign, (access) => access.address ?? '')) {
    const read = ofAddress.find(({ mask }) => mask === READ_MASK);
    const gone = ofAddress.find(({ mask }) => mask !== undefined && (mask & DELETE_BIT) !== 0);
    if (read === undefined || gone === undefined) continue;
    return {
      text: `${address} read ${read.name}${read.count > 1 ? ` ${read.count} times` : ''} and deleted it`,
      address,
      events: [...read.events, ...gone.events.slice(0, 1)],
    };
  }
  return undefined;
}

function isOwn(entities: Entities, host: string, { address, isLoopback: isLocal, firstMs }: ShareAccess): boolean {
  return isLocal || (address !== undefined && entities.addresses.isOfAt(host, address, firstMs));
}
