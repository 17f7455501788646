import {
  type Call,
  type Connection,
  type Entities,
  isJoinable,
  isSameAccount,
  type JoinedProcess,
  type ProcessClue,
  type Strength,
  spreadOf,
} from '../entities/index.ts';
import { type Event, isForgeable, parseTime } from '../windows/index.ts';

/** A span of time, Unix milliseconds; both ends count. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The second behind a time in whole seconds (SETTLED C2). */
export function spanOf(ms: number, ticks: number): Span {
  return { fromMs: ms, toMs: ms + spreadOf(ms, ticks) };
}

/** When the caller logged on at the target, as far as it is known: each of the call's connections, and the logon itself. */
export function logonSpans(call: Call): readonly Span[] {
  const spans: Span[] = (call.ends ?? []).map(({ fromMs, toMs }) => ({ fromMs, toMs }));
  const began = call.logon === undefined ? undefined : parseTime(call.logon.time);
  if (began !== undefined) spans.push(spanOf(began.ms, began.ticks));
  return spans;
}

/** When the call was: its act, and the logons that carried it. */
export function callSpans(call: Call): readonly Span[] {
  return [...logonSpans(call), spanOf(call.timeMs, call.timeTicks)];
}

/**
 * True where right minus left may lie in the window (SETTLED C5); the left one is at the source, whose clock is
 * `shiftMs` ahead of the target's, by an error of `errorMs` at most.
 */
export function isWithin(
  left: Span,
  right: Span,
  window: readonly [number, number],
  clock: { readonly offsetMs: number; readonly errorMs: number } = { offsetMs: 0, errorMs: 0 },
): boolean {
  const [least, most] = window;
  const { offsetMs, errorMs } = clock;
  const earliest = right.fromMs - (left.toMs - offsetMs);
  const latest = right.toMs - (left.fromMs - offsetMs);
  return latest >= least - errorMs && earliest <= most + errorMs;
}

/** What the clock of another machine is ahead of the call's: nothing where no pairs tell (SETTLED C4). */
export function clockOf(entities: Entities, call: Call, host: string): { offsetMs: number; errorMs: number } {
  return knownClockOf(entities, call, host) ?? { offsetMs: 0, errorMs: 0 };
}

/** The same; undefined where no pairs tell. The call's clock is the target's, or that of the sensor that told it. */
export function knownClockOf(
  entities: Entities,
  { host: target, observer = target }: Call,
  host: string,
): { offsetMs: number; errorMs: number } | undefined {
  return observer === host ? { offsetMs: 0, errorMs: 0 } : entities.clocks.between(observer, host);
}

/** Where rows of another machine can stand whose window is this: clocks that pairs of records told are counted in. */
export function reachOf(
  spans: readonly Span[],
  window: readonly [number, number],
  clock: { readonly offsetMs: number; readonly errorMs: number },
): Span {
  const { offsetMs, errorMs } = clock;
  const fromMs = Math.min(...spans.map((span) => span.fromMs)) - window[1] + offsetMs - errorMs - 1000;
  const toMs = Math.max(...spans.map((span) => span.toMs)) - window[0] + offsetMs + errorMs;
  return { fromMs, toMs };
}

/** True when the account is the call's: by SID where both have one, else by name. Undefined where the call names none. */
export function isCaller(
  entities: Entities,
  call: Call,
  who: { readonly account?: string | undefined; readonly sid?: string | undefined },
): boolean | undefined {
  const account = call.logon?.account ?? call.account;
  if (who.sid !== undefined && call.sid !== undefined) return who.sid === call.sid;
  if (account === undefined) return undefined;
  const named = who.account ?? (who.sid === undefined ? undefined : entities.accountOfSid(call.host, who.sid));
  return named !== undefined && isSameAccount(named, account);
}

/** True where the logon's address is known to be another machine's than this one. */
export function isElsewhere(entities: Entities, call: Call, host: string): boolean {
  const address = call.logon?.address;
  if (address === undefined || !isJoinable(address) || entities.addresses.isOfAt(call.host, address, call.timeMs))
    return false;
  if (host === address) return false;
  const holders = entities.addresses.hostsAt(address, call.timeMs);
  if (holders.length > 0) return !holders.includes(host);
  return entities.addresses.addressesAt(host, call.timeMs).length > 0;
}

/** Keeps the first connection of each of two clients: a row that wants only one client must not forget the second (L8). */
export function pinClients(entities: Entities, arrivals: readonly Connection[]): void {
  const clients = new Map<string, Connection>();
  for (const arrival of arrivals) {
    const { address } = arrival.initiator;
    if (clients.size < 2 && !clients.has(address)) clients.set(address, arrival);
  }
  for (const arrival of clients.values()) entities.connections.pin(arrival);
}

/** What a record itself says about the process of a source. */
export interface KnownProcess {
  readonly image?: string | undefined;
  readonly commandLine?: string | undefined;
  readonly pid?: number | undefined;
  readonly user?: string | undefined;
}

/** The process that a record of a source is about, with its node where its start was seen. */
export function processAt(
  entities: Entities,
  host: string,
  clue: ProcessClue,
  atMs: number,
  known: KnownProcess = {},
): JoinedProcess | undefined {
  const node = entities.processTree.at(host, clue, atMs);
  const image = node?.image ?? known.image;
  const commandLine = node?.commandLine ?? known.commandLine;
  const pid = node?.pid ?? known.pid ?? clue.pid;
  const user = node?.user ?? known.user;
  if (image === undefined && pid === undefined && commandLine === undefined) return undefined;
  return {
    ...(image === undefined ? {} : { image }),
    ...(commandLine === undefined ? {} : { commandLine }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
    ...(node === undefined ? {} : { key: node.key }),
  };
}

/** What rests on text that anybody can write into a message is strong at most (SETTLED B16). */
export function atMostStrong(strength: Strength, events: readonly Event[]): Strength {
  return strength === 'exact' && events.some(isForgeable) ? 'strong' : strength;
}

/** `40 s`, `12 min`, `9 h`, `7 d`. */
export function agoWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 2) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (minutes < 240) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}
