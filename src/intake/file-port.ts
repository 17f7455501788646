import type { Instant } from '../windows/index.ts';

/** What lies at a path. */
export interface FileStat {
  readonly kind: 'file' | 'folder' | 'other';
  readonly bytes: number;
  readonly modified: Instant;
  /** Equal for two paths that lead to one real file (device and file number, else the real path). */
  readonly identity: string;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** A file opened for reading. */
export interface OpenFile {
  /** Reads into the whole of `into` from `position` on; fewer bytes come back only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  stat(): Promise<FileStat>;
  close(): Promise<void>;
}

/** A file that is read at random places, without waiting: for what is parsed in place. */
export interface RandomFile {
  /** As `OpenFile.read`. */
  read(into: Uint8Array, position: number): number;
  close(): void;
}

/**
 * The file system as intake sees it: everything is opened read-only, nothing is changed or touched (L3). Functions reject
 * with an error that carries Node's `code`.
 */
export interface FilePort {
  readonly separator: '/' | '\\';
  /** Follows links. Undefined when nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  readFolder(path: string): Promise<readonly FolderEntry[]>;
  open(path: string): Promise<OpenFile>;
  openAtRandom(path: string): RandomFile;
}
