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

function sidAt(bytes: Buffer, at: number): string | undefined {
  if (at === 0 || at + 8 > bytes.length) return undefined;
  return sidFromBytes(bytes.subarray(at, at + 8 + 4 * (bytes[at + 1] ?? 0)));
}
