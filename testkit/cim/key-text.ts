import { createHash } from 'node:crypto';

/** Vista and later hash names with SHA-256, XP and 2003 with MD5 (CIM 1, 5). */
export type RepositoryLayout = 'vista' | 'xp';

/** The namespace that holds the system classes; every namespace sees them (CIM 5). */
export const SYSTEM_NAMESPACE = '__SystemClass';

/** Upper case where two letters are a pair of one unit each (CIM 5): `ß` stays, and so does `µ`, since `Μ` leads to `μ`. */
export function upperCased(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    const upper = unit.toUpperCase();
    out += upper.length === 1 && upper.toLowerCase() === unit ? upper : unit;
  }
  return out;
}

/** Hash of a name, in upper-case hex: 64 digits, on XP 32 (CIM 5). */
export function nameHash(name: string, layout: RepositoryLayout): string {
  return textHash(upperCased(name), layout);
}

function textHash(text: string, layout: RepositoryLayout): string {
  const bytes = Buffer.from(text, 'utf16le');
  return createHash(layout === 'xp' ? 'md5' : 'sha256')
    .update(bytes)
    .digest('hex')
    .toUpperCase();
}

/** What stands in a key hash for the values of the keys, in the order of their names (CIM 5). */
export function instanceKeyHash(
  values: readonly (readonly [name: string, text: string])[],
  layout: RepositoryLayout,
): string {
  if (values.length === 0) return nameHash('@', layout);
  const inOrder = [...values].sort(([a], [b]) => (upperCased(a) < upperCased(b) ? -1 : 1));
  return nameHash(inOrder.map(([, text]) => text).join('\uffff'), layout);
}

/** Where a record lies, as the end of its key tells it. */
export interface RecordAddress {
  readonly page: number;
  readonly id: number;
  readonly size: number;
}

/** Builds the keys of an index, tokens joined by back-slashes (CIM 4.2, 5). */
export class KeyNames {
  readonly layout: RepositoryLayout;
  readonly #known = new Map<string, string>();

  constructor(layout: RepositoryLayout) {
    this.layout = layout;
  }

  hash(name: string): string {
    let hash = this.#known.get(name);
    if (hash === undefined) {
      hash = nameHash(name, this.layout);
      this.#known.set(name, hash);
    }
    return hash;
  }

  namespace(path: string): string {
    return `NS_${this.hash(path)}`;
  }

  classDefinition(namespace: string, name: string, at: RecordAddress): string {
    return `${this.namespace(namespace)}\\CD_${this.hash(name)}${suffix(at)}`;
  }

  derivation(namespace: string, superclass: string, name: string): string {
    return `${this.namespace(namespace)}\\CR_${this.hash(superclass)}\\C_${this.hash(name)}`;
  }

  referenceClass(namespace: string, target: string, name: string): string {
    return `${this.namespace(namespace)}\\CR_${this.hash(target)}\\R_${this.hash(name)}`;
  }

  classInstance(namespace: string, name: string, keyHash: string, at: RecordAddress): string {
    return `${this.namespace(namespace)}\\CI_${this.hash(name)}\\IL_${keyHash}${suffix(at)}`;
  }

  /** Path text of an instance, as reference records hold it. */
  instancePath(namespace: string, keyedClass: string, keyHash: string): string {
    return `${this.namespace(namespace)}\\KI_${this.hash(keyedClass)}\\I_${keyHash}`;
  }

  keyInstance(namespace: string, keyedClass: string, keyHash: string, at: RecordAddress): string {
    return `${this.instancePath(namespace, keyedClass, keyHash)}${suffix(at)}`;
  }

  /** The key of a reference record: who refers to the instance is told by the hash of the referrer's path. */
  reference(
    target: { namespace: string; keyedClass: string; keyHash: string },
    path: string,
    at: RecordAddress,
  ): string {
    const { namespace, keyedClass, keyHash } = target;
    const referrer = textHash(path, this.layout);
    return `${this.namespace(namespace)}\\KI_${this.hash(keyedClass)}\\IR_${keyHash}\\R_${referrer}${suffix(at)}`;
  }
}

function suffix({ page, id, size }: RecordAddress): string {
  return `.${page}.${id}.${size}`;
}
