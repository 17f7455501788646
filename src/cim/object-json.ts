import { filetimeMs, filetimeTicks, formatTime, isPrintableMs } from '../windows/index.ts';
import { type CimClass, type CimInstance, type PlainValue, plainValue } from './cim-object.ts';
import { qualifiersOfClass, qualifiersOfProperty } from './class-layout.ts';
import type { Qualifier } from './class-record.ts';
import type { InstanceProperty } from './instance-record.ts';
import type { RepositoryPlace } from './provenance.ts';

/** RFC 3339 of a FILETIME; its number where that has no year of four digits. */
export function filetimeText(filetime: bigint): string {
  const high = Number(filetime >> 32n);
  const low = Number(filetime & 0xffffffffn);
  const ms = filetimeMs(high, low);
  return isPrintableMs(ms) ? formatTime(ms, filetimeTicks(high, low)) : filetime.toString();
}

/** An instance as JSON. 64-bit integers are text; properties that are null are there with null. */
export interface InstanceJson {
  readonly kind: 'instance';
  readonly namespace?: string;
  readonly class: string;
  readonly path: string;
  readonly properties: Readonly<Record<string, PlainValue>>;
  /** Of properties that are not stored in the instance itself. */
  readonly states: Readonly<Record<string, string>>;
  /** Start of the run of the WMI service that stored it, plus a count: never a time of creation (CIM 6.6). */
  readonly serviceRun: { readonly notBefore: string; readonly sequence: string };
  readonly classTimestamp: string;
  readonly repository: RepositoryPlace;
  /** The bytes of the record. */
  readonly rawHex: string;
}

export function instanceJson(instance: CimInstance): InstanceJson {
  const { namespace, properties } = instance;
  const states = properties.filter(({ state }) => state !== 'stored').map(({ name, state }) => [name, state]);
  return {
    kind: 'instance',
    ...(namespace === undefined ? {} : { namespace: namespace.path ?? namespace.hash }),
    class: instance.className,
    path: instance.path,
    properties: propertiesJson(properties),
    states: Object.fromEntries(states) as Record<string, string>,
    serviceRun: { notBefore: filetimeText(instance.sequence), sequence: instance.sequence.toString() },
    classTimestamp: filetimeText(instance.classTimestamp),
    repository: instance.place,
    rawHex: Buffer.from(instance.raw).toString('hex'),
  };
}

function propertiesJson(properties: readonly InstanceProperty[]): Readonly<Record<string, PlainValue>> {
  return Object.fromEntries(properties.map(({ name, value }) => [name, plainValue(value)]));
}

export interface ClassJson {
  readonly kind: 'class';
  readonly namespace: string;
  readonly class: string;
  readonly superclass?: string;
  readonly chain: readonly string[];
  readonly qualifiers: Readonly<Record<string, PlainValue>>;
  /** With what it inherits, where its chain is whole; else what it declares itself. */
  readonly properties: readonly {
    readonly name: string;
    readonly type: string;
    readonly isKey: boolean;
    readonly declaredBy: string;
    readonly qualifiers: Readonly<Record<string, PlainValue>>;
  }[];
  readonly methodBytes: number;
  readonly timestamp: string;
  readonly trouble?: string;
  readonly repository: RepositoryPlace;
  readonly rawHex: string;
}

export function classJson(one: CimClass): ClassJson {
  const { definition, layout, namespace } = one;
  return {
    kind: 'class',
    namespace: namespace.path ?? namespace.hash,
    class: one.name,
    ...(one.superName === undefined ? {} : { superclass: one.superName }),
    chain: layout?.chain.map(({ name }) => name) ?? [one.name],
    qualifiers: qualifiersJson(qualifiersOfClass(definition)),
    properties: (layout?.properties ?? []).map((property) => ({
      name: property.name,
      type: `${property.type.name}${property.type.isArray ? '[]' : ''}`,
      isKey: property.isKey,
      declaredBy: property.declaredBy.name,
      qualifiers: qualifiersJson(qualifiersOfProperty(property)),
    })),
    methodBytes: definition.methodBytes,
    timestamp: filetimeText(definition.timestamp),
    ...(one.trouble === undefined ? {} : { trouble: one.trouble }),
    repository: one.place,
    rawHex: Buffer.from(one.raw).toString('hex'),
  };
}

function qualifiersJson(qualifiers: readonly Qualifier[]): Readonly<Record<string, PlainValue>> {
  return Object.fromEntries(qualifiers.map(({ name, value }) => [name, plainValue(value)]));
}
