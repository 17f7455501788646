import type { Xorshift } from '../evtx/xorshift.ts';
import { type IndexNode, indexPage, indexPageBytes } from './index-page.ts';
import type { RepositoryLayout } from './key-text.ts';
import { PAGE_BYTES } from './object-pages.ts';

/** Room that stays free, since a key that moves up may be longer than the one it replaces. */
const SPARE_BYTES = 400;

interface TreeNode {
  readonly logical: number;
  keys: string[];
  /** Empty in a leaf, else one more than keys. */
  children: TreeNode[];
}

export interface IndexTreeOptions {
  readonly layout: RepositoryLayout;
  readonly random: Xorshift;
  /** The first leaf lies in page 0, as on real systems (CIM 4.3); false leaves that page unused. */
  readonly usesPageZero: boolean;
  /** Most keys in a page; small values make deep trees. */
  readonly maxKeys: number;
}

/** The B-tree of INDEX.BTR (CIM 4): a page keeps its number, and only pages that a change touches are written again. */
export class IndexTree {
  readonly #options: IndexTreeOptions;
  readonly #changed = new Set<TreeNode>();
  readonly #unused: number[] = [];
  #root: TreeNode;
  #count: number;

  constructor(options: IndexTreeOptions) {
    this.#options = options;
    // XP keeps page 0 for the number of the root.
    this.#count = options.layout === 'xp' || !options.usesPageZero ? 1 : 0;
    this.#root = this.#newNode([], []);
  }

  get root(): number {
    return this.#root.logical;
  }

  /** Logical pages, page 0 of XP among them. */
  get count(): number {
    return this.#count;
  }

  insert(key: string): void {
    this.#insert(this.#root, key);
    if (this.#isOverfull(this.#root)) {
      const left = this.#root;
      const [middle, right] = this.#split(left);
      this.#root = this.#newNode([middle], [left, right]);
    }
  }

  remove(key: string): void {
    if (!this.#remove(this.#root, key)) throw new Error(`no key ${key}`);
    const [only] = this.#root.children;
    if (this.#root.keys.length === 0 && only !== undefined) {
      this.#discard(this.#root);
      this.#root = only;
    }
  }

  /** All keys in order. */
  keys(): string[] {
    const out: string[] = [];
    const walk = (node: TreeNode): void => {
      for (let i = 0; i <= node.keys.length; i++) {
        const child = node.children[i];
        if (child !== undefined) walk(child);
        const key = node.keys[i];
        if (key !== undefined) out.push(key);
      }
    };
    walk(this.#root);
    return out;
  }

  /** The logical page that holds a key. */
  pageOf(key: string): number | undefined {
    return this.nodes().find((node) => node.keys.includes(key))?.logical;
  }

  /** Every page of the tree, root first. */
  nodes(): IndexNode[] {
    const out: IndexNode[] = [];
    const walk = (node: TreeNode): void => {
      out.push({ ...described(node), keys: [...node.keys] });
      node.children.forEach(walk);
    };
    walk(this.#root);
    return out;
  }

  /** Pages that changed since the last call, with their bytes; undefined for one that left the tree. */
  takeChanged(): [logical: number, image: Uint8Array | undefined][] {
    const { layout, random } = this.#options;
    const out: [number, Uint8Array | undefined][] = [...this.#changed]
      .sort((a, b) => a.logical - b.logical)
      .map((node) => [node.logical, indexPage(described(node), layout, random)]);
    for (const logical of this.#unused) out.push([logical, undefined]);
    this.#changed.clear();
    this.#unused.length = 0;
    return out;
  }

  #newNode(keys: string[], children: TreeNode[]): TreeNode {
    const node = { logical: this.#count++, keys, children };
    this.#changed.add(node);
    return node;
  }

  #discard(node: TreeNode): void {
    this.#changed.delete(node);
    this.#unused.push(node.logical);
  }

  #isOverfull(node: TreeNode): boolean {
    return node.keys.length > this.#options.maxKeys || indexPageBytes(described(node)) > PAGE_BYTES - SPARE_BYTES;
  }

  #split(node: TreeNode): [string, TreeNode] {
    const at = node.keys.length >> 1;
    const [middle, ...rightKeys] = node.keys.splice(at);
    if (middle === undefined) throw new Error('a page of one key is too large');
    const right = this.#newNode(rightKeys, node.children.splice(at + 1));
    this.#changed.add(node);
    return [middle, right];
  }

  #insert(node: TreeNode, key: string): void {
    const at = this.#position(node, key);
    if (node.keys[at] === key) throw new Error(`key twice: ${key}`);
    const child = node.children[at];
    if (child === undefined) {
      node.keys.splice(at, 0, key);
      this.#changed.add(node);
      return;
    }
    this.#insert(child, key);
    if (!this.#isOverfull(child)) return;
    const [middle, right] = this.#split(child);
    node.keys.splice(at, 0, middle);
    node.children.splice(at + 1, 0, right);
    this.#changed.add(node);
  }

  #remove(node: TreeNode, key: string): boolean {
    const at = this.#position(node, key);
    const isHere = node.keys[at] === key;
    const child = node.children[at];
    if (child === undefined) {
      if (!isHere) return false;
      node.keys.splice(at, 1);
      this.#changed.add(node);
      return true;
    }
    if (isHere) {
      const before = largest(child);
      this.#remove(child, before);
      node.keys[at] = before;
      this.#changed.add(node);
    } else if (!this.#remove(child, key)) return false;
    if (child.keys.length === 0) this.#dropEmpty(node, at, child);
    return true;
  }

  /** A page without keys leaves the tree: its only child takes its place, or the key beside it moves into a neighbour. */
  #dropEmpty(node: TreeNode, at: number, child: TreeNode): void {
    this.#discard(child);
    this.#changed.add(node);
    const [only] = child.children;
    if (only !== undefined) {
      node.children[at] = only;
      return;
    }
    node.children.splice(at, 1);
    const [separator] = node.keys.splice(Math.max(0, at - 1), 1);
    if (separator !== undefined) this.#insert(node, separator);
  }

  #position(node: TreeNode, key: string): number {
    let at = 0;
    while (at < node.keys.length && (node.keys[at] ?? '') < key) at++;
    return at;
  }
}

function largest(node: TreeNode): string {
  const child = node.children.at(-1);
  const key = child === undefined ? node.keys.at(-1) : largest(child);
  if (key === undefined) throw new Error('an empty page in the tree');
  return key;
}

function described({ logical, keys, children }: TreeNode): IndexNode {
  return { logical, keys, children: children.map((child) => child.logical) };
}
