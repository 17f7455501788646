import type { JsonValue } from '../shapes/index.ts';
import { membersOf, skipSpace } from '../shapes/index.ts';
import { type Instant, parseTime } from '../windows/index.ts';
import { canonicalNamespace } from '../wmi/index.ts';
import type { AuditDocument, AuditedNamespace, AuditedProvider, CollectorFacts } from './audit-document.ts';
import { backslashed } from './class-paths.ts';
import { LISTS } from './collector-objects.ts';
import { type JsonRow, jsonRows } from './json-rows.ts';
import type { AuditReading } from './reading.ts';
import type { SourceBytes } from './source-bytes.ts';
import { isList, isObject, type JsonObject, own, ownText } from './wmi-values.ts';

export const COLLECTOR_SCHEMA = 'triad.collector/1';

const EVENTING_LISTS = ['filters', 'consumers', 'bindings'] as const;

/** The collector's document (HARDENING 7.4, SETTLED D12). */
export function readCollector(source: SourceBytes, reading: AuditReading): AuditDocument {
  let facts: DocumentOfHost | undefined;
  for (const row of jsonRows(source, reading)) {
    if (facts !== undefined || ownText(row.value, 'schema')?.startsWith('triad.collector/') !== true) {
      reading.reject(row.place, 'a document of the collector is expected, one in a file');
      continue;
    }
    facts = new DocumentOfHost(row, source, reading);
    facts.read();
  }
  return reading.finish(COLLECTOR_SCHEMA, facts?.facts() ?? {});
}

/** The one document of a host while its namespaces are read. */
class DocumentOfHost {
  readonly #row: JsonRow;
  readonly #source: SourceBytes;
  readonly #reading: AuditReading;
  readonly #namespaces: AuditedNamespace[] = [];
  readonly #providers: AuditedProvider[] = [];
  readonly #failed: { readonly name: string; readonly error: string }[] = [];
  readonly #unreached: string[] = [];
  readonly #complete: string[] = [];

  constructor(row: JsonRow, source: SourceBytes, reading: AuditReading) {
    this.#row = row;
    this.#source = source;
    this.#reading = reading;
  }

  read(): void {
    const { value, place } = this.#row;
    const schema = ownText(value, 'schema') ?? '';
    if (schema !== COLLECTOR_SCHEMA) this.#reading.note('version', place.offset, { schema });
    this.#readSections();
    const wmi = own(value, 'wmi');
    if (!isObject(wmi)) {
      this.#reading.reject(place, 'the section wmi is missing');
      return;
    }
    const unreached = own(wmi, 'unreached');
    for (const item of isList(unreached) ? unreached : []) {
      const path = typeof item === 'string' ? item : isObject(item) ? ownText(item, 'path') : undefined;
      if (path === undefined) continue;
      this.#unreached.push(canonicalNamespace(path));
      this.#reading.note('unreached', place.offset, { name: path });
    }
    const { text } = this.#row;
    const start = skipSpace(text, 0);
    const wmiAt = memberAt(text, start, 'wmi');
    const listAt = wmiAt === undefined ? undefined : memberAt(text, wmiAt, 'namespaces');
    const namespaces = own(wmi, 'namespaces');
    const list = isList(namespaces) ? namespaces : namespaces === undefined ? [] : [namespaces];
    const bytes = new BytePositions(text, this.#row.from);
    const places = listAt === undefined ? [] : [...membersOf(text, listAt)];
    for (const [i, namespace] of list.entries()) {
      if (this.#reading.isFull) break;
      const at = places[i]?.from;
      if (isObject(namespace)) this.#readNamespace(namespace, isList(namespaces) ? at : listAt, bytes);
      else this.#reading.reject(place, 'a namespace is no object');
    }
  }

  facts(): {
    computer: string | undefined;
    domain: string | undefined;
    time: Instant | undefined;
    complete: readonly string[];
    collector: CollectorFacts;
  } {
    const { value } = this.#row;
    const host = objectIn(value, 'host');
    const run = objectIn(value, 'run');
    const collector = objectIn(value, 'collector');
    const version = ownText(collector, 'version');
    const isElevated = own(collector, 'elevated');
    const stated = ownText(host, 'utc_now') ?? ownText(run, 'started') ?? ownText(run, 'finished');
    return {
      computer: ownText(host, 'fqdn') ?? ownText(host, 'name'),
      domain: ownText(host, 'domain'),
      time: stated === undefined ? undefined : parseTime(stated),
      complete: this.#reading.isFull ? [] : this.#complete,
      collector: {
        ...(version === undefined ? {} : { version }),
        ...(typeof isElevated === 'boolean' ? { isElevated } : {}),
        namespaces: this.#namespaces,
        providers: this.#providers,
        failed: this.#failed,
        unreached: this.#unreached,
      },
    };
  }

  #readSections(): void {
    const sections = own(objectIn(this.#row.value, 'run'), 'sections');
    for (const section of isList(sections) ? sections : []) {
      if (!isObject(section)) continue;
      const name = ownText(section, 'name') ?? 'without a name';
      const error = errorText(own(section, 'error'));
      // What nobody asked for is missing by choice.
      const isAsked = ownText(objectIn(section, 'error'), 'code') !== 'not_asked';
      if (!isAsked || (own(section, 'ok') !== false && error === undefined)) continue;
      this.#failed.push({ name, error: error ?? 'not said why' });
      this.#reading.note('section', this.#row.place.offset, { name, reason: error ?? 'not said why' });
    }
  }

  #readNamespace(item: JsonObject, at: number | undefined, bytes: BytePositions): void {
    const path = ownText(item, 'path');
    const { text, place } = this.#row;
    if (path === undefined) {
      this.#reading.reject(place, 'a namespace has no path');
      return;
    }
    const namespace = backslashed(path);
    const canonical = canonicalNamespace(path);
    const error = errorText(own(item, 'error')) ?? this.#sectionError(canonical);
    if (error !== undefined) this.#reading.note('namespace', place.offset, { name: path, reason: error });
    if (at !== undefined) bytes.hold(at);
    let isComplete = error === undefined && !this.#unreached.includes(canonical);
    for (const list of LISTS) {
      const { name } = list;
      const listed = own(item, name);
      const isEventing = EVENTING_LISTS.some((eventing) => eventing === name);
      if (listed === undefined || listed === null) {
        if (isEventing) isComplete = false;
        continue;
      }
      const listAt = at === undefined ? undefined : memberAt(text, at, name);
      const places = listAt === undefined || !isList(listed) ? [] : [...membersOf(text, listAt)];
      for (const [i, each] of (isList(listed) ? listed : [listed]).entries()) {
        if (this.#reading.isFull) return;
        const member = places[i];
        const from = member?.from ?? listAt;
        const to = member?.to ?? (listAt === undefined ? undefined : listAt + 1);
        const where = from === undefined || to === undefined ? place : this.#source.place(bytes.at(from), bytes.at(to));
        const object = list.read(each, namespace, where, this.#reading);
        if (object === undefined) {
          if (isEventing) isComplete = false;
          this.#reading.reject(where, `an item of ${name} says no class or name`);
          continue;
        }
        this.#reading.countRead();
        this.#reading.add(object, where);
        if (name === 'providers' && isObject(each)) this.#addProvider(each, canonical);
      }
    }
    if (isComplete) this.#complete.push(canonical);
    this.#addNamespace(item, canonical, error);
  }

  #addNamespace(item: JsonObject, path: string, error: string | undefined): void {
    const classes = own(item, 'classes');
    const sddl = ownText(item, 'sd_sddl');
    const descriptor = ownText(item, 'sd_hex');
    this.#namespaces.push({
      path,
      ...(typeof classes === 'number' ? { classes } : {}),
      ...(sddl === undefined ? {} : { sddl }),
      ...(descriptor === undefined ? {} : { descriptor }),
      ...(error === undefined ? {} : { error }),
    });
  }

  #addProvider(item: JsonObject, namespace: string): void {
    const clsid = ownText(item, 'clsid');
    const dll = ownText(item, 'dll');
    const dllSha256 = ownText(item, 'dll_sha256');
    const signed = own(item, 'signed');
    this.#providers.push({
      namespace,
      name: ownText(item, 'name') ?? '',
      ...(clsid === undefined ? {} : { clsid }),
      ...(dll === undefined ? {} : { dll }),
      ...(dllSha256 === undefined ? {} : { dllSha256 }),
      ...(typeof signed === 'boolean' ? { signed } : {}),
    });
  }

  /** Why the section of WMI, or the one of this namespace, failed. */
  #sectionError(canonical: string): string | undefined {
    for (const { name, error } of this.#failed) {
      const section = /^wmi(?:\s*[:/ ]\s*(.+))?$/i.exec(name);
      if (section === null) continue;
      const of = section[1];
      // A section that names a namespace speaks of that one; any other part of WMI that failed may be of any.
      if (of === undefined || !/^root/i.test(of) || canonicalNamespace(of) === canonical) return error;
    }
    return undefined;
  }
}

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = own(object, name);
  return isObject(value) ? value : {};
}

/** What an error says, whether a text or an object; undefined for null and for none. */
function errorText(error: JsonValue | undefined): string | undefined {
  if (error === undefined || error === null || error === '' || error === false) return undefined;
  const text = isObject(error) ? (ownText(error, 'message') ?? ownText(error, 'code') ?? '') : String(error);
  // It stands inside a sentence.
  return text.replace(/[.\s]{1,64}$/, '') || 'an error without a text';
}

/** Where the value of a member stands in the text; of keys that come twice, the last, as `JSON.parse` has it. */
function memberAt(text: string, at: number, name: string): number | undefined {
  let found: number | undefined;
  for (const { key, from } of membersOf(text, at)) if (key === name) found = from;
  return found;
}

/** Positions of bytes for indexes of characters: fast where they rise, and never from before the last one that is held. */
class BytePositions {
  readonly #text: string;
  readonly #from: number;
  #index = 0;
  #bytes = 0;
  #heldIndex = 0;
  #heldBytes = 0;

  constructor(text: string, from: number) {
    this.#text = text;
    this.#from = from;
  }

  /** No position before this one will be asked for: what is asked for out of order is counted from here. */
  hold(index: number): void {
    this.at(index);
    this.#heldIndex = this.#index;
    this.#heldBytes = this.#bytes;
  }

  at(index: number): number {
    if (index < this.#index) {
      this.#index = this.#heldIndex;
      this.#bytes = this.#heldBytes;
    }
    this.#bytes += Buffer.byteLength(this.#text.slice(this.#index, index), 'utf8');
    this.#index = index;
    return this.#from + this.#bytes;
  }
}
