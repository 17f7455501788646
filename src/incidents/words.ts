import type { HopMethod } from '../entities/index.ts';
import { shortText } from '../subscriptions/index.ts';
import { fileNameOf } from '../windows/index.ts';
import { WEIGHTS } from './weights.ts';

/** A host as people call it. */
export type HostName = (host: string) => string;

/** `SRV-02` for `srv-02.corp.example`, unless another host of the incident has that short name; an address as it is. */
export function hostNames(hosts: Iterable<string>): HostName {
  const owners = new Map<string, Set<string>>();
  for (const host of hosts) {
    const name = shortName(host);
    owners.set(name, (owners.get(name) ?? new Set<string>()).add(host));
  }
  return (host) => {
    const name = shortName(host);
    return shortText((owners.get(name)?.size ?? 0) > 1 ? host : name);
  };
}

function shortName(host: string): string {
  const dot = host.indexOf('.');
  if (host.includes(':') || /^[\d.]+$/.test(host) || dot === 0) return host;
  return (dot < 0 ? host : host.slice(0, dot)).toUpperCase();
}

/** "likely ", "possibly ", or nothing where it is stated (PRODUCT 8.1). Below 0.30 there is nothing to say. */
export function doubtWords(confidence: number): string {
  if (confidence >= WEIGHTS.stated) return '';
  return confidence >= WEIGHTS.likely ? 'likely ' : 'possibly ';
}

const TRANSPORT: Readonly<Partial<Record<HopMethod, string>>> = {
  'wmi-dcom': 'DCOM',
  'wmi-winrm': 'WinRM',
  dcom: 'DCOM',
  smb: 'SMB',
  rpc: 'RPC',
};

/** " over DCOM"; empty where it is not known. */
export function transportWords(method: HopMethod): string {
  const name = TRANSPORT[method];
  return name === undefined ? '' : ` over ${name}`;
}

/** "WMI over DCOM", for a step or a gap. */
export function methodWords(method: HopMethod): string {
  if (method === 'wmi-dcom' || method === 'wmi-winrm') return `WMI${transportWords(method)}`;
  return TRANSPORT[method] ?? 'a call';
}

/** Programs that make every call of their kind: naming them says nothing (DOMAIN 2.2 #42). */
const CARRIERS: ReadonlySet<string> = new Set(['svchost.exe', 'system', 'lsass.exe', 'services.exe']);

/** "powershell.exe"; undefined where none is known or it only carries what others call. */
export function toolName(image: string | undefined): string | undefined {
  if (image === undefined) return undefined;
  const name = oneLine(fileNameOf(image));
  return name === '' || CARRIERS.has(name.toLowerCase()) ? undefined : name;
}

export function programName(image: string): string {
  return oneLine(fileNameOf(image));
}

/** Text of evidence inside a sentence: one line, cut where it is long. */
export function oneLine(text: string): string {
  return shortText(text.replace(/\s+/g, ' ').trim());
}

export function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}

/** "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

export function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "that powershell.exe connected to 203.0.113.24": a finding's title inside a sentence. */
export function thatWords(title: string): string {
  const words = title.replace(/^(?:The|A|An|Subscription|Two|Several) /, (word) => word.toLowerCase());
  return `that ${words.replace(/\.$/, '')}`;
}
