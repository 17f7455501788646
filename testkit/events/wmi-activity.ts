import { type FieldInputs, fieldValues, type Layout } from './field-list.ts';
import type { EventModel, Setting } from './model.ts';
import { type MofConsumer, type MofFilter, possibleCause } from './mof.ts';
import { type EventSource, eventData, modelOf } from './source.ts';

export const WMI_ACTIVITY: EventSource = {
  provider: 'Microsoft-Windows-WMI-Activity',
  providerGuid: '1418EF04-B0B4-4623-BF7E-D74AB47BBDAA',
  channel: 'Microsoft-Windows-WMI-Activity/Operational',
  level: 0,
  keywords: 0x4000000000000000n,
  userSid: 'S-1-5-18',
  processId: 2936,
};

const XMLNS = 'http://manifests.microsoft.com/win/2006/windows/WMI';

/** Element and fields of DOMAIN 2.1; note the mixture of cases. */
const KINDS: Readonly<Record<number, { readonly element: string; readonly layout: Layout; readonly level: number }>> = {
  5857: {
    element: 'Operation_StartedOperational',
    layout: 'ProviderName Code:hex32 HostProcess ProcessID:u32 ProviderPath',
    level: 0,
  },
  5858: {
    element: 'Operation_ClientFailure',
    layout: 'Id:guid ClientMachine User ClientProcessId:u32 Component Operation ResultCode:hex32 PossibleCause',
    level: 2,
  },
  5859: {
    element: 'Operation_EssStarted',
    layout: 'NamespaceName Query User Processid:u32 Provider queryid:u32 PossibleCause',
    level: 0,
  },
  5860: {
    element: 'Operation_TemporaryEssStarted',
    layout: 'NamespaceName Query User Processid:u32 ClientMachine PossibleCause',
    level: 0,
  },
  5861: { element: 'Operation_ESStoConsumerBinding', layout: 'Namespace ESS CONSUMER PossibleCause', level: 0 },
};

const CLIENT = 'ClientMachine ClientMachineFQDN User ClientProcessId:u32 ClientProcessCreationTime:u64';

/** Templates of the Trace channel (DOMAIN 2.1). */
const TRACE: Readonly<Record<number, Layout>> = {
  11: `CorrelationId GroupOperationId:u32 OperationId:u32 Operation ${CLIENT} NamespaceName IsLocal:bool`,
  22: `CorrelationId GroupOperationId:u32 OperationId:u32 ClassName MethodName ImplementationClass ${CLIENT} NamespaceName IsLocal:bool`,
  23: `CorrelationId GroupOperationId:u32 OperationId:u32 Commandline CreatedProcessId:u32 CreatedProcessCreationTime:u64 ${CLIENT} IsLocal:bool`,
};

/** Any event of the Trace channel: 11 an operation, 22 a method call, 23 a process that was started. */
export function traced(eventId: 11 | 22 | 23, fields: FieldInputs = {}, setting: Setting = {}): EventModel {
  const source = { ...WMI_ACTIVITY, channel: 'Microsoft-Windows-WMI-Activity/Trace' };
  return eventData(source, eventId, { layout: TRACE[eventId] ?? '' }, fields, setting);
}

/** Any event of the Operational channel, in UserData. */
export function event(eventId: number, fields: FieldInputs = {}, setting: Setting = {}): EventModel {
  const kind = KINDS[eventId];
  if (kind === undefined) throw new Error(`no layout for WMI-Activity ${eventId}`);
  const body = {
    kind: 'userData' as const,
    element: kind.element,
    xmlns: XMLNS,
    fields: fieldValues(kind.layout, fields),
  };
  return modelOf(WMI_ACTIVITY, eventId, { level: kind.level }, body, setting);
}

/** 5861: a binding, with filter and consumer as MOF text. */
export function binding(
  filter: MofFilter,
  consumer: MofConsumer,
  setting: Setting & { readonly namespace?: string } = {},
): EventModel {
  return event(
    5861,
    {
      Namespace: setting.namespace ?? '//./root/subscription',
      ESS: filter.name,
      CONSUMER: `${consumer.class}="${consumer.name}"`,
      PossibleCause: possibleCause(filter, consumer),
    },
    setting,
  );
}

const SCM_SID = 'S-1-5-32-544';
const SCM_QUERY = 'select * from MSFT_SCMEventLogEvent';

/** The triad that every Windows has: SCM Event Log Filter and Consumer (DOMAIN 6). */
export function scmBinding(setting: Setting = {}): EventModel {
  return binding(
    {
      name: 'SCM Event Log Filter',
      query: SCM_QUERY,
      eventNamespace: 'root\\cimv2',
      creatorSid: SCM_SID,
    },
    {
      class: 'NTEventLogEventConsumer',
      name: 'SCM Event Log Consumer',
      properties: { Category: 0, EventType: 1, NameOfUserSIDProperty: 'sid', SourceName: 'Service Control Manager' },
      creatorSid: SCM_SID,
    },
    setting,
  );
}

/** 5859: a permanent filter woke its event provider. */
export function filterActivated(
  facts: { readonly query: string; readonly ownerSid: string; readonly provider: string; readonly namespace?: string },
  setting: Setting = {},
): EventModel {
  return event(
    5859,
    {
      NamespaceName: facts.namespace ?? '//./root/CIMV2',
      Query: facts.query,
      User: facts.ownerSid,
      Processid: setting.processId ?? WMI_ACTIVITY.processId,
      Provider: facts.provider,
      PossibleCause: 'Permanent',
    },
    setting,
  );
}

export function scmActivated(setting: Setting = {}): EventModel {
  return filterActivated({ query: SCM_QUERY, ownerSid: SCM_SID, provider: 'SCM Event Provider' }, setting);
}

/** 5857: a provider was loaded. */
export function providerStarted(name: string, path: string, pid: number, setting: Setting = {}): EventModel {
  return event(
    5857,
    { ProviderName: name, HostProcess: 'wmiprvse.exe', ProcessID: pid, ProviderPath: path },
    { processId: pid, ...setting },
  );
}

/** 5858: a client's call failed. */
export function clientFailure(
  facts: {
    readonly machine: string;
    readonly user: string;
    readonly pid: number;
    readonly operation: string;
    readonly resultCode: number;
  },
  setting: Setting = {},
): EventModel {
  return event(
    5858,
    {
      ClientMachine: facts.machine,
      User: facts.user,
      ClientProcessId: facts.pid,
      Component: 'Unknown',
      Operation: facts.operation,
      ResultCode: facts.resultCode,
      PossibleCause: 'Unknown',
    },
    setting,
  );
}

/** 5860: a temporary subscription of a live client. */
export function temporarySubscription(
  facts: {
    readonly namespace: string;
    readonly query: string;
    readonly user: string;
    readonly pid: number;
    readonly machine: string;
  },
  setting: Setting = {},
): EventModel {
  return event(
    5860,
    {
      NamespaceName: facts.namespace,
      Query: facts.query,
      User: facts.user,
      Processid: facts.pid,
      ClientMachine: facts.machine,
      PossibleCause: 'Temporary',
    },
    setting,
  );
}
