import {
  isActivationCall,
  isFilteredConnectionOfInterest,
  isLookupOfInterest,
  isSysmonConnectionOfInterest,
  isZeekConnectionOfInterest,
} from './connection-records.ts';
import { type Event, getFolded } from './event.ts';
import {
  isExplicitLogonOfInterest,
  isGrantingTicketOfInterest,
  isObjectOfInterest,
  isRegistryValueOfInterest,
  isRemovalOfInterest,
  isServiceTicketOfInterest,
  isShareOfInterest,
  isTraceOfInterest,
  isWmiOperation,
} from './identity-records.ts';
import { imageTail, PROVIDER_HOST, SCRIPT_HOST } from './image.ts';
import { PackedEvent } from './packed-event.ts';
import { KEPT_MARK } from './packed-row.ts';
import {
  isAccessOfInterest,
  isDescendantOfInterest,
  isEndOfInterest,
  isFileOfInterest,
  isLoadOfInterest,
  isPipeOfInterest,
} from './process-records.ts';
import { mayCallElsewhere } from './stated-calls.ts';
import { wbemCallOf, ZEEK, ZEEK_CONN, ZEEK_DCE_RPC } from './wbem-calls.ts';

/** One channel and event id that a hunt reads, with the records of it that are worth keeping (SETTLED A8). */
export interface EventLayout {
  /** Channel as Windows writes it. */
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  /** What a hunt takes from it, or why some of its records are left out. */
  readonly why: string;
  /** True for the records that a join, a dossier or a finding can use. Reads as few fields as it can. */
  keep(event: Event): boolean;
}

const SYSMON = ['Microsoft-Windows-Sysmon/Operational', 'Microsoft-Windows-Sysmon'] as const;
const WMI_ACTIVITY = ['Microsoft-Windows-WMI-Activity/Operational', 'Microsoft-Windows-WMI-Activity'] as const;
const SECURITY = ['Security', 'Microsoft-Windows-Security-Auditing'] as const;
const WMI_TRACE = ['Microsoft-Windows-WMI-Activity/Trace', 'Microsoft-Windows-WMI-Activity'] as const;
const WINRM = ['Microsoft-Windows-WinRM/Operational', 'Microsoft-Windows-WinRM'] as const;
const APPLICATION = ['Application', 'Microsoft-Windows-WMI'] as const;
const POWERSHELL = ['Microsoft-Windows-PowerShell/Operational', 'Microsoft-Windows-PowerShell'] as const;
const POWERSHELL_CORE = ['PowerShellCore/Operational', 'PowerShellCore'] as const;
const POWERSHELL_CLASSIC = ['Windows PowerShell', 'PowerShell'] as const;

/** What a creating command or script must name, in any case: a class, or the function of a tool that hides them (DOMAIN 4). */
const EVENTING_CLASS =
  /__EventFilter|EventConsumer|__FilterToConsumerBinding|TimerInstruction|MaliciousWmiEvent|WMIBackdoor/i;

/** True for a command or script text that a creating call may stand in. */
export function mayCreateSubscription(text: string): boolean {
  return EVENTING_CLASS.test(text);
}

/** Programs that call WMI for a person: they tell a local caller from a remote one (SETTLED C10) and write subscriptions. */
const WMI_CLIENT: ReadonlySet<string> = new Set([
  'wmic.exe',
  'powershell.exe',
  'powershell_ise.exe',
  'pwsh.exe',
  'mofcomp.exe',
]);
const WMI_CLIENT_SCRIPT = /winrm\.(?:vbs|cmd)/i;

/** True for a command line that runs the client script of WinRM. */
export function startsScriptOfWinrm(line: string): boolean {
  return WMI_CLIENT_SCRIPT.test(line);
}

/** True for the starts of WMI's hosts, of what they start and what that starts, of WMI's clients, and of what names an eventing class. */
export function isProcessOfInterest(
  image: string | undefined,
  parent: string | undefined,
  line: string | undefined,
): boolean {
  const tail = imageTail(image);
  if (tail === PROVIDER_HOST || tail === SCRIPT_HOST || WMI_CLIENT.has(tail)) return true;
  const parentTail = imageTail(parent);
  if (parentTail === PROVIDER_HOST || parentTail === SCRIPT_HOST) return true;
  if (isDescendantOfInterest(image, parent, line)) return true;
  if (line === undefined) return false;
  return EVENTING_CLASS.test(line) || startsScriptOfWinrm(line) || mayCallElsewhere(line);
}

/** Logon types that a join reads: interactive 2, 7, 10, 11; network 3 and 8; new credentials 9. */
const LOGON_TYPES: ReadonlySet<string> = new Set(['2', '3', '7', '8', '9', '10', '11']);

/**
 * Not of nobody (S-1-5-7), nor of the machine's own account, which logs on to itself all day and calls no WMI from afar, unless
 * by Authz, which tells when a subscription was made (J14).
 */
function isLogonOfInterest(event: Event): boolean {
  if (!LOGON_TYPES.has(event.get('LogonType') ?? '') || event.get('TargetUserSid') === 'S-1-5-7') return false;
  const name = event.get('TargetUserName');
  if (name?.endsWith('$') !== true || name.slice(0, -1).toLowerCase() !== shortName(event.computer)) return true;
  return event.get('LogonProcessName')?.trimEnd() === 'Authz';
}

const always = (): boolean => true;
/** A text that names an eventing class, or another machine to call. */
const isTextOfInterest = (text: string): boolean => EVENTING_CLASS.test(text) || mayCallElsewhere(text);
const hasTextOfInterest =
  (...fields: readonly string[]) =>
  (event: Event): boolean =>
    fields.some((field) => event.all(field).some(isTextOfInterest));

function shortName(name: string): string {
  const dot = name.indexOf('.');
  return (dot < 0 ? name : name.slice(0, dot)).toLowerCase().slice(0, 15);
}

/** `Winmgmt` in UTF-16, as the service key name stands in the binary part of 7036 (DOMAIN 2.1). */
const WINMGMT_BINARY = /570069006e006d0067006d007400/i;

function row(
  [channel, provider]: readonly [string, string],
  eventId: number,
  why: string,
  keep: (event: Event) => boolean = always,
): EventLayout {
  return { channel, provider, eventId, why, keep };
}

/** Script text in the channels of both PowerShells. */
function scriptRows(channel: readonly [string, string]): readonly EventLayout[] {
  return [
    row(
      channel,
      4103,
      'cmdlet calls with their values: those that name an eventing class, or another machine for WMI (J8, R19)',
      hasTextOfInterest('Payload', 'ContextInfo'),
    ),
    row(
      channel,
      4104,
      'script text: what names an eventing class or another machine for WMI, and every block of several parts (the name may stand in another part)',
      (event) => isTextOfInterest(event.get('ScriptBlockText') ?? '') || (event.get('MessageTotal') ?? '1') !== '1',
    ),
  ];
}

/** Every channel and id that a hunt reads; the bench prints this list as (b2). */
export const LAYOUTS: readonly EventLayout[] = [
  row(SYSMON, 1, 'process starts: hosts of WMI, their children, WMI clients, writers of subscriptions', (event) =>
    isProcessOfInterest(event.get('Image'), event.get('ParentImage'), event.get('CommandLine')),
  ),
  row(
    SYSMON,
    3,
    'connections: of WMI, DCOM, SMB and WinRM at both ends (J2, J3), and what any program opened',
    isSysmonConnectionOfInterest,
  ),
  row(SYSMON, 5, 'ends of the hosts of WMI and DCOM, and of the programs that they are made to start', (event) =>
    isEndOfInterest(event.get('Image')),
  ),
  row(
    SYSMON,
    7,
    'DLLs: a planted wbemcomn.dll (S10), .NET and script objects in the script host (S06)',
    isLoadOfInterest,
  ),
  row(SYSMON, 10, 'reads of the memory of lsass (M01)', isAccessOfInterest),
  row(
    SYSMON,
    11,
    'files: of the script host (S06), from the network (R15), a planted wbemcomn.dll (S10)',
    isFileOfInterest,
  ),
  row(SYSMON, 13, 'values that the provider host set in the registry (R08)', isRegistryValueOfInterest),
  row(SYSMON, 17, 'pipes that the script host made (S06)', isPipeOfInterest),
  row(SYSMON, 18, 'pipes that the script host opened (S06)', isPipeOfInterest),
  row(SYSMON, 19, 'filters written'),
  row(SYSMON, 20, 'consumers written'),
  row(SYSMON, 21, 'bindings written'),
  row(
    SYSMON,
    22,
    'look-ups of names that lead into a private network (J9), and those of the script host (S06)',
    (event) => isLookupOfInterest(event) || imageTail(event.get('Image')) === SCRIPT_HOST,
  ),
  row(SYSMON, 23, 'programs that were removed, with their hashes (J18)', isRemovalOfInterest),
  row(SYSMON, 26, 'the same where the file was not kept', isRemovalOfInterest),

  row(WMI_ACTIVITY, 5857, 'provider loads: only the hosts of consumers, which load when one fires (J15)', (event) => {
    const tail = imageTail(getFolded(event, 'ProviderPath'));
    return tail === SCRIPT_HOST || tail === 'wbemcons.dll';
  }),
  row(
    WMI_ACTIVITY,
    5858,
    'failed calls: those of another machine (J10), or on an eventing class; the rest is local noise',
    (event) => {
      const client = getFolded(event, 'ClientMachine');
      if (client !== undefined && client !== '' && shortName(client) !== shortName(event.computer)) return true;
      return EVENTING_CLASS.test(getFolded(event, 'Operation') ?? '');
    },
  ),
  row(WMI_ACTIVITY, 5859, 'filters activated by an event provider'),
  row(WMI_ACTIVITY, 5860, 'temporary subscriptions'),
  row(WMI_ACTIVITY, 5861, 'bindings with the whole filter and consumer'),
  row(WMI_TRACE, 11, 'operations that another machine called (J10), and writes of instances', isTraceOfInterest),
  row(WMI_TRACE, 22, 'methods that another machine called (J10)', isTraceOfInterest),
  row(WMI_TRACE, 23, 'processes that another machine started through WMI (J10, J11)', isTraceOfInterest),

  row(SECURITY, 4608, 'starts of Windows: a new boot ends the life of every LogonId'),
  row(SECURITY, 4624, 'logons that a person or another machine makes (J1, J12, J13)', isLogonOfInterest),
  row(SECURITY, 4634, 'ends of those logons', isLogonOfInterest),
  row(SECURITY, 4647, 'sign-outs'),
  row(SECURITY, 4648, 'credentials used towards another machine (J5, J7, J17, R19)', isExplicitLogonOfInterest),
  row(SECURITY, 4656, 'accesses to WMI itself, and what tells the WinRM service (R05)', isObjectOfInterest),
  row(SECURITY, 4662, 'accesses to namespaces of WMI (R05)', isObjectOfInterest),
  row(SECURITY, 4663, 'keys that the provider host used for a caller (R08)', isObjectOfInterest),
  row(
    SECURITY,
    4672,
    'names of SIDs where no logon is in the log: accounts of people only',
    (event) =>
      event.get('SubjectUserSid')?.startsWith('S-1-5-21-') === true &&
      event.get('SubjectUserName')?.endsWith('$') !== true,
  ),
  row(SECURITY, 4674, 'keys that the provider host opened with privileges of a caller (R08)', isObjectOfInterest),
  row(
    SECURITY,
    4688,
    'process starts, as Sysmon 1; versions 0 and 1 name no parent, so all of them are kept',
    (event) =>
      event.version < 2 ||
      isProcessOfInterest(event.get('NewProcessName'), event.get('ParentProcessName'), event.get('CommandLine')),
  ),
  row(SECURITY, 4689, 'ends, as Sysmon 5: the process id is free again', (event) =>
    isEndOfInterest(event.get('ProcessName')),
  ),
  row(SECURITY, 4768, 'tickets of machines, which tell their addresses', isGrantingTicketOfInterest),
  row(SECURITY, 4769, 'tickets of people for a machine (J5, J6)', isServiceTicketOfInterest),
  row(SECURITY, 5140, 'ADMIN$ and C$ opened from elsewhere (J21)', isShareOfInterest),
  row(SECURITY, 5145, 'files reached through ADMIN$ and C$ (J16, J21)', isShareOfInterest),
  row(
    SECURITY,
    5156,
    'connections of WMI, DCOM, SMB and WinRM at both ends (J2, J3), and those of interpreters and LOLBins',
    isFilteredConnectionOfInterest,
  ),
  row(['Security', 'Microsoft-Windows-Eventlog'], 1102, 'the log was cleared'),

  row(['System', 'Microsoft-Windows-Eventlog'], 104, 'a log was cleared'),
  row(['System', 'EventLog'], 6005, 'boots: 5861 is logged again for every stored binding'),
  row(['System', 'Microsoft-Windows-Kernel-General'], 12, 'boots'),
  row(
    ['System', 'Service Control Manager'],
    7036,
    'starts of the service Winmgmt',
    (event) =>
      event.get('param1') === 'Windows Management Instrumentation' || WINMGMT_BINARY.test(event.get('Binary') ?? ''),
  ),
  row(APPLICATION, 10, 'filters that could not be activated'),
  row(APPLICATION, 5615, 'starts of the service Winmgmt'),
  row(APPLICATION, 5617, 'Winmgmt is ready'),

  ...scriptRows(POWERSHELL),
  ...scriptRows(POWERSHELL_CORE),
  row(
    POWERSHELL_CLASSIC,
    400,
    'engine starts whose command line names an eventing class, or another machine for WMI',
    hasTextOfInterest('Data'),
  ),
  row(
    POWERSHELL_CLASSIC,
    800,
    'pipelines that name an eventing class, or another machine for WMI (J8, R19)',
    hasTextOfInterest('Data'),
  ),

  row(WINRM, 6, 'sessions that a client opened, with the name of their target (R19)'),
  row(WINRM, 82, 'operations on WMI that came in (R05)', isWmiOperation),
  row(WINRM, 91, 'shells that a caller opened, with his SID (J17)'),
  row(WINRM, 145, 'operations on WMI that a client began (R19)', isWmiOperation),
  row(WINRM, 169, 'callers that were authenticated (J17)'),

  row(
    [ZEEK_DCE_RPC, ZEEK],
    0,
    'calls on the interfaces of WMI and those that open them, as the network saw them (J4)',
    (event) => wbemCallOf(event) !== undefined || isActivationCall(event),
  ),
  row([ZEEK_CONN, ZEEK], 0, 'connections of WMI, DCOM, SMB and WinRM on the network (J4)', isZeekConnectionOfInterest),
];

const BY_CHANNEL: ReadonlyMap<string, ReadonlyMap<number, readonly EventLayout[]>> = index();

/** Both the usual spelling and lower case are keys, so that the usual one costs no folding. */
function index(): Map<string, Map<number, EventLayout[]>> {
  const channels = new Map<string, Map<number, EventLayout[]>>();
  for (const layout of LAYOUTS) {
    const folded = layout.channel.toLowerCase();
    const ids = channels.get(folded) ?? new Map<number, EventLayout[]>();
    channels.set(folded, ids);
    channels.set(layout.channel, ids);
    const rows = ids.get(layout.eventId);
    if (rows === undefined) ids.set(layout.eventId, [layout]);
    else rows.push(layout);
  }
  return channels;
}

/** The layout of a record's provider, channel (any case) and id, undefined for a record that no hunt reads. */
export function layoutOf(provider: string, channel: string, eventId: number): EventLayout | undefined {
  const ids = BY_CHANNEL.get(channel) ?? BY_CHANNEL.get(channel.toLowerCase());
  const rows = ids?.get(eventId);
  if (rows === undefined) return undefined;
  for (const layout of rows) if (layout.provider === provider) return layout;
  const folded = provider.toLowerCase();
  return rows.find((layout) => layout.provider.toLowerCase() === folded);
}

/** True when some record of this provider, channel and id is kept; by key only. */
export function isWanted(provider: string, channel: string, eventId: number): boolean {
  return layoutOf(provider, channel, eventId) !== undefined;
}

/** True when some record of this channel and id is kept, whatever its provider: what a line can be asked before it is read. */
export function isChannelWanted(channel: string, eventId: number): boolean {
  const ids = BY_CHANNEL.get(channel) ?? BY_CHANNEL.get(channel.toLowerCase());
  return ids?.has(eventId) === true;
}

/** True when the event belongs to a layout and that layout keeps it. A packed row remembers that: a window asks the same of its rows in each judgement. */
export function isKept(event: Event): boolean {
  const packed = event instanceof PackedEvent ? event : undefined;
  if (packed?.hasMark(KEPT_MARK) === true) return true;
  const kept = layoutOf(event.provider, event.channel, event.eventId)?.keep(event) === true;
  if (kept) packed?.putMark(KEPT_MARK);
  return kept;
}
