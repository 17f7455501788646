import { Catalogue } from './catalogue.ts';
import { type Layout, NO_PAGE } from './format.ts';
import type { IndexPage } from './index-page.ts';
import type { RepositoryLimits } from './limits.ts';

/** The pages of one index as the walk needs them. */
export interface IndexPages {
  readonly layout: Layout;
  readonly root: number;
  /** Logical pages, mapped or not. */
  readonly logicalPages: number;
  /** The page at a logical number, a reason why it is none, or undefined where nothing is mapped. */
  read(logical: number): IndexPage | string | undefined;
}

export interface IndexWalk {
  readonly catalogue: Catalogue;
  /** Pages that the tree is made of. */
  readonly nodes: number;
  /** With the page that led to each, which may be what is wrong. */
  readonly troubles: readonly { readonly page: number; readonly reason: string; readonly parent: number }[];
  /** Pages that are mapped, are nodes, and that nothing leads to. */
  readonly unreached: readonly number[];
  /** Pages with keys of no known form. */
  readonly oddKeys: readonly number[];
  readonly isCut: boolean;
}

/** Troubles that are kept: beyond that an index is noise. */
const MAX_TROUBLES = 1024;

/**
 * Reads every key of an index, from the root down and then from mapped pages that the tree does not reach, so that one
 * broken page costs its own keys and not the subtree below it (L21). Each page is read once, whatever its children say.
 */
export function walkIndex(pages: IndexPages, limits: RepositoryLimits): IndexWalk {
  const catalogue = new Catalogue(pages.layout);
  const visited = new Uint8Array(pages.logicalPages);
  const troubles: { page: number; reason: string; parent: number }[] = [];
  const unreached: number[] = [];
  const oddKeys: number[] = [];
  let nodes = 0;
  let keys = 0;
  let isCut = false;
  const troubleFrom =
    (parent: number) =>
    (page: number, reason: string): undefined => {
      if (troubles.length < MAX_TROUBLES) troubles.push({ page, reason, parent });
      return undefined;
    };
  const take = (page: IndexPage, logical: number): void => {
    nodes++;
    let isOdd = false;
    for (const key of page.keys) {
      if (++keys > limits.keys) {
        isCut = true;
        return;
      }
      if (!catalogue.add(key)) isOdd = true;
    }
    if (isOdd && oddKeys.length < MAX_TROUBLES) oddKeys.push(logical);
  };
  const none = pages.layout === 'vista' ? NO_PAGE : 0;
  const visit = (logical: number, depth: number, parent: number): undefined => {
    const trouble = troubleFrom(parent);
    if (logical >= pages.logicalPages) return trouble(logical, 'there is no such page');
    if (visited[logical] === 1) return trouble(logical, 'two pages lead to it');
    if (depth > limits.indexDepth) return trouble(logical, `it lies more than ${limits.indexDepth} levels deep`);
    visited[logical] = 1;
    const page = pages.read(logical);
    if (page === undefined) return trouble(logical, 'it is not mapped');
    if (typeof page === 'string') return trouble(logical, page);
    if (page.logical !== logical) return trouble(logical, `the page there bears number ${page.logical}`);
    if (page.trouble !== undefined) trouble(logical, page.trouble);
    take(page, logical);
    for (const child of page.children) {
      if (isCut) return undefined;
      if (child !== none) visit(child, depth + 1, logical);
    }
    return undefined;
  };
  visit(pages.root, 1, pages.root);
  for (let logical = 0; logical < pages.logicalPages && !isCut; logical++) {
    if (visited[logical] === 1) continue;
    const page = pages.read(logical);
    if (page === undefined || typeof page === 'string' || page.logical !== logical) continue;
    if (unreached.length < MAX_TROUBLES) unreached.push(logical);
    take(page, logical);
  }
  return { catalogue, nodes, troubles, unreached, oddKeys, isCut };
}
