import type { Source } from '../windows/index.ts';
import type { InputKind, KeptKind, ReadableKind } from './recognise.ts';

/** Kinds of things that are there and were not read (SETTLED A33). */
export type NotReadKind =
  | Exclude<InputKind, ReadableKind | 'empty'>
  | KeptKind
  | '7z'
  | 'encrypted 7z'
  | 'encrypted collection'
  | 'encrypted member'
  | 'nested archive'
  | 'unsupported compression';

/** One kind of unread input: how many, how large, where for example, and what to do about it. */
export interface NotRead {
  readonly kind: NotReadKind;
  readonly count: number;
  /** Sum of the sizes, as far as known. */
  readonly bytes: number;
  /** The first of them, at most `NOT_READ_EXAMPLES`. */
  readonly examples: readonly Source[];
  /** What the reader can do. */
  readonly advice: string;
}

export const NOT_READ_EXAMPLES = 20;

const UNPACK = 'unpack it, then hunt the folder; zip, tar, gz, zst and 7z are read in place';
const ADVICE: Readonly<Record<NotReadKind, string>> = {
  '7z': 'a 7z of this size is not unpacked in memory: unpack it, then hunt the folder',
  rar: 'rar is out of scope: unpack it, then hunt the folder',
  cab: UNPACK,
  xz: UNPACK,
  bzip2: UNPACK,
  lz4: UNPACK,
  evt: 'logs of Windows XP and 2003 are not read; convert them to EVTX with wevtutil epl /lf',
  'wmi repository':
    'without OBJECTS.DATA or INDEX.BTR beside them the other files of a WMI repository tell nothing: copy its whole folder',
  mof: 'compiled MOF files (FOMB) are not read, nor those above 16 MiB: compile the source again, or read it with mofcomp -check',
  audit: 'an audit of a live host above 256 MiB is not read: collect fewer namespaces at a time, or split its rows',
  'registry hive': 'registry hives are not read: autostarts and audit settings are not known from them',
  'disk image':
    'disk images (E01, VHD, VHDX, VMDK, QCOW2) are out of scope: mount or extract the files first, then hunt the folder',
  unknown: 'nothing in them is known to Triad; check that event logs were collected',
  'encrypted 7z': 'unpack the 7z with its password, then hunt the folder: passwords are tried on zip alone',
  'encrypted collection':
    'Velociraptor sealed it for one certificate: unpack it with velociraptor unzip and the server’s private key, then hunt the folder',
  'encrypted member': 'give its password in a file (--password-file FILE), or unpack the archive, then hunt the folder',
  'nested archive': 'unpack the outer archives, then hunt the folder',
  'unsupported compression': 'unpack the archive with another tool, then hunt the folder',
};

/** Counts what is not read, by kind. */
export class NotReadTally {
  readonly #kinds = new Map<NotReadKind, { count: number; bytes: number; examples: Source[] }>();

  add(kind: NotReadKind, source: Source, bytes: number): void {
    const entry = this.#kinds.get(kind) ?? { count: 0, bytes: 0, examples: [] };
    entry.count++;
    entry.bytes += bytes;
    if (entry.examples.length < NOT_READ_EXAMPLES) entry.examples.push(source);
    this.#kinds.set(kind, entry);
  }

  /** One entry a kind, by name of the kind. */
  list(): readonly NotRead[] {
    return [...this.#kinds.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, entry]) => ({ kind, ...entry, advice: ADVICE[kind] }));
  }
}

/** One list out of several, the counts summed: what found files and read archives left out. */
export function mergeNotRead(lists: readonly (readonly NotRead[])[]): readonly NotRead[] {
  const merged = new Map<NotReadKind, NotRead>();
  for (const item of lists.flat()) {
    const before = merged.get(item.kind);
    merged.set(
      item.kind,
      before === undefined
        ? item
        : {
            ...item,
            count: before.count + item.count,
            bytes: before.bytes + item.bytes,
            examples: [...before.examples, ...item.examples].slice(0, NOT_READ_EXAMPLES),
          },
    );
  }
  return [...merged.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}
