import { canonicalTail } from '../windows/index.ts';
import type { MofValue } from './mof-reader.ts';

/** Text properties of an object by name; names compare without case. */
export type ObjectProperties = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** One of the five standard consumers (DOMAIN 1.1). */
export interface StandardConsumer {
  readonly className: string;
  /** The binary that runs it. */
  readonly provider: string;
  /** Own and inherited properties in canonical spelling, `Name` first. */
  readonly properties: readonly string[];
  /** Values that mean the same as an absent property. */
  readonly defaults: ReadonlyMap<string, string>;
}

const INHERITED = ['CreatorSID', 'MachineName', 'MaximumQueueSize'];

function consumer(
  className: string,
  provider: string,
  properties: string,
  defaults: readonly (readonly [string, string])[],
): StandardConsumer {
  return {
    className,
    provider,
    properties: ['Name', ...properties.split(' '), ...INHERITED],
    defaults: new Map(defaults),
  };
}

/** The five standard consumers with all their properties (DOMAIN 1.1). */
export const STANDARD_CONSUMERS: readonly StandardConsumer[] = [
  consumer(
    'CommandLineEventConsumer',
    'wbemcons.dll',
    'CommandLineTemplate ExecutablePath WorkingDirectory KillTimeout Priority RunInteractively DesktopName WindowTitle ' +
      'ShowWindowCommand UseDefaultErrorMode CreateNewConsole CreateNewProcessGroup CreateSeparateWowVdm ' +
      'CreateSharedWowVdm FillAttribute ForceOffFeedback ForceOnFeedback XCoordinate YCoordinate XSize YSize ' +
      'XNumCharacters YNumCharacters',
    [
      ['KillTimeout', '0'],
      ['Priority', '32'],
      ['RunInteractively', 'false'],
      ['UseDefaultErrorMode', 'false'],
      ['CreateNewConsole', 'false'],
      ['CreateNewProcessGroup', 'false'],
      ['CreateSeparateWowVdm', 'false'],
      ['CreateSharedWowVdm', 'false'],
      ['ForceOffFeedback', 'false'],
      ['ForceOnFeedback', 'false'],
    ],
  ),
  consumer('ActiveScriptEventConsumer', 'scrcons.exe', 'ScriptingEngine ScriptText ScriptFileName KillTimeout', [
    ['KillTimeout', '0'],
  ]),
  consumer('LogFileEventConsumer', 'wbemcons.dll', 'Filename Text MaximumFileSize IsUnicode', [
    ['MaximumFileSize', '65535'],
    ['IsUnicode', 'false'],
  ]),
  consumer(
    'NTEventLogEventConsumer',
    'wbemcons.dll',
    'EventID EventType Category SourceName NumberOfInsertionStrings InsertionStringTemplates NameOfRawDataProperty ' +
      'NameOfUserSIDProperty UNCServerName',
    [
      ['EventID', '0'],
      ['NumberOfInsertionStrings', '0'],
    ],
  ),
  consumer(
    'SMTPEventConsumer',
    'wbemcons.dll',
    'SMTPServer FromLine ToLine CcLine BccLine ReplyToLine Subject Message HeaderFields',
    [],
  ),
];

const BY_NAME: ReadonlyMap<string, StandardConsumer> = new Map(
  STANDARD_CONSUMERS.map((entry) => [entry.className.toLowerCase(), entry]),
);

/** The standard consumer of this class name (any case), or undefined for any other class. */
export function standardConsumer(className: string): StandardConsumer | undefined {
  return BY_NAME.get(className.toLowerCase());
}

/** The class name in its own spelling where it is a standard one, else as written. */
export function canonicalClassName(className: string): string {
  return standardConsumer(className)?.className ?? className;
}

const OBJECT_PROPERTIES: ReadonlyMap<string, string> = new Map(
  [
    ...STANDARD_CONSUMERS.flatMap((entry) => entry.properties),
    ...['Query', 'QueryLanguage', 'EventNamespace', 'EventAccess'],
    ...['Consumer', 'Filter', 'DeliverSynchronously', 'DeliveryQoS', 'MaintainSecurityContext', 'SlowDownProviders'],
  ].map((name) => [name.toLowerCase(), name]),
);

/** A property name in the spelling of DOMAIN 1.1 (`scriptfilename` gives `ScriptFileName`); unknown ones as written. */
export function canonicalPropertyName(name: string): string {
  return OBJECT_PROPERTIES.get(name.toLowerCase()) ?? name;
}

/** An array as one text: `{1, 5, 0}`, or with quotes where an item is no plain word. */
export function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => (/^[\w.+-]{1,64}$/.test(item) ? item : JSON.stringify(item))).join(', ')}}`;
}

/** Properties in canonical spelling as texts, NULL ones left out, arrays as `{..}`; in the order given. */
export function canonicalProperties(properties: Iterable<readonly [string, MofValue]>): Map<string, string> {
  const result = new Map<string, string>();
  for (const [name, value] of properties) {
    const canonical = canonicalPropertyName(name);
    if (value === null || result.has(canonical)) continue;
    result.set(canonical, typeof value === 'string' ? value : arrayText(value));
  }
  return result;
}

/** True for a value that says nothing: empty, or an array without a filled item. */
export function isEmptyValue(value: string): boolean {
  return value === '' || value === '{}' || value === '{""}';
}

/**
 * True when a value means the same as an absent property: it is empty or the class's default. 5861 leaves such properties
 * out, the repository holds them.
 */
export function isDefaultValue(className: string, property: string, value: string): boolean {
  if (isEmptyValue(value)) return true;
  const fallback = standardConsumer(className)?.defaults.get(canonicalPropertyName(property));
  return fallback !== undefined && fallback === value.trim().toLowerCase();
}

/** The properties of either form as entries. */
export function propertyEntries(properties: ObjectProperties): Iterable<readonly [string, string]> {
  return properties instanceof Map ? properties : Object.entries(properties as Readonly<Record<string, string>>);
}

/** A property by name without case; undefined when absent. */
export function propertyOf(properties: ObjectProperties, name: string): string | undefined {
  if (properties instanceof Map) {
    const exact: unknown = properties.get(name);
    if (typeof exact === 'string') return exact;
  }
  const wanted = name.toLowerCase();
  for (const [key, value] of propertyEntries(properties)) {
    if (key.toLowerCase() === wanted) return value;
  }
  return undefined;
}

/**
 * The text that runs (PRODUCT 7.1): ScriptText, else ScriptFileName, else ExecutablePath when it is set and the template
 * is empty, else CommandLineTemplate. Undefined when the class has none or nobody saw it.
 */
export function payloadOf(className: string | null, properties: ObjectProperties): string | undefined {
  const kind = className === null ? undefined : standardConsumer(className)?.className;
  const filled = (name: string): string | undefined => {
    const value = propertyOf(properties, name);
    return value === undefined || value.trim() === '' ? undefined : value;
  };
  const script = (): string | undefined => filled('ScriptText') ?? filled('ScriptFileName');
  const command = (): string | undefined => filled('CommandLineTemplate') ?? filled('ExecutablePath');
  if (kind === 'ActiveScriptEventConsumer') return script();
  if (kind === 'CommandLineEventConsumer') return command();
  if (kind !== undefined) return undefined;
  return script() ?? command();
}

const SYSMON_TYPES: ReadonlyMap<string, string> = new Map([
  ['command line', 'CommandLineEventConsumer'],
  ['script', 'ActiveScriptEventConsumer'],
]);

/**
 * The class behind the `Type` of Sysmon 20. Only `Command Line` and `Script` are known from records (DOMAIN 2.1); any
 * other text gives null: the class then comes from 21 or 5861.
 */
export function consumerClassOfSysmonType(type: string): string | null {
  return SYSMON_TYPES.get(type.trim().toLowerCase()) ?? null;
}

/** The CT term of a dossier's sum (DOMAIN 3.3). */
export interface ConsumerWeight {
  readonly code: 'CT1' | 'CT2' | 'CT3' | 'CT4' | 'CT5' | 'CT6';
  readonly points: number;
  /** "command line consumer", "log file consumer that writes C:\x.vbs". */
  readonly text: string;
}

const RUNNABLE =
  /\.(?:exe|com|scr|dll|cpl|sys|bat|cmd|ps1|psm1|psd1|vbs|vbe|js|jse|wsf|wsh|sct|hta|lnk|url|scf|msi|mof|inf|reg|chm|jar|py|asp|aspx|ashx|asmx|jsp|php|cshtml|config|xll|xlam|docm|xlsm)(?:::?\$?\w{0,16})?$/;
const WEB_ROOT = /\\(?:inetpub\\wwwroot|wwwroot|htdocs|webapps|clientaccess|frontend\\httpproxy)\\/;
const STARTUP = /\\start menu\\programs\\start-?up\\/;
const SYSTEM_FOLDER = /^\\windows\\(?:system32|syswow64|sysnative)\\/;

/** Why what is written to this file can run (DOMAIN S03), or undefined for an ordinary log. */
export function runnableTarget(filename: string): string | undefined {
  const tail = canonicalTail(filename);
  // Trailing dots and blanks fall away when Windows opens the file.
  const bare = tail.replace(/[. ]{1,255}$/, '');
  if (RUNNABLE.test(bare)) return 'a file type that runs';
  if (tail.startsWith('\\\\')) return 'a file on another host';
  if (STARTUP.test(tail)) return 'the Startup folder';
  if (WEB_ROOT.test(tail)) return 'a web root';
  if (SYSTEM_FOLDER.test(tail)) return 'a system folder';
  return undefined;
}

/** The weight of a consumer by class and content (DOMAIN 3.3); undefined for an unknown class (SETTLED A7). */
export function consumerWeight(className: string | null, properties: ObjectProperties): ConsumerWeight | undefined {
  if (className === null) return undefined;
  switch (standardConsumer(className)?.className) {
    case 'ActiveScriptEventConsumer':
      return { code: 'CT1', points: 25, text: 'script consumer' };
    case 'CommandLineEventConsumer':
      return { code: 'CT2', points: 20, text: 'command line consumer' };
    case 'SMTPEventConsumer':
      return { code: 'CT4', points: 10, text: 'mail consumer' };
    case 'NTEventLogEventConsumer':
      return { code: 'CT6', points: 0, text: 'event log consumer' };
    case 'LogFileEventConsumer': {
      const filename = propertyOf(properties, 'Filename');
      const why = filename === undefined ? undefined : runnableTarget(filename);
      if (why === undefined) return { code: 'CT5', points: 8, text: 'log file consumer' };
      return { code: 'CT5', points: 25, text: `log file consumer that writes ${why}` };
    }
    case undefined:
      if (className.toLowerCase() === 'msft_ucscenariocontrol') {
        return { code: 'CT6', points: 0, text: 'control of XP’s updating consumers, known by its name' };
      }
      return { code: 'CT3', points: 25, text: `custom consumer class ${className}` };
    default:
      return { code: 'CT3', points: 25, text: `custom consumer class ${className}` };
  }
}
