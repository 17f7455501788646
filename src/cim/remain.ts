import type { PageUse } from './page-uses.ts';
import { LABEL_CONFIDENCE, type RepositoryLabel, type RepositoryPlace } from './provenance.ts';
import type { ChecksumState } from './records.ts';
import type { TocEntry } from './toc.ts';

/** Bytes of OBJECTS.DATA that no index leads to, and what is known of their place. */
export interface Remain {
  readonly bytes: Buffer;
  readonly page: number;
  readonly offset: number;
  readonly entry: TocEntry | undefined;
  readonly label: RepositoryLabel;
  readonly use: PageUse | undefined;
  readonly checksum: ChecksumState;
}

/** Where a remain stands. Its key is never checked: none leads to it. */
export function placeOf(remain: Remain, size: number, keyHash: 'unknown'): RepositoryPlace {
  const { use, entry, label } = remain;
  const { info } = use?.snapshot ?? {};
  return {
    ...(info?.map === undefined ? {} : { map: info.map, generation: info.id }),
    ...(use === undefined ? {} : { logicalPage: use.logical }),
    physicalPage: remain.page,
    ...(entry === undefined ? {} : { recordId: entry.id }),
    size: entry?.size ?? size,
    offset: remain.offset,
    label,
    confidence: LABEL_CONFIDENCE[label],
    checksum: remain.checksum,
    keyHash,
  };
}
