import { type AttackVersion, DEFAULT_ATTACK_VERSION, type Technique, techniqueIds } from '../windows/index.ts';
import type { HuntResult, ToldParts } from './result.ts';

/** ATT&CK: event triggered execution by a WMI event subscription (PRODUCT 1), the same in every version. */
export const DOSSIER_TECHNIQUE = 'T1546.003';

/** The version of ATT&CK whose ids a result is told by (SETTLED E12). */
export function attackVersionOf({ header }: Pick<ToldParts, 'header'>): AttackVersion {
  return header.options.attackVersion ?? DEFAULT_ATTACK_VERSION;
}

/** Ids of techniques as they are shown, in the order given. */
export function shownTechniques(
  techniques: readonly Technique[],
  result: Pick<ToldParts, 'header'>,
): readonly string[] {
  return techniqueIds(techniques, attackVersionOf(result));
}

/** The same result, told by ids of another version; as it is where none is asked for. */
export function toldInVersion(result: HuntResult, attackVersion: AttackVersion | undefined): HuntResult {
  if (attackVersion === undefined) return result;
  const { header } = result;
  return { ...result, header: { ...header, options: { ...header.options, attackVersion } } };
}
