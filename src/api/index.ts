export { type ClosingNeeds, closingNeeds, isVerdictBefore, VERDICT_CODES, type Verdict } from '../people/index.ts';
export type {
  EventDocument,
  EventPageDocument,
  HoldDocument,
  HoldRequest,
  SearchProgress,
  WholeEventDocument,
} from './event-schemas.ts';
export type {
  FindingRowDocument,
  FoundColumns,
  HostDocument,
  HostRowDocument,
  SubscriptionRowDocument,
} from './found-schemas.ts';
export { isOwnHost } from './host-header.ts';
export type {
  ClockDocument,
  DueTimeDocument,
  IncidentDocument,
  JudgedCountDocument,
} from './incident-document-schemas.ts';
export type { HistoryEntryDocument, TakenStepDocument, WorkTimeDocument } from './incident-history-schemas.ts';
export type {
  ActedDocument,
  ActionRequest,
  BulkActionRequest,
  IncidentIdsDocument,
  IncidentRowDocument,
  NoteRequest,
  OpenedDocument,
  OpenedRequest,
  StepRequest,
} from './incident-schemas.ts';
export { type CheckedBody, checkBody, MAX_JSON_BYTES } from './json-body.ts';
export {
  type ApiAnswer,
  type ApiRequest,
  type ApiResponse,
  type Caller,
  type Handler,
  jsonAnswer,
  refused,
  type SignedIn,
  type StreamOut,
} from './message.ts';
export { openApiDocument } from './openapi.ts';
export type { MessageDocument, RetryRequest, SignerDocument, SinkDocument } from './outbox-schemas.ts';
export type {
  NewPersonDocument,
  PersonDocument,
  PersonRequest,
  SecondRequestDocument,
  SessionDocument,
  SessionRowDocument,
} from './people-schemas.ts';
export {
  idempotencyKeyOf,
  KEY_OF_ANOTHER,
  PRECONDITIONS_IN_WORDS,
  preconditionProblem,
  seenTagOf,
} from './preconditions.ts';
export { type FieldProblem, PROBLEMS, type Problem, type ProblemCode, problemDocument, statusOf } from './problem.ts';
export { MOST_QUEUE_ROW_BYTES, QUEUE_COLUMNS, type QueueRow, type QueueValues, queueRowOf } from './queue-columns.ts';
export type { Access, RouteAnswer } from './route.ts';
export { type Routing, routeOf } from './router.ts';
export { type OperationId, ROUTES, type Route } from './routes.ts';
export type { RuleTestDocument, RuleTestRequest } from './rule-schemas.ts';
export type {
  AuditDocument,
  DeadLetterDocument,
  IngestDocument,
  KeyDocument,
  KeylessSenderDocument,
  KeyRequest,
  NewKeyDocument,
  Page,
  SenderDocument,
  SenderHostsRequest,
  SenderPage,
  SenderRequest,
  TimesDocument,
  TrafficDocument,
} from './schemas.ts';
export type { CarrierDocument, PinChoiceDocument, PinScopesDocument, ScopesDocument } from './scope-schemas.ts';
export { allShipperSettings, SHIPPERS, shipperSettings } from './shipper-settings.ts';
export type {
  PinDocument,
  PinRequest,
  PreviewRequest,
  ProposalDecision,
  ProposalRequest,
  SuppressionDocument,
  SuppressionRequest,
} from './tuning-schemas.ts';
export {
  EVENT_WORDS,
  type EventField,
  type EventTerm,
  type EventWordsReading,
  readEventWords,
} from './words/event-words.ts';
export {
  type AskedOf,
  IS_WORDS,
  type IsWord,
  isBegunWord,
  QUEUE_STATES,
  QUEUE_WORD_NAMES,
  QUEUE_WORDS,
  type QueueTerm,
  type QueueWord,
  type QueueWordsReading,
  readQueueWords,
  type WordPattern,
} from './words/queue-words.ts';
export { MOST_WORDS_TEXT, readWords, type Term, type WordProblem, type WordsReading } from './words/read-words.ts';
