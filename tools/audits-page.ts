import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AUDIT_ANOMALIES, AUDIT_FORMATS, AUDIT_LIMITS, type AuditFormatKind } from '../src/audits/index.ts';
import { cell, table as plainTable } from './markdown.ts';

/** Writes `docs/audits.md` from the table of formats, which is the only source of it (L29). */

/** A cell in which code keeps its angle brackets. */
function codeCell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part.replaceAll('|', '\\|') : cell(part)))
    .join('');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return plainTable(head, rows, codeCell);
}

function section({ format, loses }: AuditFormatKind): string {
  return `### ${format}\n\n${loses.map((loss) => `- ${codeCell(loss)}`).join('\n')}\n`;
}

/** The page as it must stand in `docs/audits.md`. */
export function auditsPage(): string {
  return `# Audits of live hosts

Written by \`node tools/audits-page.ts\` from the tables in \`src/audits\`; a test holds it to them.

Logs tell what happened; an audit tells what was there when somebody looked. These forms of looking at WMI are read, in UTF-8
with or without a mark and in UTF-16, and become the same objects that a repository holds: filters, consumers, bindings, timers,
and from the collector also providers, registrations and classes.

${table(
  ['format', 'written by', 'known by'],
  AUDIT_FORMATS.map(({ format, writer, knownBy }) => [format, writer, knownBy]),
)}

A text is an audit only by its first 4 KiB, and only if these show it; texts of events stay logs. The name of a file counts for
nothing but the logs of osqueryd, in which rows of other queries may come first.

## How values are written

As a repository has them: a CreatorSID as \`S-1-…\`, numbers in decimal, booleans as \`true\` and \`false\`, lists as lists,
references as paths. A reference whose path an export cut away is built again from class, name and namespace; where it lost its
namespace the path is relative. Null values are left out, and so are values that the class has anyway. An object is whole where its
export tells every property that it had.

What is not in an audit was not there only in the namespaces that the document calls complete: those of the collector whose filters,
consumers and bindings were all listed without an error. No other format says so.

## What each format cannot tell

${AUDIT_FORMATS.map(section).join('\n')}
## What can be odd about an audit

A broken row, element or item costs itself; the rest is read. Nothing of an audit is ever run, fetched or expanded.

${table(
  ['code', 'level', 'what it says'],
  Object.values(AUDIT_ANOMALIES).map(({ code, level, text }) => [code, level, text]),
)}

## Bounds

A document has at most ${AUDIT_LIMITS.bytes / (1024 * 1024)} MiB and ${AUDIT_LIMITS.objects.toLocaleString('en-US')} objects, an object ${AUDIT_LIMITS.properties} properties,
a list ${AUDIT_LIMITS.items.toLocaleString('en-US')} items; values nest at most 64 deep. What is beyond is told.

The forms of Windows were not tried on Windows. Layouts follow published output (exports of CIM objects, Autoruns' headers, a
run of PyWMIPersistenceFinder) where there is some, and elsewhere the query of the artifact, the specs of the tables and the print
statements of the tools; no real WMI rows of Autoruns and no real export of these very classes were found.
`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'audits.md'), auditsPage());
