import { isIP } from 'node:net';
import { mayReach } from './private-address.ts';

/** Gives all addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export type Place =
  | { readonly kind: 'address'; readonly address: string; readonly family: 4 | 6 }
  /** `isFinal`: it will not be otherwise later. */
  | { readonly kind: 'none'; readonly status: string; readonly why: string };

/**
 * Looks a host up once, and gives the address that is connected to: a name that leads elsewhere by the time of connecting does not matter. Addresses
 * inside are left out unless `allow` names them.
 */
export async function placeOf(host: string, allow: readonly string[], resolve: Resolve): Promise<Place> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) === 0 ? await addressesOf(bare, resolve) : [bare];
  if (typeof found === 'string') return { kind: 'none', status: 'dns', why: `its name was not found (${found})` };
  const address = found.find((one) => mayReach(one, allow));
  if (address !== undefined) return { kind: 'address', address, family: isIP(address) === 6 ? 6 : 4 };
  const why =
    found.length === 0
      ? 'its name has no address'
      : 'it leads to a private, local or reserved address, which only `allow` in its settings opens';
  return { kind: 'none', status: 'closed', why };
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[] | string> {
  try {
    return await resolve(host);
  } catch (cause) {
    return codeOf(cause);
  }
}

/** A short word for trouble of the network, whatever the other end brought about. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
