import { type AttackVersion, type Level, levelRank, type Technique, techniqueIds } from '../../windows/index.ts';
import type { ToolVersion } from '../result.ts';
import { plural } from '../terminal.ts';
import { fewOf, type LayerTechnique, levelScore, renderLayer } from './layer.ts';

/** Rules that a comment names. */
const MAX_NAMED = 8;

/** An analytic or a rule that could detect something. */
export interface Covering {
  readonly kind: 'analytic' | 'rule';
  /** Id of an analytic, title of a rule. */
  readonly name: string;
  readonly level: Level;
  readonly attack: readonly Technique[];
  /** True where the evidence lacks what it needs: it covers nothing there. */
  readonly isBlind: boolean;
}

export interface CoverageView {
  readonly tool: ToolVersion;
  readonly attackVersion: AttackVersion;
  /** What was looked at: `in this evidence`; empty where no evidence was. */
  readonly where: string;
}

/**
 * The techniques that analytics and rules could detect, at the highest level of those that could (SETTLED E12). A technique of
 * which all are blind scores 0 and says so: a hole that can be closed is not the same as one without a rule.
 */
export function renderCoverageLayer(items: readonly Covering[], view: CoverageView): Iterable<string> {
  const { tool, attackVersion, where } = view;
  const of = (kind: Covering['kind']): readonly Covering[] => items.filter((item) => item.kind === kind);
  const blind = items.filter(({ isBlind }) => isBlind).length;
  return renderLayer({
    name: 'Triad: coverage',
    description: `Techniques that analytics and rules could detect${where === '' ? '' : ` ${where}`}. Score: 20, 40, 60, 80, 100 by the highest level; 0 where all that could are blind.`,
    attackVersion,
    techniques: techniquesOf(items, attackVersion),
    metadata: [
      { name: 'tool', value: `${tool.name} ${tool.version}` },
      { name: 'analytics', value: String(of('analytic').length) },
      { name: 'rules', value: String(of('rule').length) },
      ...(where === '' ? [] : [{ name: 'blind', value: String(blind) }]),
    ],
  });
}

function techniquesOf(items: readonly Covering[], version: AttackVersion): readonly LayerTechnique[] {
  const byTechnique = new Map<string, Covering[]>();
  for (const item of items) {
    for (const id of techniqueIds(item.attack, version)) {
      const list = byTechnique.get(id);
      if (list === undefined) byTechnique.set(id, [item]);
      else list.push(item);
    }
  }
  return [...byTechnique].map(([id, all]) => {
    const seeing = all.filter(({ isBlind }) => !isBlind);
    const blind = all.filter(({ isBlind }) => isBlind);
    const [best] = seeing.map(({ level }) => level).sort((a, b) => levelRank(b) - levelRank(a));
    const parts = [...namesOf(seeing), ...(blind.length === 0 ? [] : [`blind here: ${namesOf(blind).join('; ')}`])];
    return { id, score: best === undefined ? 0 : levelScore(best), comment: parts.join('; ') };
  });
}

function namesOf(items: readonly Covering[]): readonly string[] {
  const analytics = items.filter(({ kind }) => kind === 'analytic').map(({ name }) => name);
  const rules = items.filter(({ kind }) => kind === 'rule').map(({ name }) => name);
  return [
    ...(analytics.length === 0
      ? []
      : [`${analytics.length === 1 ? 'analytic' : 'analytics'} ${analytics.sort().join(', ')}`]),
    ...(rules.length === 0 ? [] : [`${plural(rules.length, 'rule')}: ${fewOf(rules.sort(), MAX_NAMED)}`]),
  ];
}
