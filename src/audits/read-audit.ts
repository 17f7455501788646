import type { AuditDocument } from './audit-document.ts';
import { readAutorunsCsv, readAutorunsXml } from './autoruns.ts';
import { readCimCsv } from './cim-csv.ts';
import { readCimJson } from './cim-json.ts';
import { readClixml } from './clixml.ts';
import { readCollector } from './collector.ts';
import type { AuditFormat } from './formats.ts';
import { AUDIT_LIMITS, type AuditLimits } from './limits.ts';
import { readOsquery } from './osquery.ts';
import { readPyWmi } from './pywmipersistencefinder.ts';
import { AuditReading } from './reading.ts';
import { auditFormatOf } from './recognise.ts';
import { SourceBytes } from './source-bytes.ts';
import { readVelociraptor } from './velociraptor.ts';

const READERS: Readonly<Record<AuditFormat, (source: SourceBytes, reading: AuditReading) => AuditDocument>> = {
  'triad.collector/1': readCollector,
  'cim-json': readCimJson,
  'cim-csv': readCimCsv,
  clixml: readClixml,
  velociraptor: readVelociraptor,
  osquery: readOsquery,
  'autoruns-csv': readAutorunsCsv,
  'autoruns-xml': readAutorunsXml,
  pywmipersistencefinder: readPyWmi,
};

/**
 * An audit of live hosts, read whole: the WMI objects that it lists, where each stands, and what the document cannot tell. Never
 * throws: what is broken is an anomaly, and costs itself. `name` is the file's, for its anomalies.
 *
 * ```ts
 * const { objects, complete } = readAudit(bytes, 'WS-07.json');
 * ```
 */
export function readAudit(bytes: Uint8Array, name: string, limits: AuditLimits = AUDIT_LIMITS): AuditDocument {
  const reading = new AuditReading(name, limits);
  const format = auditFormatOf(bytes, name);
  if (format === undefined) {
    reading.note('unknown', 0);
    return reading.finish('cim-json');
  }
  if (bytes.length > limits.bytes) {
    reading.note('size', 0, { size: bytes.length, limit: limits.bytes });
    return reading.finish(format);
  }
  return READERS[format](new SourceBytes(bytes), reading);
}
