import { defaultValue } from '../../src/cim/class-layout.ts';
import {
  type CimClass,
  type CimInstance,
  type CimNamespace,
  plainValue,
  qualifiersOfClass,
  qualifiersOfProperty,
  type CimValue as ReadValue,
  type Repository,
} from '../../src/cim/index.ts';
import { nullBits } from '../../src/cim/values.ts';
import {
  type CimType,
  type CimValue,
  type ClassModel,
  type PropertyModel,
  type QualifierModel,
  RepositoryWriter,
} from '../../testkit/cim/index.ts';
import { liveInstances } from './read-repository.ts';

/** Writes a repository anew from what the reader says of it: the same namespaces, classes and instances, other bytes. */
export function rewritten(repository: Repository): RepositoryWriter {
  const out = new RepositoryWriter({ isBare: true, seed: 8, spareObjectPages: 0, spareIndexPages: 0 });
  // Classes of the system first, since every other may derive from them.
  const ordered = [...repository.namespaces()].sort(
    (a, b) => Number(b.path === '__SystemClass') - Number(a.path === '__SystemClass'),
  );
  for (const namespace of ordered) {
    const waiting = new Map(repository.classes(namespace).map((one) => [one.name.toLowerCase(), one]));
    const define = (one: CimClass): void => {
      if (!waiting.delete(one.name.toLowerCase())) return;
      const above = one.superName === undefined ? undefined : waiting.get(one.superName.toLowerCase());
      if (above !== undefined) define(above);
      out.defineClass(pathOf(namespace), modelOf(one));
    };
    for (const one of [...waiting.values()]) define(one);
  }
  for (const instance of liveInstances(repository)) {
    const given = instance.properties.flatMap(({ name, value, state }) =>
      state === 'stored' || state === 'null' ? [[name, written(value)] as const] : [],
    );
    const { namespace, className, keyHash } = instance;
    if (namespace === undefined) throw new Error(`${className} has no namespace`);
    out.put(pathOf(namespace), className, Object.fromEntries(given), { keyHash });
  }
  out.checkpoint();
  return out;
}

function pathOf({ path, hash }: CimNamespace): string {
  if (path === undefined) throw new Error(`nothing names ${hash}`);
  return path;
}

function modelOf(one: CimClass): ClassModel {
  const { layout, name, superName, definition } = one;
  if (layout === undefined) throw new Error(`${name}: ${one.trouble}`);
  const properties = definition.properties
    .toSorted((a, b) => a.index - b.index)
    .map(({ index }): PropertyModel => {
      const property = layout.properties[index];
      if (property === undefined) throw new Error(`${name} has no property ${index}`);
      const qualifiers = qualifiersOfProperty(property);
      const cimType = qualifiers.find((one) => isNamed(one.name, 'CIMTYPE'))?.value;
      const value = (nullBits(definition.defaults, index) & 2) === 0 ? defaultValue(layout, index) : undefined;
      return {
        name: property.name,
        type: typeOf(property.type.name),
        isArray: property.type.isArray,
        isKey: qualifiers.some((one) => isNamed(one.name, 'key') && one.value === true),
        ...(value === undefined ? {} : { byDefault: written(value) }),
        cimType: typeof cimType === 'string' ? cimType : null,
        ...(typeof cimType === 'string' && /^ref:/i.test(cimType) ? { refers: cimType.slice(4) } : {}),
        qualifiers: qualifiers
          .filter((one) => !isNamed(one.name, 'CIMTYPE') && !isNamed(one.name, 'key'))
          .map(qualifier),
      };
    });
  const qualifiers = qualifiersOfClass(definition).map(qualifier);
  return { name, ...(superName === undefined ? {} : { superclass: superName }), qualifiers, properties };
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}

function qualifier(of: ReturnType<typeof qualifiersOfClass>[number]): QualifierModel {
  const { name, flavour, type, value } = of;
  return { name, flavour, type: typeOf(type.name), isArray: type.isArray, value: written(value) };
}

function typeOf(name: string): CimType {
  return (name === 'ref' ? 'reference' : name) as CimType;
}

function written(value: ReadValue): CimValue {
  return value;
}

/** A line for each class: its place, properties with type and default, and qualifiers; keys apart from other qualifiers. */
export function classLines(repository: Repository): string[] {
  return repository.namespaces().flatMap((namespace) =>
    repository.classes(namespace).map(({ name, superName, layout, definition }) => {
      const properties = (layout?.properties ?? []).map((property, index) => {
        const default_ = layout === undefined ? undefined : defaultValue(layout, index);
        const list = qualifiersOfProperty(property).map((one) => `${one.name.toLowerCase()}=${shown(one.value)}`);
        const { type, isKey } = property;
        return [
          property.name,
          type.name,
          type.isArray,
          isKey,
          default_ === undefined ? '?' : shown(default_),
          list.sort(),
        ];
      });
      const qualifiers = qualifiersOfClass(definition).map((one) => `${one.name}=${shown(one.value)}`);
      return JSON.stringify([namespace.path?.toLowerCase(), name, superName, qualifiers, properties]);
    }),
  );
}

/** A line for each instance: class, key hash and every value with its state. */
export function instanceLines(repository: Repository): string[] {
  return liveInstances(repository).map((instance: CimInstance) => {
    const { namespace, className, keyHash, properties } = instance;
    const values = properties.map(({ name, value, state }) => [name, state, shown(value)]);
    return JSON.stringify([namespace?.path?.toLowerCase(), className, keyHash, values]);
  });
}

function shown(value: ReadValue): string {
  return JSON.stringify(plainValue(value));
}

/**
 * All keys of the index that follow from classes and instances, without where their records lie. Keys `CR_p\\R_c` are left
 * out: real ones also stand for some inherited references, by a rule that is not known (CIM 5).
 */
export function keyLines(repository: Repository): string[] {
  const out: string[] = [];
  for (const [space, keys] of repository.current.catalogue.namespaces) {
    for (const one of keys.classes.keys()) out.push(`${space} CD ${one}`);
    for (const [above, list] of keys.subclasses) for (const one of list) out.push(`${space} CR ${above} ${one}`);
    for (const [one, list] of keys.instances) for (const key of list.keys()) out.push(`${space} CI ${one} ${key}`);
    for (const [one, list] of keys.keyed) for (const key of list.keys()) out.push(`${space} KI ${one} ${key}`);
    for (const { keyedClass, keyHash, referrerHash } of keys.references) {
      out.push(`${space} IR ${keyedClass} ${keyHash} ${referrerHash}`);
    }
  }
  return out;
}
