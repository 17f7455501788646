/** A value of a WMI property as a host holds it; null where nobody set it. */
export type HeldValue = string | number | boolean | null | readonly string[];

/** Who made an object: the same SID as bytes and as text. */
export interface Creator {
  readonly bytes: readonly number[];
  readonly text: string;
}

export const ADMINISTRATORS: Creator = {
  bytes: [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0],
  text: 'S-1-5-32-544',
};

/** The vector of DOMAIN 1.1's form: a user of a domain. */
export const A_USER: Creator = {
  bytes: [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0x51, 4, 0, 0],
  text: 'S-1-5-21-1-2-3-1105',
};

export interface HeldFilter {
  readonly name: string;
  readonly query: string;
  readonly eventNamespace: string;
  readonly creator: Creator;
}

export interface HeldConsumer {
  readonly className: string;
  readonly name: string;
  /** What somebody set, beside the name. */
  readonly values: Readonly<Record<string, HeldValue>>;
  readonly creator: Creator;
}

export interface HeldBinding {
  readonly filter: string;
  readonly consumer: string;
  readonly creator: Creator;
}

/** What one namespace of a host holds: the one description that every writer of this folder writes. */
export interface AuditedHost {
  readonly name: string;
  readonly domain: string;
  /** RFC 3339 in UTC. */
  readonly time: string;
  /** With back-slashes. */
  readonly namespace: string;
  readonly filters: readonly HeldFilter[];
  readonly consumers: readonly HeldConsumer[];
  readonly bindings: readonly HeldBinding[];
}

/** One planted subscription beside the one that every Windows has. */
export const SAMPLE_HOST: AuditedHost = {
  name: 'SRV-02',
  domain: 'corp.example',
  time: '2026-03-12T09:44:02.9180123Z',
  namespace: 'root\\subscription',
  filters: [
    {
      name: 'SCM Event Log Filter',
      query: 'select * from MSFT_SCMEventLogEvent',
      eventNamespace: 'root\\cimv2',
      creator: ADMINISTRATORS,
    },
    {
      name: 'Updater',
      query:
        "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Hour <> 3",
      eventNamespace: 'root\\cimv2',
      creator: A_USER,
    },
  ],
  consumers: [
    {
      className: 'NTEventLogEventConsumer',
      name: 'SCM Event Log Consumer',
      values: {
        EventType: 1,
        Category: 0,
        SourceName: 'Service Control Manager',
        NameOfUserSIDProperty: 'sid',
        InsertionStringTemplates: ['a', '', 'c d'],
      },
      creator: ADMINISTRATORS,
    },
    {
      className: 'CommandLineEventConsumer',
      name: 'Updater',
      values: {
        CommandLineTemplate: 'powershell.exe -nop -c "iex (gc C:\\x\\ü.txt) & \'y\' > z"',
        RunInteractively: false,
      },
      creator: A_USER,
    },
    {
      className: 'ActiveScriptEventConsumer',
      name: 'Script Updater',
      values: {
        ScriptingEngine: 'VBScript',
        ScriptText: 'Set o = CreateObject("WScript.Shell")\r\no.Run "calc.exe, 0"\r\n',
      },
      creator: A_USER,
    },
  ],
  bindings: [
    { filter: 'SCM Event Log Filter', consumer: 'SCM Event Log Consumer', creator: ADMINISTRATORS },
    { filter: 'Updater', consumer: 'Updater', creator: A_USER },
    { filter: 'Updater', consumer: 'Script Updater', creator: A_USER },
  ],
};

export function consumerNamed(host: AuditedHost, name: string): HeldConsumer {
  const found = host.consumers.find((consumer) => consumer.name === name);
  if (found === undefined) throw new Error(`the host has no consumer ${name}`);
  return found;
}

export function filterNamed(host: AuditedHost, name: string): HeldFilter {
  const found = host.filters.find((filter) => filter.name === name);
  if (found === undefined) throw new Error(`the host has no filter ${name}`);
  return found;
}

/** Properties of the classes as Windows lists them: in alphabetical order, the inherited ones first (Microsoft: WMI classes). */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  CommandLineEventConsumer: [
    'CommandLineTemplate',
    'CreateNewConsole',
    'CreateNewProcessGroup',
    'CreateSeparateWowVdm',
    'CreateSharedWowVdm',
    'DesktopName',
    'ExecutablePath',
    'FillAttribute',
    'ForceOffFeedback',
    'ForceOnFeedback',
    'KillTimeout',
    'Name',
    'Priority',
    'RunInteractively',
    'ShowWindowCommand',
    'UseDefaultErrorMode',
    'WindowTitle',
    'WorkingDirectory',
    'XCoordinate',
    'XNumCharacters',
    'XSize',
    'YCoordinate',
    'YNumCharacters',
    'YSize',
  ],
  ActiveScriptEventConsumer: ['KillTimeout', 'Name', 'ScriptFilename', 'ScriptingEngine', 'ScriptText'],
  NTEventLogEventConsumer: [
    'Category',
    'EventID',
    'EventType',
    'InsertionStringTemplates',
    'Name',
    'NameOfRawDataProperty',
    'NameOfUserSIDProperty',
    'NumberOfInsertionStrings',
    'SourceName',
    'UNCServerName',
  ],
};

const DEFAULTS: Readonly<Record<string, Readonly<Record<string, HeldValue>>>> = {
  CommandLineEventConsumer: {
    CreateNewConsole: false,
    CreateNewProcessGroup: false,
    CreateSeparateWowVdm: false,
    CreateSharedWowVdm: false,
    ForceOffFeedback: false,
    ForceOnFeedback: false,
    KillTimeout: 0,
    Priority: 32,
    RunInteractively: false,
    UseDefaultErrorMode: false,
  },
  ActiveScriptEventConsumer: { KillTimeout: 0 },
  NTEventLogEventConsumer: { EventID: 0, NumberOfInsertionStrings: 0 },
};

/** A property of an object as a cmdlet lists it; references stand for themselves. */
export type ListedValue =
  | HeldValue
  | { readonly bytes: readonly number[] }
  | { readonly className: string; readonly name: string };

/** An object with every property that its class has, null or not. */
export interface ListedObject {
  readonly className: string;
  /** Nearest first. */
  readonly superclasses: readonly string[];
  readonly properties: readonly (readonly [string, ListedValue])[];
}

const EVENTING = ['__IndicationRelated', '__SystemClass'];

/** All objects of the host, as `Get-CimInstance` of the three classes lists them. */
export function listedObjects(host: AuditedHost): readonly ListedObject[] {
  const filters = host.filters.map(
    ({ name, query, eventNamespace, creator }): ListedObject => ({
      className: '__EventFilter',
      superclasses: EVENTING,
      properties: [
        ['CreatorSID', { bytes: creator.bytes }],
        ['EventAccess', null],
        ['EventNamespace', eventNamespace],
        ['Name', name],
        ['Query', query],
        ['QueryLanguage', 'WQL'],
      ],
    }),
  );
  const consumers = host.consumers.map(({ className, name, values, creator }): ListedObject => {
    const held: Record<string, HeldValue> = { ...DEFAULTS[className], ...values, Name: name };
    const own = PROPERTIES[className] ?? Object.keys(held).sort();
    return {
      className,
      superclasses: ['__EventConsumer', ...EVENTING],
      properties: [
        ['CreatorSID', { bytes: creator.bytes }],
        ['MachineName', null],
        ['MaximumQueueSize', null],
        ...own.map((property) => [property, held[property] ?? null] as const),
      ],
    };
  });
  const bindings = host.bindings.map(
    ({ filter, consumer, creator }): ListedObject => ({
      className: '__FilterToConsumerBinding',
      superclasses: EVENTING,
      properties: [
        ['Consumer', { className: consumerNamed(host, consumer).className, name: consumer }],
        ['CreatorSID', { bytes: creator.bytes }],
        ['DeliverSynchronously', false],
        ['DeliveryQoS', null],
        ['Filter', { className: '__EventFilter', name: filter }],
        ['MaintainSecurityContext', false],
        ['SlowDownProviders', false],
      ],
    }),
  );
  return [...filters, ...consumers, ...bindings];
}

/** `\\.\root\subscription:__EventFilter.Name="x"`, from which parts can be left away. */
export function objectPath(className: string, name: string, server?: string, namespace?: string): string {
  const relative = `${className}.Name="${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  if (namespace === undefined) return relative;
  return `\\\\${server ?? '.'}\\${namespace}:${relative}`;
}
