import type { PutOptions, TrueInstance } from './generation.ts';
import { type InstanceValues, sidBytes } from './model.ts';
import type { RepositoryWriter } from './repository-writer.ts';
import { targetPath } from './target-path.ts';

export type ConsumerClass =
  | 'CommandLineEventConsumer'
  | 'ActiveScriptEventConsumer'
  | 'LogFileEventConsumer'
  | 'NTEventLogEventConsumer'
  | 'SMTPEventConsumer';

/** How a binding names its ends (CIM 7.3). */
export type ReferenceForm = 'relative' | 'local' | 'host' | 'slashes' | 'namespace' | 'unnamed';

export interface SubscriptionPlan {
  /** `root\subscription` unless said otherwise. */
  readonly namespace?: string;
  readonly name: string;
  /** Name of the consumer where it is another. */
  readonly consumerName?: string;
  readonly query?: string;
  readonly eventNamespace?: string;
  readonly consumer: { readonly className: string; readonly values?: InstanceValues };
  /** SID of the one who planted it; null leaves it empty, nothing said takes LocalSystem from the class. */
  readonly creator?: string | null;
  readonly references?: ReferenceForm;
  readonly host?: string;
  readonly filterOptions?: PutOptions;
  readonly consumerOptions?: PutOptions;
  readonly bindingOptions?: PutOptions;
}

export interface TrueSubscription {
  readonly filter: TrueInstance;
  readonly consumer: TrueInstance;
  readonly binding: TrueInstance;
}

export const SUBSCRIPTION_NAMESPACE = 'root\\subscription';
export const USER_SID = 'S-1-5-21-1111111111-2222222222-3333333333-1104';

/** Filter, consumer and binding, one after the other as a script makes them. */
export function plantSubscription(repository: RepositoryWriter, plan: SubscriptionPlan): TrueSubscription {
  const { namespace = SUBSCRIPTION_NAMESPACE, name, consumerName = name } = plan;
  const creator = creatorValue(plan.creator);
  const filter = repository.put(
    namespace,
    '__EventFilter',
    {
      Name: name,
      QueryLanguage: 'WQL',
      Query: plan.query ?? "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'notepad.exe'",
      EventNamespace: plan.eventNamespace ?? 'root\\cimv2',
      ...creator,
    },
    plan.filterOptions,
  );
  const consumer = repository.put(
    namespace,
    plan.consumer.className,
    { Name: consumerName, ...creator, ...plan.consumer.values },
    plan.consumerOptions,
  );
  const binding = repository.put(
    namespace,
    '__FilterToConsumerBinding',
    {
      Filter: reference(plan, namespace, '__EventFilter', name),
      Consumer: reference(plan, namespace, plan.consumer.className, consumerName),
      ...creator,
    },
    plan.bindingOptions,
  );
  return { filter, consumer, binding };
}

function creatorValue(creator: string | null | undefined): InstanceValues {
  if (creator === undefined) return { CreatorSID: sidBytes(USER_SID) };
  return { CreatorSID: creator === null ? null : sidBytes(creator) };
}

function reference(plan: SubscriptionPlan, namespace: string, className: string, name: string): string {
  const keys = { Name: name };
  switch (plan.references ?? 'relative') {
    case 'relative':
      return targetPath(className, keys);
    case 'local':
      return targetPath(className, keys, { host: '.', namespace });
    case 'host':
      return targetPath(className, keys, { host: plan.host ?? 'SRV-02', namespace: namespace.toUpperCase() });
    case 'namespace':
      return targetPath(className, keys, { namespace });
    case 'unnamed':
      return targetPath(className, keys).replace('.Name=', '=');
    case 'slashes':
      return `//./${namespace.replaceAll('\\', '/')}:${targetPath(className, keys)}`;
  }
}

/** A value for each property of each standard class: what a reader must give back whole (CIM 7.2). */
export const FULL_CONSUMERS: Readonly<Record<ConsumerClass, InstanceValues>> = {
  CommandLineEventConsumer: {
    ExecutablePath: 'C:\\Windows\\System32\\cmd.exe',
    CommandLineTemplate: 'cmd.exe /c "echo %TargetInstance.Name% >> C:\\ProgramData\\seen.txt"',
    UseDefaultErrorMode: true,
    CreateNewConsole: true,
    CreateNewProcessGroup: true,
    CreateSeparateWowVdm: true,
    CreateSharedWowVdm: true,
    Priority: 128,
    WorkingDirectory: 'C:\\ProgramData',
    DesktopName: 'WinSta0\\Default',
    WindowTitle: 'Updater',
    XCoordinate: 1,
    YCoordinate: 2,
    XSize: 300,
    YSize: 200,
    XNumCharacters: 80,
    YNumCharacters: 25,
    FillAttribute: 7,
    ShowWindowCommand: 0xfffffffe,
    ForceOnFeedback: true,
    ForceOffFeedback: true,
    RunInteractively: true,
    KillTimeout: 45,
    MachineName: 'SRV-02',
    MaximumQueueSize: 65536,
  },
  ActiveScriptEventConsumer: {
    ScriptingEngine: 'VBScript',
    ScriptText: 'Set s = CreateObject("WScript.Shell")\r\ns.Run "calc.exe", 0, False\r\n',
    ScriptFilename: 'C:\\ProgramData\\update.vbs',
    KillTimeout: 90,
    MachineName: '',
    MaximumQueueSize: 0,
  },
  LogFileEventConsumer: {
    Filename: 'C:\\inetpub\\wwwroot\\a.aspx',
    Text: '<%@ Page Language="C#" %>',
    MaximumFileSize: 0x1_0000_0001n,
    IsUnicode: true,
    MachineName: null,
    MaximumQueueSize: 1,
  },
  NTEventLogEventConsumer: {
    UNCServerName: '\\\\SRV-02',
    SourceName: 'Updater',
    EventID: 4242,
    EventType: 4,
    Category: 7,
    NumberOfInsertionStrings: 2,
    InsertionStringTemplates: ['%TargetInstance.Name%', 'second'],
    NameOfRawDataProperty: 'raw',
    NameOfUserSIDProperty: 'sid',
    MachineName: 'SRV-02',
    MaximumQueueSize: 0xffffffff,
  },
  SMTPEventConsumer: {
    SMTPServer: 'mail.example.test',
    Subject: 'seen',
    FromLine: 'a@example.test',
    ReplyToLine: 'b@example.test',
    Message: 'line one\r\nline two',
    ToLine: 'c@example.test',
    CcLine: 'd@example.test',
    BccLine: 'e@example.test',
    HeaderFields: ['X-One: 1', 'X-Two: 2'],
    MachineName: 'SRV-02',
    MaximumQueueSize: 5,
  },
};

export function intervalTimer(
  repository: RepositoryWriter,
  namespace: string,
  timerId: string,
  milliseconds: number,
): TrueInstance {
  return repository.put(namespace, '__IntervalTimerInstruction', {
    TimerId: timerId,
    IntervalBetweenEvents: milliseconds,
    SkipIfPassed: false,
  });
}

/** `time` in the form of DMTF: `20260312094400.000000+000`. */
export function absoluteTimer(
  repository: RepositoryWriter,
  namespace: string,
  timerId: string,
  time: string,
): TrueInstance {
  return repository.put(namespace, '__AbsoluteTimerInstruction', { TimerId: timerId, EventDateTime: time });
}

/** The stock triad of every Windows (CIM 8.1). */
export function stockSubscription(
  repository: RepositoryWriter,
  namespace: string = SUBSCRIPTION_NAMESPACE,
): TrueSubscription {
  return plantSubscription(repository, {
    namespace,
    name: 'SCM Event Log Filter',
    consumerName: 'SCM Event Log Consumer',
    query: 'select * from MSFT_SCMEventLogEvent',
    consumer: {
      className: 'NTEventLogEventConsumer',
      values: { SourceName: 'Service Control Manager', EventType: 1, Category: 0, NameOfUserSIDProperty: 'sid' },
    },
    creator: 'S-1-5-32-544',
  });
}
