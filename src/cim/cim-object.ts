import type { ClassLayout } from './class-layout.ts';
import type { ClassDefinition } from './class-record.ts';
import type { InstanceProperty } from './instance-record.ts';
import type { RepositoryPlace } from './provenance.ts';
import type { CimValue } from './values.ts';

/** A namespace; one that nothing names has its hash alone (CIM 7.1). */
export interface CimNamespace {
  readonly hash: string;
  /** As its `__NAMESPACE` instances spell it: `root\subscription`. */
  readonly path: string | undefined;
}

/** A class with all that it inherits. */
export interface CimClass {
  readonly namespace: CimNamespace;
  readonly name: string;
  readonly superName: string | undefined;
  readonly definition: ClassDefinition;
  /** Undefined when its chain is broken; `trouble` says how. */
  readonly layout: ClassLayout | undefined;
  readonly trouble?: string;
  readonly place: RepositoryPlace;
  /** The bytes of its record. */
  readonly raw: Uint8Array;
}

/** An instance with all properties of its class. */
export interface CimInstance {
  /** Undefined where only the pages themselves tell of it. */
  readonly namespace: CimNamespace | undefined;
  readonly className: string;
  /** From the class up to its root. */
  readonly classChain: readonly string[];
  /** `Class.Key="value"`. */
  readonly path: string;
  readonly keyHash: string;
  readonly properties: readonly InstanceProperty[];
  /** FILETIME of the start of a service run plus a count: an order and a lower bound, not a creation (CIM 6.6). */
  readonly sequence: bigint;
  readonly classTimestamp: bigint;
  readonly place: RepositoryPlace;
  readonly raw: Uint8Array;
}

/** A property by its name without case; undefined when the class has none. */
export function propertyOf(instance: CimInstance, name: string): InstanceProperty | undefined {
  const wanted = name.toLowerCase();
  return instance.properties.find((property) => property.name.toLowerCase() === wanted);
}

/** The value of a property when it is a text. */
export function textOf(instance: CimInstance, name: string): string | undefined {
  const value = propertyOf(instance, name)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** One text for equal values, whatever class timestamps and places say. */
export function valuesText(properties: readonly InstanceProperty[]): string {
  return JSON.stringify(properties.map(({ name, value }) => [name, plainValue(value)]));
}

/** A value as JSON can hold it: 64-bit integers as decimal text, embedded objects as hex. */
export type PlainValue = null | boolean | number | string | readonly (null | boolean | number | string)[];

export function plainValue(value: CimValue): PlainValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  // JSON knows no infinities; a real that is one is still a value.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value.map((item) => plainValue(item) as null | boolean | number | string);
}
