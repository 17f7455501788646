import { CATALOGUE } from '../analytics/index.ts';
import { matcherOf, type RuleSet } from '../intake/index.ts';
import { type Covering, type HuntResult, renderCoverageLayer } from '../report/index.ts';
import { coveringRules, isInSight, type RuleRow } from '../rules/index.ts';
import { type AttackVersion, DEFAULT_ATTACK_VERSION, LEVELS, techniquesOfTags } from '../windows/index.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import { attackVersionFlag } from './attack-version.ts';
import type { Environment } from './environment.ts';

/** `--layer` says something about one format only. */
export function layerProblems(invocation: Invocation): readonly UsageProblem[] {
  const layer = flagValue(invocation, 'layer');
  if (layer === undefined || flagValue(invocation, 'format') === 'navigator') return [];
  return [
    {
      code: 'TRIAD-E-ARG-VALUE',
      place: `--layer ${layer}`,
      message: 'A layer is written by --format navigator only.',
      action: 'Add --format navigator, or leave --layer out.',
    },
  ];
}

/** `triad hunt --layer coverage`: what the analytics and the rules of this hunt could have detected in its evidence. */
export function huntCoverage(result: HuntResult, sets: readonly RuleSet[]): Iterable<string> {
  const seen = new Set(result.summary.coverage.map(({ channel }) => channel.toLowerCase()));
  const blind = new Set(result.summary.notEvaluated.map(({ analytic }) => analytic));
  const { tool, options } = result.header;
  const items = [...analyticsCovering(blind), ...sets.flatMap((set) => rulesCovering(set, seen))];
  const attackVersion = options.attackVersion ?? DEFAULT_ATTACK_VERSION;
  return renderCoverageLayer(items, { tool, attackVersion, where: 'in this evidence' });
}

/** `triad analytics --format navigator`: what the analytics and rules could detect, whatever the evidence. */
export function wholeCoverage(
  analytics: readonly string[],
  sets: readonly RuleSet[],
  invocation: Invocation,
  environment: Environment,
): Iterable<string> {
  const records = analyticsCovering(new Set()).filter(({ name }) => analytics.includes(name));
  return layerOf([...records, ...sets.flatMap((set) => rulesCovering(set, undefined))], invocation, environment);
}

/** `triad rules list --format navigator`: the rules that are loaded, alone. */
export function listedCoverage(
  rows: readonly RuleRow[],
  invocation: Invocation,
  environment: Environment,
): Iterable<string> {
  const loaded = rows.filter(({ refused, kind }) => refused === undefined && kind !== 'filter');
  const items = loaded.map(({ title, level, tags }): Covering => {
    const known = LEVELS.find((one) => one === level) ?? 'medium';
    return { kind: 'rule', name: title, level: known, attack: techniquesOfTags(tags), isBlind: false };
  });
  return layerOf(items, invocation, environment);
}

function layerOf(items: readonly Covering[], invocation: Invocation, environment: Environment): Iterable<string> {
  const attackVersion: AttackVersion = attackVersionFlag(invocation) ?? DEFAULT_ATTACK_VERSION;
  const tool = { name: 'triad', version: environment.version };
  return renderCoverageLayer(items, { tool, attackVersion, where: '' });
}

function analyticsCovering(blind: ReadonlySet<string>): readonly Covering[] {
  return CATALOGUE.map(({ id, level, attack }) => ({
    kind: 'analytic',
    name: id,
    level,
    attack,
    isBlind: blind.has(id),
  }));
}

/** `seen`: channels of the evidence in lower case; undefined where there is none. */
function rulesCovering(set: RuleSet, seen: ReadonlySet<string> | undefined): readonly Covering[] {
  return coveringRules(matcherOf(set).matcher.rules).map((rule) => ({
    kind: 'rule',
    name: rule.title,
    level: rule.level,
    attack: rule.attack,
    isBlind: seen !== undefined && !isInSight(rule, seen),
  }));
}
