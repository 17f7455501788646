import * as make from '../evtx/value.ts';
import { type PlainValue, TYPE, type Value } from '../evtx/value.ts';
import type { FieldValue } from './model.ts';

/** How a field of a layout is written: its type in the template, and how a value is made of what the test gives. */
interface FieldKind {
  readonly templateType: number;
  readonly absent: FieldInput;
  readonly make: (input: string | number | bigint | boolean) => PlainValue;
}

/** What may be given for a field. `null` is NULL. */
export type FieldInput = string | number | bigint | boolean | null | Value;
export type FieldInputs = Readonly<Record<string, FieldInput>>;

const KINDS: Readonly<Record<string, FieldKind>> = {
  text: { templateType: TYPE.text, absent: '-', make: (input) => make.text(String(input)) },
  u8: { templateType: TYPE.uint8, absent: 0, make: (input) => make.uint8(Number(input)) },
  u16: { templateType: TYPE.uint16, absent: 0, make: (input) => make.uint16(Number(input)) },
  i32: { templateType: TYPE.int32, absent: 0, make: (input) => make.int32(Number(input)) },
  u32: { templateType: TYPE.uint32, absent: 0, make: (input) => make.uint32(Number(input)) },
  u64: { templateType: TYPE.uint64, absent: 0, make: (input) => make.uint64(BigInt(input)) },
  hex32: { templateType: TYPE.hex32, absent: 0, make: (input) => make.hex32(Number(input)) },
  hex64: { templateType: TYPE.hex64, absent: 0, make: (input) => make.hex64(BigInt(input)) },
  // The template says size_t, the record nearly always 15 (EVTX 5.1).
  pointer: { templateType: TYPE.sizeT, absent: 0, make: (input) => make.hex64(BigInt(input)) },
  guid: {
    templateType: TYPE.guid,
    absent: '00000000-0000-0000-0000-000000000000',
    make: (input) => make.guid(String(input)),
  },
  sid: { templateType: TYPE.sid, absent: 'S-1-0-0', make: (input) => make.sid(String(input)) },
  bool: {
    templateType: TYPE.bool,
    absent: false,
    make: (input) => make.bool(input === true || input === 'true' ? 1 : 0),
  },
  time: {
    templateType: TYPE.filetime,
    absent: '1601-01-01T00:00:00Z',
    make: (input) => make.filetime(typeof input === 'bigint' ? input : String(input)),
  },
};

/** The fields of an event in order: `'RuleName UtcTime ProcessGuid:guid'`; without a kind it is text. */
export type Layout = string;

/** The values of a layout in its order; a name that the layout does not hold is a mistake of the test. */
export function fieldValues(layout: Layout, inputs: FieldInputs): FieldValue[] {
  const unknown = new Set(Object.keys(inputs));
  const values = layout.split(' ').map((item) => {
    const [name = '', kindName = 'text'] = item.split(':');
    const kind = KINDS[kindName];
    if (kind === undefined) throw new Error(`unknown kind of field: ${item}`);
    unknown.delete(name);
    const input = Object.hasOwn(inputs, name) ? inputs[name] : kind.absent;
    return { name, templateType: kind.templateType, value: fieldValue(kind, input ?? null) };
  });
  if (unknown.size > 0) throw new Error(`no such field: ${[...unknown].join(', ')}`);
  return values;
}

function fieldValue(kind: FieldKind, input: FieldInput): Value {
  if (input === null) return make.nothing();
  if (typeof input === 'object') return input;
  return kind.make(input);
}
