import { textOf } from '../cim/index.ts';
import type { HostTable } from '../entities/index.ts';
import type { Checkpoint } from '../objects/index.ts';
import type { RepositorySummary } from '../report/index.ts';
import { formatTime } from '../windows/index.ts';
import type { FoundFiles } from './read-repositories.ts';
import type { NamedRepository } from './repository-host.ts';

/** What is told of a repository beside what it holds: whose it is, which generations there are, and how it was read. */
export function repositorySummary(
  {
    source,
    computer,
    hostBy,
    repository,
    checkpoints,
  }: FoundFiles & Pick<NamedRepository, 'computer' | 'hostBy'> & { readonly checkpoints: readonly Checkpoint[] },
  hosts: HostTable,
): RepositorySummary {
  const { current } = repository;
  const [identity] = current.instances('root', '__CIMOMIdentification');
  const windows = identity === undefined ? undefined : textOf(identity, 'VersionCurrentlyRunning');
  return {
    file: source.file,
    ...(source.container === undefined ? {} : { container: source.container }),
    host: hosts.keyOf(computer),
    hostBy,
    layout: repository.layout,
    ...(windows === undefined ? {} : { windows }),
    readBy: current.info.readBy,
    generations: checkpoints.map(({ snapshot: { info }, time }) => ({
      generation: info.id,
      version: info.version,
      ...(info.map === undefined ? {} : { map: info.map }),
      ...(time === undefined ? {} : { time: formatTime(time.ms, time.ticks) }),
      classes: info.classes,
      instances: info.instances,
      current: info.isCurrent,
    })),
  };
}
