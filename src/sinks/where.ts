import { isIP } from 'node:net';
import { mayReach, mayReachPlain } from './private-address.ts';

/** Gives all addresses of a name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export type Place =
  | { readonly kind: 'address'; readonly address: string; readonly family: 4 | 6 }
  /** `isFinal`: it will not be otherwise later. */
  | { readonly kind: 'none'; readonly status: string; readonly why: string };

/**
 * Looks a host up once, and gives the address that is connected to: a name that leads elsewhere by the time of connecting does not matter. Addresses
 * inside are left out unless `allow` names them, and without TLS all that it does not name.
 */
export async function placeOf(
  host: string,
  { allow, isTls, resolve }: { readonly allow: readonly string[]; readonly isTls: boolean; readonly resolve: Resolve },
): Promise<Place> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) === 0 ? await addressesOf(bare, resolve) : [bare];
  if (typeof found === 'string') return { kind: 'none', status: 'dns', why: `its name was not found (${found})` };
  const address = found.find((one) => (isTls ? mayReach : mayReachPlain)(one, allow));
  if (address !== undefined) return { kind: 'address', address, family: isIP(address) === 6 ? 6 : 4 };
  const why =
    found.length === 0
      ? 'its name has no address'
      : isTls || !found.some((one) => mayReach(one, allow))
        ? 'it leads to a private, local or reserved address, which only `allow` in its settings opens'
        : 'without TLS it leads only to what `allow` in its settings names';
  return { kind: 'none', status: 'closed', why };
}

/** Whether what can be read on its way may go to a host. Of a name each attempt tells, by the address that it has then. */
export function isOpenPlain(host: string, allow: readonly string[]): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? allow.length > 0 : mayReachPlain(bare, allow);
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
