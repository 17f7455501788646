import { type CimInstance, type CimNamespace, type Snapshot, valuesText } from '../cim/index.ts';
import type { Instant, Source } from '../windows/index.ts';

/** One generation of a repository, or of a copy of it, in the order of a lineage (SETTLED D5). */
export interface Checkpoint {
  readonly snapshot: Snapshot;
  /** When its mapping file was written, where the collection kept that (SETTLED D1). */
  readonly time: Instant | undefined;
  /** The evidence file behind a name of the repository, any case, with its size in bytes. */
  readonly fileOf: (name: string) => { readonly source: Source; readonly bytes: number };
}

/** What an object held from one checkpoint to another. */
export interface Version {
  readonly first: number;
  readonly last: number;
  /** Of the first and of the last checkpoint that hold it. */
  readonly firstInstance: CimInstance;
  readonly lastInstance: CimInstance;
  readonly values: string;
}

/** One object over the checkpoints of a lineage. */
export interface Timeline {
  readonly namespace: CimNamespace | undefined;
  readonly className: string;
  readonly path: string;
  /** In order; between two of them the object may have been absent. */
  readonly versions: readonly Version[];
}

interface Draft extends Timeline {
  readonly versions: { -readonly [K in keyof Version]: Version[K] }[];
}

/** The instances of these classes and of all that derive from them, over all checkpoints. */
export function timelinesOf(checkpoints: readonly Checkpoint[], bases: readonly string[]): readonly Timeline[] {
  const drafts = new Map<string, Draft>();
  for (const [at, { snapshot }] of checkpoints.entries()) {
    for (const base of bases) {
      for (const instance of snapshot.instancesOfTree(base)) addTo(drafts, at, instance);
    }
  }
  return [...drafts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, draft]) => draft);
}

/** What an object is called, whatever it holds. */
export function objectKey({ namespace, className, path }: Pick<Timeline, 'namespace' | 'className' | 'path'>): string {
  const place = namespace?.path?.toLowerCase() ?? namespace?.hash ?? '';
  return JSON.stringify([place, className.toLowerCase(), path.toLowerCase()]);
}

function addTo(drafts: Map<string, Draft>, at: number, instance: CimInstance): void {
  const { namespace, className, path } = instance;
  const key = objectKey(instance);
  const draft = drafts.get(key) ?? { namespace, className, path, versions: [] };
  drafts.set(key, draft);
  const values = valuesText(instance.properties);
  const latest = draft.versions.at(-1);
  // Two records under one key, met by its two index keys: the first is the one that an instance listing gives.
  if (latest?.last === at) return;
  if (latest !== undefined && latest.last === at - 1 && latest.values === values) {
    latest.last = at;
    latest.lastInstance = instance;
  } else draft.versions.push({ first: at, last: at, firstInstance: instance, lastInstance: instance, values });
}
