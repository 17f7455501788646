import type { Catalogue } from './catalogue.ts';

/** Hashes of a class and of all that derive from it, over all namespaces together (CIM 7.2). */
export class Closure {
  readonly #children = new Map<string, Set<string>>();

  constructor(catalogue: Catalogue) {
    for (const { subclasses } of catalogue.namespaces.values()) {
      for (const [parent, list] of subclasses) {
        let children = this.#children.get(parent);
        if (children === undefined) {
          children = new Set();
          this.#children.set(parent, children);
        }
        for (const child of list) children.add(child);
      }
    }
  }

  /** The base itself among them. A cycle ends where it closes. */
  of(base: string): ReadonlySet<string> {
    const found = new Set([base]);
    for (const hash of found) for (const child of this.#children.get(hash) ?? []) found.add(child);
    return found;
  }
}
