import type { JsonValue } from './json-value.ts';
import { statedTime } from './stated-time.ts';
import type { StatedTime, Unit } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** Suffixes that Log Analytics adds to a column by its type (SETTLED B4). */
const SUFFIX = /_(?:string|dynamic|long|s|d|g|b|t)$/;
/** `TimeGenerated [UTC]` in CSV of the portal. */
const UNIT_OF_COLUMN = / \[[A-Za-z0-9+:-]{1,16}\]$/;

/** Several shapes ask the same unit, one behind the other: each answer is made once. */
const MEMBERS = new WeakMap<Unit, Members>();
const PLAIN = new WeakMap<Members, Members>();
/** Plain names of columns, which repeat from unit to unit. */
const NAMES = new Map<string, string>();
const MAX_NAMES = 16_384;

/** The members of a JSON unit, or the columns of a row that has a value there; undefined for other units. */
export function membersOf(unit: Unit): Members | undefined {
  if (unit.kind === 'json') return unit.value;
  if (unit.kind !== 'row') return undefined;
  const known = MEMBERS.get(unit);
  if (known !== undefined) return known;
  const members: Record<string, JsonValue> = Object.create(null);
  for (const [index, column] of unit.columns.entries()) {
    const value = unit.values[index];
    if (value !== undefined && value !== '' && members[column] === undefined) members[column] = value;
  }
  MEMBERS.set(unit, members);
  return members;
}

/** The same members without the suffixes of column types; of two columns of one name the first that is not null counts. */
export function plainColumns(members: Members): Members {
  const made = PLAIN.get(members);
  if (made !== undefined) return made;
  const plain: Record<string, JsonValue> = Object.create(null);
  for (const [key, value] of Object.entries(members)) {
    const name = plainName(key);
    const known = plain[name];
    if (known === undefined || known === null || known === '') plain[name] = value;
  }
  PLAIN.set(members, plain);
  return plain;
}

function plainName(column: string): string {
  const known = NAMES.get(column);
  if (known !== undefined) return known;
  const name = column.replace(UNIT_OF_COLUMN, '').replace(SUFFIX, '');
  if (NAMES.size < MAX_NAMES && column.length <= 128) NAMES.set(column, name);
  return name;
}

/** The columns of a unit of a Log Analytics table by their plain names; undefined for other units. */
export function columnsOf(unit: Unit): Members | undefined {
  const members = membersOf(unit);
  return members === undefined ? undefined : plainColumns(members);
}

const PORTAL_TIME = /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))? ?(AM|PM)?$/i;

/** `TimeGenerated`: ISO with `Z`, or `8/2/2021, 1:06:38.330 PM` as the portal's CSV has it; always UTC. */
export function tableTime(value: JsonValue | undefined): StatedTime | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const match = PORTAL_TIME.exec(value.trim());
  const time = statedTime(match === null ? value : isoOf(match));
  return time === undefined ? undefined : { ...time, zone: 'utc' };
}

function isoOf(match: RegExpExecArray): string {
  const two = (text: string | undefined): string => (text ?? '').padStart(2, '0');
  const half = match[8]?.toUpperCase();
  const written = Number(match[4]);
  const hours = half === undefined ? written : (written % 12) + (half === 'PM' ? 12 : 0);
  const fraction = match[7] === undefined ? '' : `.${match[7]}`;
  return `${match[3]}-${two(match[1])}-${two(match[2])}T${two(String(hours))}:${match[5]}:${match[6]}${fraction}Z`;
}
