import type { Item, ItemKey } from '../parse/detection.ts';
import type { Report } from '../parse/problem.ts';
import type { Utf16 } from '../values/base64.ts';
import { nearest } from '../values/nearest.ts';
import type { Order } from '../values/number.ts';
import { TIME_PARTS, type TimePart } from '../values/time-part.ts';
import type { Anchor } from '../values/wildcards.ts';

/** What an item does with its values; one value of this type may be written in several orders of modifiers. */
export type Operation =
  | {
      readonly kind: 'text';
      readonly anchor: Anchor;
      readonly isCased: boolean;
      readonly isDashed: boolean;
      readonly wide: Utf16 | undefined;
      readonly base64: 'base64' | 'base64offset' | undefined;
    }
  | { readonly kind: 'regex'; readonly i: boolean; readonly m: boolean; readonly s: boolean; readonly anchor: Anchor }
  | { readonly kind: 'cidr' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'compare'; readonly comparison: Order }
  | { readonly kind: 'time'; readonly part: TimePart; readonly comparison: Order | 'eq' }
  | { readonly kind: 'fieldref'; readonly anchor: Anchor; readonly isCased: boolean };

export interface Modifiers {
  readonly operation: Operation;
  /** All values must match, not any. */
  readonly isAll: boolean;
  /** The finished item is negated. */
  readonly isNegated: boolean;
  readonly isExpanded: boolean;
}

type Name = keyof typeof GROUPS;

/** What each modifier belongs to (SIGMA 2.3). */
const GROUPS = {
  contains: 'match',
  startswith: 'match',
  endswith: 'match',
  all: 'list',
  neq: 'list',
  expand: 'list',
  cased: 'cased',
  exists: 'kind',
  re: 'kind',
  cidr: 'kind',
  fieldref: 'kind',
  i: 'flag',
  m: 'flag',
  s: 'flag',
  wide: 'wide',
  utf16le: 'wide',
  utf16be: 'wide',
  utf16: 'wide',
  base64: 'base64',
  base64offset: 'base64',
  windash: 'windash',
  gt: 'order',
  gte: 'order',
  lt: 'order',
  lte: 'order',
  minute: 'time',
  hour: 'time',
  day: 'time',
  week: 'time',
  month: 'time',
  year: 'time',
} as const;

/** pySigma's longer names of the flags. */
const LONG_NAMES: Readonly<Record<string, Name>> = { ignorecase: 'i', multiline: 'm', dotall: 's' };

function isName(name: string): name is Name {
  return Object.hasOwn(GROUPS, name);
}

interface Told {
  readonly name: Name;
  readonly group: (typeof GROUPS)[Name];
  readonly index: number;
}

/** Reads the modifiers of an item; what is unknown or does not go together is reported, and gives undefined. */
export function readModifiers(item: Item, report: Report): Modifiers | undefined {
  const { key } = item;
  const told: Told[] = [];
  for (const [index, { name, at }] of key.modifiers.entries()) {
    const known = LONG_NAMES[name] ?? name;
    if (isName(known)) told.push({ name: known, group: GROUPS[known], index });
    else report({ code: 'S130', at, path: item.path, message: `There is no modifier "${name}".`, hint: hintFor(name) });
  }
  if (told.length < key.modifiers.length) return undefined;
  const clash = clashOf(told, key);
  if (clash !== undefined) {
    const at = key.modifiers[clash.index]?.at ?? key.at;
    report({ code: 'S131', at, path: item.path, message: clash.message, hint: clash.hint });
    return undefined;
  }
  const has = (name: Name): boolean => told.some((one) => one.name === name);
  return {
    operation: operationOf(told),
    isAll: has('all'),
    isNegated: has('neq'),
    isExpanded: has('expand'),
  };
}

function hintFor(name: string): string | undefined {
  if (name === '') return 'A "|" stands before each modifier and nowhere else.';
  if (name === 'not') return 'Write "|neq", or put "not" into the condition.';
  const near = nearest(name, [...Object.keys(GROUPS), ...Object.keys(LONG_NAMES)]);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

interface Clash {
  readonly index: number;
  readonly message: string;
  readonly hint?: string;
}

function clashOf(told: readonly Told[], key: ItemKey): Clash | undefined {
  const first = new Map<string, Told>();
  for (const one of told) {
    const other = first.get(one.group);
    const isRepeat = told.some(({ name, index }) => name === one.name && index < one.index);
    if (isRepeat) return { index: one.index, message: `"${one.name}" stands twice.` };
    if (other !== undefined && one.group !== 'list' && one.group !== 'flag') {
      return { index: one.index, message: `"${one.name}" cannot follow "${other.name}": only one of them can hold.` };
    }
    if (other === undefined) first.set(one.group, one);
  }
  return pairClash(told, first) ?? fieldClash(first, key);
}

/** Groups that may stand beside each modifier that decides what an item is; text, the default, takes the rest. */
const COMPANIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  exists: new Set(),
  re: new Set(['flag', 'match', 'list']),
  cidr: new Set(['list']),
  fieldref: new Set(['match', 'cased', 'list']),
  order: new Set(['time', 'list']),
  time: new Set(['order', 'list']),
};

function pairClash(told: readonly Told[], first: ReadonlyMap<string, Told>): Clash | undefined {
  const lead = first.get('kind') ?? first.get('order') ?? first.get('time');
  const flag = first.get('flag');
  if (flag !== undefined && (lead?.name !== 're' || flag.index < lead.index)) {
    return {
      index: flag.index,
      message: `"${flag.name}" is a flag of "re" and stands after it.`,
      hint: 'Write "|re|i".',
    };
  }
  if (lead !== undefined) {
    const companions = COMPANIONS[lead.name] ?? COMPANIONS[lead.group] ?? new Set();
    const wrong = told.find((one) => one !== lead && !companions.has(one.group));
    if (wrong !== undefined) {
      const later = wrong.index > lead.index ? wrong : lead;
      const message = `"${wrong.name}" does not go together with "${lead.name}".`;
      const hint =
        wrong.name === 'cased' && lead.name === 're'
          ? 'A regular expression heeds case unless "i" is there.'
          : undefined;
      return hint === undefined ? { index: later.index, message } : { index: later.index, message, hint };
    }
    const isBehind = told.some(({ group, index }) => group !== 'list' && group !== 'time' && index < lead.index);
    if (isBehind) return { index: lead.index, message: `"${lead.name}" must stand first.` };
    const time = first.get('time');
    if (time !== undefined && lead.group === 'order' && time.index > lead.index) {
      return { index: time.index, message: `"${time.name}" must stand before "${lead.name}".` };
    }
  }
  return encodingClash(first);
}

function encodingClash(first: ReadonlyMap<string, Told>): Clash | undefined {
  const wide = first.get('wide');
  const base64 = first.get('base64');
  const match = first.get('match');
  const windash = first.get('windash');
  if (windash !== undefined && (wide ?? base64) !== undefined) {
    const message = '"windash" does not go together with an encoding.';
    return { index: windash.index, message, hint: 'Write each form of the text as a value of its own.' };
  }
  if (wide !== undefined && base64 !== undefined && wide.index > base64.index) {
    const hint = `Write "${wide.name}|${base64.name}".`;
    return { index: wide.index, message: `"${wide.name}" makes bytes and stands before "${base64.name}".`, hint };
  }
  const encoding = base64 ?? wide;
  if (encoding !== undefined && match !== undefined && match.index < encoding.index) {
    const hint = `Write "${encoding.name}|${match.name}".`;
    return { index: encoding.index, message: `"${encoding.name}" must stand before "${match.name}".`, hint };
  }
  return undefined;
}

/** Keywords have no field whose number, address, time or presence could be asked for. */
function fieldClash(first: ReadonlyMap<string, Told>, key: ItemKey): Clash | undefined {
  if (key.field !== undefined) return undefined;
  const lead = first.get('kind') ?? first.get('order') ?? first.get('time');
  if (lead === undefined || lead.name === 're') return undefined;
  const hint = 'Put the name of the field before the first "|".';
  return { index: lead.index, message: `"${lead.name}" needs a field.`, hint };
}

function operationOf(told: readonly Told[]): Operation {
  const of = (group: Told['group']): string | undefined => told.find((one) => one.group === group)?.name;
  const has = (name: Name): boolean => told.some((one) => one.name === name);
  const anchor = (of('match') ?? 'equals') as Anchor;
  const isCased = has('cased');
  const order = of('order') as Order | undefined;
  const part = TIME_PARTS.find((name) => name === of('time'));
  if (part !== undefined) return { kind: 'time', part, comparison: order ?? 'eq' };
  if (order !== undefined) return { kind: 'compare', comparison: order };
  switch (of('kind')) {
    case 're':
      return { kind: 'regex', i: has('i'), m: has('m'), s: has('s'), anchor };
    case 'cidr':
      return { kind: 'cidr' };
    case 'exists':
      return { kind: 'exists' };
    case 'fieldref':
      return { kind: 'fieldref', anchor, isCased };
  }
  const wide = of('wide');
  return {
    kind: 'text',
    anchor,
    isCased,
    isDashed: has('windash'),
    wide: wide === 'wide' ? 'utf16le' : (wide as Utf16 | undefined),
    base64: of('base64') as 'base64' | 'base64offset' | undefined,
  };
}
