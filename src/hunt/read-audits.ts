import { createHash } from 'node:crypto';
import { AUDIT_LIMITS, readAudit } from '../audits/index.ts';
import { type Input, NotReadTally } from '../intake/index.ts';
import { auditEvents, type ObjectEvent } from '../objects/index.ts';
import type { AuditSummary } from '../report/index.ts';
import { type Anomaly, anomalyIn, type CoverageCount, formatTime } from '../windows/index.ts';
import { coverageOfObjects, type ReadAtRest } from './at-rest.ts';
import type { HostsOfFolders } from './hosts-of-folders.ts';
import { type KeptEvidence, wholeOf } from './kept-evidence.ts';

const DIGEST_DIGITS = 16;

export interface ReadAudits extends ReadAtRest {
  readonly rows: readonly CoverageCount[];
  readonly summaries: readonly AuditSummary[];
}

/** Reads each audit of live hosts whole. One that names no host is of the host whose logs lie around it, else of nobody known. */
export function readAudits(kept: readonly KeptEvidence[], inputs: readonly Input[], hosts: HostsOfFolders): ReadAudits {
  const events: ObjectEvent[] = [];
  const rows: CoverageCount[] = [];
  const summaries: AuditSummary[] = [];
  const anomalies: Anomaly[] = [];
  const notRead = new NotReadTally();
  for (const { role, source, file, name, modified, input } of kept) {
    if (role !== 'audit') continue;
    const bytes = file.bytes > AUDIT_LIMITS.bytes ? undefined : wholeOf(file);
    if (bytes === undefined) {
      notRead.add('audit', source, file.bytes);
      continue;
    }
    const document = readAudit(bytes, name);
    for (const { file: _, container: __, ...anomaly } of document.anomalies) anomalies.push(anomalyIn(source, anomaly));
    const around = hosts.around(source);
    const nobody = `audit:${createHash('sha256').update(bytes).digest('hex').slice(0, DIGEST_DIGITS)}`;
    const told = auditEvents({
      document,
      source,
      bytes: file.bytes,
      writtenAt: modified ?? inputs[input]?.modified ?? { ms: 0, ticks: 0 },
      computer: named(document.computer, document.domain, hosts) ?? around?.host.computer ?? nobody,
      nameOf: (computer) => named(computer, document.domain, hosts) ?? computer,
    });
    // Not spread: a list of arguments has its end at some 120,000.
    for (const event of told) events.push(event);
    for (const row of coverageOfObjects(source, told)) rows.push(row);
    summaries.push({
      file: source.file,
      ...(source.container === undefined ? {} : { container: source.container }),
      format: document.format,
      hosts: [...new Set(told.map(({ computer }) => hosts.table.keyOf(computer)))].sort(),
      ...(document.time === undefined ? {} : { time: formatTime(document.time.ms, document.time.ticks) }),
      objects: document.objects.length,
      rejected: document.rows.rejected,
      loses: document.loses,
      unreached: document.collector?.unreached ?? [],
    });
  }
  return { events, rows, summaries, anomalies, notRead: notRead.list(), evicted: {} };
}

/** The name as its logs write it, where there are logs of that machine. */
function named(
  computer: string | undefined,
  domain: string | undefined,
  { table }: HostsOfFolders,
): string | undefined {
  return computer === undefined ? undefined : (table.findMachine(computer, domain) ?? computer);
}
