import type { Trouble } from './problem.ts';
import { type Entry, entryOf, type MapNode, type TreeNode, textOf } from './tree.ts';

export interface Collected {
  readonly root: MapNode;
  /** True in a stream with `action`, where ids repeat on purpose (SIGMA 1.1). */
  readonly isCollected: boolean;
}

/** Merges `over` into `under`: maps deeply, lists and scalars of `over` replace. */
export function mergeMaps(under: MapNode, over: MapNode): MapNode {
  const merged = new Map<string, Entry>(under.entries.map((entry) => [entry.key, entry]));
  for (const entry of over.entries) {
    const old = merged.get(entry.key);
    const isDeep = old?.value.kind === 'map' && entry.value.kind === 'map';
    merged.set(entry.key, isDeep ? { ...old, value: mergeMaps(old.value as MapNode, entry.value as MapNode) } : entry);
  }
  return { kind: 'map', at: under.at, entries: [...merged.values()] };
}

/**
 * Legacy collections, read as pySigma does (SIGMA 1.1): `global` is a template that wins over each later rule, `reset` ends
 * it, `repeat` is laid over the rule before it. Correlations and filters are never merged.
 */
export function collect(roots: readonly MapNode[], report: (trouble: Trouble) => void): readonly Collected[] {
  const isCollected = roots.some((root) => entryOf(root, 'action') !== undefined);
  if (!isCollected) return roots.map((root) => ({ root, isCollected }));
  const rules: Collected[] = [];
  let template: MapNode | undefined;
  let previous: MapNode | undefined;
  for (const root of roots) {
    const action = entryOf(root, 'action');
    if (action === undefined) {
      const isRule = entryOf(root, 'correlation') === undefined && entryOf(root, 'filter') === undefined;
      const merged = isRule && template !== undefined ? mergeMaps(root, template) : root;
      if (isRule) previous = merged;
      rules.push({ root: merged, isCollected });
      continue;
    }
    const body: MapNode = { ...root, entries: root.entries.filter((entry) => entry !== action) };
    const name = textOf(action.value);
    const at = (message: string): Trouble => ({ code: 'S111', at: spanOfValue(action), path: ['action'], message });
    if (name === 'global') template = body;
    else if (name === 'reset') template = undefined;
    else if (name !== 'repeat') report({ ...at(`There is no action "${String(name).slice(0, 40)}".`), hint: ACTIONS });
    else if (previous === undefined) report({ ...at('There is no rule before this one to repeat.'), hint: ACTIONS });
    else {
      previous = mergeMaps(previous, body);
      rules.push({ root: previous, isCollected });
    }
    const message = 'Collections by "action" ended with Sigma 2.0; this one is read as pySigma reads it.';
    report({ code: 'S110', at: action.keyAt, path: ['action'], message, hint: 'Write each rule out in a document.' });
  }
  return rules;
}

const ACTIONS = 'Actions are global, reset and repeat.';

function spanOfValue(entry: Entry): TreeNode['at'] {
  return entry.value.at.end > entry.value.at.start ? entry.value.at : entry.keyAt;
}
