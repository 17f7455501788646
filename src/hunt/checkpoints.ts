import type { Repository } from '../cim/index.ts';
import type { Checkpoint } from '../objects/index.ts';
import { compareInstants, type Instant, type Source } from '../windows/index.ts';

/** Files that were written within this time were copied in one go, and say nothing of when the repository was. */
const COPIED_AT_ONCE_MS = 2_000;

interface NamedFile {
  readonly name: string;
  readonly source: Source;
  readonly file: { readonly bytes: number };
}

/** The generations of a repository, oldest first, with their times where those can be believed (SETTLED D1). */
export function checkpointsOf(repository: Repository, files: readonly NamedFile[]): readonly Checkpoint[] {
  const byName = new Map(files.map((one) => [one.name.toUpperCase(), one]));
  const fileOf = (name: string): { source: Source; bytes: number } => {
    const found = byName.get(name.toUpperCase()) ?? files[0];
    if (found === undefined) throw new RangeError('a repository has files');
    return { source: found.source, bytes: found.file.bytes };
  };
  const snapshots = repository
    .generations()
    .map(({ id }) => repository.generation(id) ?? repository.current)
    .toReversed();
  const times = believedTimes(snapshots.map(({ info }) => info.modified));
  return snapshots.map((snapshot, at) => ({ snapshot, time: times[at], fileOf }));
}

/** All of them where they rise with the generations and were not all written at once, as by a copy; else none. */
function believedTimes(times: readonly (Instant | undefined)[]): readonly (Instant | undefined)[] {
  const known = times.filter((time) => time !== undefined);
  const [first] = known;
  const last = known.at(-1);
  if (first === undefined || last === undefined || known.length < times.length) return times.map(() => undefined);
  const isRising = known.every((time, at) => {
    const before = known[at - 1];
    return before === undefined || compareInstants(before, time) < 0;
  });
  const isCopied = known.length > 1 && last.ms - first.ms < COPIED_AT_ONCE_MS;
  return isRising && !isCopied ? times : times.map(() => undefined);
}
