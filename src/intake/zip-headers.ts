import type { OpenFile } from './file-port.ts';
import type { ExtraField } from './member-time.ts';
import { encryptionOf, labelOf, MAX_NAME_CHARS, type ZipMember } from './zip-member.ts';

const HEADER_MAGIC = Buffer.from('PK\x03\x04', 'latin1');
const HEADER_BYTES = 30;
const SCAN_BYTES = 1 << 20;
const METHODS: ReadonlySet<number> = new Set([0, 8, 9, 12, 14, 93, 95, 98, 99]);
const SIZES_FOLLOW = 8;
const NAMES_ARE_UTF8 = 0x800;

/**
 * Members of an archive that was cut before its directory, by the local headers in it. Only for that: headers may name what a
 * directory does not. A member reaches at most to the next header; where its size is not in its header, what it holds says where it ends.
 */
export async function membersByHeaders(
  file: OpenFile,
  bytes: number,
  maxMembers: number,
  names: Map<string, number>,
): Promise<readonly ZipMember[]> {
  const members: ZipMember[] = [];
  let open: Headed | undefined;
  for await (const { header, offset } of localHeaders(file, bytes)) {
    // A stored archive inside this one has headers of its own.
    if (open?.method === 0 && open.packedBytes !== undefined && offset < open.start + open.packedBytes) continue;
    if (open !== undefined) members.push(...memberUpTo(open, offset));
    if (members.length >= maxMembers) return members;
    open = headed(header, offset, names);
  }
  if (open !== undefined) members.push(...memberUpTo(open, bytes));
  return members;
}

/** A member as its local header tells it. */
interface Headed extends Omit<ZipMember, 'compressedBytes'> {
  readonly start: number;
  readonly packedBytes: number | undefined;
}

function headed(header: Buffer, headerOffset: number, names: Map<string, number>): Headed {
  const flags = header.readUInt16LE(6);
  const name = header.subarray(HEADER_BYTES, HEADER_BYTES + header.readUInt16LE(26));
  const headerBytes = HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const hasSizes = (flags & SIZES_FOLLOW) === 0 && header.readUInt32LE(18) !== 0xffffffff;
  return {
    ...labelOf(name.toString((flags & NAMES_ARE_UTF8) === 0 ? 'latin1' : 'utf8'), names),
    ...encryptionOf(
      { flags, method: header.readUInt16LE(8), crc32: header.readUInt32LE(14), dosTime: header.readUInt16LE(10) },
      extraFieldsOf(header.subarray(HEADER_BYTES + name.length, headerBytes)),
    ),
    headerOffset,
    headerBytes,
    start: headerOffset + headerBytes,
    packedBytes: hasSizes ? header.readUInt32LE(18) : undefined,
    ...(hasSizes ? { claim: { bytes: header.readUInt32LE(22), crc32: header.readUInt32LE(14) } } : {}),
  };
}

/** The extra fields of a header, as far as they are there. */
function extraFieldsOf(bytes: Buffer): readonly ExtraField[] {
  const fields: ExtraField[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) break;
    fields.push({ id: bytes.readUInt16LE(at), data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return fields;
}

/** The member, when it has bytes before the next one begins. */
function memberUpTo({ start, packedBytes, ...member }: Headed, end: number): readonly ZipMember[] {
  const compressedBytes = Math.min(packedBytes ?? end - start, end - start);
  return compressedBytes > 0 ? [{ ...member, compressedBytes }] : [];
}

/** The local headers in a file, each with the bytes of its name, in order. */
async function* localHeaders(
  file: OpenFile,
  bytes: number,
): AsyncGenerator<{ readonly header: Buffer; readonly offset: number }, void> {
  const window = Buffer.alloc(SCAN_BYTES);
  let start = 0;
  while (start + HEADER_BYTES <= bytes) {
    const read = window.subarray(0, await file.read(window, start));
    let next = start + Math.max(1, read.length - HEADER_BYTES - MAX_NAME_CHARS);
    for (let at = read.indexOf(HEADER_MAGIC); at >= 0; at = read.indexOf(HEADER_MAGIC, at + 4)) {
      if (at + HEADER_BYTES + MAX_NAME_CHARS > read.length && start + read.length < bytes) {
        next = start + at;
        break;
      }
      const header = read.subarray(at);
      if (header.length < HEADER_BYTES || !METHODS.has(header.readUInt16LE(8))) continue;
      yield { header: Buffer.from(header.subarray(0, HEADER_BYTES + MAX_NAME_CHARS)), offset: start + at };
    }
    if (start + read.length >= bytes) return;
    start = next;
  }
}
