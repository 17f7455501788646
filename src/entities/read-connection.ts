import { type Event, wbemCallOf } from '../windows/index.ts';
import { canonicalAddress } from './address.ts';
import type { Endpoint } from './connection.ts';
import { numberOf, textOf } from './field-values.ts';
import { HeldConnection } from './held-connection.ts';

/** Ports below this one are listened at, not handed out to clients. */
const FIRST_CLIENT_PORT = 1024;
const LISTENING: ReadonlySet<number> = new Set([3389, 5985, 5986, 47001]);

/** True when the host was seen at the address. */
export type IsOwn = (host: string, address: string) => boolean;

/** Reads a Sysmon 3; undefined where an end is missing. */
export function readSysmonConnection(host: string, event: Event, isOwn: IsOwn): HeldConnection | undefined {
  const source = endpointOf(event, 'SourceIp', 'SourcePort');
  const destination = endpointOf(event, 'DestinationIp', 'DestinationPort');
  if (source === undefined || destination === undefined) return undefined;
  const isTcp = event.get('Protocol')?.toLowerCase() !== 'udp';
  const isInitiator = event.get('Initiated')?.toLowerCase() === 'true';
  const { initiator, responder, isOriented } = isInitiator
    ? oriented(source, destination)
    : orientInbound(host, source, destination, isTcp, isOwn);
  return new HeldConnection(event, {
    observer: host,
    seenBy: isInitiator ? 'initiator' : 'responder',
    origin: 'sysmon',
    isTcp,
    initiator,
    responder,
    isOriented,
    pid: numberOf(event.get('ProcessId')),
  });
}

interface Oriented {
  readonly initiator: Endpoint;
  readonly responder: Endpoint;
  readonly isOriented: boolean;
}

/**
 * Which end of an inbound record is the listener's is not fixed (DOMAIN 2.2 #51): the host's own addresses tell, else the
 * port that is listened at; of UDP the responder stands in Source.
 */
function orientInbound(host: string, source: Endpoint, destination: Endpoint, isTcp: boolean, isOwn: IsOwn): Oriented {
  if (!isTcp) return oriented(destination, source);
  const isSourceOwn = isOwn(host, source.address);
  const isDestinationOwn = isOwn(host, destination.address);
  if (isSourceOwn !== isDestinationOwn) {
    return isSourceOwn ? oriented(destination, source) : oriented(source, destination);
  }
  const isSourceListening = isListening(source.port);
  const isDestinationListening = isListening(destination.port);
  if (isSourceListening !== isDestinationListening) {
    return isSourceListening ? oriented(destination, source) : oriented(source, destination);
  }
  return { initiator: source, responder: destination, isOriented: false };
}

function oriented(initiator: Endpoint, responder: Endpoint): Oriented {
  return { initiator, responder, isOriented: true };
}

function isListening(port: number): boolean {
  return port < FIRST_CLIENT_PORT || LISTENING.has(port);
}

/** Reads a 5156. Source is not taken for the client: the direction and the host's own addresses tell (DOMAIN 2.1). */
export function readFilteredConnection(host: string, event: Event, isOwn: IsOwn): HeldConnection | undefined {
  const source = endpointOf(event, 'SourceAddress', 'SourcePort');
  const destination = endpointOf(event, 'DestAddress', 'DestPort');
  const direction = event.get('Direction')?.trim().toLowerCase();
  if (source === undefined || destination === undefined) return undefined;
  const isOutbound = direction === '%%14593' || direction === 'outbound';
  if (!isOutbound && direction !== '%%14592' && direction !== 'inbound') return undefined;
  const isTcp = (event.get('Protocol') ?? '6') === '6';
  const isSwapped = isOutbound && isOwn(host, destination.address) && !isOwn(host, source.address);
  const { initiator, responder, isOriented } = !isOutbound
    ? orientInbound(host, source, destination, isTcp, isOwn)
    : isSwapped
      ? oriented(destination, source)
      : oriented(source, destination);
  return new HeldConnection(event, {
    observer: host,
    seenBy: isOutbound ? 'initiator' : 'responder',
    origin: 'wfp',
    isTcp,
    initiator,
    responder,
    isOriented,
    pid: numberOf(event.get('ProcessID') ?? event.get('ProcessId')),
  });
}

/** Reads a line of Zeek's `conn` or `dce_rpc`. */
export function readZeekConnection(event: Event): HeldConnection | undefined {
  const initiator = endpointOf(event, 'id.orig_h', 'id.orig_p');
  const responder = endpointOf(event, 'id.resp_h', 'id.resp_p');
  if (initiator === undefined || responder === undefined) return undefined;
  const operation = operationOf(event);
  return new HeldConnection(event, {
    observer: '',
    seenBy: 'sensor',
    origin: 'zeek',
    isTcp: (event.get('proto') ?? 'tcp') === 'tcp',
    initiator,
    responder,
    isOriented: true,
    pid: undefined,
    uid: textOf(event, 'uid'),
    operations: operation === undefined ? [] : [operation],
  });
}

/** The call that a line of `dce_rpc` tells of, as `IWbemServices/ExecMethod`. */
export function operationOf(event: Event): string | undefined {
  const call = wbemCallOf(event);
  if (call !== undefined) return `${call.interface}/${call.operation}`;
  const endpoint = textOf(event, 'endpoint');
  return endpoint === undefined ? undefined : `${endpoint}/${textOf(event, 'operation') ?? 'unknown'}`;
}

function endpointOf(event: Event, address: string, port: string): Endpoint | undefined {
  const canonical = canonicalAddress(event.get(address));
  const number = numberOf(event.get(port));
  return canonical === undefined || number === undefined ? undefined : { address: canonical, port: number };
}
