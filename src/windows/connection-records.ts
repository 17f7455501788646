import type { Event } from './event.ts';
import { imageTail, PROVIDER_HOST, SCRIPT_HOST } from './image.ts';
import { programClassOf } from './programs.ts';

/**
 * Which records of connections a join can use (SETTLED C24). Asked of every such record in the decoder threads, so that each
 * question reads as few fields as it can and knows one record only.
 */

/** Ports at which a remote call of WMI, DCOM, SMB or WinRM arrives (DOMAIN 1.3). */
const CALL_PORTS: ReadonlySet<string> = new Set(['135', '445', '5985', '5986']);

/** Programs that serve or make remote calls for another: WMI's hosts, COM servers that are started for a caller, WinRM's hosts. */
const CALL_HOSTS: ReadonlySet<string> = new Set([
  'svchost.exe',
  'system',
  PROVIDER_HOST,
  SCRIPT_HOST,
  'mmc.exe',
  'excel.exe',
  'iexplore.exe',
  'explorer.exe',
  'wsmprovhost.exe',
  'winrshost.exe',
]);

/** Those of them that talk all day over UDP, which carries no remote call. */
const CHATTY_HOSTS: ReadonlySet<string> = new Set(['svchost.exe', 'system']);

const LOOPBACK = /^(?:127\.|::1$|(?:0:){7}1$|::ffff:127\.)/i;

function isLoopbackText(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK.test(address);
}

/** True for a port that RPC hands out: 49152 to 65535, and 1025 to 5000 before Windows Vista (DOMAIN 1.3). */
function isDynamicPort(text: string | undefined): boolean {
  const port = Number(text);
  return port >= 49152 || (port >= 1025 && port <= 5000);
}

function isCallPort(event: Event, ...fields: readonly string[]): boolean {
  return fields.some((field) => CALL_PORTS.has(event.get(field) ?? ''));
}

/** True for a Sysmon 3 that a join, or the network leg of a process in a finding, can use. */
export function isSysmonConnectionOfInterest(event: Event): boolean {
  const isUdp = event.get('Protocol')?.toLowerCase() === 'udp';
  const tail = imageTail(event.get('Image'));
  if (isUdp && CHATTY_HOSTS.has(tail)) return false;
  if (CALL_HOSTS.has(tail)) return true;
  if (!isUdp && isCallPort(event, 'DestinationPort', 'SourcePort')) return true;
  if (isLoopbackText(event.get('SourceIp')) || isLoopbackText(event.get('DestinationIp'))) return false;
  // A process that turns out to be in a finding may be any program: nothing of one record tells.
  return event.get('Initiated')?.toLowerCase() === 'true' || (!isUdp && isDynamicPort(event.get('DestinationPort')));
}

/** True for a 5156 that a join can use: TCP only, and of other programs only those that an attacker runs. */
export function isFilteredConnectionOfInterest(event: Event): boolean {
  if ((event.get('Protocol') ?? '6') !== '6') return false;
  const port = event.get('DestPort');
  if (isCallPort(event, 'DestPort', 'SourcePort')) return true;
  const application = event.get('Application') ?? '';
  if (CALL_HOSTS.has(imageTail(application)) || isAttackersTool(application)) return true;
  if (!isDynamicPort(port)) return false;
  return !isLoopbackText(event.get('SourceAddress')) && !isLoopbackText(event.get('DestAddress'));
}

function isAttackersTool(application: string): boolean {
  const kind = programClassOf(application);
  return kind === 'interpreter' || kind === 'lolbin';
}

/** Addresses of private networks, in which a machine that is called mostly is (RFC 1918, RFC 4193). */
const PRIVATE = /(?:^|[;:\s])(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:)/i;

/** True for a Sysmon 22 whose answer is a machine of a private network: the name of a target (J9), not of a web site. */
export function isLookupOfInterest(event: Event): boolean {
  return PRIVATE.test(event.get('QueryResults') ?? '');
}

/** True for a line of Zeek's `conn` log over TCP to a port at which remote calls arrive. */
export function isZeekConnectionOfInterest(event: Event): boolean {
  if ((event.get('proto') ?? 'tcp') !== 'tcp') return false;
  const port = event.get('id.resp_p');
  return CALL_PORTS.has(port ?? '') || isDynamicPort(port);
}

/** Interfaces by which a DCOM call begins: the endpoint mapper, activation, and what finds the port of the object. */
const ACTIVATION =
  /^(?:epmapper|I(?:Remote)?SCMActivator|IRemoteActivation|ISystemActivator|IOXIDResolver|IObjectExporter)$/i;

/** True for a call by which another one over DCOM begins. */
export function isActivationCall(event: Event): boolean {
  return ACTIVATION.test(event.get('endpoint') ?? '');
}
