import type { TriggerFamily } from './types.ts';

/** What an intrinsic event says happened to an object. */
export type ObjectChange = 'creation' | 'modification' | 'deletion';

/** An event class as far as Triad knows it (DOMAIN 1.2). */
export type EventClass =
  | { readonly kind: 'instance' | 'class' | 'namespace'; readonly changes: readonly ObjectChange[] }
  | { readonly kind: 'method' | 'timer' }
  /** `when` completes the sentence where the query names nothing. */
  | { readonly kind: 'extrinsic'; readonly family: TriggerFamily; readonly when: string };

const ALL: readonly ObjectChange[] = ['creation', 'modification', 'deletion'];

function intrinsic(kind: 'instance' | 'class' | 'namespace'): [string, EventClass][] {
  return [
    [`__${kind}operationevent`, { kind, changes: ALL }],
    ...ALL.map((change): [string, EventClass] => [`__${kind}${change}event`, { kind, changes: [change] }]),
  ];
}

function extrinsic(className: string, family: TriggerFamily, when: string): [string, EventClass] {
  return [className.toLowerCase(), { kind: 'extrinsic', family, when }];
}

/** Event classes and their parents, lower case: a query FROM a parent catches all its children. */
const EVENT_CLASSES: ReadonlyMap<string, EventClass> = new Map<string, EventClass>([
  ...intrinsic('instance'),
  ...intrinsic('class'),
  ...intrinsic('namespace'),
  ['__methodinvocationevent', { kind: 'method' }],
  ['__timerevent', { kind: 'timer' }],
  extrinsic('__Event', 'other', 'any event of the namespace is raised'),
  extrinsic('__ExtrinsicEvent', 'other', 'any event of a provider is raised'),
  extrinsic('__SystemEvent', 'WMI about WMI', 'WMI itself reports trouble'),
  extrinsic('__EventDroppedEvent', 'WMI about WMI', 'WMI drops an event'),
  extrinsic('__EventQueueOverflowEvent', 'WMI about WMI', 'a queue of WMI overflows'),
  extrinsic('__QOSFailureEvent', 'WMI about WMI', 'WMI cannot deliver an event'),
  extrinsic('__ConsumerFailureEvent', 'WMI about WMI', 'a consumer fails'),
  extrinsic('Win32_SystemTrace', 'process start', 'any process, thread or module starts or stops'),
  extrinsic('Win32_ProcessTrace', 'process start', 'any process starts or stops'),
  extrinsic('Win32_ProcessStartTrace', 'process start', 'any process starts'),
  extrinsic('Win32_ProcessStopTrace', 'process stop', 'any process stops'),
  extrinsic('Win32_ThreadTrace', 'other', 'any thread starts or stops'),
  extrinsic('Win32_ThreadStartTrace', 'other', 'any thread starts'),
  extrinsic('Win32_ThreadStopTrace', 'other', 'any thread stops'),
  extrinsic('Win32_ModuleTrace', 'module load', 'any module is loaded'),
  extrinsic('Win32_ModuleLoadTrace', 'module load', 'any module is loaded'),
  extrinsic('Win32_DeviceChangeEvent', 'USB or volume', 'a device is added or removed'),
  extrinsic('Win32_VolumeChangeEvent', 'USB or volume', 'a drive is plugged in or removed'),
  extrinsic('Win32_SystemConfigurationChangeEvent', 'USB or volume', 'the list of devices changes'),
  extrinsic('Win32_PowerManagementEvent', 'other', 'the power state changes'),
  extrinsic('Win32_ComputerSystemEvent', 'other', 'the computer shuts down or changes its state'),
  extrinsic('Win32_ComputerShutdownEvent', 'other', 'the computer shuts down or someone signs out'),
  extrinsic('Win32_IP4RouteTableEvent', 'other', 'a network route changes'),
  extrinsic('RegistryEvent', 'registry', 'a watched registry key changes'),
  extrinsic('RegistryTreeChangeEvent', 'registry', 'a registry tree changes'),
  extrinsic('RegistryKeyChangeEvent', 'registry', 'a registry key changes'),
  extrinsic('RegistryValueChangeEvent', 'registry', 'a registry value changes'),
  extrinsic('MSFT_SCMEvent', 'service', 'the Service Control Manager reports'),
  extrinsic('MSFT_SCMEventLogEvent', 'service', 'the Service Control Manager writes to the event log'),
]);

/** What is known of an event class by its name (any case); undefined for a class that is no known event class. */
export function eventClass(className: string): EventClass | undefined {
  const name = className.toLowerCase();
  const known = EVENT_CLASSES.get(name);
  if (known !== undefined) return known;
  if (name.startsWith('msft_wmiprovider_')) {
    return { kind: 'extrinsic', family: 'WMI about WMI', when: 'WMI calls a provider' };
  }
  return undefined;
}

/** A watched class: its family, and how a sentence calls one object of it. */
export interface WatchedClass {
  readonly family: TriggerFamily | 'counter' | 'clock' | 'broad';
  readonly noun: string;
}

function watched(family: WatchedClass['family'], noun: string, classNames: string): [string, WatchedClass][] {
  return classNames.split(' ').map((name) => [name.toLowerCase(), { family, noun }]);
}

/**
 * Classes whose objects intrinsic events tell about, with their parents (CIM and Win32 class tree): ISA of a parent is
 * true for its children. `broad` parents cover several families.
 */
const WATCHED: ReadonlyMap<string, WatchedClass> = new Map<string, WatchedClass>([
  ...watched('process start', 'process', 'Win32_Process CIM_Process Win32_ProcessStartup CIM_ProcessExecutable'),
  ...watched(
    'logon',
    'logon',
    'Win32_LogonSession Win32_Session Win32_LoggedOnUser Win32_SessionProcess Win32_NetworkLoginProfile',
  ),
  ...watched('logon', 'user profile', 'Win32_UserProfile'),
  ...watched('clock', 'clock', 'Win32_LocalTime Win32_UTCTime Win32_CurrentTime'),
  ...watched('service', 'service', 'Win32_Service Win32_BaseService CIM_Service Win32_TerminalService'),
  ...watched('service', 'driver', 'Win32_SystemDriver'),
  ...watched('file', 'folder', 'CIM_Directory Win32_Directory Win32_SubDirectory'),
  ...watched(
    'file',
    'file',
    'CIM_DataFile CIM_LogicalFile CIM_DirectoryContainsFile Win32_ShortcutFile Win32_CodecFile Win32_NTEventlogFile ' +
      'CIM_DeviceFile',
  ),
  ...watched('event-log doorbell', 'event', 'Win32_NTLogEvent Win32_NTLogEventLog'),
  ...watched(
    'USB or volume',
    'drive',
    'Win32_LogicalDisk CIM_LogicalDisk Win32_Volume CIM_StorageVolume CIM_StorageExtent Win32_DiskDrive CIM_DiskDrive ' +
      'Win32_DiskPartition Win32_MappedLogicalDisk Win32_CDROMDrive Win32_LogicalDiskToPartition MSFT_Disk MSFT_Volume',
  ),
  ...watched(
    'USB or volume',
    'device',
    'Win32_USBControllerDevice Win32_USBHub Win32_USBController CIM_USBDevice CIM_USBController Win32_PnPEntity ' +
      'Win32_PnPDevice CIM_LogicalDevice CIM_ControlledBy',
  ),
  ...watched('module load', 'module', 'CIM_ProcessExecutable'),
  ...watched('WMI about WMI', 'WMI event filter', '__EventFilter'),
  ...watched('WMI about WMI', 'WMI binding', '__FilterToConsumerBinding'),
  ...watched(
    'WMI about WMI',
    'WMI consumer',
    '__EventConsumer CommandLineEventConsumer ActiveScriptEventConsumer LogFileEventConsumer NTEventLogEventConsumer ' +
      'SMTPEventConsumer',
  ),
  ...watched('WMI about WMI', 'WMI timer', '__TimerInstruction __IntervalTimerInstruction __AbsoluteTimerInstruction'),
  ...watched(
    'WMI about WMI',
    'WMI object',
    '__IndicationRelated __SystemClass __Provider __Win32Provider __ProviderRegistration __EventProviderRegistration ' +
      '__EventConsumerProviderRegistration __Namespace __EventGenerator',
  ),
  ...watched('broad', 'object', 'CIM_ManagedSystemElement CIM_LogicalElement CIM_System CIM_Job'),
]);

const COUNTER = /^win32_perf(?:formatted|raw)?data(?:_|$)/;
const SYSTEM_COUNTER = /^win32_perf(?:formatted|raw)data_perfos_system$/;

/** What is known of a watched class by its name (any case). */
export function watchedClass(className: string): WatchedClass | undefined {
  const name = className.toLowerCase();
  const known = WATCHED.get(name);
  if (known !== undefined) return known;
  // Performance counters and the operating system's clock change between any two polls.
  if (COUNTER.test(name) || name === 'win32_perf' || name === 'win32_operatingsystem') {
    return { family: 'counter', noun: className };
  }
  return undefined;
}

/** True for the counter class that holds SystemUpTime. */
export function isSystemCounter(className: string): boolean {
  return SYSTEM_COUNTER.test(className.toLowerCase());
}

/** Objects of these classes exist once and for ever: they are modified, never created or deleted. */
export function isSingleton(className: string): boolean {
  const kind = watchedClass(className)?.family;
  return kind === 'clock' || isSystemCounter(className) || className.toLowerCase() === 'win32_operatingsystem';
}

/**
 * True when WMI has to poll for changes of this class, so that an intrinsic query needs WITHIN (DOMAIN 1.2). The clock
 * and event-log providers raise their own events, and so does WMI for objects that it stores itself.
 */
export function isPolled(className: string): boolean {
  const family = watchedClass(className)?.family;
  if (family === 'clock' || family === 'event-log doorbell' || family === 'WMI about WMI') return false;
  return /^(?:win32|cim|msft)_/i.test(className);
}
