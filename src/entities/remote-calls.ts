import {
  type CallVerb,
  callsOfBindings,
  callsOfCommandLine,
  callsOfScript,
  channelKey,
  type Event,
  getFolded,
  machineWordsOf,
  type StatedCall,
} from '../windows/index.ts';
import { canonicalAddress, isJoinable } from './address.ts';
import { type DatedRow, DatedRows } from './dated-rows.ts';
import type { ProcessStart } from './types.ts';

/** A group is one host. */
const BOUNDS = { max: 32_768, quota: 1024, maxBytes: 48 << 20, keptMs: 7_200_000 };
/** Machines that the words of one command line may name. */
const MAX_WORDS_NAMING = 8;

/** A call, or a command that names another machine, as its source tells it (J8, R19). `host` is the source. */
export interface RemoteCall extends DatedRow {
  /** Host key of the target, else its address or name in lower case. */
  readonly target: string;
  /** As written. */
  readonly targetName: string;
  /** Undefined where only a word of a command line is a machine's name or address (SETTLED C24). */
  readonly call: StatedCall | undefined;
  readonly verb: CallVerb | undefined;
  /** Where it stands: `command line`, `4103`, `4104`, `800`, `145`. */
  readonly told: string;
  readonly account: string | undefined;
  readonly sid: string | undefined;
  readonly logonId: string | undefined;
  readonly pid: number | undefined;
  readonly image: string | undefined;
  readonly commandLine: string | undefined;
  readonly processGuid: string | undefined;
  /** All records of it, the first of which is `event`. */
  readonly events: readonly Event[];
}

/** What is known of whoever stated a call. */
type Caller = Pick<RemoteCall, 'account' | 'sid' | 'logonId' | 'pid' | 'image' | 'commandLine' | 'processGuid'>;

const NOBODY: Caller = {
  account: undefined,
  sid: undefined,
  logonId: undefined,
  pid: undefined,
  image: undefined,
  commandLine: undefined,
  processGuid: undefined,
};

/** Names of machines, and which machine has an address at a time. */
export interface Naming {
  /** Host key of a machine with records, by any of its names. */
  find(name: string): string | undefined;
  hostAt(address: string, ms: number): string | undefined;
}

/** Calls as their sources tell them: command lines, script text, cmdlets with their values. */
export class RemoteCalls {
  readonly #rows = new DatedRows(BOUNDS, {
    target: (row: RemoteCall) => row.target,
    host: ({ host }) => host,
  });
  readonly #naming: Naming;

  constructor(naming: Naming) {
    this.#naming = naming;
  }

  get evicted(): number {
    return this.#rows.evicted;
  }

  /** Takes in a settled start of a process; gives the calls that it states. */
  started(start: ProcessStart): readonly RemoteCall[] {
    const { commandLine } = start;
    const [event] = start.events;
    if (commandLine === undefined || event === undefined) return [];
    const caller: Caller = {
      account: start.user,
      sid: start.sid,
      logonId: start.logonId,
      pid: start.pid,
      image: start.image,
      commandLine,
      processGuid: start.processGuid,
    };
    const at = { host: start.host, timeMs: start.startMs, timeTicks: start.startTicks, event };
    const stated = this.#add(at, callsOfCommandLine(commandLine), 'command line', caller, start.events);
    const targets = new Set(stated.map(({ target }) => target));
    for (const word of machineWordsOf(commandLine)) {
      const address = canonicalAddress(word);
      const target = address === undefined ? this.#naming.find(word) : this.#naming.hostAt(address, at.timeMs);
      if (target === undefined || target === start.host || targets.has(target)) continue;
      targets.add(target);
      this.#rows.add(start.host, {
        ...at,
        ...caller,
        target,
        targetName: word,
        call: undefined,
        verb: undefined,
        told: 'command line',
        events: start.events,
      });
      if (targets.size >= MAX_WORDS_NAMING) break;
    }
    return stated;
  }

  /** Takes in a 4103, 4104 or 800; gives the calls that it states. */
  accept(host: string, event: Event): readonly RemoteCall[] {
    const read = readScriptRecord(event);
    if (read === undefined || read.calls.length === 0) return [];
    const owned = event.detach();
    const at = { host, timeMs: event.timeMs, timeTicks: event.timeTicks, event: owned };
    return this.#add(at, read.calls, String(event.eventId), read.caller, [owned]);
  }

  /** A call that another table put together: that of a WinRM client. */
  addStated(at: DatedRow, call: StatedCall, told: string, sid: string | undefined): readonly RemoteCall[] {
    return this.#add(at, [call], told, { ...NOBODY, sid }, [at.event]);
  }

  /** Towards this target, in the window, in order of time. */
  towards(target: string, fromMs: number, toMs: number): readonly RemoteCall[] {
    return this.#rows.of('target', target, fromMs, toMs);
  }

  /** From this host, in the window, in order of time. */
  from(host: string, fromMs: number, toMs: number): readonly RemoteCall[] {
    return this.#rows.of('host', host, fromMs, toMs);
  }

  expire(nowMs: number): void {
    this.#rows.expire(nowMs);
  }

  #add(
    at: DatedRow,
    calls: readonly StatedCall[],
    told: string,
    caller: Caller,
    events: readonly Event[],
  ): readonly RemoteCall[] {
    const added: RemoteCall[] = [];
    for (const call of calls) {
      const bare = call.target.replace(/^\[|\]$/g, '');
      const address = canonicalAddress(bare);
      if (address !== undefined && !isJoinable(address)) continue;
      const found = address === undefined ? this.#naming.find(bare) : this.#naming.hostAt(address, at.timeMs);
      const target = found ?? address ?? bare.toLowerCase();
      if (target === at.host) continue;
      const row: RemoteCall = {
        host: at.host,
        timeMs: at.timeMs,
        timeTicks: at.timeTicks,
        event: at.event,
        ...caller,
        target,
        targetName: call.target,
        call,
        verb: call.verb,
        told,
        events,
      };
      this.#rows.add(at.host, row);
      added.push(row);
    }
    return added;
  }
}

interface ScriptRecord {
  readonly calls: readonly StatedCall[];
  readonly caller: Caller;
}

function readScriptRecord(event: Event): ScriptRecord | undefined {
  const isClassic = channelKey(event) === 'windows powershell';
  if (isClassic) {
    const items = event.all('Data');
    const context = items.find((item) => /^\s*HostApplication=/m.test(item));
    const account = lineOf(context, 'UserId');
    const commandLine = lineOf(context, 'HostApplication');
    const text = items.join('\r\n');
    const calls = [...callsOfBindings(text), ...callsOfScript(items[0] ?? '')];
    return { calls: distinctTargets(calls), caller: { ...NOBODY, account, commandLine } };
  }
  const sid = event.system('UserID');
  const pidText = event.system('ProcessID');
  const pid = pidText === undefined ? undefined : Number(pidText);
  const by = { ...NOBODY, sid, pid: pid !== undefined && pid > 0 ? pid : undefined };
  if (event.eventId === 4104) return { calls: callsOfScript(event.get('ScriptBlockText') ?? ''), caller: by };
  if (event.eventId !== 4103) return undefined;
  const context = event.get('ContextInfo');
  const payload = event.get('Payload') ?? '';
  // Invoke-Expression has the call as the text of its command.
  const calls = [...callsOfBindings(payload), ...(/Invoke-Expression/i.test(payload) ? callsOfScript(payload) : [])];
  return {
    calls: distinctTargets(calls),
    caller: { ...by, account: lineOf(context, 'User'), commandLine: lineOf(context, 'Host Application') },
  };
}

/** One call for each target: the first, which tells the values. */
function distinctTargets(calls: readonly StatedCall[]): readonly StatedCall[] {
  const seen = new Set<string>();
  return calls.filter(({ target }) => {
    const key = target.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The value of `Name = value` or `Name=value` in the lines of a context. */
function lineOf(context: string | undefined, name: string): string | undefined {
  if (context === undefined) return undefined;
  for (const line of context.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals < 0 || line.slice(0, equals).trim() !== name) continue;
    const value = line.slice(equals + 1).trim();
    return value === '' ? undefined : value;
  }
  return undefined;
}

/** The machine that a client names as its own, by the names of DOMAIN 2.1; '' and `-` are none. */
export function clientNameOf(event: Event): string | undefined {
  for (const field of ['ClientMachineFQDN', 'ClientMachine', 'MachineName']) {
    const name = getFolded(event, field)?.trim();
    if (name !== undefined && name !== '' && name !== '-') return name;
  }
  return undefined;
}
