import type { CoverageCount } from '../windows/index.ts';

/** Machines that one log may tell of by renaming; a collector's log has more, or mixes them. */
const MAX_NAMES_OF_MACHINE = 4;
const NETBIOS_LENGTH = 15;
/** A machine has one name at a time: names that both have records over more than this are two (a clock may be set once). */
const TOGETHER_MS = 86_400_000;
/** Names that are followed from one: more is no machine's life. */
const MAX_FOLLOWED = 64;

/** Which names are one machine (DOMAIN 2.2 #31, 3.4; SETTLED C9). Built once, when all names are known. */
export class HostTable {
  readonly #keys = new Map<string, string>();
  readonly #aliases = new Map<string, string[]>();
  /** Host keys by the short name that people and commands use: several where machines of several domains have it. */
  readonly #byLabel = new Map<string, Set<string>>();

  /** The host key of a machine with records by any name that it is called by, its short one included; undefined for others. */
  find(name: string): string | undefined {
    const folded = name.trim().toLowerCase();
    const known = this.#keys.get(folded);
    if (known !== undefined) return known;
    const [only, ...others] = this.#byLabel.get(folded) ?? [];
    return others.length > 0 ? undefined : only;
  }

  /** True for a short name that machines of several domains have (DOMAIN 2.2 #31): which of them is meant nobody can tell. */
  isAmbiguous(name: string): boolean {
    const folded = name.trim().toLowerCase();
    return !this.#keys.has(folded) && (this.#byLabel.get(folded)?.size ?? 0) > 1;
  }

  /**
   * The host key of a machine by the name and domain of its account; a domain counts by its first label, `CORP` or `corp.local`
   * (DOMAIN 2.2 #30). Undefined where several machines have the name and the domain tells none apart.
   */
  findMachine(name: string, domain: string | undefined): string | undefined {
    if (!this.isAmbiguous(name)) return this.find(name) ?? this.keyOf(name);
    const label = domain?.trim().toLowerCase().split('.')[0];
    const keys = [...(this.#byLabel.get(name.trim().toLowerCase()) ?? [])];
    const [only, ...others] = keys.filter((key) => key.split('.')[1] === label);
    return others.length > 0 ? undefined : only;
  }

  /** The host key of a name, as written in a record; a name that no record had is its own key, in lower case. */
  keyOf(name: string): string {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const folded = name.trim().toLowerCase();
    return this.#keys.get(folded) ?? folded;
  }

  /** The other names of a host, lower case and sorted. */
  aliasesOf(host: string): readonly string[] {
    return this.#aliases.get(host) ?? [];
  }

  /** Every name of records, in lower case, with its host key. */
  *names(): Generator<readonly [name: string, host: string]> {
    for (const [name, host] of this.#keys) if (name === name.trim().toLowerCase()) yield [name, host];
  }

  /** True where both tables give every name the same host. */
  isSame(other: HostTable): boolean {
    if (this.#keys.size !== other.#keys.size) return false;
    for (const [name, key] of this.#keys) if (other.#keys.get(name) !== key) return false;
    return true;
  }

  #learnLabels(): void {
    for (const [name, key] of this.#keys) {
      if (!isQualified(name)) continue;
      const label = name.slice(0, name.indexOf('.'));
      for (const short of new Set([label, label.slice(0, NETBIOS_LENGTH)])) {
        const known = this.#byLabel.get(short);
        if (known === undefined) this.#byLabel.set(short, new Set([key]));
        else known.add(key);
      }
    }
  }

  static from(counts: readonly CoverageCount[]): HostTable {
    const table = new HostTable();
    const names = new Set<string>();
    for (const count of counts) names.add(count.computer.trim().toLowerCase());
    const folded = foldShortNames(names);
    const lastNames = findLastNames(counts, folded);
    for (const name of names) {
      const qualified = folded.get(name) ?? name;
      const key = lastNames.get(qualified) ?? qualified;
      table.#keys.set(name, key);
      if (key !== name) {
        const aliases = table.#aliases.get(key);
        if (aliases === undefined) table.#aliases.set(key, [name]);
        else aliases.push(name);
      }
    }
    for (const aliases of table.#aliases.values()) aliases.sort();
    table.#learnLabels();
    for (const count of counts) {
      const key = table.#keys.get(count.computer.trim().toLowerCase());
      if (key !== undefined) table.#keys.set(count.computer, key);
    }
    return table;
  }
}

function isQualified(name: string): boolean {
  return name.includes('.') && !/^[\d.]+$/.test(name) && !name.includes(':');
}

/** Short names that belong to exactly one qualified name; 15 characters may be a NetBIOS cut. */
function foldShortNames(names: ReadonlySet<string>): Map<string, string> {
  const byLabel = new Map<string, Set<string>>();
  const add = (label: string, name: string): void => {
    const known = byLabel.get(label);
    if (known === undefined) byLabel.set(label, new Set([name]));
    else known.add(name);
  };
  for (const name of names) {
    if (!isQualified(name)) continue;
    const label = name.slice(0, name.indexOf('.'));
    add(label, name);
    if (label.length > NETBIOS_LENGTH) add(label.slice(0, NETBIOS_LENGTH), name);
  }
  const folded = new Map<string, string>();
  for (const name of names) {
    if (isQualified(name)) continue;
    const qualified = byLabel.get(name);
    const [only] = qualified ?? [];
    if (only !== undefined && qualified?.size === 1) folded.set(name, only);
  }
  return folded;
}

interface Span {
  readonly computer: string;
  low: number;
  high: number;
}

/**
 * Earlier name → last name. One log is one machine's when it is no text, holds one channel and its names follow each other in record
 * ids without mixing. What one log says is dropped where another shows both names mixed or the other way round, and a
 * name that two machines had before (clones of one image) belongs to neither.
 */
function findLastNames(
  counts: readonly CoverageCount[],
  folded: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const later = new Map<string, Set<string>>();
  const mixed = new Set<string>();
  for (const spans of spansOfLogs(counts, folded).values()) {
    if (spans.size < 2 || spans.size > MAX_NAMES_OF_MACHINE) continue;
    const inOrder = [...spans.values()].sort((a, b) => a.low - b.low || (a.computer < b.computer ? -1 : 1));
    for (const [at, after] of inOrder.entries()) {
      for (const before of inOrder.slice(0, at)) {
        if (before.high >= after.low) mixed.add(pairKey(before.computer, after.computer));
        const known = later.get(before.computer);
        if (known === undefined) later.set(before.computer, new Set([after.computer]));
        else known.add(after.computer);
      }
    }
  }
  const lives = livesOf(counts, folded);
  for (const [name, names] of later) {
    for (const other of names) {
      if (later.get(other)?.has(name) || wereTogether(lives.get(name), lives.get(other))) {
        mixed.add(pairKey(name, other));
      }
    }
  }
  for (const [name, names] of later)
    for (const other of names) if (mixed.has(pairKey(name, other))) names.delete(other);
  const last = new Map<string, string>();
  for (const name of later.keys()) {
    const ends = endsOf(name, later);
    const [only] = ends;
    if (only !== undefined && ends.size === 1) last.set(name, only);
  }
  return last;
}

interface Life {
  firstMs: number;
  lastMs: number;
}

/** From when to when records of a name stand anywhere in the evidence. */
function livesOf(counts: readonly CoverageCount[], folded: ReadonlyMap<string, string>): ReadonlyMap<string, Life> {
  const lives = new Map<string, Life>();
  for (const { computer, recordClass, first, last } of counts) {
    if (recordClass !== 'live' || first === undefined || last === undefined) continue;
    const name = computer.trim().toLowerCase();
    const key = folded.get(name) ?? name;
    const life = lives.get(key);
    if (life === undefined) lives.set(key, { firstMs: first.ms, lastMs: last.ms });
    else {
      life.firstMs = Math.min(life.firstMs, first.ms);
      life.lastMs = Math.max(life.lastMs, last.ms);
    }
  }
  return lives;
}

function wereTogether(a: Life | undefined, b: Life | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return Math.min(a.lastMs, b.lastMs) - Math.max(a.firstMs, b.firstMs) > TOGETHER_MS;
}

/** The names at which following later names ends: one for a machine that was renamed; at most two are told. */
function endsOf(name: string, later: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const ends = new Set<string>();
  const seen = new Set([name]);
  const open = [name];
  for (let at = open.pop(); at !== undefined && ends.size < 2 && seen.size <= MAX_FOLLOWED; at = open.pop()) {
    const next = later.get(at);
    if (next === undefined || next.size === 0) {
      if (at !== name) ends.add(at);
      continue;
    }
    for (const other of next) {
      if (seen.has(other)) continue;
      seen.add(other);
      open.push(other);
    }
  }
  return ends;
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`;
}

/** Record id spans of each computer by log file; logs with several channels are exports or collections and say nothing. */
function spansOfLogs(
  counts: readonly CoverageCount[],
  folded: ReadonlyMap<string, string>,
): Map<string, Map<string, Span>> {
  const logs = new Map<string, Map<string, Span>>();
  const channels = new Map<string, string>();
  for (const count of counts) {
    if (count.recordClass !== 'live' || count.isText === true) continue;
    const log = JSON.stringify([count.source.file, count.source.container ?? []]);
    const channel = count.channel.toLowerCase();
    const known = channels.get(log);
    if (known !== undefined && known !== channel) {
      channels.set(log, '');
      logs.delete(log);
      continue;
    }
    channels.set(log, channel);
    const { lowestId, highestId } = count;
    if (typeof lowestId !== 'number' || typeof highestId !== 'number') continue;
    const name = count.computer.trim().toLowerCase();
    const computer = folded.get(name) ?? name;
    const spans = logs.get(log) ?? new Map<string, Span>();
    logs.set(log, spans);
    const span = spans.get(computer);
    if (span === undefined) spans.set(computer, { computer, low: lowestId, high: highestId });
    else {
      span.low = Math.min(span.low, lowestId);
      span.high = Math.max(span.high, highestId);
    }
  }
  return logs;
}
