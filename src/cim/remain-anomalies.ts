import type { Anomaly } from '../windows/index.ts';
import { RepositoryAnomalies } from './anomalies.ts';
import type { CarveResult } from './carve.ts';
import type { Layout } from './format.ts';
import type { IndexResidue } from './index-residue.ts';
import { NameHasher } from './names.ts';

/** Names of instances that something else tells of, by which an old key can be known (CIM 7.5, 6). */
export interface NamedKeys {
  readonly layout: Layout;
  readonly names: readonly string[];
}

const MAX_TOLD = 256;
const KEY_DIGITS = 16;

/**
 * What is left of objects without their content: keys in old pages of the index and lone texts. They are anomalies and never
 * objects (SETTLED D6); a key whose name a log tells proves that it was stored.
 */
export function remainAnomalies(
  { residue, texts }: Pick<CarveResult, 'residue' | 'texts'>,
  files: { readonly index: string; readonly objects: string },
  isWanted: (residue: IndexResidue) => boolean,
  known: NamedKeys,
): readonly Anomaly[] {
  const anomalies = new RepositoryAnomalies(MAX_TOLD);
  const hasher = new NameHasher(known.layout);
  const byKey = new Map(known.names.map((name) => [hasher.of(name), name]));
  for (const one of residue) {
    if (!isWanted(one)) continue;
    const { className = 'an unknown class', namespacePath, namespaceHash, keyHash, physicalPage: page } = one;
    const name = byKey.get(keyHash);
    const told = { page, className, namespace: namespacePath ?? namespaceHash };
    if (name === undefined) anomalies.add('residue', files.index, { ...told, keyHash: keyHash.slice(0, KEY_DIGITS) });
    else anomalies.add('namedResidue', files.index, { ...told, name });
  }
  for (const { className, texts: found, offset } of texts) {
    const shown = found.map((text) => JSON.stringify(text.slice(0, 128))).join(', ');
    anomalies.add('text', files.objects, { className, texts: shown === '' ? 'its name alone' : shown }, offset);
  }
  return anomalies.list();
}
