import type { Hop } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import type { Detection } from '../detection.ts';
import { accountFacts, type EndFacts, fileName, type HashFacts, hopEnds, type ProcessFacts } from '../facts.ts';
import { dossierFacts } from '../own-facts.ts';
import { distinct, inert } from '../text.ts';
import { EXTENSION, observable, type StixObject, SUBSCRIPTION_TYPE } from './constants.ts';
import { objectId, observableId, processId } from './ids.ts';

/** What was seen of a detection, each object before those that refer to it. */
export function observablesOf({ id, host, processes, hops, dossiers, accounts }: Detection): readonly StixObject[] {
  return [
    ...distinct(accounts).map(accountObject),
    ...processes.flatMap((process) => processObjects(process, [id, host])),
    ...hops.flatMap(trafficObjects),
    ...dossiers.map(subscriptionObject),
  ];
}

function accountObject(account: string): StixObject {
  const { name, domain, sid } = accountFacts(inert(account));
  const login = name === undefined ? undefined : domain === undefined ? name : `${domain}\\${name}`;
  const type = domain === undefined ? undefined : 'windows-domain';
  const properties = { account_type: type, user_id: sid, account_login: login };
  return observable('user-account', observableId('user-account', properties), {
    user_id: sid,
    account_login: login,
    account_type: type,
  });
}

/** A process has nothing that makes it up for all: its id is of what it is seen in and of all that is known of it. */
function processObjects(process: ProcessFacts, seen: readonly string[]): readonly StixObject[] {
  const { pid, commandLine, image, user, hashes, parentImage, parentPid, guid } = process;
  const file = image === undefined ? undefined : fileObject(image, hashes);
  const account = user === undefined || user === '' ? undefined : accountObject(user);
  const parentFile = parentImage === undefined ? undefined : fileObject(parentImage, []);
  const parent =
    parentPid === undefined
      ? undefined
      : observable('process', processId(...seen, guid ?? null, pid ?? null, 'parent', parentPid), {
          pid: parentPid,
          image_ref: parentFile?.id,
        });
  // A file that is named by no process would stand alone: its own process must say something.
  const own = { pid, command_line: commandLine === undefined ? undefined : inert(commandLine), image_ref: file?.id };
  if (Object.values(own).every((value) => value === undefined)) return [];
  const name = [guid ?? null, pid ?? null, image ?? null, commandLine ?? null];
  const main = observable('process', processId(...seen, ...name), {
    ...own,
    creator_user_ref: account?.id,
    parent_ref: parent?.id,
  });
  const before = [account, file, parent === undefined ? undefined : parentFile, parent];
  return [...before.flatMap((one) => one ?? []), main];
}

const HASH_NAMES = { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256', imphash: undefined } as const;

function fileObject(path: string, hashes: readonly HashFacts[]): StixObject | undefined {
  const name = fileName(inert(path));
  if (name === undefined) return undefined;
  const named = hashes.flatMap(({ algorithm, value }) => {
    const key = HASH_NAMES[algorithm];
    return key === undefined ? [] : [[key, value] as const];
  });
  // One hash makes up the file: the first of this order that there is (STIX 2.1, 2.9).
  const [first] = ['MD5', 'SHA-1', 'SHA-256'].flatMap((key) => named.filter(([one]) => one === key));
  const made = first === undefined ? undefined : { [first[0]]: first[1] };
  return observable('file', observableId('file', { hashes: made, name }), { hashes: Object.fromEntries(named), name });
}

function endObject({ address, host }: EndFacts): StixObject | undefined {
  if (address !== undefined) return valueObject(address.includes(':') ? 'ipv6-addr' : 'ipv4-addr', address);
  return host === undefined || !isDomainName(host) ? undefined : valueObject('domain-name', host);
}

/** An observable that is its value. */
export function valueObject(type: 'ipv4-addr' | 'ipv6-addr' | 'domain-name' | 'url', value: string): StixObject {
  return observable(type, observableId(type, { value }), { value });
}

/** Names of hosts come from evidence: what no resolver could have answered is none. */
export function isDomainName(text: string): boolean {
  return (
    text.length <= 253 &&
    /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i.test(text)
  );
}

function trafficObjects(hop: Hop): readonly StixObject[] {
  const { source, target } = hopEnds(hop);
  const from = endObject(source);
  const to = endObject(target);
  const protocols = protocolsOf(hop, from, to);
  const ends = { src_ref: from?.id, dst_ref: to?.id, protocols };
  const traffic =
    from === undefined && to === undefined
      ? undefined
      : observable('network-traffic', observableId('network-traffic', ends), ends);
  return [from, to, traffic].flatMap((one) => one ?? []);
}

/** Only what the way of the call says: WMI and DCOM are calls of DCE/RPC, WinRM is HTTP; all are TCP. */
function protocolsOf({ method }: Hop, from: StixObject | undefined, to: StixObject | undefined): string[] {
  const types = new Set([from?.type, to?.type]);
  const ip = types.has('ipv6-addr') ? ['ipv6'] : types.has('ipv4-addr') ? ['ipv4'] : [];
  const above = { 'wmi-dcom': ['dce-rpc'], dcom: ['dce-rpc'], rpc: ['dce-rpc'], 'wmi-winrm': ['http'], smb: ['smb'] };
  return [...ip, 'tcp', ...(method === 'unknown' ? [] : above[method])];
}

function subscriptionObject(dossier: Dossier): StixObject {
  // Its id is not among what makes it up: a name that starts with `id` is STIX's own.
  const { id: _, ...facts } = dossierFacts(dossier);
  return observable(SUBSCRIPTION_TYPE, objectId(SUBSCRIPTION_TYPE, dossier.id), {
    ...facts,
    extensions: { [EXTENSION.id]: { extension_type: 'new-sco' } },
  });
}
