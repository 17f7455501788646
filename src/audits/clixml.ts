import { type JsonValue, parseXml, type XmlElement } from '../shapes/index.ts';
import type { AuditDocument } from './audit-document.ts';
import { typeParts } from './class-paths.ts';
import { readExported } from './exported-object.ts';
import type { AuditReading } from './reading.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';
import type { JsonObject } from './wmi-values.ts';
import { xmlRows } from './xml-rows.ts';

const BASE =
  /^(?:Deserialized\.)?(?:Microsoft\.Management\.Infrastructure\.CimInstance|System\.Management\.ManagementObject)#/;
const INTEGERS = new Set(['I16', 'I32', 'I64', 'U16', 'U32', 'U64', 'By', 'SB', 'Db', 'Sg', 'D']);
/** Type names and objects that later elements point back to. */
const MOST_REMEMBERED = 100_000;
const MOST_NESTED = 8;
/** Values of one object with all that it refers to: references multiply. */
const MOST_VALUES = 65_536;

/** `Export-Clixml` (MS-PSRP 2.2.5): objects with type names, properties and what refers to earlier ones. */
export function readClixml(source: SourceBytes, reading: AuditReading): AuditDocument {
  const clixml = new Clixml();
  for (const { element, place } of xmlRows(source, 'Objs', 'Obj', reading, (text) => clixml.keepTypes(text))) {
    let found = 0;
    for (const exported of clixml.exportedIn(element)) {
      found++;
      const read = readExported(exported.row, { isTable: false, ...exported.type }, place, reading);
      if (read === undefined) continue;
      reading.countRead();
      reading.add(read.object, place, { computer: read.computer });
    }
    if (found === 0) passOver(element, place, clixml, reading);
  }
  return reading.finish('clixml');
}

function passOver(element: XmlElement, place: RowPlace, clixml: Clixml, reading: AuditReading): void {
  reading.passOver('otherClass', place, clixml.typesOf(element)[0] ?? 'no type that is told');
}

interface Exported {
  readonly row: JsonObject;
  readonly type: { readonly namespace?: string; readonly className?: string };
}

class Clixml {
  readonly #types = new Map<string, readonly string[]>();
  readonly #objects = new Map<string, XmlElement>();
  #left = 0;

  /** The WMI objects of an element: itself, or the items of the list that it is. */
  *exportedIn(element: XmlElement, depth = 0): Generator<Exported> {
    const types = this.typesOf(element);
    const wmi = types.filter((type) => BASE.test(type));
    if (wmi.length > 0) {
      yield this.#exported(element, wmi);
      return;
    }
    if (depth > MOST_NESTED) return;
    for (const list of element.children) {
      if (list.name !== 'LST' && list.name !== 'IE' && list.name !== 'STK' && list.name !== 'QUE') continue;
      for (const item of list.children) if (item.name === 'Obj') yield* this.exportedIn(item, depth + 1);
    }
  }

  /** Keeps the type names in the text of a broken object: later ones refer to them. */
  keepTypes(text: string): void {
    for (let at = text.indexOf('<TN '); at >= 0; at = text.indexOf('<TN ', at + 1)) {
      const end = text.indexOf('</TN>', at);
      if (end < 0) return;
      const element = parseXml(text.slice(at, end + 5));
      if (typeof element !== 'string') this.#keep(element);
      at = end;
    }
  }

  #keep(element: XmlElement): readonly string[] {
    const types = element.children.filter(({ name }) => name === 'T').map(({ text }) => unescaped(text));
    if (this.#types.size < MOST_REMEMBERED) this.#types.set(attributeOf(element, 'RefId') ?? '', types);
    return types;
  }

  /** The type names of an object, nearest first; they may have been told by an earlier one. */
  typesOf(element: XmlElement): readonly string[] {
    for (const child of element.children) {
      if (child.name === 'TN') return this.#keep(child);
      if (child.name === 'TNRef') return this.#types.get(attributeOf(child, 'RefId') ?? '') ?? [];
    }
    return [];
  }

  #exported(element: XmlElement, types: readonly string[]): Exported {
    this.#left = MOST_VALUES;
    return this.#rowOf(element, types, 0);
  }

  #rowOf(element: XmlElement, types: readonly string[], depth: number): Exported {
    const members = this.#membersOf(element, depth);
    const parts = types.map(typeParts);
    const type = parts[0] ?? {};
    const metadata = metadataOf(element);
    const superclasses = parts
      .filter(({ className, namespace }) => namespace !== undefined && className !== type.className)
      .map(({ className }) => className ?? '');
    const namespace = metadata.get('Namespace') ?? type.namespace;
    const row: Record<string, JsonValue> = Object.fromEntries(members);
    // An object of the WMI cmdlets tells itself what it is.
    if (!members.has('__CLASS') && type.className !== undefined) {
      setOwn(row, 'CimInstanceProperties', []);
      setOwn(row, 'CimClass', chainOf(superclasses));
      setOwn(row, 'CimSystemProperties', {
        ClassName: metadata.get('ClassName') ?? type.className,
        ...(namespace === undefined ? {} : { Namespace: namespace }),
        ServerName: metadata.get('ServerName') ?? '',
      });
    }
    return { row, type };
  }

  #membersOf(element: XmlElement, depth: number): Map<string, JsonValue> {
    const members = new Map<string, JsonValue>();
    for (const part of element.children) {
      if (part.name === 'ToString') members.set('ToString', unescaped(part.text));
      if (part.name !== 'Props' && part.name !== 'MS') continue;
      for (const child of part.children) {
        const name = unescaped(attributeOf(child, 'N') ?? '');
        if (name === '' || name === '__ClassMetadata' || name === '__InstanceMetadata' || members.has(name)) continue;
        members.set(name, this.#valueOf(child, depth + 1));
      }
    }
    return members;
  }

  #valueOf(element: XmlElement, depth: number): JsonValue {
    const { name, text } = element;
    if (name === 'Nil' || --this.#left < 0) return null;
    if (name === 'B') return text === 'true';
    if (name === 'BA') return [...Buffer.from(text, 'base64')];
    if (name === 'Ref') {
      const object = this.#objects.get(attributeOf(element, 'RefId') ?? '');
      return object === undefined || depth > MOST_NESTED ? null : this.#valueOf(object, depth + 1);
    }
    if (name !== 'Obj') return INTEGERS.has(name) ? text.trim() : unescaped(text);
    const id = attributeOf(element, 'RefId');
    if (id !== undefined && this.#objects.size < MOST_REMEMBERED) this.#objects.set(id, element);
    const types = this.typesOf(element);
    const list = element.children.find((child) => child.name === 'LST');
    if (list !== undefined)
      return depth > MOST_NESTED ? null : list.children.map((item) => this.#valueOf(item, depth + 1));
    // What is neither list nor object is a number or text with members added to it.
    const plain = element.children.find(
      (child) => INTEGERS.has(child.name) || child.name === 'S' || child.name === 'B',
    );
    if (plain !== undefined && types.length === 0) return this.#valueOf(plain, depth + 1);
    if (depth > MOST_NESTED) return null;
    return this.#rowOf(element, types, depth).row;
  }
}

function setOwn(row: Record<string, JsonValue>, name: string, value: JsonValue): void {
  Object.defineProperty(row, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Superclasses as a class told by JSON has them. */
function chainOf(superclasses: readonly string[]): JsonValue {
  let chain: JsonValue = {};
  for (const name of superclasses.slice(0, 32).toReversed()) chain = { CimSuperClassName: name, CimSuperClass: chain };
  return chain;
}

/** `ClassName`, `Namespace` and `ServerName` of the innermost class in `__ClassMetadata`, which is the last one. */
function metadataOf(element: XmlElement): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const notes = element.children.find(({ name }) => name === 'MS');
  const metadata = notes?.children.find((child) => attributeOf(child, 'N') === '__ClassMetadata');
  const classes = metadata?.children.find(({ name }) => name === 'LST')?.children ?? [];
  for (const item of classes.at(-1)?.children ?? []) {
    if (item.name !== 'MS') continue;
    for (const child of item.children) {
      if (child.name === 'S' && child.text !== '') found.set(attributeOf(child, 'N') ?? '', unescaped(child.text));
    }
  }
  return found;
}

function attributeOf(element: XmlElement, name: string): string | undefined {
  return element.attributes.find(([key]) => key === name)?.[1];
}

/** CLIXML writes what XML cannot hold as `_xHHHH_` (MS-PSRP 2.2.5.3.2). */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
