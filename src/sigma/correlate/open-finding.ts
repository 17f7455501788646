import { compareInstants, type Instant } from '../../windows/index.ts';
import type { CompiledCorrelation } from '../compile/compile-rules.ts';
import { compareEntries, type Entry } from './entry.ts';
import type { CorrelationFinding } from './finding.ts';

/** A finding that may still grow; plain data. */
export interface OpenFinding {
  readonly key: string;
  readonly aliases: string[];
  readonly group: readonly { readonly field: string; readonly value: string }[];
  first: Instant;
  last: Instant;
  count: number;
  readonly value: number | undefined;
  readonly references: string[];
  isTruncated: boolean;
}

/** `extra` sets apart findings of one window, as of rare values. */
export function openFinding(
  correlation: CompiledCorrelation,
  entries: readonly Entry[],
  value: number | undefined,
  extra?: { readonly field: string; readonly value: string },
): OpenFinding {
  const first = entries[0] as Entry;
  const last = entries.at(-1) as Entry;
  const group = correlation.body.groupBy.map((field, i) => ({ field, value: first.group[i] ?? '' }));
  return {
    key: keyOf(correlation, first, extra?.value),
    aliases: [],
    group: extra === undefined ? group : [...group, extra],
    first: instantOf(first),
    last: instantOf(last),
    count: entries.length,
    value,
    references: entries.map(({ reference }) => reference),
    isTruncated: false,
  };
}

function instantOf({ ms, ticks }: Entry): Instant {
  return { ms, ticks };
}

function keyOf({ metadata }: CompiledCorrelation, first: Entry, extra: string | undefined): string {
  const rule = metadata.id ?? metadata.name ?? metadata.title;
  return JSON.stringify([rule, first.key, Math.floor(first.ms / 1000), ...(extra === undefined ? [] : [extra])]);
}

/** Adds a member; beyond the limit the first and the newest stay. An earlier one gives the key that it would have made. */
export function growFinding(
  finding: OpenFinding,
  correlation: CompiledCorrelation,
  entry: Entry,
  maxMembers: number,
): void {
  finding.count++;
  if (compareInstants(entry, finding.first) < 0) {
    finding.first = instantOf(entry);
    const alias = keyOf(correlation, entry, undefined);
    if (alias !== finding.key && !finding.aliases.includes(alias)) finding.aliases.push(alias);
    finding.references.unshift(entry.reference);
  } else finding.references.push(entry.reference);
  if (compareInstants(entry, finding.last) > 0) finding.last = instantOf(entry);
  if (finding.references.length <= maxMembers) return;
  finding.references.splice(1, 1);
  finding.isTruncated = true;
}

export function told(correlation: CompiledCorrelation, finding: OpenFinding, isFinal: boolean): CorrelationFinding {
  const { aliases, references, ...rest } = finding;
  return { correlation, ...rest, aliases: [...aliases], references: [...references], isFinal };
}

/** Puts an entry into its place among ordered ones, and says which. */
export function insertInOrder(entries: Entry[], entry: Entry): number {
  let at = entries.length;
  while (at > 0 && compareEntries(entries[at - 1] as Entry, entry) > 0) at--;
  entries.splice(at, 0, entry);
  return at;
}
