import { asciiAt } from './ascii.ts';
import { type IsAudit, type KeptRole, keptRoleOf } from './kept-role.ts';
import { recogniseText, type TextKind } from './recognise-text.ts';

/** Archives and compressed files that are read in place, inside each other too. */
export type ArchiveKind = 'zip' | 'tar' | 'gzip' | 'zstd' | '7z';

/** What is kept whole (SETTLED D9). */
export type KeptKind = 'wmi repository' | 'mof' | 'audit';

/** What `readInput` can read. */
export type ReadableKind = 'evtx' | ArchiveKind | KeptKind | TextKind;

/** What an input is, by its content (SETTLED A29). */
export type InputKind =
  | ReadableKind
  | 'rar'
  | 'cab'
  | 'xz'
  | 'bzip2'
  | 'lz4'
  | 'evt'
  | 'registry hive'
  | 'disk image'
  | 'empty'
  | 'unknown';

const TEXTS: ReadonlySet<InputKind> = new Set(['json', 'xml', 'csv', 'zeek', 'text']);
const ARCHIVES: ReadonlySet<InputKind> = new Set(['zip', 'tar', 'gzip', 'zstd', '7z']);
const KEPT: ReadonlyMap<InputKind, KeptRole> = new Map<KeptKind, KeptRole>([
  ['wmi repository', 'repository'],
  ['mof', 'mof'],
  ['audit', 'audit'],
]);
const READABLE: ReadonlySet<InputKind> = new Set(['evtx', ...ARCHIVES, ...KEPT.keys(), ...TEXTS]);

/** True for what `readInput` can read. */
export function isReadable(kind: InputKind): kind is ReadableKind {
  return READABLE.has(kind);
}

/** True for what is read as text, unit by unit. */
export function isText(kind: InputKind): kind is TextKind {
  return TEXTS.has(kind);
}

/** True for archives and compressed files that are read in place. */
export function isArchive(kind: InputKind): kind is ArchiveKind {
  return ARCHIVES.has(kind);
}

/** The role of a kind that is kept whole; undefined for the others. */
export function roleOfKind(kind: InputKind): KeptRole | undefined {
  return KEPT.get(kind);
}

/** The kind that a role goes by. */
export function kindOfRole(role: KeptRole): KeptKind {
  return role === 'repository' ? 'wmi repository' : role;
}

/** Bytes from the start that `recognise` looks at. */
export const RECOGNISED_BYTES = 4608;

interface Magic {
  readonly kind: InputKind;
  readonly offset: number;
  /** Latin-1 text of the bytes. */
  readonly bytes: string;
}

const MAGICS: readonly Magic[] = [
  { kind: 'evtx', offset: 0, bytes: 'ElfFile\0' },
  { kind: 'evtx', offset: 4096, bytes: 'ElfChnk\0' },
  { kind: 'zip', offset: 0, bytes: 'PK\x03\x04' },
  { kind: 'zip', offset: 0, bytes: 'PK\x05\x06' },
  { kind: 'zip', offset: 0, bytes: 'PK\x07\x08PK\x03\x04' },
  { kind: 'gzip', offset: 0, bytes: '\x1f\x8b\x08' },
  { kind: '7z', offset: 0, bytes: '7z\xbc\xaf\x27\x1c' },
  { kind: 'rar', offset: 0, bytes: 'Rar!\x1a\x07' },
  { kind: 'cab', offset: 0, bytes: 'MSCF\0\0\0\0' },
  { kind: 'tar', offset: 257, bytes: 'ustar' },
  { kind: 'zstd', offset: 0, bytes: '\x28\xb5\x2f\xfd' },
  { kind: 'xz', offset: 0, bytes: '\xfd7zXZ\0' },
  { kind: 'bzip2', offset: 0, bytes: 'BZh' },
  { kind: 'lz4', offset: 0, bytes: '\x04\x22\x4d\x18' },
  { kind: 'evt', offset: 4, bytes: 'LfLe' },
  { kind: 'registry hive', offset: 0, bytes: 'regf' },
  { kind: 'disk image', offset: 0, bytes: 'EVF\x09\x0d\x0a\xff\0' },
  { kind: 'disk image', offset: 0, bytes: 'EVF2\x0d\x0a\x81\0' },
  { kind: 'disk image', offset: 0, bytes: 'LVF\x09\x0d\x0a\xff\0' },
  { kind: 'disk image', offset: 0, bytes: 'vhdxfile' },
  { kind: 'disk image', offset: 0, bytes: 'conectix' },
  { kind: 'disk image', offset: 0, bytes: '# Disk DescriptorFile' },
  { kind: 'disk image', offset: 0, bytes: 'KDMV' },
  { kind: 'disk image', offset: 0, bytes: 'QFI\xfb' },
];

/** True when the name says event log: only then a log is looked for at every 512 bytes (SETTLED A29). */
export function isNamedLog(path: string): boolean {
  return /\.evtx$/i.test(path);
}

/**
 * What the first bytes of a file say it is; `head` holds at least `RECOGNISED_BYTES` of them, or the whole file.
 * The name decides only for what has no mark of its own: the files of a repository, MOF, and a VHD of fixed size.
 */
export function recognise(head: Uint8Array, path: string, isAudit?: IsAudit): InputKind {
  if (head.length === 0) return 'empty';
  for (const magic of MAGICS) {
    if (asciiAt(head, magic.offset, magic.bytes)) return magic.kind;
  }
  const role = keptRoleOf(head, path, isAudit);
  if (role !== undefined) return kindOfRole(role);
  const text = recogniseText(head);
  if (text !== undefined) return text;
  // A disk image of fixed size begins with the disk itself.
  return /\.vhd$/i.test(path) ? 'disk image' : 'unknown';
}
