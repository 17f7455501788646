export { type CaseEvent, eventOfCase } from './case-event.ts';
export { checkRules, evidenceProblems, type RuleCheck } from './check-rules.ts';
export { type Conversion, type ConvertProblem, convertRule, TARGETS, type Target } from './convert/convert-rule.ts';
export { type CoveringRule, coveringRules, isInSight } from './covering-rules.ts';
export { type ChangedRule, type ComparedRule, diffRules, type RuleDiff } from './diff-rules.ts';
export {
  type EventExplanation,
  explainEvent,
  explainObject,
  type ItemExplanation,
  type RouteExplanation,
} from './explain-event.ts';
export { listRules, type RuleRow } from './list-rules.ts';
export { type CompiledFile, loadRuleSources, type RuleSources } from './load-rules.ts';
export {
  type CaseObject,
  type CaseProblem,
  type CasesReading,
  MAX_CASES_BYTES,
  MAX_OBJECT_DEPTH,
  type RuleCase,
  readCaseEvent,
  readCases,
} from './read-cases.ts';
export { type EventsOutcome, type EventsRequest, readEvents } from './read-events.ts';
export { type ReadRoute, type RuleReach, reachOf } from './rule-reach.ts';
export { RULE_LIMITS, type RuleFileProblem, type RuleLimits } from './rule-text.ts';
export { type CaseExplanation, type CaseResult, CaseRunner, holdsFiltersOnly } from './run-cases.ts';
export { runRegressions } from './run-regressions.ts';
export { type RouteSighting, Sightings } from './sightings.ts';
export { type TriedRules, triedOf, triedText } from './tried-rules.ts';
