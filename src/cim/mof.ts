import { type CimClass, type CimInstance, plainValue } from './cim-object.ts';
import { qualifiersOfClass } from './class-layout.ts';
import { type DeclaredProperty, type Qualifier, readQualifiers } from './class-record.ts';
import { type CimType, type CimValue, nullBits } from './values.ts';

/** Bytes of a method part that holds no method (MS-WMIO 2.2.35: its length, a count and padding). */
const NO_METHODS = 12;

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

const UNSAFE = /[\\"\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text as it stands between quotes in MOF. Everything that could move a terminal, turn its direction or hide is written
 * as `\xHHHH` (L20).
 */
export function mofQuoted(text: string): string {
  const escaped = text.replace(UNSAFE, (found) => {
    const simple = SIMPLE.get(found);
    if (simple !== undefined) return simple;
    let written = '';
    for (let i = 0; i < found.length; i++)
      written += `\\x${found.charCodeAt(i).toString(16).toUpperCase().padStart(4, '0')}`;
    return written;
  });
  return `"${escaped}"`;
}

/** A name of evidence outside of quotes: as it is when it is a name, else quoted so that it breaks nothing. */
export function mofName(name: string): string {
  return /^[\p{L}\p{N}_]{1,256}$/u.test(name) ? name : mofQuoted(name);
}

function mofValue(value: CimValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return mofQuoted(value);
  if (value instanceof Uint8Array) return mofQuoted(String(plainValue(value)));
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return `{${value.map(mofValue).join(', ')}}`;
}

function mofQualifier({ name, value }: Qualifier): string {
  if (value === true) return mofName(name);
  return Array.isArray(value) ? `${mofName(name)}${mofValue(value)}` : `${mofName(name)}(${mofValue(value)})`;
}

function mofQualifiers(qualifiers: readonly Qualifier[]): string {
  const shown = qualifiers.filter(({ name }) => name.toUpperCase() !== 'CIMTYPE');
  return shown.length === 0 ? '' : `[${shown.map(mofQualifier).join(', ')}]`;
}

/** The type of a property as MOF writes it: a reference names its class. */
function mofType(type: CimType, qualifiers: readonly Qualifier[]): string {
  const stated = qualifiers.find(({ name }) => name.toUpperCase() === 'CIMTYPE')?.value;
  if (type.name !== 'ref' && type.name !== 'object') return type.name;
  const [, target] = typeof stated === 'string' ? stated.split(':') : [];
  if (target === undefined || target === '') return type.name === 'ref' ? 'object ref' : 'object';
  return type.name === 'ref' ? `${mofName(target)} ref` : mofName(target);
}

/** A class as MOF: what it declares itself, with its default values. Methods are not decoded, and that is said. */
export function classMof(one: CimClass): string {
  const { definition, superName } = one;
  const lines: string[] = [];
  const head = mofQualifiers(qualifiersOfClass(definition));
  if (head !== '') lines.push(head);
  lines.push(`class ${mofName(one.name)}${superName === undefined ? '' : ` : ${mofName(superName)}`}`, '{');
  for (const property of definition.properties.toSorted((a, b) => a.index - b.index)) {
    const qualifiers = readQualifiers(property.qualifiers, definition.heap);
    const shown = mofQualifiers(qualifiers);
    const value = ownDefault(one, property);
    const tail = value === undefined || value === null ? '' : ` = ${mofValue(value)}`;
    const type = mofType(property.type, qualifiers);
    const name = `${mofName(property.name)}${property.type.isArray ? '[]' : ''}`;
    lines.push(`  ${shown === '' ? '' : `${shown} `}${type} ${name}${tail};`);
  }
  if (definition.methodBytes > NO_METHODS)
    lines.push(`  // Its methods (${definition.methodBytes} bytes) are left out.`);
  lines.push('};');
  return `${lines.join('\n')}\n`;
}

/** The default that a class sets itself; undefined where it takes that of its superclass. */
function ownDefault({ definition, layout }: CimClass, property: DeclaredProperty): CimValue | undefined {
  if (layout === undefined || nullBits(definition.defaults, property.index) !== 0) return undefined;
  return definition.heap.value(property.type, definition.defaults.subarray(layout.nullBytes), property.offset);
}

/** An instance as MOF: properties that are not null, those that hold the default of the class marked as such. */
export function instanceMof({ className, properties }: CimInstance): string {
  const lines = [`instance of ${mofName(className)}`, '{'];
  for (const { name, value, state } of properties) {
    if (state === 'corrupt') lines.push(`  // ${mofName(name)} cannot be read.`);
    else if (value !== null) {
      lines.push(`  ${mofName(name)} = ${mofValue(value)};${state === 'default' ? '  // default' : ''}`);
    }
  }
  lines.push('};');
  return `${lines.join('\n')}\n`;
}
