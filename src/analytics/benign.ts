import type { Dossier } from '../subscriptions/index.ts';

/** True for a dossier that its full content cleared (BN1, DOMAIN 6): a name alone never does. */
export function isBenign(dossier: Dossier): boolean {
  return dossier.verdict.level === 'informational' && dossier.verdict.terms.some((term) => term.code === 'BN1');
}
