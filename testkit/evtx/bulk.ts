import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { type Account, type EventModel, recordOf, security, sysmon } from '../events/index.ts';
import { CHUNK_BYTES } from './chunk-writer.ts';
import { filetimeOf, utcTimeOf } from './filetime.ts';
import { FILE_HEADER_BYTES, LogWriter, sealFileHeader } from './log-writer.ts';
import { utf16 } from './value.ts';

/** A large log for benchmarks: prototype chunks, stamped with new ids and times again and again. */
export interface BulkOptions {
  /** Size of the file, rounded down to whole chunks. */
  readonly bytes: number;
  /** Share of the records that a hunt keeps, 0..1; 0.1. In `security` logons and logoffs, in `sysmon` starts of wmic.exe. */
  readonly keptShare?: number;
  readonly channel?: 'security' | 'sysmon';
  readonly computer?: string;
  readonly start?: string;
  /** Time between neighbours, units of 100 ns; 200 ms. */
  readonly step?: bigint;
  readonly firstId?: number;
}

export interface BulkSummary {
  readonly bytes: number;
  readonly chunks: number;
  readonly records: number;
  readonly kept: number;
}

/** Where a record has a value that differs in each copy; offsets are bytes in the chunk. */
interface Stamp {
  readonly frame: number;
  readonly recordId: number;
  readonly time: number;
  /** Sysmon's UtcTime, 46 bytes of text; 0 when there is none. */
  readonly utcTime: number;
  /** TargetLogonId; 0 when there is none. */
  readonly logonId: number;
  /** How many pairs of logon and logoff began before it in the chunk. */
  readonly pair: number;
}

interface Prototype {
  readonly bytes: Buffer;
  readonly free: number;
  readonly stamps: readonly Stamp[];
  readonly kept: number;
  readonly pairs: number;
}

const PROTOTYPES = 4;
/** Values that occur nowhere else, so that their places can be found in the finished chunk. */
const ID_MARK = 0x5a5a_0000_0000_0000n;
const TIME_MARK = 0x01db_5eed_0000_0000n;
const LOGON_MARK = 0x7b7b_0000_0000n;

const PEOPLE: readonly Account[] = ['bob', 'carol', 'dave', 'erin'].map((name, i) => ({
  sid: `S-1-5-21-1004336348-1177238915-682003330-${1106 + i}`,
  name,
  domain: 'CORP',
}));

/** Logons and logoffs by turns: the n-th kept record. */
function keptEvent(channel: 'security' | 'sysmon', n: number, computer: string, time: bigint): EventModel {
  const setting = { computer, time };
  if (channel === 'sysmon') {
    const image = 'C:\\Windows\\System32\\wbem\\WMIC.exe';
    return sysmon.process({ pid: 4 * (900 + n), image, commandLine: 'wmic os get LastBootUpTime' }, setting);
  }
  const pair = n >> 1;
  const account = PEOPLE[pair % PEOPLE.length] ?? security.SYSTEM_ACCOUNT;
  const logonId = LOGON_MARK + BigInt(pair);
  return n % 2 === 0
    ? security.logon({ account, logonId, address: `10.20.4.${10 + (pair % 90)}`, port: 50000 + pair }, setting)
    : security.logoff(account, logonId, 3, setting);
}

function ordinaryEvent(channel: 'security' | 'sysmon', n: number, computer: string, time: bigint): EventModel {
  const setting = { computer, time };
  const subject = security.subject(security.machineAccount(computer), 0x3e7n);
  if (channel === 'security') {
    if (n % 3 === 0) {
      return security.event(
        5379,
        { ...subject, TargetName: 'WindowsLive:target=virtualapp/didlogical', ReadOperation: '%%8100' },
        setting,
      );
    }
    if (n % 3 === 1) {
      const sids = { OldSd: 'S:ARAI(AU;SAFA;DCLCRPCRSDWDWO;;;WD)', NewSd: 'S:ARAI(AU;SAFA;0x1f0116;;;WD)' };
      const object = { ObjectServer: 'Security', ObjectType: 'File', ObjectName: `C:\\Windows\\WinSxS\\x${n}\\a.dll` };
      return security.event(
        4907,
        { ...subject, ...object, ...sids, ProcessName: 'C:\\Windows\\System32\\poqexec.exe' },
        setting,
      );
    }
    return security.event(4798, { ...subject, TargetUserName: 'Guest', TargetDomainName: 'WS' }, setting);
  }
  const image = 'C:\\Windows\\System32\\taskhostw.exe';
  const origin = { ProcessId: 4 * (900 + n), Image: image, User: 'NT AUTHORITY\\SYSTEM' };
  if (n % 4 === 0) return sysmon.process({ pid: 4 * (900 + n), image }, setting);
  if (n % 4 === 1) return sysmon.event(5, origin, setting);
  if (n % 4 === 2)
    return sysmon.event(11, { ...origin, TargetFilename: `C:\\ProgramData\\Example\\${n}.tmp` }, setting);
  return sysmon.event(22, { ...origin, QueryName: 'dc-01.corp.example.com', QueryStatus: '0' }, setting);
}

function placeOf(record: Buffer, mark: bigint | Uint8Array): number {
  const bytes = typeof mark === 'bigint' ? Buffer.alloc(8) : Buffer.from(mark);
  if (typeof mark === 'bigint') bytes.writeBigUInt64LE(mark);
  return record.indexOf(bytes, 24);
}

/** Chunks full of marked records; kept ones are spread evenly over all of them. */
function prototypes(channel: 'security' | 'sysmon', computer: string, keptShare: number): Prototype[] {
  const made: Prototype[] = [];
  let total = 0;
  let kept = 0;
  for (let p = 0; p < PROTOTYPES; p++) {
    const writer = new LogWriter();
    const before = kept;
    const models: EventModel[] = [];
    const isKept: boolean[] = [];
    const firstPair = (kept + 1) >> 1;
    for (let n = 0; ; n++) {
      const time = TIME_MARK + BigInt(n) * 65536n;
      const keeps = Math.floor((total + 1) * keptShare) > Math.floor(total * keptShare);
      const model = keeps ? keptEvent(channel, kept, computer, time) : ordinaryEvent(channel, n, computer, time);
      const record = { ...recordOf(model), id: BigInt(n), eventRecordId: ID_MARK + BigInt(n) };
      // The margin is larger than any of these records: the chunk must not overflow into a second one.
      if (writer.free > CHUNK_BYTES - 6000) break;
      writer.add(record);
      models.push(model);
      isKept.push(keeps);
      total++;
      if (keeps) kept++;
    }
    const log = writer.finish();
    const bytes = Buffer.from(log.bytes.subarray(FILE_HEADER_BYTES));
    let seen = before;
    const stamps = log.records.map(({ chunkOffset, size }, n): Stamp => {
      const record = bytes.subarray(chunkOffset, chunkOffset + size);
      const time = TIME_MARK + BigInt(n) * 65536n;
      const at = (offset: number) => (offset < 0 ? 0 : chunkOffset + offset);
      const pair = seen >> 1;
      if (isKept[n] === true) seen++;
      return {
        frame: chunkOffset,
        recordId: at(placeOf(record, ID_MARK + BigInt(n))),
        time: at(placeOf(record, time)),
        utcTime: channel === 'sysmon' ? at(placeOf(record, utf16(utcTimeOf(time)))) : 0,
        logonId: isKept[n] === true && channel === 'security' ? at(placeOf(record, LOGON_MARK + BigInt(pair))) : 0,
        pair: pair - firstPair,
      };
    });
    made.push({
      bytes,
      free: bytes.readUInt32LE(48),
      stamps,
      kept: kept - before,
      pairs: ((kept + 1) >> 1) - firstPair,
    });
  }
  return made;
}

/** The file header of a log with so many chunks; the count wraps at 65,536 (EVTX 1.1). */
function header(chunks: number, nextRecordId: number): Buffer {
  const bytes = Buffer.alloc(FILE_HEADER_BYTES);
  bytes.write('ElfFile\0', 'latin1');
  bytes.writeBigUInt64LE(BigInt(Math.max(chunks - 1, 0)), 16);
  bytes.writeBigUInt64LE(BigInt(nextRecordId), 24);
  bytes.writeUInt32LE(128, 32);
  bytes.writeUInt16LE(1, 36);
  bytes.writeUInt16LE(3, 38);
  bytes.writeUInt16LE(FILE_HEADER_BYTES, 40);
  bytes.writeUInt16LE(chunks & 0xffff, 42);
  sealFileHeader(bytes);
  return bytes;
}

function writeId(bytes: Buffer, offset: number, id: number): void {
  bytes.writeUInt32LE(id % 4294967296, offset);
  bytes.writeUInt32LE(Math.floor(id / 4294967296), offset + 4);
}

/**
 * The log in pieces: first the file header, then one chunk at a time. The chunk's buffer is used again for the next one, so
 * write or copy it before going on.
 */
export function* bulkLog(options: BulkOptions): Generator<Uint8Array, BulkSummary> {
  const channel = options.channel ?? 'security';
  const made = prototypes(channel, options.computer ?? 'BULK-01.corp.example.com', options.keptShare ?? 0.1);
  const chunks = Math.max(0, Math.floor((options.bytes - FILE_HEADER_BYTES) / CHUNK_BYTES));
  const step = options.step ?? 2_000_000n;
  let id = options.firstId ?? 1;
  let time = filetimeOf(options.start ?? '2026-03-01T00:00:00Z');
  let kept = 0;
  let logons = 0x10000;
  const nth = (chunk: number): Prototype | undefined => made[chunk % PROTOTYPES];
  let records = 0;
  for (let c = 0; c < chunks; c++) records += nth(c)?.stamps.length ?? 0;
  yield header(chunks, id + records);
  const scratch = Buffer.alloc(CHUNK_BYTES);
  for (let c = 0; c < chunks; c++) {
    const prototype = nth(c);
    if (prototype === undefined) break;
    prototype.bytes.copy(scratch);
    const first = id;
    for (const stamp of prototype.stamps) {
      writeId(scratch, stamp.frame + 8, id);
      scratch.writeBigUInt64LE(time, stamp.frame + 16);
      writeId(scratch, stamp.recordId, id);
      scratch.writeBigUInt64LE(time, stamp.time);
      if (stamp.utcTime !== 0) scratch.write(utcTimeOf(time), stamp.utcTime, 'utf16le');
      if (stamp.logonId !== 0) writeId(scratch, stamp.logonId, logons + stamp.pair);
      time += step;
      id++;
    }
    kept += prototype.kept;
    logons += prototype.pairs;
    writeId(scratch, 8, first);
    writeId(scratch, 16, id - 1);
    writeId(scratch, 24, first);
    writeId(scratch, 32, id - 1);
    scratch.writeUInt32LE(crc32(scratch.subarray(512, prototype.free)), 52);
    scratch.writeUInt32LE(crc32(scratch.subarray(128, 512), crc32(scratch.subarray(0, 120))), 124);
    yield scratch;
  }
  return { bytes: FILE_HEADER_BYTES + chunks * CHUNK_BYTES, chunks, records, kept };
}

/** Writes such a log to a file that must not exist yet. */
export function writeBulkLog(path: string, options: BulkOptions): BulkSummary {
  const file = openSync(path, 'wx');
  try {
    const pieces = bulkLog(options);
    const block = Buffer.alloc(16 * CHUNK_BYTES);
    let used = 0;
    for (;;) {
      const { done, value } = pieces.next();
      if (done === true) {
        writeSync(file, block, 0, used);
        return value;
      }
      if (used + value.length > block.length) {
        writeSync(file, block, 0, used);
        used = 0;
      }
      block.set(value, used);
      used += value.length;
    }
  } finally {
    closeSync(file);
  }
}
