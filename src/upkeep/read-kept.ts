import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Sender } from '../accounts/index.ts';
import { type ArchiveReading, readArchive } from '../archive/index.ts';
import { inspectState, type StateReader } from '../state/index.ts';
import { ARCHIVE } from './data-parts.ts';

export type KeptReading =
  /** With the senders whose events it holds, by their ids: what an event is worth depends on whose it is. */
  | (ArchiveReading & { readonly senders: ReadonlyMap<string, Sender> })
  /** `missing`: there is no store, or one without an archive. */
  | { readonly kind: 'problem'; readonly isMissing: boolean; readonly text: string };

/** Of a state that a later start brings to this version's format nothing is known. */
function sendersOf(reader: StateReader): ReadonlyMap<string, Sender> {
  const senders = new Map<string, Sender>();
  for (let cursor: string | undefined, more = reader.isCurrent; more; ) {
    const page = reader.call('listSenders', { limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind === 'refused') break;
    for (const sender of page.value.rows) senders.set(sender.id, sender);
    cursor = page.value.next ?? undefined;
    more = cursor !== undefined;
  }
  return senders;
}

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
    if (reading.kind === 'problem') return { kind: 'problem', isMissing: false, text: reading.text };
    return { ...reading, senders: sendersOf(reader) };
  } finally {
    reader.close();
  }
}
