import { type Event, getFolded } from '../windows/index.ts';
import { canonicalNamespace, parseReference, referenceName, type WmiReference } from '../wmi/index.ts';
import { bindingOf } from './read-sysmon.ts';
import type { Act, Sighting } from './sighting.ts';

const NO_PROPERTIES: ReadonlyMap<string, string> = new Map();

/** `Start IWbemServices::DeleteInstance - root\subscription : __EventFilter.Name="X"` (DOMAIN 2.1, Operation texts). */
const OPERATION =
  /^(?:Start\s{1,8})?(?:\w{1,64}::)?(PutInstance|DeleteInstance)(?:Async)?\s{1,8}-\s{1,8}([^:"]{1,512}?)\s{1,8}:\s{1,8}(\S[\s\S]{0,65535})$/i;

const ACTS: ReadonlyMap<string, Act> = new Map([
  ['putinstance', 'created'],
  ['deleteinstance', 'deleted'],
]);

/**
 * What a WMI-Activity/Trace 11 says of an eventing object: a write or a removal, in any namespace, with the client that
 * asked for it (DOMAIN 2.1, 3.5). It tells no content. Undefined for other operations and other classes. `hostKey` gives
 * the key of a computer as written.
 */
export function readTraceOperation(event: Event, hostKey: (computer: string) => string): Sighting | undefined {
  const match = OPERATION.exec((getFolded(event, 'Operation') ?? '').trim());
  const act = ACTS.get((match?.[1] ?? '').toLowerCase());
  const reference = match?.[3] === undefined ? undefined : parseReference(match[3]);
  if (act === undefined || reference === undefined) return undefined;
  const parts = partsOf(reference);
  if (parts === undefined) return undefined;
  const stated = reference.namespace ?? getFolded(event, 'NamespaceName') ?? match?.[2] ?? '';
  const user = getFolded(event, 'User')?.trim();
  return {
    source: 'trace',
    act,
    user: user === '' ? undefined : user,
    namespace: stated.trim() === '' ? undefined : canonicalNamespace(stated),
    ...parts,
    ...clientOf(event, hostKey),
    isInferred: event.isForeignTemplate,
  };
}

function partsOf(reference: WmiReference): Pick<Sighting, 'filter' | 'consumer' | 'binding'> | undefined {
  const className = reference.className.toLowerCase();
  const name = referenceName(reference);
  if (className === '__filtertoconsumerbinding') {
    const binding = bindingOf(keyOf(reference, 'filter'), keyOf(reference, 'consumer'), NO_PROPERTIES);
    return binding === undefined ? undefined : { binding };
  }
  if (name === undefined) return undefined;
  if (className === '__eventfilter') return { filter: { name, query: undefined } };
  if (!className.endsWith('consumer')) return undefined;
  const nothing = { payload: undefined, properties: NO_PROPERTIES, isWhole: false, isCut: false };
  return { consumer: { className: reference.className, name, ...nothing } };
}

function keyOf(reference: WmiReference, name: string): string | undefined {
  for (const [key, value] of reference.keys) if (key.toLowerCase() === name) return value;
  return undefined;
}

/** The machine and process that called; a pid of 0 is none (DOMAIN 2.2 #13). */
function clientOf(event: Event, hostKey: (computer: string) => string): Pick<Sighting, 'client'> {
  const machine = [getFolded(event, 'ClientMachineFQDN'), getFolded(event, 'ClientMachine')].find(
    (name) => name !== undefined && name.trim() !== '' && name !== '-',
  );
  const pid = Number(getFolded(event, 'ClientProcessId'));
  const isLocal = /^(?:true|1)$/i.test(getFolded(event, 'IsLocal') ?? '');
  if (machine === undefined && !isLocal) return {};
  return {
    client: {
      host: hostKey(isLocal || machine === undefined ? event.computer : machine.trim()),
      pid: Number.isInteger(pid) && pid > 0 ? pid : undefined,
    },
  };
}
