/** An address or network as 16 bytes; IPv4 stands in `::ffff:0:0/96`, so that a mapped address is the same one. */
interface Network {
  readonly bytes: Uint8Array;
  /** Leading bits that count, 0 to 128. */
  readonly bits: number;
}

export const MOST_SOURCES = 64;

/** Why a text is no address or CIDR block; `undefined` when it is one. Bits behind the prefix must be zero: else a typing error would pass. */
export function sourceProblem(text: string): string | undefined {
  const network = readNetwork(text);
  const what = JSON.stringify(text.slice(0, 64));
  if (network === undefined) return `${what} is no address and no block such as 10.0.0.0/8 or 2001:db8::/32.`;
  if (!isInside(network.bytes, { bytes: masked(network), bits: 128 })) return `${what} has bits behind its prefix.`;
  return undefined;
}

/** Whether a key with these blocks may be used from an address (IPv4, IPv6, with or without zone). No blocks: from anywhere. */
export function isSourceAllowed(sources: readonly string[], address: string): boolean {
  if (sources.length === 0) return true;
  const bytes = readAddress(address.split('%')[0] ?? '');
  if (bytes === undefined) return false;
  return sources.some((source) => {
    const network = readNetwork(source);
    return network !== undefined && isInside(bytes, network);
  });
}

function readNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const bytes = readAddress(address);
  if (bytes === undefined || more.length > 0) return undefined;
  if (prefix === undefined) return { bytes, bits: 128 };
  const isShort = !address.includes(':');
  const bits = /^(?:0|[1-9]\d{0,2})$/.test(prefix) ? Number(prefix) + (isShort ? 96 : 0) : 129;
  return bits <= 128 ? { bytes, bits } : undefined;
}

/** The 16 bytes of an address in the text forms of RFC 4291 2.2 and of IPv4 with four decimal parts. */
function readAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) {
    const short = readShort(text);
    return short === undefined ? undefined : Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...short);
  }
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const first = readGroups(head, tail === undefined);
  const last = readGroups(tail ?? '', true);
  if (first === undefined || last === undefined) return undefined;
  const missing = 16 - first.length - last.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.of(...first, ...new Uint8Array(missing), ...last);
}

/** Groups of up to four hex digits; the last one may be an IPv4 address where the address ends with it. */
function readGroups(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const short = isEnd && index === groups.length - 1 && group.includes('.') ? readShort(group) : undefined;
    if (short !== undefined) bytes.push(...short);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}

function readShort(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  // A leading zero is octal to some readers and decimal to others: it is refused.
  const isWhole = parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return isWhole ? parts.map(Number) : undefined;
}

function masked({ bytes, bits }: Network): Uint8Array {
  return bytes.map((byte, index) => byte & maskOf(bits, index));
}

function isInside(bytes: Uint8Array, network: Network): boolean {
  return bytes.every((byte, index) => ((byte ^ (network.bytes[index] ?? 0)) & maskOf(network.bits, index)) === 0);
}

/** The bits of one byte that a prefix covers. */
function maskOf(bits: number, index: number): number {
  const covered = Math.min(8, Math.max(0, bits - index * 8));
  return (0xff00 >> covered) & 255;
}
