import type { Instant } from '../windows/index.ts';
import type { InflateEnd } from './inflate.ts';
import { InnerPieces } from './inner-pieces.ts';
import { readInner } from './inner-reader.ts';
import { allowedBytes } from './limits.ts';
import { type MemberSource, memberSource, type OpenArchive } from './open-archive.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { type SevenZipEnd, type SevenZipFile, SevenZipThread } from './seven-zip-thread.ts';
import { labelOf } from './zip-member.ts';

/** 7-Zip's `SignatureHeader`: magic, version, checksum; then offset, size and checksum of the list of files. */
const HEADER_BYTES = 32;
const LIST_OFFSET_AT = 12;
const LIST_CHECKSUM_AT = 28;

/**
 * What is evidence in a 7z. It is unpacked by libarchive in a thread, whole in memory and file by file; a 7z that lies in it
 * waits until it is done, so that there is one at a time (SETTLED D9).
 */
export async function* readSevenZip(reading: Reading, archive: OpenArchive): AsyncGenerator<ReadStep, void> {
  yield* readOne(reading, archive);
  for (let inner = reading.takeWaiting(); inner !== undefined; inner = reading.takeWaiting()) {
    try {
      yield* readOne(reading, inner.archive);
    } finally {
      inner.release();
    }
  }
}

async function* readOne(reading: Reading, archive: OpenArchive): AsyncGenerator<ReadStep, void> {
  const { bytes, file, source } = archive;
  const { sevenZipBytes } = reading.limits;
  if (bytes > sevenZipBytes) {
    const message = `Its ${bytes} bytes are more than the ${sevenZipBytes} of a 7z that is unpacked in memory; it was not read. Unpack it.`;
    reading.anomalies.add('archiveLarge', source, message);
    reading.notRead.add('7z', source, bytes);
    return;
  }
  const packed = Buffer.allocUnsafeSlow(bytes);
  const there = packed.subarray(0, await file.read(packed, 0));
  if (archive.depth === 0) reading.saw(there, 0);
  if (isEmpty(there)) return;
  const thread = new SevenZipThread(reading.limits.sevenZipMs);
  reading.isSevenZipOpen = true;
  try {
    const opened = await thread.open(there);
    if (opened.kind === 'end') reportEnd(reading, archive, opened, 0);
    else yield* readFiles(reading, archive, thread);
  } finally {
    reading.isSevenZipOpen = false;
    await thread.close();
  }
}

/** A 7z that holds nothing is its header alone, which says that no list of files follows. */
function isEmpty(bytes: Uint8Array): boolean {
  return bytes.length === HEADER_BYTES && bytes.subarray(LIST_OFFSET_AT, LIST_CHECKSUM_AT).every((byte) => byte === 0);
}

async function* readFiles(
  reading: Reading,
  archive: OpenArchive,
  thread: SevenZipThread,
): AsyncGenerator<ReadStep, void> {
  const names = new Map<string, number>();
  // One stream holds many files, so the ratio is that of the whole archive.
  let left = allowedBytes(archive.bytes, reading.budget.left, reading.limits);
  let files = 0;
  for (;;) {
    const answer = await thread.next(Math.min(left, reading.budget.left, reading.limits.sevenZipMemberBytes));
    if (answer.kind === 'opened') continue;
    if (answer.kind === 'end') {
      reportEnd(reading, archive, answer, files);
      return;
    }
    files++;
    if (reading.membersLeft-- <= 0) {
      const message = `It has more than ${reading.limits.members} members; the rest was not read.`;
      reading.anomalies.add('archiveDirectory', archive.source, message);
      return;
    }
    const { name, nameTrouble } = labelOf(answer.name, names);
    const source = memberSource(archive.source, name);
    if (nameTrouble !== undefined && reading.wants(source)) {
      reading.anomalies.add('archiveName', source, `Its name is odd (${nameTrouble}); it is used as a label only.`);
    }
    if (answer.state !== 'whole') {
      reportUnread(reading, source, answer, left);
      continue;
    }
    left -= answer.bytes;
    yield* readFile(reading, archive, source, answer);
  }
}

async function* readFile(
  reading: Reading,
  archive: OpenArchive,
  source: MemberSource,
  file: SevenZipFile & { readonly state: 'whole' },
): AsyncGenerator<ReadStep, void> {
  const inner = new InnerPieces(pieceOf(file.content), reading.budget);
  try {
    const modified = instantOf(file.modified);
    yield* readInner(reading, source, file.name, inner, {
      depth: archive.depth + 1,
      bytes: file.bytes,
      ...(modified === undefined ? {} : { modified }),
    });
  } finally {
    await inner.close();
  }
}

/** Bytes given at a time. */
const PIECE_BYTES = 1 << 20;

async function* pieceOf(content: Uint8Array): AsyncGenerator<Uint8Array, InflateEnd> {
  for (let at = 0; at < content.length; at += PIECE_BYTES) yield content.subarray(at, at + PIECE_BYTES);
  return 'whole';
}

function instantOf(time: SevenZipFile['modified']): Instant | undefined {
  if (time === undefined) return undefined;
  const hundreds = Math.floor(time.nanoseconds / 100);
  return { ms: time.seconds * 1000 + Math.floor(hundreds / 10_000), ticks: hundreds % 10_000 };
}

function reportUnread(
  reading: Reading,
  source: MemberSource,
  file: Exclude<SevenZipFile, { readonly state: 'whole' }>,
  left: number,
): void {
  const { bytes, state } = file;
  if (state === 'encrypted') {
    const message =
      'It is encrypted in a 7z, which Triad does not decrypt; it was not read. Unpack the 7z with its password.';
    reading.anomalies.add('archivePassword', source, message);
    reading.notRead.add('encrypted 7z', source, bytes);
  } else if (state === 'damaged') {
    reading.anomalies.add('archiveDamaged', source, `It could not be unpacked (${file.trouble}); it was not read.`);
  } else if (bytes > reading.limits.sevenZipMemberBytes) {
    const message = `Its ${bytes} bytes are more than the ${reading.limits.sevenZipMemberBytes} that a file in a 7z may have; it was not read. Unpack the 7z.`;
    reading.anomalies.add('archiveLarge', source, message);
    reading.notRead.add('7z', source, bytes);
  } else {
    const most = Math.min(left, reading.budget.left);
    const message = `Its ${bytes} bytes are more than the ${most} that the archive may still give; it was not read.`;
    reading.anomalies.add('archiveBomb', source, message);
  }
}

function reportEnd(reading: Reading, { source, bytes }: OpenArchive, end: SevenZipEnd, files: number): void {
  if (end.isEncrypted && files === 0) {
    const message =
      'Its list of files is encrypted, which Triad does not decrypt; it was not read. Unpack the 7z with its password.';
    reading.anomalies.add('archivePassword', source, message);
    reading.notRead.add('encrypted 7z', source, bytes);
  } else if (end.trouble !== undefined && !end.isEncrypted) {
    const message = `It could not be unpacked to its end (${end.trouble}); ${files} of its files were seen before.`;
    reading.anomalies.add('archiveDamaged', source, message);
  }
}
