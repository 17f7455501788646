/**
 * Techniques of ATT&CK in two generations. Version 19 took Impair Defenses (T1562) and the clearing of logs apart and numbered
 * them anew; both ids are kept, and whoever shows one chooses the version (DOMAIN 8, SETTLED E12).
 */

export const ATTACK_VERSIONS = [18, 19] as const;
export type AttackVersion = (typeof ATTACK_VERSIONS)[number];
export const DEFAULT_ATTACK_VERSION: AttackVersion = 19;

export interface Technique {
  /** Id in version 19. */
  readonly new: string;
  /** Ids in version 18: the same one where the number did not change. */
  readonly old: readonly string[];
}

/** Version 19, then version 18 with the id of the same name first. By the `revoked-by` relations of ATT&CK 19.2. */
const RENUMBERED: readonly (readonly [young: string, old: readonly [string, ...string[]]])[] = [
  ['T1685', ['T1562.001', 'T1562', 'T1562.006']],
  ['T1685.001', ['T1562.002']],
  ['T1685.002', ['T1562.008']],
  ['T1685.003', ['T1562.011']],
  ['T1685.004', ['T1562.012']],
  ['T1685.005', ['T1070.001']],
  ['T1685.006', ['T1070.002']],
  ['T1686', ['T1562.004']],
  ['T1686.001', ['T1562.007']],
  ['T1686.002', ['T1562.013']],
  ['T1688', ['T1562.009']],
  ['T1689', ['T1562.010']],
  ['T1690', ['T1562.003']],
];

/** Ids that both versions have replaced already, and that rules of long ago still carry (DOMAIN 8): what they are in version 18. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ['T1028', 'T1021.006'],
  ['T1035', 'T1569.002'],
  ['T1038', 'T1574.001'],
  ['T1050', 'T1543.003'],
  ['T1054', 'T1562.006'],
  ['T1060', 'T1547.001'],
  ['T1063', 'T1518.001'],
  ['T1073', 'T1574.001'],
  ['T1075', 'T1550.002'],
  ['T1077', 'T1021.002'],
  ['T1084', 'T1546.003'],
  ['T1086', 'T1059.001'],
  ['T1089', 'T1562.001'],
  ['T1097', 'T1550.003'],
  ['T1175', 'T1021.003'],
  ['T1574.002', 'T1574.001'],
]);

const YOUNG = new Map(RENUMBERED.flatMap(([young, old]) => old.map((id) => [id, young] as const)));
const OLD = new Map(RENUMBERED.map(([young, [first]]) => [young, first] as const));

/** Both ids of a technique of either version; an id that no table knows is taken to be the same in both. */
export function techniqueOf(id: string): Technique {
  const known = RETIRED.get(id) ?? id;
  const young = YOUNG.get(known);
  if (young !== undefined) return { new: young, old: [known] };
  return { new: known, old: [OLD.get(known) ?? known] };
}

/** Techniques that a rule names by its tags, in either generation or in both, each once and by the id of version 19. */
export function techniquesOfTags(tags: readonly string[]): readonly Technique[] {
  const ids = tags.flatMap((tag) => /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1]?.toUpperCase() ?? []);
  // A tag of version 18 says more than the one that would be guessed from version 19, and replaces it.
  const said = new Set(ids);
  const byNew = new Map<string, Set<string>>();
  for (const id of ids) {
    const technique = techniqueOf(id);
    const old = byNew.get(technique.new) ?? new Set<string>();
    for (const one of technique.old) old.add(one);
    byNew.set(technique.new, old);
  }
  return [...byNew].sort(compareIds).map(([young, all]) => {
    const stated = [...all].filter((id) => said.has(id));
    return { new: young, old: (stated.length > 0 ? stated : [...all]).sort() };
  });
}

function compareIds([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ids of techniques in one version, each once, in the order given. */
export function techniqueIds(techniques: readonly Technique[], version: AttackVersion): readonly string[] {
  return [...new Set(techniques.flatMap((one) => (version === 19 ? [one.new] : one.old)))];
}

/** `T1546` of `T1546.003`; undefined for a technique that is no part of another. */
export function parentTechnique(id: string): string | undefined {
  const dot = id.indexOf('.');
  return dot < 0 ? undefined : id.slice(0, dot);
}
