import { hashDigits, type Layout } from './format.ts';

/** Where a key says that a record lies: logical page, record id, bytes (CIM 5). */
export interface Locator {
  readonly page: number;
  readonly id: number;
  readonly size: number;
}

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

export const KEY_KINDS: readonly KeyKind[] = ['CD', 'CR\\C', 'CR\\R', 'CI\\IL', 'KI\\I', 'KI\\IR\\R'];

function noKeys(): Record<KeyKind, number> {
  return { CD: 0, 'CR\\C': 0, 'CR\\R': 0, 'CI\\IL': 0, 'KI\\I': 0, 'KI\\IR\\R': 0 };
}

/** Reads `HASH.page.id.size` from `from` on; undefined when it is anything else. */
export function readLocator(token: string, from: number): Locator | undefined {
  const numbers = [0, 0, 0];
  let which = 0;
  let digits = 0;
  for (let i = from; i < token.length; i++) {
    const code = token.charCodeAt(i);
    if (code === 0x2e) {
      if (digits === 0 || ++which > 2) return undefined;
      digits = 0;
    } else if (code >= 0x30 && code <= 0x39 && digits < 10) {
      numbers[which] = (numbers[which] ?? 0) * 10 + code - 0x30;
      digits++;
    } else return undefined;
  }
  const [page = 0, id = 0, size = 0] = numbers;
  if (which !== 2 || digits === 0 || page > 0xffffffff || id > 0xffffffff || size > 0xffffffff) return undefined;
  return { page, id, size };
}

/** All keys of one index, sorted into namespaces (CIM 4.4: a full walk finds namespaces that nothing names). */
export class Catalogue {
  readonly namespaces: Map<string, NamespaceKeys> = new Map();
  readonly counts: Record<KeyKind, number> = noKeys();
  readonly #digits: number;
  #lastToken = '';
  #last: NamespaceKeys | undefined;

  constructor(layout: Layout) {
    this.#digits = hashDigits(layout);
  }

  get keys(): number {
    return KEY_KINDS.reduce((sum: number, kind) => sum + this.counts[kind], 0);
  }

  /** Files a key; false when it is of no known form. A key that is there already stays as it was. */
  add(key: readonly string[]): boolean {
    const [space, second, third, fourth] = key;
    const hashEnd = 3 + this.#digits;
    if (space === undefined || second === undefined || !space.startsWith('NS_') || space.length !== hashEnd)
      return false;
    if (key.length === 2) {
      if (!second.startsWith('CD_') || second.charCodeAt(hashEnd) !== 0x2e) return false;
      const locator = readLocator(second, hashEnd + 1);
      if (locator === undefined) return false;
      if (addFirst(this.#namespace(space).classes, second.slice(3, hashEnd), locator)) this.counts.CD++;
      return true;
    }
    if (third === undefined || second.length !== hashEnd) return false;
    const parent = second.slice(3);
    if (key.length === 3 && second.startsWith('CR_')) {
      if (third.length !== this.#digits + 2) return false;
      if (third.startsWith('C_')) {
        this.counts['CR\\C']++;
        const { subclasses } = this.#namespace(space);
        const list = subclasses.get(parent);
        if (list === undefined) subclasses.set(parent, [third.slice(2)]);
        else list.push(third.slice(2));
        return true;
      }
      if (!third.startsWith('R_')) return false;
      this.counts['CR\\R']++;
      return true;
    }
    if (key.length === 3 && second.startsWith('CI_') && third.startsWith('IL_')) {
      return this.#addInstance('CI\\IL', space, parent, third, hashEnd);
    }
    if (key.length === 3 && second.startsWith('KI_') && third.startsWith('I_')) {
      return this.#addInstance('KI\\I', space, parent, third, hashEnd - 1);
    }
    if (key.length === 4 && second.startsWith('KI_') && third.startsWith('IR_') && third.length === hashEnd) {
      if (fourth?.startsWith('R_') !== true || fourth.charCodeAt(hashEnd - 1) !== 0x2e) return false;
      const locator = readLocator(fourth, hashEnd);
      if (locator === undefined) return false;
      this.counts['KI\\IR\\R']++;
      const referrerHash = fourth.slice(2, hashEnd - 1);
      this.#namespace(space).references.push({ keyedClass: parent, keyHash: third.slice(3), referrerHash, locator });
      return true;
    }
    return false;
  }

  #addInstance(kind: 'CI\\IL' | 'KI\\I', space: string, parent: string, token: string, hashEnd: number): boolean {
    if (token.charCodeAt(hashEnd) !== 0x2e) return false;
    const locator = readLocator(token, hashEnd + 1);
    if (locator === undefined) return false;
    const namespace = this.#namespace(space);
    const byClass = kind === 'CI\\IL' ? namespace.instances : namespace.keyed;
    let list = byClass.get(parent);
    if (list === undefined) {
      list = new Map();
      byClass.set(parent, list);
    }
    if (addFirst(list, token.slice(hashEnd - this.#digits, hashEnd), locator)) this.counts[kind]++;
    return true;
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

  #namespace(token: string): NamespaceKeys {
    // Keys come in order, so that the namespace is nearly always the one before.
    if (token === this.#lastToken && this.#last !== undefined) return this.#last;
    const found = this.namespaceOf(token.slice(3));
    this.#lastToken = token;
    this.#last = found;
    return found;
  }
}

/** False when the key is there already. */
function addFirst(map: Map<string, Locator>, key: string, locator: Locator): boolean {
  if (map.has(key)) return false;
  map.set(key, locator);
  return true;
}
