import { crc32 } from 'node:zlib';
import type { OpenFile } from './file-port.ts';
import { ReadAhead } from './read-ahead.ts';
import { memberStart, readZipDirectory } from './zip-directory.ts';
import { memberPieces } from './zip-key.ts';
import { isUnpacked, methodName, type ZipMember } from './zip-member.ts';

/** A file of a zip that is wanted whole: its bytes, or why they are not there. */
export type ZipFile =
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'trouble'; readonly name: string; readonly message: string };

export interface ZipFilesOptions {
  /** By the name as it stands in the archive. */
  readonly wants: (name: string) => boolean;
  /** Of one file, unpacked. */
  readonly maxBytes: number;
  readonly maxMembers: number;
}

/**
 * Small files of a zip, each whole in memory, in the order in which they lie in it. For what is no evidence: no passwords, no
 * archives inside; a file that is damaged, too large or encrypted costs itself. Trouble of the archive as a whole has no name.
 */
export async function* readZipFiles(
  file: OpenFile,
  bytes: number,
  options: ZipFilesOptions,
): AsyncGenerator<ZipFile, void> {
  const { members, trouble, overlapping } = await readZipDirectory(file, bytes, options.maxMembers);
  if (trouble !== undefined) {
    const message = `The list of its members could not be read to the end (${trouble}); ${members.length} were read.`;
    yield { kind: 'trouble', name: '', message };
  }
  for (const { name } of overlapping.filter((member) => options.wants(member.name))) {
    yield { kind: 'trouble', name, message: 'Its bytes reach into the next member; it was not read.' };
  }
  const ahead = new ReadAhead(file);
  for (const member of members) {
    if (!options.wants(member.name)) continue;
    const read = await readMember(file, ahead, member, options.maxBytes);
    yield typeof read === 'string'
      ? { kind: 'trouble', name: member.name, message: read }
      : { kind: 'file', name: member.name, bytes: read };
  }
}

/** The bytes of a member, or a sentence that says why they are not there. */
async function readMember(
  file: OpenFile,
  ahead: ReadAhead,
  member: ZipMember,
  maxBytes: number,
): Promise<Uint8Array | string> {
  if (member.encryption !== undefined) return 'It is encrypted; unpack the archive first.';
  if (!isUnpacked(member.method)) return `It is packed with ${methodName(member.method)}, which is not unpacked here.`;
  const start = await memberStart(ahead, member);
  if (start === undefined) return 'No member stands where the directory says.';
  const pieces = memberPieces(file, { member, start, length: member.compressedBytes }, undefined, maxBytes);
  const parts: Uint8Array[] = [];
  for (let step = await pieces.next(); ; step = await pieces.next()) {
    if (step.done !== true) {
      parts.push(Uint8Array.from(step.value));
      continue;
    }
    if (step.value === 'tooLarge') return `It has more than ${maxBytes} bytes.`;
    const whole = Buffer.concat(parts);
    const isRight = member.claim === undefined || member.claim.crc32 === crc32(whole);
    return step.value === 'whole' && isRight ? whole : 'Its packed bytes are damaged.';
  }
}
