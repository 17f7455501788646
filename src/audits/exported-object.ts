import type { JsonValue } from '../shapes/index.ts';
import { formatTime, isPrintableMs, type WmiObject, type WmiValue } from '../windows/index.ts';
import { canonicalPropertyName, standardConsumer } from '../wmi/index.ts';
import { backslashed, classByProperties, isClassName, pathParts } from './class-paths.ts';
import { mayBeEventing, systemDefaults } from './eventing-classes.ts';
import type { AuditReading } from './reading.ts';
import { referencePath } from './references.ts';
import type { RowPlace } from './source-bytes.ts';
import { creatorSid, isList, isObject, type JsonObject, own, ownText, readValue, unwrapped } from './wmi-values.ts';

const REFERENCES = new Set(['filter', 'consumer']);
/** Properties that hold lists (DOMAIN 1.1): a single text is what the depth of the export left of one. */
const LISTS = new Set(['insertionstringtemplates', 'headerfields']);
/** Members that PowerShell adds to every object. */
const POWERSHELL = new Set([
  'PSComputerName',
  'PSShowComputerName',
  'RunspaceId',
  'PSSourceJobInstanceId',
  'CimClass',
  'CimInstanceProperties',
  'CimSystemProperties',
  'ToString',
]);
/** Members of System.Management.ManagementObject, which hide properties of the same names. */
const MANAGEMENT = new Set([
  'Scope',
  'Path',
  'Options',
  'ClassPath',
  'Properties',
  'SystemProperties',
  'Qualifiers',
  'Site',
  'Container',
]);

/** What an exported object says of itself, beside its properties. */
interface Identity {
  readonly className: string;
  readonly superclasses: readonly string[];
  readonly namespace: string | undefined;
  readonly computer: string | undefined;
  /** Properties that the object had on the host, where that is told. */
  readonly count: number | undefined;
  readonly isGuessed: boolean;
}

/** An object that PowerShell exported, read back. */
export interface ExportedObject {
  readonly object: WmiObject;
  readonly computer: string | undefined;
}

export interface ExportStyle {
  /** Table cells: all is text, and an empty one says nothing. */
  readonly isTable: boolean;
  /** The class, where the row does not tell it. */
  readonly className?: string | undefined;
  readonly namespace?: string | undefined;
}

/**
 * An object as `Get-CimInstance` or `Get-WmiObject` gave it and an export wrote it; trouble goes to the reading. Undefined when
 * the row is none of eventing, or broken: then it has been counted.
 */
export function readExported(
  row: JsonObject,
  style: ExportStyle,
  place: RowPlace,
  reading: AuditReading,
): ExportedObject | undefined {
  const identity = identityOf(row, style);
  if (identity === undefined) {
    reading.passOver('otherClass', place, 'no class that is told');
    return undefined;
  }
  const { className, superclasses, namespace, computer } = identity;
  if (!mayBeEventing(className, superclasses)) {
    reading.passOver('otherClass', place, className);
    return undefined;
  }
  const isManagement = Object.hasOwn(row, '__CLASS') || Object.hasOwn(row, '__GENUS');
  const properties = new PropertyReader(className, style, place, reading);
  for (const [name, value] of Object.entries(row)) {
    if (name.startsWith('__') || POWERSHELL.has(name) || (isManagement && MANAGEMENT.has(name))) continue;
    if (!properties.take(name, value)) break;
  }
  const isWhole =
    !style.isTable &&
    !identity.isGuessed &&
    !properties.hasLost &&
    (identity.count === undefined ? isList(own(row, 'CimInstanceProperties')) : properties.seen >= identity.count);
  const object: WmiObject = {
    kind: 'instance',
    namespace,
    className,
    superclasses,
    properties: properties.read,
    isWhole,
  };
  return { object, computer };
}

/** Reads properties one by one, as exports write them. */
export class PropertyReader {
  readonly read: Map<string, WmiValue> = new Map();
  readonly #className: string;
  readonly #style: ExportStyle;
  readonly #place: RowPlace;
  readonly #reading: AuditReading;
  /** Properties met, null ones too. */
  seen = 0;
  hasLost = false;

  constructor(className: string, style: ExportStyle, place: RowPlace, reading: AuditReading) {
    this.#className = className;
    this.#style = style;
    this.#place = place;
    this.#reading = reading;
  }

  /** False when the object has too many properties: no more are taken. */
  take(name: string, raw: JsonValue): boolean {
    const { limits } = this.#reading;
    if (this.seen >= limits.properties) {
      this.#bound('properties', limits.properties);
      return false;
    }
    this.seen++;
    const key = name.toLowerCase();
    if (this.#style.isTable && raw === '') return true;
    if (key === 'creatorsid') this.#takeCreator(name, raw);
    else if (REFERENCES.has(key) && this.#className.toLowerCase() === '__filtertoconsumerbinding') {
      this.#takeReference(name, raw);
    } else this.#takeValue(name, raw);
    return true;
  }

  #takeCreator(name: string, raw: JsonValue): void {
    if (raw === null) return;
    const sid = creatorSid(raw);
    if (sid !== undefined) {
      this.read.set(name, sid);
      return;
    }
    const read = readValue(raw, this.#reading.limits.items);
    if (read.kind === 'lost') this.#lost(name, read.text);
    else {
      this.hasLost = true;
      const text = read.kind === 'value' ? String(read.value) : '';
      this.#reading.note('creator', this.#place.offset, { name: this.#className, text });
    }
  }

  #takeReference(name: string, raw: JsonValue): void {
    if (raw === null) return;
    const path = referencePath(raw);
    if (path !== undefined) {
      this.read.set(name, path);
      return;
    }
    this.hasLost = true;
    const text = typeof raw === 'string' ? raw : 'an object without a class and a name';
    this.#reading.note('reference', this.#place.offset, { property: name, text });
  }

  #takeValue(name: string, raw: JsonValue): void {
    const read = readValue(raw, this.#reading.limits.items);
    if (read.kind === 'absent') return;
    if (read.kind === 'lost') {
      this.#lost(name, read.text);
      return;
    }
    if (typeof read.value === 'string' && LISTS.has(name.toLowerCase())) {
      this.#lost(name, read.value);
      return;
    }
    if (read.isCut) this.#bound('items in an array', this.#reading.limits.items);
    let { value } = read;
    // Tables write booleans as .NET shows them.
    if (this.#style.isTable && (value === 'True' || value === 'False')) value = value.toLowerCase();
    if (typeof value === 'string' && name.toLowerCase() === 'eventdatetime') value = dmtfTime(value);
    if (!isDefault(this.#className, name, value)) this.read.set(name, value);
  }

  #lost(property: string, text: string): void {
    this.hasLost = true;
    this.#reading.note('lostValue', this.#place.offset, { property, name: this.#className, text });
  }

  #bound(what: string, limit: number): void {
    this.hasLost = true;
    this.#reading.note('bound', this.#place.offset, { name: this.#className, what, limit });
  }
}

/** True where the class has this value anyway: the repository does not hold it either. */
export function isDefault(className: string, property: string, value: WmiValue): boolean {
  if (typeof value !== 'string') return false;
  const fallback =
    systemDefaults(className)?.get(property.toLowerCase()) ??
    standardConsumer(className)?.defaults.get(canonicalPropertyName(property));
  return fallback !== undefined && fallback === value.toLowerCase();
}

const JSON_DATE = /^\/Date\((-?\d{1,15})\)\/$/;
const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?Z$/;

/** A time as WMI writes it, of the two forms that exports make of it; any other text as it is. */
function dmtfTime(text: string): string {
  const date = JSON_DATE.exec(text);
  const ms = date === null ? Number.NaN : Number(date[1]);
  const iso = ISO_DATE.exec(Number.isFinite(ms) && isPrintableMs(ms) ? formatTime(ms, 0) : text);
  if (iso === null) return text;
  const [, year, month, day, hours, minutes, seconds, fraction = ''] = iso;
  return `${year}${month}${day}${hours}${minutes}${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}+000`;
}

function identityOf(row: JsonObject, style: ExportStyle): Identity | undefined {
  const computer = ownText(row, 'PSComputerName') ?? ownText(row, '__SERVER');
  const found = cimIdentity(row) ?? managementIdentity(row) ?? {};
  const className = found.className ?? style.className ?? classByProperties(Object.keys(row));
  if (className === undefined || !isClassName(className)) return undefined;
  const namespace = found.namespace ?? style.namespace;
  return {
    className,
    superclasses: found.superclasses ?? [],
    namespace: namespace === undefined ? undefined : backslashed(namespace),
    computer: computer ?? found.computer,
    count: found.count,
    isGuessed: found.className === undefined && style.className === undefined,
  };
}

interface PartOfIdentity {
  readonly className?: string | undefined;
  readonly namespace?: string | undefined;
  readonly superclasses?: readonly string[];
  readonly computer?: string | undefined;
  readonly count?: number | undefined;
}

function cimIdentity(row: JsonObject): PartOfIdentity | undefined {
  const system = own(row, 'CimSystemProperties');
  const cimClass = own(row, 'CimClass');
  const superclasses = isObject(cimClass) ? parentsOf(cimClass) : [];
  if (isObject(system) && ownText(system, 'ClassName') !== undefined) {
    return {
      className: ownText(system, 'ClassName'),
      namespace: ownText(system, 'Namespace'),
      computer: ownText(system, 'ServerName'),
      superclasses,
    };
  }
  if (typeof cimClass === 'string') return pathParts(cimClass);
  if (!isObject(cimClass)) return undefined;
  const inner = own(cimClass, 'CimSystemProperties');
  const className = ownText(cimClass, 'CimClassName') ?? (isObject(inner) ? ownText(inner, 'ClassName') : undefined);
  return { className, superclasses, ...(isObject(inner) ? { namespace: ownText(inner, 'Namespace') } : {}) };
}

/** The names of a class's parents as far as the depth of the export went. */
function parentsOf(cimClass: JsonObject): readonly string[] {
  const names: string[] = [];
  let at: JsonValue | undefined = cimClass;
  while (isObject(at) && names.length < 64) {
    const name: string | undefined = ownText(at, 'CimSuperClassName');
    if (name === undefined || !isClassName(name)) break;
    names.push(name);
    at = own(at, 'CimSuperClass');
  }
  return names;
}

function managementIdentity(row: JsonObject): PartOfIdentity | undefined {
  const className = ownText(row, '__CLASS');
  if (className === undefined) return undefined;
  const derivation = unwrapped(own(row, '__DERIVATION') ?? null);
  const parents = isList(derivation)
    ? derivation.filter((name) => typeof name === 'string')
    : typeof derivation === 'string'
      ? derivation.split(' ')
      : [];
  const count = Number(own(row, '__PROPERTY_COUNT'));
  return {
    className,
    namespace: ownText(row, '__NAMESPACE'),
    computer: ownText(row, '__SERVER'),
    superclasses: parents.filter(isClassName).slice(0, 64),
    count: Number.isInteger(count) && count > 0 ? count : undefined,
  };
}
