import type { ProcessStart, Strength } from '../entities/index.ts';
import { type Event, getFolded, imageTail, PROVIDER_HOST, SCRIPT_HOST, splitCommandLine } from '../windows/index.ts';
import { matchesTemplate } from '../wmi/index.ts';
import type { Firing } from './lifecycle.ts';
import { compareEvents, MAX_HOSTS } from './sighting.ts';

/** Which subscriptions a process start fired, for C03 and C04 (SETTLED A5). */
export interface FiringJoin {
  readonly analytic: 'C03' | 'C04';
  /** J15: strong for one consumer, inferred when several of the kind could have run. */
  readonly join: 'J15';
  readonly strength: Strength;
  /** True where the command line of the start equals the text that the consumer runs: J24, exact (SETTLED C6). */
  readonly isByText: boolean;
  /** Ids of dossiers, sorted. */
  readonly subscriptions: readonly string[];
}

/** What the join has to know of one subscription. */
export interface Trap {
  readonly id: string;
  readonly kind: 'command' | 'script';
  /** Text that runs, and the program where it stands apart. */
  readonly payload: string | undefined;
  readonly executable: string | undefined;
  readonly template: string | undefined;
  /** Earliest and latest time at which it may have run, Unix milliseconds. */
  readonly from: number;
  readonly to: number;
}

const MAX_LINES_A_HOST = 5_000;
const MAX_STARTS_A_LINE = 1_000;
const MAX_SCRIPT_HOSTS = 5_000;
/** A provider load and the start of the script host are one firing within this time (J15), milliseconds. */
const ONE_FIRING_MS = 10_000;
/** Templates with placeholders that are tried against a command line; exact texts are looked up. */
const MAX_TEMPLATES = 1_000;

export interface HostCandidates {
  readonly children: Map<string, ProcessStart[]>;
  readonly scriptHosts: ProcessStart[];
  readonly scriptLoads: Event[];
  readonly otherLoads: Event[];
}

/** Starts and provider loads that may be firings, kept until the subscriptions are known: either may come first. */
export class FiringCandidates {
  readonly #hosts = new Map<string, HostCandidates>();
  /** Candidates beyond the bounds. */
  dropped = 0;

  /** Takes a start when it is the script host, or a SYSTEM child of the provider host with a text to compare. */
  addStart(start: ProcessStart): void {
    if (imageTail(start.image) === SCRIPT_HOST) {
      this.#keep(this.#of(start.host).scriptHosts, start, MAX_SCRIPT_HOSTS);
      return;
    }
    if (imageTail(start.parentImage) !== PROVIDER_HOST || !mayBeSystem(start)) return;
    const { children } = this.#of(start.host);
    const key = lineKey(start.commandLine ?? start.image);
    const starts = children.get(key);
    if (starts !== undefined) this.#keep(starts, start, MAX_STARTS_A_LINE);
    else if (children.size < MAX_LINES_A_HOST) children.set(key, [start]);
    else this.dropped++;
  }

  /** Takes a 5857: only of the two binaries that run consumers; by its path, not its HostProcess (DOMAIN 2.2 #15). */
  addProviderLoad(host: string, event: Event): void {
    const tail = imageTail(getFolded(event, 'ProviderPath'));
    if (tail === SCRIPT_HOST) this.#keep(this.#of(host).scriptLoads, event.detach(), MAX_SCRIPT_HOSTS);
    else if (tail === 'wbemcons.dll') this.#keep(this.#of(host).otherLoads, event.detach(), MAX_SCRIPT_HOSTS);
  }

  /** The starts of a host that may be firings. */
  of(host: string): HostCandidates | undefined {
    return this.#hosts.get(host);
  }

  #of(host: string): HostCandidates {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const fresh: HostCandidates = { children: new Map(), scriptHosts: [], scriptLoads: [], otherLoads: [] };
    if (this.#hosts.size < MAX_HOSTS) this.#hosts.set(host, fresh);
    return fresh;
  }

  #keep<T>(list: T[], item: T, most: number): void {
    if (list.length < most) list.push(item);
    else this.dropped++;
  }
}

/** Consumers run as SYSTEM (DOMAIN 1.1): a child that is known to run as somebody else was not started by one. */
function mayBeSystem(start: ProcessStart): boolean {
  if (start.isOwnLogon && start.logonId !== undefined) return start.logonId.toLowerCase() === '0x3e7';
  if (start.sid !== undefined) return start.sid === 'S-1-5-18' || !start.isOwnLogon;
  return true;
}

/** A command line as it is compared: without case, with single blanks. */
function lineKey(line: string): string {
  return line
    .trim()
    .replace(/\s{1,64}/g, ' ')
    .toLowerCase();
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  const isQuoted = trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.indexOf('"', 1) === trimmed.length - 1;
  return (isQuoted ? trimmed.slice(1, -1) : trimmed).toLowerCase();
}

/**
 * True when this start is what the consumer runs (SETTLED A5): its command line equals the template after substitution,
 * or the executable and the template behind it, or, where the line is the bare program, program or image equal the text.
 */
export function isRunOf(trap: Trap, start: ProcessStart): boolean {
  if (runsText(trap, start)) return true;
  const { payload, executable } = trap;
  const line = start.commandLine ?? '';
  const isBare = line === '' || splitCommandLine(line).tail === '';
  if (!isBare) return false;
  const program = splitCommandLine(line).program;
  return [executable, payload].some((text) => text !== undefined && isSameProgram(text, program, start.image));
}

/** J24: its command line equals the template after substitution, or the executable and the template behind it. */
function runsText({ payload, executable, template }: Trap, start: ProcessStart): boolean {
  const line = start.commandLine ?? '';
  for (const text of [template, payload]) {
    if (text !== undefined && line !== '' && matchesTemplate(text, line)) return true;
  }
  if (executable !== undefined && template !== undefined && line !== '') {
    const { program, tail } = splitCommandLine(line);
    // The program counts towards the fixed text that a template needs.
    const isProgram = isSameProgram(executable, program, start.image);
    if (isProgram && matchesTemplate(`program ${template}`, `program ${tail}`)) return true;
  }
  return false;
}

function isSameProgram(wanted: string, program: string, image: string): boolean {
  const text = unquoted(wanted);
  return text !== '' && (text === program.toLowerCase() || text === image.toLowerCase());
}

/** The firings of the subscriptions of one host, and the joins of the starts. */
export interface HostFirings {
  /** By dossier id. */
  readonly firings: ReadonlyMap<string, readonly Firing[]>;
  readonly joins: ReadonlyMap<ProcessStart, FiringJoin>;
}

/** Joins starts and provider loads to subscriptions (J15, C03, C04). */
export function joinFirings(traps: readonly Trap[], candidates: HostCandidates | undefined): HostFirings {
  const firings = new Map<string, Firing[]>();
  const joins = new Map<ProcessStart, FiringJoin>();
  if (candidates === undefined || traps.length === 0) return { firings, joins };
  const add = (matches: readonly Trap[], events: readonly Event[]): Strength => {
    const strength: Strength = matches.length === 1 ? 'strong' : 'inferred';
    for (const { id } of matches) {
      const list = firings.get(id) ?? [];
      firings.set(id, list);
      list.push({ strength, events });
    }
    return strength;
  };
  const commands = new CommandTraps(traps.filter(({ kind }) => kind === 'command'));
  for (const starts of candidates.children.values()) {
    for (const start of starts) {
      const matches = commands.matching(start);
      if (matches.length === 0) continue;
      const loads = near(candidates.otherLoads, start.startMs);
      const strength = add(matches, [...start.events, ...loads].sort(compareEvents));
      const isByText = matches.every((trap) => runsText(trap, start));
      joins.set(start, { analytic: 'C03', join: 'J15', strength, isByText, subscriptions: idsOf(matches) });
    }
  }
  const scripts = traps.filter(({ kind }) => kind === 'script');
  const isTold = new Set<Event>();
  for (const start of candidates.scriptHosts) {
    const matches = aliveAt(scripts, start.startMs);
    if (matches.length === 0) continue;
    const loads = near(candidates.scriptLoads, start.startMs);
    for (const load of loads) isTold.add(load);
    const strength = add(matches, [...start.events, ...loads].sort(compareEvents));
    joins.set(start, { analytic: 'C04', join: 'J15', strength, isByText: false, subscriptions: idsOf(matches) });
  }
  for (const load of candidates.scriptLoads) {
    if (isTold.has(load)) continue;
    const matches = aliveAt(scripts, load.timeMs);
    if (matches.length > 0) add(matches, [load]);
  }
  return { firings, joins };
}

function idsOf(traps: readonly Trap[]): readonly string[] {
  return traps.map(({ id }) => id).sort();
}

function aliveAt(traps: readonly Trap[], at: number): readonly Trap[] {
  return traps.filter((trap) => trap.from <= at && at <= trap.to);
}

function near(loads: readonly Event[], at: number): readonly Event[] {
  return loads.filter((load) => Math.abs(load.timeMs - at) <= ONE_FIRING_MS);
}

/** Command line consumers of one host, found by their text. */
class CommandTraps {
  readonly #byText = new Map<string, Trap[]>();
  readonly #templates: Trap[] = [];

  constructor(traps: readonly Trap[]) {
    for (const trap of traps) {
      const texts = [trap.payload, trap.executable, trap.template].filter((text) => text !== undefined);
      for (const text of new Set(texts.flatMap((written) => [lineKey(written), unquoted(written)]))) {
        const list = this.#byText.get(text) ?? [];
        this.#byText.set(text, list);
        list.push(trap);
      }
      const isCombined = trap.executable !== undefined && trap.template !== undefined;
      const isTemplate = isCombined || texts.some((text) => text.includes('%'));
      if (isTemplate && this.#templates.length < MAX_TEMPLATES) this.#templates.push(trap);
    }
  }

  /** Those that this start runs and that may have stood then. */
  matching(start: ProcessStart): readonly Trap[] {
    const line = start.commandLine ?? '';
    const keys = new Set([lineKey(line), unquoted(line), start.image.toLowerCase()]);
    const found = new Set<Trap>(this.#templates);
    for (const key of keys) for (const trap of this.#byText.get(key) ?? []) found.add(trap);
    return aliveAt([...found], start.startMs).filter((trap) => isRunOf(trap, start));
  }
}
