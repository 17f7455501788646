import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { CompiledRule, FieldValue, Ir, Test } from '../../src/sigma/index.ts';
import { type Route, seenIds } from '../../src/taxonomy/index.ts';

/** A row that is made for a rule: to fulfil it, or to miss it by little. */
export interface MadeRow {
  readonly eventId: number;
  readonly values: ReadonlyMap<string, FieldValue>;
  readonly texts: readonly string[];
}

type TextPattern = Extract<Test, { op: 'text' }>['pattern'];
type Network = Extract<Test, { op: 'cidr' }>['network'];

/** Ways through a rule that are taken: each chooses anew among its alternatives. */
const WAYS = 6;
/** What stands between texts that a rule asks for: what a person would write alone is one blank. */
const ANY_FILLERS: readonly string[] = ['', ' ', 'x', 'x y'];
const BLANK: readonly string[] = [' '];
const DASHES: readonly string[] = ['-', '/', '\u2013', '\u2014', '\u2015'];

/** A sequence that is the same in every run. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  below(count: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (this.#state >>> 8) % count;
  }

  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }
}

/** By the rule's own name, so that its rows stay whatever rules stand beside it. */
function seedOf({ metadata: { id, title } }: CompiledRule): number {
  return createHash('sha1')
    .update(id ?? title)
    .digest()
    .readInt32LE(0);
}

/** What a way through a rule asks of one field. */
interface Wish {
  exact?: string;
  lead?: string;
  tail?: string;
  readonly middles: string[];
}

/** Wishes of one way. What contradicts itself is no matter: the row is then a miss on both sides. */
class Wishes {
  readonly #dice: Dice;
  readonly #fields = new Map<string, Wish>();
  readonly #copies = new Map<string, string>();
  readonly #words: string[] = [];
  /** Set where filters are to be fulfilled as well. */
  readonly #isFiltered: boolean;
  readonly #fillers: readonly string[];

  constructor(dice: Dice, isFiltered: boolean, fillers: readonly string[]) {
    this.#dice = dice;
    this.#isFiltered = isFiltered;
    this.#fillers = fillers;
  }

  add(ir: Ir): void {
    if (ir.kind === 'and') for (const part of ir.of) this.add(part);
    else if (ir.kind === 'or') {
      const part = this.#dice.of(ir.of);
      if (part !== undefined) this.add(part);
    } else if (ir.kind === 'not') this.#addNegated(ir.of);
    else if (ir.kind === 'atom') this.#addTest(ir.field, ir.test);
  }

  /** What is not there fulfils most negations; where a filter asks for just that, something must stand. */
  #addNegated(ir: Ir): void {
    if (this.#isFiltered) this.add(ir);
    else if (ir.kind === 'or') for (const part of ir.of) this.#addNegated(part);
    else if (ir.kind === 'and') {
      const part = this.#dice.of(ir.of.filter(isOfNothing));
      if (part !== undefined) this.#addNegated(part);
    } else if (ir.kind === 'atom' && isOfNothing(ir) && ir.field !== undefined) this.#wish(ir.field);
    else if (ir.kind === 'not') this.add(ir.of);
  }

  #addTest(field: string | undefined, test: Test): void {
    if (field === undefined) {
      if (test.op === 'text') this.#words.push(this.#instance(test.pattern));
      else if (test.op === 'regex') this.#words.push(sample(test.regex.source, this.#dice));
      else if (test.op === 'number') this.#words.push(test.text);
      return;
    }
    if (test.op === 'null' || (test.op === 'exists' && !test.isWanted)) return;
    const wish = this.#wish(field);
    if (test.op === 'text') this.#place(wish, test.pattern);
    else if (test.op === 'regex') {
      const text = sample(test.regex.source, this.#dice);
      if (/[$^]/.test(test.regex.source.replaceAll('[^', ''))) wish.exact ??= text;
      else wish.middles.push(text);
    } else if (test.op === 'number') wish.exact = test.text;
    else if (test.op === 'boolean') wish.exact = String(test.value);
    else if (test.op === 'cidr') wish.exact = addressIn(test.network, this.#dice);
    else if (test.op === 'compare')
      wish.exact = String(BigInt(Math.trunc(Number(test.bound))) + BigInt(this.#dice.below(3) - 1));
    else if (test.op === 'fieldref') this.#copies.set(field, test.field);
  }

  #wish(field: string): Wish {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const wish: Wish = { middles: [] };
    this.#fields.set(field, wish);
    return wish;
  }

  #place(wish: Wish, pattern: TextPattern): void {
    const text = this.#instance(pattern);
    if (pattern.isStartFree && pattern.isEndFree) wish.middles.push(text);
    else if (pattern.isStartFree) wish.tail = text;
    else if (pattern.isEndFree) wish.lead = text;
    else wish.exact = text;
  }

  #instance({ parts }: TextPattern): string {
    return parts
      .map((part, at) => {
        if (part === 'any')
          return at === 0 || at === parts.length - 1 ? '' : (this.#dice.of([...this.#fillers, '\n']) ?? '');
        if (part === 'one') return this.#dice.of(['q', '\u{1F600}']) ?? 'q';
        return part === 'dash' ? (this.#dice.of(DASHES) ?? '-') : part.text;
      })
      .join('');
  }

  values(): Map<string, FieldValue> {
    const values = new Map<string, FieldValue>();
    for (const [field, { exact, lead, tail, middles }] of this.#fields) {
      const filler = (): string => this.#dice.of(this.#fillers) ?? '';
      const isBare = lead === undefined && tail === undefined && middles.length === 0;
      const open = isBare ? 'made up' : `${lead ?? filler()}${middles.join(filler())}${filler()}${tail ?? ''}`;
      values.set(field, exact ?? open);
    }
    for (const [field, other] of this.#copies) {
      const value = values.get(other) ?? 'a copy';
      values.set(other, value);
      values.set(field, value);
    }
    return values;
  }

  texts(): readonly string[] {
    return this.#dice.below(2) === 0 ? this.#words : [this.#words.join(this.#dice.of(this.#fillers))];
  }
}

/** True of a test that holds of a field which is not there, or is empty. */
function isOfNothing(ir: Ir): boolean {
  return ir.kind === 'atom' && (ir.test.op === 'null' || (ir.test.op === 'text' && ir.test.pattern.parts.length === 0));
}

/** A text that the expression finds; empty where the generator cannot read it, which leaves it to real records. */
function sample(source: string, dice: Dice): string {
  const plain = source.replace(/^\(\?[ims]+\)/, '');
  for (const flags of ['u', '']) {
    try {
      const texts = fc.stringMatching(new RegExp(plain, flags), { size: '-1' });
      return fc.sample(texts, { numRuns: 1, seed: dice.below(1 << 20) })[0] ?? '';
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
    }
  }
  return '';
}

/** An address of version 6 in the spelling that logs have: small letters, no leading zeros, the longest run of zeros as `::`. */
export function shortAddress(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** An address of the network or one past an end of it. */
function addressIn({ bits, base, prefix }: Network, dice: Dice): string {
  const size = 1n << BigInt(bits - prefix);
  const value = base + (dice.of([0n, size - 1n, size / 2n, size, -1n]) ?? 0n);
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((value >> shift) & 0xffffn).toString(16));
  const whole = groups.join(':');
  return dice.below(2) === 0 ? whole : shortAddress(whole);
}

type Change = (value: string) => FieldValue;

function without(): FieldValue {
  return null;
}

/** Small changes of one value, each of which turns many hits into misses, or must not. */
const CHANGES: readonly Change[] = [
  () => '',
  (value) => `${value}x`,
  (value) => `x${value}`,
  (value) =>
    Array.from(value)
      .toSpliced(value.length >> 1, 1)
      .join(''),
  (value) => value.toUpperCase(),
  (value) => value.replaceAll('\\', '/'),
  (value) => value.replace('-', '/'),
  (value) => `${value}\n`,
  (value) => `${value}:80`,
  (value) => `::ffff:${value}`,
];

/** Rows for a rule on one of its routes, the same in every run: such as fulfil it, such as its filters take out, and near misses. */
export function madeRows(rule: CompiledRule, route: Route): readonly MadeRow[] {
  const rows: MadeRow[] = [];
  const dice = new Dice(seedOf(rule));
  for (let way = 0; way < WAYS; way++) {
    for (const { ir } of rule.conditions) {
      const wishes = new Wishes(dice, way === WAYS - 1, ANY_FILLERS);
      wishes.add(ir);
      const values = wishes.values();
      const eventId = eventIdFor(route, values, dice);
      if (eventId === undefined || !fits(route, values)) continue;
      values.delete('EventID');
      const texts = wishes.texts();
      rows.push({ eventId, values, texts });
      rows.push({
        eventId,
        values: changedBy(
          values,
          route,
          () => true,
          (text) => text.toUpperCase(),
        ),
        texts,
      });
      const fields = [...values.keys()].filter((field) => isFree(route, field));
      for (const change of [without, dice.of(CHANGES), dice.of(CHANGES), dice.of(CHANGES)]) {
        const field = dice.of(fields);
        if (field === undefined || change === undefined) continue;
        rows.push({ eventId, values: changedBy(values, route, (name) => name === field, change), texts });
      }
      rows.push({ eventId, values, texts: [] });
    }
  }
  return rows;
}

/** Rows that fulfil a rule and look as a person would write them: no near misses, nothing in words, no filter taken in. */
export function plainRows(rule: CompiledRule, route: Route, ways: number): readonly MadeRow[] {
  const dice = new Dice(seedOf(rule));
  return Array.from({ length: ways }, () => rule.conditions).flatMap((conditions) =>
    conditions.flatMap(({ ir }) => {
      const wishes = new Wishes(dice, false, BLANK);
      wishes.add(ir);
      const values = wishes.values();
      const eventId = eventIdFor(route, values, dice);
      if (eventId === undefined || !fits(route, values)) return [];
      values.delete('EventID');
      return [{ eventId, values, texts: wishes.texts() }];
    }),
  );
}

function eventIdFor(route: Route, values: ReadonlyMap<string, FieldValue>, dice: Dice): number | undefined {
  const asked = values.get('EventID');
  const ids = seenIds(route);
  const wanted = asked === undefined ? dice.of(ids === 'all' ? [1] : ids) : Number(asked);
  if (wanted === undefined || !Number.isInteger(wanted)) return undefined;
  return ids === 'all' || ids.includes(wanted) ? wanted : undefined;
}

/** Gives the row what its log source implies; false where the rule asks for something else, which no record of it has. */
function fits(route: Route, values: Map<string, FieldValue>): boolean {
  for (const field of route.blind) values.delete(field);
  const implied = [...[...route.constants].map(([field, value]) => ({ field, oneOf: [value] })), ...route.conditions];
  return implied.every(({ field, oneOf }) => {
    const asked = values.get(field);
    const same = oneOf.find((one) => one.toLowerCase() === String(asked).toLowerCase());
    values.set(field, same ?? oneOf[0] ?? '');
    return asked === undefined || same !== undefined;
  });
}

function isFree(route: Route, field: string): boolean {
  return !route.constants.has(field) && route.conditions.every((one) => one.field !== field);
}

function changedBy(
  values: ReadonlyMap<string, FieldValue>,
  route: Route,
  isMeant: (field: string) => boolean,
  change: Change,
): ReadonlyMap<string, FieldValue> {
  return new Map(
    [...values].map(([field, value]) => {
      const isChanged = isMeant(field) && isFree(route, field) && typeof value === 'string';
      return [field, isChanged ? change(value) : value];
    }),
  );
}
