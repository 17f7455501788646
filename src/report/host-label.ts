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
