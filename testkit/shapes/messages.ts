import { fieldsOf, type LoggedEvent } from './written-event.ts';

/** English texts of messages as the publishers' manifests give them (real samples: CORPUS 4.2 and the NXLog captures). */

/** Titles of Sysmon's messages; the rest is `Name: value` in every language. */
const SYSMON_TITLES: Readonly<Record<number, string>> = {
  1: 'Process Create:',
  3: 'Network connection detected:',
  4: 'Sysmon service state changed:',
  5: 'Process terminated:',
  7: 'Image loaded:',
  8: 'CreateRemoteThread detected:',
  10: 'Process accessed:',
  11: 'File created:',
  12: 'Registry object added or deleted:',
  13: 'Registry value set:',
  14: 'Registry object renamed:',
  16: 'Sysmon config state changed:',
  17: 'Pipe Created:',
  18: 'Pipe Connected:',
  19: 'WmiEventFilter activity detected:',
  20: 'WmiEventConsumer activity detected:',
  21: 'WmiEventConsumerToFilter activity detected:',
  22: 'Dns query:',
  23: 'File Delete archived:',
  25: 'Process Tampering:',
  26: 'File Delete logged:',
  255: 'Error report:',
};

const WMI: Readonly<Record<number, string>> = {
  5857: '%1 provider started with result code %2. HostProcess = %3; ProcessID = %4; ProviderPath = %5',
  5858: 'Id = %1; ClientMachine = %2; User = %3; ClientProcessId = %4; Component = %5; Operation = %6; ResultCode = %7; PossibleCause = %8',
  5859: 'Namespace = %1; NotificationQuery = %2; OwnerName = %3; HostProcessID = %4;  Provider= %5, queryID = %6; PossibleCause = %7',
  5860: 'Namespace = %1; NotificationQuery = %2; UserName = %3; ClientProcessID = %4, ClientMachine = %5; PossibleCause = %6',
  5861: 'Namespace = %1; Eventfilter = %2 (refer to its activate eventid:5859); Consumer = %3; PossibleCause = %4',
};

const SUBJECT = 'Security ID:\t\t%1\r\n\tAccount Name:\t\t%2\r\n\tAccount Domain:\t\t%3\r\n\tLogon ID:\t\t%4';
const SECURITY: Readonly<Record<string, string>> = {
  '4624/2': `An account was successfully logged on.\r\n\r\nSubject:\r\n\t${SUBJECT}\r\n\r\nLogon Information:\r\n\tLogon Type:\t\t%9\r\n\tRestricted Admin Mode:\t%22\r\n\tVirtual Account:\t\t%25\r\n\tElevated Token:\t\t%27\r\n\r\nImpersonation Level:\t\t%21\r\n\r\nNew Logon:\r\n\tSecurity ID:\t\t%5\r\n\tAccount Name:\t\t%6\r\n\tAccount Domain:\t\t%7\r\n\tLogon ID:\t\t%8\r\n\tLinked Logon ID:\t\t%26\r\n\tNetwork Account Name:\t%23\r\n\tNetwork Account Domain:\t%24\r\n\tLogon GUID:\t\t%13\r\n\r\nProcess Information:\r\n\tProcess ID:\t\t%17\r\n\tProcess Name:\t\t%18\r\n\r\nNetwork Information:\r\n\tWorkstation Name:\t%12\r\n\tSource Network Address:\t%19\r\n\tSource Port:\t\t%20\r\n\r\nDetailed Authentication Information:\r\n\tLogon Process:\t\t%10\r\n\tAuthentication Package:\t%11\r\n\tTransited Services:\t%14\r\n\tPackage Name (NTLM only):\t%15\r\n\tKey Length:\t\t%16\r\n\r\nThis event is generated when a logon session is created. It is generated on the computer that was accessed.`,
  '4634/0':
    'An account was logged off.\r\n\r\nSubject:\r\n\tSecurity ID:\t\t%1\r\n\tAccount Name:\t\t%2\r\n\tAccount Domain:\t\t%3\r\n\tLogon ID:\t\t%4\r\n\r\nLogon Type:\t\t\t%5\r\n\r\nThis event is generated when a logon session is destroyed.',
  '4672/0': `Special privileges assigned to new logon.\r\n\r\nSubject:\r\n\t${SUBJECT}\r\n\r\nPrivileges:\t\t%5`,
  '4688/2': `A new process has been created.\r\n\r\nCreator Subject:\r\n\t${SUBJECT}\r\n\r\nTarget Subject:\r\n\tSecurity ID:\t\t%10\r\n\tAccount Name:\t\t%11\r\n\tAccount Domain:\t\t%12\r\n\tLogon ID:\t\t%13\r\n\r\nProcess Information:\r\n\tNew Process ID:\t\t%5\r\n\tNew Process Name:\t%6\r\n\tToken Elevation Type:\t%7\r\n\tMandatory Label:\t\t%15\r\n\tCreator Process ID:\t%8\r\n\tCreator Process Name:\t%14\r\n\tProcess Command Line:\t%9\r\n\r\nToken Elevation Type indicates the type of token that was assigned to the new process in accordance with User Account Control policy.`,
};

/** Texts that the renderer puts in place of parameters of its own message file. */
const PARAMETERS: Readonly<Record<string, string>> = {
  '%%1832': 'Identification',
  '%%1833': 'Impersonation',
  '%%1840': 'Delegation',
  '%%1842': 'Yes',
  '%%1843': 'No',
};

/** Fills `%1`, `%2`, … once; a `%` in a value is not looked at again. */
function filled(template: string, values: readonly string[]): string {
  return template.replace(/%(\d+)/g, (_, position: string) => values[Number(position) - 1] ?? '');
}

/** The rendered message of an event in English; undefined where no manifest of the kit has one. */
export function messageOf(event: LoggedEvent): string | undefined {
  const { provider, eventId, version } = event.model;
  const fields = fieldsOf(event);
  const texts = fields.map(({ text }) => text);
  if (provider === 'Microsoft-Windows-Sysmon') {
    const title = SYSMON_TITLES[eventId];
    if (title === undefined) return undefined;
    return [title, ...fields.map(({ name, text }) => `${name}: ${text}`)].join('\r\n');
  }
  if (provider === 'Microsoft-Windows-WMI-Activity') {
    const template = WMI[eventId];
    return template === undefined ? undefined : filled(template, texts);
  }
  if (provider === 'Microsoft-Windows-PowerShell' && eventId === 4104) {
    const [number = '', total = '', text = '', id = '', path = ''] = texts;
    return `Creating Scriptblock text (${number} of ${total}):\r\n${text}\r\n\r\nScriptBlock ID: ${id}\r\nPath: ${path}`;
  }
  const template = provider === 'Microsoft-Windows-Security-Auditing' ? SECURITY[`${eventId}/${version}`] : undefined;
  if (template === undefined) return undefined;
  return filled(
    template,
    texts.map((text) => PARAMETERS[text] ?? text),
  );
}

/** The same message as a system of another language renders it: labels in its language, structure as it is (SETTLED B15). */
export const BINDING_MESSAGES: Readonly<Record<string, string>> = {
  en: WMI[5861] ?? '',
  de: 'Namespace = %1; Ereignisfilter = %2 (Aktivierung siehe eventid:5859); Consumer = %3; Mögliche Ursache = %4',
  fr: 'Espace de noms = %1; Filtre d’événement = %2 (voir son activation eventid:5859); Consommateur = %3; Cause possible = %4',
  es: 'Espacio de nombres = %1; Filtro de eventos = %2 (consulte su activación eventid:5859); Consumidor = %3; Causa posible = %4',
  ja: '名前空間 = %1; イベントフィルター = %2 (アクティブ化 eventid:5859 を参照); コンシューマー = %3; 考えられる原因 = %4',
};

/** The message of a 5861 in one of those languages. */
export function bindingMessage(event: LoggedEvent, language: string): string {
  const template = BINDING_MESSAGES[language];
  if (template === undefined || event.model.eventId !== 5861) throw new Error(`no message of a 5861 in ${language}`);
  return filled(
    template,
    fieldsOf(event).map(({ text }) => text),
  );
}
