import {
  type Caller,
  type CandidateLogon,
  type Entities,
  FairTable,
  type ProcessNode,
  type ProcessStart,
  pidOfStart,
} from '../entities/index.ts';
import type { Joins } from '../joins/index.ts';
import {
  type Event,
  excludedWmiChild,
  formatTime,
  heldBytesOf,
  imageTail,
  mayCreateSubscription,
  PROVIDER_HOST,
  programClassOf,
  SCRIPT_HOST,
} from '../windows/index.ts';
import { Cases } from './cases.ts';
import { type PayloadReader, strongestFeatures } from './payload-reader.ts';
import type { LocalSign, ProcessCase } from './process-case.ts';
import { LEGS_MS, legsOf, NO_LEGS, outputFileOf } from './wmiexec-legs.ts';
import { programName } from './wording.ts';

/** A WMI client under the same logon in this time before a child tells that the call was local (SETTLED C10). */
const CLIENT_MS = 5000;
/** A group is one host. */
const CLIENT_BOUNDS = {
  max: 8192,
  quota: 1024,
  bytesOf: (client: ClientStart): number => client.events.reduce((sum, event) => sum + heldBytesOf(event), 128),
  maxBytes: 16 << 20,
};
const LOGON_BOUNDS = { max: 8192, quota: 1024 };
const SCRIPT_HOST_BOUNDS = { max: 4096, quota: 256 };
/** Children in the shape of wmiexec that wait for their legs; of more the oldest are looked at early. */
const MAX_SHELLS = 10_000;
/** Children of one script host that are kept as evidence. */
const MAX_CHILDREN = 64;

const CLIENTS: ReadonlySet<string> = new Set(['wmic.exe', 'powershell.exe', 'powershell_ise.exe', 'pwsh.exe']);
const WINRM_SCRIPT = /winrm\.(?:vbs|cmd)/i;
/** LogonIds under which the provider host itself runs: NETWORK SERVICE and LOCAL SERVICE (SETTLED C10). */
const HOST_LOGONS: ReadonlySet<string> = new Set(['0x3e4', '0x3e5']);

interface ClientStart {
  readonly name: string;
  readonly startMs: number;
  readonly events: readonly Event[];
}

/** Watches starts of processes in order of time and keeps those that WMI started, with what was known of their caller. */
export class ProcessWatch {
  readonly #entities: Entities;
  readonly #joins: Joins;
  readonly #payloads: PayloadReader;
  readonly #cases = new Cases();
  /** Children in the shape of wmiexec, in order of time; looked at from `#head` on. */
  #shells: ProcessCase[] = [];
  #head = 0;
  readonly #clients = new FairTable<ClientStart>(CLIENT_BOUNDS);
  readonly #calledLogons = new FairTable<true>(LOGON_BOUNDS);
  readonly #scriptHosts = new FairTable<ProcessCase>(SCRIPT_HOST_BOUNDS);

  constructor(entities: Entities, joins: Joins, payloads: PayloadReader) {
    this.#entities = entities;
    this.#joins = joins;
    this.#payloads = payloads;
  }

  get evicted(): Readonly<Record<string, number>> {
    return {
      processCases: this.#cases.evicted,
      wmiClients: this.#clients.evicted,
      scriptHosts: this.#scriptHosts.evicted,
    };
  }

  /** Takes in a settled start. */
  started(start: ProcessStart): void {
    const tail = imageTail(start.image);
    const parent = imageTail(start.parentImage);
    if (parent === SCRIPT_HOST) this.#scriptChild(start);
    else if (parent === PROVIDER_HOST) this.#addChild(this.#providerChild(start));
    else if (tail === SCRIPT_HOST) this.#scriptHost(start);
    else this.#noteClient(start, tail);
    // A writer's logon names its origin when the dossiers are judged, long after its session may have ended.
    if (start.logonId !== undefined && start.isOwnLogon && mayCreateSubscription(start.commandLine ?? '')) {
      this.#entities.callerOf(start.host, start.logonId, start.startMs);
    }
  }

  /** Looks for the legs of children in the shape of wmiexec when their records must have come. */
  settle(nowMs: number): void {
    while (this.#head < this.#shells.length) {
      const shell = this.#shells[this.#head];
      if (shell === undefined || shell.startMs + LEGS_MS > nowMs) break;
      this.#head++;
      this.#findLegs(shell);
    }
    if (this.#head > 256 && this.#head * 2 > this.#shells.length) {
      this.#shells = this.#shells.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Those that started, then script hosts that are known by what they did alone. */
  *cases(): Iterable<ProcessCase> {
    yield* this.#cases.all();
    for (const node of this.#entities.processTree.watched()) {
      if (node.isStartSeen || node.watch?.kind !== 'scriptHost') continue;
      const keys = hostKeys(node.guid, node.pid);
      if (!keys.some((key) => this.#scriptHosts.get(node.host, key) !== undefined)) yield caseOfNode(node);
    }
  }

  #addChild(process: ProcessCase): void {
    this.#cases.add(process);
    if (outputFileOf(process.commandLine) === undefined) return;
    if (this.#shells.length - this.#head >= MAX_SHELLS) {
      const oldest = this.#shells[this.#head++];
      if (oldest !== undefined) this.#findLegs(oldest);
    }
    this.#shells.push(process);
  }

  #findLegs(process: ProcessCase): void {
    const { host, startMs, start, caller, commandLine } = process;
    const tree = this.#entities.processTree;
    const clue = {
      ...(start?.processGuid === undefined ? {} : { guid: start.processGuid }),
      ...(process.pid === undefined ? {} : { pid: process.pid }),
    };
    const key = tree.keyAt(host, clue, startMs);
    process.legs = legsOf(this.#entities, {
      host,
      startMs,
      endMs: key === undefined ? undefined : tree.endOf(key),
      logonId: process.isOwnLogon ? process.logonId : undefined,
      account: caller?.account,
      commandLine,
    });
  }

  /** A client below a child of WMI runs under the caller's logon too: after the first child no client tells of a local call. */
  #noteClient(start: ProcessStart, tail: string): void {
    if (start.logonId === undefined || !start.isOwnLogon) return;
    const session = this.#sessionOf(start.host, start.logonId, start.startMs);
    if (this.#calledLogons.get(start.host, session) === true) return;
    const isScript = start.commandLine !== undefined && WINRM_SCRIPT.test(start.commandLine);
    if (!CLIENTS.has(tail) && !isScript) return;
    const name = isScript ? `winrm.vbs (${programName(start.image)})` : programName(start.image);
    this.#clients.set(start.host, session, { name, startMs: start.startMs, events: start.events });
  }

  /** A LogonId means something within one boot only (DOMAIN 2.2 #20). */
  #sessionOf(host: string, logonId: string, ms: number): string {
    return `${logonId}\u0000${this.#entities.bootEpochOf(host, ms)}`;
  }

  #providerChild(start: ProcessStart): ProcessCase {
    const { host, logonId, startMs } = start;
    const exclusion = excludedWmiChild({ image: start.image, commandLine: start.commandLine });
    const read = this.#payloads.read(start.commandLine);
    const hasOwnLogon = start.isOwnLogon && logonId !== undefined && !HOST_LOGONS.has(logonId);
    const isJudged = exclusion === undefined;
    const localSign = isJudged ? this.#localSign(start) : undefined;
    if (hasOwnLogon) this.#calledLogons.set(host, this.#sessionOf(host, logonId, startMs), true);
    const caller = isJudged && hasOwnLogon ? this.#entities.callerOf(host, logonId, startMs) : undefined;
    const callersBefore = isJudged && !hasOwnLogon ? this.#entities.callersBefore(host, startMs) : [];
    return {
      ...caseOf('providerChild', start),
      exclusion,
      features: read.features,
      tool: read.tool,
      caller,
      callersBefore,
      localSign,
      callKey: isJudged ? this.#openCall(start, caller?.candidate ?? callersBefore.at(-1), caller) : undefined,
    };
  }

  /** Asks where the call came from: its logon's connections, and without a logon what else names a source (J8, J10, J16, J21). */
  #openCall(start: ProcessStart, logon: CandidateLogon | undefined, caller: Caller | undefined): string | undefined {
    if (logon === undefined && caller !== undefined) return undefined;
    const { host, pid, logonId, commandLine, startMs, startTicks } = start;
    const key = `process\u0000${host}\u0000${pid ?? '-'}\u0000${imageTail(start.image)}\u0000${startMs}.${startTicks}`;
    const account = logon?.account ?? (start.isOwnLogon ? start.user : undefined);
    this.#joins.open({
      key,
      host,
      ...(account === undefined ? {} : { account }),
      ...(start.sid === undefined || logon !== undefined ? {} : { sid: start.sid }),
      timeMs: startMs,
      timeTicks: startTicks,
      ...(logon === undefined ? {} : { logon }),
      via: 'wmi',
      process: {
        ...(start.processGuid === undefined ? {} : { key: start.processGuid }),
        ...(pid === undefined ? {} : { pid }),
        ...(logonId === undefined ? {} : { logonId }),
        ...(commandLine === undefined ? {} : { commandLine }),
      },
    });
    return key;
  }

  #localSign(start: ProcessStart): LocalSign | undefined {
    const { host, logonId, startMs } = start;
    const client = logonId === undefined ? undefined : this.#clients.get(host, this.#sessionOf(host, logonId, startMs));
    const before = client === undefined ? Number.NaN : start.startMs - client.startMs;
    if (client !== undefined && before >= 0 && before <= CLIENT_MS && start.isOwnLogon) {
      return {
        text: `${client.name} ran under the same logon ${(before / 1000).toFixed(1)} s before`,
        events: client.events,
      };
    }
    if (start.terminalSession !== undefined && start.terminalSession > 0) {
      return { text: `it runs in terminal session ${start.terminalSession}`, events: [] };
    }
    return undefined;
  }

  #scriptHost(start: ProcessStart): ProcessCase {
    const process = caseOf('scriptHost', start);
    this.#cases.add(process);
    for (const key of hostKeys(start.processGuid, start.pid)) this.#scriptHosts.set(start.host, key, process);
    return process;
  }

  #scriptChild(start: ProcessStart): void {
    const keys = hostKeys(start.parentGuid, start.parentPid);
    const known = keys.map((key) => this.#scriptHosts.get(start.host, key)).find((found) => found !== undefined);
    const parent = known ?? this.#missingHost(start, keys);
    parent.childCount++;
    const read = this.#payloads.read(start.commandLine);
    parent.features = strongestFeatures([parent.features, read.features]);
    if (parent.isReleased || parent.children.length >= MAX_CHILDREN) return;
    parent.children.push({
      image: start.image,
      commandLine: start.commandLine,
      pid: start.pid,
      events: start.events,
    });
    this.#cases.grew(start.host, start.events);
  }

  /** A script host whose own start is not in the logs: known by its first child. */
  #missingHost(child: ProcessStart, keys: readonly string[]): ProcessCase {
    const process: ProcessCase = {
      ...caseOf('scriptHost', child),
      pid: child.parentPid,
      guid: child.parentGuid,
      image: child.parentImage ?? SCRIPT_HOST,
      programClass: 'interpreter',
      commandLine: child.parentCommandLine,
      parentImage: undefined,
      parentPid: undefined,
      identities: [{ pid: child.parentPid ?? null, startMs: undefined }],
      events: child.events.slice(0, 1),
      start: undefined,
    };
    this.#cases.add(process);
    for (const key of keys) this.#scriptHosts.set(child.host, key, process);
    return process;
  }
}

function hostKeys(guid: string | undefined, pid: number | undefined): readonly string[] {
  if (guid !== undefined) return [guid];
  return pid === undefined ? [] : [String(pid)];
}

function caseOf(kind: ProcessCase['kind'], start: ProcessStart): ProcessCase {
  return {
    kind,
    host: start.host,
    pid: start.pid,
    guid: start.processGuid,
    image: start.image,
    programClass: programClassOf(start.image, start.originalFileName),
    commandLine: start.commandLine,
    parentImage: start.parentImage,
    parentPid: start.parentPid,
    user: start.user,
    logonId: start.logonId,
    isOwnLogon: start.isOwnLogon,
    time: formatTime(start.startMs, start.startTicks),
    startMs: start.startMs,
    startTicks: start.startTicks,
    identities: identitiesOf(start),
    events: start.parentEvent === undefined ? start.events : [...start.events, start.parentEvent],
    start,
    caller: undefined,
    callersBefore: [],
    localSign: undefined,
    callKey: undefined,
    legs: NO_LEGS,
    exclusion: undefined,
    features: [],
    tool: undefined,
    children: [],
    childCount: 0,
    isReleased: false,
  };
}

/** A script host whose start is in no log, and no child of it either. */
function caseOfNode({ host, pid, guid, image, startMs, startTicks }: ProcessNode): ProcessCase {
  return {
    kind: 'scriptHost',
    host,
    pid,
    guid,
    image,
    programClass: 'interpreter',
    commandLine: undefined,
    parentImage: undefined,
    parentPid: undefined,
    user: undefined,
    logonId: undefined,
    isOwnLogon: false,
    time: formatTime(startMs, startTicks),
    startMs,
    startTicks,
    identities: [{ pid: pid ?? null, startMs: undefined }],
    events: [],
    start: undefined,
    caller: undefined,
    callersBefore: [],
    localSign: undefined,
    callKey: undefined,
    legs: NO_LEGS,
    exclusion: undefined,
    features: [],
    tool: undefined,
    children: [],
    childCount: 0,
    isReleased: false,
  };
}

/** The merged start first, then what each record alone would have given (SETTLED A4). */
function identitiesOf(start: ProcessStart): ProcessCase['identities'] {
  const identities: { pid: number | null; startMs: number }[] = [{ pid: start.pid ?? null, startMs: start.startMs }];
  for (const event of start.events) {
    identities.push({ pid: pidOfStart(event) ?? null, startMs: event.timeMs });
  }
  return identities;
}
