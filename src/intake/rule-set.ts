import {
  type CompiledRule,
  type CompileOptions,
  type Compiling,
  compileRules,
  isSelected,
  mergeRules,
  ofStatuses,
  type Placeholders,
  type Problem,
  type RuleSelection,
  type RuleSource,
  type Rules,
  STATUSES,
} from '../sigma/index.ts';
import { EventMatcher, LOG_SOURCES, type Pipeline, pipelineChange } from '../taxonomy/index.ts';

/** Rules by their texts. */
export interface RuleTexts {
  readonly kind: 'texts';
  readonly sources: readonly RuleSource[];
  /** By file: the licence of the folder that it lies in. A rule's own goes before (SETTLED E11). */
  readonly licenses: ReadonlyMap<string, string>;
  /** `--placeholders` */
  readonly placeholders?: Placeholders;
  /** `--pipeline`, in the order given: of these rules alone, whatever other groups there are. */
  readonly pipelines?: readonly Pipeline[];
}

/** Rules that were compiled before, of every status. */
export interface ReadyRules {
  readonly kind: 'compiled';
  readonly compiling: Compiling;
}

/** Rules that are compiled together: their correlations and filters know each other, and no others. */
export type RuleGroup = RuleTexts | ReadyRules;

/** The rules of a run. Of two groups with one rule the first counts. */
export interface RuleSet {
  readonly groups: readonly RuleGroup[];
  readonly selection: RuleSelection;
}

export interface CompiledRuleSet {
  readonly matcher: EventMatcher;
  /** A rule with an error is left out, and these say why. */
  readonly problems: readonly Problem[];
}

const GROUPS = new WeakMap<RuleGroup, Compiling>();
const SETS = new WeakMap<RuleSet, CompiledRuleSet>();

/** What a user says of how rules are compiled. */
export type RuleMapping = Pick<RuleTexts, 'placeholders' | 'pipelines'>;

/** The same for the compiler, with the log sources that are read here. */
export function compileOptions({ placeholders, pipelines = [] }: RuleMapping): CompileOptions {
  return {
    taxonomy: LOG_SOURCES,
    ...(placeholders === undefined ? {} : { placeholders }),
    ...(pipelines.length === 0 ? {} : { change: pipelineChange(pipelines) }),
  };
}

/** Rules of every status, with their licences; compiled once. */
export function compileGroup(group: RuleGroup): Compiling {
  if (group.kind === 'compiled') return group.compiling;
  const known = GROUPS.get(group);
  if (known !== undefined) return known;
  const { sources, licenses } = group;
  const { rules, problems } = compileRules(sources, { ...compileOptions(group), statuses: STATUSES });
  const licensed = <T extends { readonly metadata: CompiledRule['metadata'] }>(one: T): T => {
    const license = one.metadata.license ?? licenses.get(one.metadata.file);
    return { ...one, metadata: { ...one.metadata, license } };
  };
  const made = {
    rules: { rules: rules.rules.map(licensed), correlations: rules.correlations.map(licensed) },
    problems,
  };
  GROUPS.set(group, made);
  return made;
}

/** The rules of a set, compiled for events; once for all that ask. */
export function matcherOf(set: RuleSet): CompiledRuleSet {
  const known = SETS.get(set);
  if (known !== undefined) return known;
  const { groups, selection } = set;
  const wanted = groups.map((group) => ofStatuses(compileGroup(group), selection.statuses));
  const rules = selected(mergeRules(wanted.map((one) => one.rules)), selection);
  const made = { matcher: new EventMatcher(rules), problems: wanted.flatMap(({ problems }) => problems) };
  SETS.set(set, made);
  return made;
}

/** The rules that are wanted; of the others what correlations need is tried, and gives no findings of its own. */
function selected(rules: Rules, selection: RuleSelection): Rules {
  const members = new Set(
    rules.correlations.flatMap(({ members }) => members.flatMap(({ kind, index }) => (kind === 'rule' ? [index] : []))),
  );
  return {
    rules: rules.rules.map((rule) => {
      if (isSelected(rule.metadata, selection)) return rule;
      return { ...rule, isMuted: true, routes: members.has(rule.index) ? rule.routes : [] };
    }),
    correlations: rules.correlations.map((one) =>
      isSelected(one.metadata, selection) ? one : { ...one, isMuted: true },
    ),
  };
}
