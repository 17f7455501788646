import {
  type Checked,
  type CheckedCorrelation,
  type CheckedFilter,
  type CheckedRule,
  type CheckOptions,
  checkDocuments,
} from '../check/check.ts';
import type { CorrelationBody } from '../check/check-correlation.ts';
import type { CheckedDetection } from '../check/check-detection.ts';
import type { Logsource } from '../check/logsource.ts';
import type { Metadata, Status } from '../check/metadata.ts';
import { appliesTo } from '../check/references.ts';
import { parseRules } from '../parse/document.ts';
import { type Problem, problemOf, type Report, type Trouble } from '../parse/problem.ts';
import type { Placeholders } from '../values/placeholders.ts';
import { type CompiledCondition, compileDetection } from './compile-detection.ts';
import { compileRoute, type RuledRoute } from './compile-route.ts';
import { allOf, anyOf } from './ir.ts';
import { IDENTITY, type Taxonomy } from './taxonomy.ts';

export interface RuleSource {
  readonly text: string;
  /** Named in problems and in metadata. */
  readonly file: string;
}

export interface CompileOptions extends CheckOptions {
  readonly taxonomy?: Taxonomy;
  /** Values for `expand`; a rule that lacks one is refused (S136). */
  readonly placeholders?: Placeholders;
  /** Changes rules before they are compiled, as pipelines do. */
  readonly change?: RuleChange;
  /** A rule of another status is not loaded (S502); one without status always is. Default: all but deprecated and unsupported. */
  readonly statuses?: readonly Status[];
}

/** What of a rule may be changed; of a filter its own detection, with the log source and tags of the rule that it joins. */
export interface ChangeableRule {
  readonly logsource: Logsource;
  readonly tags: readonly string[];
  readonly detection: CheckedDetection;
}

/** The changed rule, or why there is none. */
export type RuleChange = (rule: ChangeableRule) => Omit<ChangeableRule, 'tags'> | { readonly refused: string };

export interface CompiledRule {
  readonly kind: 'rule';
  /** Position in `Rules.rules`. */
  readonly index: number;
  readonly metadata: Metadata;
  readonly logsource: Logsource;
  /** The rule matches when any of its conditions does; filters are part of each. */
  readonly conditions: readonly CompiledCondition[];
  readonly routes: readonly RuledRoute[];
  /** Labels of routes on which it cannot match for lack of fields. */
  readonly blindRoutes: readonly string[];
  /** It runs for correlations only, and gives no findings of its own. */
  readonly isMuted: boolean;
}

export interface CorrelationMember {
  readonly kind: 'rule' | 'correlation';
  /** Position in `Rules.rules` or in `Rules.correlations`. */
  readonly index: number;
  /** As the correlation refers to it. */
  readonly reference: string;
}

export interface CompiledCorrelation {
  readonly kind: 'correlation';
  /** Position in `Rules.correlations`: members stand before what refers to them. */
  readonly index: number;
  readonly metadata: Metadata;
  readonly body: CorrelationBody;
  readonly members: readonly CorrelationMember[];
  readonly isMuted: boolean;
}

/** Rules ready to be matched; nothing in them changes, so several matchers may share them. */
export interface Rules {
  readonly rules: readonly CompiledRule[];
  readonly correlations: readonly CompiledCorrelation[];
}

export interface Compiling {
  readonly rules: Rules;
  readonly problems: readonly Problem[];
}

/** Statuses of which rules are loaded where none is asked for. */
export const LOADED: readonly Status[] = ['stable', 'test', 'experimental'];

/** Rule texts to rules: parsed, checked, compiled for each route. A document with an error is left out, and no other. */
export function compileRules(sources: readonly RuleSource[], options: CompileOptions = {}): Compiling {
  const parsed = sources.map(({ text, file }) => parseRules(text, file));
  const { checked, problems } = checkDocuments(
    parsed.flatMap(({ documents }) => documents),
    options,
  );
  const compiled = compileChecked(checked, options);
  const all = [...parsed.flatMap((one) => one.problems), ...problems, ...compiled.problems];
  return { rules: compiled.rules, problems: inReadingOrder(all, sources) };
}

/** By file as given, then by place: as a person goes through them. */
function inReadingOrder(problems: readonly Problem[], sources: readonly RuleSource[]): readonly Problem[] {
  const order = new Map(sources.map(({ file }, i) => [file, i]));
  const place = ({ file }: Problem): number => order.get(file) ?? 0;
  return problems.toSorted((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column);
}

/** Compiles what was checked. */
export function compileChecked(checked: readonly Checked[], options: CompileOptions = {}): Compiling {
  const problems: Problem[] = [];
  const tell = ({ source, metadata }: Checked, trouble: Trouble): Problem => {
    const problem = problemOf(source, trouble, metadata.id);
    problems.push(problem);
    return problem;
  };
  const statuses = options.statuses ?? LOADED;
  const wanted = checked.filter((one) => {
    const { status } = one.metadata;
    if (status === undefined || one.kind === 'filter' || statuses.includes(status)) return true;
    tell(one, {
      code: 'S502',
      at: titleSpan(one),
      path: ['status'],
      message: `Rules of status "${status}" are not loaded.`,
    });
    return false;
  });
  const filters = wanted.filter((one): one is CheckedFilter => one.kind === 'filter');
  const drafts: RuleDraft[] = [];
  for (const one of wanted) {
    const draft = one.kind === 'rule' ? compileRule(one, filters, options, (trouble) => tell(one, trouble)) : undefined;
    if (draft !== undefined) drafts.push(draft);
  }
  const correlations = linkCorrelations(wanted, drafts, tell);
  const muted = mutedBy(correlations);
  return {
    rules: {
      rules: drafts.map(({ checked: _, ...rule }, index) => ({ ...rule, index, isMuted: muted.has(`rule ${index}`) })),
      correlations: correlations.map((one) => ({ ...one, isMuted: muted.has(`correlation ${one.index}`) })),
    },
    problems,
  };
}

type RuleDraft = Omit<CompiledRule, 'index' | 'isMuted'> & { readonly checked: CheckedRule };

function titleSpan({ source, metadata: { line } }: Checked): Trouble['at'] {
  const start = source.lineStarts[line - 1] ?? 0;
  return { start, end: (source.lineStarts[line] ?? source.text.length + 1) - 1 };
}

function compileRule(
  checked: CheckedRule,
  filters: readonly CheckedFilter[],
  options: CompileOptions,
  tell: (trouble: Trouble) => Problem,
): RuleDraft | undefined {
  const { source, metadata } = checked;
  const placeholders = options.placeholders ?? new Map();
  let isRight = true;
  const report: Report = (trouble) => {
    if (tell(trouble).severity === 'error') isRight = false;
  };
  const changed = (detection: CheckedDetection): Omit<ChangeableRule, 'tags'> => {
    const before = { logsource: checked.logsource, tags: metadata.tags, detection };
    const after = options.change?.(before) ?? before;
    if (!('refused' in after)) return after;
    report({ code: 'S121', at: titleSpan(checked), path: ['detection'], message: after.refused });
    return before;
  };
  const { logsource, detection } = changed(checked.detection);
  const own = compileDetection(source, detection, '', placeholders, report);
  const extra = filters
    .filter((filter) => appliesTo(filter, checked))
    .map((filter) => {
      // A name of the filter never meets one of the rule: each is compiled for itself (SIGMA 4).
      const label = `filter ${filter.metadata.title}: `;
      const silent: Report = ({ message }) =>
        report({ code: 'S136', at: titleSpan(checked), path: [], message: label + message });
      const { detection: piped } = changed(filter.detection);
      return anyOf(compileDetection(filter.source, piped, label, placeholders, silent).map(({ ir }) => ir));
    });
  if (!isRight) return undefined;
  const conditions = own.map(({ text, ir }) => ({ text, ir: allOf([ir, ...extra]) }));
  const routes: RuledRoute[] = [];
  const blindRoutes: string[] = [];
  const at = titleSpan(checked);
  const found = (options.taxonomy ?? IDENTITY).routesOf(logsource);
  if (found === undefined || found.length === 0) {
    const message = 'No events that are read here belong to the log source of this rule.';
    report({ code: 'S501', at, path: ['logsource'], message });
  }
  for (const route of found ?? []) {
    const compiling = compileRoute(conditions, route);
    if (compiling.kind === 'ruled') routes.push(compiling.ruled);
    if (compiling.kind !== 'blind') continue;
    blindRoutes.push(route.label);
    const fields = compiling.fields.join(', ');
    report({
      code: 'S500',
      at,
      path: [],
      message: `On ${route.label} the rule cannot match: ${fields} is never there.`,
    });
  }
  return { kind: 'rule', checked, metadata, logsource, conditions, routes, blindRoutes };
}

/** Correlations in an order in which members come first; one whose member was not loaded is refused. */
function linkCorrelations(
  checked: readonly Checked[],
  drafts: readonly RuleDraft[],
  tell: (one: Checked, trouble: Trouble) => unknown,
): readonly Omit<CompiledCorrelation, 'isMuted'>[] {
  const places = new Map<string, Omit<CorrelationMember, 'reference'>>();
  const remember = ({ id, name }: Metadata, place: Omit<CorrelationMember, 'reference'>): void => {
    for (const key of [name, id?.toLowerCase()]) if (key !== undefined) places.set(key, place);
  };
  for (const [index, { metadata }] of drafts.entries()) remember(metadata, { kind: 'rule', index });
  const linked: Omit<CompiledCorrelation, 'isMuted'>[] = [];
  let waiting = checked.filter((one): one is CheckedCorrelation => one.kind === 'correlation');
  for (let before = -1; waiting.length > 0 && waiting.length !== before; ) {
    before = waiting.length;
    waiting = waiting.filter((one) => {
      const members = one.body.rules.flatMap(({ text }) => {
        const place = places.get(text) ?? places.get(text.toLowerCase());
        return place === undefined ? [] : [{ ...place, reference: text }];
      });
      if (members.length < one.body.rules.length) return true;
      const { metadata, body } = one;
      const index = linked.length;
      linked.push({ kind: 'correlation', index, metadata, body, members });
      remember(metadata, { kind: 'correlation', index });
      return false;
    });
  }
  for (const one of waiting) {
    const message = 'A rule that this correlation refers to was refused.';
    tell(one, { code: 'S404', at: one.body.rulesAt, path: ['correlation', 'rules'], message });
  }
  return linked;
}

/** Members give no findings of their own unless one of their correlations generates (SIGMA 5). */
export function mutedBy(correlations: readonly Omit<CompiledCorrelation, 'isMuted'>[]): ReadonlySet<string> {
  const muted = new Set<string>();
  const generating = new Set<string>();
  for (const { members, body } of correlations) {
    for (const { kind, index } of members) (body.doesGenerate ? generating : muted).add(`${kind} ${index}`);
  }
  return muted.difference(generating);
}
