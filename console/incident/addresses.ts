import type { IncidentDocument } from './document.ts';

/** Addresses of the hops that are not there as hosts: of a machine that has no other name its address is the name. */
export function addressesBeside(
  hosts: readonly string[],
  edges: IncidentDocument['incident']['edges'],
): readonly string[] {
  const named = new Set(hosts);
  const all = edges.flatMap(({ source, target }) => [source.address ?? [], target.address ?? []].flat());
  return [...new Set(all)].filter((one) => !named.has(one));
}
