import { createHash } from 'node:crypto';
import { type Snapshot, textOf } from '../cim/index.ts';
import type { HostTable } from '../entities/index.ts';
import type { CoverageCount, Source } from '../windows/index.ts';

export interface NamedRepository {
  readonly computer: string;
  readonly hostBy: 'logs' | 'policy session' | 'nothing';
  /** Latest record of that host, Unix milliseconds; 0 where it has none. */
  readonly latestMs: number;
}

interface ReadableFile {
  readonly bytes: number;
  read(into: Uint8Array, position: number): number;
}

/** One host among the logs. */
interface LoggedHost {
  readonly computer: string;
  latestMs: number;
}

const DIGEST_DIGITS = 16;
const HASHED_AT_ONCE = 1 << 20;

/** Whose repository it is (SETTLED D2). */
export class RepositoryHosts {
  readonly #hosts: HostTable;
  /** Hosts by folder of their logs, containers included: those of the folder itself and of all that is below. */
  readonly #byFolder = new Map<string, Map<string, LoggedHost>>();
  readonly #latest = new Map<string, number>();

  constructor(coverage: readonly CoverageCount[], hosts: HostTable) {
    this.#hosts = hosts;
    for (const { source, computer, last } of coverage) {
      if (computer === '') continue;
      const key = hosts.keyOf(computer);
      const lastMs = last?.ms ?? 0;
      this.#latest.set(key, Math.max(this.#latest.get(key) ?? 0, lastMs));
      for (const { key: folder } of foldersOf(source)) {
        const ofFolder = this.#byFolder.get(folder) ?? new Map<string, LoggedHost>();
        this.#byFolder.set(folder, ofFolder);
        const known = ofFolder.get(key);
        if (known === undefined) ofFolder.set(key, { computer, latestMs: lastMs });
        else known.latestMs = Math.max(known.latestMs, lastMs);
      }
    }
  }

  /**
   * By the logs of the nearest folder around it that has some, inside one archive whatever else is said; among loose files only where
   * the sessions of group policy do not tell another host; else by those sessions, else by a digest of its objects.
   */
  hostOf(source: Source, snapshot: Snapshot, objects: ReadableFile | undefined): NamedRepository {
    const logged = this.#loggedAround(source);
    const named = sessionHostOf(snapshot);
    const session = named === undefined ? undefined : (this.#hosts.find(named) ?? this.#hosts.keyOf(named));
    const isSame = logged !== undefined && this.#hosts.keyOf(logged.host.computer) === session;
    if (logged !== undefined && (logged.isInside || session === undefined || isSame)) {
      return { computer: logged.host.computer, hostBy: 'logs', latestMs: logged.host.latestMs };
    }
    if (session !== undefined) {
      return { computer: session, hostBy: 'policy session', latestMs: this.#latest.get(session) ?? 0 };
    }
    return { computer: `repository:${digestOf(objects)}`, hostBy: 'nothing', latestMs: 0 };
  }

  /** The only host of the nearest folder with logs; `isInside`: that folder is in the same archive. */
  #loggedAround(source: Source): { readonly host: LoggedHost; readonly isInside: boolean } | undefined {
    for (const { key, isInside } of foldersOf(source)) {
      const [only, ...others] = this.#byFolder.get(key)?.values() ?? [];
      if (only === undefined) continue;
      return others.length > 0 ? undefined : { host: only, isInside };
    }
    return undefined;
  }
}

/** The folders around a file, nearest first: inside its containers, then around them. */
function foldersOf({ file, container = [] }: Source): readonly { readonly key: string; readonly isInside: boolean }[] {
  const folders: { key: string; isInside: boolean }[] = [];
  const levels = [file, ...container];
  for (let depth = levels.length - 1; depth >= 0; depth--) {
    const outer = levels.slice(0, depth).join('\u0000');
    const parts = (levels[depth] ?? '').split(/[\\/]/).slice(0, -1);
    for (let length = parts.length; length >= 0; length--) {
      const key = `${outer}\u0001${parts.slice(0, length).join('/')}`;
      folders.push({ key, isInside: depth > 0 && depth === levels.length - 1 });
    }
  }
  return folders;
}

/** The name that group policy keeps: of the computer's session, else the host part of a user's. */
function sessionHostOf(snapshot: Snapshot): string | undefined {
  const targets = (path: string): readonly string[] =>
    snapshot.instances(path, 'RSOP_Session').flatMap((one) => textOf(one, 'targetName') ?? []);
  const [ofComputer] = targets('root\\Rsop\\Computer');
  if (ofComputer !== undefined && ofComputer !== '') return hostPart(ofComputer) ?? ofComputer;
  for (const { path } of snapshot.namespaces()) {
    if (path === undefined || !/^root\\rsop\\user\\/i.test(path)) continue;
    for (const target of targets(path)) {
      const host = hostPart(target);
      if (host !== undefined) return host;
    }
  }
  return undefined;
}

function hostPart(target: string): string | undefined {
  const slash = target.indexOf('\\');
  return slash > 0 ? target.slice(0, slash) : undefined;
}

function digestOf(
  file: { readonly bytes: number; read(into: Uint8Array, position: number): number } | undefined,
): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(HASHED_AT_ONCE);
  for (let at = 0; file !== undefined && at < file.bytes; at += buffer.length) {
    const read = file.read(buffer, at);
    if (read === 0) break;
    hash.update(buffer.subarray(0, read));
  }
  return hash.digest('hex').slice(0, DIGEST_DIGITS);
}
