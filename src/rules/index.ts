export { checkRules, evidenceProblems, type RuleCheck } from './check-rules.ts';
export { listRules, type RuleRow } from './list-rules.ts';
export { loadRuleSources, type RuleSources } from './load-rules.ts';
export { type EventsOutcome, type EventsRequest, readEvents } from './read-events.ts';
export { RULE_LIMITS, type RuleFileProblem, type RuleLimits } from './rule-text.ts';
export { isSelected, type RuleSelection, readExclusions } from './select-rules.ts';
export { type RouteSighting, Sightings } from './sightings.ts';
