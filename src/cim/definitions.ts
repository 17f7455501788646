import type { Catalogue } from './catalogue.ts';
import { type ClassLayout, mergeChain } from './class-layout.ts';
import { type ClassDefinition, readClassDefinition } from './class-record.ts';
import type { Locator } from './key-token.ts';
import type { RepositoryLimits } from './limits.ts';
import type { NameHasher } from './names.ts';
import type { FoundRecord, Records } from './records.ts';

/** A class definition and the record that it was read from. */
export interface FoundDefinition {
  readonly definition: ClassDefinition;
  readonly record: FoundRecord;
  readonly locator: Locator;
}

/** The classes of one generation, read when they are asked for. */
export class Definitions {
  readonly #catalogue: Catalogue;
  readonly #records: Records;
  readonly #hasher: NameHasher;
  readonly #limits: RepositoryLimits;
  readonly #systemHash: string;
  readonly #found = new Map<string, FoundDefinition | string>();
  readonly #layouts = new Map<string, ClassLayout | string>();
  #byClass: Map<string, string[]> | undefined;

  constructor(
    catalogue: Catalogue,
    records: Records,
    hasher: NameHasher,
    limits: RepositoryLimits,
    systemHash: string,
  ) {
    this.#catalogue = catalogue;
    this.#records = records;
    this.#hasher = hasher;
    this.#limits = limits;
    this.#systemHash = systemHash;
  }

  /** A class of this very namespace. */
  own(namespaceHash: string, classHash: string): FoundDefinition | string | undefined {
    const locator = this.#catalogue.namespaces.get(namespaceHash)?.classes.get(classHash);
    if (locator === undefined) return undefined;
    const key = `${namespaceHash} ${classHash}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const found = this.#read(locator, classHash);
    this.#found.set(key, found);
    return found;
  }

  #read(locator: Locator, classHash: string): FoundDefinition | string {
    const listed = this.#records.find(locator);
    if (typeof listed === 'string') return listed;
    const first = this.#definition(listed, locator, classHash);
    if (typeof first !== 'string' || listed.size === locator.size) return first;
    // The table of the page may be what is wrong.
    const keyed = this.#records.find(locator, locator.size);
    const second = typeof keyed === 'string' ? first : this.#definition(keyed, locator, classHash);
    return typeof second === 'string' ? first : { ...second, record: { ...second.record, size: listed.size } };
  }

  #definition(record: FoundRecord, locator: Locator, classHash: string): FoundDefinition | string {
    const definition = readClassDefinition(record.bytes);
    if (typeof definition === 'string') return definition;
    if (this.#hasher.of(definition.name) !== classHash) return `the record defines ${definition.name}`;
    return { definition, record, locator };
  }

  /** A class as a namespace sees it: its own, or one of the system (CIM 5). */
  seen(namespaceHash: string, classHash: string): FoundDefinition | string | undefined {
    return this.own(namespaceHash, classHash) ?? this.own(this.#systemHash, classHash);
  }

  /** The class merged with its superclasses, as a namespace sees them; a text says what is missing or broken. */
  layout(namespaceHash: string, classHash: string): ClassLayout | string {
    const key = `${namespaceHash} ${classHash}`;
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const layout = this.#merge(namespaceHash, classHash);
    this.#layouts.set(key, layout);
    return layout;
  }

  #merge(namespaceHash: string, classHash: string): ClassLayout | string {
    const chain: ClassDefinition[] = [];
    const met = new Set<string>();
    let next: string | undefined = classHash;
    let name = '';
    while (next !== undefined) {
      if (met.has(next)) return `${name} derives from itself`;
      if (chain.length >= this.#limits.classChain) return `it has more than ${this.#limits.classChain} superclasses`;
      met.add(next);
      const found = this.seen(namespaceHash, next);
      if (found === undefined) return chain.length === 0 ? 'it is not there' : `its superclass ${name} is not there`;
      if (typeof found === 'string') return chain.length === 0 ? found : `its superclass ${name}: ${found}`;
      chain.push(found.definition);
      name = found.definition.superName ?? '';
      next = found.definition.superName === undefined ? undefined : this.#hasher.of(found.definition.superName);
    }
    return mergeChain(chain);
  }

  /** Namespaces that define a class, in the order of the index. */
  namespacesOf(classHash: string): readonly string[] {
    if (this.#byClass === undefined) {
      this.#byClass = new Map();
      for (const [namespaceHash, { classes }] of this.#catalogue.namespaces) {
        for (const hash of classes.keys()) {
          const list = this.#byClass.get(hash);
          if (list === undefined) this.#byClass.set(hash, [namespaceHash]);
          else list.push(namespaceHash);
        }
      }
    }
    return this.#byClass.get(classHash) ?? [];
  }
}
