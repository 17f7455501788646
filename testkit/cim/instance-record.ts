import { ByteWriter } from './byte-writer.ts';
import { type ClassLayout, stateBytes } from './class-record.ts';
import { Heap, slotBytes } from './heap.ts';
import type { CimValue, InstanceValues } from './model.ts';

export interface InstanceRecordOptions {
  readonly classHash: string;
  readonly ts1: bigint;
  readonly ts2: bigint;
  /** Writes nulls as a stored value with the reference 0xFFFFFFFF instead of a bit (CIM 11, 20). */
  readonly nullsAsReferences?: boolean;
  /** One qualifier set for each property (flag 2, CIM 6.5). */
  readonly withPropertyQualifiers?: boolean;
  readonly padding?: number;
}

/** The record of an instance (CIM 6.5). A property that is left out takes the default of the class. */
export function instanceRecord(
  layout: ClassLayout,
  values: InstanceValues,
  options: InstanceRecordOptions,
): Uint8Array {
  const heap = new Heap();
  heap.string(layout.model.name);
  const bits: number[] = [];
  const slots: Uint8Array[] = [];
  // Real heaps hold the values by name of property.
  const inOrder = [...layout.slots].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  for (const slot of inOrder) {
    const value = givenValue(values, slot.name);
    if (value === undefined) {
      bits[slot.index] = slot.byDefault === null ? 3 : 2;
      slots[slot.index] = new Uint8Array(slotBytes(slot.type, slot.isArray));
    } else {
      bits[slot.index] = value === null && options.nullsAsReferences !== true ? 1 : 0;
      slots[slot.index] = heap.slot(slot.type, slot.isArray, value);
    }
  }
  const body = new ByteWriter()
    .u8(0)
    .u32(0)
    .raw(stateBytes(bits, options.padding ?? 0));
  for (const slot of slots) body.raw(slot);
  body.u32(4);
  if (options.withPropertyQualifiers === true) {
    body.u8(2);
    for (let i = 0; i < slots.length; i++) body.u32(4);
  } else body.u8(1);
  const heapBytes = heap.finish();
  body.u32((heapBytes.length | 0x80000000) >>> 0).raw(heapBytes);
  return new ByteWriter()
    .utf16(options.classHash)
    .u64(options.ts1)
    .u64(options.ts2)
    .u32(body.length + 4)
    .raw(body.finish())
    .finish();
}

/** Values with every property of the class, defaults in place of what is left out. */
export function resolvedValues(layout: ClassLayout, values: InstanceValues): Record<string, CimValue> {
  const out: Record<string, CimValue> = {};
  for (const slot of layout.slots) {
    const value = givenValue(values, slot.name);
    out[slot.name] = value === undefined ? slot.byDefault : value;
  }
  return out;
}

/** A value by name, compared without case. */
export function givenValue(values: InstanceValues, name: string): CimValue | undefined {
  const lower = name.toLowerCase();
  const own = Object.keys(values).find((key) => key.toLowerCase() === lower);
  return own === undefined ? undefined : values[own];
}

/** Who refers to an instance, in six counted strings (CIM 6.7). */
export function referenceRecord(namespace: string, className: string, property: string, path: string): Uint8Array {
  const out = new ByteWriter();
  for (const text of [namespace, className, property, path, '', '']) out.u32(text.length).utf16(text);
  return out.finish();
}
