/** A network: the address as number, of 32 or 128 bits, with its prefix. */
export interface Network {
  readonly bits: 32 | 128;
  readonly base: bigint;
  readonly prefix: number;
}

export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

export type NetworkReading =
  | { readonly kind: 'network'; readonly network: Network; readonly hasHostBits: boolean }
  | { readonly kind: 'trouble'; readonly message: string };

/** An address alone: no port, no blanks, no leading zeros. A zone id (`fe80::1%3`) is left out (SIGMA 2.3). */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 100) return undefined;
  if (!text.includes(':')) return v4(text);
  const zone = text.indexOf('%');
  if (zone === 0 || zone === text.length - 1) return undefined;
  return v6(zone < 0 ? text : text.slice(0, zone));
}

function v4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return { bits: 32, value };
}

function v6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = groupsOf(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return { bits: 128, value: groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n) };
}

function groupsOf(text: string, mayEndInV4: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const embedded = mayEndInV4 && i === parts.length - 1 ? v4(part) : undefined;
      if (embedded === undefined) return undefined;
      groups.push(Number(embedded.value >> 16n), Number(embedded.value & 0xffffn));
    }
  }
  return groups;
}

/** `10.0.0.0/8`; an address alone is a network of one. Host bits are masked and told. */
export function parseNetwork(text: string): NetworkReading {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined || text.includes('%'))
    return { kind: 'trouble', message: 'This is no IPv4 or IPv6 address.' };
  const prefixText = slash < 0 ? String(address.bits) : text.slice(slash + 1);
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : 999;
  if (prefix > address.bits) return { kind: 'trouble', message: `The prefix must be 0 to ${address.bits}.` };
  const base = (address.value >> BigInt(address.bits - prefix)) << BigInt(address.bits - prefix);
  return { kind: 'network', network: { bits: address.bits, base, prefix }, hasHostBits: base !== address.value };
}

const MAPPED = 0xffffn;

/** An IPv4-mapped address (`::ffff:10.1.2.3`, as 4624 has it) is also tested against IPv4 networks. */
export function isInNetwork(network: Network, address: Address): boolean {
  let { bits, value } = address;
  if (bits === 128 && network.bits === 32 && value >> 32n === MAPPED) {
    bits = 32;
    value &= 0xffffffffn;
  }
  const shift = BigInt(network.bits - network.prefix);
  return bits === network.bits && value >> shift === network.base >> shift;
}
