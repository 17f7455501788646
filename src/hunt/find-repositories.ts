import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bufferFile, type RepositoryFile } from '../cim/index.ts';
import { type FilePort, readZipFiles } from '../intake/index.ts';

/** The files that a repository is made of; other names in its folder are none of its business (CIM 1). */
const REPOSITORY_NAME = /^(?:OBJECTS\.(?:DATA|MAP)|INDEX\.(?:BTR|MAP)|MAPPING\d\.MAP|MAPPING\.VER|CIM\.RE[CP])$/i;
/** A folder or archive without one of these holds no repository. */
const NEEDED_NAME = /^(?:OBJECTS\.DATA|INDEX\.BTR|CIM\.REP)$/i;

const MAX_FOLDERS = 100_000;
const MAX_DEPTH = 64;
/** Members of an archive that are held in memory (SETTLED D9). */
export const MAX_ARCHIVE_BYTES: number = 256 * 1024 * 1024;

/** One repository among what was named. */
export interface FoundRepository {
  /** Where it lies: a folder as given, or `archive.zip!/folder`. */
  readonly place: string;
  readonly files: readonly RepositoryFile[];
  /** Of files on disk: what they really are, so that no output replaces one (L3). */
  readonly realPaths: readonly string[];
}

export interface FoundRepositories {
  /** By place. */
  readonly repositories: readonly FoundRepository[];
  readonly notRead: readonly { readonly place: string; readonly reason: string }[];
  /** Lets go of open files. */
  close(): void;
}

/**
 * The repositories in a folder, at any depth and in any case, in a zip, or beside a file that is named. Undefined when there
 * is nothing at this path. Files on disk are read at random places, members of a zip are held in memory.
 */
export async function findRepositories(
  path: string,
  port: FilePort,
  mostBytes: number = MAX_ARCHIVE_BYTES,
): Promise<FoundRepositories | undefined> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) return inFolders(path);
  if (REPOSITORY_NAME.test(basename(path))) return inFolders(dirname(path), 0);
  return await inZip(path, port, mostBytes);
}

function inFolders(root: string, maxDepth: number = MAX_DEPTH): FoundRepositories {
  const descriptors: number[] = [];
  const repositories: FoundRepository[] = [];
  const notRead: { place: string; reason: string }[] = [];
  const queue: { readonly path: string; readonly depth: number }[] = [{ path: root, depth: 0 }];
  for (const { path, depth } of queue) {
    const files: RepositoryFile[] = [];
    const realPaths: string[] = [];
    let isRepository = false;
    try {
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const inner = join(path, entry.name);
        if (entry.isDirectory() && depth < maxDepth && queue.length < MAX_FOLDERS)
          queue.push({ path: inner, depth: depth + 1 });
        if (!entry.isFile() || !REPOSITORY_NAME.test(entry.name)) continue;
        isRepository ||= NEEDED_NAME.test(entry.name);
        realPaths.push(inner);
      }
    } catch (cause) {
      notRead.push({ place: path, reason: reasonOf(cause) });
    }
    if (!isRepository) continue;
    for (const inner of realPaths) {
      try {
        files.push(openDiskFile(inner, descriptors));
      } catch (cause) {
        notRead.push({ place: inner, reason: reasonOf(cause) });
      }
    }
    repositories.push({ place: path, files, realPaths: realPaths.map((one) => realpathSync(one)) });
  }
  repositories.sort((a, b) => (a.place < b.place ? -1 : 1));
  const close = (): void => {
    for (const descriptor of descriptors) closeSync(descriptor);
  };
  return { repositories, notRead, close };
}

function openDiskFile(path: string, descriptors: number[]): RepositoryFile {
  const descriptor = openSync(path, 'r');
  descriptors.push(descriptor);
  const stat = statSync(path, { bigint: true });
  const hundreds = stat.mtimeNs / 100n;
  const ticks = ((hundreds % 10_000n) + 10_000n) % 10_000n;
  return {
    name: basename(path),
    bytes: Number(stat.size),
    modified: { ms: Number((hundreds - ticks) / 10_000n), ticks: Number(ticks) },
    read: (into, position) => {
      let filled = 0;
      while (filled < into.length) {
        const read = readSync(descriptor, into, filled, into.length - filled, position + filled);
        if (read === 0) break;
        filled += read;
      }
      return filled;
    },
  };
}

async function inZip(path: string, port: FilePort, mostBytes: number): Promise<FoundRepositories> {
  const file = await port.open(path);
  try {
    const { bytes } = await file.stat();
    const { files, notRead } = await readZipFiles(file, bytes, (name) => REPOSITORY_NAME.test(tailOf(name)), mostBytes);
    const folders = new Map<string, RepositoryFile[]>();
    for (const { name, bytes: content } of files) {
      const tail = tailOf(name);
      const folder = name.slice(0, Math.max(0, name.length - tail.length - 1));
      const list = folders.get(folder);
      // The times of a zip have no zone and say two seconds: they are no bracket (SETTLED D1).
      const one = bufferFile(tail, content);
      if (list === undefined) folders.set(folder, [one]);
      else list.push(one);
    }
    const repositories = [...folders]
      .filter(([, list]) => list.some(({ name }) => NEEDED_NAME.test(name)))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([folder, list]) => ({
        place: folder === '' ? path : `${path}!/${folder}`,
        files: list,
        realPaths: [realpathSync(path)],
      }));
    return {
      repositories,
      notRead: notRead.map(({ name, reason }) => ({ place: name === '' ? path : `${path}!/${name}`, reason })),
      close: () => undefined,
    };
  } finally {
    await file.close();
  }
}

function tailOf(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? `it cannot be read (${String(cause.code)})` : String(cause);
}
