import { createHash } from 'node:crypto';
import { type Input, NotReadTally } from '../intake/index.ts';
import { mofEvents, type ObjectEvent } from '../objects/index.ts';
import type { CoverageCount } from '../windows/index.ts';
import { decodeMof, isCompiledMof, readMofDocument } from '../wmi/index.ts';
import { coverageOfObjects, type ReadAtRest } from './at-rest.ts';
import type { HostsOfFolders } from './hosts-of-folders.ts';
import { type KeptEvidence, wholeOf } from './kept-evidence.ts';

/** A MOF file that is longer is no text that a person wrote. */
const MAX_MOF_BYTES = 16 * 1024 * 1024;

const DIGEST_DIGITS = 16;

export interface ReadMofs extends ReadAtRest {
  /** Of files that lie beside the evidence of no one host: what they declare is of nobody known. */
  readonly rows: readonly CoverageCount[];
}

/** Reads the MOF files of the evidence for subscriptions; compiled ones are named as not read (SETTLED D10). */
export function readMofs(
  kept: readonly KeptEvidence[],
  inputs: readonly Input[],
  hosts: HostsOfFolders,
  maxBytes: number = MAX_MOF_BYTES,
): ReadMofs {
  const events: ObjectEvent[] = [];
  const rows: CoverageCount[] = [];
  const notRead = new NotReadTally();
  for (const { role, source, file, modified, input } of kept) {
    if (role !== 'mof') continue;
    const bytes = file.bytes > maxBytes ? undefined : wholeOf(file);
    if (bytes === undefined || isCompiledMof(bytes)) {
      notRead.add('mof', source, file.bytes);
      continue;
    }
    const around = hosts.around(source)?.host.computer;
    const told = mofEvents({
      document: readMofDocument(decodeMof(bytes)),
      source,
      bytes: file.bytes,
      writtenAt: modified ?? inputs[input]?.modified ?? { ms: 0, ticks: 0 },
      computer: around ?? `mof:${createHash('sha256').update(bytes).digest('hex').slice(0, DIGEST_DIGITS)}`,
    });
    for (const event of told) events.push(event);
    if (around === undefined) for (const row of coverageOfObjects(source, told)) rows.push(row);
  }
  return { events, rows, anomalies: [], notRead: notRead.list(), evicted: {} };
}
