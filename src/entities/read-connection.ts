import { type Event, wbemCallOf } from '../windows/index.ts';
import { canonicalAddress } from './address.ts';
import type { Connection, Endpoint } from './connection.ts';
import { numberOf, spreadOf, sysmonText, textOf } from './field-values.ts';

/** Sysmon stamps a connection at most this much after it was opened (SETTLED C1). */
const SYSMON_LAG_MS = 3000;
/** Ports below this one are listened at, not handed out to clients. */
const FIRST_CLIENT_PORT = 1024;
const LISTENING: ReadonlySet<number> = new Set([3389, 5985, 5986, 47001]);

/** True when the host was seen at the address. */
export type IsOwn = (host: string, address: string) => boolean;

/** Reads a Sysmon 3; undefined where an end is missing. */
export function readSysmonConnection(host: string, event: Event, isOwn: IsOwn): Connection | undefined {
  const source = endpointOf(event, 'SourceIp', 'SourcePort');
  const destination = endpointOf(event, 'DestinationIp', 'DestinationPort');
  if (source === undefined || destination === undefined) return undefined;
  const image = sysmonText(event, 'Image');
  const isTcp = event.get('Protocol')?.toLowerCase() !== 'udp';
  const isInitiator = event.get('Initiated')?.toLowerCase() === 'true';
  const ends: Oriented = isInitiator
    ? { initiator: source, responder: destination, isOriented: true }
    : orientInbound(host, source, destination, isTcp, isOwn);
  const createdEndMs = event.createdMs + spreadOf(event.createdMs, event.createdTicks);
  return {
    observer: host,
    seenBy: isInitiator ? 'initiator' : 'responder',
    origin: 'sysmon',
    isTcp,
    ...ends,
    ...(image === undefined || image === '<unknown process>' ? {} : { image }),
    ...optional('pid', numberOf(event.get('ProcessId'))),
    ...optional('processGuid', textOf(event, 'ProcessGuid')?.toLowerCase()),
    ...optional('user', sysmonText(event, 'User')),
    fromMs: event.createdMs - SYSMON_LAG_MS,
    toMs: createdEndMs,
    event: event.detach(),
  };
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
  const sourceLocal: Oriented = { initiator: destination, responder: source, isOriented: true };
  const sourceRemote: Oriented = { initiator: source, responder: destination, isOriented: true };
  if (!isTcp) return sourceLocal;
  const isSourceOwn = isOwn(host, source.address);
  const isDestinationOwn = isOwn(host, destination.address);
  if (isSourceOwn !== isDestinationOwn) return isSourceOwn ? sourceLocal : sourceRemote;
  const isSourceListening = isListening(source.port);
  const isDestinationListening = isListening(destination.port);
  if (isSourceListening !== isDestinationListening) return isSourceListening ? sourceLocal : sourceRemote;
  return { ...sourceRemote, isOriented: false };
}

function isListening(port: number): boolean {
  return port < FIRST_CLIENT_PORT || LISTENING.has(port);
}

/** Reads a 5156. Source is not taken for the client: the direction and the host's own addresses tell (DOMAIN 2.1). */
export function readFilteredConnection(host: string, event: Event, isOwn: IsOwn): Connection | undefined {
  const source = endpointOf(event, 'SourceAddress', 'SourcePort');
  const destination = endpointOf(event, 'DestAddress', 'DestPort');
  const direction = event.get('Direction')?.trim().toLowerCase();
  if (source === undefined || destination === undefined) return undefined;
  const isOutbound = direction === '%%14593' || direction === 'outbound';
  if (!isOutbound && direction !== '%%14592' && direction !== 'inbound') return undefined;
  const isTcp = (event.get('Protocol') ?? '6') === '6';
  const isSwapped = isOutbound && isOwn(host, destination.address) && !isOwn(host, source.address);
  const outbound: Oriented = isSwapped
    ? { initiator: destination, responder: source, isOriented: true }
    : { initiator: source, responder: destination, isOriented: true };
  const image = textOf(event, 'Application');
  return {
    observer: host,
    seenBy: isOutbound ? 'initiator' : 'responder',
    origin: 'wfp',
    isTcp,
    ...(isOutbound ? outbound : orientInbound(host, source, destination, isTcp, isOwn)),
    ...optional('image', image),
    ...optional('pid', numberOf(event.get('ProcessID') ?? event.get('ProcessId'))),
    fromMs: event.timeMs,
    toMs: event.timeMs + spreadOf(event.timeMs, event.timeTicks),
    event: event.detach(),
  };
}

/** Reads a line of Zeek's `conn` or `dce_rpc`. */
export function readZeekConnection(event: Event): Connection | undefined {
  const initiator = endpointOf(event, 'id.orig_h', 'id.orig_p');
  const responder = endpointOf(event, 'id.resp_h', 'id.resp_p');
  if (initiator === undefined || responder === undefined) return undefined;
  const operation = operationOf(event);
  return {
    observer: '',
    seenBy: 'sensor',
    origin: 'zeek',
    isTcp: (event.get('proto') ?? 'tcp') === 'tcp',
    initiator,
    responder,
    isOriented: true,
    ...optional('uid', textOf(event, 'uid')),
    fromMs: event.timeMs,
    toMs: event.timeMs,
    operations: operation === undefined ? [] : [operation],
    event: event.detach(),
  };
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

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}
