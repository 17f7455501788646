import { createHash } from 'node:crypto';
import { type Snapshot, textOf } from '../cim/index.ts';
import type { KeptFile } from '../intake/index.ts';
import type { HostsOfFolders } from './hosts-of-folders.ts';
import type { FoundFiles } from './read-repositories.ts';

/** Whose repository it is, and what told it. */
export interface NamedRepository {
  readonly computer: string;
  readonly hostBy: 'logs' | 'policy session' | 'nothing';
  /** Latest record of that host, Unix milliseconds; 0 where it has none. */
  readonly latestMs: number;
}

const DIGEST_DIGITS = 16;
const HASHED_AT_ONCE = 1 << 20;

/**
 * Whose repository it is (SETTLED D2): by the logs of the nearest folder around it that has some, inside one archive whatever else
 * is said; among loose files only where the sessions of group policy do not tell another host; else by those sessions, else by a
 * digest of its objects.
 */
export function repositoryHost({ source, repository, files }: FoundFiles, hosts: HostsOfFolders): NamedRepository {
  const { table } = hosts;
  const logged = hosts.around(source);
  const named = sessionHostOf(repository.current);
  const session = named === undefined ? undefined : (table.find(named) ?? named);
  const isSame =
    logged !== undefined && session !== undefined && table.keyOf(logged.host.computer) === table.keyOf(session);
  if (logged !== undefined && (logged.isInside || session === undefined || isSame)) {
    return { computer: logged.host.computer, hostBy: 'logs', latestMs: logged.host.latestMs };
  }
  if (session !== undefined) {
    return { computer: session, hostBy: 'policy session', latestMs: hosts.latestMs(table.keyOf(session)) };
  }
  // Without them the first file that has content stands in: two such repositories are not one.
  const written = files.filter(({ file }) => file.bytes > 0);
  const objects = written.find(({ name }) => name.toUpperCase() === 'OBJECTS.DATA') ?? written[0];
  return { computer: `repository:${digestOf(objects?.file)}`, hostBy: 'nothing', latestMs: 0 };
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

function digestOf(file: KeptFile | undefined): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(HASHED_AT_ONCE);
  for (let at = 0; file !== undefined && at < file.bytes; at += buffer.length) {
    const read = file.read(buffer, at);
    if (read === 0) break;
    hash.update(buffer.subarray(0, read));
  }
  return hash.digest('hex').slice(0, DIGEST_DIGITS);
}
