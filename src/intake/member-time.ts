import { filetimeMs, filetimeTicks, type Instant } from '../windows/index.ts';

/** An extra field of a zip (APPNOTE 4.5). */
export interface ExtraField {
  readonly id: number;
  readonly data: Uint8Array;
}

const NTFS = 0x000a;
const PKWARE_UNIX = 0x000d;
const EXTENDED_TIMESTAMP = 0x5455;
const INFO_ZIP_UNIX = 0x5855;

/**
 * When a member was last written, by the fields that tell it in UTC, the most exact first. The DOS time of a zip is no
 * bracket: it has no zone and steps of two seconds (SETTLED D1).
 */
export function modifiedOf(fields: readonly ExtraField[]): Instant | undefined {
  const byId = new Map(fields.map(({ id, data }) => [id, Buffer.from(data)]));
  const ntfs = byId.get(NTFS);
  return (
    (ntfs === undefined ? undefined : ntfsTime(ntfs)) ??
    secondsAt(byId.get(EXTENDED_TIMESTAMP), 1, (field) => ((field[0] ?? 0) & 1) === 1) ??
    secondsAt(byId.get(INFO_ZIP_UNIX), 4, () => true) ??
    secondsAt(byId.get(PKWARE_UNIX), 4, () => true)
  );
}

/** Tag 1 of the NTFS field begins with the modification time (APPNOTE 4.5.5). */
function ntfsTime(field: Buffer): Instant | undefined {
  for (let at = 4; at + 4 <= field.length; ) {
    const tag = field.readUInt16LE(at);
    const size = field.readUInt16LE(at + 2);
    if (tag === 1 && size >= 8 && at + 12 <= field.length) return instantOfFiletime(field, at + 4);
    at += 4 + size;
  }
  return undefined;
}

function secondsAt(field: Buffer | undefined, at: number, isGiven: (field: Buffer) => boolean): Instant | undefined {
  if (field === undefined || field.length < at + 4 || !isGiven(field)) return undefined;
  const seconds = field.readInt32LE(at);
  return seconds === 0 ? undefined : { ms: seconds * 1000, ticks: 0 };
}

/** A FILETIME; undefined where it is 0, which means that it is not known. */
export function instantOfFiletime(bytes: Uint8Array, at: number): Instant | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 8);
  const low = view.getUint32(0, true);
  const high = view.getUint32(4, true);
  return low === 0 && high === 0 ? undefined : { ms: filetimeMs(high, low), ticks: filetimeTicks(high, low) };
}

/** Seconds with a fraction as pax writes them (`1700000000.123456789`, also negative); undefined for what is none. */
export function instantOfSeconds(text: string): Instant | undefined {
  const match = /^(-?)(\d{1,11})(?:\.(\d{1,20}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const hundreds = BigInt(whole) * 10_000_000n + BigInt(fraction.padEnd(7, '0').slice(0, 7));
  const signed = sign === '-' ? -hundreds : hundreds;
  const ticks = ((signed % 10_000n) + 10_000n) % 10_000n;
  return { ms: Number((signed - ticks) / 10_000n), ticks: Number(ticks) };
}
