/** Sets of numbers 0..n-1 that grow together; a set's root is its smallest number, so that no order of unions matters. */
export class UnionFind {
  readonly #parent: Uint32Array;

  constructor(size: number) {
    this.#parent = Uint32Array.from({ length: size }, (_, at) => at);
  }

  find(item: number): number {
    let root = item;
    for (let up = this.#parent[root] ?? root; up !== root; up = this.#parent[root] ?? root) root = up;
    let at = item;
    while (at !== root) {
      const up = this.#parent[at] ?? root;
      this.#parent[at] = root;
      at = up;
    }
    return root;
  }

  /** True when the two were apart. */
  unite(a: number, b: number): boolean {
    const x = this.find(a);
    const y = this.find(b);
    if (x === y) return false;
    this.#parent[Math.max(x, y)] = Math.min(x, y);
    return true;
  }

  /** The sets by root, each ascending, in order of their roots. */
  sets(): readonly (readonly number[])[] {
    const byRoot = new Map<number, number[]>();
    for (let item = 0; item < this.#parent.length; item++) {
      const root = this.find(item);
      const list = byRoot.get(root);
      if (list === undefined) byRoot.set(root, [item]);
      else list.push(item);
    }
    return [...byRoot.values()];
  }
}
