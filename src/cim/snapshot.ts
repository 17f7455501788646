import type { Catalogue, NamespaceKeys } from './catalogue.ts';
import type { CimClass, CimInstance, CimNamespace } from './cim-object.ts';
import { Closure } from './closure.ts';
import { Definitions } from './definitions.ts';
import type { GenerationInfo, SnapshotParts } from './generation-info.ts';
import { type InstanceAt, InstanceReader, type ReadInstance } from './instance-reader.ts';
import { type InstanceRecord, keyText, relativePath } from './instance-record.ts';
import type { Locator } from './key-token.ts';
import { LONE } from './lone-objects.ts';
import { NamespaceTree } from './namespaces.ts';
import type { PageFile } from './pages.ts';
import { type KeyHashState, LABEL_CONFIDENCE, type RepositoryLabel, type RepositoryPlace } from './provenance.ts';
import { type FoundRecord, MappedRecords, type Records } from './records.ts';
import { stockClassNames } from './stock-classes.ts';

/** Of the hash of a key, as an anomaly shows it. */
const TOLD_DIGITS = 16;

/** One generation of a repository: everything that its index leads to. Reads on demand. */
export class Snapshot {
  readonly info: GenerationInfo;
  readonly catalogue: Catalogue;
  readonly definitions: Definitions;
  readonly records: Records;
  /** The file that the records are in: two snapshots of one file share most pages. */
  readonly objects: PageFile;
  readonly #parts: SnapshotParts;
  #tree: NamespaceTree | undefined;
  #stockNames: ReadonlyMap<string, string> | undefined;
  readonly #reader: InstanceReader;
  readonly #closure: Closure;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    this.info = parts.info;
    this.catalogue = parts.catalogue;
    this.records = parts.records;
    this.objects = parts.objects;
    const { catalogue, records, hasher, limits } = parts;
    this.#closure = new Closure(catalogue);
    const systemHash = parts.info.readBy === 'objects' ? LONE : hasher.of('__SystemClass');
    this.definitions = new Definitions(catalogue, records, hasher, limits, systemHash);
    this.#reader = new InstanceReader(parts, this.definitions, (hash) => this.#tree?.byHash(hash)?.path);
  }

  /** Every namespace: those that a chain of `__NAMESPACE` names from `root` on, by path; then those that nothing names. */
  namespaces(): readonly CimNamespace[] {
    return this.#namespaceTree().all;
  }

  namespace(of: string | CimNamespace): CimNamespace | undefined {
    if (typeof of !== 'string') return of;
    const text = of.replaceAll('/', '\\').replace(/^\\+(?:\.\\)?/, '');
    return (
      this.#namespaceTree().byHash(this.#parts.hasher.of(text)) ?? this.#namespaceTree().byHash(text.toUpperCase())
    );
  }

  #namespaceTree(): NamespaceTree {
    this.#tree ??= new NamespaceTree(
      this,
      this.#parts.hasher,
      this.#parts.anomalies,
      this.#parts.objectsFile,
      this.#parts.limits,
      this.#parts.paths,
    );
    return this.#tree;
  }

  /** The hash by which the index knows a name. */
  hashOf(name: string): string {
    return this.#parts.hasher.of(name);
  }

  /** The classes that a namespace defines itself, by name. A definition that cannot be read is an anomaly. */
  classes(of: string | CimNamespace): readonly CimClass[] {
    const namespace = this.namespace(of);
    const keys = namespace === undefined ? undefined : this.catalogue.namespaces.get(namespace.hash);
    if (namespace === undefined || keys === undefined) return [];
    const classes: CimClass[] = [];
    for (const classHash of keys.classes.keys()) {
      const read = this.classByHash(namespace, classHash);
      if (read !== undefined) classes.push(read);
    }
    return classes.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** A class as a namespace sees it, system classes too. */
  classOf(of: string | CimNamespace, name: string): CimClass | undefined {
    const namespace = this.namespace(of);
    return namespace === undefined ? undefined : this.classByHash(namespace, this.#parts.hasher.of(name));
  }

  /** A class as a namespace sees it, by the hash of its name. */
  classByHash(namespace: CimNamespace, classHash: string): CimClass | undefined {
    const found = this.definitions.seen(namespace.hash, classHash);
    if (found === undefined) return undefined;
    if (typeof found === 'string') {
      this.#parts.anomalies.add('classBroken', this.#parts.objectsFile, { name: classHash, reason: found });
      return undefined;
    }
    const { definition, record, locator } = found;
    const layout = this.definitions.layout(namespace.hash, classHash);
    return {
      namespace,
      name: definition.name,
      superName: definition.superName,
      definition,
      layout: typeof layout === 'string' ? undefined : layout,
      ...(typeof layout === 'string' ? { trouble: layout } : {}),
      place: this.#place(record, record.size === locator.size ? 'live' : 'live-anomalous', 'match'),
      raw: record.bytes,
    };
  }

  /** The instances of exactly this class in a namespace, in the order of their keys. */
  instances(of: string | CimNamespace, className: string): readonly CimInstance[] {
    const namespace = this.namespace(of);
    return namespace === undefined ? [] : this.instancesByHash(namespace, this.#parts.hasher.of(className));
  }

  instancesByHash(namespace: CimNamespace, classHash: string): readonly CimInstance[] {
    const list = this.catalogue.namespaces.get(namespace.hash)?.instances.get(classHash);
    const instances: CimInstance[] = [];
    for (const [keyHash, locator] of list ?? []) {
      const instance = this.instanceAt(namespace, keyHash, locator, classHash);
      if (instance !== undefined) instances.push(instance);
    }
    return instances;
  }

  /** All instances of a namespace, class by class. */
  *allInstances(namespace: CimNamespace): Generator<CimInstance> {
    for (const classHash of this.catalogue.namespaces.get(namespace.hash)?.instances.keys() ?? []) {
      yield* this.instancesByHash(namespace, classHash);
    }
  }

  /** The physical page of a logical one, where a map tells; else the same number. */
  pageOf(logical: number): number {
    return this.records instanceof MappedRecords ? this.records.physicalOf(logical) : logical;
  }

  /** Instances of a class and of all that derive from it, in every namespace: an attacker may derive his own (CIM 7.2). */
  *instancesOfTree(baseName: string): Generator<CimInstance> {
    const hashes = this.closureOf(baseName);
    const seen = new Set<number>();
    for (const namespace of this.namespaces()) {
      const keys = this.catalogue.namespaces.get(namespace.hash);
      // By both keys, so that one that was broken or bent hides nothing.
      for (const lists of keys === undefined ? [] : [keys.instances, keys.keyed]) {
        for (const [classHash, list] of lists) {
          if (!hashes.has(classHash)) continue;
          for (const [keyHash, locator] of list) {
            const identity = locator.page * 0x100000000 + locator.id;
            if (seen.has(identity)) continue;
            seen.add(identity);
            const instance = this.instanceAt(
              namespace,
              keyHash,
              locator,
              lists === keys?.instances ? classHash : undefined,
              classHash,
            );
            // Another namespace may have a class of this name that does not derive from the base.
            if (instance?.classChain.some((name) => sameName(name, baseName)) === true) yield instance;
          }
        }
      }
    }
  }

  closureOf(baseName: string): ReadonlySet<string> {
    return this.#closure.of(this.#parts.hasher.of(baseName));
  }

  /** The classes that derive from a base, wherever they are defined, the base itself not among them. */
  derivedClasses(baseName: string): readonly CimClass[] {
    const base = this.#parts.hasher.of(baseName);
    const hashes = this.closureOf(baseName);
    const derived: CimClass[] = [];
    for (const namespace of this.namespaces()) {
      const keys = this.catalogue.namespaces.get(namespace.hash);
      for (const classHash of keys?.classes.keys() ?? []) {
        if (classHash === base || !hashes.has(classHash)) continue;
        const one = this.classByHash(namespace, classHash);
        const isDerived = one?.layout?.chain.some(({ name }) => sameName(name, baseName));
        if (one !== undefined && isDerived !== false) derived.push(one);
      }
    }
    return derived;
  }

  /** The instance that a key leads to; undefined when it cannot be read, which is then an anomaly. */
  instanceAt(
    namespace: CimNamespace,
    keyHash: string,
    locator: Locator,
    listedClass?: string,
    keyedClass?: string,
  ): CimInstance | undefined {
    const { anomalies, objectsFile, hasher } = this.#parts;
    const found = this.readAt(namespace.hash, locator);
    const { record, classHash, read } = found;
    const told = (): Readonly<Record<string, string | number>> => {
      const filed = listedClass ?? keyedClass;
      const name = filed === undefined ? 'an unknown class' : this.nameOf(namespace.hash, filed);
      return { ...locator, reason: found.reason, name, keyHash: keyHash.slice(0, TOLD_DIGITS) };
    };
    if (record === undefined) {
      anomalies.add('record', objectsFile, told());
      return undefined;
    }
    const { offset } = record;
    const isSized = record.size === locator.size;
    if (!isSized) {
      const by = found.isByKey ? 'key' : 'table';
      anomalies.add('recordSize', objectsFile, { ...locator, found: record.size, read: by }, offset);
    }
    if (classHash === undefined) {
      anomalies.add('record', objectsFile, told(), offset);
      return undefined;
    }
    if (read === undefined) {
      const name = this.nameOf(namespace.hash, classHash);
      anomalies.add('instance', objectsFile, { name, page: locator.page, reason: found.reason }, offset);
      return undefined;
    }
    const { layout, instance } = read;
    const { name } = layout;
    const path = relativePath(name, instance.properties);
    const isListed = listedClass === undefined || listedClass === classHash;
    if (!isListed) anomalies.add('keyClass', objectsFile, { name }, offset);
    const keyState = this.#keyState(instance, keyHash);
    if (keyState === 'mismatch') anomalies.add('keyHash', objectsFile, { name, path }, offset);
    const isPaired = this.#isPaired(
      this.catalogue.namespaces.get(namespace.hash),
      classHash,
      hasher.of(layout.keyedClass),
      keyHash,
      locator,
    );
    if (!isPaired) anomalies.add('keyPair', objectsFile, { name, path }, offset);
    if (record.checksum === 'mismatch') {
      anomalies.add('pageChecksum', objectsFile, { what: 'object', page: locator.page }, record.physicalPage * 8192);
    }
    for (const property of instance.properties) {
      if (property.state === 'corrupt') anomalies.add('value', objectsFile, { property: property.name, name }, offset);
    }
    // Without a map nobody can say whether a key is of today.
    const isSound =
      this.info.readBy === 'map' &&
      isSized &&
      isListed &&
      isPaired &&
      keyState !== 'mismatch' &&
      record.checksum !== 'mismatch';
    const label = this.info.readBy === 'objects' ? 'unindexed' : isSound ? 'live' : 'live-anomalous';
    return {
      namespace: this.info.readBy === 'objects' && namespace.path === undefined ? undefined : namespace,
      className: name,
      classChain: layout.chain.map((definition) => definition.name),
      path,
      keyHash,
      properties: instance.properties,
      sequence: instance.sequence,
      classTimestamp: instance.classTimestamp,
      place: this.#place(record, label, keyState),
      raw: found.bytes ?? record.bytes,
    };
  }

  /** See `InstanceReader.readAt`. */
  readAt(namespaceHash: string, locator: Locator, isTold = true): InstanceAt {
    return this.#reader.readAt(namespaceHash, locator, isTold);
  }

  /** See `InstanceReader.readByClass`. */
  readByClass(namespaceHash: string, classHash: string, bytes: Buffer, isTold = true): ReadInstance | string {
    return this.#reader.readByClass(namespaceHash, classHash, bytes, isTold);
  }

  /** True when some namespace defines this class at this time: nearly proof that bytes are an instance of it (CIM 7.5). */
  knowsTimestamp(classHash: string, timestamp: bigint): boolean {
    return this.homeOfTimestamp(classHash, timestamp) !== undefined;
  }

  /** The hash of the namespace that defines this class at this time. */
  homeOfTimestamp(classHash: string, timestamp: bigint): string | undefined {
    return this.definitions.namespacesOf(classHash).find((hash) => this.#stampOf(hash, classHash) === timestamp);
  }

  /** The one namespace that defines this class at this time; class timestamps are distinct (CIM 6.6). */
  namespaceOfTimestamp(classHash: string, timestamp: bigint): CimNamespace | undefined {
    const hash = this.homeOfTimestamp(classHash, timestamp);
    const namespace = hash === undefined ? undefined : this.#namespaceTree().byHash(hash);
    // Classes of the system belong to every namespace.
    return namespace?.path === '__SystemClass' ? undefined : namespace;
  }

  #stampOf(namespaceHash: string, classHash: string): bigint | undefined {
    const found = this.definitions.own(namespaceHash, classHash);
    return found === undefined || typeof found === 'string' ? undefined : found.definition.timestamp;
  }

  /** The name of a class by its hash, as far as a definition tells it or Windows ships such a class. */
  nameOf(namespaceHash: string, classHash: string): string {
    const found = this.definitions.seen(namespaceHash, classHash);
    if (found !== undefined && typeof found !== 'string') return found.definition.name;
    this.#stockNames ??= new Map(stockClassNames().map((name) => [this.hashOf(name), name]));
    return this.#stockNames.get(classHash) ?? classHash.slice(0, 12);
  }

  /** How many instances of a class and of all that derive from it the index has whose records cannot be read. */
  unreadOfTree(baseName: string): number {
    const hashes = this.closureOf(baseName);
    const unread = new Set<number>();
    for (const [namespaceHash, keys] of this.catalogue.namespaces) {
      for (const lists of [keys.instances, keys.keyed]) {
        for (const [classHash, list] of lists) {
          if (!hashes.has(classHash)) continue;
          for (const locator of list.values()) {
            if (this.readAt(namespaceHash, locator, false).read === undefined) {
              unread.add(locator.page * 0x100000000 + locator.id);
            }
          }
        }
      }
    }
    return unread.size;
  }

  #keyState(instance: InstanceRecord, keyHash: string): KeyHashState {
    const { hasher } = this.#parts;
    if (instance.properties.some(({ isKey, state }) => isKey && state === 'corrupt')) return 'unknown';
    // Without an index several versions of one key are told apart by a number behind it.
    const listed = this.info.readBy === 'objects' ? keyHash.split(' ', 1)[0] : keyHash;
    return hasher.once(keyText(instance.properties)) === listed ? 'match' : 'mismatch';
  }

  #isPaired(
    keys: NamespaceKeys | undefined,
    classHash: string,
    keyedHash: string,
    keyHash: string,
    locator: Locator,
  ): boolean {
    if (keys === undefined || this.info.readBy !== 'map') return true;
    const listed = keys.instances.get(classHash)?.get(keyHash);
    const keyed = keys.keyed.get(keyedHash)?.get(keyHash);
    return isEqualLocator(listed, locator) && isEqualLocator(keyed, locator);
  }

  #place(record: FoundRecord, label: RepositoryLabel, keyHash: KeyHashState): RepositoryPlace {
    const { info } = this;
    return {
      ...(info.map === undefined ? {} : { map: info.map }),
      ...(info.readBy === 'map' ? { generation: info.id } : {}),
      ...(record.logicalPage === undefined ? {} : { logicalPage: record.logicalPage }),
      physicalPage: record.physicalPage,
      recordId: record.recordId,
      size: record.size,
      offset: record.offset,
      label,
      confidence: LABEL_CONFIDENCE[label],
      checksum: record.checksum,
      keyHash,
    };
  }
}

function isEqualLocator(a: Locator | undefined, b: Locator): boolean {
  return a !== undefined && a.page === b.page && a.id === b.id && a.size === b.size;
}

function sameName(a: string, b: string): boolean {
  return a.length === b.length && a.toLowerCase() === b.toLowerCase();
}
