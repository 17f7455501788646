import { sidFromBytes } from '../windows/index.ts';
import { type CimNamespace, propertyOf } from './cim-object.ts';
import type { Snapshot } from './snapshot.ts';

/** Rights of a namespace that matter (CIM 7.1; Microsoft: access to WMI namespaces). */
const REMOTE_ENABLE = 0x20;
const WRITE_RIGHTS: readonly (readonly [number, string])[] = [
  [0x4, 'full write'],
  [0x8, 'partial write'],
  [0x10, 'provider write'],
  [0x40000, 'write DACL'],
];
const GENERIC_ALL = 0x10000000;

/** Accounts whose rights are expected: administrators, SYSTEM and the two service accounts of WMI itself. */
const ADMINISTRATORS: ReadonlySet<string> = new Set(['S-1-5-32-544', 'S-1-5-18']);

const MAX_ENTRIES = 4096;
const SELF_RELATIVE = 0x8000;
/** Allowed, denied, audit and alarm entries: those that hold rights and a SID alone. */
const MAX_ENTRY_TYPE = 3;

/** Who may reach or change a namespace. */
export interface NamespaceSecurity {
  readonly namespace: CimNamespace;
  readonly owner: string | undefined;
  /** SIDs that may call it from elsewhere. */
  readonly remote: readonly string[];
  /** SIDs beside administrators and SYSTEM that may write, with what. */
  readonly writers: readonly { readonly sid: string; readonly rights: readonly string[] }[];
  /** True when it has no list at all: then everybody may do everything. */
  readonly isOpen: boolean;
}

/** The security of every namespace that states one, by its `__thisNAMESPACE.SECURITY_DESCRIPTOR` (CIM 7.1). */
export function namespaceSecurity(snapshot: Snapshot): readonly NamespaceSecurity[] {
  const found: NamespaceSecurity[] = [];
  for (const namespace of snapshot.namespaces()) {
    for (const instance of snapshot.instances(namespace, '__thisNAMESPACE')) {
      const value = propertyOf(instance, 'SECURITY_DESCRIPTOR')?.value;
      if (!Array.isArray(value)) continue;
      const read = readDescriptor(Buffer.from(value.map(Number)));
      if (read !== undefined) found.push({ namespace, ...read });
    }
  }
  return found;
}

/** A self-relative security descriptor (MS-DTYP 2.4.6); undefined when the bytes are none. */
export function readDescriptor(bytes: Buffer): Omit<NamespaceSecurity, 'namespace'> | undefined {
  if (bytes.length < 20 || bytes[0] !== 1) return undefined;
  const owner = sidAt(bytes, bytes.readUInt32LE(4));
  const aclAt = bytes.readUInt32LE(16);
  const hasList = (bytes.readUInt16LE(2) & 4) !== 0 && aclAt !== 0;
  if (!hasList) return { owner, remote: [], writers: [], isOpen: true };
  if (aclAt + 8 > bytes.length) return undefined;
  const remote = new Set<string>();
  const writers = new Map<string, Set<string>>();
  const end = Math.min(bytes.length, aclAt + bytes.readUInt16LE(aclAt + 2));
  let left = Math.min(bytes.readUInt16LE(aclAt + 4), MAX_ENTRIES);
  for (let at = aclAt + 8; left > 0 && at + 8 <= end; left--) {
    const size = bytes.readUInt16LE(at + 2);
    if (size < 8 || at + size > end) break;
    const mask = bytes.readUInt32LE(at + 4);
    const sid = bytes[at] === 0 ? sidAt(bytes, at + 8) : undefined;
    if (sid !== undefined) {
      if ((mask & (REMOTE_ENABLE | GENERIC_ALL)) !== 0) remote.add(sid);
      const rights = WRITE_RIGHTS.filter(([bit]) => (mask & (bit | GENERIC_ALL)) !== 0).map(([, name]) => name);
      if (rights.length > 0 && !ADMINISTRATORS.has(sid)) {
        const all = writers.get(sid) ?? new Set();
        for (const right of rights) all.add(right);
        writers.set(sid, all);
      }
    }
    at += size;
  }
  return {
    owner,
    remote: [...remote],
    writers: [...writers].map(([sid, rights]) => ({ sid, rights: [...rights] })),
    isOpen: false,
  };
}

/**
 * True for bytes that are a self-relative security descriptor and nothing else: its parts, without gap or overlap, are all
 * of it, and each of its entries is one. What hides behind a few right bytes is none.
 */
export function isWholeDescriptor(bytes: Buffer): boolean {
  if (bytes.length < 20 || bytes[0] !== 1 || (bytes.readUInt16LE(2) & SELF_RELATIVE) === 0) return false;
  const parts: { at: number; size: number }[] = [];
  for (const field of [4, 8]) {
    const at = bytes.readUInt32LE(field);
    if (at !== 0) parts.push({ at, size: sidBytesAt(bytes, at, bytes.length) });
  }
  for (const field of [12, 16]) {
    const at = bytes.readUInt32LE(field);
    if (at !== 0) parts.push({ at, size: aclBytesAt(bytes, at) });
  }
  let end = 20;
  for (const { at, size } of parts.sort((a, b) => a.at - b.at)) {
    if (size === 0 || at !== end) return false;
    end += size;
  }
  return end === bytes.length;
}

/** Bytes of a SID, 0 when there is none. */
function sidBytesAt(bytes: Buffer, at: number, end: number): number {
  if (at + 8 > end || bytes[at] !== 1) return 0;
  const size = 8 + 4 * (bytes[at + 1] ?? 0);
  return at + size <= end && (bytes[at + 1] ?? 0) <= 15 ? size : 0;
}

/** Bytes of a list of entries that each give or deny rights to one SID (MS-DTYP 2.4.4.2, 2.4.5), 0 when it is none. */
function aclBytesAt(bytes: Buffer, at: number): number {
  if (at + 8 > bytes.length || (bytes[at] !== 2 && bytes[at] !== 4)) return 0;
  const size = bytes.readUInt16LE(at + 2);
  if (size < 8 || at + size > bytes.length) return 0;
  let next = at + 8;
  for (let left = bytes.readUInt16LE(at + 4); left > 0; left--) {
    if (next + 16 > at + size || (bytes[next] ?? 0) > MAX_ENTRY_TYPE) return 0;
    const entry = bytes.readUInt16LE(next + 2);
    if (entry !== 8 + sidBytesAt(bytes, next + 8, at + size)) return 0;
    next += entry;
  }
  // Windows leaves room behind the last entry, which holds nothing.
  return bytes.subarray(next, at + size).every((byte) => byte === 0) ? size : 0;
}

function sidAt(bytes: Buffer, at: number): string | undefined {
  if (at === 0 || at + 8 > bytes.length) return undefined;
  return sidFromBytes(bytes.subarray(at, at + 8 + 4 * (bytes[at + 1] ?? 0)));
}
