import type { PlacedAnomaly, RecordId } from '../windows/index.ts';

/** One kind of oddity: its code, its weight, and its sentence with `{named}` numbers (SETTLED A18). */
interface AnomalyKind {
  readonly code: `TRIAD-E-EVTX-${string}`;
  readonly level: 'error' | 'warn' | 'note';
  /** A sign that the log was edited (SETTLED A15, EVTX 6.3, 7.4, 7.5). */
  readonly tamper?: true;
  readonly text: string;
}

/** The one table of what can be odd about a log. The key is the word that EVTX uses for it. */
export const ANOMALIES = {
  empty: {
    code: 'TRIAD-E-EVTX-EMPTY',
    level: 'error',
    text: 'The file has {bytes} bytes: too short to be an event log. Nothing could be read; collect it again.',
  },
  shortHeader: {
    code: 'TRIAD-E-EVTX-HEADER-SHORT',
    level: 'error',
    text: 'The file ends inside its header, at {bytes} of 4096 bytes. It holds no records; collect it again.',
  },
  headerMagic: {
    code: 'TRIAD-E-EVTX-HEADER-MAGIC',
    level: 'warn',
    text: 'The file header is missing or damaged. Chunks were found from offset {offset} on and read without it.',
  },
  version: {
    code: 'TRIAD-E-EVTX-HEADER-VERSION',
    level: 'warn',
    text: 'The header says version {major}.{minor}; 3.1 and 3.2 are known. The log was read all the same.',
  },
  headerBlock: {
    code: 'TRIAD-E-EVTX-HEADER-BLOCK',
    level: 'warn',
    text: 'The header says that chunks begin at {claimed}; they were read from {offset} on.',
  },
  headerCrc: {
    code: 'TRIAD-E-EVTX-HEADER-CRC',
    level: 'warn',
    text: 'The checksum of the file header is {found}, stored is {stored}. Nothing in the header decides what is read.',
  },
  dirty: {
    code: 'TRIAD-E-EVTX-DIRTY',
    level: 'note',
    text: 'The log was not closed cleanly: its header may be stale. All chunks were read.',
  },
  sizeRemainder: {
    code: 'TRIAD-E-EVTX-TRUNCATED',
    level: 'warn',
    text: 'The last chunk is cut after {bytes} of 65536 bytes. Its whole records were read.',
  },
  chunkMagic: {
    code: 'TRIAD-E-EVTX-CHUNK-MAGIC',
    level: 'error',
    text: 'Slot {slot} does not begin with the mark of a chunk. What it holds was searched: {records} could be read.',
  },
  chunkHeaderCrc: {
    code: 'TRIAD-E-EVTX-CHUNK-HEADER-CRC',
    level: 'warn',
    text: 'The header checksum of chunk {slot} is {found}, stored is {stored}. All its records were read.',
  },
  crc: {
    code: 'TRIAD-E-EVTX-CHUNK-CRC',
    level: 'warn',
    text: 'The checksum of the records of chunk {slot} is {found}, stored is {stored}, in a log that was not closed cleanly. All its records were read.',
  },
  crcClean: {
    code: 'TRIAD-E-EVTX-CHUNK-CRC',
    level: 'warn',
    tamper: true,
    text: 'The checksum of the records of chunk {slot} is {found}, stored is {stored}, although the log was closed cleanly: bytes were changed afterwards. All its records were read.',
  },
  free: {
    code: 'TRIAD-E-EVTX-CHUNK-FREE',
    level: 'warn',
    text: 'Chunk {slot} says that its records end at {free}, outside the chunk. It was read to its end.',
  },
  truncated: {
    code: 'TRIAD-E-EVTX-CHUNK-TRUNCATED',
    level: 'warn',
    text: 'The file ends inside chunk {slot}, after {bytes} of 65536 bytes. Its whole records were read.',
  },
  afterDamage: {
    code: 'TRIAD-E-EVTX-CHUNK-DAMAGE',
    level: 'error',
    text: 'Chunk {slot} is damaged: {bytes} bytes at chunk offset {at} hold no whole record. Reading went on behind them.',
  },
  staleFree: {
    code: 'TRIAD-E-EVTX-CHUNK-STALE',
    level: 'note',
    text: '{records} more where chunk {slot} says that its records end, with the next ids and times: what follows counts as live.',
  },
  frame: {
    code: 'TRIAD-E-EVTX-RECORD-FRAME',
    level: 'error',
    text: 'The record at chunk offset {at} of chunk {slot} is broken: its size says {size} bytes, and nothing where it would end agrees. It could not be read.',
  },
  cutRecord: {
    code: 'TRIAD-E-EVTX-RECORD-CUT',
    level: 'warn',
    text: 'The file ends inside the record at chunk offset {at} of chunk {slot}, which has {size} bytes. It could not be read.',
  },
  freeTail: {
    code: 'TRIAD-E-EVTX-CHUNK-TAIL',
    level: 'warn',
    text: 'Chunk {slot} says that its records end at {free}; behind {at} there are only zeros.',
  },
  trailer: {
    code: 'TRIAD-E-EVTX-RECORD-TRAILER',
    level: 'warn',
    text: 'The two sizes of a record differ, {size} and {trailer}; the next record proves the first. It was read.',
  },
  straddle: {
    code: 'TRIAD-E-EVTX-RECORD-STRADDLE',
    level: 'warn',
    text: 'A whole record lies across {free}, where chunk {slot} says that its records end. It was read as live.',
  },
  emptyRecord: {
    code: 'TRIAD-E-EVTX-RECORD-EMPTY',
    level: 'warn',
    text: 'The record has a sound frame of {size} bytes and no content.',
  },
  content: {
    code: 'TRIAD-E-EVTX-RECORD-CONTENT',
    level: 'error',
    text: 'The content of the record could not be read: {reason}.',
  },
  count: {
    code: 'TRIAD-E-EVTX-RECORD-COUNT',
    level: 'error',
    text: 'The record claims {count} values, more than it can hold. It could not be read.',
  },
  overrun: {
    code: 'TRIAD-E-EVTX-RECORD-VALUES',
    level: 'warn',
    text: 'The values of the record are said to take {bytes} bytes, {room} are there. Those that fit were read.',
  },
  descriptor: {
    code: 'TRIAD-E-EVTX-RECORD-DESCRIPTOR',
    level: 'warn',
    text: 'The fourth byte of a value descriptor is {byte}, not 0. The value was read by its type and size.',
  },
  swallowed: {
    code: 'TRIAD-E-EVTX-RECORD-SWALLOWED',
    level: 'error',
    tamper: true,
    text: 'The record hides {records} behind its own end: its size was enlarged to {size}, as log editing tools do. What it hides was read.',
  },
  padding: {
    code: 'TRIAD-E-EVTX-RECORD-PADDING',
    level: 'warn',
    text: '{bytes} bytes stand between the content of the record and its end, where 1 to 8 are usual. No record was found in them.',
  },
  template: {
    code: 'TRIAD-E-EVTX-TEMPLATE',
    level: 'error',
    text: 'The template at chunk offset {at} of chunk {slot} is unusable: {reason}. Records that need it wait for an equal template from elsewhere.',
  },
  templateSizes: {
    code: 'TRIAD-E-EVTX-TEMPLATE-SIZES',
    level: 'warn',
    text: 'The template at chunk offset {at} of chunk {slot} is odd: {reason}. It was used.',
  },
  templateId: {
    code: 'TRIAD-E-EVTX-TEMPLATE-ID',
    level: 'warn',
    text: 'The record names template {named}, at chunk offset {at} stands {found}. It was read by what stands there.',
  },
  templateForward: {
    code: 'TRIAD-E-EVTX-TEMPLATE-FORWARD',
    level: 'warn',
    text: 'The record uses a template that stands behind it, at chunk offset {at}. It was read by it.',
  },
  lost: {
    code: 'TRIAD-E-EVTX-TEMPLATE-LOST',
    level: 'error',
    text: 'The template of the record at chunk offset {at} is unusable: {reason}. An equal template from elsewhere is tried at the end.',
  },
  lostCarved: {
    code: 'TRIAD-E-EVTX-TEMPLATE-OVERWRITTEN',
    level: 'note',
    text: 'The slack of chunk {slot} holds {records} whose template was overwritten. Equal templates from elsewhere are tried at the end.',
  },
  substitution: {
    code: 'TRIAD-E-EVTX-VALUE-MISSING',
    level: 'warn',
    text: 'The template asks for a value that the record does not have. The field is empty.',
  },
  oddString: {
    code: 'TRIAD-E-EVTX-STRING',
    level: 'warn',
    text: 'A text value has an odd number of bytes; the last was dropped.',
  },
  valueSize: {
    code: 'TRIAD-E-EVTX-VALUE-SIZE',
    level: 'warn',
    text: 'The size of a value does not fit its type. Its bytes are shown in hex.',
  },
  valueType: {
    code: 'TRIAD-E-EVTX-VALUE-TYPE',
    level: 'warn',
    text: 'A value has an unknown type. Its bytes are shown in hex.',
  },
  valueTime: {
    code: 'TRIAD-E-EVTX-VALUE-TIME',
    level: 'warn',
    text: 'A time is outside the years 1601 to 9999. Its bytes are shown in hex.',
  },
  valueSid: {
    code: 'TRIAD-E-EVTX-VALUE-SID',
    level: 'warn',
    text: 'A security identifier is cut; the parts that are there are shown.',
  },
  arrayRemainder: {
    code: 'TRIAD-E-EVTX-VALUE-ARRAY',
    level: 'warn',
    text: 'An array does not divide into whole items, or has too many; the rest was cut.',
  },
  nested: {
    code: 'TRIAD-E-EVTX-VALUE-NESTED',
    level: 'warn',
    text: 'A part of the record that has its own template could not be read. It is left out.',
  },
  depth: {
    code: 'TRIAD-E-EVTX-DEPTH',
    level: 'warn',
    text: 'The record is nested more than 16 templates deep; it was cut there.',
  },
  cut: {
    code: 'TRIAD-E-EVTX-OUTPUT-CUT',
    level: 'warn',
    text: 'The record unfolds to more than 4 MiB of text; it was cut there.',
  },
  entity: {
    code: 'TRIAD-E-EVTX-ENTITY',
    level: 'warn',
    text: 'The record names an unknown entity; its name was kept as text.',
  },
  noTime: {
    code: 'TRIAD-E-EVTX-RECORD-TIME',
    level: 'warn',
    text: 'The record has no readable TimeCreated. It is ordered by the time in its frame.',
  },
  gap: {
    code: 'TRIAD-E-EVTX-SERIES-GAP',
    level: 'warn',
    tamper: true,
    text: '{missing} missing inside chunk {slot}, between {before} ({beforeTime}) and {after} ({afterTime}): taken out of the log.',
  },
  exportGap: {
    code: 'TRIAD-E-EVTX-SERIES-EXPORT',
    level: 'note',
    text: 'The log is an export that left records out: EventRecordIDs jump in {gaps} places while its own numbers go on, first from {before} ({beforeTime}) to {after} ({afterTime}).',
  },
  slotGap: {
    code: 'TRIAD-E-EVTX-SERIES-MISSING',
    level: 'note',
    text: '{missing} missing between chunk {other}, which ends with id {before} ({beforeTime}), and chunk {slot}, which begins with {after} ({afterTime}).',
  },
  duplicate: {
    code: 'TRIAD-E-EVTX-SERIES-DUPLICATE',
    level: 'warn',
    tamper: true,
    text: 'Record id {before} stands twice in a row in chunk {slot} ({beforeTime} and {afterTime}).',
  },
  descending: {
    code: 'TRIAD-E-EVTX-SERIES-ORDER',
    level: 'warn',
    tamper: true,
    text: 'Record ids run back inside chunk {slot}, from {before} ({beforeTime}) to {after} ({afterTime}).',
  },
  timeBack: {
    code: 'TRIAD-E-EVTX-SERIES-TIME',
    level: 'note',
    text: 'Times run back by more than a minute in {times} places while ids rise, first from {beforeTime} to {afterTime} at record {after}: clock set back: set-up, time sync or tampering.',
  },
  ringBreak: {
    code: 'TRIAD-E-EVTX-RING',
    level: 'warn',
    tamper: true,
    text: 'Record ids run back from one chunk to the next in {breaks} places, first to {after} in chunk {slot}; a log that wrapped around does so once. Remains of an older state, or an edited file. All were read.',
  },
  overlap: {
    code: 'TRIAD-E-EVTX-RING-OVERLAP',
    level: 'warn',
    tamper: true,
    text: 'Chunk {slot} holds records {first} to {last}, and chunk {other} up to {otherLast}. Remains of an older state, or an edited file. All were read.',
  },
  earlyEnd: {
    code: 'TRIAD-E-EVTX-CHUNK-FORGED',
    level: 'error',
    tamper: true,
    text: 'The header of chunk {slot} was forged: it says that its records end at {free}, but {records} that carry on their ids, {first} to {last}, stand right behind. Readers that trust it miss them; here they are carved.',
  },
  lastId: {
    code: 'TRIAD-E-EVTX-CHUNK-FORGED',
    level: 'error',
    tamper: true,
    text: 'The header of chunk {slot} was forged: it says that its last record is {claimed}, its records go on to {last}. Readers that trust it miss {hidden}; all were read.',
  },
  claimedIds: {
    code: 'TRIAD-E-EVTX-CHUNK-IDS',
    level: 'warn',
    text: 'The header of chunk {slot} says that it holds records {claimedFirst} to {claimedLast}; found were {first} to {last}. All were read.',
  },
  headerNextId: {
    code: 'TRIAD-E-EVTX-HEADER-FORGED',
    level: 'warn',
    tamper: true,
    text: 'The file header of a log that was closed cleanly says that its next record is {claimed}, but record {last} is there. All were read.',
  },
  headerNextIdHigh: {
    code: 'TRIAD-E-EVTX-HEADER-COUNT',
    level: 'warn',
    text: 'The file header of a log that was closed cleanly says that its next record is {claimed}, but the last one found is {last}.',
  },
  headerChunks: {
    code: 'TRIAD-E-EVTX-HEADER-FORGED',
    level: 'warn',
    tamper: true,
    text: 'The file header of a log that was closed cleanly counts {claimed} chunks, but {found} are there. All were read.',
  },
  headerChunksHigh: {
    code: 'TRIAD-E-EVTX-HEADER-COUNT',
    level: 'warn',
    text: 'The file header of a log that was closed cleanly counts {claimed} chunks, but only {found} are there: {missing} were lost or wiped.',
  },
} as const;

export type AnomalyWord = keyof typeof ANOMALIES;

export interface AnomalyPlace {
  /** Bytes in the innermost file. */
  readonly offset?: number;
  readonly recordId?: RecordId;
  readonly count?: number;
  readonly lost?: number;
  readonly recovered?: number;
}

/** An anomaly of the table with its numbers filled in. A name that the text does not know is ignored. */
export function anomaly(
  word: AnomalyWord,
  place: AnomalyPlace = {},
  numbers: Readonly<Record<string, string | number>> = {},
): PlacedAnomaly {
  const kind: AnomalyKind = ANOMALIES[word];
  return {
    code: kind.code,
    level: kind.level,
    message: kind.text.replace(/\{([a-zA-Z]{1,20})\}/g, (whole, name: string) =>
      Object.hasOwn(numbers, name) ? String(numbers[name]) : whole,
    ),
    count: place.count ?? 1,
    ...(place.offset === undefined ? {} : { offset: place.offset }),
    ...(place.recordId === undefined ? {} : { recordId: place.recordId }),
    ...(place.lost === undefined ? {} : { lost: place.lost }),
    ...(place.recovered === undefined ? {} : { recovered: place.recovered }),
    ...(kind.tamper === true ? { tamper: true } : {}),
  };
}

/** `1 record`, `2 records`: a count and its noun for a message. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `0x` and lower-case hex, as offsets and checksums are written in messages. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}
