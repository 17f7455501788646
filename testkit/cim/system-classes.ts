import {
  arrayProperty,
  type ClassModel,
  flag,
  keyProperty,
  type PropertyModel,
  property,
  type QualifierModel,
  referenceProperty,
  sidBytes,
} from './model.ts';

const READ = flag('read', 0x13);
const NOT_NULL = flag('not_null', 0x13);
const INTERVAL: QualifierModel = { name: 'SUBTYPE', type: 'string', value: 'interval', flavour: 3 };

function units(value: string): QualifierModel {
  return { name: 'units', type: 'string', value, flavour: 0x13 };
}

function texts(name: string, value: readonly string[]): QualifierModel {
  return { name, type: 'string', isArray: true, value, flavour: 2 };
}

/** Owner of a subscription; the classes give LocalSystem where nobody is named, as real ones do. */
const CREATOR_SID: PropertyModel = arrayProperty('CreatorSID', 'uint8', {
  byDefault: sidBytes('S-1-5-18'),
  qualifiers: [READ],
});

/** A registration is keyed by its provider, which the abstract base only declares. */
const KEYED_PROVIDER: PropertyModel = { name: 'provider', type: 'reference', isKey: true };

function strings(...names: readonly string[]): PropertyModel[] {
  return names.map((name) => property(name, 'string'));
}

function booleans(...names: readonly string[]): PropertyModel[] {
  return names.map((name) => property(name, 'boolean'));
}

const PROVIDERS: readonly ClassModel[] = [
  { name: '__Provider', superclass: '__SystemClass', isAbstract: true, properties: [keyProperty('Name')] },
  {
    name: '__Win32Provider',
    superclass: '__Provider',
    properties: [
      ...strings('CLSID', 'ClientLoadableCLSID', 'DefaultMachineName'),
      property('UnloadTimeout', 'datetime', { qualifiers: [INTERVAL] }),
      property('InitializeAsAdminFirst', 'boolean'),
      property('Version', 'uint32'),
      property('ImpersonationLevel', 'sint32', { byDefault: 0, qualifiers: [texts('Values', ['None'])] }),
      property('InitializationReentrancy', 'sint32', {
        byDefault: 0,
        qualifiers: [texts('Values', ['CLSID', 'Namespace', 'COM Object'])],
      }),
      property('PerUserInitialization', 'boolean', { byDefault: false }),
      property('PerLocaleInitialization', 'boolean', { byDefault: false }),
      property('Pure', 'boolean', { byDefault: true }),
      property('HostingModel', 'string', { qualifiers: [texts('Values', [])] }),
      property('Concurrency', 'sint32'),
      ...booleans('SupportsSendStatus', 'SupportsExplicitShutdown', 'SupportsExtendedStatus', 'SupportsThrottling'),
      property('OperationTimeoutInterval', 'datetime', { qualifiers: [INTERVAL] }),
      property('InitializationTimeoutInterval', 'datetime', { qualifiers: [INTERVAL] }),
      ...booleans('SupportsQuotas', 'Enabled', 'SupportsShutdown'),
      property('SecurityDescriptor', 'string'),
    ],
  },
  {
    name: '__ProviderRegistration',
    superclass: '__SystemClass',
    isAbstract: true,
    properties: [referenceProperty('provider', '__Provider')],
  },
  {
    name: '__EventConsumerProviderRegistration',
    superclass: '__ProviderRegistration',
    properties: [KEYED_PROVIDER, arrayProperty('ConsumerClassNames', 'string')],
  },
  {
    name: '__EventProviderRegistration',
    superclass: '__ProviderRegistration',
    properties: [KEYED_PROVIDER, arrayProperty('EventQueryList', 'string')],
  },
  { name: '__MethodProviderRegistration', superclass: '__ProviderRegistration', properties: [KEYED_PROVIDER] },
  {
    name: '__ObjectProviderRegistration',
    superclass: '__ProviderRegistration',
    isAbstract: true,
    properties: [
      property('SupportsPut', 'boolean', { byDefault: false }),
      property('SupportsGet', 'boolean', { byDefault: false }),
      property('SupportsDelete', 'boolean', { byDefault: false }),
      property('SupportsEnumeration', 'boolean', { byDefault: false }),
      arrayProperty('QuerySupportLevels', 'string'),
      property('InteractionType', 'sint32', { byDefault: 0 }),
      ...booleans('SupportsBatching', 'SupportsTransactions'),
    ],
  },
  { name: '__InstanceProviderRegistration', superclass: '__ObjectProviderRegistration', properties: [KEYED_PROVIDER] },
];

const EVENTS: readonly ClassModel[] = [
  {
    name: '__Event',
    superclass: '__IndicationRelated',
    qualifiers: [flag('abstract', 0x13)],
    properties: [property('TIME_CREATED', 'uint64'), arrayProperty('SECURITY_DESCRIPTOR', 'uint8')],
  },
  { name: '__ExtrinsicEvent', superclass: '__Event' },
  { name: '__SystemEvent', superclass: '__ExtrinsicEvent' },
  {
    name: '__TimerEvent',
    superclass: '__Event',
    properties: [property('TimerId', 'string'), property('NumFirings', 'uint32')],
  },
  {
    name: '__InstanceOperationEvent',
    superclass: '__Event',
    properties: [property('TargetInstance', 'object')],
  },
  { name: '__InstanceCreationEvent', superclass: '__InstanceOperationEvent' },
  { name: '__InstanceDeletionEvent', superclass: '__InstanceOperationEvent' },
  {
    name: '__InstanceModificationEvent',
    superclass: '__InstanceOperationEvent',
    properties: [property('PreviousInstance', 'object')],
  },
];

/**
 * The system classes that a repository needs (CIM 12), laid out as those of Windows Server 2022 are: order of declaration, types,
 * defaults and qualifiers. Superclasses come first.
 */
export const SYSTEM_CLASSES: readonly ClassModel[] = [
  { name: '__SystemClass', isAbstract: true },
  { name: '__PARAMETERS', isAbstract: true },
  { name: '__SecurityRelatedClass', isAbstract: true },
  {
    name: '__thisNAMESPACE',
    superclass: '__SystemClass',
    isSingleton: true,
    properties: [arrayProperty('SECURITY_DESCRIPTOR', 'uint8')],
  },
  { name: '__NAMESPACE', superclass: '__SystemClass', properties: [keyProperty('Name')] },
  { name: '__IndicationRelated', superclass: '__SystemClass', isAbstract: true },
  {
    name: '__EventFilter',
    superclass: '__IndicationRelated',
    properties: [
      keyProperty('Name'),
      CREATOR_SID,
      ...strings('QueryLanguage', 'Query', 'EventNamespace', 'EventAccess'),
    ],
  },
  {
    name: '__EventConsumer',
    superclass: '__IndicationRelated',
    isAbstract: true,
    properties: [
      property('MachineName', 'string'),
      property('MaximumQueueSize', 'uint32', { qualifiers: [units('bytes')] }),
      CREATOR_SID,
    ],
  },
  {
    name: '__FilterToConsumerBinding',
    superclass: '__IndicationRelated',
    qualifiers: [flag('Association', 0x13)],
    properties: [
      referenceProperty('Filter', '__EventFilter', true),
      referenceProperty('Consumer', '__EventConsumer', true),
      property('DeliveryQoS', 'uint32'),
      property('DeliverSynchronously', 'boolean', { byDefault: false, qualifiers: [NOT_NULL] }),
      property('MaintainSecurityContext', 'boolean', { byDefault: false }),
      property('SlowDownProviders', 'boolean', { byDefault: false }),
      CREATOR_SID,
    ],
  },
  { name: '__EventGenerator', superclass: '__IndicationRelated', isAbstract: true },
  {
    name: '__TimerInstruction',
    superclass: '__EventGenerator',
    isAbstract: true,
    properties: [keyProperty('TimerId'), property('SkipIfPassed', 'boolean', { byDefault: false })],
  },
  {
    name: '__IntervalTimerInstruction',
    superclass: '__TimerInstruction',
    properties: [property('IntervalBetweenEvents', 'uint32', { qualifiers: [NOT_NULL, units('milliseconds')] })],
  },
  {
    name: '__AbsoluteTimerInstruction',
    superclass: '__TimerInstruction',
    properties: [property('EventDateTime', 'datetime', { qualifiers: [NOT_NULL] })],
  },
  ...PROVIDERS,
  ...EVENTS,
];
