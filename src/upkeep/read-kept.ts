import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ArchiveReading, readArchive } from '../archive/index.ts';
import { inspectState } from '../state/index.ts';
import { ARCHIVE } from './data-parts.ts';

export type KeptReading =
  | ArchiveReading
  /** `missing`: there is no store, or one without an archive. */
  | { readonly kind: 'problem'; readonly isMissing: boolean; readonly text: string };

/** Reads the archive of a server's folder in the order of arrival, whether a server runs or not; changes nothing, and takes no lock. */
export function readKept(folder: string): KeptReading {
  const opened = inspectState(folder);
  if (opened.kind === 'problem') return { kind: 'problem', isMissing: opened.code === 'missing', text: opened.message };
  const { reader } = opened;
  try {
    const identity = reader.call('identity', null);
    if (identity.kind === 'refused') return { kind: 'problem', isMissing: false, text: identity.message };
    const archive = join(folder, ARCHIVE);
    if (!existsSync(archive)) return { kind: 'problem', isMissing: true, text: `${archive} is not there.` };
    const reading = readArchive(archive, Buffer.from(identity.value.storeId, 'hex'));
    return reading.kind === 'problem' ? { kind: 'problem', isMissing: false, text: reading.text } : reading;
  } finally {
    reader.close();
  }
}
