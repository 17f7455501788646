import type { FindingProcess } from '../analytics/index.ts';
import { canonicalAddress } from '../entities/index.ts';
import type { Hop } from '../incidents/index.ts';
import type { RecordFacts } from './told.ts';

/** An account as Windows writes it, taken apart. */
export interface AccountFacts {
  readonly name?: string;
  readonly domain?: string;
  readonly sid?: string;
}

/** `CORP\alice`, `alice` or a SID. */
export function accountFacts(account: string): AccountFacts {
  if (/^S-1-\d+(?:-\d+)+$/.test(account)) return { sid: account };
  const at = account.indexOf('\\');
  if (at <= 0 || at === account.length - 1) return { name: account };
  return { domain: account.slice(0, at), name: account.slice(at + 1) };
}

export interface HashFacts {
  readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'imphash';
  /** Lower-case hex. */
  readonly value: string;
}

/** Hex digits of each algorithm that Sysmon writes. */
const DIGITS = { md5: 32, sha1: 40, sha256: 64, imphash: 32 } as const;

/** The hashes of a Sysmon record, `SHA1=…,MD5=…`; what is no hash of its length is left out. */
export function hashesOf(text: string): readonly HashFacts[] {
  const found = new Map<string, HashFacts>();
  for (const part of text.slice(0, 1000).split(',')) {
    const [name = '', value = ''] = part.trim().toLowerCase().split('=');
    if (!isAlgorithm(name) || !/^[0-9a-f]+$/.test(value) || value.length !== DIGITS[name]) continue;
    // Sysmon writes zeros where it has none.
    if (!/^0+$/.test(value)) found.set(name, { algorithm: name, value });
  }
  return [...found.values()];
}

function isAlgorithm(name: string): name is keyof typeof DIGITS {
  return Object.hasOwn(DIGITS, name);
}

/** A process with what its own record says of it. */
export interface ProcessFacts extends FindingProcess {
  /** ProcessGuid, as written. */
  readonly guid?: string;
  readonly hashes: readonly HashFacts[];
}

/**
 * Adds identifier and hashes of the Sysmon 1 records that are given: only where they have the process's id and image, and one
 * process alone does.
 */
export function processFacts(process: FindingProcess, records: readonly RecordFacts[]): ProcessFacts {
  const own = records.filter((record) => isStartOf(record, process));
  const guids = new Set(own.map(({ data }) => data['ProcessGuid']));
  const [first] = own;
  if (first === undefined || guids.size !== 1) return { ...process, hashes: [] };
  const guid = first.data['ProcessGuid'];
  return {
    ...process,
    ...(guid === undefined ? {} : { guid }),
    hashes: hashesOf(first.data['Hashes'] ?? ''),
  };
}

function isStartOf({ channel, eventId, data }: RecordFacts, { pid, image }: FindingProcess): boolean {
  if (eventId !== 1 || !/sysmon/i.test(channel) || pid === undefined || image === undefined) return false;
  return Number(data['ProcessId']) === pid && data['Image']?.toLowerCase() === image.toLowerCase();
}

/** The last part of a path of Windows; undefined where it ends in a separator. */
export function fileName(path: string): string | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
  return name === '' ? undefined : name;
}

/** A host or, where all that is known of a machine is its address, that. */
export interface EndFacts {
  readonly host?: string;
  readonly address?: string;
}

export function endFacts({ host, address }: { readonly host?: string; readonly address?: string }): EndFacts {
  const stated = canonicalAddress(address) ?? canonicalAddress(host);
  const name = host === undefined || canonicalAddress(host) !== undefined ? undefined : host;
  return { ...(name === undefined ? {} : { host: name }), ...(stated === undefined ? {} : { address: stated }) };
}

/** Both ends of a hop. */
export function hopEnds({ source, target }: Hop): { readonly source: EndFacts; readonly target: EndFacts } {
  return { source: endFacts(source), target: endFacts(target) };
}
