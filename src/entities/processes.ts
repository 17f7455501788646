import {
  canonicalTail,
  type Event,
  heldBytesOf,
  imageTail,
  isProcessOfInterest,
  PROVIDER_HOST,
  SCRIPT_HOST,
  wellKnownSidName,
} from '../windows/index.ts';
import { joinAccount } from './account.ts';
import { FairTable } from './bounded.ts';
import { logonIdOf, numberOf, spreadOf, sysmonText, textOf } from './field-values.ts';
import type { ProcessStart } from './types.ts';

/** A group is one host. */
const RUNNING_BOUNDS = {
  max: 65_536,
  quota: 8192,
  bytesOf: (running: Running): number =>
    2 * running.image.length + (running.event === undefined ? 0 : heldBytesOf(running.event)) + 128,
  maxBytes: 32 << 20,
};
/** Starts that wait for the other record of the same process. */
const MAX_WAITING = 16_384;
/** Bytes of their records. */
const MAX_WAITING_BYTES = 32 << 20;
/** Of one image and process id: honest logs have one or two. */
const MAX_WAITING_ALIKE = 16;
/** Sysmon 1 and 4688 of one process start at most this far apart (SETTLED C2). */
const SAME_START_MS = 1000;
/** A start waits this long: the other record, and a logon that whole-second times put behind it. */
const SETTLE_MS = 2000;
const MAX_EVENTS = 8;
/** Written in place of a SID that was not looked up: a 4688 whose Target has a name all the same. */
const NULL_SID = 'S-1-0-0';

const NONE: readonly never[] = [];

type Origin = 'sysmon' | 'security';

interface Draft extends Omit<ProcessStart, 'events'> {
  readonly origin: Origin;
  /** While it waits: under what it is looked up by its other record. */
  keys: readonly string[];
  readonly tail: string;
  readonly event: Event;
  other: Draft | undefined;
  /** Repeats of the same record that were not folded. */
  readonly repeats: Event[];
}

/** A process that may be a parent: what a 4688 of version 0 or 1 leaves out about its creator. */
interface Running {
  readonly image: string;
  /** This and the record are kept for the hosts of WMI only, whose start is evidence. */
  readonly commandLine: string | undefined;
  readonly startMs: number;
  readonly event: Event | undefined;
}

/** Starts of processes: two records of one are merged, and parents are found by process id (DOMAIN 2.2 #16 to #19). */
export class Processes {
  readonly #running = new FairTable<Running>(RUNNING_BOUNDS);
  /** In order of arrival, which is that of time; settled from `#head` on. */
  #queue: Draft[] = [];
  #head = 0;
  readonly #alike = new Map<string, Draft[]>();
  #waitingBytes = 0;
  #early: ProcessStart[] = [];
  #hurried = 0;

  /** `processStarts` counts those that a flood made leave before the other record could come. */
  get evicted(): Readonly<Record<string, number>> {
    return { runningProcesses: this.#running.evicted, processStarts: this.#hurried };
  }

  /** Takes in a Sysmon 1. */
  sysmonStart(host: string, event: Event): void {
    const image = sysmonText(event, 'Image');
    if (image === undefined) return;
    const pid = numberOf(event.get('ProcessId'));
    const commandLine = sysmonText(event, 'CommandLine');
    this.#run(host, pid, image, commandLine, event);
    this.#add({
      origin: 'sysmon',
      keys: [],
      event: event.detach(),
      tail: canonicalTail(image),
      other: undefined,
      repeats: [],
      host,
      image,
      pid,
      ...defined('originalFileName', sysmonText(event, 'OriginalFileName')),
      ...defined('commandLine', commandLine),
      ...defined('parentPid', numberOf(event.get('ParentProcessId'))),
      ...defined('parentImage', sysmonText(event, 'ParentImage')),
      ...defined('parentCommandLine', sysmonText(event, 'ParentCommandLine')),
      isParentJoined: false,
      ...defined('user', sysmonText(event, 'User')),
      ...defined('logonId', logonIdOf(event.get('LogonId'))),
      isOwnLogon: true,
      ...defined('terminalSession', numberOf(event.get('TerminalSessionId'))),
      ...defined('processGuid', textOf(event, 'ProcessGuid')?.toLowerCase()),
      ...defined('parentGuid', textOf(event, 'ParentProcessGuid')?.toLowerCase()),
      startMs: event.timeMs,
      startTicks: event.timeTicks,
    });
  }

  /** Takes in a 4688 of any version. */
  securityStart(host: string, event: Event): void {
    const image = textOf(event, 'NewProcessName');
    if (image === undefined) return;
    const parentPid = numberOf(event.get('ProcessId'));
    const hasTarget = event.version >= 2 || event.get('TargetLogonId') !== undefined;
    const targetId = logonIdOf(event.get('TargetLogonId'));
    const subjectId = logonIdOf(event.get('SubjectLogonId'));
    const named = textOf(event, 'ParentProcessName');
    const joined = named === undefined && parentPid !== undefined ? this.#parentOf(host, parentPid, event) : undefined;
    const pid = numberOf(event.get('NewProcessId'));
    const commandLine = textOf(event, 'CommandLine');
    const parentImage = named ?? joined?.image;
    this.#run(host, pid, image, commandLine, event);
    // All of versions 0 and 1 are read for the sake of their process ids; most start nothing that a join asks for.
    if (event.version < 2 && !isProcessOfInterest(image, parentImage, commandLine)) return;
    const prefix = targetId === undefined ? 'Subject' : 'Target';
    const stated = textOf(event, `${prefix}UserSid`);
    const sid = stated === NULL_SID ? undefined : stated;
    const user =
      (sid === undefined ? undefined : wellKnownSidName(sid)) ??
      joinAccount(event.get(`${prefix}DomainName`), event.get(`${prefix}UserName`));
    this.#add({
      origin: 'security',
      keys: [],
      event: event.detach(),
      tail: canonicalTail(image),
      other: undefined,
      repeats: [],
      host,
      image,
      pid,
      ...defined('commandLine', commandLine),
      ...defined('parentPid', parentPid),
      ...defined('parentImage', parentImage),
      ...defined('parentCommandLine', joined?.commandLine),
      isParentJoined: joined !== undefined,
      ...defined('user', user),
      ...defined('sid', sid),
      ...defined('logonId', targetId ?? subjectId),
      isOwnLogon: hasTarget,
      startMs: event.timeMs,
      startTicks: event.timeTicks,
      ...defined('parentEvent', joined?.event),
    });
  }

  /** Takes in a 4689: the process id is free again. */
  end(host: string, event: Event): void {
    const pid = numberOf(event.get('ProcessId'));
    if (pid === undefined) return;
    const running = this.#running.get(host, String(pid));
    if (
      running !== undefined &&
      running.startMs <= event.timeMs &&
      imageTail(running.image) === imageTail(event.get('ProcessName'))
    ) {
      this.#running.delete(host, String(pid));
    }
  }

  /** A boot ends every process of the host. */
  boot(host: string): void {
    this.#running.deleteGroup(host);
  }

  /** The starts that can be judged at this event time, in order of time. */
  settle(nowMs: number): readonly ProcessStart[] {
    if (this.#early.length === 0 && !this.#isDue(this.#queue[this.#head], nowMs)) return NONE;
    const settled = this.#early;
    this.#early = [];
    while (this.#head < this.#queue.length) {
      const draft = this.#queue[this.#head];
      if (draft === undefined || !this.#isDue(draft, nowMs)) break;
      this.#head++;
      this.#forget(draft);
      this.#waitingBytes -= heldBytesOf(draft.event);
      settled.push(mergedStart(draft));
    }
    if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
    return settled.length > 1 ? settled.sort(compareStarts) : settled;
  }

  #isDue(draft: Draft | undefined, nowMs: number): boolean {
    return draft !== undefined && draft.startMs + spreadOf(draft.startMs, draft.startTicks) + SETTLE_MS <= nowMs;
  }

  #add(draft: Draft): void {
    const keys = keysOf(draft);
    let nearest: Draft | undefined;
    for (const candidate of keys.flatMap((key) => this.#alike.get(key) ?? [])) {
      if (isRepeat(candidate, draft) || (candidate.other !== undefined && isRepeat(candidate.other, draft))) {
        if (candidate.repeats.length < MAX_EVENTS) candidate.repeats.push(draft.event);
        return;
      }
      if (!isSameProcess(candidate, draft)) continue;
      if (nearest === undefined || distance(candidate, draft) < distance(nearest, draft)) nearest = candidate;
    }
    if (nearest !== undefined) {
      nearest.other = draft;
      return;
    }
    const isCrowded = keys.some((key) => (this.#alike.get(key)?.length ?? 0) >= MAX_WAITING_ALIKE);
    const isFull = this.#queue.length - this.#head >= MAX_WAITING || this.#waitingBytes > MAX_WAITING_BYTES;
    if (isCrowded || isFull) {
      this.#hurried++;
      this.#early.push(mergedStart(draft));
      return;
    }
    this.#queue.push(draft);
    draft.keys = keys;
    this.#waitingBytes += heldBytesOf(draft.event);
    for (const key of keys) {
      const alike = this.#alike.get(key);
      if (alike === undefined) this.#alike.set(key, [draft]);
      else alike.push(draft);
    }
  }

  #forget(draft: Draft): void {
    for (const key of draft.keys) {
      const rest = this.#alike.get(key)?.filter((other) => other !== draft) ?? [];
      if (rest.length === 0) this.#alike.delete(key);
      else this.#alike.set(key, rest);
    }
  }

  /** Notes who has a process id from now on. */
  #run(host: string, pid: number | undefined, image: string, commandLine: string | undefined, event: Event): void {
    if (pid === undefined) return;
    const tail = imageTail(image);
    const isHost = tail === PROVIDER_HOST || tail === SCRIPT_HOST;
    this.#running.set(host, String(pid), {
      image,
      commandLine: isHost ? commandLine : undefined,
      startMs: event.timeMs,
      event: isHost ? event.detach() : undefined,
    });
  }

  #parentOf(host: string, pid: number, child: Event): Running | undefined {
    const running = this.#running.get(host, String(pid));
    return running !== undefined && running.startMs <= child.timeMs ? running : undefined;
  }
}

/** The process id that a start's record itself gives: Sysmon 1 or 4688. */
export function pidOfStart(event: Event): number | undefined {
  return numberOf(event.get(event.eventId === 1 ? 'ProcessId' : 'NewProcessId'));
}

function defined<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}

/** Under what a start is looked up by its other record: image and process id, image and what it ran under which logon. */
function keysOf(draft: Draft): string[] {
  const base = `${draft.host}\u0000${draft.tail}\u0000`;
  const keys: string[] = [];
  if (draft.pid !== undefined) keys.push(`${base}pid ${draft.pid}`);
  if (draft.commandLine !== undefined) keys.push(`${base}line ${draft.logonId ?? '-'} ${plainLine(draft.commandLine)}`);
  return keys;
}

function distance(a: Draft, b: Draft): number {
  return Math.abs(a.startMs - b.startMs);
}

function isRepeat(a: Draft, b: Draft): boolean {
  return (
    a.origin === b.origin &&
    a.pid === b.pid &&
    a.startMs === b.startMs &&
    a.startTicks === b.startTicks &&
    a.tail === b.tail &&
    a.processGuid === b.processGuid &&
    a.commandLine === b.commandLine
  );
}

/** SETTLED C2: image and pid agree (where one has no pid: command line and LogonId), start intervals at most 1 s apart. */
function isSameProcess(a: Draft, b: Draft): boolean {
  if (a.origin === b.origin || a.other !== undefined || a.tail !== b.tail) return false;
  const early = a.startMs <= b.startMs ? a : b;
  const late = early === a ? b : a;
  if (late.startMs - (early.startMs + spreadOf(early.startMs, early.startTicks)) > SAME_START_MS) return false;
  if (a.pid !== undefined && b.pid !== undefined) return a.pid === b.pid;
  if (a.commandLine === undefined || b.commandLine === undefined || a.logonId !== b.logonId) return false;
  return plainLine(a.commandLine) === plainLine(b.commandLine);
}

/** Sysmon as NXLog renders it doubles the percent sign of a command line, 4688 does not (measured). */
function plainLine(line: string): string {
  return line.includes('%%') ? line.replaceAll('%%', '%') : line;
}

/** One start of both records: Sysmon's words where it has them (SETTLED A4). */
function mergedStart(draft: Draft): ProcessStart {
  const isFirst = draft.origin === 'sysmon' || draft.other === undefined;
  const main = isFirst ? draft : draft.other;
  const second = isFirst ? draft.other : draft;
  if (main === undefined) return startOf(draft, [draft.event, ...draft.repeats]);
  const events = [main.event, ...main.repeats, ...(second === undefined ? [] : [second.event, ...second.repeats])];
  if (second === undefined) return startOf(main, events.slice(0, MAX_EVENTS));
  return startOf({ ...second, ...main, pid: main.pid ?? second.pid }, events.slice(0, MAX_EVENTS));
}

function startOf(draft: Draft, events: readonly Event[]): ProcessStart {
  const {
    origin: _origin,
    keys: _keys,
    tail: _tail,
    event: _event,
    other: _other,
    repeats: _repeats,
    ...start
  } = draft;
  return { ...start, events };
}

function compareStarts(a: ProcessStart, b: ProcessStart): number {
  return (
    a.startMs - b.startMs ||
    a.startTicks - b.startTicks ||
    (a.host < b.host ? -1 : a.host > b.host ? 1 : 0) ||
    (a.pid ?? -1) - (b.pid ?? -1) ||
    (a.image < b.image ? -1 : a.image > b.image ? 1 : 0)
  );
}
