export {
  type CaseRemain,
  type CaseTrouble,
  type CaseTruth,
  type CimCase,
  partsOf,
  removeSubscription,
  smallRepository,
  touch,
  updater,
} from './case.ts';
export { CIM_CASES } from './cases.ts';
export type { ClassLayout, LayoutSlot } from './class-record.ts';
export { layOutClass } from './class-record.ts';
export { CONSUMER_CLASSES, CONSUMER_PROVIDERS } from './consumer-classes.ts';
export { changePage, type PagedFile, physicalOf, physicalPage, recordOffset } from './damage.ts';
export type {
  Generation,
  PutOptions,
  RepositoryFiles,
  RepositoryOptions,
  TrueClass,
  TrueInstance,
} from './generation.ts';
export { instanceKeyHash, nameHash, type RecordAddress, type RepositoryLayout, SYSTEM_NAMESPACE } from './key-text.ts';
export {
  arrayProperty,
  CIM_TYPES,
  type CimScalar,
  type CimType,
  type CimValue,
  type ClassModel,
  flag,
  type InstanceValues,
  keyProperty,
  type PropertyModel,
  property,
  type QualifierModel,
  referenceProperty,
  sidBytes,
} from './model.ts';
export { PAGE_BYTES } from './object-pages.ts';
export { defineConsumers, type OrdinaryOptions, ordinaryRepository } from './ordinary.ts';
export { type PlantedRepository, plantedRepository } from './planted.ts';
export { RepositoryWriter } from './repository-writer.ts';
export { type AccessEntry, STOCK_ACCESS, securityDescriptor } from './security-descriptor.ts';
export {
  absoluteTimer,
  type ConsumerClass,
  FULL_CONSUMERS,
  intervalTimer,
  plantSubscription,
  type ReferenceForm,
  SUBSCRIPTION_NAMESPACE,
  type SubscriptionPlan,
  stockSubscription,
  type TrueSubscription as TrueRepositorySubscription,
  USER_SID,
} from './subscription.ts';
export { readTargetPath, type TargetPath, targetPath } from './target-path.ts';
