export type {
  Dossier,
  DossierBinding,
  DossierConsumer,
  DossierFilter,
  LifecycleStep,
  LifecycleStepName,
  Origin,
  SeenIn,
  SubscriptionState,
  Term,
  Verdict,
} from './dossier.ts';
