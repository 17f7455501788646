/**
 * Sigma 2.1: rules, filters and correlations (ADR 0013).
 *
 *     const { rules, problems } = compileRules([{ file: 'a.yml', text }], { taxonomy });
 *     const hits = plainMatcher(rules).match({ channel: 'security', eventId: 4688, readerFor: () => fields });
 */
export { type CheckedCorrelation, type Checking, type CheckOptions, checkDocuments } from './check/check.ts';
export type { CorrelationType } from './check/check-correlation.ts';
export type { CheckedItem, CheckedSearch } from './check/check-detection.ts';
export type { Logsource } from './check/logsource.ts';
export { type Metadata, type Related, STATUSES, type Status } from './check/metadata.ts';
export { isSelected, type RuleSelection, readExclusions } from './check/select-rules.ts';
export type { RuledRoute } from './compile/compile-route.ts';
export {
  type ChangeableRule,
  type CompiledCorrelation,
  type CompiledRule,
  type CompileOptions,
  type Compiling,
  type CorrelationMember,
  compileRules,
  type RuleChange,
  type RuleSource,
  type Rules,
} from './compile/compile-rules.ts';
export { type Atom, type Ir, mapAtoms, type Origin } from './compile/ir.ts';
export { mergeRules } from './compile/merge-rules.ts';
export { ofStatuses } from './compile/of-statuses.ts';
export { IDENTITY, IDENTITY_ROUTE, type NamedTaxonomy, type Route, type Taxonomy } from './compile/taxonomy.ts';
export { Correlator, type CorrelatorOptions, type CorrelatorState } from './correlate/correlator.ts';
export type { CorrelatedEvent } from './correlate/entry.ts';
export type { CorrelationFinding } from './correlate/finding.ts';
export { BY_LENGTH, commonFrequencies, type Frequencies } from './indexed/frequencies.ts';
export {
  type IndexedRouteMatcher,
  type IndexFigures,
  type IndexOptions,
  indexedRouteMatcher,
} from './indexed/indexed-route-matcher.ts';
export { type ConditionExplanation, type Explanation, explainRule, type TestExplanation } from './match/explain.ts';
export { type FieldReader, objectReader, type SlotReader } from './match/field-reader.ts';
export { type MatchedValue, matchedValues } from './match/matched-values.ts';
export { type Hit, type Matcher, plainMatcher, type RoutedEvent } from './match/plain.ts';
export { conditionsOf, plainRouteMatcher, type RouteHit, type RouteMatcher } from './match/route-matcher.ts';
export type { Condition } from './parse/detection.ts';
export { type DocumentKind, type Parsed, parseRules, type SigmaDocument } from './parse/document.ts';
export {
  formatProblem,
  PROBLEMS,
  type Problem,
  type ProblemCode,
  problemOf,
  type Severity,
  type Trouble,
} from './parse/problem.ts';
export { placeOf, type SourceText, type Span, sourceOf } from './parse/source.ts';
export {
  entryOf,
  type ListNode,
  listOf,
  type MapNode,
  memberOf,
  plainOf,
  type ScalarNode,
  type TreeNode,
  textOf,
} from './parse/tree.ts';
export { readYaml } from './parse/yaml-tree.ts';
export { readStoredRules, type StoredReading, type StoredRules, storeRules } from './stored/stored-rules.ts';
export { fold } from './values/fold.ts';
export type { FieldValue } from './values/number.ts';
export type { Placeholders } from './values/placeholders.ts';
export type { Test } from './values/test.ts';
