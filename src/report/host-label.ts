import type { Hop } from '../incidents/index.ts';

/** A host's name for people. */
export type HostLabels = (host: string) => string;

/**
 * Names for people: `SRV-02` for `srv-02.corp.example`, as long as no other host of the result has that short name; then
 * the whole name stands.
 */
export function hostLabels(hosts: Iterable<string>): HostLabels {
  const shorts = new Map<string, Set<string>>();
  for (const host of hosts) {
    const short = shortName(host);
    const owners = shorts.get(short) ?? new Set<string>();
    owners.add(host);
    shorts.set(short, owners);
  }
  return (host) => {
    const short = shortName(host);
    return (shorts.get(short)?.size ?? 0) > 1 ? host : short;
  };
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
