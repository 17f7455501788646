import { type CimClass, type CimInstance, type InstanceProperty, plainValue } from '../cim/index.ts';
import { sidFromBytes, type WmiObject, type WmiValue } from '../windows/index.ts';

/** Properties that hold a SID as bytes; they are told as its text. */
const SIDS: ReadonlySet<string> = new Set(['creatorsid']);

/** An instance of a repository as a WMI object: with the defaults of its class, in which a payload could hide too (CIM 6.5). */
export function objectOfInstance(instance: CimInstance): WmiObject {
  const properties = new Map<string, WmiValue>();
  for (const property of instance.properties) {
    if (property.value === null || property.state === 'corrupt') continue;
    properties.set(property.name, textsOf(property));
  }
  return {
    kind: 'instance',
    namespace: instance.namespace?.path ?? instance.namespace?.hash,
    className: instance.className,
    superclasses: instance.classChain.slice(1),
    properties,
    isWhole: !instance.properties.some(({ state }) => state === 'corrupt'),
  };
}

function textsOf({ name, value }: InstanceProperty): WmiValue {
  if (SIDS.has(name.toLowerCase()) && Array.isArray(value)) {
    const sid = sidFromBytes(value.map((item) => (typeof item === 'number' ? item : -1)));
    if (sid !== undefined) return sid;
  }
  const plain = plainValue(value);
  if (Array.isArray(plain)) return plain.map((item) => String(item));
  return String(plain);
}

/** A class definition of a repository as a WMI object: the texts among the defaults that it declares. */
export function objectOfClass(one: CimClass): WmiObject {
  const chain =
    one.layout?.chain.map(({ name }) => name) ?? (one.superName === undefined ? [] : [one.name, one.superName]);
  return {
    kind: 'class',
    namespace: one.namespace.path ?? one.namespace.hash,
    className: one.name,
    superclasses: chain.slice(1),
    properties: new Map(),
    isWhole: false,
  };
}
