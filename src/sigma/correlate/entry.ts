import { compareInstants, compareRecordIds, type Instant, type RecordId } from '../../windows/index.ts';
import type { CompiledCorrelation } from '../compile/compile-rules.ts';
import { type Hit, valuesOf } from '../match/plain.ts';
import { fold } from '../values/fold.ts';
import { numberOf, renderValue } from '../values/number.ts';

/** An event that rules matched, as correlations take it. */
export interface CorrelatedEvent {
  /** Its own time; without one it takes no part (SIGMA 5.1). */
  readonly time: Instant | undefined;
  /** The file or sender that it came from: its record ids are ordered, and its clock is one. */
  readonly source: string;
  readonly host: string;
  readonly recordId: RecordId | undefined;
  /** What the caller knows the event by; it stands in findings. */
  readonly reference: string;
  readonly hits: readonly Hit[];
}

/** The fields of an event that any correlation asks for, as text, by the rule that matched: plain data that can be kept. */
export type KeptFields = Readonly<Record<string, string>>;

/** What an event is to one group of one correlation; plain data. */
export interface Entry {
  readonly ms: number;
  readonly ticks: number;
  readonly source: string;
  readonly host: string;
  readonly recordId: RecordId | undefined;
  readonly reference: string;
  /** Which of the correlation's members it matched, by position. */
  readonly positions: readonly number[];
  /** Values of the group's fields as written; the key folds them. */
  readonly group: readonly string[];
  readonly key: string;
  /** The folded tuple of `condition.field`, and its number where it is one. */
  readonly tuple: string | undefined;
  readonly number: number | undefined;
  /** Of the first member that it matched, for correlations of this correlation. */
  readonly fields: KeptFields;
}

/** Order of entries: time, then source, then record id (SIGMA 5.1). */
export function compareEntries(a: Entry, b: Entry): number {
  return (
    compareInstants(a, b) ||
    (a.source < b.source ? -1 : a.source > b.source ? 1 : 0) ||
    compareRecordIds(a.recordId, b.recordId) ||
    (a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : 0)
  );
}

/** Names that correlations may ask a matched event for: group fields, aliased ones, and those of conditions. */
export function fieldsAsked(correlations: readonly CompiledCorrelation[]): readonly string[] {
  const asked = new Set<string>();
  for (const { body } of correlations) {
    for (const field of [...body.groupBy, ...(body.threshold?.fields ?? [])]) asked.add(field);
    for (const fields of body.aliases.values()) for (const field of fields.values()) asked.add(field);
  }
  return [...asked];
}

/** The first value of each asked field, by the names of the route on which the rule matched. */
export function keepFields(asked: readonly string[], { route: { route }, fields }: Hit): KeptFields {
  const kept: Record<string, string> = {};
  for (const field of asked) {
    const values = valuesOf(route.namesOf(field) ?? [], fields);
    const text = values?.map(renderValue).find((one) => one !== undefined);
    if (text !== undefined) kept[field] = text;
  }
  return kept;
}

/** What matched, for one correlation: a rule or an inner correlation, with its fields. */
export interface Matched {
  readonly kind: 'rule' | 'correlation';
  readonly index: number;
  readonly fields: KeptFields;
}

type Stamp = Pick<Entry, 'ms' | 'ticks' | 'source' | 'host' | 'recordId' | 'reference'>;

/** Entries of an event: one for each group, which may differ by the member that matched (aliases). `missing` counts members without a group field. */
export function entriesOf(
  correlation: CompiledCorrelation,
  stamp: Stamp,
  matched: readonly Matched[],
): { readonly entries: readonly Entry[]; readonly missing: number } {
  const { members, body } = correlation;
  const groups = new Map<string, Entry & { positions: number[] }>();
  let missing = 0;
  for (const [position, member] of members.entries()) {
    const found = matched.find(({ kind, index }) => kind === member.kind && index === member.index);
    if (found === undefined) continue;
    // A rule may name a field as it likes, also as what every object has.
    const named = (name: string): string | undefined => {
      const field = body.aliases.get(name)?.get(member.reference) ?? name;
      return Object.hasOwn(found.fields, field) ? found.fields[field] : undefined;
    };
    const group = body.groupBy.map(named);
    if (!isComplete(group)) {
      missing++;
      continue;
    }
    const key = JSON.stringify(group.map(fold));
    const known = groups.get(key);
    if (known !== undefined) {
      known.positions.push(position);
      continue;
    }
    const values = (body.threshold?.fields ?? []).map(named);
    const tuple = values.length > 0 && isComplete(values) ? JSON.stringify(values.map(fold)) : undefined;
    const number = values.length === 1 ? numberOf(values[0]) : undefined;
    groups.set(key, {
      ...stamp,
      positions: [position],
      group,
      key,
      tuple,
      number: number === undefined ? undefined : Number(number),
      fields: found.fields,
    });
  }
  return { entries: [...groups.values()], missing };
}

function isComplete(values: readonly (string | undefined)[]): values is readonly string[] {
  return values.every((value) => value !== undefined);
}
