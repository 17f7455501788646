import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { bufferFile, type RepositoryFile } from '../../src/cim/index.ts';

const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'repositories');

/** Why tests of real repositories are left out; false where they can run. */
export const skip: string | false = existsSync(CORPUS) ? false : 'the corpus is not beside the repository';

/** The members of a zip of the corpus, which is sound and small. */
export function membersOf(label: string): ReadonlyMap<string, Buffer> {
  const zip = readFileSync(join(CORPUS, `${label}.zip`));
  const members = new Map<string, Buffer>();
  const end = zip.lastIndexOf('PK\x05\x06');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameBytes = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    members.set(name, zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed);
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return members;
}

/** The files of a repository of the corpus, without those that are named. */
export function filesOf(label: string, ...without: readonly string[]): RepositoryFile[] {
  return [...membersOf(label)]
    .filter(([name]) => !without.includes(name))
    .map(([name, bytes]) => bufferFile(name, bytes));
}

export interface TableLabel {
  readonly physical_pages: number;
  readonly entries: number;
  readonly mapped: number;
  readonly free: number;
}

export interface MapLabel {
  readonly file: string;
  readonly version: number;
  readonly generation: number | null;
  readonly clean?: number;
  readonly objects: TableLabel | null;
  readonly index: TableLabel | null;
  readonly index_root?: number;
  readonly bytes_after_end: number;
  /** When it was last written, where the archive tells. */
  readonly mtime?: string;
}

export interface ObjectLabel {
  readonly kind: string;
  readonly namespace: string;
  readonly class: string;
  readonly creator_sid: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly property_state: Readonly<Record<string, string>>;
  readonly key_hash: string;
  readonly location: {
    readonly logical_page: number;
    readonly physical_page: number;
    readonly record_id: number;
    readonly size: number;
  };
  readonly ts1: number;
}

export interface GenerationLabel {
  readonly map: string;
  readonly version: number;
  readonly generation: number;
  readonly current: boolean;
  readonly index_keys: number;
  readonly class_definitions: number;
  readonly instances: number;
  readonly filters: number;
  readonly consumers: number;
  readonly bindings: number;
  readonly timers: number;
}

export interface RepositoryLabels {
  readonly maps: readonly MapLabel[];
  readonly totals: Readonly<Record<string, number>> & { readonly keys_by_kind: Readonly<Record<string, number>> };
  readonly generations: readonly GenerationLabel[];
  readonly objects: readonly ObjectLabel[];
  readonly namespaces: readonly string[];
  readonly current_map?: string;
}

export function labelsOf(label: string): RepositoryLabels {
  return JSON.parse(readFileSync(join(CORPUS, `${label}.labels.json`), 'utf8')) as RepositoryLabels;
}
