export { type AssemblerOptions, SubscriptionAssembler } from './assembler.ts';
export type {
  Conflict,
  Dossier,
  DossierBinding,
  DossierConsumer,
  DossierFilter,
  DossierTimer,
  LifecycleStep,
  LifecycleStepName,
  Origin,
  OtherContent,
  Pinned,
  SeenIn,
  SubscriptionPart,
  SubscriptionState,
  Term,
  Verdict,
} from './dossier.ts';
export type { FiringJoin } from './firing.ts';
export { type SubscriptionKey, subscriptionId } from './identity.ts';
export { isNamespaceUnknown, namedSubscription, quotedName, subscriptionName } from './naming.ts';
export {
  firings,
  headActor,
  isDeclaredOnly,
  lateAct,
  programOf,
  sentenceOf,
  shortText,
  type Teller,
} from './sentence.ts';
export { compareEvents } from './sighting.ts';
