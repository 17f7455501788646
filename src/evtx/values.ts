import { filetimeMs, filetimeTicks, formatTime, isPrintableMs } from '../windows/index.ts';
import type { Chunk } from './chunk.ts';
import { FAULT_ARRAY, FAULT_ODD_STRING, FAULT_SIZE, FAULT_TIME, FAULT_TYPE } from './faults.ts';
import {
  MAX_ARRAY_ITEMS,
  TYPE_ANSI,
  TYPE_ARRAY,
  TYPE_BINARY,
  TYPE_BOOL,
  TYPE_FILETIME,
  TYPE_FLOAT32,
  TYPE_FLOAT64,
  TYPE_GUID,
  TYPE_HANDLE,
  TYPE_HEX32,
  TYPE_HEX64,
  TYPE_INT8,
  TYPE_INT16,
  TYPE_INT32,
  TYPE_INT64,
  TYPE_RAW_STRING_A,
  TYPE_RAW_STRING_B,
  TYPE_SID,
  TYPE_SIZE,
  TYPE_STRING,
  TYPE_SYSTEMTIME,
  TYPE_UINT8,
  TYPE_UINT16,
  TYPE_UINT32,
  TYPE_UINT64,
  TYPE_XML,
} from './format.ts';
import { sidItems, sidText } from './sid.ts';

/** Turns the bytes of values into canonical text (EVTX 5.1). Oddities are told through `chunk.faults`. */
export class ValueReader {
  private readonly ansi: InstanceType<typeof TextDecoder>;

  /** @param ansiCodePage label of the code page of type 02, which the file does not store (EVTX 5.5) */
  constructor(ansiCodePage: string) {
    this.ansi = new TextDecoder(ansiCodePage);
  }

  /**
   * Canonical text of one value; for an array its items joined with `,`. NULL and nested BinXML are not asked for here.
   * `own` asks for a string that may be kept.
   */
  text(chunk: Chunk, type: number, at: number, size: number, own: boolean): string {
    switch (type) {
      case TYPE_STRING:
      case TYPE_XML:
      case TYPE_RAW_STRING_A:
      case TYPE_RAW_STRING_B:
        if ((size & 1) === 1) chunk.faults |= FAULT_ODD_STRING;
        return own ? chunk.ownText(at, size) : chunk.text(at, size);
      case TYPE_ANSI:
        return this.ansiText(chunk, at, size);
      case TYPE_BINARY:
        return hexText(chunk, at, size);
      case TYPE_GUID:
        return size === 16 ? guidText(chunk, at) : misfit(chunk, at, size);
      case TYPE_SID:
        return size < 8 ? misfit(chunk, at, size) : sidText(chunk, at, size);
      case TYPE_BOOL:
        return boolText(chunk, at, size);
      case TYPE_FILETIME:
        return size === 8 ? filetimeText(chunk, at) : misfit(chunk, at, size);
      case TYPE_SYSTEMTIME:
        return size === 16 ? systemtimeText(chunk, at) : misfit(chunk, at, size);
      case TYPE_SIZE:
      case TYPE_HANDLE:
        return size === 4 || size === 8 ? hexNumber(chunk, at, size) : misfit(chunk, at, size);
      case TYPE_HEX32:
        return size === 4 ? hexNumber(chunk, at, 4) : misfit(chunk, at, size);
      case TYPE_HEX64:
        return size === 8 ? hexNumber(chunk, at, 8) : misfit(chunk, at, size);
      default:
        if (isNumber(type)) return numberText(chunk, type, at, size);
        if ((type & TYPE_ARRAY) !== 0) return this.items(chunk, type, at, size).join(',');
        chunk.faults |= FAULT_TYPE;
        return hexText(chunk, at, size);
    }
  }

  /** Canonical text of each item of an array (EVTX 5.4); of any other value its one text. */
  items(chunk: Chunk, type: number, at: number, size: number): string[] {
    if ((type & TYPE_ARRAY) === 0) return [this.text(chunk, type, at, size, false)];
    const item = type & 0x7f;
    if (item === TYPE_STRING || item === TYPE_ANSI) return this.stringItems(chunk, item, at, size);
    if (item === TYPE_SID) return sidItems(chunk, at, size);
    const width = itemWidth(item, size);
    if (width === 0) {
      chunk.faults |= FAULT_TYPE;
      return [hexText(chunk, at, size)];
    }
    let count = Math.floor(size / width);
    if (count * width !== size || count > MAX_ARRAY_ITEMS) chunk.faults |= FAULT_ARRAY;
    count = Math.min(count, MAX_ARRAY_ITEMS);
    const items: string[] = [];
    for (let i = 0; i < count; i++) items.push(this.text(chunk, item, at + i * width, width, false));
    return items;
  }

  /** Pieces between NULs; exactly one empty piece at the end is dropped, because the last NUL ends the last item. */
  private stringItems(chunk: Chunk, item: number, at: number, size: number): string[] {
    if (size === 0) return [];
    if (item === TYPE_STRING && (size & 1) === 1) chunk.faults |= FAULT_ODD_STRING;
    const whole =
      item === TYPE_STRING ? chunk.rawText(at, size & ~1) : this.ansi.decode(chunk.bytes.subarray(at, at + size));
    const items = whole.split('\0');
    if (items.at(-1) === '') items.pop();
    if (items.length > MAX_ARRAY_ITEMS) {
      chunk.faults |= FAULT_ARRAY;
      items.length = MAX_ARRAY_ITEMS;
    }
    return items;
  }

  private ansiText(chunk: Chunk, at: number, size: number): string {
    let n = size;
    while (n > 0 && chunk.view.getUint8(at + n - 1) === 0) n--;
    return n === 0 ? '' : this.ansi.decode(chunk.bytes.subarray(at, at + n));
  }
}

/** True for the types whose canonical text is a decimal number. */
export function isNumber(type: number): boolean {
  return type >= TYPE_INT8 && type <= TYPE_FLOAT64;
}

function itemWidth(item: number, size: number): number {
  switch (item) {
    case TYPE_INT8:
    case TYPE_UINT8:
      return 1;
    case TYPE_INT16:
    case TYPE_UINT16:
      return 2;
    case TYPE_INT32:
    case TYPE_UINT32:
    case TYPE_FLOAT32:
    case TYPE_BOOL:
    case TYPE_HEX32:
      return 4;
    case TYPE_INT64:
    case TYPE_UINT64:
    case TYPE_FLOAT64:
    case TYPE_FILETIME:
    case TYPE_HEX64:
      return 8;
    case TYPE_SIZE:
      // The width is not stored; 64-bit systems write 8 (EVTX 5.1).
      return size % 8 === 0 ? 8 : 4;
    case TYPE_GUID:
    case TYPE_SYSTEMTIME:
      return 16;
    default:
      return 0;
  }
}

function misfit(chunk: Chunk, at: number, size: number): string {
  chunk.faults |= FAULT_SIZE;
  return hexText(chunk, at, size);
}

function hexText(chunk: Chunk, at: number, size: number): string {
  return chunk.bytes.toString('hex', at, at + size).toUpperCase();
}

function numberText(chunk: Chunk, type: number, at: number, size: number): string {
  const view = chunk.view;
  switch (type) {
    case TYPE_INT8:
      return size === 1 ? String(view.getInt8(at)) : misfit(chunk, at, size);
    case TYPE_UINT8:
      return size === 1 ? String(view.getUint8(at)) : misfit(chunk, at, size);
    case TYPE_INT16:
      return size === 2 ? String(view.getInt16(at, true)) : misfit(chunk, at, size);
    case TYPE_UINT16:
      return size === 2 ? String(view.getUint16(at, true)) : misfit(chunk, at, size);
    case TYPE_INT32:
      return size === 4 ? String(view.getInt32(at, true)) : misfit(chunk, at, size);
    case TYPE_UINT32:
      return size === 4 ? String(view.getUint32(at, true)) : misfit(chunk, at, size);
    case TYPE_INT64:
      return size === 8 ? int64Text(view, at) : misfit(chunk, at, size);
    case TYPE_UINT64:
      return size === 8 ? String(readUint64(view, at)) : misfit(chunk, at, size);
    case TYPE_FLOAT32:
      return size === 4 ? float32Text(view.getFloat32(at, true)) : misfit(chunk, at, size);
    default:
      return size === 8 ? float64Text(view.getFloat64(at, true)) : misfit(chunk, at, size);
  }
}

/** A number below 2^53, else the decimal text: no digit is lost (EVTX 5.6). */
export function readUint64(view: DataView, at: number): number | string {
  const high = view.getUint32(at + 4, true);
  if (high === 0) return view.getUint32(at, true);
  if (high < 0x200000) return high * 4294967296 + view.getUint32(at, true);
  return view.getBigUint64(at, true).toString();
}

function int64Text(view: DataView, at: number): string {
  const high = view.getInt32(at + 4, true);
  if (high >= -0x200000 && high < 0x200000) return String(high * 4294967296 + view.getUint32(at, true));
  return view.getBigInt64(at, true).toString();
}

function float64Text(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'INF' : '-INF';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The shortest decimal that reads back as the same 32-bit float. */
function float32Text(value: number): string {
  if (!Number.isFinite(value) || value === 0) return float64Text(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** True when any byte is not zero: 8, 16 and 65536 are real values (EVTX 5.1). */
function boolText(chunk: Chunk, at: number, size: number): string {
  if (size !== 4 && size !== 1 && size !== 2 && size !== 8) return misfit(chunk, at, size);
  for (let i = 0; i < size; i++) if (chunk.view.getUint8(at + i) !== 0) return 'true';
  return 'false';
}

/** Hex without leading zeros, `0x0` for zero. */
function hexNumber(chunk: Chunk, at: number, size: 4 | 8): string {
  const low = chunk.view.getUint32(at, true);
  const high = size === 8 ? chunk.view.getUint32(at + 4, true) : 0;
  const entry = (low ^ (low >>> 9) ^ high ^ (high >>> 13) ^ (high >>> 23)) & (HEX_CACHE_SIZE - 1);
  if (hexLows[entry] === low && hexHighs[entry] === high) return hexTexts[entry] ?? '';
  const text = high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
  hexLows[entry] = low;
  hexHighs[entry] = high;
  hexTexts[entry] = text;
  return text;
}

/** Keywords, logon ids and status codes repeat: a tenth of the time to decode everything went into writing them anew. */
const HEX_CACHE_SIZE = 1024;
const hexLows = new Uint32Array(HEX_CACHE_SIZE);
const hexHighs = new Uint32Array(HEX_CACHE_SIZE);
const hexTexts: string[] = new Array(HEX_CACHE_SIZE).fill('0x0');

const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function pair(view: DataView, at: number): string {
  return HEX_PAIRS[view.getUint8(at)] ?? '';
}

/** GUIDs repeat (provider, session, process ids of one boot), and writing one costs more than comparing it. */
const GUID_CACHE_SIZE = 1024;
const guidWords = new Int32Array(GUID_CACHE_SIZE * 4);
const guidTexts: string[] = new Array(GUID_CACHE_SIZE).fill('{00000000-0000-0000-0000-000000000000}');

/** `{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}`, lower case. */
export function guidText(chunk: Chunk, at: number): string {
  const view = chunk.view;
  const a = view.getInt32(at, true);
  const b = view.getInt32(at + 4, true);
  const c = view.getInt32(at + 8, true);
  const d = view.getInt32(at + 12, true);
  const entry = (a ^ (a >>> 10) ^ b ^ c ^ (d >>> 8) ^ d) & (GUID_CACHE_SIZE - 1);
  const k = entry * 4;
  if (guidWords[k] === a && guidWords[k + 1] === b && guidWords[k + 2] === c && guidWords[k + 3] === d) {
    return guidTexts[entry] ?? '';
  }
  const text =
    '{' +
    pair(view, at + 3) +
    pair(view, at + 2) +
    pair(view, at + 1) +
    pair(view, at) +
    '-' +
    pair(view, at + 5) +
    pair(view, at + 4) +
    '-' +
    pair(view, at + 7) +
    pair(view, at + 6) +
    '-' +
    pair(view, at + 8) +
    pair(view, at + 9) +
    '-' +
    pair(view, at + 10) +
    pair(view, at + 11) +
    pair(view, at + 12) +
    pair(view, at + 13) +
    pair(view, at + 14) +
    pair(view, at + 15) +
    '}';
  guidWords[k] = a;
  guidWords[k + 1] = b;
  guidWords[k + 2] = c;
  guidWords[k + 3] = d;
  guidTexts[entry] = text;
  return text;
}

function filetimeText(chunk: Chunk, at: number): string {
  const low = chunk.view.getUint32(at, true);
  const high = chunk.view.getUint32(at + 4, true);
  const ms = filetimeMs(high, low);
  if (high >= 0x80000000 || !isPrintableMs(ms)) {
    chunk.faults |= FAULT_TIME;
    return `0x${high.toString(16).padStart(8, '0')}${low.toString(16).padStart(8, '0')}`;
  }
  return formatTime(ms, filetimeTicks(high, low));
}

function two(n: number): string {
  return n < 10 ? `0${n}` : String(n);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function systemtimeText(chunk: Chunk, at: number): string {
  const view = chunk.view;
  const word = (i: number): number => view.getUint16(at + 2 * i, true);
  const year = word(0);
  const month = word(1);
  const day = word(3);
  const [hours, minutes, seconds, millis] = [word(4), word(5), word(6), word(7)];
  const isZero = year + month + word(2) + day + hours + minutes + seconds + millis === 0;
  if (isZero) return '1601-01-01T00:00:00.0000000Z';
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
  if (
    year < 1601 ||
    year > 9999 ||
    day < 1 ||
    day > days ||
    hours > 23 ||
    minutes > 59 ||
    seconds > 59 ||
    millis > 999
  ) {
    chunk.faults |= FAULT_TIME;
    return `0x${chunk.bytes.toString('hex', at, at + 16)}`;
  }
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${two(hours)}:${two(minutes)}:${two(seconds)}.${String(millis).padStart(3, '0')}0000Z`;
}
