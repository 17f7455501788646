import type { AuditDocument } from './audit-document.ts';
import { readExported } from './exported-object.ts';
import { innerObjects, jsonRows } from './json-rows.ts';
import type { AuditReading } from './reading.ts';
import type { SourceBytes } from './source-bytes.ts';

/** Objects of `Get-CimInstance` and `Get-WmiObject`, by `ConvertTo-Json`. */
export function readCimJson(source: SourceBytes, reading: AuditReading): AuditDocument {
  for (const { value, place } of jsonRows(source, reading)) {
    for (const row of innerObjects(value) ?? [value]) {
      const exported = readExported(row, { isTable: false }, place, reading);
      if (exported === undefined) continue;
      reading.countRead();
      reading.add(exported.object, place, { computer: exported.computer });
    }
  }
  return reading.finish('cim-json');
}
