import type { Evidence } from '../windows/index.ts';

/** Each place once, in order of first mention. */
export function distinctEvidence(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen = new Set<string>();
  return evidence.filter((item) => {
    const key = `${item.file}\u0000${item.container?.join('\u0000') ?? ''}\u0000${item.offset ?? ''}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
