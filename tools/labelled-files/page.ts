import { table } from '../markdown.ts';
import { isAbove } from '../score/hunt-json.ts';
import type { Told } from './hits.ts';

/** One labelled file with what each tool says of it; undefined where a tool was not run on it. */
export interface FileRow {
  readonly path: string;
  readonly class: string;
  /** The level that the label wants, or may at most have. */
  readonly wanted: string;
  /** What of WMI the label counts in it: `1 subscription, 2 remote executions`. */
  readonly holds: string;
  readonly told: readonly (readonly Told[] | undefined)[];
  /** What went wrong with a hunt over it. */
  readonly fault?: string;
}

const isRaised = ({ level }: Told): boolean => isAbove(level, 'low');
const isAlarm = (told: Told): boolean => told.isOfWmi && isRaised(told);

function sumOf(told: readonly Told[]): number {
  return told.reduce((sum, { count }) => sum + count, 0);
}

function countCell(told: readonly Told[] | undefined): string {
  if (told === undefined) return '-';
  return `${sumOf(told)} / ${sumOf(told.filter(isRaised))} / ${sumOf(told.filter(isAlarm))}`;
}

/** `R02 high`, `wmic-call (low) × 3`. */
function named({ name, level, count }: Told): string {
  return `${name} (${level})${count === 1 ? '' : ` × ${count}`}`;
}

function classRow(tools: readonly string[], rows: readonly FileRow[], name: string, isMeant: (of: string) => boolean) {
  const files = rows.filter((row) => isMeant(row.class));
  const cells = tools.map((_, at) => {
    const run = files.flatMap(({ told }) => told[at] ?? []);
    const ran = files.filter(({ told }) => told[at] !== undefined);
    const loud = ran.filter(({ told }) => told[at]?.some(isAlarm));
    return `${loud.length} of ${ran.length} files, rows: ${sumOf(run.filter(isAlarm))}`;
  });
  return [`${name} (${files.length})`, ...cells];
}

function detail(tools: readonly string[], { path, class: of, wanted, holds, told, fault }: FileRow): string {
  const lines = tools.flatMap((tool, at) => {
    const list = told[at] ?? [];
    // Ours by every name; of others what is about WMI by name, and the rest counted.
    const shown = at === 0 ? list : list.filter(({ isOfWmi }) => isOfWmi);
    const rest = list.filter((one) => !shown.includes(one));
    const more =
      rest.length === 0
        ? []
        : [`${rest.length} about other things, with ${sumOf(rest.filter(isRaised))} rows above low`];
    return list.length === 0 ? [] : [`- ${tool}: ${[...shown.map(named), ...more].join('; ')}`];
  });
  const body = lines.length === 0 ? ['- nothing'] : lines;
  return [
    `### ${path}`,
    '',
    `${of}, wanted: ${wanted}${holds === '' ? '' : `; labelled: ${holds}`}`,
    '',
    ...(fault === undefined ? [] : [`- FAULT ${fault}`]),
    ...body,
  ].join('\n');
}

/** The page `docs/labelled-files.md`; the first of the tools is Triad. */
export function labelledFilesPage(
  tools: readonly string[],
  notes: readonly string[],
  rows: readonly FileRow[],
): string {
  const heads = tools.map((tool) => `${tool}: rows / above low / of these about WMI`);
  return `# Labelled captures, and what others say of them

Written by \`npm run -s table:peers\` from a corpus that is not part of the checkout: each labelled file alone, with what Triad finds (analytics,
dossiers, and the rules of its pack by their names) beside what others do.

${notes.map((note) => `- ${note}`).join('\n')}

"About WMI" means, of Triad, dossiers and findings of scope wmi; of the rules of others, that the title names WMI, wbem or scrcons, and of
SigmaHQ also that the rule is tagged with T1047 or T1546.003. On files without an attack by WMI a row about WMI above low is a false
alarm. A row of others is a record that a rule matches; a finding of Triad may stand for many records.

${table(
  ['files with something about WMI above low', ...tools],
  [
    classRow(tools, rows, 'malicious', (of) => of === 'malicious'),
    classRow(tools, rows, 'negative and benign', (of) => of === 'negative' || of === 'benign'),
  ],
)}

${table(
  ['file', 'class', 'wanted', ...heads],
  rows.map((row) => [row.path, row.class, row.wanted, ...row.told.map(countCell)]),
)}

## By file

${rows.map((row) => detail(tools, row)).join('\n\n')}
`;
}
