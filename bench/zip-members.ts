import { inflateRawSync } from 'node:zlib';

/** A member of a zip file, still packed. */
export interface PackedMember {
  readonly name: string;
  readonly packed: Buffer;
  readonly isDeflated: boolean;
}

const END_BYTES = 22;
const ENTRY_BYTES = 46;

/**
 * The members of a sound zip file below 4 GB, by its directory. The bench has a reader of its own, the least that can be:
 * what the product spends on opening archives with care is to be seen beside it, and files for peers must be whole.
 */
export function zipMembers(zip: Buffer): readonly PackedMember[] {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'), zip.length - END_BYTES);
  if (end < 0) throw new Error('not a zip file');
  const members: PackedMember[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameBytes = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    members.push({
      name: zip.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes),
      packed: zip.subarray(start, start + zip.readUInt32LE(at + 20)),
      isDeflated: zip.readUInt16LE(at + 10) === 8,
    });
    at += ENTRY_BYTES + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return members;
}

export function inflateMember(member: PackedMember): Buffer {
  return member.isDeflated ? inflateRawSync(member.packed) : member.packed;
}

export function isEventLog(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.toString('latin1', 0, 8) === 'ElfFile\0';
}
