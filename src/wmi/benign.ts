import { BENIGN_SUBSCRIPTIONS, type BenignSubscription, VENDOR_NAMES } from './benign-table.ts';
import {
  isDefaultValue,
  isEmptyValue,
  type ObjectProperties,
  payloadOf,
  propertyEntries,
  propertyOf,
} from './consumers.ts';
import { editDistance } from './edit-distance.ts';
import { canonicalNamespace } from './reference.ts';
import { normaliseQuery } from './wql-text.ts';

export { BENIGN_SUBSCRIPTIONS, type BenignSubscription } from './benign-table.ts';

/** What evidence shows of a subscription; unknown parts are left out. */
export interface SeenSubscription {
  /** Canonical namespace of storage. */
  readonly namespace: string;
  /** True when evidence binds this filter to this consumer. */
  readonly isBound: boolean;
  /** True when the consumer's properties come from an uncut 5861 or the repository, which hold all (SETTLED A6). */
  readonly hasAllProperties: boolean;
  readonly filterName?: string | null;
  readonly query?: string;
  readonly eventNamespace?: string;
  readonly filterCreatorSid?: string;
  readonly consumerClass?: string | null;
  readonly consumerName?: string | null;
  readonly properties: ObjectProperties;
  /** The payload where it is known without properties (Sysmon 20). */
  readonly payload?: string;
}

export interface BenignMatch {
  /** The entry that it equals in everything: BN1. */
  readonly exact?: BenignSubscription;
  /** The entry whose name it bears, or nearly bears, with other content: MQ1, S19. */
  readonly masquerade?: BenignSubscription;
  /** What differs from the entry of `masquerade`, for people: "consumer class", "query". */
  readonly differences: readonly string[];
  /** A vendor that uses this name; content unverified, so a hint only. */
  readonly vendorHint?: string;
  /** The id of the entry that it is most like, from a likeness of 0.5 on. */
  readonly nearest?: string;
  /** 0..1 in steps of 0.01: the share of what can be compared that is equal. */
  readonly likeness: number;
}

/** Longest name that is compared by edit distance; longer ones are no near names of any entry. */
const MAX_NAME = 256;
/** A near name must be this long (digits folded): every shorter one is within two edits of ordinary words. */
const NEAR_NAME_LENGTH = 16;
const NEAR_NAME_EDITS = 2;

function foldedName(name: string): string {
  return name.toLowerCase().replace(/\d+/g, '').replace(/\s+/g, ' ').trim();
}

/** Letters that two words share, each counted as often as both have it. */
function sharedLetters(a: string, b: string): number {
  const left = [...b];
  let shared = 0;
  for (const letter of a) {
    const at = left.indexOf(letter);
    if (at < 0) continue;
    left.splice(at, 1);
    shared++;
  }
  return shared;
}

/**
 * True when a name equals or resembles a benign one (S19): equal without case and digits, or at most two edits away.
 * Edits count only for benign names of 16 characters or more, so that `BVTFilter` has no near names (`BotFilter82` is one
 * edit away); and a word of up to three letters must keep all but one of its letters, since two edits make any short word
 * of another: `DSM Event Log Filter` resembles `SCM Event Log Filter`, `SQL Event Log Filter` does not.
 */
export function resemblesName(name: string, benign: string): boolean {
  if (name.length > MAX_NAME) return false;
  const seen = foldedName(name);
  const wanted = foldedName(benign);
  if (seen === wanted) return true;
  if (wanted.length < NEAR_NAME_LENGTH || editDistance(seen, wanted, NEAR_NAME_EDITS) > NEAR_NAME_EDITS) return false;
  const seenWords = seen.split(' ');
  const wantedWords = wanted.split(' ');
  if (seenWords.length !== wantedWords.length) return true;
  return wantedWords.every((word, i) => word.length > 3 || sharedLetters(seenWords[i] ?? '', word) >= word.length - 1);
}

function foldedValue(value: string): string {
  return value.replaceAll('\\\\', '\\').trim();
}

interface Comparison {
  readonly aspect: string;
  /** Undefined when evidence does not show this aspect. */
  readonly isEqual: boolean | undefined;
}

function sameText(seen: string | null | undefined, wanted: string): boolean | undefined {
  return seen === undefined || seen === null ? undefined : seen.toLowerCase() === wanted.toLowerCase();
}

function compareProperties(seen: SeenSubscription, entry: BenignSubscription): Comparison[] {
  const results: Comparison[] = [];
  const listed = new Map(entry.consumer.properties.map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, wanted] of entry.consumer.properties) {
    const value = propertyOf(seen.properties, name);
    let isEqual: boolean | undefined;
    if (value !== undefined)
      isEqual = wanted === null ? isEmptyValue(value) : foldedValue(value) === foldedValue(wanted);
    // Absent is the default: nothing, or the number 0 (SETTLED A6).
    else if (seen.hasAllProperties) isEqual = wanted === null || wanted === '0';
    results.push({ aspect: name, isEqual });
  }
  for (const [name, value] of propertyEntries(seen.properties)) {
    const folded = name.toLowerCase();
    if (listed.has(folded) || folded === 'name' || folded === 'creatorsid') continue;
    if (!isDefaultValue(entry.consumer.className, name, value)) results.push({ aspect: name, isEqual: false });
  }
  if (seen.payload !== undefined) {
    const wanted = payloadOf(
      entry.consumer.className,
      new Map(entry.consumer.properties.flatMap(([n, v]) => (v === null ? [] : [[n, v]]))),
    );
    results.push({
      aspect: 'payload',
      isEqual: wanted !== undefined && foldedValue(seen.payload) === foldedValue(wanted),
    });
  }
  return results;
}

/** Content, names apart, aspect by aspect. */
function compareContent(seen: SeenSubscription, entry: BenignSubscription): Comparison[] {
  const { filter, consumer } = entry;
  const results: Comparison[] = [
    {
      aspect: 'query',
      isEqual: seen.query === undefined ? undefined : normaliseQuery(seen.query) === normaliseQuery(filter.query),
    },
    {
      aspect: 'event namespace',
      isEqual:
        seen.eventNamespace === undefined
          ? undefined
          : canonicalNamespace(seen.eventNamespace) === filter.eventNamespace,
    },
    { aspect: 'consumer class', isEqual: sameText(seen.consumerClass, consumer.className) },
  ];
  // Properties of another class cannot be compared one by one.
  if (sameText(seen.consumerClass, consumer.className) !== false) results.push(...compareProperties(seen, entry));
  return results;
}

/** What the parts of a subscription tell about where it comes from; properties at default tell nothing. */
const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ['query', 3],
  ['filter name', 2],
  ['consumer name', 2],
  ['consumer class', 1],
  ['event namespace', 0.5],
  ['namespace', 0.5],
]);

function likenessTo(seen: SeenSubscription, entry: BenignSubscription, content: readonly Comparison[]): number {
  const named = (name: string | null | undefined, benign: string): boolean | undefined =>
    typeof name === 'string' ? resemblesName(name, benign) : undefined;
  const telling = new Set(entry.consumer.properties.flatMap(([name, value]) => (isTelling(value) ? [name] : [])));
  let all = 0;
  let equal = 0;
  const count = ({ aspect, isEqual }: Comparison): void => {
    const weight = WEIGHTS.get(aspect) ?? (telling.has(aspect) ? 1 : 0);
    if (isEqual === undefined) return;
    all += weight;
    if (isEqual) equal += weight;
  };
  count({ aspect: 'filter name', isEqual: named(seen.filterName, entry.filter.name) });
  count({ aspect: 'consumer name', isEqual: named(seen.consumerName, entry.consumer.name) });
  count({ aspect: 'namespace', isEqual: seen.namespace === entry.namespace });
  for (const comparison of content) count(comparison);
  return all === 0 ? 0 : Math.round((100 * equal) / all) / 100;
}

function isTelling(value: string | null): boolean {
  return value !== null && value !== '0';
}

/**
 * Compares a subscription with the benign table by content (DOMAIN 6, SETTLED A6).
 *
 * `exact` needs both names, the binding, the namespace, the query, the event namespace and every property of the entry,
 * with the consumer's properties from 5861 or the repository, and no other creator than the entry's; an absent property
 * counts as its default. `masquerade`
 * needs a name of an entry that is equal or near (`resemblesName`) and something known that differs; a subscription of
 * which too little is known to differ is neither.
 */
export function matchBenign(seen: SeenSubscription): BenignMatch {
  let exact: BenignSubscription | undefined;
  let masquerade: BenignSubscription | undefined;
  let differences: string[] = [];
  let nearest: string | undefined;
  let likeness = 0;
  for (const entry of BENIGN_SUBSCRIPTIONS) {
    const content = compareContent(seen, entry);
    const likenessHere = likenessTo(seen, entry, content);
    if (likenessHere > likeness) {
      likeness = likenessHere;
      nearest = likenessHere >= 0.5 ? entry.id : undefined;
    }
    const hasFilterName = sameText(seen.filterName, entry.filter.name) === true;
    const hasConsumerName = sameText(seen.consumerName, entry.consumer.name) === true;
    const unknown = content.some(({ isEqual }) => isEqual === undefined);
    // Who created it is no content: another creator takes the exact match away and makes no masquerade.
    const hasOtherCreator =
      entry.filter.creatorSid !== undefined && sameText(seen.filterCreatorSid, entry.filter.creatorSid) === false;
    const differing = content.filter(({ isEqual }) => isEqual === false).map(({ aspect }) => aspect);
    if (seen.namespace !== entry.namespace) differing.push('namespace');
    if (
      seen.hasAllProperties &&
      seen.isBound &&
      hasFilterName &&
      hasConsumerName &&
      !unknown &&
      !hasOtherCreator &&
      differing.length === 0
    ) {
      exact ??= entry;
      continue;
    }
    const bearsFilter = typeof seen.filterName === 'string' && resemblesName(seen.filterName, entry.filter.name);
    const bearsConsumer =
      typeof seen.consumerName === 'string' && resemblesName(seen.consumerName, entry.consumer.name);
    if (!bearsFilter && !bearsConsumer) continue;
    // A benign half bound to a stranger: the other end has a name, and it is not the entry's.
    if (seen.isBound && bearsFilter && !bearsConsumer && typeof seen.consumerName === 'string')
      differing.push('consumer');
    if (seen.isBound && bearsConsumer && !bearsFilter && typeof seen.filterName === 'string') differing.push('filter');
    if (differing.length > 0 && masquerade === undefined) {
      masquerade = entry;
      differences = differing;
    }
  }
  const vendor = VENDOR_NAMES.find(
    ({ name }) => sameText(seen.filterName, name) === true || sameText(seen.consumerName, name) === true,
  )?.vendor;
  return {
    ...(exact === undefined ? {} : { exact }),
    ...(exact !== undefined || masquerade === undefined ? {} : { masquerade }),
    differences: exact === undefined ? differences : [],
    ...(vendor === undefined ? {} : { vendorHint: vendor }),
    ...(nearest === undefined ? {} : { nearest }),
    likeness,
  };
}
