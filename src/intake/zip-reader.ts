import { crc32 } from 'node:zlib';
import type { LogUnit, SlotLayout } from '../evtx/index.ts';
import type { IntakeAnomaly } from './anomalies.ts';
import { type InflateEnd, inflateStart, inflateWhole, ONE_CALL_OUTPUT, ONE_CALL_PACKED } from './inflate.ts';
import { InnerPieces } from './inner-pieces.ts';
import { readArchive, readInner } from './inner-reader.ts';
import { allowedBytes } from './limits.ts';
import { type MemberSource, memberSource, type OpenArchive, stretchOf } from './open-archive.ts';
import { ReadAhead } from './read-ahead.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import { type InputKind, isArchive, isNamedLog, isText, RECOGNISED_BYTES } from './recognise.ts';
import { type CutEnd, cutEnd, HEAD_BYTES, unitsOfBuffer, unitsOfRange } from './slot-units.ts';
import { blocksOfPieces, blocksOfRange } from './text-blocks.ts';
import { isSealedData, sealOf } from './velociraptor-seal.ts';
import type { MemberKey } from './zip-crypto.ts';
import { memberStart, readZipDirectory } from './zip-directory.ts';
import { memberPieces, ZipKeys } from './zip-key.ts';
import { DEFLATED, isUnpacked, methodName, STORED, type ZipMember, ZSTD } from './zip-member.ts';

/** Packed bytes that are inflated to see what a member is. */
const PROBED_BYTES = 1 << 14;

/** A member that can be read: wholly inflated, or as the range where its packed bytes lie. */
interface ReadyMember {
  readonly member: ZipMember;
  readonly source: MemberSource;
  readonly kind: InputKind;
  readonly start: number;
  /** Packed bytes that are there; fewer than the directory says when the archive is cut. */
  readonly length: number;
  readonly key?: MemberKey;
  readonly whole?: Buffer;
}

/** A zip under way. */
interface ZipReading {
  readonly reading: Reading;
  readonly archive: OpenArchive;
  readonly ahead: ReadAhead;
  readonly keys: ZipKeys;
  /** The kind of key whose owner alone can open a collection of Velociraptor. */
  readonly sealedFor?: string;
}

/** What is evidence in a zip, member by member, in the order in which they lie in it; nothing is unpacked to disk. */
export async function* readZip(reading: Reading, archive: OpenArchive): AsyncGenerator<ReadStep, void> {
  const directory = await readZipDirectory(archive.file, archive.bytes, reading.membersLeft);
  const { members, announced, isRecovered, trouble } = directory;
  reading.membersLeft -= members.length;
  if (trouble !== undefined) {
    const known = isRecovered
      ? `${members.length} members were found by the headers before them and were read`
      : `${members.length} of ${announced} members are known and were read`;
    const message = `The list of its members could not be read to the end (${trouble}): ${known}.`;
    reading.anomalies.add(isRecovered ? 'archiveTruncated' : 'archiveDirectory', archive.source, message);
  }
  for (const member of directory.overlapping) {
    const message = 'Its bytes reach into the next member; it was not read, so that no byte is read twice.';
    reading.anomalies.add('archiveOverlap', memberSource(archive.source, member.name), message, member.headerOffset);
  }
  const sealedFor = await sealOf(reading, archive, members);
  // One member ahead is inflated while the caller works on this one.
  const zip: ZipReading = {
    reading,
    archive,
    ahead: new ReadAhead(archive.file),
    keys: new ZipKeys(reading, archive.file),
    ...(sealedFor === undefined ? {} : { sealedFor }),
  };
  let next = prepare(zip, members[0]);
  for (const [i, member] of members.entries()) {
    const { ready, notes, error } = await next;
    next = prepare(zip, members[i + 1]);
    for (const note of notes) note();
    if (error !== undefined) {
      reading.ioTrouble(error, memberSource(archive.source, member.name), 'reading the member');
    }
    if (ready !== undefined) yield* readMember(zip, ready);
    if (archive.depth === 0) reading.pass(member.compressedBytes);
  }
}

/** Bytes that the archive says a member has; its packed bytes where it does not say. */
function declaredOf(member: ZipMember): number {
  return member.claim?.bytes ?? member.compressedBytes;
}

/** The name by which a member is told for what it is. */
function writtenName({ name, written }: ZipMember): string {
  return written ?? name;
}

interface Prepared {
  readonly ready?: ReadyMember;
  /** What to note about the member when it is its turn, so that the order of notes is that of the members (L7). */
  readonly notes: readonly (() => void)[];
  readonly error?: unknown;
}

/** Never rejects: what it found is looked at later. */
async function prepare(zip: ZipReading, member: ZipMember | undefined): Promise<Prepared> {
  const notes: (() => void)[] = [];
  if (member === undefined) return { notes };
  const source = memberSource(zip.archive.source, member.name);
  const isWanted = zip.reading.wants(source);
  if (!isWanted && isNamedLog(member.name)) return { notes };
  try {
    const ready = await readyMember(zip, member, source, notes);
    // What is not wanted itself may hold what is; other notes on it are nobody's concern.
    if (!isWanted && (ready === undefined || !isArchive(ready.kind))) return { notes: [] };
    return { notes, ...(ready === undefined ? {} : { ready }) };
  } catch (error) {
    return { notes, error };
  }
}

/** Finds what a member is; undefined, and counted or noted, when it is nothing that can be read. */
async function readyMember(
  zip: ZipReading,
  member: ZipMember,
  source: MemberSource,
  notes: (() => void)[],
): Promise<ReadyMember | undefined> {
  const { reading, archive, ahead } = zip;
  const { name } = member;
  const declaredBytes = declaredOf(member);
  const note = (which: IntakeAnomaly, message: string, offset?: number): void => {
    notes.push(() => reading.anomalies.add(which, source, message, offset));
  };
  const refuseEncrypted = (message: string): undefined => {
    note('archivePassword', message);
    notes.push(() => reading.notRead.add('encrypted member', source, declaredBytes));
  };
  if (member.encryption?.kind === 'unknown') {
    return refuseEncrypted('It is encrypted in a way that Triad does not know. Unpack the archive with its password.');
  }
  if (!isUnpacked(member.method)) {
    const what = `It is packed with ${methodName(member.method)}, which Triad does not unpack`;
    note('archiveMethod', `${what}; it was not read. Unpack the archive with another tool.`);
    notes.push(() => reading.notRead.add('unsupported compression', source, declaredBytes));
    return undefined;
  }
  if (member.compressedBytes === 0) {
    notes.push(() => reading.passOver(source, name, 'empty', 0));
    return undefined;
  }
  const start = await memberStart(ahead, member);
  if (start === undefined) {
    note('archiveDamaged', 'No member stands where the directory says; it was not read.', member.headerOffset);
    return undefined;
  }
  const length = Math.max(0, Math.min(member.compressedBytes, archive.bytes - start));
  if (length < member.compressedBytes) {
    const there = `${length} of ${member.compressedBytes} packed bytes are there and were read`;
    note('archiveTruncated', `The archive ends inside it: ${there}.`, start);
  }
  const found = member.encryption === undefined ? undefined : await zip.keys.find({ member, start, length });
  if (member.encryption !== undefined && found === undefined) {
    if (zip.sealedFor === undefined || !isSealedData(name)) return refuseEncrypted(reading.passwordAdvice());
    note(
      'archivePassword',
      `Velociraptor encrypted this collection with a password that only the ${zip.sealedFor} key opens; it was not read. Unpack it with velociraptor and that key.`,
    );
    notes.push(() => reading.notRead.add('encrypted collection', source, declaredBytes));
    return undefined;
  }
  if (found?.isBroken === true) {
    note('archiveDamaged', 'It was changed or cut after it was encrypted; what it gives was read.', start);
  }
  const range = { member, source, start, length, ...(found === undefined ? {} : { key: found.key }) };
  const kind = await probe(zip, range);
  if (kind === 'empty' && declaredBytes > 0 && member.method !== STORED) {
    note('archiveDamaged', 'Its packed bytes are damaged: nothing came out of them.', start);
    return undefined;
  }
  if (!reading.canRead(kind, archive.depth + 1)) {
    notes.push(() => reading.passOver(source, name, kind, declaredBytes));
    return undefined;
  }
  if (member.nameTrouble !== undefined) {
    note('archiveName', `Its name is odd (${member.nameTrouble}); it is used as a label only.`);
  }
  const ready = { ...range, kind };
  const isSmall = length <= ONE_CALL_PACKED && member.claim !== undefined && declaredBytes <= ONE_CALL_OUTPUT;
  const isPlain = (kind === 'evtx' || isText(kind)) && found === undefined;
  if (member.method !== DEFLATED || !isSmall || !isPlain) return ready;
  const allowed = allowedBytes(length, reading.limits.outputBytes, reading.limits);
  const whole = await inflateWhole(await ahead.bytes(start, length), declaredBytes, allowed);
  return whole === undefined ? ready : { ...ready, whole };
}

/** What a member is. A log by name and size is not looked at twice: reading it tells. */
async function probe(
  { reading, archive, ahead }: ZipReading,
  range: Pick<ReadyMember, 'member' | 'start' | 'length' | 'key'>,
): Promise<InputKind> {
  const { member, start, length, key } = range;
  if (isNamedLog(member.name) && (member.claim === undefined || member.claim.bytes > RECOGNISED_BYTES)) return 'evtx';
  if (key !== undefined || member.method === ZSTD) {
    const inner = new InnerPieces(memberPieces(archive.file, range, key, RECOGNISED_BYTES));
    const head = await inner.head(RECOGNISED_BYTES);
    await inner.close();
    return reading.recognise(head, writtenName(member));
  }
  const packed = await ahead.bytes(start, Math.min(length, PROBED_BYTES));
  const head = member.method === STORED ? packed : await inflateStart(packed, RECOGNISED_BYTES);
  return reading.recognise(head, writtenName(member));
}

async function* readMember(zip: ZipReading, ready: ReadyMember): AsyncGenerator<ReadStep, void> {
  const { reading, archive } = zip;
  const { kind, key, member, start, length } = ready;
  const isStored = member.method === STORED && key === undefined;
  if (ready.whole !== undefined) yield* readWhole(reading, ready, ready.whole);
  else if (isStored && (kind === 'evtx' || isText(kind))) yield* readStored(zip, ready);
  // An archive that lies here as it is needs no room of its own; what is in it has checksums of its own. (A 7z may have to wait.)
  else if (isStored && isArchive(kind) && kind !== 'tar' && kind !== '7z') {
    const file = stretchOf(archive.file, start, length);
    yield* readArchive(reading, kind, { source: ready.source, file, bytes: length, depth: archive.depth + 1 });
  } else yield* readStreamed(zip, ready);
}

async function* readWhole(reading: Reading, ready: ReadyMember, whole: Buffer): AsyncGenerator<ReadStep, void> {
  const { source } = ready;
  const bytes = whole.subarray(0, Math.max(0, reading.budget.left));
  reading.budget.left -= bytes.length;
  if (bytes.length < whole.length) reportBomb(reading, ready, bytes.length);
  else check(reading, ready, whole.length, crc32(whole));
  if (isText(reading.recognise(bytes.subarray(0, RECOGNISED_BYTES), writtenName(ready.member)))) {
    const { length } = bytes;
    yield* reading.text(source, length, blocksOfPieces(bytes, nothing(), reading.allocate()));
    return;
  }
  const layout = locate(reading, ready, bytes, bytes.length);
  if (layout === undefined) return;
  const log = { source, layout };
  const own = reading.options.ownBuffers;
  // The bytes may be handed over to another thread, after which their length reads as 0.
  const length = bytes.length;
  const units = async function* (): AsyncGenerator<LogUnit, CutEnd> {
    yield* unitsOfBuffer(log, bytes, own);
    return cutEnd(layout, length);
  };
  yield* reading.log(source, layout, bytes.length, units());
}

async function* readStored({ reading, archive }: ZipReading, ready: ReadyMember): AsyncGenerator<ReadStep, void> {
  const { source, start } = ready;
  const { file } = archive;
  const length = Math.min(ready.length, Math.max(0, reading.budget.left));
  if (length < ready.length) reportBomb(reading, ready, length);
  const buffer = Buffer.allocUnsafeSlow(Math.min(HEAD_BYTES, length));
  const head = buffer.subarray(0, await file.read(buffer, start));
  if (isText(reading.recognise(head.subarray(0, RECOGNISED_BYTES), writtenName(ready.member)))) {
    yield* readStoredText(reading, archive, ready, length);
    return;
  }
  const layout = locate(reading, ready, head, length);
  if (layout === undefined) {
    reading.budget.left -= head.length;
    return;
  }
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
  reading.budget.left -= bytes;
  if (length === ready.length) check(reading, ready, bytes, crc);
}

async function* readStoredText(
  reading: Reading,
  { file }: OpenArchive,
  ready: ReadyMember,
  length: number,
): AsyncGenerator<ReadStep, void> {
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
  reading.budget.left -= bytes;
  if (length === ready.length) check(reading, ready, bytes, crc);
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

async function* readStreamed({ reading, archive }: ZipReading, ready: ReadyMember): AsyncGenerator<ReadStep, void> {
  const { source, member, length, key } = ready;
  const allowed = allowedBytes(length, reading.budget.left, reading.limits);
  const inner = new InnerPieces(memberPieces(archive.file, ready, key, allowed), reading.budget);
  try {
    const { modified } = member;
    yield* readInner(reading, source, writtenName(member), inner, {
      depth: archive.depth + 1,
      declaredBytes: declaredOf(member),
      ...(modified === undefined ? {} : { modified }),
    });
    reportEnd(reading, ready, inner);
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
  const kind = reading.recognise(head, writtenName(ready.member));
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
  const { claim, encryption } = member;
  if (claim === undefined || ready.length < member.compressedBytes) return;
  if (bytes !== claim.bytes) {
    const message = `The archive says ${claim.bytes} bytes, ${bytes} came out and were read.`;
    reading.anomalies.add('archiveSize', source, message);
    // AE-2 has a seal in place of the checksum.
  } else if (crc !== claim.crc32 && !(encryption?.kind === 'aes' && encryption.version === 2)) {
    const message = `Its checksum is ${hex(crc)} and not ${hex(claim.crc32)} as the archive says; its ${bytes} bytes were read.`;
    reading.anomalies.add('archiveCrc', source, message);
  }
}

function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`;
}
