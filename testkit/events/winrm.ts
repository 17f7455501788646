import type { FieldInputs } from './field-list.ts';
import type { EventModel, Setting } from './model.ts';
import { type EventKind, type EventSource, eventData } from './source.ts';

export const WINRM: EventSource = {
  provider: 'Microsoft-Windows-WinRM',
  providerGuid: 'A7975C8F-AC13-49F1-87DA-5A984A4AB417',
  channel: 'Microsoft-Windows-WinRM/Operational',
  level: 4,
  keywords: 0x4000000000000004n,
  userSid: 'S-1-5-20',
  processId: 1012,
};

/** DOMAIN 2.1: 6 and 145 are the client's, 91 and 169 the server's. */
const KINDS: Readonly<Record<number, EventKind>> = {
  6: { task: 3, layout: 'connection' },
  82: { task: 5, layout: 'operationName resourceUri' },
  91: { task: 9, layout: 'resourceUri shellId' },
  145: { task: 10, layout: 'operationName resourceUri' },
  169: { task: 7, layout: 'username authenticationMechanism' },
};

/** Any event of WinRM/Operational; the Security UserID of a 91 is the remote caller's SID (DOMAIN 2.1). */
export function event(eventId: number, fields: FieldInputs = {}, setting: Setting = {}): EventModel {
  const kind = KINDS[eventId];
  if (kind === undefined) throw new Error(`no layout for WinRM ${eventId}`);
  return eventData(WINRM, eventId, kind, fields, setting);
}

/** What a client names when it calls WMI over WS-Management. */
export function wmiResource(namespace: string, className = '*'): string {
  return `http://schemas.microsoft.com/wbem/wsman/1/wmi/${namespace.replaceAll('\\', '/')}/${className}`;
}

/** 91: a request came in for this resource, from the caller with this SID. */
export function requestReceived(resourceUri: string, callerSid: string, setting: Setting = {}): EventModel {
  const shellId = '7B5A4C1E-6F0D-4C39-9A77-0E1D6B1F0C55';
  return event(91, { resourceUri, shellId }, { ...setting, userSid: callerSid });
}

/** 169: the caller was authenticated; `Kerberos` or `NTLM`. */
export function authenticated(username: string, mechanism: string, setting: Setting = {}): EventModel {
  return event(169, { username, authenticationMechanism: mechanism }, setting);
}
