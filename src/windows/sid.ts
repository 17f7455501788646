/** Longest list of sub-authorities that Windows allows (SID_MAX_SUB_AUTHORITIES). */
const MAX_SUB_AUTHORITIES = 15;

/**
 * The text of a binary SID given as byte values, for example the `CreatorSID` array of a WMI object: revision, count, six
 * bytes of authority (big-endian), then little-endian 32-bit sub-authorities (DOMAIN 1.1). Undefined when the bytes are
 * not exactly one SID.
 */
export function sidFromBytes(bytes: ArrayLike<number>): string | undefined {
  const count = bytes[1];
  if (bytes[0] !== 1 || count === undefined || count > MAX_SUB_AUTHORITIES || bytes.length !== 8 + 4 * count) {
    return undefined;
  }
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === undefined || !Number.isInteger(byte) || byte < 0 || byte > 255) return undefined;
  }
  let authority = 0;
  for (let i = 2; i < 8; i++) authority = authority * 256 + (bytes[i] ?? 0);
  let text = `S-1-${authority}`;
  for (let i = 8; i < bytes.length; i += 4) {
    const low = (bytes[i] ?? 0) + (bytes[i + 1] ?? 0) * 256 + (bytes[i + 2] ?? 0) * 65536;
    text += `-${low + (bytes[i + 3] ?? 0) * 16777216}`;
  }
  return text;
}

const SID_TEXT = /^S-1-\d{1,15}(?:-\d{1,10}){0,15}$/i;

/** True when the text is one SID in its string form. */
export function isSidText(text: string): boolean {
  return SID_TEXT.test(text);
}

const DOMAIN_SID = /^S-1-5-21-\d{1,10}-\d{1,10}-\d{1,10}-\d{1,10}$/i;

/** True for an account of a machine or domain, the only kind that a person signs in with (SETTLED A6). */
export function isInteractiveUserSid(sid: string): boolean {
  return DOMAIN_SID.test(sid);
}

/** Names of well-known SIDs, in the English spelling that reports use (Microsoft: well-known SIDs). */
const WELL_KNOWN: ReadonlyMap<string, string> = new Map([
  ['S-1-0-0', 'NULL SID'],
  ['S-1-1-0', 'Everyone'],
  ['S-1-5-7', 'NT AUTHORITY\\ANONYMOUS LOGON'],
  ['S-1-5-9', 'NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS'],
  ['S-1-5-11', 'NT AUTHORITY\\Authenticated Users'],
  ['S-1-5-18', 'NT AUTHORITY\\SYSTEM'],
  ['S-1-5-19', 'NT AUTHORITY\\LOCAL SERVICE'],
  ['S-1-5-20', 'NT AUTHORITY\\NETWORK SERVICE'],
  ['S-1-5-32-544', 'BUILTIN\\Administrators'],
  ['S-1-5-32-545', 'BUILTIN\\Users'],
  ['S-1-5-32-546', 'BUILTIN\\Guests'],
  ['S-1-16-0', 'Mandatory Label\\Untrusted Mandatory Level'],
  ['S-1-16-4096', 'Mandatory Label\\Low Mandatory Level'],
  ['S-1-16-8192', 'Mandatory Label\\Medium Mandatory Level'],
  ['S-1-16-8448', 'Mandatory Label\\Medium Plus Mandatory Level'],
  ['S-1-16-12288', 'Mandatory Label\\High Mandatory Level'],
  ['S-1-16-16384', 'Mandatory Label\\System Mandatory Level'],
]);

/** `NT AUTHORITY\SYSTEM` for S-1-5-18 and so on; undefined for a SID whose name depends on machine or domain. */
export function wellKnownSidName(sid: string): string | undefined {
  return WELL_KNOWN.get(sid.toUpperCase());
}

const BY_NAME: ReadonlyMap<string, string> = new Map([...WELL_KNOWN].map(([sid, name]) => [name.toLowerCase(), sid]));

/** The SID that a text renders as `NULL SID` or `NT AUTHORITY\\SYSTEM`, in English and any case; undefined for other names. */
export function sidOfWellKnownName(name: string): string | undefined {
  return name.length > 64 ? undefined : BY_NAME.get(name.toLowerCase());
}
