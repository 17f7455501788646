import type { CallSource, CallSources, ProcessStart, WhoIsWho } from '../entities/index.ts';
import { channelKey, distinctEvidence, type Event, type Evidence, foldName, imageTail } from '../windows/index.ts';
import { Activations } from './activations.ts';
import { type Case, openCase, trapOf } from './case.ts';
import type { Dossier } from './dossier.ts';
import { FilterFailures } from './filter-failures.ts';
import { FiringCandidates, type FiringJoin, type HostFirings, joinFirings } from './firing.ts';
import { type Group, groupSightings } from './grouping.ts';
import { judge } from './judge.ts';
import { Looks } from './looks.ts';
import { readBindingRecord } from './read-binding-record.ts';
import { type CommandText, commandOfProcess, powershellWriter, readCommands } from './read-commands.ts';
import { readRestingObject } from './read-object.ts';
import { readSysmonObject } from './read-sysmon.ts';
import { readTraceOperation } from './read-trace.ts';
import { startContext } from './registration.ts';
import { byRetention, shareOfHost } from './retention.ts';
import { type ScriptBlock, ScriptBlocks } from './script-blocks.ts';
import { compareEvents, isResting, MAX_HOSTS, type Sighting, TRIAD_WINDOW_MS } from './sighting.ts';
import { SightingStore } from './sighting-store.ts';
import { Timers } from './timers.ts';
import type { Witnessed } from './verdict.ts';
import { WriteSessions } from './write-sessions.ts';

export interface AssemblerOptions {
  /** Dossiers of one run (SETTLED A30). */
  readonly maxDossiers?: number;
  /** Bytes of records and texts that are held, about. */
  readonly maxBytes?: number;
  /** Where writes over the network came from; without it a source is known by its logon only. */
  readonly sources?: CallSources;
}

const MAX_DOSSIERS = 100_000;
const MAX_BYTES = 192 * 1024 * 1024;
const MAX_COMPILERS_A_HOST = 100;
/** A MOF file is compiled shortly before its objects show (OR5), milliseconds. */
const COMPILED_BEFORE_MS = TRIAD_WINDOW_MS;
const COMPILED_AFTER_MS = 5_000;

const TEMPORARY_FOLDER =
  /\\(?:temp|tmp|appdata|users\\public|perflogs|\$recycle\.bin)\\|%(?:temp|tmp|public|appdata)%/i;

/** Ids of this channel mean other things than those of Operational (DOMAIN 2.1). */
const TRACE_CHANNEL = 'microsoft-windows-wmi-activity/trace';

/**
 * Turns records into dossiers. Feed it events in order of time (late ones are taken too), and merged process starts; the
 * dossiers are a function of what was fed, not of its order.
 */
export class SubscriptionAssembler {
  readonly #who: WhoIsWho;
  readonly #maxDossiers: number;
  readonly #store: SightingStore;
  readonly #scripts = new ScriptBlocks();
  readonly #activations = new Activations();
  readonly #failures = new FilterFailures();
  readonly #firing = new FiringCandidates();
  readonly #looks = new Looks();
  readonly #timers = new Timers();
  readonly #sessions: WriteSessions;
  readonly #compilers = new Map<string, ProcessStart[]>();
  /** Earliest WMI-Activity record by host and channel. */
  readonly #earliest = new Map<string, Map<string, Event>>();
  #joins = new Map<ProcessStart, FiringJoin>();
  readonly #sources: CallSources | undefined;
  /** Of each dossier, once `finish` has told them. */
  #sourcesOf = new Map<string, readonly CallSource[]>();
  #capped = 0;
  /** The event whose turn it is, and its copy once one is needed. A view is reused for the next record. */
  #turn: { readonly event: Event; readonly kept: Event } | undefined;

  constructor(who: WhoIsWho, options: AssemblerOptions = {}) {
    this.#who = who;
    this.#sources = options.sources;
    this.#maxDossiers = options.maxDossiers ?? MAX_DOSSIERS;
    this.#sessions = new WriteSessions(who, options.sources);
    this.#store = new SightingStore({
      maxSubscriptions: this.#maxDossiers,
      maxBytes: options.maxBytes ?? MAX_BYTES,
    });
  }

  /** Takes an event that may speak of subscriptions; others are passed over. What is kept is detached. */
  accept(event: Event, host: string = this.#who.hostKey(event.computer)): void {
    this.#turn = undefined;
    if (event.look !== undefined) {
      this.#looks.accept(host, event, event.look);
      return;
    }
    if (event.sight !== undefined) {
      this.#timers.accept(host, event, event.sight);
      this.#see(host, readRestingObject(event.sight), event);
      return;
    }
    switch (foldName(event.provider)) {
      case 'microsoft-windows-sysmon':
        if (event.eventId >= 19 && event.eventId <= 21) this.#see(host, readSysmonObject(event), event);
        return;
      case 'microsoft-windows-wmi-activity':
        this.#acceptWmiActivity(host, event);
        return;
      case 'microsoft-windows-powershell':
      case 'powershellcore':
        if (event.eventId === 4104) {
          for (const block of this.#scripts.accept(host, event)) this.#readBlock(block);
        } else if (event.eventId === 4103) {
          this.#readPowerShell(host, event, event.get('ContextInfo') ?? '', [event.get('Payload') ?? '']);
        }
        return;
      case 'microsoft-windows-wmi':
        if (event.eventId === 10) this.#failures.accept(host, event);
        return;
      case 'powershell':
        if (event.eventId === 400 || event.eventId === 800) {
          const texts = event.all('Data');
          this.#readPowerShell(host, event, texts.find((text) => text.includes('HostApplication=')) ?? '', texts);
        }
        return;
      default:
    }
  }

  /** Takes a merged process start: it may create objects by its command line, or be a firing (J15). */
  processStarted(start: ProcessStart): void {
    this.#firing.addStart(start);
    const event = start.events[0];
    if (event === undefined) return;
    if (imageTail(start.image) === 'mofcomp.exe' && TEMPORARY_FOLDER.test(start.commandLine ?? '')) {
      const list = this.#compilers.get(start.host) ?? [];
      if (this.#compilers.size < MAX_HOSTS) this.#compilers.set(start.host, list);
      if (list.length < MAX_COMPILERS_A_HOST) list.push(start);
    }
    const command = commandOfProcess(start);
    if (command !== undefined) this.#readCommand(start.host, command, start.events);
  }

  /** Closes windows: no event before this time will follow, apart from late ones. Unix milliseconds. */
  settle(nowMs: number): void {
    this.#sessions.settle(nowMs);
  }

  /** Which subscriptions a start fired; known after `finish`. */
  firingOf(start: ProcessStart): FiringJoin | undefined {
    return this.#joins.get(start);
  }

  /** Where the writes of a dossier came from by the joins, best first; known after `finish`. */
  sourcesOf(dossierId: string): readonly CallSource[] {
    return this.#sourcesOf.get(dossierId) ?? [];
  }

  /** What bounded tables let go of (L15). */
  get evicted(): Readonly<Record<string, number>> {
    return {
      subscriptions: this.#store.evicted + this.#capped,
      sightings: this.#store.thinned,
      scriptBlocks: this.#scripts.forced,
      activations: this.#activations.dropped,
      filterFailures: this.#failures.dropped,
      looks: this.#looks.dropped,
      timers: this.#timers.dropped,
      firingCandidates: this.#firing.dropped,
    };
  }

  /** The dossiers of everything that was fed: by first-seen time, host, id. It may be called again after more events. */
  finish(): readonly Dossier[] {
    for (const block of this.#scripts.finish()) this.#readBlock(block);
    this.settle(Number.POSITIVE_INFINITY);
    const cases = this.#openCases();
    const spread = spreadOf(cases);
    const cited = new Map<Event, readonly Evidence[]>();
    const cite = (events: readonly Event[]): readonly Evidence[] =>
      distinctEvidence(
        events.flatMap((event) => {
          const known = cited.get(event) ?? this.#who.cite(event);
          cited.set(event, known);
          return known;
        }),
      );
    this.#joins = new Map();
    this.#sourcesOf = new Map();
    const dossiers: Dossier[] = [];
    for (const [host, ofHost] of cases) {
      const context = this.#startContext(host);
      const looks = this.#looks.of(host);
      const traps = ofHost.map((subject) => trapOf(subject, context, looks)).filter((trap) => trap !== undefined);
      const { firings, joins }: HostFirings = joinFirings(traps, this.#firing.of(host));
      for (const [start, join] of joins) this.#joins.set(start, join);
      for (const subject of ofHost) {
        const judged = judge(subject, {
          who: this.#who,
          sources: this.#sources,
          context,
          looks,
          timers: this.#timers.of(host),
          firings: firings.get(subject.id) ?? [],
          sessions: this.#sessions.of(subject.group),
          compiled: this.#compiledBefore(subject.group, cite),
          same: spread.get(subject.fingerprint ?? '') ?? new Map(),
          failures: this.#failures.of(host, subject.filter.current?.content),
          cite,
        });
        if (judged === undefined) continue;
        dossiers.push(judged.dossier);
        if (judged.sources.length > 0) this.#sourcesOf.set(judged.dossier.id, judged.sources);
      }
    }
    return dossiers.sort(compareDossiers);
  }

  #acceptWmiActivity(host: string, event: Event): void {
    const channel = channelKey(event);
    if (channel === TRACE_CHANNEL) {
      if (event.eventId === 11) {
        this.#see(
          host,
          readTraceOperation(event, (computer) => this.#who.hostKey(computer)),
          event,
        );
      }
      return;
    }
    const ofHost = this.#earliest.get(host) ?? new Map<string, Event>();
    if (this.#earliest.size < MAX_HOSTS) this.#earliest.set(host, ofHost);
    const earliest = ofHost.get(channel);
    if (earliest === undefined || compareEvents(event, earliest) < 0) ofHost.set(channel, event.detach());
    if (event.eventId === 5861) this.#see(host, readBindingRecord(event), event);
    else if (event.eventId === 5859) this.#activations.accept(host, event);
    else if (event.eventId === 5857) this.#firing.addProviderLoad(host, event);
  }

  #readBlock(block: ScriptBlock): void {
    const event = block.events[0];
    if (event === undefined) return;
    const who = powershellWriter(event, block.host, '');
    const isInferred = block.events.every((part) => part.isForeignTemplate);
    this.#readCommand(block.host, { ...who, text: block.text, isInferred }, block.events);
  }

  #readPowerShell(host: string, event: Event, context: string, texts: readonly string[]): void {
    const who = powershellWriter(event, host, context);
    const line = who.writer.commandLine;
    for (const text of line === undefined ? texts : [...texts, line]) {
      if (text === '') continue;
      this.#readCommand(host, { ...who, text, isInferred: event.isForeignTemplate }, [event]);
    }
  }

  #readCommand(host: string, command: CommandText, events: readonly Event[]): void {
    for (const { remoteHost, sighting } of readCommands(command)) {
      const target = remoteHost === undefined ? host : this.#who.hostKey(remoteHost);
      for (const event of events) this.#see(target, sighting, event);
    }
  }

  #see(host: string, sighting: Sighting | undefined, event: Event): void {
    if (sighting === undefined) return;
    const kept = this.#own(event);
    const { entry, isKept } = this.#store.add(host, sighting, kept);
    if (!isKept || sighting.source === 'command' || sighting.act === 'deleted' || isResting(sighting)) return;
    this.#sessions.ask(entry, kept);
  }

  /** The copy of a record that is kept: one object for all that it tells, so that records can be compared. */
  #own(event: Event): Event {
    if (this.#turn?.event !== event) this.#turn = { event, kept: event.detach() };
    return this.#turn.kept;
  }

  #startContext(host: string): ReturnType<typeof startContext> {
    return startContext(
      this.#store.sightingsOf(host),
      this.#who.winmgmtStarts(host),
      this.#earliest.get(host) ?? new Map(),
    );
  }

  /** Cases by host, hosts sorted; where there are more than the run may hold, each host keeps its share. */
  #openCases(): ReadonlyMap<string, readonly Case[]> {
    const groups = new Map<string, readonly Group[]>();
    for (const host of this.#store.hosts()) groups.set(host, groupSightings(host, this.#store.sightingsOf(host)));
    const share = shareOfHost(
      [...groups.values()].map((ofHost) => ofHost.length),
      this.#maxDossiers,
    );
    const cases = new Map<string, readonly Case[]>();
    this.#capped = 0;
    for (const [host, ofHost] of groups) {
      const kept = ofHost.length > share ? byRetention(ofHost).slice(0, share) : ofHost;
      this.#capped += ofHost.length - kept.length;
      cases.set(
        host,
        kept.map((group) => openCase(group, (filters) => this.#activations.of(host, filters, writesOf(group)))),
      );
    }
    return cases;
  }

  /** OR5: mofcomp with a file in a temporary folder, shortly before the objects showed. */
  #compiledBefore(group: Group, cite: (events: readonly Event[]) => readonly Evidence[]): Witnessed | undefined {
    const compilers = this.#compilers.get(group.host);
    if (compilers === undefined) return undefined;
    for (const { timeMs } of writesOf(group)) {
      const start = compilers.find(
        ({ startMs }) => startMs >= timeMs - COMPILED_BEFORE_MS && startMs <= timeMs + COMPILED_AFTER_MS,
      );
      if (start !== undefined) {
        return { text: 'mofcomp compiled a file from a temporary folder', evidence: cite(start.events) };
      }
    }
    return undefined;
  }
}

/** Records at which objects of a group were written or stood. */
function writesOf(group: Group): readonly Event[] {
  const entries = new Set([...group.filters, ...group.bindings]);
  return [...entries]
    .filter(({ sighting }) => sighting.source !== 'command' && sighting.act !== 'deleted' && !isResting(sighting))
    .flatMap(({ events }) => events);
}

/** Hosts by fingerprint, with the first record on each (SP1). */
function spreadOf(cases: ReadonlyMap<string, readonly Case[]>): ReadonlyMap<string, ReadonlyMap<string, Event>> {
  const spread = new Map<string, Map<string, Event>>();
  for (const [host, ofHost] of cases) {
    for (const { fingerprint, group } of ofHost) {
      const event = [...group.bindings, ...group.consumers][0]?.events[0];
      if (fingerprint === undefined || event === undefined) continue;
      const hosts = spread.get(fingerprint) ?? new Map<string, Event>();
      spread.set(fingerprint, hosts);
      if (!hosts.has(host)) hosts.set(host, event);
    }
  }
  return spread;
}

function compareDossiers(a: Dossier, b: Dossier): number {
  return compareText(a.firstSeen, b.firstSeen) || compareText(a.host, b.host) || compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
