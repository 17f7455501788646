import type { Event } from '../windows/index.ts';
import { unwrapSysmonValue } from '../wmi/index.ts';
import type { ValueList } from './field-value.ts';

/** How a field of Sigma is made of what a record has. */
export interface DerivedField {
  /** The record's own fields that it is made of. */
  readonly from: readonly string[];
  /** In words, for the documents. */
  readonly how: string;
  /** True where the record's fields can be there and hold nothing to make it of. */
  readonly isPartial?: true;
  /** Adds the values; none where the record has nothing to make them of. */
  add(event: Event, into: ValueList): void;
}

/** A field of Sigma on one source: the name that the record has for it, or how it is made. */
export type FieldSource = string | DerivedField;

function isFilled(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== '-';
}

const HEX = /^0x[0-9a-f]{1,16}$/i;

/** A number that the record writes in hexadecimal, in decimal as Sysmon does, and as it is written. */
export function decimalOf(name: string): DerivedField {
  return {
    from: [name],
    how: `${name} in decimal, and as written`,
    add(event, into) {
      const text = event.get(name);
      if (text === undefined) return;
      if (HEX.test(text)) into.add(BigInt(text).toString());
      into.addNew(text);
    },
  };
}

/** `DOMAIN\name` of the account that the process runs as: the target where one is named, else the subject. */
export const ACCOUNT: DerivedField = {
  from: ['TargetDomainName', 'TargetUserName', 'SubjectDomainName', 'SubjectUserName'],
  how: 'domain, backslash and name of the target where it is named, else of the subject',
  add(event, into) {
    const target = event.get('TargetUserName');
    const prefix = isFilled(target) ? 'Target' : 'Subject';
    addAccount(event, prefix, into);
  },
};

export const SUBJECT_ACCOUNT: DerivedField = {
  from: ['SubjectDomainName', 'SubjectUserName'],
  how: 'domain, backslash and name of the subject',
  add(event, into) {
    addAccount(event, 'Subject', into);
  },
};

function addAccount(event: Event, prefix: 'Target' | 'Subject', into: ValueList): void {
  const name = event.get(`${prefix}UserName`);
  if (name === undefined) return;
  const domain = event.get(`${prefix}DomainName`);
  into.add(isFilled(domain) ? `${domain}\\${name}` : name);
}

/** The logon that the process runs in. */
export const LOGON_ID: DerivedField = {
  from: ['TargetLogonId', 'SubjectLogonId'],
  how: 'TargetLogonId where it is not 0x0, else SubjectLogonId',
  add(event, into) {
    const target = event.get('TargetLogonId');
    const text = isFilled(target) && target !== '0x0' ? target : event.get('SubjectLogonId');
    if (text !== undefined) into.add(text);
  },
};

const INTEGRITY: readonly (readonly [word: string, sid: string])[] = [
  ['Untrusted', 'S-1-16-0'],
  ['Low', 'S-1-16-4096'],
  ['Medium', 'S-1-16-8192'],
  ['MediumPlus', 'S-1-16-8448'],
  ['High', 'S-1-16-12288'],
  ['System', 'S-1-16-16384'],
  ['Protected', 'S-1-16-20480'],
];
const WORD_OF_SID: ReadonlyMap<string, string> = new Map(INTEGRITY.map(([word, sid]) => [sid, word]));
const SID_OF_WORD: ReadonlyMap<string, string> = new Map(INTEGRITY.map(([word, sid]) => [word.toLowerCase(), sid]));

/** Sysmon writes the word and Security the SID; rules ask for either (SIGMA 6.4). */
export function integrityOf(name: string): DerivedField {
  return {
    from: [name],
    how: `${name} as the word and as the SID`,
    add(event, into) {
      const text = event.get(name);
      if (text === undefined) return;
      const word = WORD_OF_SID.get(text.toUpperCase());
      if (word !== undefined) into.add(word);
      into.add(text);
      const sid = SID_OF_WORD.get(text.toLowerCase());
      if (sid !== undefined) into.add(sid);
    },
  };
}

const HIVES: readonly (readonly [RegExp, string])[] = [
  [/^\\registry\\machine(?=\\|$)/i, 'HKLM'],
  [/^\\registry\\user(?=\\|$)/i, 'HKU'],
];
const CONTROL_SET = /^(HKLM\\system)\\controlset\d{3}(?=\\|$)/i;

/** The value's path as Sysmon writes it, from key and name of 4657. */
export const REGISTRY_TARGET: DerivedField = {
  from: ['ObjectName', 'ObjectValueName'],
  how: 'ObjectName with HKLM or HKU for \\REGISTRY\\MACHINE or \\REGISTRY\\USER, backslash, ObjectValueName; a numbered control set also as CurrentControlSet',
  add(event, into) {
    const key = event.get('ObjectName');
    if (key === undefined) return;
    let path = key;
    for (const [pattern, hive] of HIVES) path = path.replace(pattern, hive);
    const value = event.get('ObjectValueName');
    if (isFilled(value)) path = `${path}\\${value}`;
    into.add(path);
    if (CONTROL_SET.test(path)) into.add(path.replace(CONTROL_SET, '$1\\CurrentControlSet'));
  },
};

const REG_DWORD = '%%1876';
const REG_QWORD = '%%1883';

/** What was written: as it stands, and a number also in Sysmon's form. */
export const REGISTRY_DETAILS: DerivedField = {
  from: ['NewValue', 'NewValueType'],
  how: 'NewValue, and a number also as DWORD (0x0000000N) or QWORD (0x0000000N-0x0000000N)',
  add(event, into) {
    const text = event.get('NewValue');
    if (text === undefined) return;
    into.add(text);
    const type = event.get('NewValueType');
    if ((type !== REG_DWORD && type !== REG_QWORD) || !/^(?:\d{1,20}|0x[0-9a-f]{1,16})$/i.test(text)) return;
    const digits = BigInt(text).toString(16);
    if (type === REG_DWORD) into.add(`DWORD (0x${digits.padStart(8, '0')})`);
    else into.add(`QWORD (0x${digits.padStart(16, '0').replace(/(?=.{8}$)/, '-0x')})`);
  },
};

const REGISTRY_EVENTS: ReadonlyMap<string, string> = new Map([
  ['%%1904', 'SetValue'],
  ['%%1905', 'SetValue'],
  ['%%1906', 'DeleteValue'],
]);

export const REGISTRY_EVENT_TYPE: DerivedField = {
  from: ['OperationType'],
  how: 'SetValue for a new or changed value, DeleteValue for a removed one',
  isPartial: true,
  add(event, into) {
    const word = REGISTRY_EVENTS.get(event.get('OperationType') ?? '');
    if (word !== undefined) into.add(word);
  },
};

const OUTBOUND = '%%14593';
const INBOUND = '%%14592';

export const INITIATED: DerivedField = {
  from: ['Direction'],
  how: 'true for outbound, false for inbound',
  isPartial: true,
  add(event, into) {
    const direction = event.get('Direction');
    if (direction === OUTBOUND) into.add('true');
    else if (direction === INBOUND) into.add('false');
  },
};

const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['6', 'tcp'],
  ['17', 'udp'],
]);

export const PROTOCOL: DerivedField = {
  from: ['Protocol'],
  how: 'tcp, udp or icmp, and the number',
  add(event, into) {
    const text = event.get('Protocol');
    if (text === undefined) return;
    const word = PROTOCOLS.get(text);
    if (word !== undefined) into.add(word);
    into.add(text);
  },
};

const DEVICE = /^\\device\\harddiskvolume\d{1,4}(?=\\)/i;

/**
 * A path by the device of its volume: as written, and under `C:`, since the letter is not told and a filter on a folder of
 * programs must not fail for that.
 */
export function devicePath(name: string): DerivedField {
  return {
    from: [name],
    how: `${name}, and the same under C: where it names the device of a volume`,
    add(event, into) {
      const text = event.get(name);
      if (text === undefined) return;
      into.add(text);
      if (DEVICE.test(text)) into.add(text.replace(DEVICE, 'C:'));
    },
  };
}

/** What happened by the number alone, where a forwarder put something of its own in its place. */
const EVENT_TYPES: ReadonlyMap<number, string> = new Map([
  [13, 'SetValue'],
  [14, 'RenameKey'],
  [17, 'CreatePipe'],
  [18, 'ConnectPipe'],
  [19, 'WmiFilterEvent'],
  [20, 'WmiConsumerEvent'],
  [21, 'WmiBindingEvent'],
]);

export const SYSMON_EVENT_TYPE: DerivedField = {
  from: ['EventType'],
  how: 'EventType; where it is missing, what the number alone says',
  add(event, into) {
    const text = event.get('EventType') ?? EVENT_TYPES.get(event.eventId);
    if (text !== undefined) into.add(text);
  },
};

/** True where the named address of 5156 is one of IPv6. */
export function isIpv6(name: string): DerivedField {
  return {
    from: [name],
    how: `true where ${name} is of IPv6`,
    add(event, into) {
      const text = event.get(name);
      if (text !== undefined) into.add(text.includes(':') ? 'true' : 'false');
    },
  };
}

/** Text of Sysmon 19 to 21 as it stands, and bare: what begins or equals can only be asked of the bare one (SIGMA 6.5). */
export function unwrapped(name: string): DerivedField {
  return {
    from: [name],
    how: `${name} as written, and without its quotes and escapes`,
    add(event, into) {
      const text = event.get(name);
      if (text === undefined) return;
      into.add(text);
      into.addNew(unwrapSysmonValue(text));
    },
  };
}

const ALGORITHMS = ['MD5', 'SHA1', 'SHA256', 'IMPHASH'] as const;

/** One of the hashes that Sysmon packs in a field: `MD5=..,SHA256=..`; the event of streams calls it `Hash`. */
function hashOf(algorithm: (typeof ALGORITHMS)[number]): DerivedField {
  const pattern = new RegExp(`(?:^|,)\\s?${algorithm}=([0-9a-f]{1,64})`, 'i');
  return {
    from: ['Hashes', 'Hash'],
    how: `the ${algorithm} in Hashes or Hash`,
    isPartial: true,
    add(event, into) {
      const text = event.get('Hashes') ?? event.get('Hash');
      const hash = text === undefined || text.length > 1024 ? undefined : pattern.exec(text)?.[1];
      if (hash !== undefined) into.add(hash);
    },
  };
}

/** The single hashes by the names that rules have for them: `sha256`, `SHA256`, `Imphash`. */
export const SINGLE_HASHES: Readonly<Record<string, DerivedField>> = Object.fromEntries(
  ALGORITHMS.flatMap((algorithm) => {
    const hash = hashOf(algorithm);
    const lower = algorithm.toLowerCase();
    return [algorithm, lower, `${algorithm.charAt(0)}${lower.slice(1)}`].map((name) => [name, hash]);
  }),
);

/** Paths in a list of resources of Defender, `file:_C:\a; file:_C:\b`: the whole, and each. */
export const DEFENDER_PATHS: DerivedField = {
  from: ['Path'],
  how: 'Path, and each path in it without its scheme',
  add(event, into) {
    const text = event.get('Path');
    if (text === undefined) return;
    into.add(text);
    for (const part of text.split(/;\s?/).slice(0, 256)) {
      const bare = part.trim().replace(/^[a-z]{1,32}:_/, '');
      if (bare !== '') into.addNew(bare);
    }
  },
};

/** A set of Zeek, which its logs write with commas: each member, and the whole. */
export function listOf(name: string): DerivedField {
  return {
    from: [name],
    how: `each member of ${name}, and the whole`,
    add(event, into) {
      const text = event.get(name);
      if (text === undefined) return;
      if (text.includes(',')) for (const item of text.split(',', 4096)) into.addNew(item);
      into.addNew(text);
    },
  };
}

const LEVELS: ReadonlyMap<string, string> = new Map([
  ['1', 'Critical'],
  ['2', 'Error'],
  ['3', 'Warning'],
  ['4', 'Information'],
  ['5', 'Verbose'],
]);

/** Fields of the System part, by the names that rules have for them (SIGMA 6.3). */
export const SYSTEM_SOURCES: ReadonlyMap<string, DerivedField> = new Map<string, DerivedField>([
  ['EventID', frame('the number of the event', (event) => event.eventId)],
  ['Provider_Name', frame('the name of the provider', (event) => event.provider)],
  ['Provider_Guid', frame('the GUID of the provider', (event) => event.system('ProviderGuid'))],
  ['Channel', frame('the channel, also of a forwarded record', (event) => event.channel)],
  ['Computer', frame('the machine that logged it', (event) => event.computer)],
  ['ComputerName', frame('the same, as older rules call it', (event) => event.computer)],
  ['Version', frame('the version of the event', (event) => event.version)],
  ['EventRecordID', frame('the number of the record', (event) => event.recordId)],
  [
    'Level',
    {
      from: ['System'],
      how: 'the level as a number and as an English word',
      add(event, into) {
        const level = event.system('Level');
        if (level === undefined) return;
        into.add(level);
        const word = LEVELS.get(level);
        if (word !== undefined) into.add(word);
      },
    },
  ],
  ['Task', frame('the task', (event) => event.system('Task'))],
  ['Opcode', frame('the opcode', (event) => event.system('Opcode'))],
  ['Keywords', frame('the keywords in hexadecimal', (event) => event.system('Keywords'))],
  ['Correlation_ActivityID', frame('the activity', (event) => event.system('ActivityID'))],
  ['Correlation_RelatedActivityID', frame('the related activity', (event) => event.system('RelatedActivityID'))],
  ['Execution_ProcessID', frame('the process that logged it', (event) => event.system('ProcessID'))],
  ['Execution_ThreadID', frame('the thread that logged it', (event) => event.system('ThreadID'))],
  ['Security_UserID', frame('the account that logged it, as a SID', (event) => event.system('UserID'))],
]);

/** Names of the System part that events have for fields of their own too: 104 names the channel that was cleared. */
export const SHARED_NAMES: ReadonlySet<string> = new Set([
  'Channel',
  'ComputerName',
  'Keywords',
  'Level',
  'Opcode',
  'Task',
  'Version',
]);

function frame(how: string, read: (event: Event) => string | number | undefined): DerivedField {
  return {
    from: ['System'],
    how,
    add(event, into) {
      const value = read(event);
      if (value !== undefined) into.add(value);
    },
  };
}
