import { ByteWriter } from './byte-writer.ts';
import { Heap, OVERRIDE_FLAG, slotBytes, typeCode } from './heap.ts';
import type { CimType, CimValue, ClassModel, PropertyModel, QualifierModel } from './model.ts';

/** One property of the merged chain (CIM 6.1). */
export interface LayoutSlot {
  readonly name: string;
  readonly type: CimType;
  readonly isArray: boolean;
  readonly refers: string | undefined;
  readonly index: number;
  /** Of the slot in the value table. */
  readonly offset: number;
  /** Level in the chain of the class that brought it. */
  readonly level: number;
  /** Topmost class that declares it as a key; undefined when it is none. */
  readonly keyedBy: string | undefined;
  readonly byDefault: CimValue;
  /** Two bits: 1 null, 2 taken from the superclass (CIM 6.5). */
  readonly bits: number;
  /** Slot bytes as the class stores them. */
  readonly raw: Uint8Array;
}

export interface ClassLayout {
  readonly model: ClassModel;
  readonly parent: ClassLayout | undefined;
  readonly timestamp: bigint;
  readonly slots: readonly LayoutSlot[];
  /** Bytes of the value table of an instance. */
  readonly tableBytes: number;
  readonly record: Uint8Array;
}

export interface ClassRecordOptions {
  /** The two bits of the places behind the last property; real classes hold all values there. */
  readonly padding?: number;
}

/** Lays a class out over its superclass and writes its record (CIM 6.1). */
export function layOutClass(
  model: ClassModel,
  parent: ClassLayout | undefined,
  timestamp: bigint,
  options: ClassRecordOptions = {},
): ClassLayout {
  const heap = new Heap();
  const nameAt = heap.string(model.name);
  const qualifiers = qualifierList(heap, classQualifiers(model));
  const level = levelOf(parent) + 1;
  const inherited = parent?.slots ?? [];
  const slots: LayoutSlot[] = inherited.map((slot) => ({ ...slot, bits: slot.bits | 2 }));
  let tableBytes = parent?.tableBytes ?? 0;
  const declared: [LayoutSlot, PropertyModel, isOverride: boolean][] = [];
  for (const property of model.properties ?? []) {
    const at = slots.findIndex((slot) => slot.name.toLowerCase() === property.name.toLowerCase());
    const above = slots[at];
    const isArray = property.isArray ?? false;
    const bytes = slotBytes(property.type, isArray);
    const slot: LayoutSlot = {
      name: property.name,
      type: property.type,
      isArray,
      refers: property.refers ?? above?.refers,
      index: above?.index ?? slots.length,
      offset: above?.offset ?? tableBytes,
      level: above?.level ?? level,
      keyedBy: above?.keyedBy ?? (property.isKey === true ? model.name : undefined),
      byDefault: property.byDefault === undefined ? (above?.byDefault ?? null) : property.byDefault,
      bits: above?.bits ?? 1,
      raw: above?.raw ?? new Uint8Array(bytes).fill(0xff),
    };
    if (above === undefined) {
      slots.push(slot);
      tableBytes += bytes;
    } else slots[at] = slot;
    declared.push([slot, property, above !== undefined]);
  }
  // Real records list the declared properties by name, and the heap follows that order.
  declared.sort(([a], [b]) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  const references = declared.map(([slot, property, isOverride]) => {
    const name = heap.name(slot.name);
    return [name, propertyPart(heap, slot, property, isOverride)] as const;
  });
  for (const [slot, property] of declared) {
    if (property.byDefault === undefined) continue;
    const raw = heap.slot(slot.type, slot.isArray, property.byDefault);
    slots[slot.index] = { ...slot, bits: property.byDefault === null ? 1 : 0, raw };
  }
  const table = valueTable(slots, options.padding ?? 3);
  const body = new ByteWriter().u8(0).u32(nameAt).u32(table.length);
  derivation(body, model.superclass);
  body
    .u32(qualifiers.length + 4)
    .raw(qualifiers)
    .u32(references.length);
  for (const [name, part] of references) body.u32(name).u32(part);
  const heapBytes = heap.finish();
  body
    .raw(table)
    .u32((heapBytes.length | 0x80000000) >>> 0)
    .raw(heapBytes);
  const superclass = model.superclass ?? '';
  const record = new ByteWriter()
    .u32(superclass.length)
    .utf16(superclass)
    .u64(timestamp)
    .u32(body.length + 4)
    .raw(body.finish())
    // An empty method part: its length, no method, and an empty heap.
    .u32(12)
    .u32(0)
    .u32(0x80000000)
    .finish();
  return { model, parent, timestamp, slots, tableBytes, record };
}

function levelOf(layout: ClassLayout | undefined): number {
  let level = -1;
  for (let at = layout; at !== undefined; at = at.parent) level++;
  return level;
}

/** Bits of all properties, four a byte, then their slots (CIM 6.1, 6.5). */
function valueTable(slots: readonly LayoutSlot[], padding: number): Uint8Array {
  const bits = stateBytes(
    slots.map((slot) => slot.bits),
    padding,
  );
  const out = new ByteWriter().raw(bits);
  for (const slot of slots) out.raw(slot.raw);
  return out.finish();
}

export function stateBytes(bits: readonly number[], padding: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bits.length / 4));
  for (let i = 0; i < out.length * 4; i++) {
    const at = i >> 2;
    out[at] = (out[at] ?? 0) | ((bits[i] ?? padding) << (2 * (i & 3)));
  }
  return out;
}

/** The immediate superclass once more, as an encoded string with the length of the whole (CIM 6.1). */
function derivation(out: ByteWriter, superclass: string | undefined): void {
  if (superclass === undefined) {
    out.u32(4);
    return;
  }
  const heap = new Heap();
  heap.string(superclass);
  const text = heap.finish();
  out
    .u32(text.length + 8)
    .raw(text)
    .u32(text.length);
}

function classQualifiers(model: ClassModel): QualifierModel[] {
  const list: QualifierModel[] = [];
  if (model.isAbstract === true) list.push({ name: 'abstract', type: 'boolean', value: true });
  if (model.isSingleton === true) list.push({ name: 'singleton', type: 'boolean', value: true, flavour: 0x13 });
  return [...list, ...(model.qualifiers ?? [])];
}

function propertyPart(heap: Heap, slot: LayoutSlot, property: PropertyModel, isOverride: boolean): number {
  const qualifiers: QualifierModel[] = [];
  const implied = slot.type === 'reference' ? `ref:${slot.refers ?? ''}` : slot.type;
  // An override inherits the CIMTYPE and does not repeat it.
  const cimType = property.cimType === undefined ? (isOverride ? null : implied) : property.cimType;
  if (cimType !== null) qualifiers.push({ name: 'CIMTYPE', type: 'string', value: cimType, flavour: 3 });
  if (property.isKey === true) qualifiers.push({ name: 'key', type: 'boolean', value: true, flavour: 0x13 });
  qualifiers.push(...(property.qualifiers ?? []));
  const code = typeCode(slot.type, slot.isArray) | (isOverride ? OVERRIDE_FLAG : 0);
  const head = new ByteWriter().u32(code).u16(slot.index).u32(slot.offset).u32(slot.level).finish();
  // The strings of the qualifiers stand behind the property that they describe, so its room is taken first.
  const lengths = qualifiers.map((qualifier) => 9 + slotBytes(qualifier.type, qualifier.isArray ?? false));
  const at = heap.bytes(new Uint8Array(head.length + 4 + lengths.reduce((sum, length) => sum + length, 0)));
  const list = qualifierList(heap, qualifiers);
  heap.patch(
    at,
    new ByteWriter()
      .raw(head)
      .u32(list.length + 4)
      .raw(list)
      .finish(),
  );
  return at;
}

/** Entries of a qualifier set, without its length (CIM 6.4). */
export function qualifierList(heap: Heap, qualifiers: readonly QualifierModel[]): Uint8Array {
  const out = new ByteWriter();
  for (const { name, type, isArray = false, value, flavour = 0 } of qualifiers) {
    const nameAt = heap.name(name);
    out
      .u32(nameAt)
      .u8(flavour)
      .u32(typeCode(type, isArray))
      .raw(heap.slot(type, isArray, value));
  }
  return out.finish();
}
