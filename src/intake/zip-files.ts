import type { OpenFile } from './file-port.ts';
import { inflatePieces, readRange } from './inflate.ts';
import { ARCHIVE_LIMITS, allowedBytes } from './limits.ts';
import { ReadAhead } from './read-ahead.ts';
import { memberStart, readZipDirectory } from './zip-directory.ts';

/** A member of a zip, whole and in memory: for what is read at random places and not from front to back. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface ZipFiles {
  readonly files: readonly ZipFile[];
  /** Wanted members that could not be had, each with why. */
  readonly notRead: readonly { readonly name: string; readonly reason: string }[];
}

/** The wanted members of a zip; all of them together take at most so many bytes of memory (SETTLED D9). */
export async function readZipFiles(
  file: OpenFile,
  bytes: number,
  isWanted: (name: string) => boolean,
  mostBytes: number,
): Promise<ZipFiles> {
  const directory = await readZipDirectory(file, bytes, ARCHIVE_LIMITS.members);
  const ahead = new ReadAhead(file);
  const files: ZipFile[] = [];
  const notRead: { name: string; reason: string }[] = [];
  const refuse = (name: string, reason: string): void => {
    notRead.push({ name, reason });
  };
  let left = mostBytes;
  for (const member of directory.members) {
    const { name, method, compressedBytes } = member;
    if (!isWanted(name)) continue;
    const start = member.isEncrypted ? undefined : await memberStart(ahead, member);
    if (member.isEncrypted) refuse(name, 'it is encrypted');
    else if (method !== 0 && method !== 8) refuse(name, `it is packed by method ${method}, which is not known`);
    else if (start === undefined) refuse(name, 'its header is not there');
    else {
      const allowed = allowedBytes(compressedBytes, left, ARCHIVE_LIMITS);
      const packed = (): AsyncGenerator<Uint8Array, void> => readRange(file, start, compressedBytes);
      const whole = await gather(method === 0 ? packed() : inflatePieces('deflate', packed, allowed), allowed);
      if (whole === undefined) refuse(name, `it unpacks to more than the ${allowed} bytes that are allowed`);
      else {
        left -= whole.length;
        files.push({ name, bytes: whole });
      }
    }
  }
  for (const { name } of directory.overlapping) if (isWanted(name)) refuse(name, 'it reaches into another member');
  if (directory.trouble !== undefined && files.length === 0) refuse('', directory.trouble);
  return { files, notRead };
}

/** All pieces in one, undefined when they are more than allowed. What a damaged member gave counts. */
async function gather(pieces: AsyncGenerator<Uint8Array, unknown>, allowed: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let step = await pieces.next(); ; step = await pieces.next()) {
    if (step.done === true) return step.value === 'tooLarge' ? undefined : Buffer.concat(parts);
    length += step.value.length;
    if (length > allowed) return undefined;
    parts.push(step.value);
  }
}
