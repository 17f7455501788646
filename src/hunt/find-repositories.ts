import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RepositoryFile } from '../cim/index.ts';
import { type FilePort, findInputs, type Holding, isArchive, isRepositoryName, readInput } from '../intake/index.ts';
import { placeName } from '../report/index.ts';
import type { Source } from '../windows/index.ts';

/** A folder or archive without one of these holds no repository. */
const NEEDED_NAME = /^(?:OBJECTS\.DATA|INDEX\.BTR|CIM\.REP)$/i;

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
}

export interface RepositorySearch {
  /** Where the files are kept; they can be read until it is closed. */
  readonly holding: Holding;
  /** Tried in order on encrypted members. */
  readonly passwords?: readonly string[];
}

/**
 * The repositories in a folder, at any depth and in any case, in archives, or beside a file that is named. Undefined when there
 * is nothing at this path.
 */
export async function findRepositories(
  path: string,
  port: FilePort,
  search: RepositorySearch,
): Promise<FoundRepositories | undefined> {
  if ((await port.stat(path)) === undefined) return undefined;
  const found = await findInputs(await pathsAround(path, port), port);
  const byPlace = new Map<string, { readonly files: RepositoryFile[]; readonly realPaths: Set<string> }>();
  const anomalies = [...found.anomalies];
  const twins: { place: string; reason: string }[] = [];
  for (const input of found.inputs) {
    if (input.kind !== 'wmi repository' && !isArchive(input.kind)) continue;
    const steps = readInput(input, port, {
      hash: false,
      ownBuffers: false,
      keep: {},
      holding: search.holding,
      wants: (source) => isRepositoryName(innermost(source).replace(/ \(\d+\)$/, '')),
      ...(search.passwords === undefined ? {} : { passwords: search.passwords }),
    });
    for await (const step of steps) {
      if (step.kind === 'inputEnd') for (const one of step.end.anomalies) anomalies.push(one);
      if (step.kind !== 'kept') continue;
      const { source, name, file, modified } = step;
      const place = folderOf(source);
      const one = byPlace.get(place) ?? { files: [], realPaths: new Set() };
      byPlace.set(place, one);
      if (one.files.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
        twins.push({
          place: placeName(source),
          reason: 'another file of this name is in the same folder, and was taken',
        });
        continue;
      }
      one.files.push({
        name,
        bytes: file.bytes,
        read: (into, position) => file.read(into, position),
        ...(modified === undefined ? {} : { modified }),
      });
      one.realPaths.add(realpathSync(source.file));
    }
  }
  const repositories = [...byPlace]
    .filter(([, { files }]) => files.some(({ name }) => NEEDED_NAME.test(name)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([place, { files, realPaths }]) => ({ place, files, realPaths: [...realPaths] }));
  const notRead = anomalies
    .filter(({ level }) => level === 'error')
    .map((anomaly) => ({ place: placeName(anomaly), reason: anomaly.message.replace(/\.$/, '') }));
  return { repositories, notRead: [...notRead, ...twins] };
}

/** The path itself; of a file of a repository, all of them in its folder. */
async function pathsAround(path: string, port: FilePort): Promise<readonly string[]> {
  if (!isRepositoryName(basename(path))) return [path];
  const folder = dirname(path);
  const names = (await port.readFolder(folder)).filter(({ name, kind }) => kind === 'file' && isRepositoryName(name));
  return names.length === 0 ? [path] : names.map(({ name }) => join(folder, name));
}

/** The last name in a source, whichever separator was used. */
function innermost({ file, container }: Source): string {
  return (container?.at(-1) ?? file).replace(/^.*[\\/]/s, '');
}

/** The folder in which a source lies, as people read it. */
function folderOf(source: Source): string {
  const { file, container } = source;
  if (container === undefined) return dirname(file);
  const member = container.at(-1) ?? '';
  const folder = member.slice(0, Math.max(0, Math.max(member.lastIndexOf('/'), member.lastIndexOf('\\'))));
  return placeName({ file, container: [...container.slice(0, -1), ...(folder === '' ? [] : [folder])] });
}
