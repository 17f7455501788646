/** Types of CIM 6.2: code on disk and bytes of a slot; text, references and objects are references into the heap. */
export const CIM_TYPES = {
  sint16: { code: 0x02, slotBytes: 2 },
  sint32: { code: 0x03, slotBytes: 4 },
  real32: { code: 0x04, slotBytes: 4 },
  real64: { code: 0x05, slotBytes: 8 },
  string: { code: 0x08, slotBytes: 4 },
  boolean: { code: 0x0b, slotBytes: 2 },
  object: { code: 0x0d, slotBytes: 4 },
  sint8: { code: 0x10, slotBytes: 1 },
  uint8: { code: 0x11, slotBytes: 1 },
  uint16: { code: 0x12, slotBytes: 2 },
  uint32: { code: 0x13, slotBytes: 4 },
  sint64: { code: 0x14, slotBytes: 8 },
  uint64: { code: 0x15, slotBytes: 8 },
  datetime: { code: 0x65, slotBytes: 4 },
  reference: { code: 0x66, slotBytes: 4 },
  char16: { code: 0x67, slotBytes: 2 },
} as const;

export type CimType = keyof typeof CIM_TYPES;

export type CimScalar = string | number | bigint | boolean | Uint8Array;

/**
 * A value of a property: null is the null of WMI. An `object` is its bytes; an array of uint8 may be given as bytes too, and
 * an item of a list of texts or objects may be null.
 */
export type CimValue = CimScalar | null | readonly (CimScalar | null)[];

export interface QualifierModel {
  readonly name: string;
  readonly type: CimType;
  readonly isArray?: boolean;
  readonly value: CimValue;
  /** Flavour byte; 0 when left out. */
  readonly flavour?: number;
}

export interface PropertyModel {
  readonly name: string;
  readonly type: CimType;
  readonly isArray?: boolean;
  /** Class that a reference leads to, for its `CIMTYPE`. */
  readonly refers?: string;
  /** In place of the `CIMTYPE` that follows from type and target; null leaves it out. */
  readonly cimType?: string | null;
  readonly isKey?: boolean;
  /** Default of the class; left out is null. */
  readonly byDefault?: CimValue;
  /** Qualifiers beside `CIMTYPE` and `key`, which the writer adds itself. */
  readonly qualifiers?: readonly QualifierModel[];
}

/** One class, as a MOF would declare it: a property that a superclass has too is overridden (CIM 6.2, flag 0x4000). */
export interface ClassModel {
  readonly name: string;
  readonly superclass?: string;
  readonly isSingleton?: boolean;
  readonly isAbstract?: boolean;
  readonly qualifiers?: readonly QualifierModel[];
  readonly properties?: readonly PropertyModel[];
}

/** Values by name of property; what is left out takes the default of the class. */
export type InstanceValues = Readonly<Record<string, CimValue>>;

interface PropertyOptions {
  readonly byDefault?: CimValue;
  readonly qualifiers?: readonly QualifierModel[];
}

export function property(name: string, type: CimType, options: PropertyOptions = {}): PropertyModel {
  return { name, type, ...options };
}

export function arrayProperty(name: string, type: CimType, options: PropertyOptions = {}): PropertyModel {
  return { name, type, isArray: true, ...options };
}

export function keyProperty(name: string, type: CimType = 'string', options: PropertyOptions = {}): PropertyModel {
  return { name, type, isKey: true, ...options };
}

export function referenceProperty(name: string, refers: string, isKey = false): PropertyModel {
  return { name, type: 'reference', refers, isKey };
}

/** A qualifier that is true. */
export function flag(name: string, flavour = 0): QualifierModel {
  return { name, type: 'boolean', value: true, flavour };
}

/** Bytes of `S-1-5-21-...` (CIM 7.4). */
export function sidBytes(text: string): Uint8Array {
  const [head, revision, authority, ...parts] = text.split('-');
  if (head !== 'S' || revision === undefined || authority === undefined) throw new Error(`not a SID: ${text}`);
  const out = new Uint8Array(8 + 4 * parts.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, Number(revision));
  view.setUint8(1, parts.length);
  view.setUint32(4, Number(authority));
  parts.forEach((part, i) => {
    view.setUint32(8 + 4 * i, Number(part), true);
  });
  return out;
}
