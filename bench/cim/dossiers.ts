import { join } from 'node:path';
import { Engine } from '../../src/analytics/index.ts';
import type { RepositoryFile } from '../../src/cim/index.ts';
import { HostTable } from '../../src/entities/index.ts';
import { HostsOfFolders } from '../../src/hunt/hosts-of-folders.ts';
import { readRepositories } from '../../src/hunt/read-repositories.ts';

/** What a hunt makes of it: lineage, brackets between generations, carving, hidden data, dossiers. */
export function dossiersOf(files: readonly RepositoryFile[], folder: string): number {
  const kept = files.map((file) => ({
    source: { file: join(folder, file.name) },
    input: 0,
    role: 'repository' as const,
    name: file.name,
    file,
    modified: undefined,
  }));
  const hosts = new HostsOfFolders([], HostTable.from([]));
  const { events, rows } = readRepositories(kept, hosts, { carve: true });
  const engine = new Engine({ coverage: rows });
  for (const event of events) engine.accept(event);
  return engine.finish().dossiers.length;
}
