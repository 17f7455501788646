import { isSourceAllowed, sourceProblem } from '../accounts/index.ts';

/**
 * IPv4 networks that are not of the open Internet: special purposes (IANA, RFC 6890), multicast, and the address by which a cloud's machines
 * reach its own services.
 */
const CLOSED_V4: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];

/** Of IPv6 only the global unicast addresses are open, but for those that stand for others (Teredo, 6to4) and for examples. */
const OPEN_V6: readonly string[] = ['2000::/3'];
const CLOSED_V6: readonly string[] = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const MAPPED_V4: readonly string[] = ['::ffff:0:0/96'];

/** Whether a sink may send there what can be read and changed on its way: only where its `allow` names the address. */
export function mayReachPlain(address: string, allow: readonly string[]): boolean {
  return allow.length > 0 && mayReach(address, allow) && isSourceAllowed(allow, address);
}

/**
 * Whether a sink may connect to an address: one of the open Internet, or one that its `allow` names. An IPv4 address in the form of IPv6 is judged as what
 * it is; what is no address is not reached.
 */
export function mayReach(address: string, allow: readonly string[]): boolean {
  const bare = address.split('%')[0] ?? '';
  if (bare.includes('/') || sourceProblem(bare) !== undefined) return false;
  if (allow.length > 0 && isSourceAllowed(allow, bare)) return true;
  if (isSourceAllowed(MAPPED_V4, bare)) return !isSourceAllowed(CLOSED_V4, bare);
  return isSourceAllowed(OPEN_V6, bare) && !isSourceAllowed(CLOSED_V6, bare);
}
