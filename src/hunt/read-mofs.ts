import { type Input, NotReadTally } from '../intake/index.ts';
import { mofEvents, type ObjectEvent } from '../objects/index.ts';
import { decodeMof, isCompiledMof, readMofDocument } from '../wmi/index.ts';
import type { ReadAtRest } from './at-rest.ts';
import type { HostsOfFolders } from './hosts-of-folders.ts';
import { type KeptEvidence, wholeOf } from './kept-evidence.ts';

/** A MOF file that is longer is no text that a person wrote. */
const MAX_MOF_BYTES = 16 * 1024 * 1024;

/** Reads the MOF files of the evidence for subscriptions; compiled ones are named as not read (SETTLED D10). */
export function readMofs(kept: readonly KeptEvidence[], inputs: readonly Input[], hosts: HostsOfFolders): ReadAtRest {
  const events: ObjectEvent[] = [];
  const notRead = new NotReadTally();
  for (const { role, source, file, modified, input } of kept) {
    if (role !== 'mof') continue;
    const bytes = file.bytes > MAX_MOF_BYTES ? undefined : wholeOf(file);
    if (bytes === undefined || isCompiledMof(bytes)) {
      notRead.add('mof', source, file.bytes);
      continue;
    }
    const computer = hosts.around(source)?.host.computer;
    // A file of nobody's machine declares nothing about any.
    if (computer === undefined) {
      notRead.add('mof', source, file.bytes);
      continue;
    }
    events.push(
      ...mofEvents({
        document: readMofDocument(decodeMof(bytes)),
        source,
        bytes: file.bytes,
        writtenAt: modified ?? inputs[input]?.modified ?? { ms: 0, ticks: 0 },
        computer,
      }),
    );
  }
  return { events, anomalies: [], notRead: notRead.list(), evicted: {} };
}
