import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } from 'yauzl';
import { asciiAt } from './ascii.ts';
import type { OpenFile } from './file-port.ts';
import { modifiedOf } from './member-time.ts';
import type { ReadAhead } from './read-ahead.ts';
import { membersByHeaders } from './zip-headers.ts';
import { encryptionOf, labelOf, type ZipMember } from './zip-member.ts';

export interface ZipDirectory {
  /** Files only, in the order in which they lie in the archive. */
  readonly members: readonly ZipMember[];
  /** Members that the directory announces, folders among them. */
  readonly announced: number;
  /** Set when the directory could not be read to its end. */
  readonly trouble?: string;
  /** True when there is no directory at all and the members were found by the headers before them. */
  readonly isRecovered: boolean;
  /** Members whose claim reaches into the next one: refused. */
  readonly overlapping: readonly ZipMember[];
}

/** Members of an archive (DEPENDENCIES 4.3). */
export const MAX_MEMBERS = 1_000_000;
const WINDOW_BYTES = 1 << 18;

/** Reads the central directory, ZIP64 included (yauzl stands behind this function alone). */
export async function readZipDirectory(file: OpenFile, bytes: number, maxMembers: number): Promise<ZipDirectory> {
  const members: ZipMember[] = [];
  const names = new Map<string, number>();
  let announced = 0;
  let trouble: string | undefined;
  try {
    const zip = await fromRandomAccessReaderPromise(new WindowReader(file), await endOfZip(file, bytes), {
      autoClose: false,
      // Names are labels to us: an absolute or climbing one must not cost the whole archive.
      decodeStrings: false,
      validateEntrySizes: false,
    });
    announced = zip.entryCount;
    let seen = 0;
    for await (const entry of zip.eachEntry()) {
      if (++seen > maxMembers) {
        trouble = `it has more than ${maxMembers} members`;
        break;
      }
      const member = memberOf(entry, names);
      if (member !== undefined) members.push(member);
    }
  } catch (error) {
    trouble = error instanceof Error ? error.message : String(error);
  }
  let isRecovered = false;
  if (trouble !== undefined && members.length === 0) {
    for (const member of await membersByHeaders(file, bytes, maxMembers, names)) members.push(member);
    isRecovered = members.length > 0;
  }
  members.sort((a, b) => a.headerOffset - b.headerOffset);
  const { sound, overlapping } = splitOverlapping(members);
  return { members: sound, announced, overlapping, isRecovered, ...(trouble === undefined ? {} : { trouble }) };
}

/** Bytes behind a zip, such as the padding of a disk image, that are passed over. */
const PADDING_BYTES = 1 << 20;
const END_MAGIC = Buffer.from('PK\x05\x06', 'latin1');

/** Where the archive ends: behind the last end record whose comment fits. The size of the file when there is none. */
async function endOfZip(file: OpenFile, bytes: number): Promise<number> {
  const tail = Buffer.alloc(Math.min(bytes, PADDING_BYTES + 22));
  const start = bytes - tail.length;
  const read = tail.subarray(0, await file.read(tail, start));
  for (let at = read.lastIndexOf(END_MAGIC); at >= 0; at = at === 0 ? -1 : read.lastIndexOf(END_MAGIC, at - 1)) {
    if (at + 22 > read.length) continue;
    const end = at + 22 + read.readUInt16LE(at + 20);
    if (end <= read.length) return start + end;
  }
  return bytes;
}

function memberOf(entry: Entry, names: Map<string, number>): ZipMember | undefined {
  const written = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  if (/[\\/]$/.test(written) && entry.compressedSize === 0) return undefined;
  const header = {
    flags: entry.generalPurposeBitFlag,
    method: entry.compressionMethod,
    crc32: entry.crc32,
    dosTime: entry.lastModFileTime,
  };
  const modified = modifiedOf(entry.extraFields);
  return {
    ...labelOf(written, names),
    ...encryptionOf(header, entry.extraFields),
    ...(modified === undefined ? {} : { modified }),
    compressedBytes: entry.compressedSize,
    claim: { bytes: entry.uncompressedSize, crc32: entry.crc32 },
    headerOffset: entry.relativeOffsetOfLocalHeader,
    headerBytes: 30 + entry.fileNameLength,
  };
}

/** Members that reach into the one after them are set apart: one stored file must not be read as many (zip bomb). */
function splitOverlapping(members: readonly ZipMember[]): { sound: ZipMember[]; overlapping: ZipMember[] } {
  const sound: ZipMember[] = [];
  const overlapping: ZipMember[] = [];
  for (const [i, member] of members.entries()) {
    const end = member.headerOffset + member.headerBytes + member.compressedBytes;
    const next = members[i + 1];
    (next !== undefined && next.headerOffset < end ? overlapping : sound).push(member);
  }
  return { sound, overlapping };
}

/** Offset of a member's first byte, by the lengths in its local header; undefined when no local header stands there. */
export async function memberStart(file: ReadAhead, member: ZipMember): Promise<number | undefined> {
  const header = await file.bytes(member.headerOffset, 30);
  if (header.length < 30 || !asciiAt(header, 0, 'PK\x03\x04')) return undefined;
  const lengths = new DataView(header.buffer, header.byteOffset + 26, 4);
  return member.headerOffset + 30 + lengths.getUint16(0, true) + lengths.getUint16(2, true);
}

/** Gives yauzl its small reads out of one window, since the directory is read from front to back. */
class WindowReader extends RandomAccessReader {
  readonly #file: OpenFile;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #start = 0;
  #length = 0;

  constructor(file: OpenFile) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead: number) => void,
  ): void {
    if (position >= this.#start && position + length <= this.#start + this.#length) {
      this.#window.copy(buffer, offset, position - this.#start, position - this.#start + length);
      callback(null, length);
      return;
    }
    this.#fill(position).then(
      () => {
        const have = Math.min(length, this.#length);
        this.#window.copy(buffer, offset, 0, have);
        callback(null, have);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), 0),
    );
  }

  async #fill(position: number): Promise<void> {
    this.#length = 0;
    this.#length = await this.#file.read(this.#window, position);
    this.#start = position;
  }
}
