import { crc32 } from 'node:zlib';
import type { LogUnit, SlotLayout } from '../evtx/index.ts';
import type { IntakeAnomaly } from './anomalies.ts';
import type { OpenFile } from './file-port.ts';
import {
  type InflateEnd,
  inflatePieces,
  inflateStart,
  inflateWhole,
  ONE_CALL_OUTPUT,
  ONE_CALL_PACKED,
  readRange,
} from './inflate.ts';
import { InnerPieces } from './inner-pieces.ts';
import { allowedBytes } from './limits.ts';
import { ReadAhead } from './read-ahead.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { type InputKind, isNamedLog, isText, RECOGNISED_BYTES, recognise } from './recognise.ts';
import { type CutEnd, cutEnd, HEAD_BYTES, unitsOfBuffer, unitsOfPieces, unitsOfRange } from './slot-units.ts';
import { blocksOfPieces, blocksOfRange } from './text-blocks.ts';
import { memberStart, readZipDirectory } from './zip-directory.ts';
import type { ZipMember } from './zip-member.ts';

const STORED = 0;
const DEFLATED = 8;
/** Packed bytes that are inflated to see what a member is. */
const PROBED_BYTES = 1 << 14;

interface MemberSource {
  readonly file: string;
  readonly container: readonly string[];
}

/** A member that is a log or a text, ready to be read: wholly inflated, or as the range where its packed bytes lie. */
interface ReadyMember {
  readonly member: ZipMember;
  readonly source: MemberSource;
  readonly start: number;
  /** Packed bytes that are there; fewer than the directory says when the archive is cut. */
  readonly length: number;
  readonly whole?: Buffer;
}

/** The logs and texts in a zip, member by member, in the order in which they lie in it; nothing is unpacked to disk. */
export async function* readZip(reading: Reading, file: OpenFile): AsyncGenerator<ReadStep, void> {
  const directory = await readZipDirectory(file, reading.bytes, reading.limits.members);
  const { source: archive } = reading.input;
  if (directory.trouble !== undefined) {
    const { members, announced, isRecovered, trouble } = directory;
    const known = isRecovered
      ? `${members.length} members were found by the headers before them and were read`
      : `${members.length} of ${announced} members are known and were read`;
    const message = `The list of its members could not be read to the end (${trouble}): ${known}.`;
    reading.anomalies.add(isRecovered ? 'archiveTruncated' : 'archiveDirectory', archive, message);
  }
  for (const member of directory.overlapping) {
    const message = 'Its bytes reach into the next member; it was not read, so that no byte is read twice.';
    reading.anomalies.add('archiveOverlap', sourceOf(reading, member), message, member.headerOffset);
  }
  let left = reading.limits.outputBytes;
  const members = directory.members.filter((member) => reading.wants(sourceOf(reading, member)));
  // One member ahead is inflated while the caller works on this one.
  const ahead = new ReadAhead(file);
  let next = prepare(reading, ahead, members[0]);
  for (const [i, member] of members.entries()) {
    const { log, notes, error } = await next;
    next = prepare(reading, ahead, members[i + 1]);
    for (const note of notes) note();
    if (error !== undefined) reading.ioTrouble(error, sourceOf(reading, member), 'reading the member');
    if (log !== undefined) left -= yield* readMember(reading, file, log, left);
    reading.pass(member.compressedBytes);
  }
}

/** Bytes that the archive says a member has; its packed bytes where it does not say. */
function declaredOf(member: ZipMember): number {
  return member.claim?.bytes ?? member.compressedBytes;
}

function sourceOf(reading: Reading, member: ZipMember): MemberSource {
  return { file: reading.input.source.file, container: [member.name] };
}

interface Prepared {
  readonly log?: ReadyMember;
  /** What to note about the member when it is its turn, so that the order of notes is that of the members (L7). */
  readonly notes: readonly (() => void)[];
  readonly error?: unknown;
}

/** Never rejects: what it found is looked at later. */
async function prepare(reading: Reading, file: ReadAhead, member: ZipMember | undefined): Promise<Prepared> {
  const notes: (() => void)[] = [];
  if (member === undefined) return { notes };
  try {
    const log = await readyMember(reading, file, member, notes);
    return { notes, ...(log === undefined ? {} : { log }) };
  } catch (error) {
    return { notes, error };
  }
}

/** Finds what a member is; undefined, and counted or noted, when it is nothing that can be read. */
async function readyMember(
  reading: Reading,
  file: ReadAhead,
  member: ZipMember,
  notes: (() => void)[],
): Promise<ReadyMember | undefined> {
  const source = sourceOf(reading, member);
  const { name } = member;
  const declaredBytes = declaredOf(member);
  const note = (which: IntakeAnomaly, message: string, offset?: number): void => {
    notes.push(() => reading.anomalies.add(which, source, message, offset));
  };
  if (member.isEncrypted) {
    note('archivePassword', 'It is encrypted and was not read. Unpack the archive with its password.');
    notes.push(() => reading.notRead.add('encrypted member', source, declaredBytes));
    return undefined;
  }
  if (member.method !== STORED && member.method !== DEFLATED) {
    const what = `Its compression method ${member.method} is not known`;
    note('archiveMethod', `${what}; it was not read. Unpack the archive with another tool.`);
    notes.push(() => reading.notRead.add('unsupported compression', source, declaredBytes));
    return undefined;
  }
  if (member.compressedBytes === 0) {
    notes.push(() => reading.passOver(source, name, 'empty', 0));
    return undefined;
  }
  const start = await memberStart(file, member);
  if (start === undefined) {
    note('archiveDamaged', 'No member stands where the directory says; it was not read.', member.headerOffset);
    return undefined;
  }
  const length = Math.max(0, Math.min(member.compressedBytes, reading.bytes - start));
  if (length < member.compressedBytes) {
    const there = `${length} of ${member.compressedBytes} packed bytes are there and were read`;
    note('archiveTruncated', `The archive ends inside it: ${there}.`, start);
  }
  const kind = await probe(file, member, start, length);
  if (kind !== 'evtx' && !isText(kind)) {
    notes.push(() => reading.passOver(source, name, kind, declaredBytes));
    return undefined;
  }
  if (member.nameTrouble !== undefined) {
    note('archiveName', `Its name is odd (${member.nameTrouble}); it is used as a label only.`);
  }
  const ready = { member, source, start, length };
  const isSmall = length <= ONE_CALL_PACKED && member.claim !== undefined && declaredBytes <= ONE_CALL_OUTPUT;
  if (member.method !== DEFLATED || !isSmall) return ready;
  const allowed = allowedBytes(length, reading.limits.outputBytes, reading.limits);
  const whole = await inflateWhole(await file.bytes(start, length), declaredBytes, allowed);
  return whole === undefined ? ready : { ...ready, whole };
}

/** What a member is. A log by name and size is not looked at twice: reading it tells. */
async function probe(file: ReadAhead, member: ZipMember, start: number, length: number): Promise<InputKind> {
  if (isNamedLog(member.name) && (member.claim === undefined || member.claim.bytes > RECOGNISED_BYTES)) return 'evtx';
  const packed = await file.bytes(start, Math.min(length, PROBED_BYTES));
  const head = member.method === STORED ? packed : await inflateStart(packed, RECOGNISED_BYTES);
  return recognise(head, member.name);
}

/** Reads a log or a text; returns the bytes that came out of it. */
async function* readMember(
  reading: Reading,
  file: OpenFile,
  ready: ReadyMember,
  left: number,
): AsyncGenerator<ReadStep, number> {
  if (ready.whole !== undefined) return yield* readWhole(reading, ready, ready.whole, left);
  if (ready.member.method === STORED) return yield* readStored(reading, file, ready, left);
  return yield* readStreamed(reading, file, ready, left);
}

async function* readWhole(
  reading: Reading,
  ready: ReadyMember,
  whole: Buffer,
  left: number,
): AsyncGenerator<ReadStep, number> {
  const { source } = ready;
  const bytes = whole.subarray(0, left);
  if (bytes.length < whole.length) reportBomb(reading, ready, bytes.length);
  else check(reading, ready, whole.length, crc32(whole));
  if (isText(recognise(bytes.subarray(0, RECOGNISED_BYTES), ready.member.name))) {
    const { length } = bytes;
    yield* reading.text(source, length, blocksOfPieces(bytes, nothing(), reading.allocate()));
    return length;
  }
  const layout = locate(reading, ready, bytes, bytes.length);
  if (layout === undefined) return bytes.length;
  const log = { source, layout };
  const own = reading.options.ownBuffers;
  // The bytes may be handed over to another thread, after which their length reads as 0.
  const length = bytes.length;
  const units = async function* (): AsyncGenerator<LogUnit, CutEnd> {
    yield* unitsOfBuffer(log, bytes, own);
    return cutEnd(layout, length);
  };
  yield* reading.log(source, layout, bytes.length, units());
  return length;
}

async function* readStored(
  reading: Reading,
  file: OpenFile,
  ready: ReadyMember,
  left: number,
): AsyncGenerator<ReadStep, number> {
  const { source, start } = ready;
  const length = Math.min(ready.length, left);
  if (length < ready.length) reportBomb(reading, ready, length);
  const buffer = Buffer.allocUnsafeSlow(Math.min(HEAD_BYTES, length));
  const head = buffer.subarray(0, await file.read(buffer, start));
  if (isText(recognise(head.subarray(0, RECOGNISED_BYTES), ready.member.name))) {
    return yield* readStoredText(reading, file, ready, length);
  }
  const layout = locate(reading, ready, head, length);
  if (layout === undefined) return head.length;
  let crc = crc32(head);
  let bytes = head.length;
  let position = start + head.length;
  const onRead = (piece: Uint8Array, at: number): void => {
    const fresh = piece.subarray(Math.max(0, position - at));
    crc = crc32(fresh, crc);
    bytes += fresh.length;
    position += fresh.length;
  };
  const units = unitsOfRange({ source, layout }, file, { start, length }, head, reading.allocate(), {
    saw: onRead,
    unreadable: (error, offset) => reading.unreadable(error, source, offset),
  });
  yield* reading.log(source, layout, length, units);
  if (length === ready.length) check(reading, ready, bytes, crc);
  return bytes;
}

async function* readStoredText(
  reading: Reading,
  file: OpenFile,
  ready: ReadyMember,
  length: number,
): AsyncGenerator<ReadStep, number> {
  const { source, start } = ready;
  let crc = 0;
  let bytes = 0;
  const blocks = blocksOfRange(file, { start, length }, reading.allocate(), {
    saw: (block) => {
      crc = crc32(block, crc);
      bytes += block.length;
    },
    unreadable: (error, offset, count) => reading.unreadableText(error, source, offset, count),
  });
  yield* reading.text(source, length, blocks);
  if (length === ready.length) check(reading, ready, bytes, crc);
  return bytes;
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

async function* readStreamed(
  reading: Reading,
  file: OpenFile,
  ready: ReadyMember,
  left: number,
): AsyncGenerator<ReadStep, number> {
  const { source, start, length } = ready;
  const allowed = allowedBytes(length, left, reading.limits);
  const packed = (): AsyncIterable<Uint8Array> => readRange(file, start, length);
  const inner = new InnerPieces(inflatePieces('deflate', packed, allowed));
  try {
    const opening = await inner.head(RECOGNISED_BYTES);
    if (isText(recognise(opening, ready.member.name))) {
      yield* reading.text(source, undefined, blocksOfPieces(opening, inner, reading.allocate()));
    } else {
      const head = await inner.head(HEAD_BYTES);
      const layout = locate(reading, ready, head, undefined);
      if (layout !== undefined) {
        const units = unitsOfPieces({ source, layout }, head, inner, reading.allocate());
        yield* reading.log(source, layout, undefined, units);
      }
    }
    reportEnd(reading, ready, inner);
    return inner.bytes;
  } finally {
    await inner.close();
  }
}

/** The layout of a member that is a log by its name or its start; noted as what it is instead when it is none. */
function locate(
  reading: Reading,
  ready: ReadyMember,
  head: Uint8Array,
  bytes: number | undefined,
): SlotLayout | undefined {
  const kind = recognise(head, ready.member.name);
  if (kind === 'evtx' || kind === 'unknown') return reading.locate(ready.source, ready.member.name, head, bytes);
  reading.passOver(ready.source, ready.member.name, kind, declaredOf(ready.member));
  return undefined;
}

function reportEnd(reading: Reading, ready: ReadyMember, inner: InnerPieces): void {
  const end: InflateEnd | undefined = inner.end;
  if (end === 'tooLarge') reportBomb(reading, ready, inner.bytes);
  else if (end === 'damaged') {
    const message = `Its packed bytes are damaged or cut: ${inner.bytes} bytes came out before that and were read.`;
    reading.anomalies.add('archiveDamaged', ready.source, message);
  } else if (end === 'whole') check(reading, ready, inner.bytes, inner.crc);
}

function reportBomb(reading: Reading, ready: ReadyMember, bytes: number): void {
  const message = `${ready.length} packed bytes give more than the ${bytes} bytes that are allowed; the rest was not read.`;
  reading.anomalies.add('archiveBomb', ready.source, message);
}

/** Compares what came out with what the directory says; the bytes count either way. */
function check(reading: Reading, ready: ReadyMember, bytes: number, crc: number): void {
  const { member, source } = ready;
  const { claim } = member;
  if (claim === undefined || ready.length < member.compressedBytes) return;
  if (bytes !== claim.bytes) {
    const message = `The archive says ${claim.bytes} bytes, ${bytes} came out and were read.`;
    reading.anomalies.add('archiveSize', source, message);
  } else if (crc !== claim.crc32) {
    const message = `Its checksum is ${hex(crc)} and not ${hex(claim.crc32)} as the archive says; its ${bytes} bytes were read.`;
    reading.anomalies.add('archiveCrc', source, message);
  }
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`;
}
