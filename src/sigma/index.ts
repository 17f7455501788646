export { type CheckedCorrelation, type Checking, type CheckOptions, checkDocuments } from './check/check.ts';
export type { CorrelationType } from './check/check-correlation.ts';
export type { Logsource } from './check/logsource.ts';
export { type Metadata, type Related, STATUSES, type Status } from './check/metadata.ts';
export type { RuledRoute } from './compile/compile-route.ts';
export {
  type CompiledCorrelation,
  type CompiledRule,
  type CompileOptions,
  type Compiling,
  type CorrelationMember,
  compileRules,
  type RuleSource,
  type Rules,
} from './compile/compile-rules.ts';
export type { Atom, Ir, Origin } from './compile/ir.ts';
export { IDENTITY, IDENTITY_ROUTE, type Route, type Taxonomy } from './compile/taxonomy.ts';
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
