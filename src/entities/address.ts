const MAPPED_V4 = /^(?:0*:)*:?ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
const V4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

const DOT = 46;
const ZERO = 48;

/**
 * The 32 bits of an IPv4 address in its only spelling: four decimal numbers below 256 without leading zeros; undefined for any
 * other text. Asked several times for each record of a connection: digits are read one by one, which makes no text.
 */
export function numberOfV4(text: string): number | undefined {
  const { length } = text;
  if (length < 7 || length > 15) return undefined;
  let bits = 0;
  let dots = 0;
  let octet = -1;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (octet < 0 || ++dots > 3) return undefined;
      bits = bits * 256 + octet;
      octet = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || octet === 0) return undefined;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return undefined;
  }
  return dots === 3 && octet >= 0 ? bits * 256 + octet : undefined;
}

/** An address as one spelling: IPv4 dotted, IPv6 eight groups without leading zeros and without zone (DOMAIN 2.2 #24). */
export function canonicalAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (numberOfV4(text) !== undefined) return text;
  let value = text.trim().toLowerCase();
  const zone = value.indexOf('%');
  if (zone >= 0) value = value.slice(0, zone);
  if (value === '' || value === '-' || value.length > 45) return undefined;
  const mapped = MAPPED_V4.exec(value)?.[1];
  if (mapped !== undefined) value = mapped;
  if (V4.test(value)) {
    const octets = value.split('.').map(Number);
    return octets.every((octet) => octet <= 255) ? octets.join('.') : undefined;
  }
  return value.includes(':') ? canonicalV6(value) : undefined;
}

function canonicalV6(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const left = groupsOf(halves[0] ?? '');
  const right = halves.length === 2 ? groupsOf(halves[1] ?? '') : [];
  if (left === undefined || right === undefined) return undefined;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 0 : missing !== 0) return undefined;
  return [...left, ...Array<string>(Math.max(0, missing)).fill('0'), ...right].join(':');
}

function groupsOf(text: string): string[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  if (groups.length > 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}

/** True for fe80::/10 and 169.254/16, which many machines have at once: they name nobody (L10). */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address) || address.startsWith('169.254.');
}

/** True for this machine itself: 127/8, ::1. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '0:0:0:0:0:0:0:1';
}

/** True for addresses of no machine: unspecified, multicast, broadcast. */
function isOfNobody(address: string): boolean {
  if (address.includes(':')) return address.startsWith('ff') || address === '0:0:0:0:0:0:0:0';
  const first = Number.parseInt(address, 10);
  return first === 0 || first >= 224;
}

/** True for an address that can tell one machine from another (L10). */
export function isJoinable(address: string): boolean {
  return !isLoopback(address) && !isLinkLocal(address) && !isOfNobody(address);
}
