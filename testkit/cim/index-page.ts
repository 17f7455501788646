import type { Xorshift } from '../evtx/xorshift.ts';
import { ByteWriter } from './byte-writer.ts';
import type { RepositoryLayout } from './key-text.ts';
import { PAGE_BYTES } from './object-pages.ts';

/** Signatures of pages of INDEX.BTR (CIM 4.1). */
export const NODE_SIGNATURE = 0xaccc;
export const ADMIN_SIGNATURE = 0xaddd;
const NO_CHILD = 0xffffffff;
const HEADER_BYTES = 20;

/** One page of the tree: children are logical pages, none in a leaf. */
export interface IndexNode {
  readonly logical: number;
  readonly keys: readonly string[];
  readonly children: readonly number[];
}

/** Bytes that a page takes (CIM 4.1). */
export function indexPageBytes({ keys }: IndexNode): number {
  const n = keys.length;
  const split = keys.map((key) => key.split('\\'));
  const tokens = new Set(split.flat());
  const units = split.reduce((sum, parts) => sum + 1 + parts.length, 0);
  const text = [...tokens].reduce((sum, token) => sum + token.length + 1, 0);
  return HEADER_BYTES + 4 * n + 4 * (n + 1) + 2 * n + 2 + 2 * units + 2 + 2 * (tokens.size + 1) + text;
}

/** The page of a node (CIM 4.1). In half of the pages the texts of the tokens are not in the order of their numbers (CIM 4.2). */
export function indexPage(node: IndexNode, layout: RepositoryLayout, random: Xorshift): Uint8Array {
  const { logical, keys, children } = node;
  const out = new ByteWriter().u32(NODE_SIGNATURE).u32(logical).u32(0).u32(0).u32(keys.length);
  for (let i = 0; i < keys.length; i++) out.u32(0);
  for (let i = 0; i <= keys.length; i++) out.u32(children[i] ?? (layout === 'xp' ? 0 : NO_CHILD));
  const numbers = new Map<string, number>();
  const table: number[] = [];
  for (const key of keys) {
    out.u16(table.length);
    const tokens = key.split('\\');
    table.push(tokens.length);
    for (const token of tokens) {
      const number = numbers.get(token) ?? numbers.size;
      numbers.set(token, number);
      table.push(number);
    }
  }
  out.u16(table.length);
  for (const unit of table) out.u16(unit);
  const tokens = [...numbers.keys()];
  const order = tokens.map((_, i) => i);
  if (random.chance(0.5)) shuffle(order, random);
  const offsets: number[] = [];
  const text = new ByteWriter();
  for (const number of order) {
    offsets[number] = text.length;
    text.raw(Buffer.from(`${tokens[number] ?? ''}\0`, 'latin1'));
  }
  out.u16(tokens.length);
  for (const offset of offsets) out.u16(offset);
  out.u16(text.length).raw(text.finish());
  if (out.length > PAGE_BYTES) throw new Error(`page ${logical} of the index does not hold its keys`);
  const page = new Uint8Array(PAGE_BYTES);
  page.set(out.finish());
  return page;
}

/** XP's page 0, which names the root (CIM 4.1). */
export function adminPage(root: number): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES);
  const view = new DataView(page.buffer);
  view.setUint32(0, ADMIN_SIGNATURE, true);
  view.setUint32(12, root, true);
  return page;
}

function shuffle(items: number[], random: Xorshift): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const a = items[i] ?? 0;
    items[i] = items[j] ?? 0;
    items[j] = a;
  }
}
