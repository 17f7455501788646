export {
  applyPipelines,
  type DetectionNode,
  type FieldItem,
  type MappableRule,
  type Piped,
  type RuleParts,
} from './apply-pipeline.ts';
export { CATEGORIES, type Category, categoryOf } from './categories.ts';
export { type DerivedField, type FieldSource, SHARED_NAMES, SYSTEM_SOURCES } from './derived-fields.ts';
export { EventFields } from './event-fields.ts';
export { type EventHit, EventMatcher, type EventMatcherOptions, type HitFinder } from './event-matcher.ts';
export type { FieldReader } from './field-value.ts';
export { keepOf } from './keep.ts';
export {
  caseOf,
  type FieldKnowledge,
  fieldLint,
  type KnownFields,
  knowledgeOf,
  knownFieldsOf,
} from './known-fields.ts';
export { ObjectFields, type ObjectValue } from './object-fields.ts';
export { type ObjectHit, ObjectMatcher } from './object-matcher.ts';
export { pipelineChange } from './pipe-rules.ts';
export { MAX_PIPELINE_BYTES, readPipeline } from './pipeline.ts';
export type { Pipeline, PipelineProblem, PipelineReading, PipelineStep, PipelineValue } from './pipeline-types.ts';
export { MAX_PLACEHOLDER_BYTES, type PlaceholderReading, readPlaceholders } from './placeholders.ts';
export {
  isOfRoute,
  type LogSource,
  narrowedTo,
  type Route,
  type RouteCondition,
  type RouteProduct,
  seenIds,
} from './route.ts';
export { type Refusal, type Routing, routesOf } from './routes-of.ts';
export { SERVICES, type Service } from './services.ts';
export { LOG_SOURCES, sourceOfRoute } from './sigma-taxonomy.ts';
export { isTriadField, TRIAD_FIELDS } from './triad-fields.ts';
export { type BindingOperation, type VirtualEvent, virtualWmiEvents } from './virtual-events.ts';
export { ZEEK_LOGS, type ZeekLog } from './zeek-logs.ts';
