import { LAYOUT_ROWS, type LayoutRow, USUAL_CHANNEL } from './field-layout-table.ts';
import type { FieldType } from './field-text.ts';

/** A field of an event as its template names it. */
export interface LaidField {
  readonly name: string;
  readonly type: FieldType;
  /** Which extension of the event added it; 0 for the first form. */
  readonly addedBy: number;
}

/** The fields of one event id in document order (DOMAIN 2.1, SETTLED B13). */
export interface FieldLayout {
  readonly provider: string;
  /** The channel in which it usually stands, as Windows writes it. */
  readonly channel: string;
  readonly eventId: number;
  /** Name of the single child of UserData, absent for EventData. */
  readonly userData?: string;
  /** True where the items are unnamed `Data`. */
  readonly isUnnamed: boolean;
  readonly fields: readonly LaidField[];
  /** The field of this name, exact case first (`Port` and `port` on one line: SETTLED B3). */
  field(name: string): LaidField | undefined;
  /** The names of this many values by position; undefined when no form of the event has that many. */
  namesOf(count: number): readonly string[] | undefined;
  /** The version that has these fields, where versions say so; 0 elsewhere. For shapes that leave it out. */
  versionOf(names: Iterable<string>): number;
}

class TableLayout implements FieldLayout {
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly userData?: string;
  readonly isUnnamed: boolean;
  readonly isVersioned: boolean;
  readonly fields: readonly LaidField[];
  readonly #byName = new Map<string, LaidField>();
  readonly #forms = new Map<number, readonly string[]>();

  constructor([provider, , , kind = {}]: LayoutRow, eventId: number, fields: readonly LaidField[]) {
    this.provider = provider;
    this.channel = kind.channel ?? USUAL_CHANNEL.get(provider) ?? '';
    this.eventId = eventId;
    if (kind.userData !== undefined) this.userData = kind.userData;
    this.isUnnamed = kind.isUnnamed === true;
    this.isVersioned = kind.isVersioned === true;
    this.fields = fields;
    for (const field of fields) this.#byName.set(field.name, field);
    for (const field of fields) {
      const folded = field.name.toLowerCase();
      if (!this.#byName.has(folded)) this.#byName.set(folded, field);
    }
    const newest = Math.max(0, ...fields.map((field) => field.addedBy));
    for (let form = 0; form <= newest; form++) {
      const names = fields.filter((field) => field.addedBy <= form).map((field) => field.name);
      if (!this.#forms.has(names.length)) this.#forms.set(names.length, names);
    }
  }

  field(name: string): LaidField | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.toLowerCase());
  }

  namesOf(count: number): readonly string[] | undefined {
    if (this.isUnnamed) return new Array<string>(count).fill('Data');
    return this.#forms.get(count);
  }

  versionOf(names: Iterable<string>): number {
    if (!this.isVersioned) return 0;
    let newest = 0;
    for (const name of names) newest = Math.max(newest, this.field(name)?.addedBy ?? 0);
    return this.eventId === 4688 ? Math.min(newest, 2) : newest;
  }
}

const TYPES: ReadonlySet<string> = new Set([
  'text',
  'dec',
  'hex',
  'guid',
  'sid',
  'bool',
  'utctime',
  'filetime',
  'parameter',
] satisfies readonly FieldType[]);

function isFieldType(text: string): text is FieldType {
  return TYPES.has(text);
}

function parseFields(list: string): readonly LaidField[] {
  if (list === '') return [];
  return list.split(', ').map((item) => {
    const [written = '', added = '0'] = item.split('+');
    const [name = '', type = 'text'] = written.split(':');
    if (!isFieldType(type)) throw new TypeError(`the layout of ${name} has no type ${type}`);
    return { name, type, addedBy: Number(added) };
  });
}

const BY_PROVIDER = new Map<string, Map<number, TableLayout>>();
const BY_CHANNEL = new Map<string, Map<number, TableLayout>>();
for (const row of LAYOUT_ROWS) {
  const fields = parseFields(row[2]);
  for (const eventId of row[1]) {
    const layout = new TableLayout(row, eventId, fields);
    put(BY_PROVIDER, layout.provider.toLowerCase(), layout);
    put(BY_CHANNEL, layout.channel.toLowerCase(), layout);
  }
}

/** All layouts of the table, in its order. */
export const FIELD_LAYOUTS: readonly FieldLayout[] = [...BY_PROVIDER.values()].flatMap((ids) => [...ids.values()]);

function put(map: Map<string, Map<number, TableLayout>>, key: string, layout: TableLayout): void {
  const ids = map.get(key) ?? new Map<number, TableLayout>();
  map.set(key, ids);
  if (!ids.has(layout.eventId)) ids.set(layout.eventId, layout);
}

/** The provider that was asked for last, as written: an event asks several times, and the next one mostly the same. */
let lastProvider = '';
let lastIds: ReadonlyMap<number, TableLayout> | undefined;

/**
 * The layout of an event by provider (any case) and id, undefined for events that the table does not hold. Without
 * `version`, or where versions say nothing of the fields, all fields that the event ever had.
 */
export function fieldLayoutOf(provider: string, eventId: number, version?: number): FieldLayout | undefined {
  if (provider !== lastProvider) {
    lastIds = BY_PROVIDER.get(provider.toLowerCase());
    lastProvider = provider;
  }
  const layout = lastIds?.get(eventId);
  if (layout === undefined || version === undefined || !layout.isVersioned) return layout;
  return ofVersion(layout, version);
}

/** The layout of an event by channel (any case) and id: for shapes that lost the provider. */
export function fieldLayoutOfChannel(channel: string, eventId: number): FieldLayout | undefined {
  return BY_CHANNEL.get(channel.toLowerCase())?.get(eventId);
}

const CUT = new Map<string, TableLayout>();

function ofVersion(layout: TableLayout, version: number): FieldLayout {
  const newest = Math.max(0, ...layout.fields.map((field) => field.addedBy));
  // Version 2 of 4688 has two forms, told apart by their number of fields: the last is asked for by any version from 2 on.
  const last = layout.eventId === 4688 && version >= 2 ? newest : version;
  if (last >= newest || last < 0 || !Number.isInteger(last)) return layout;
  const key = `${layout.eventId} ${last}`;
  const known = CUT.get(key);
  if (known !== undefined) return known;
  const kept = layout.fields.filter((field) => field.addedBy <= last);
  const kind = { channel: layout.channel, ...(layout.userData === undefined ? {} : { userData: layout.userData }) };
  const cut = new TableLayout([layout.provider, [layout.eventId], '', kind], layout.eventId, kept);
  CUT.set(key, cut);
  return cut;
}
