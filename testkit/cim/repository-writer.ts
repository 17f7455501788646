import { filetimeOf } from '../evtx/filetime.ts';
import { Xorshift } from '../evtx/xorshift.ts';
import { type ClassLayout, layOutClass } from './class-record.ts';
import type {
  Generation,
  PutOptions,
  RepositoryFiles,
  RepositoryOptions,
  TrueClass,
  TrueInstance,
} from './generation.ts';
import { adminPage } from './index-page.ts';
import { IndexTree } from './index-tree.ts';
import { givenValue, instanceRecord, referenceRecord, resolvedValues } from './instance-record.ts';
import { instanceKeyHash, KeyNames, type RecordAddress, SYSTEM_NAMESPACE } from './key-text.ts';
import { mappingFile } from './mapping-file.ts';
import type { CimValue, ClassModel, InstanceValues } from './model.ts';
import { ObjectPages, PAGE_BYTES } from './object-pages.ts';
import { PageFile } from './page-file.ts';
import { SYSTEM_CLASSES } from './system-classes.ts';
import { readTargetPath } from './target-path.ts';

/** When the image was built and when the service of the first run started, unless said otherwise. */
const IMAGE_TIME = filetimeOf('2025-06-07T08:00:00Z');
const FIRST_RUN = filetimeOf('2026-03-12T08:00:00Z');
/** Generation 3 is what an image is built with (CIM 2.2). */
const FIRST_GENERATION = 3;
const NOBODY = new Uint8Array(0);

/**
 * Writes a WMI repository from a plain description (CIM 12): classes and instances go in, each checkpoint is a generation with a
 * map of its own, and what an edit leaves behind in free pages and slack stays there. The same calls with the same seed give the
 * same bytes. Real Windows has not opened what it writes.
 *
 * ```ts
 * const repository = new RepositoryWriter({ seed: 1 });
 * repository.put('root\\subscription', '__EventFilter', { Name: 'x', Query: '...', QueryLanguage: 'WQL' });
 * repository.checkpoint();
 * const files = repository.files(); // OBJECTS.DATA, INDEX.BTR, MAPPING1.MAP, ...
 * ```
 */
export class RepositoryWriter {
  readonly names: KeyNames;
  /** The index as it stands, for a case that adds or takes keys itself. */
  readonly index: IndexTree;
  readonly objects: ObjectPages;
  readonly #options: RepositoryOptions;
  readonly #random: Xorshift;
  readonly #objectFile: PageFile;
  readonly #indexFile: PageFile;
  readonly #classes = new Map<string, TrueClass>();
  readonly #instances = new Map<string, TrueInstance>();
  readonly #references = new Map<TrueInstance, [key: string, at: RecordAddress][]>();
  readonly #namespaces: string[] = ['root'];
  readonly #maps = new Map<string, Uint8Array>();
  readonly #generations: Generation[] = [];
  #clock: bigint;
  #version: number;
  #generation: number;

  constructor(options: RepositoryOptions = {}) {
    this.#options = options;
    const layout = options.layout ?? 'vista';
    this.names = new KeyNames(layout);
    this.#random = new Xorshift(options.seed ?? 1);
    const { usesPageZero = true, maxKeys = 90 } = options;
    this.objects = new ObjectPages(layout, this.#random);
    this.index = new IndexTree({ layout, random: this.#random, usesPageZero, maxKeys });
    this.#objectFile = new PageFile(this.#random, options.spareObjectPages ?? 12, options.placement ?? 'any');
    this.#indexFile = new PageFile(this.#random, options.spareIndexPages ?? 8, options.placement ?? 'any');
    this.#generation = options.firstGeneration ?? FIRST_GENERATION;
    this.#version = options.firstVersion ?? 2000;
    this.#clock = options.imageTime ?? IMAGE_TIME;
    if (options.isBare !== true) for (const model of SYSTEM_CLASSES) this.defineClass(SYSTEM_NAMESPACE, model);
    this.#clock = options.runStart ?? FIRST_RUN;
    if (options.isBare !== true)
      this.put('root', '__thisNAMESPACE', { SECURITY_DESCRIPTOR: options.security ?? NOBODY });
  }

  /** Everything that was put from now on belongs to a run of the service that began then (CIM 6.6). */
  startRun(time: bigint): void {
    this.#clock = time;
  }

  /** A namespace with its parents; `isUnnamed` leaves out the instance that names it (CIM 11, 27). */
  createNamespace(path: string, options: { readonly isUnnamed?: boolean; readonly security?: Uint8Array } = {}): void {
    if (this.#namespaces.some((known) => known.toLowerCase() === path.toLowerCase())) return;
    const cut = path.lastIndexOf('\\');
    const parent = path.slice(0, cut);
    if (cut < 0) throw new Error(`not below root: ${path}`);
    this.createNamespace(parent);
    if (options.isUnnamed !== true) this.put(parent, '__NAMESPACE', { Name: path.slice(cut + 1) });
    this.#namespaces.push(path);
    this.put(path, '__thisNAMESPACE', { SECURITY_DESCRIPTOR: options.security ?? this.#options.security ?? NOBODY });
  }

  /** Stores a class; its superclass must be known, in the namespace itself or among the system classes. */
  defineClass(namespace: string, model: ClassModel): TrueClass {
    const parent = model.superclass === undefined ? undefined : this.classLayout(namespace, model.superclass);
    const layout = layOutClass(model, parent, this.#clock++, { padding: this.#random.below(4) });
    return this.storeClass(namespace, layout);
  }

  /** Stores a class record that was laid out, or spoilt, by the caller. */
  storeClass(namespace: string, layout: ClassLayout): TrueClass {
    const { name, superclass = '', properties = [] } = layout.model;
    const at = this.objects.insert(layout.record);
    this.index.insert(this.names.classDefinition(namespace, name, at));
    this.index.insert(this.names.derivation(namespace, superclass, name));
    const targets = new Set(properties.map(({ refers }) => refers).filter((refers) => refers !== undefined));
    for (const target of targets) this.index.insert(this.names.referenceClass(namespace, target, name));
    const stored = { namespace, layout, address: at };
    this.#classes.set(classKey(namespace, name), stored);
    return stored;
  }

  classLayout(namespace: string, name: string): ClassLayout {
    const layout = this.#findClass(namespace, name);
    if (layout === undefined) throw new Error(`no class ${name} in ${namespace}`);
    return layout;
  }

  /** Stores an instance, in place of one with the same class and keys. */
  put(namespace: string, className: string, values: InstanceValues, options: PutOptions = {}): TrueInstance {
    const layout = this.classLayout(namespace, className);
    const resolved = resolvedValues(layout, values);
    const keys = layout.slots.filter(({ keyedBy }) => keyedBy !== undefined);
    const keyTexts = keys.map(({ name }) => [name, keyText(resolved[name] ?? null)] as const);
    const keyHash = options.keyHash ?? instanceKeyHash(keyTexts, this.names.layout);
    const keyedClass = keys[0]?.keyedBy ?? className;
    const path = this.names.instancePath(namespace, keyedClass, keyHash);
    const before = this.#instances.get(path);
    if (before !== undefined) this.remove(before);
    const ts1 = options.ts1 ?? this.#clock++;
    const ts2 = options.ts2 ?? layout.timestamp;
    const written = instanceRecord(layout, values, {
      ...options,
      classHash: options.classHash ?? this.names.hash(className),
      ts1,
      ts2,
    });
    const record = options.edit === undefined ? written : options.edit(written);
    const at = this.objects.insert(record, options.isAlone);
    const name = layout.model.name;
    const instance: TrueInstance = {
      namespace,
      className: name,
      keyedClass,
      values: resolved,
      keyHash,
      ts1,
      ts2,
      address: at,
    };
    const { without = [] } = options;
    if (!without.includes('CI')) this.index.insert(this.names.classInstance(namespace, name, keyHash, at));
    if (!without.includes('KI')) this.index.insert(this.names.keyInstance(namespace, keyedClass, keyHash, at));
    this.#instances.set(path, instance);
    this.#references.set(instance, without.includes('IR') ? [] : this.#refer(layout, instance, path));
    return instance;
  }

  /** Takes an instance out, with its keys and what it refers to. */
  remove(instance: TrueInstance): void {
    const { namespace, className, keyedClass, keyHash, address } = instance;
    const references = this.#references.get(instance);
    if (references === undefined) throw new Error(`${className} is not stored`);
    const known = new Set(this.index.keys());
    for (const key of [
      this.names.classInstance(namespace, className, keyHash, address),
      this.names.keyInstance(namespace, keyedClass, keyHash, address),
    ]) {
      if (known.has(key)) this.index.remove(key);
    }
    // What was stored last goes first, so that it stays whole in the slack.
    for (const [key, at] of references.toReversed()) this.dropReference(key, at);
    this.objects.remove(address);
    this.#references.delete(instance);
    this.#instances.delete(this.names.instancePath(namespace, keyedClass, keyHash));
  }

  /** The reference records of an instance: their keys, and where they lie. */
  referencesOf(instance: TrueInstance): readonly (readonly [key: string, at: RecordAddress])[] {
    return this.#references.get(instance) ?? [];
  }

  dropReference(key: string, at: RecordAddress): void {
    this.index.remove(key);
    this.objects.remove(at);
  }

  /** Writes what changed as a new generation, with its map (CIM 2.6). */
  checkpoint(options: { readonly isClean?: boolean; readonly keepsVersion?: boolean } = {}): Generation {
    const generation = this.#generation++;
    // Two generations of one version are real (CIM 2.5).
    if (options.keepsVersion !== true) this.#version += 2 + this.#random.below(5);
    const version = this.#version;
    const objects = this.objects.takeChanged();
    this.#objectFile.write(
      objects.map((logical) => [logical, this.objects.image(logical), this.objects.freeBytes(logical)] as const),
      generation,
    );
    const pages = this.index.takeChanged().map(([logical, image]) => [logical, image, 0] as const);
    const isXp = this.names.layout === 'xp';
    const isFirst = this.#generations.length === 0;
    const pageZero = isXp ? adminPage(this.index.root) : new Uint8Array(PAGE_BYTES);
    const needsPageZero = isXp || (isFirst && this.#options.usesPageZero === false);
    this.#indexFile.write(needsPageZero ? [[0, pageZero, 0], ...pages] : pages, generation);
    const count = this.#options.mapCount ?? (isXp ? 2 : 3);
    const mapFile = `MAPPING${(generation % count) + 1}.MAP`;
    const content = {
      version,
      generation,
      objects: this.#objectFile.table(),
      index: this.#indexFile.table(),
      root: this.index.root,
      isClean: options.isClean ?? true,
    };
    this.#maps.set(mapFile, mappingFile(content, this.names.layout));
    if (isXp) this.#maps.set('MAPPING.VER', Uint8Array.of((generation % count) + 1, 0, 0, 0));
    const written: Generation = {
      ...content,
      mapFile,
      namespaces: [...this.#namespaces],
      classes: [...this.#classes.values()],
      instances: [...this.#instances.values()],
      keys: this.index.keys(),
      nodes: this.index.nodes(),
    };
    this.#generations.push(written);
    return written;
  }

  /** All generations that were written, oldest first; the files keep the maps of the last three. */
  get generations(): readonly Generation[] {
    return this.#generations;
  }

  /** The files as they lie on disk now. */
  files(): RepositoryFiles {
    const files = new Map([
      ['OBJECTS.DATA', this.#objectFile.bytes()],
      ['INDEX.BTR', this.#indexFile.bytes()],
    ]);
    for (const [name, bytes] of [...this.#maps].sort(([a], [b]) => (a < b ? -1 : 1))) files.set(name, bytes.slice());
    return files;
  }

  /** One reference record for each reference that is not null (CIM 6.7); what it leads to need not exist. */
  #refer(layout: ClassLayout, instance: TrueInstance, path: string): [string, RecordAddress][] {
    const out: [string, RecordAddress][] = [];
    for (const slot of layout.slots) {
      const text = givenValue(instance.values, slot.name);
      if (slot.type !== 'reference' || typeof text !== 'string') continue;
      const target = readTargetPath(text);
      if (target === undefined) continue;
      const namespace = target.namespace ?? instance.namespace;
      const keyed = this.#findClass(namespace, target.className)?.slots.find(({ keyedBy }) => keyedBy !== undefined);
      const keyHash = instanceKeyHash(target.keys, this.names.layout);
      const content = referenceRecord(shownNamespace(instance.namespace), instance.className, slot.name, path);
      const at = this.objects.insert(content);
      const key = this.names.reference(
        { namespace, keyedClass: keyed?.keyedBy ?? target.className, keyHash },
        path,
        at,
      );
      this.index.insert(key);
      out.push([key, at]);
    }
    return out;
  }

  #findClass(namespace: string, name: string): ClassLayout | undefined {
    const own = this.#classes.get(classKey(namespace, name)) ?? this.#classes.get(classKey(SYSTEM_NAMESPACE, name));
    return own?.layout;
  }
}

function classKey(namespace: string, name: string): string {
  return `${namespace}:${name}`.toLowerCase();
}

/** Text of a key in its hash (CIM 5): numbers and truth values as text. */
function keyText(value: CimValue): string {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value === null ? '' : String(value);
}

/** Reference records name the namespace as a client asked for it. */
function shownNamespace(path: string): string {
  return path.replace(/^root/i, 'ROOT');
}
