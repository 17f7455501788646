import { createHash } from 'node:crypto';
import { formatTime } from '../../windows/index.ts';

const MACHINES: ReadonlyMap<number, string> = new Map([
  [0x14c, 'x86'],
  [0x8664, 'x64'],
  [0xaa64, 'ARM64'],
  [0x1c0, 'ARM'],
]);

/** A portable executable inside bytes. */
export interface PortableExecutable {
  readonly offset: number;
  readonly machine: string;
  /** The linker's time, Unix seconds as stored; often forged. */
  readonly timestamp: number;
  readonly isDll: boolean;
  readonly isNet: boolean;
  /** MD5 over the imported names as pefile makes it; absent when they do not parse. */
  readonly imphash?: string;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}

/** The executable whose `MZ` stands at an offset; undefined when its `PE` header is not where it says. */
export function portableExecutable(bytes: Uint8Array, offset = 0): PortableExecutable | undefined {
  if (bytes[offset] !== 0x4d || bytes[offset + 1] !== 0x5a) return undefined;
  const header = offset + u32(bytes, offset + 0x3c);
  if (header + 24 > bytes.length || header < offset + 4 || u32(bytes, header) !== 0x4550) return undefined;
  const optional = header + 24;
  const isWide = u16(bytes, optional) === 0x20b;
  const netEntry = optional + (isWide ? 112 : 96) + 14 * 8;
  const imphash = importHash(bytes.subarray(offset), header - offset, isWide);
  return {
    offset,
    machine: MACHINES.get(u16(bytes, header + 4)) ?? `machine 0x${u16(bytes, header + 4).toString(16)}`,
    timestamp: u32(bytes, header + 8),
    isDll: (u16(bytes, header + 22) & 0x2000) !== 0,
    isNet: netEntry + 8 <= bytes.length && u32(bytes, netEntry) !== 0,
    ...(imphash === undefined ? {} : { imphash }),
  };
}

/** Executables that lie inside bytes, not at their start. At most 8. */
export function embeddedExecutables(bytes: Uint8Array): readonly PortableExecutable[] {
  const found: PortableExecutable[] = [];
  for (let at = bytes.indexOf(0x4d, 1); at >= 0 && found.length < 8; at = bytes.indexOf(0x4d, at + 1)) {
    const executable = portableExecutable(bytes, at);
    if (executable !== undefined) found.push(executable);
  }
  return found;
}

/** "PE program for x64, linked 2020-09-01T13:24:15Z, 18,801 bytes", with the imphash where there is one. */
export function describeExecutable(pe: PortableExecutable, length: number): string {
  const what = `${pe.isNet ? '.NET ' : ''}PE ${pe.isDll ? 'library' : 'program'}`;
  const linked = `${formatTime(pe.timestamp * 1000, 0).slice(0, 19)}Z`;
  const imports = pe.imphash === undefined ? '' : `, imphash ${pe.imphash}`;
  return `${what} for ${pe.machine}, linked ${linked}${imports}, ${bytesText(length)}`;
}

export function bytesText(length: number): string {
  return `${String(length).replace(/\B(?=(?:\d{3})+$)/g, ',')} bytes`;
}

const MAX_LIBRARIES = 256;
const MAX_IMPORTS = 8192;
const MAX_SECTIONS = 96;

/**
 * MD5 over `library.function` in lower case, as pefile makes it. Libraries whose ordinals pefile turns into names are left
 * out of what can be hashed: such a file has none here.
 */
function importHash(bytes: Uint8Array, header: number, isWide: boolean): string | undefined {
  const optional = header + 24;
  const sections = optional + u16(bytes, header + 20);
  const count = Math.min(u16(bytes, header + 6), MAX_SECTIONS);
  const table = u32(bytes, optional + (isWide ? 112 : 96) + 8);
  const offsetOf = (address: number): number | undefined => {
    for (let i = 0; i < count; i++) {
      const section = sections + i * 40;
      const start = u32(bytes, section + 12);
      const size = Math.max(u32(bytes, section + 8), u32(bytes, section + 16));
      if (address >= start && address < start + size) return address - start + u32(bytes, section + 20);
    }
    return undefined;
  };
  const first = table === 0 ? undefined : offsetOf(table);
  if (first === undefined) return undefined;
  const names: string[] = [];
  const width = isWide ? 8 : 4;
  for (let i = 0; i < MAX_LIBRARIES; i++) {
    const entry = first + i * 20;
    const nameAddress = u32(bytes, entry + 12);
    if (entry + 20 > bytes.length || nameAddress === 0) break;
    const library = textAt(bytes, offsetOf(nameAddress))?.toLowerCase();
    const thunks = offsetOf(u32(bytes, entry) || u32(bytes, entry + 16));
    if (library === undefined || thunks === undefined) return undefined;
    const stem = library.replace(/\.(?:dll|ocx|sys)$/, '');
    for (let at = thunks; at + width <= bytes.length; at += width) {
      const low = u32(bytes, at);
      const high = isWide ? u32(bytes, at + 4) : low;
      if (low === 0 && (!isWide || high === 0)) break;
      if (names.length >= MAX_IMPORTS) return undefined;
      const isOrdinal = (high & 0x80000000) !== 0;
      if (isOrdinal && /^(?:ws2_32|wsock32|oleaut32)$/.test(stem)) return undefined;
      const place = isOrdinal ? undefined : offsetOf(low);
      const name = isOrdinal ? `ord${low & 0xffff}` : place === undefined ? undefined : textAt(bytes, place + 2);
      if (name === undefined) return undefined;
      names.push(`${stem}.${name.toLowerCase()}`);
    }
  }
  return names.length === 0 ? undefined : createHash('md5').update(names.join(',')).digest('hex');
}

function textAt(bytes: Uint8Array, offset: number | undefined): string | undefined {
  if (offset === undefined || offset >= bytes.length) return undefined;
  const end = bytes.indexOf(0, offset);
  if (end < 0 || end === offset || end - offset > 512) return undefined;
  return Buffer.from(bytes.subarray(offset, end)).toString('latin1');
}
