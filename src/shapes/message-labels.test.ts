import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMessage } from './message-text.ts';

const SECURITY = 'Microsoft-Windows-Security-Auditing';

function logon(workstation: string): string {
  return [
    'An account was successfully logged on.',
    '',
    'Subject:',
    '\tSecurity ID:\t\tNULL SID',
    '\tAccount Name:\t\t-',
    '\tAccount Domain:\t\t-',
    '\tLogon ID:\t\t0x0',
    '',
    'Logon Type:\t\t\t3',
    '',
    'New Logon:',
    '\tSecurity ID:\t\tCORP\\alice',
    '\tAccount Name:\t\talice',
    '\tAccount Domain:\t\tCORP',
    '\tLogon ID:\t\t0x11EB777',
    '\tLogon GUID:\t\t{a404a938-aae8-3910-3048-7c8a1a9532e4}',
    '',
    'Process Information:',
    '\tProcess ID:\t\t0x0',
    '\tProcess Name:\t\t-',
    '',
    'Network Information:',
    `\tWorkstation Name:\t${workstation}`,
    '\tSource Network Address:\t10.0.0.5',
    '\tSource Port:\t\t52299',
    '',
    'Detailed Authentication Information:',
    '\tLogon Process:\t\tNtLmSsp ',
    '\tAuthentication Package:\tNTLM',
    '\tTransited Services:\t-',
    '\tPackage Name (NTLM only):\tNTLM V2',
    '\tKey Length:\t\t128',
    '',
    'This event is generated when a logon session is created.',
  ].join('\r\n');
}

const LOGON = [
  ['SubjectUserSid', 'S-1-0-0'],
  ['SubjectUserName', '-'],
  ['SubjectDomainName', '-'],
  ['SubjectLogonId', '0x0'],
  ['TargetUserName', 'alice'],
  ['TargetDomainName', 'CORP'],
  ['TargetLogonId', '0x11EB777'],
  ['LogonType', '3'],
  ['LogonProcessName', 'NtLmSsp '],
  ['AuthenticationPackageName', 'NTLM'],
  ['WorkstationName', 'WS-07'],
  ['LogonGuid', '{a404a938-aae8-3910-3048-7c8a1a9532e4}'],
  ['TransmittedServices', '-'],
  ['LmPackageName', 'NTLM V2'],
  ['KeyLength', '128'],
  ['ProcessId', '0x0'],
  ['ProcessName', '-'],
  ['IpAddress', '10.0.0.5'],
  ['IpPort', '52299'],
];

test('a logon is read by its labels; a SID of which only a name is left is left out', () => {
  assert.deepEqual(readMessage(SECURITY, 4624, logon('WS-07')), LOGON);
});

test('a workstation name that forges an address takes the address with it', () => {
  const forged = readMessage(SECURITY, 4624, logon('X\r\n\tSource Network Address:\t127.0.0.1'));
  assert.deepEqual(
    forged,
    LOGON.flatMap(([name, value]) => (name === 'IpAddress' ? [] : [[name, name === 'WorkstationName' ? 'X' : value]])),
  );
});

test('a logon of an unknown language is read by its outline, and not at all where that has a label too many', () => {
  const foreign = (workstation: string): string =>
    logon(workstation).replace(/^(\t?)[A-Z][^:\t\r\n]*(?=:[\t\r])/gm, (_, tab: string) => `${tab}Ord`);
  assert.deepEqual(readMessage(SECURITY, 4624, foreign('WS-07')), LOGON);
  assert.equal(readMessage(SECURITY, 4624, foreign('X\r\n\tOrd:\t127.0.0.1')), undefined);
});

test('a logon of a known language is read by the table where its outline does not fit', () => {
  const german = logon('WS-07')
    .replace('Subject:', 'Antragsteller:')
    .replaceAll('Security ID', 'Sicherheits-ID')
    .replaceAll('Account Name', 'Kontoname')
    .replaceAll('Account Domain', 'Kontodomäne')
    .replaceAll('Logon ID', 'Anmelde-ID')
    .replace('Logon Type', 'Anmeldetyp')
    .replace('New Logon:', 'Neue Anmeldung:')
    .replace('Network Information:', 'Netzwerkinformationen:')
    .replace('Source Network Address', 'Quellnetzwerkadresse')
    .replace('\r\n\tKey Length:\t\t128', '\r\n\tKey Length:\t\t128\r\n\tMehr:\t1');
  const found = new Map(readMessage(SECURITY, 4624, german));
  assert.deepEqual(
    ['TargetUserName', 'TargetLogonId', 'LogonType', 'IpAddress'].map((name) => found.get(name)),
    ['alice', '0x11EB777', '3', '10.0.0.5'],
  );
});

test('a command line of several paragraphs is kept whole and forges nothing', () => {
  const line = 'cmd /c "\r\n\r\nProcess Information:\r\n\tCreator Process ID:\t0x4\r\n\r\nx"';
  const message = [
    'A new process has been created.',
    '',
    'Creator Subject:',
    '\tSecurity ID:\t\tS-1-5-18',
    '\tAccount Name:\t\tWS-07$',
    '\tAccount Domain:\t\tCORP',
    '\tLogon ID:\t\t0x3E4',
    '',
    'Target Subject:',
    '\tSecurity ID:\t\tS-1-0-0',
    '\tAccount Name:\t\talice',
    '\tAccount Domain:\t\tCORP',
    '\tLogon ID:\t\t0x11EB777',
    '',
    'Process Information:',
    '\tNew Process ID:\t\t0x12c0',
    '\tNew Process Name:\tC:\\Windows\\System32\\cmd.exe',
    '\tToken Elevation Type:\tTokenElevationTypeDefault (1)',
    '\tMandatory Label:\t\tS-1-16-12288',
    '\tCreator Process ID:\t0xd78',
    '\tCreator Process Name:\tC:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    `\tProcess Command Line:\t${line}`,
    '',
    'Token Elevation Type indicates the type of token that was assigned to the new process.',
  ].join('\r\n');
  const found = new Map(readMessage(SECURITY, 4688, message));
  assert.deepEqual(
    ['TokenElevationType', 'ProcessId', 'ParentProcessName', 'CommandLine'].map((name) => found.get(name)),
    ['%%1936', '0xd78', 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe', line],
  );
});

test('a text that is no outline of its event gives no fields', () => {
  assert.equal(readMessage(SECURITY, 4624, 'hello\n\nSubject:\n\tAccount Name:\tx'), undefined);
  assert.equal(readMessage(SECURITY, 4624, ''), undefined);
  assert.equal(readMessage(SECURITY, 4999, logon('x')), undefined);
});
