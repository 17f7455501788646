import type { CoverageCount } from '../windows/index.ts';

/** Machines that one log may tell of by renaming; a collector's log has more, or mixes them. */
const MAX_NAMES_OF_MACHINE = 4;
const NETBIOS_LENGTH = 15;

/** Which names are one machine (DOMAIN 2.2 #31, 3.4; SETTLED C9). Built once, when all names are known. */
export class HostTable {
  readonly #keys = new Map<string, string>();
  readonly #aliases = new Map<string, string[]>();

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

  static from(counts: readonly CoverageCount[]): HostTable {
    const table = new HostTable();
    const names = new Set<string>();
    for (const count of counts) names.add(count.computer.trim().toLowerCase());
    const renamed = findRenames(counts);
    const folded = foldShortNames(names);
    for (const name of names) {
      const key = followName(name, renamed, folded);
      table.#keys.set(name, key);
      if (key !== name) {
        const aliases = table.#aliases.get(key);
        if (aliases === undefined) table.#aliases.set(key, [name]);
        else aliases.push(name);
      }
    }
    for (const aliases of table.#aliases.values()) aliases.sort();
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

function followName(name: string, renamed: ReadonlyMap<string, string>, folded: ReadonlyMap<string, string>): string {
  let at = name;
  for (let steps = 0; steps < MAX_NAMES_OF_MACHINE * 2; steps++) {
    const next = renamed.get(at) ?? folded.get(at);
    if (next === undefined || next === name) return at;
    at = next;
  }
  return at;
}

interface Span {
  readonly computer: string;
  low: number;
  high: number;
}

/**
 * Earlier name → later name. One log is one machine's when it holds one channel and its names follow each other in record
 * ids without mixing; what one log says is dropped where another shows both names side by side.
 */
function findRenames(counts: readonly CoverageCount[]): Map<string, string> {
  const renamed = new Map<string, string>();
  const refused = new Set<string>();
  for (const spans of spansOfLogs(counts).values()) {
    if (spans.size < 2 || spans.size > MAX_NAMES_OF_MACHINE) continue;
    const inOrder = [...spans.values()].sort((a, b) => a.low - b.low || (a.computer < b.computer ? -1 : 1));
    for (let i = 1; i < inOrder.length; i++) {
      const before = inOrder[i - 1];
      const after = inOrder[i];
      if (before === undefined || after === undefined) continue;
      const known = renamed.get(before.computer);
      if (before.high >= after.low) refused.add(pairKey(before.computer, after.computer));
      else if (known !== undefined && known !== after.computer) refused.add(pairKey(before.computer, known));
      else renamed.set(before.computer, after.computer);
    }
  }
  for (const [earlier, later] of renamed) {
    if (refused.has(pairKey(earlier, later)) || renamed.get(later) === earlier) renamed.delete(earlier);
  }
  return renamed;
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`;
}

/** Record id spans of each computer by log file; logs with several channels are exports or collections and say nothing. */
function spansOfLogs(counts: readonly CoverageCount[]): Map<string, Map<string, Span>> {
  const logs = new Map<string, Map<string, Span>>();
  const channels = new Map<string, string>();
  for (const count of counts) {
    if (count.recordClass !== 'live') continue;
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
    const computer = count.computer.trim().toLowerCase();
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
