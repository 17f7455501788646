import type { Entities, Join } from '../entities/index.ts';

/** Other hosts that are told. */
const MAX_HOSTS = 16;

/** The same file on another host. */
export interface SameFile {
  readonly host: string;
  readonly path: string;
  readonly join: Join;
}

/**
 * J18: a file of a finding has the content of one on other hosts: SHA-256 of a started or removed program (Sysmon 1, 23, 26). No
 * record tells the size of a file, so that name and size never join. Broken where it was compiled anew.
 */
export function sameFiles(entities: Entities, host: string, path: string): readonly SameFile[] {
  const { files } = entities.callRecords;
  const found = new Map<string, SameFile>();
  for (const own of files.named(host, path)) {
    for (const other of files.elsewhere(host, own.sha256)) {
      if (found.has(other.host) || found.size >= MAX_HOSTS) continue;
      found.set(other.host, {
        host: other.host,
        path: other.path,
        join: {
          join: 'J18',
          strength: 'strong',
          text: `SHA-256 ${own.sha256.slice(0, 16)}… is that of ${other.path} on ${other.host}`,
          rivals: 0,
          evidence: [...entities.cite(own.event), ...entities.cite(other.event)],
        },
      });
    }
  }
  return [...found.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}
