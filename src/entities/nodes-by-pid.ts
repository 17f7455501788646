import { imageTail } from '../windows/index.ts';

/** What orders nodes. */
interface StartedNode {
  readonly key: string;
  readonly image: string;
  /** Unix milliseconds. */
  readonly startMs: number;
  readonly startTicks: number;
}

/** A node, and what a look-up by process id holds against a record. */
interface PidNode<Node extends StartedNode> {
  readonly node: Node;
  /** Of its image, as `imageTail` gives it. */
  readonly tail: string;
}

const NONE: readonly never[] = [];

/** Nodes of one host by process id; those of one id in order of time, so that a look-up begins at the newest before it. */
export class NodesByPid<Node extends StartedNode> {
  readonly #nodes = new Map<number, PidNode<Node>[]>();

  add(pid: number, node: Node): void {
    const nodes = this.#nodes.get(pid);
    const row = { node, tail: imageTail(node.image) };
    if (nodes === undefined) this.#nodes.set(pid, [row]);
    else nodes.splice(firstNotBefore(nodes, node), 0, row);
  }

  remove(pid: number, node: Node): void {
    const nodes = this.#nodes.get(pid);
    if (nodes === undefined) return;
    const at = firstNotBefore(nodes, node);
    if (nodes[at]?.node !== node) return;
    nodes.splice(at, 1);
    if (nodes.length === 0) this.#nodes.delete(pid);
  }

  /** The nodes of an id by `compareNodes`. */
  nodesOf(pid: number): readonly PidNode<Node>[] {
    return this.#nodes.get(pid) ?? NONE;
  }
}

/** How many of these start at this time, Unix milliseconds, or before. */
export function startedBy(nodes: readonly PidNode<StartedNode>[], ms: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle]?.node.startMs ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

function firstNotBefore(nodes: readonly PidNode<StartedNode>[], node: StartedNode): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = nodes[middle];
    if (other !== undefined && compareNodes(other.node, node) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By start, and by key among those of one time. */
export function compareNodes(a: StartedNode, b: StartedNode): number {
  return a.startMs - b.startMs || a.startTicks - b.startTicks || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}
