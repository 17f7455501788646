import { readFile } from 'node:fs/promises';
import { escapeTerminal, plural } from '../report/index.ts';
import { listRules, type RuleRow } from '../rules/index.ts';
import { type RuleSelection, readExclusions, STATUSES } from '../sigma/index.ts';
import { LEVELS } from '../windows/index.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import { listedCoverage } from './coverage.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { ruleMappingOf } from './rule-mapping.ts';
import { csvOf, filesOf, jsonLine, outputOf, rulesAt, rulesOverwritten, writeOut } from './rules-common.ts';

/** `triad rules list PATH...`: lists what is loaded and what is not; it judges nothing. */
export async function runRulesList(invocation: Invocation, environment: Environment): Promise<number> {
  const { output, problems } = outputOf(invocation);
  const selection = await selectionOf(invocation, problems);
  const { mapping, problems: wrongMapping } = await ruleMappingOf(invocation);
  problems.push(...wrongMapping);
  if (problems.length > 0) return refuse(environment, problems);
  const given = await rulesAt(invocation.operands, environment, invocation);
  if (given.kind === 'wrong') return refuse(environment, given.problems);
  const overwritten = await rulesOverwritten(output, [...filesOf(given.loaded), ...invocation.operands]);
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const rows = listRules(given.loaded, selection, mapping);
  const format = flagValue(invocation, 'format') ?? 'text';
  const pieces = format === 'navigator' ? listedCoverage(rows, invocation, environment) : piecesOf(rows, format);
  await writeOut(output, pieces, environment);
  return 0;
}

function piecesOf(rows: readonly RuleRow[], format: string): Iterable<string> {
  switch (format) {
    case 'json':
      return jsonOf(rows);
    case 'jsonl':
      return linesOf(rows);
    case 'csv':
      return csvRows(rows);
    default:
      return textOf(rows);
  }
}

/** `--rule-level`, `--rule-status` and `--exclude-rules`; what is wrong with them is added to `problems`. */
export async function selectionOf(invocation: Invocation, problems: UsageProblem[]): Promise<RuleSelection> {
  const level = LEVELS.find((one) => one === flagValue(invocation, 'rule-level'));
  const asked = invocation.flags.get('rule-status');
  const statuses = asked === undefined ? undefined : STATUSES.filter((status) => asked.includes(status));
  const path = flagValue(invocation, 'exclude-rules');
  const excluded = path === undefined ? undefined : await exclusionsAt(path, problems);
  return {
    ...(level === undefined ? {} : { level }),
    ...(statuses === undefined ? {} : { statuses }),
    ...(excluded === undefined ? {} : { excluded }),
  };
}

async function exclusionsAt(path: string, problems: UsageProblem[]): Promise<ReadonlySet<string> | undefined> {
  try {
    return readExclusions(await readFile(path, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    problems.push({
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      place: `--exclude-rules ${path}`,
      message: `It cannot be read (${String(cause.code)}).`,
      action: 'Name a file with the id or name of a rule on each line.',
    });
    return undefined;
  }
}

function* textOf(rows: readonly RuleRow[]): Generator<string> {
  for (const row of rows) {
    const { id = '(no id)', level = '-', status = '-', title, kind, routes, blindRoutes, refused, license } = row;
    yield `${level.padEnd(13)} ${status.padEnd(12)} ${escapeTerminal(id).padEnd(36)}  ${escapeTerminal(title)}\n`;
    const lines = [
      ...(kind === 'rule' ? [] : [kind]),
      ...(routes.length === 0 ? [] : [`on      ${routes.join(', ')}`]),
      ...(blindRoutes.length === 0 ? [] : [`blind   ${blindRoutes.join(', ')}`]),
      ...(refused === undefined ? [] : [`refused ${refused}`]),
      ...(license === undefined ? [] : [`license ${license}`]),
      `in      ${row.file}:${row.line}`,
    ];
    for (const line of lines) yield `    ${escapeTerminal(line)}\n`;
  }
  const refused = rows.filter((row) => row.refused !== undefined).length;
  const blind = rows.filter((row) => row.refused === undefined && row.blindRoutes.length > 0).length;
  yield `${rows.length === 0 ? '' : '\n'}${plural(rows.length, 'rule')}: ${rows.length - refused} loaded, of which ${blind} blind on a route; ${refused} refused.\n`;
}

function* jsonOf(rows: readonly RuleRow[]): Generator<string> {
  yield `${JSON.stringify({ schemaVersion: 1, rules: rows }, undefined, 2)}\n`;
}

/** Each document by its own kind: rule, correlation, filter. */
function* linesOf(rows: readonly RuleRow[]): Generator<string> {
  for (const row of rows) yield jsonLine(row.kind, row);
  const refused = rows.filter((row) => row.refused !== undefined).length;
  yield jsonLine('summary', { rules: rows.length, loaded: rows.length - refused, refused });
}

const COLUMNS = [
  'id',
  'level',
  'status',
  'kind',
  'title',
  'routes',
  'blindRoutes',
  'refused',
  'license',
  'file',
  'line',
];

function csvRows(rows: readonly RuleRow[]): Generator<string> {
  return csvOf(
    COLUMNS,
    rows.map(({ id, level, status, kind, title, routes, blindRoutes, refused, license, file, line }) => {
      return [id, level, status, kind, title, routes.join(' '), blindRoutes.join(' '), refused, license, file, line];
    }),
  );
}
