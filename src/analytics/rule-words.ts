import { secondOf } from '../entities/index.ts';
import type { CompiledCorrelation, CompiledRule, MatchedValue, Metadata } from '../sigma/index.ts';
import { EventFields, type EventHit } from '../taxonomy/index.ts';
import { type Event, formatTime, isPrintableMs, type Level, techniquesOfTags } from '../windows/index.ts';
import type { Finding, RuleCredit } from './finding.ts';

/** What findings of rules have in common, whoever wrote the rule: credit, techniques, and words for what matched. */

/** A rule without a level ranks as one of this (SIGMA 1). */
export const DEFAULT_LEVEL: Level = 'medium';
const MAX_SHOWN_VALUES = 4;
const MAX_SHOWN = 120;

/** A reader of its own: the matcher's moves on to what the event implies. */
export function fieldsOf({ route, seen }: EventHit): EventFields {
  const fields = new EventFields(route);
  fields.moveTo(seen);
  return fields;
}

export function creditOf({ id, title, author, license, file, references }: Metadata): RuleCredit {
  return {
    ...(id === undefined ? {} : { id }),
    title,
    ...(author === undefined ? {} : { author }),
    ...(license === undefined ? {} : { license }),
    path: file,
    references,
  };
}

/** Techniques as the rule tags them, by the ids of both generations. */
export function techniquesOf({ tags }: Metadata): Finding['attack'] {
  return techniquesOfTags(tags);
}

/** What a rule is known by in ids: its UUID, else its title; not where its file lies. */
export function keyOf({ metadata }: Pick<CompiledRule | CompiledCorrelation, 'metadata'>): string {
  return metadata.id?.toLowerCase() ?? metadata.title;
}

function shownValues(matched: readonly MatchedValue[]): string {
  const shown = matched
    .slice(0, MAX_SHOWN_VALUES)
    .map(({ field, values }) => `${field} ${shortened(values.join(' | '))}`);
  const more = matched.length - shown.length;
  return `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

export function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN).toWellFormed()}…`;
}

export function timeOf({ timeMs, timeTicks }: Pick<Event, 'timeMs' | 'timeTicks'>): string {
  return isPrintableMs(timeMs) ? formatTime(timeMs, timeTicks) : secondOf(timeMs);
}

/** What the rule matched on, for the base term of a sum. */
export function matchedWords(matched: readonly MatchedValue[]): string {
  return `rule matched${matched.length === 0 ? '' : ` on ${shownValues(matched)}`}`;
}

/** Says of filters on fields that the records do not have that they held nothing back; empty where there are none. */
export function unfilteredWords(blindFilters: readonly string[]): string {
  const blind = [...new Set(blindFilters)].sort();
  return blind.length === 0 ? '' : `; filters on ${blind.join(', ')} saw nothing: these records have no such field`;
}
