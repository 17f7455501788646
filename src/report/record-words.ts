import { channelKey } from '../windows/index.ts';
import { eventIdOf, shortChannel } from './channel-names.ts';
import { objectWords } from './object-words.ts';
import type { RecordLine } from './record-line.ts';

/** What one record says, for people: a sentence without a full stop, and one to three words for a picture. Not escaped. */
export interface RecordWords {
  readonly long: string;
  readonly short: string;
}

const MAX = 96;

/** Names come from evidence: long ones are cut, so that a row stays a row. */
function cut(text: string): string {
  return text.length > MAX ? `${text.slice(0, MAX).toWellFormed()}…` : text;
}

/** The file of a path, without its folder. */
export function imageTail(path: string): string {
  return cut(path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1));
}

/** `"UpdSvcSync"` with the quotes and the space that Sysmon writes around it (DOMAIN 2.2). */
function bare(text: string): string {
  return cut(
    text
      .trim()
      .replace(/^"([\s\S]*)"$/, '$1')
      .replaceAll('\\"', '"'),
  );
}

/** The name in an object path: `__EventFilter.Name="X"`. */
function pathName(text: string): string {
  return /="([^"]*)"/.exec(bare(text))?.[1] ?? bare(text);
}

type Field = (name: string) => string;
/** An address as people call the machine that had it. */
type NameOf = (address: string) => string;
type Wording = (f: Field, nameOf: NameOf) => RecordWords;

const LOGON_TYPES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['2', ['at the console', 'console sign-in']],
  ['3', ['over the network', 'network sign-in']],
  ['4', ['as a batch job', 'batch sign-in']],
  ['5', ['as a service', 'service sign-in']],
  ['7', ['by unlocking', 'unlock']],
  ['8', ['over the network, password in clear', 'network sign-in']],
  ['9', ['with other credentials', 'new credentials']],
  ['10', ['by Remote Desktop', 'RDP sign-in']],
  ['11', ['with cached credentials', 'cached sign-in']],
] as const);

function who(domain: string, name: string): string {
  return cut(domain === '' || domain === '-' ? name : `${domain}\\${name}`);
}

function given(text: string): boolean {
  return text !== '' && text !== '-';
}

function endpoint(address: string, port: string): string {
  if (!given(port) || port === '0') return cut(address);
  return cut(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`);
}

/** A port of RPC, SMB or WinRM says what was called; any other connection is told by its address. */
function towards(address: string, port: string): string {
  const isCall = ['135', '139', '445', '5985', '5986'].includes(port) || Number(port) >= 49_152;
  return `→ ${isCall ? cut(port) : endpoint(address, port)}`;
}

function start(f: Field, image: string, parent: string, user: string): RecordWords {
  const name = imageTail(f(image));
  const by = given(f(parent)) ? imageTail(f(parent)) : '';
  const as = given(user) ? ` as ${cut(user)}` : '';
  return { long: by === '' ? `${name} starts${as}` : `${by} starts ${name}${as}`, short: name };
}

function logon(f: Field): RecordWords {
  const [how, short] = LOGON_TYPES.get(f('LogonType')) ?? [`with logon type ${cut(f('LogonType'))}`, 'sign-in'];
  const from = given(f('IpAddress')) ? ` from ${endpoint(f('IpAddress'), f('IpPort'))}` : '';
  return { long: `${who(f('TargetDomainName'), f('TargetUserName'))} signs in ${how}${from}`, short };
}

function object(kind: string, short: string): (f: Field) => RecordWords {
  return (f) => {
    const by = given(f('User')) ? ` by ${cut(f('User'))}` : '';
    return { long: `${kind} '${bare(f('Name'))}' is ${operation(f)}${by}`, short };
  };
}

function operation(f: Field): string {
  return given(f('Operation')) ? cut(f('Operation').toLowerCase()) : 'logged';
}

const SYSMON = 'microsoft-windows-sysmon/operational';
const WMI = 'microsoft-windows-wmi-activity/operational';

/** By channel key and event id; field names as DOMAIN 2.1 has them. */
const WORDS: ReadonlyMap<string, Wording> = new Map<string, Wording>([
  [`${SYSMON} 1`, (f) => start(f, 'Image', 'ParentImage', f('User'))],
  ['security 4688', (f) => start(f, 'NewProcessName', 'ParentProcessName', creator(f))],
  [`${SYSMON} 5`, (f) => ({ long: `${imageTail(f('Image'))} ends`, short: 'end' })],
  ['security 4689', (f) => ({ long: `${imageTail(f('ProcessName'))} ends`, short: 'end' })],
  [
    `${SYSMON} 3`,
    (f) => ({
      long: `${imageTail(f('Image'))}: ${endpoint(f('SourceIp'), f('SourcePort'))} to ${endpoint(f('DestinationIp'), f('DestinationPort'))}`,
      short: towards(f('DestinationIp'), f('DestinationPort')),
    }),
  ],
  [
    'security 5156',
    (f) => ({
      long: `${imageTail(f('Application'))}: ${endpoint(f('SourceAddress'), f('SourcePort'))} to ${endpoint(f('DestAddress'), f('DestPort'))}`,
      short: towards(f('DestAddress'), f('DestPort')),
    }),
  ],
  [
    `${SYSMON} 7`,
    (f) => ({
      long: `${imageTail(f('Image'))} loads ${imageTail(f('ImageLoaded'))}`,
      short: imageTail(f('ImageLoaded')),
    }),
  ],
  [
    `${SYSMON} 8`,
    (f) => ({
      long: `${imageTail(f('SourceImage'))} starts a thread in ${imageTail(f('TargetImage'))}`,
      short: imageTail(f('TargetImage')),
    }),
  ],
  [
    `${SYSMON} 10`,
    (f) => ({
      long: `${imageTail(f('SourceImage'))} opens ${imageTail(f('TargetImage'))} with access ${cut(f('GrantedAccess'))}`,
      short: imageTail(f('TargetImage')),
    }),
  ],
  [
    `${SYSMON} 11`,
    (f) => ({
      long: `${imageTail(f('Image'))} creates ${cut(f('TargetFilename'))}`,
      short: imageTail(f('TargetFilename')),
    }),
  ],
  [`${SYSMON} 12`, registry],
  [`${SYSMON} 13`, registry],
  [`${SYSMON} 14`, registry],
  [`${SYSMON} 19`, object('Filter', 'filter')],
  [`${SYSMON} 20`, object('Consumer', 'consumer')],
  [
    `${SYSMON} 21`,
    (f) => ({
      long: `The binding of filter '${pathName(f('Filter'))}' to consumer '${pathName(f('Consumer'))}' is ${operation(f)}${given(f('User')) ? ` by ${cut(f('User'))}` : ''}`,
      short: 'binding',
    }),
  ],
  [
    `${SYSMON} 22`,
    (f) => ({ long: `${imageTail(f('Image'))} asks for ${cut(f('QueryName'))}`, short: cut(f('QueryName')) }),
  ],
  ['security 4624', logon],
  [
    'security 4625',
    (f) => ({ long: `Sign-in of ${who(f('TargetDomainName'), f('TargetUserName'))} fails`, short: 'failed sign-in' }),
  ],
  [
    'security 4634',
    (f) => ({ long: `Session ${cut(f('TargetLogonId'))} of ${cut(f('TargetUserName'))} ends`, short: 'sign-off' }),
  ],
  [
    'security 4647',
    (f) => ({ long: `${who(f('TargetDomainName'), f('TargetUserName'))} signs off`, short: 'sign-off' }),
  ],
  [
    'security 4648',
    (f) => ({
      long: `${who(f('SubjectDomainName'), f('SubjectUserName'))} presents the credentials of ${cut(f('TargetUserName'))}${given(f('TargetServerName')) ? ` for ${cut(f('TargetServerName'))}` : ''}`,
      short: 'credentials',
    }),
  ],
  ['security 4672', (f) => ({ long: `${cut(f('SubjectUserName'))} gets special privileges`, short: 'privileges' })],
  [
    'security 4769',
    (f) => ({
      long: `A service ticket for ${cut(f('ServiceName'))} is given to ${cut(f('TargetUserName'))} at ${endpoint(f('IpAddress').replace(/^::ffff:/i, ''), '')}`,
      short: 'ticket',
    }),
  ],
  [
    'security 4776',
    (f) => ({ long: `Credentials of ${cut(f('TargetUserName'))} are checked by NTLM`, short: 'NTLM check' }),
  ],
  [
    'security 5140',
    (f) => ({
      long: `${who(f('SubjectDomainName'), f('SubjectUserName'))} opens share ${cut(f('ShareName'))} from ${cut(f('IpAddress'))}`,
      short: 'share',
    }),
  ],
  [
    'security 5145',
    (f) => ({
      long: `${who(f('SubjectDomainName'), f('SubjectUserName'))} opens ${cut(f('RelativeTargetName'))} on ${cut(f('ShareName'))} from ${cut(f('IpAddress'))}`,
      short: 'share',
    }),
  ],
  ['security 4656', access],
  ['security 4662', access],
  ['security 4663', access],
  ['security 1102', cleared],
  ['microsoft-windows-eventlog 1102', cleared],
  ['system 104', cleared],
  ['security 1100', () => ({ long: 'The event log service shut down', short: 'log stopped' })],
  [`${WMI} 5857`, (f) => ({ long: `Provider ${cut(f('ProviderName'))} is loaded`, short: cut(f('ProviderName')) })],
  [
    `${WMI} 5858`,
    (f) => ({
      long: `${given(f('User')) ? cut(f('User')) : 'A client'} on ${cut(f('ClientMachine'))} calls ${cut(f('Operation'))}`,
      short: 'call failed',
    }),
  ],
  [`${WMI} 5859`, (f) => ({ long: `A filter is activated: ${cut(f('query') || f('Query'))}`, short: 'activated' })],
  [
    `${WMI} 5860`,
    (f) => ({ long: `A temporary subscription is made: ${cut(f('Query') || f('query'))}`, short: 'temporary' }),
  ],
  [
    `${WMI} 5861`,
    (f) => ({ long: `WMI holds '${cut(f('ESS'))}' live, bound to ${bare(f('CONSUMER'))}`, short: 'registered' }),
  ],
]);

/** What a network sensor wrote, by its log: it sees addresses, and numbers nothing. */
const SENSOR_WORDS: ReadonlyMap<string, Wording> = new Map<string, Wording>([
  [
    'zeek/dce_rpc',
    (f, nameOf) => ({
      long: `${client(f, nameOf)} calls ${cut([f('endpoint'), f('operation')].filter(given).join(' '))} on ${server(f, nameOf)}`,
      short: cut(f('operation')),
    }),
  ],
  [
    'zeek/conn',
    (f) => ({
      long: `${endpoint(f('id.orig_h'), f('id.orig_p'))} to ${endpoint(f('id.resp_h'), f('id.resp_p'))} on the wire`,
      short: towards(f('id.resp_h'), f('id.resp_p')),
    }),
  ],
  [
    'zeek/kerberos',
    (f, nameOf) => ({
      long: `${given(f('client')) ? cut(f('client')) : client(f, nameOf)} asks for a ticket${given(f('service')) ? ` for ${cut(f('service'))}` : ''}, from ${client(f, nameOf)}`,
      short: 'ticket',
    }),
  ],
  [
    'zeek/ntlm',
    (f, nameOf) => ({
      long: `${who(f('domainname'), f('username'))} signs in by NTLM to ${server(f, nameOf)} from ${client(f, nameOf)}`,
      short: 'NTLM sign-in',
    }),
  ],
]);

function client(f: Field, nameOf: NameOf): string {
  return cut(nameOf(f('id.orig_h')));
}

function server(f: Field, nameOf: NameOf): string {
  return cut(nameOf(f('id.resp_h')));
}

/** 4688 of version 2 names the account of the new process; else it is the creator's (DOMAIN 2.2 #16). */
function creator(f: Field): string {
  return given(f('TargetUserName'))
    ? who(f('TargetDomainName'), f('TargetUserName'))
    : who(f('SubjectDomainName'), f('SubjectUserName'));
}

function registry(f: Field): RecordWords {
  return {
    long: `${imageTail(f('Image'))} changes ${cut(f('TargetObject'))}`,
    short: imageTail(f('TargetObject')),
  };
}

function access(f: Field): RecordWords {
  const by = given(f('ProcessName')) ? ` through ${imageTail(f('ProcessName'))}` : '';
  return {
    long: `${who(f('SubjectDomainName'), f('SubjectUserName'))} reaches ${cut(f('ObjectName') || f('ObjectType'))}${by}`,
    short: 'access',
  };
}

function cleared(f: Field): RecordWords {
  const by = given(f('SubjectUserName')) ? ` by ${who(f('SubjectDomainName'), f('SubjectUserName'))}` : '';
  const channel = given(f('Channel')) ? ` ${cut(f('Channel'))}` : '';
  return { long: `The log${channel} is cleared${by}`, short: 'log cleared' };
}

/**
 * `powershell.exe starts whoami.exe as CORP\alice`, and `whoami.exe`; a record that the table does not know is named by its
 * id. `nameOf` calls an address of a record that knows no name.
 */
export function recordWords(record: RecordLine, nameOf: NameOf = (address) => address): RecordWords {
  const atRest = objectWords(record);
  if (atRest !== undefined) return atRest;
  const key = channelKey(record);
  const words = WORDS.get(`${key} ${record.eventId}`) ?? SENSOR_WORDS.get(key);
  if (words !== undefined) return words((name) => record.data[name] ?? '', nameOf);
  if (eventIdOf(record) === undefined) return { long: `A record of ${shortChannel(record.channel)}`, short: 'record' };
  const channel = record.channel.replace(/^Microsoft-Windows-/i, '').replace(/\/Operational$/i, '');
  return { long: `${cut(channel)} ${record.eventId}`, short: String(record.eventId) };
}
