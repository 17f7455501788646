import type { Source } from '../windows/index.ts';
import { type ByteSource, FileSource } from './byte-source.ts';
import type { InflateEnd } from './inflate.ts';
import { InnerPieces } from './inner-pieces.ts';
import { readInner } from './inner-reader.ts';
import { memberSource, type OpenArchive } from './open-archive.ts';
import type { ReadStep } from './read-input.ts';
import type { Reading } from './reading.ts';
import {
  isTarHeader,
  isZeroBlock,
  type PaxAttributes,
  paxAttributesOf,
  TAR_BLOCK,
  type TarHeader,
  tarHeaderOf,
} from './tar-header.ts';
import { labelOf } from './zip-member.ts';

/** Longest attributes and names that are looked at; longer ones are passed over. */
const MAX_ATTRIBUTE_BYTES = 1 << 20;
const FILE_TYPES: ReadonlySet<string> = new Set(['0', '7']);
/** Links, devices, folders and queues: nothing stands behind their header, whatever size it names. */
const BODILESS_TYPES: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '6']);
const SPARSE = 'S';

/** A tar whose bytes come in order. */
type TarArchive = Pick<OpenArchive, 'source' | 'depth'>;

/** What is evidence in a tar that lies in a file. The rest of it is not read but for the hash. */
export async function* readTarFile(reading: Reading, archive: OpenArchive): AsyncGenerator<ReadStep, void> {
  const isInput = archive.depth === 0;
  const source = new FileSource(
    archive.file,
    archive.bytes,
    (bytes, position) => isInput && reading.saw(bytes, position),
    (bytes) => isInput && reading.pass(bytes),
  );
  yield* readTar(reading, archive, source);
}

/** What is evidence in a tar, member by member as they lie in it. */
export async function* readTar(
  reading: Reading,
  archive: TarArchive,
  source: ByteSource,
): AsyncGenerator<ReadStep, void> {
  const names = new Map<string, number>();
  const walk = new TarWalk(reading, archive.source, source);
  for (let header = await walk.next(); header !== undefined; header = await walk.next()) {
    if (reading.membersLeft-- <= 0) {
      const message = `It has more than ${reading.limits.members} members; the rest was not read.`;
      reading.anomalies.add('archiveDirectory', archive.source, message, source.position);
      return;
    }
    const left = { bytes: header.bytes };
    if (FILE_TYPES.has(header.type) && header.bytes > 0)
      yield* readMember(reading, archive, source, header, names, left);
    await source.passOver(left.bytes + padding(header.bytes));
  }
}

async function* readMember(
  reading: Reading,
  archive: TarArchive,
  source: ByteSource,
  header: TarHeader,
  names: Map<string, number>,
  left: { bytes: number },
): AsyncGenerator<ReadStep, void> {
  const { name, nameTrouble } = labelOf(header.name, names);
  const member = memberSource(archive.source, name);
  if (nameTrouble !== undefined && reading.wants(member)) {
    reading.anomalies.add('archiveName', member, `Its name is odd (${nameTrouble}); it is used as a label only.`);
  }
  const inner = new InnerPieces(bodyOf(source, left));
  try {
    const { bytes, modified } = header;
    yield* readInner(reading, member, header.name, inner, {
      depth: archive.depth + 1,
      bytes,
      ...(modified === undefined ? {} : { modified }),
    });
  } finally {
    await inner.close();
  }
  if (inner.end !== 'damaged') return;
  const message = `The archive ends inside it: ${inner.bytes} of ${header.bytes} bytes are there and were read.`;
  reading.anomalies.add('archiveTruncated', member, message);
}

/** The bytes of a member; `left` says how many of them were not taken when the reader leaves early. */
async function* bodyOf(source: ByteSource, left: { bytes: number }): AsyncGenerator<Uint8Array, InflateEnd> {
  for (let piece = await source.some(left.bytes); piece !== undefined; piece = await source.some(left.bytes)) {
    left.bytes -= piece.length;
    yield piece;
  }
  return left.bytes === 0 ? 'whole' : 'damaged';
}

function padding(bytes: number): number {
  return (TAR_BLOCK - (bytes % TAR_BLOCK)) % TAR_BLOCK;
}

/** Goes from header to header, with the longer names and sizes that stand before some of them put in. */
class TarWalk {
  readonly #reading: Reading;
  readonly #archive: Source;
  readonly #source: ByteSource;

  constructor(reading: Reading, archive: Source, source: ByteSource) {
    this.#reading = reading;
    this.#archive = archive;
    this.#source = source;
  }

  /** The next member; its bytes are what the source gives next. Undefined at the end. */
  async next(): Promise<TarHeader | undefined> {
    let attributes: PaxAttributes = {};
    let longName: string | undefined;
    for (;;) {
      const header = await this.#header();
      if (header === undefined) return undefined;
      if (header.type === 'x') attributes = paxAttributesOf(await this.#attribute(header));
      else if (header.type === 'L') longName = untilNul(await this.#attribute(header));
      else if (header.type === 'g' || header.type === 'K') await this.#attribute(header);
      else return this.#member(header, attributes, longName);
    }
  }

  async #member(header: TarHeader, attributes: PaxAttributes, longName: string | undefined): Promise<TarHeader> {
    for (let isLonger = header.type === SPARSE && header.isMapLonger; isLonger; ) {
      const block = await this.#source.take(TAR_BLOCK);
      isLonger = block[504] === 1;
    }
    const bytes = BODILESS_TYPES.has(header.type) ? 0 : (attributes.size ?? header.bytes);
    const modified = attributes.modified ?? header.modified;
    const member: TarHeader = { ...header, name: attributes.path ?? longName ?? header.name, bytes };
    if (header.type !== SPARSE && attributes.isSparse !== true)
      return modified === undefined ? member : { ...member, modified };
    const source = memberSource(this.#archive, labelOf(member.name, new Map()).name);
    const message = 'It is stored with holes, which is not read. Unpack the archive with another tool.';
    this.#reading.anomalies.add('archiveMethod', source, message);
    this.#reading.notRead.add('unsupported compression', source, bytes);
    return { ...member, type: SPARSE };
  }

  async #attribute(header: TarHeader): Promise<Uint8Array> {
    const isRead = header.bytes <= MAX_ATTRIBUTE_BYTES;
    const bytes = isRead ? Uint8Array.from(await this.#source.take(header.bytes)) : new Uint8Array(0);
    await this.#source.passOver((isRead ? 0 : header.bytes) + padding(header.bytes));
    return bytes;
  }

  /** The next header. Blocks that are none are passed over until one is: what was appended or lies behind damage is read. */
  async #header(): Promise<TarHeader | undefined> {
    let lost = 0;
    let lostAt = 0;
    for (;;) {
      const at = this.#source.position;
      const block = await this.#source.take(TAR_BLOCK);
      const isEnd = block.length < TAR_BLOCK;
      const isHeader = !isEnd && !isZeroBlock(block) && (lost === 0 || isTarHeader(block));
      const header = isHeader ? tarHeaderOf(block) : undefined;
      if (header === undefined && !isEnd && (lost > 0 || !isZeroBlock(block))) {
        if (lost === 0) lostAt = at;
        lost += TAR_BLOCK;
      }
      if (header === undefined && !isEnd) continue;
      if (lost > 0) {
        const message = `Its ${lost} bytes from here on hold no member that can be told; they were passed over.`;
        this.#reading.anomalies.add('archiveDamaged', this.#archive, message, lostAt);
      }
      return header;
    }
  }
}

function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}
