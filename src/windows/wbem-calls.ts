import type { Event } from './event.ts';

/** Channel under which Zeek's log of DCE/RPC calls travels. */
export const ZEEK_DCE_RPC = 'zeek/dce_rpc';
/** Channel under which Zeek's log of connections travels. */
export const ZEEK_CONN = 'zeek/conn';
/** Provider of everything that Zeek wrote. */
export const ZEEK = 'Zeek';

/** A call on one of WMI's interfaces, as it was seen on the wire. */
export interface WbemCall {
  /** `IWbemServices`, `IWbemLevel1Login`, … without the word that Zeek puts behind some of them. */
  readonly interface: string;
  /** As MS-WMI names it; `unknown-N` where Zeek has no name for the operation. */
  readonly operation: string;
}

/**
 * Zeek names both opnum 10 and 16 of IWbemServices `DeleteClass` (scripts/base/protocols/dce-rpc/consts.zeek). Instances are
 * deleted all the time and classes hardly ever, so the name is read as that of opnum 16 (CORPUS 4.5).
 */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['DeleteClass', 'DeleteInstance'],
  ['DeleteClassAsync', 'DeleteInstanceAsync'],
]);

/** The WMI call that a record of Zeek's `dce_rpc` log tells of; undefined for every other record. */
export function wbemCallOf(event: Event): WbemCall | undefined {
  if (event.provider !== ZEEK || event.channel !== ZEEK_DCE_RPC) return undefined;
  return wbemCall(event.get('endpoint'), event.get('operation'));
}

/** The same from the two fields. */
export function wbemCall(endpoint: string | undefined, operation: string | undefined): WbemCall | undefined {
  if (endpoint === undefined || operation === undefined || !/^(?:IWbem|IEnumWbem)/.test(endpoint)) return undefined;
  const name = endpoint.replace(/ interface$/, '');
  return { interface: name, operation: name === 'IWbemServices' ? (MEANT.get(operation) ?? operation) : operation };
}
