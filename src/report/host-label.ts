import type { Hop } from '../incidents/index.ts';

/** A host's name for people. */
export interface HostLabels {
  (host: string): string;
  /** Host keys that texts of the result may hold (`namedText`). */
  readonly known?: ReadonlySet<string>;
}

/**
 * A text of joins, terms or titles with every host key of the result written as people call that host: those who write these
 * texts know one host at a time, and not which names are taken. Not escaped.
 */
export function namedText(text: string, label: HostLabels): string {
  const { known } = label;
  if (known === undefined) return text;
  return text.replaceAll(/[\w.-]+/g, (token) => {
    const key = token.replace(/\.+$/, '');
    const isHost = key.includes('.') && known.has(key.toLowerCase());
    return isHost ? label(key.toLowerCase()) + token.slice(key.length) : token;
  });
}

/**
 * Names for people: `SRV-02` for `srv-02.corp.example`, as long as no other host of the result has that short name; then
 * the whole name stands.
 */
export function hostLabels(hosts: Iterable<string>): HostLabels {
  const shorts = new Map<string, Set<string>>();
  const known = new Set<string>();
  for (const host of hosts) {
    known.add(host);
    const short = shortName(host);
    const owners = shorts.get(short) ?? new Set<string>();
    owners.add(host);
    shorts.set(short, owners);
  }
  const label = (host: string): string => {
    const short = shortName(host);
    return (shorts.get(short)?.size ?? 0) > 1 ? host : short;
  };
  return Object.assign(label, { known });
}

function shortName(host: string): string {
  if (/^[0-9.]+$/.test(host) || host.includes(':')) return host;
  const dot = host.indexOf('.');
  return (dot > 0 ? host.slice(0, dot) : host).toUpperCase();
}

/**
 * Names for one incident: an address that a hop of it says is of one host is called as that host, which is how a record of a
 * network sensor gets a name. An address that two hosts of the incident had stays an address.
 */
export function labelsOfHops(hops: readonly Hop[], label: HostLabels): HostLabels {
  const owners = new Map<string, Set<string>>();
  for (const { host, address } of hops.flatMap(({ source, target }) => [source, target])) {
    if (host === undefined || address === undefined) continue;
    owners.set(address, (owners.get(address) ?? new Set<string>()).add(host));
  }
  return (host) => {
    const [owner, ...others] = owners.get(host) ?? [];
    return label(owner === undefined || others.length > 0 ? host : owner);
  };
}
