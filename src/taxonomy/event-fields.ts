import { type FieldValue, fold } from '../sigma/index.ts';
import { type Event, fieldLayoutOf } from '../windows/index.ts';
import { type DerivedField, type FieldSource, SHARED_NAMES, SYSTEM_SOURCES } from './derived-fields.ts';
import { type FieldReader, ValueList } from './field-value.ts';
import type { Route } from './route.ts';

/** One field of a rule, and what the event under the hand has for it. */
class Slot {
  readonly field: string;
  readonly constant: string | undefined;
  readonly isBlind: boolean;
  readonly system: DerivedField | undefined;
  /** Undefined where only the System part is meant. */
  readonly source: FieldSource | undefined;
  readonly values = new ValueList();
  readonly folded = new ValueList();
  /** The turn in which each was read. */
  turn = 0;
  foldedTurn = 0;
  isPresent = false;

  constructor(route: Route, field: string) {
    this.field = field;
    this.constant = route.constants.get(field);
    this.isBlind = route.blind.has(field);
    this.system = route.product === 'windows' ? SYSTEM_SOURCES.get(field) : undefined;
    this.source = this.system === undefined || SHARED_NAMES.has(field) ? (route.fields.get(field) ?? field) : undefined;
  }
}

/**
 * Reads events of one route by the names that rules have (SIGMA 6.3, 6.4). One reader serves all events of its route: a value is
 * read when it is first asked for, and asked again it costs a look into a table. Lists are reused from event to event.
 */
export class EventFields implements FieldReader {
  readonly route: Route;
  readonly #slots: Slot[] = [];
  readonly #byName = new Map<string, number>();
  readonly #keywords = new ValueList();
  readonly #foldedKeywords = new ValueList();
  #entries: readonly (readonly [string, FieldValue])[] = [];
  #entriesTurn = 0;
  #keywordTurn = 0;
  #foldedKeywordTurn = 0;
  #event: Event | undefined;
  #turn = 0;
  /** What the names of an event are like, remembered for the last kind of event. */
  #kindProvider = '';
  #kindId = -1;
  #hasLayout = false;
  /** Names of the event under the hand without their blanks. */
  #blankTurn = 0;
  readonly #blankNames: (readonly [stripped: string, underscored: string, value: string])[] = [];

  constructor(route: Route) {
    this.route = route;
  }

  /** The event that is read from now on; it must not change while it is. */
  moveTo(event: Event): void {
    this.#event = event;
    this.#turn++;
  }

  values(field: string): readonly FieldValue[] | undefined {
    return this.valuesAt(this.slot(field));
  }

  foldedValues(field: string): readonly FieldValue[] | undefined {
    return this.foldedAt(this.slot(field));
  }

  /** A number for a field, by which it is found faster than by name. */
  slot(field: string): number {
    const known = this.#byName.get(field);
    if (known !== undefined) return known;
    this.#byName.set(field, this.#slots.length);
    return this.#slots.push(new Slot(this.route, field)) - 1;
  }

  valuesAt(slot: number): readonly FieldValue[] | undefined {
    const known = this.#slots[slot];
    if (known === undefined) return undefined;
    if (known.turn !== this.#turn) this.#read(known);
    return known.isPresent ? known.values.items : undefined;
  }

  foldedAt(slot: number): readonly FieldValue[] | undefined {
    const values = this.valuesAt(slot);
    const known = this.#slots[slot];
    if (values === undefined || known === undefined) return undefined;
    if (known.foldedTurn !== this.#turn) {
      known.foldedTurn = this.#turn;
      foldAll(values, known.folded);
    }
    return known.folded.items;
  }

  entries(): readonly (readonly [string, FieldValue])[] {
    const event = this.#event;
    if (event === undefined) return [];
    if (this.#entriesTurn !== this.#turn) {
      this.#entriesTurn = this.#turn;
      const { channel, provider, computer, eventId } = event;
      this.#entries = [
        ...event.entries(),
        ['Channel', channel],
        ['Provider_Name', provider],
        ['Computer', computer],
        ...(this.route.product === 'windows' ? [['EventID', eventId] as const] : []),
      ];
    }
    return this.#entries;
  }

  keywordValues(): readonly string[] {
    if (this.#keywordTurn !== this.#turn) {
      this.#keywordTurn = this.#turn;
      this.#keywords.begin();
      if (this.#event !== undefined) this.#addTexts(this.#event, this.#keywords);
      this.#keywords.end();
    }
    return this.#keywords.items as readonly string[];
  }

  foldedKeywordValues(): readonly string[] {
    const values = this.keywordValues();
    if (this.#foldedKeywordTurn !== this.#turn) {
      this.#foldedKeywordTurn = this.#turn;
      foldAll(values, this.#foldedKeywords);
    }
    return this.#foldedKeywords.items as readonly string[];
  }

  /** The texts of `entries`, without making the pairs: rules of keywords ask every event for them. */
  #addTexts(event: Event, into: ValueList): void {
    const own = event.entries();
    for (let i = 0; i < own.length; i++) into.add((own[i] as readonly [string, string])[1]);
    into.add(event.channel);
    into.add(event.provider);
    into.add(event.computer);
    if (this.route.product === 'windows') into.add(String(event.eventId));
  }

  #read(slot: Slot): void {
    const into = slot.values;
    slot.turn = this.#turn;
    into.begin();
    const event = this.#event;
    if (event !== undefined && !slot.isBlind) {
      if (slot.constant !== undefined) into.add(slot.constant);
      else {
        slot.system?.add(event, into);
        if (typeof slot.source === 'string') this.#addOwn(event, slot.source, into);
        else slot.source?.add(event, into);
      }
    }
    slot.isPresent = into.end();
  }

  /** A field by the record's own name, or by that name without its blanks (SIGMA 2.1); `A.B` is a part of a part. */
  #addOwn(event: Event, name: string, into: ValueList): void {
    const hasLayout = this.#isLaidOut(event);
    if (hasLayout && event.shape === undefined && name !== 'Data') {
      // No name stands twice in these, and none has blanks in it.
      const text = event.get(name);
      if (text !== undefined) into.addNew(text);
      return;
    }
    const found = event.all(name);
    for (const text of found) into.addNew(text);
    if (found.length > 0) return;
    if (name.includes('.')) for (const text of event.all(name.replaceAll('.', '/'))) into.addNew(text);
    if (hasLayout || this.route.product !== 'windows') return;
    if (this.#blankTurn !== this.#turn) this.#readBlankNames(event);
    for (const [stripped, underscored, value] of this.#blankNames) {
      if (stripped === name || underscored === name) into.addNew(value);
    }
  }

  #readBlankNames(event: Event): void {
    this.#blankTurn = this.#turn;
    this.#blankNames.length = 0;
    for (const [name, value] of event.entries()) {
      if (name.includes(' ')) this.#blankNames.push([name.replaceAll(' ', ''), name.replaceAll(' ', '_'), value]);
    }
  }

  #isLaidOut(event: Event): boolean {
    if (event.eventId !== this.#kindId || event.provider !== this.#kindProvider) {
      this.#kindId = event.eventId;
      this.#kindProvider = event.provider;
      this.#hasLayout = fieldLayoutOf(event.provider, event.eventId) !== undefined;
    }
    return this.#hasLayout;
  }
}

function foldAll(values: readonly FieldValue[], into: ValueList): void {
  into.begin();
  for (const value of values) into.add(typeof value === 'string' ? fold(value) : value);
  into.end();
}
