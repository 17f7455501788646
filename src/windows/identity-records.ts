import { type Event, getFolded } from './event.ts';
import { imageTail, PROVIDER_HOST } from './image.ts';

/**
 * Which records of credentials, tickets, shares, registry keys and sessions a join can use: who is who at both ends of a call
 * (DOMAIN 2.3, SETTLED C24). A predicate sees one record and no other; each reads the field that tells most first.
 */

/** Shares by which programs and output of remote commands travel (SETTLED C24). */
const ADMIN_SHARE = /\\(?:ADMIN|C)\$$/i;
/** What a resource of WMI over WS-Management has in its name (DOMAIN 2.1, WinRM). */
const WMI_RESOURCE = /\/wbem\/wsman\/1\/wmi\//i;

function shortName(name: string): string {
  const dot = name.indexOf('.');
  return (dot < 0 ? name : name.slice(0, dot)).toLowerCase().slice(0, 15);
}

function isMachineText(name: string | undefined): boolean {
  return name?.split('@', 1)[0]?.endsWith('$') === true;
}

/** 4648 towards another machine: one to the machine itself is what a service or an Authz logon makes (DOMAIN 2.2 #27). */
export function isExplicitLogonOfInterest(event: Event): boolean {
  const server = event.get('TargetServerName');
  if (server === undefined || server === '' || server === '-' || /^localhost$/i.test(server)) return false;
  return shortName(server.replace(/\$$/, '')) !== shortName(event.computer);
}

/** 4768 of machine accounts: which machine has which address (DOMAIN 2.2 #40). */
export function isGrantingTicketOfInterest(event: Event): boolean {
  return isMachineText(event.get('TargetUserName')) && isSuccess(event);
}

/** 4769 that a person's account got for a machine (J5, J6). */
export function isServiceTicketOfInterest(event: Event): boolean {
  return (
    event.get('ServiceName')?.endsWith('$') === true && !isMachineText(event.get('TargetUserName')) && isSuccess(event)
  );
}

function isSuccess(event: Event): boolean {
  const status = event.get('Status');
  return status === undefined || /^0x0+$|^0$/.test(status);
}

/** 5140 and 5145 of ADMIN$ and C$ (J16, J21; R03, R15). */
export function isShareOfInterest(event: Event): boolean {
  return ADMIN_SHARE.test(event.get('ShareName') ?? '');
}

/** Sessions of the system and its services: no remote caller has one. */
const SERVICE_LOGONS: ReadonlySet<string> = new Set(['0x3e4', '0x3e5', '0x3e6', '0x3e7']);

/** 4656, 4663 and 4674: keys that the provider host opened (R08); for R05 also WMI itself, and what tells the WinRM service. */
export function isObjectOfInterest(event: Event): boolean {
  const server = event.get('ObjectServer');
  if (server === 'WMI' || server === 'WS-Management Listener') return true;
  // A 4656 asks for what a 4663 then does: of keys the second is read.
  if (event.eventId === 4656 || event.get('ObjectType') !== 'Key') return false;
  if (SERVICE_LOGONS.has(event.get('SubjectLogonId') ?? '')) return false;
  return imageTail(event.get('ProcessName')) === PROVIDER_HOST;
}

/** Sysmon 13: values that the provider host set. */
export function isRegistryValueOfInterest(event: Event): boolean {
  return imageTail(event.get('Image')) === PROVIDER_HOST;
}

/** True for the name of a resource of WMI over WS-Management; shells and listeners are none (SETTLED C12). */
export function isWmiResource(uri: string | undefined): boolean {
  return uri !== undefined && WMI_RESOURCE.test(uri);
}

/** WinRM 82 and 145: operations on WMI. */
export function isWmiOperation(event: Event): boolean {
  return isWmiResource(getFolded(event, 'resourceUri') ?? getFolded(event, 'ResourceURI'));
}

/** Sysmon 23 and 26: programs that were removed, with their hashes (J18). */
export function isRemovalOfInterest(event: Event): boolean {
  return /^(?:true|1)$/i.test(event.get('IsExecutable') ?? '');
}

/** WMI-Activity 11, 22 and 23 of the Trace channel: calls of another machine, and what writes or removes an instance (J10, J11). */
export function isTraceOfInterest(event: Event): boolean {
  if (/^(?:false|0)$/i.test(getFolded(event, 'IsLocal') ?? '')) return true;
  const client = getFolded(event, 'ClientMachineFQDN') ?? getFolded(event, 'ClientMachine');
  if (client !== undefined && client !== '' && shortName(client) !== shortName(event.computer)) return true;
  return event.eventId === 11 && /(?:Put|Delete)Instance/i.test(getFolded(event, 'Operation') ?? '');
}
