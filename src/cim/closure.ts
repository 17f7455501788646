import type { Catalogue } from './catalogue.ts';

/**
 * Hashes of a class and of all that derive from it, over all namespaces together (CIM 7.2). Searched from the base down:
 * the bases that matter have few descendants, and a table of every edge would cost more than all searches.
 */
export class Closure {
  readonly #catalogue: Catalogue;
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** The base itself among them. A cycle ends where it closes. */
  of(base: string): ReadonlySet<string> {
    const known = this.#known.get(base);
    if (known !== undefined) return known;
    const found = new Set([base]);
    for (const hash of found) {
      for (const { subclasses } of this.#catalogue.namespaces.values()) {
        for (const child of subclasses.get(hash) ?? []) found.add(child);
      }
    }
    this.#known.set(base, found);
    return found;
  }
}
