import { referenceTo } from '../reference.ts';
import { type CreatingCall, creatingCall } from './creating-call.ts';
import type { Call } from './powershell-listener.ts';
import { type Folded, isTable, type Table, textOf } from './powershell-value.ts';

const NAMESPACE = 'root\\subscription';

/**
 * Creating calls behind the one command of a known public tool (DOMAIN 4). Only what the command states, and the tool's
 * fixed names and queries, which are listed as derived. Undefined for other commands.
 */
export function toolCalls(call: Call): readonly CreatingCall[] | undefined {
  if (call.name === 'register-maliciouswmievent') return powerLurk(call);
  if (call.name === 'register-wmibackdoor') return wmiBackdoor(call);
  return undefined;
}

/** The tables that WMIBackdoor's helpers give to `Register-WMIBackdoor`. */
export function toolTable(call: Call): Folded | undefined {
  if (call.name === 'new-wmibackdoortrigger') {
    const given = textNamed(call, 'triggername');
    const program = textNamed(call, 'processname');
    if (program !== undefined) {
      return table({
        Name: given ?? 'ProcessStartTrigger',
        EventNamespace: 'root\\cimv2',
        Query: processStart(program, ' '),
      });
    }
    for (const [name, fixed] of WMI_BACKDOOR_TRIGGERS) {
      if (call.named.has(name)) return table(given === undefined ? fixed : { ...fixed, Name: given });
    }
    return given === undefined ? undefined : table({ Name: given });
  }
  if (call.name === 'new-wmibackdooraction') {
    const given = textNamed(call, 'actionname');
    const fixed = [...WMI_BACKDOOR_ACTIONS].find(([name]) => call.named.has(name))?.[1];
    const name = given ?? fixed;
    return name === undefined ? undefined : table({ Name: name, ScriptingEngine: 'VBScript' });
  }
  return undefined;
}

const WMI_BACKDOOR_TRIGGERS: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ['timinginterval', { Name: 'TimingIntervalTrigger', EventNamespace: 'root\\cimv2' }],
  ['datetime', { Name: 'DatetimeTrigger', EventNamespace: 'root\\cimv2' }],
  [
    'lockedscreen',
    {
      Name: 'LockedScreenTrigger',
      EventNamespace: 'root\\cimv2',
      Query: 'SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = "LogonUI.exe"',
    },
  ],
  [
    'interactivelogon',
    {
      Name: 'InteractiveLogonTrigger',
      EventNamespace: 'root\\subscription',
      Query:
        "SELECT * FROM __InstanceCreationEvent WITHIN 15 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 2",
    },
  ],
  [
    'driveinsertion',
    {
      Name: 'DriveInsertionTrigger',
      EventNamespace: 'root\\cimv2',
      Query: 'SELECT * FROM Win32_VolumeChangeEvent WHERE EventType = 2',
    },
  ],
]);

const WMI_BACKDOOR_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['backdoor', 'LaunchBeaconingBackdoor'],
  ['killprocess', 'KillProcess'],
]);

function processStart(program: string, blank: string): string {
  return `SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName${blank}=${blank}'${program}'`;
}

/** `Register-MaliciousWmiEvent -EventName N -PermanentCommand C -Trigger T`: N names both objects, C is the template. */
function powerLurk(call: Call): readonly CreatingCall[] {
  const name = textNamed(call, 'eventname');
  const command = textNamed(call, 'permanentcommand');
  const script = textNamed(call, 'permanentscript');
  const isPermanent = call.named.has('permanentcommand') || call.named.has('permanentscript');
  if (name === undefined || !isPermanent) return [];
  const where = { namespace: NAMESPACE, host: textNamed(call, 'computername'), offset: call.at };
  const className = call.named.has('permanentcommand') ? 'CommandLineEventConsumer' : 'ActiveScriptEventConsumer';
  const filter = new Map([['Name', name]]);
  const derived: string[] = [];
  const program = textNamed(call, 'processname');
  if (textNamed(call, 'trigger')?.toLowerCase() === 'processstart' && program !== undefined) {
    filter.set('EventNamespace', 'root\\cimv2');
    filter.set('Query', processStart(program, ''));
    derived.push('EventNamespace', 'Query');
  }
  const consumer = new Map([['Name', name]]);
  if (command !== undefined) consumer.set('CommandLineTemplate', command);
  if (script !== undefined) consumer.set('ScriptText', script);
  return [
    creatingCall('__EventFilter', filter, where, derived),
    creatingCall(className, consumer, where),
    creatingCall('__FilterToConsumerBinding', binding(name, className, name), where, ['Filter', 'Consumer']),
  ].filter((item) => item !== undefined);
}

function wmiBackdoor(call: Call): readonly CreatingCall[] {
  const trigger = tableNamed(call, 'trigger');
  const action = tableNamed(call, 'action');
  const where = { namespace: NAMESPACE, host: textNamed(call, 'computername'), offset: call.at };
  const filter = textsOf(trigger);
  const consumer = textsOf(action);
  const filterName = filter.get('Name');
  const consumerName = consumer.get('Name');
  const className = 'ActiveScriptEventConsumer';
  const calls = [
    creatingCall('__EventFilter', filter, where, [...filter.keys()]),
    creatingCall(className, consumer, where, [...consumer.keys()]),
  ];
  if (filterName !== undefined && consumerName !== undefined) {
    calls.push(
      creatingCall('__FilterToConsumerBinding', binding(filterName, className, consumerName), where, [
        'Filter',
        'Consumer',
      ]),
    );
  }
  return calls.filter((item) => item !== undefined);
}

function binding(filter: string, className: string, consumer: string): ReadonlyMap<string, string> {
  return new Map([
    ['Filter', referenceTo('__EventFilter', filter)],
    ['Consumer', referenceTo(className, consumer)],
  ]);
}

function table(entries: Readonly<Record<string, string>>): Folded {
  const made: Table = new Map();
  for (const [key, value] of Object.entries(entries)) made.set(key.toLowerCase(), { key, value });
  return { value: made, steps: [] };
}

function textNamed(call: Call, name: string): string | undefined {
  const value = call.named.get(name)?.value;
  return value === undefined ? undefined : textOf(value);
}

function tableNamed(call: Call, name: string): Table | undefined {
  const value = call.named.get(name)?.value;
  return value !== undefined && isTable(value) ? value : undefined;
}

function textsOf(source: Table | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of source?.values() ?? []) {
    const text = entry.value === undefined ? undefined : textOf(entry.value);
    if (text !== undefined) found.set(entry.key, text);
  }
  return found;
}
