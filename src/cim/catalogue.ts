import { hashDigits, type Layout } from './format.ts';
import type { KeyToken, Locator } from './key-token.ts';

/** A reference record's key: another object refers to the instance with this key hash (CIM 6.7). */
export interface ReferenceKey {
  readonly keyedClass: string;
  readonly keyHash: string;
  readonly referrerHash: string;
  readonly locator: Locator;
}

/** The keys of one namespace, by hashes. */
export interface NamespaceKeys {
  readonly hash: string;
  readonly classes: Map<string, Locator>;
  /** By hash of the superclass (of the empty text for none). */
  readonly subclasses: Map<string, string[]>;
  /** By hash of the class, then of the key: `CI_c\IL_k`. */
  readonly instances: Map<string, Map<string, Locator>>;
  /** By hash of the topmost class with a key, then of the key: `KI_t\I_k`. */
  readonly keyed: Map<string, Map<string, Locator>>;
  readonly references: ReferenceKey[];
}

export type KeyKind = 'CD' | 'CR\\C' | 'CR\\R' | 'CI\\IL' | 'KI\\I' | 'KI\\IR\\R';

const KEY_KINDS: readonly KeyKind[] = ['CD', 'CR\\C', 'CR\\R', 'CI\\IL', 'KI\\I', 'KI\\IR\\R'];

function noKeys(): Record<KeyKind, number> {
  return { CD: 0, 'CR\\C': 0, 'CR\\R': 0, 'CI\\IL': 0, 'KI\\I': 0, 'KI\\IR\\R': 0 };
}

/** All keys of one index, sorted into namespaces (CIM 4.4: a full walk finds namespaces that nothing names). */
export class Catalogue {
  readonly namespaces: Map<string, NamespaceKeys> = new Map();
  readonly counts: Record<KeyKind, number> = noKeys();
  readonly #digits: number;
  #last: NamespaceKeys | undefined;

  constructor(layout: Layout) {
    this.#digits = hashDigits(layout);
  }

  get keys(): number {
    return KEY_KINDS.reduce((sum: number, kind) => sum + this.counts[kind], 0);
  }

  /** Files a key; false when it is of no known form. A key that is there already stays as it was. */
  add(key: readonly KeyToken[]): boolean {
    const [space, second, third, fourth] = key;
    if (space?.prefix !== 'NS' || second === undefined) return false;
    for (let i = 0; i < key.length; i++) {
      const token = key[i];
      if (token === undefined || token.hash.length !== this.#digits || token.locator === null) return false;
      // Only the last token says where the record lies.
      if (token.locator !== undefined && i < key.length - 1) return false;
    }
    const kind = key.length === 2 ? second.prefix : `${second.prefix}\\${third?.prefix}`;
    const locator = key[key.length - 1]?.locator ?? undefined;
    if (key.length === 2) {
      if (kind !== 'CD' || locator === undefined) return false;
      if (addFirst(this.#namespace(space.hash).classes, second.hash, locator)) this.counts.CD++;
      return true;
    }
    if (third === undefined) return false;
    if (key.length === 4) {
      if (kind !== 'KI\\IR' || fourth?.prefix !== 'R' || locator === undefined) return false;
      const { hash: keyedClass } = second;
      this.counts['KI\\IR\\R']++;
      this.#namespace(space.hash).references.push({
        keyedClass,
        keyHash: third.hash,
        referrerHash: fourth.hash,
        locator,
      });
      return true;
    }
    if (key.length !== 3) return false;
    switch (kind) {
      case 'CR\\C': {
        if (locator !== undefined) return false;
        this.counts[kind]++;
        const { subclasses } = this.#namespace(space.hash);
        const list = subclasses.get(second.hash);
        if (list === undefined) subclasses.set(second.hash, [third.hash]);
        else list.push(third.hash);
        return true;
      }
      case 'CR\\R':
        if (locator !== undefined) return false;
        this.counts[kind]++;
        return true;
      case 'CI\\IL':
      case 'KI\\I': {
        if (locator === undefined) return false;
        const namespace = this.#namespace(space.hash);
        const byClass = kind === 'CI\\IL' ? namespace.instances : namespace.keyed;
        let list = byClass.get(second.hash);
        if (list === undefined) {
          list = new Map();
          byClass.set(second.hash, list);
        }
        if (addFirst(list, third.hash, locator)) this.counts[kind]++;
        return true;
      }
      default:
        return false;
    }
  }

  /** The keys of a namespace; an empty list of them is begun where there is none. */
  namespaceOf(hash: string): NamespaceKeys {
    let found = this.namespaces.get(hash);
    if (found === undefined) {
      found = {
        hash,
        classes: new Map(),
        subclasses: new Map(),
        instances: new Map(),
        keyed: new Map(),
        references: [],
      };
      this.namespaces.set(hash, found);
    }
    return found;
  }

  #namespace(hash: string): NamespaceKeys {
    // Keys come in order, so that the namespace is nearly always the one before.
    if (this.#last?.hash !== hash) this.#last = this.namespaceOf(hash);
    return this.#last;
  }
}

/** False when the key is there already. */
function addFirst(map: Map<string, Locator>, key: string, locator: Locator): boolean {
  if (map.has(key)) return false;
  map.set(key, locator);
  return true;
}
