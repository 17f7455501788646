import type { AuditDocument } from './audit-document.ts';
import { typeParts } from './class-paths.ts';
import { readExported } from './exported-object.ts';
import type { AuditReading } from './reading.ts';
import type { SourceBytes } from './source-bytes.ts';
import { readTable } from './table-rows.ts';

/** Objects of `Get-CimInstance` and `Get-WmiObject`, by `Export-Csv`. */
export function readCimCsv(source: SourceBytes, reading: AuditReading): AuditDocument {
  const table = readTable(source, reading);
  const type = table?.type === undefined ? {} : typeParts(table.type);
  for (const { cells, place } of table?.rows ?? []) {
    const row = Object.fromEntries([...cells].filter(([, value]) => value !== ''));
    // The type is that of the first object; a row that tells its own class is of that.
    const exported = readExported(row, { isTable: true, ...type }, place, reading);
    if (exported === undefined) continue;
    reading.countRead();
    reading.add(exported.object, place, { computer: exported.computer });
  }
  return reading.finish('cim-csv');
}
