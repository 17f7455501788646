import {
  type ClassDefinition,
  type DeclaredProperty,
  hasQualifier,
  type Qualifier,
  readQualifiers,
} from './class-record.ts';
import { REPOSITORY_LIMITS } from './limits.ts';
import { type CimType, type CimValue, nullBits } from './values.ts';

/** A property of a class with all that the class inherits. */
export interface LaidProperty {
  readonly name: string;
  readonly type: CimType;
  readonly offset: number;
  readonly isKey: boolean;
  /** The class that declares it, the lowest one where several do. */
  readonly declaredBy: ClassDefinition;
  readonly declared: DeclaredProperty;
}

/** A class merged with its superclasses: how its instances lie in their records. */
export interface ClassLayout {
  readonly name: string;
  /** From the class itself up to its root. */
  readonly chain: readonly ClassDefinition[];
  /** By declaration index. */
  readonly properties: readonly LaidProperty[];
  /** Bytes of the table of null bits. */
  readonly nullBytes: number;
  /** Bytes of the value table. */
  readonly valueBytes: number;
  /** The topmost class that declares the key, under which `KI_` files its instances; the class itself without a key. */
  readonly keyedClass: string;
}

/**
 * Merges a class with its superclasses, given from itself up (CIM 6.1). The merged indexes must be 0 to n-1 and the last
 * slot must end where the value table does: true for every real class, so that a text tells what is broken.
 */
export function mergeChain(chain: readonly ClassDefinition[]): ClassLayout | string {
  const [leaf] = chain;
  if (leaf === undefined) return 'it has no definition';
  const properties: (LaidProperty | undefined)[] = [];
  let keyedClass: string | undefined;
  for (let i = chain.length - 1; i >= 0; i--) {
    const definition = chain[i];
    if (definition === undefined) continue;
    for (const declared of definition.properties) {
      if (declared.index >= REPOSITORY_LIMITS.properties) return `a property has index ${declared.index}`;
      const isKeyHere = hasQualifier(declared.qualifiers, definition.heap, 'key');
      if (isKeyHere) keyedClass ??= definition.name;
      properties[declared.index] = {
        name: declared.name,
        type: declared.type,
        offset: declared.offset,
        isKey: isKeyHere || properties[declared.index]?.isKey === true,
        declaredBy: definition,
        declared,
      };
    }
  }
  const whole: LaidProperty[] = [];
  let slotsEnd = 0;
  for (let i = 0; i < properties.length; i++) {
    const property = properties[i];
    if (property === undefined) return `property ${i} of its chain is missing`;
    slotsEnd = Math.max(slotsEnd, property.offset + property.type.slotBytes);
    whole.push(property);
  }
  const nullBytes = Math.ceil(whole.length / 4);
  if (nullBytes + slotsEnd !== leaf.defaults.length) {
    return `its values take ${nullBytes + slotsEnd} bytes, it says ${leaf.defaults.length}`;
  }
  return {
    name: leaf.name,
    chain,
    properties: whole,
    nullBytes,
    valueBytes: slotsEnd,
    keyedClass: keyedClass ?? leaf.name,
  };
}

/**
 * The value that an instance has when it stores none: of the lowest class that sets one (CIM 6.5). Undefined when its bytes
 * are corrupt.
 */
export function defaultValue(layout: ClassLayout, index: number): CimValue | undefined {
  const property = layout.properties[index];
  if (property === undefined) return undefined;
  for (const definition of layout.chain) {
    // A class whose table is shorter than this index came before the property did.
    const bits = nullBits(definition.defaults, index);
    if ((bits & 2) !== 0) continue;
    if ((bits & 1) !== 0) return null;
    const count = countOf(layout, definition);
    if (index >= count) return null;
    return definition.heap.value(property.type, definition.defaults.subarray(Math.ceil(count / 4)), property.offset);
  }
  return null;
}

/** Properties of a class of the chain with what it inherits. */
function countOf(layout: ClassLayout, definition: ClassDefinition): number {
  let count = 0;
  for (let i = layout.chain.indexOf(definition); i < layout.chain.length; i++) {
    for (const { index } of layout.chain[i]?.properties ?? []) count = Math.max(count, index + 1);
  }
  return count;
}

export function qualifiersOfClass(definition: ClassDefinition): readonly Qualifier[] {
  return readQualifiers(definition.qualifiers, definition.heap);
}

export function qualifiersOfProperty(property: LaidProperty): readonly Qualifier[] {
  return readQualifiers(property.declared.qualifiers, property.declaredBy.heap);
}
