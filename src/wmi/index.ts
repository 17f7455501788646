export {
  BENIGN_SUBSCRIPTIONS,
  type BenignMatch,
  type BenignSubscription,
  matchBenign,
  type SeenSubscription,
} from './benign.ts';
export { type BindingCause, parse5861Cause } from './binding-cause.ts';
export {
  arrayText,
  type ConsumerWeight,
  canonicalClassName,
  canonicalProperties,
  canonicalPropertyName,
  consumerClassOfSysmonType,
  consumerWeight,
  isDefaultValue,
  type ObjectProperties,
  payloadOf,
  propertyOf,
  runnableTarget,
  STANDARD_CONSUMERS,
  type StandardConsumer,
  standardConsumer,
} from './consumers.ts';
export { creatorSidOf } from './creator.ts';
export { type Fingerprint, fingerprintOf, loosened, type SubscriptionContent } from './fingerprint.ts';
export { type HiddenData, type HiddenKind, type HiddenReason, hiddenData } from './hidden-data.ts';
export {
  decodeMof,
  isCompiledMof,
  type MofClass,
  type MofDirective,
  type MofDocument,
  type MofDocumentInstance,
  readMofDocument,
} from './mof-document.ts';
export {
  type MofInstance,
  type MofParse,
  type MofProblem,
  type MofValue,
  mofProperty,
  mofText,
  parseMofInstances,
} from './mof-reader.ts';
export { escapeMofString, unescapeMofString } from './mof-string.ts';
export {
  analysePayload,
  type CreatingCall,
  creatingCalls,
  PAYLOAD_LIMITS,
  type PayloadAnalysis,
  type PayloadKind,
  type PayloadLimits,
  type ToolCommand,
  unwrapKnownTool,
} from './payload/index.ts';
export {
  canonicalNamespace,
  type NamespacePath,
  parseNamespace,
  parseReference,
  referenceName,
  type WmiReference,
} from './reference.ts';
export { isConsumerProviderName, isStockConsumerClass, oddConsumerRegistration, oddProvider } from './registrations.ts';
export { mentionsSecurityTool, securityToolOf } from './security-tools.ts';
export { unwrapSysmonValue } from './sysmon-value.ts';
export { matchesTemplate } from './template.ts';
export { reasonsNotToFire } from './trap-notes.ts';
export { classifyTrigger, pollSeconds, triggerPoints } from './trigger.ts';
export type { Indicator, PayloadFeature, PayloadLayer, Trigger, TriggerFamily } from './types.ts';
export { MAX_WQL_DEPTH, MAX_WQL_LENGTH, parseWql } from './wql-parser.ts';
export { normaliseQuery, wqlText } from './wql-text.ts';
export type {
  WqlAssociation,
  WqlExpression,
  WqlGroup,
  WqlOperand,
  WqlOperator,
  WqlProblem,
  WqlQuery,
  WqlSelect,
} from './wql-types.ts';
