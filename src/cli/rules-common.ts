import { nodeFilePort } from '../hunt/index.ts';
import { cell, escapeTerminal, widthOf } from '../report/index.ts';
import { loadRuleSources, type RuleFileProblem, type RuleSources } from '../rules/index.ts';
import { formatProblem, type Problem } from '../sigma/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { messageText } from './messages.ts';
import { openSink, outputProblem, writeAll } from './output.ts';
import { mappedTooLate } from './rule-mapping.ts';

/** Problems of files that are told one by one; what follows is a count. */
const TOLD = 20;

export type LoadedRules =
  | { readonly kind: 'wrong'; readonly problems: readonly UsageProblem[] }
  | { readonly kind: 'loaded'; readonly loaded: RuleSources; readonly unread: readonly RuleFileProblem[] };

/** Rules at paths; a path that is not there, or holds no rule, is usage, and so are flags of the invocation that compiled rules cannot heed. Files that could not be read are told on stderr. */
export async function rulesAt(
  paths: readonly string[],
  environment: Environment,
  invocation?: Invocation,
): Promise<LoadedRules> {
  const loaded = await loadRuleSources(paths, nodeFilePort(process.cwd()));
  // A file of compiled rules that is refused would leave a hunt without all of them.
  const missing = loaded.problems.filter(
    ({ code }) => code === 'TRIAD-E-ARG-NOTHING-FOUND' || code === 'TRIAD-E-RULE-COMPILED',
  );
  const late = invocation === undefined ? [] : mappedTooLate(invocation, loaded.compiled);
  if (missing.length + late.length > 0) return { kind: 'wrong', problems: [...missing, ...late] };
  const unread = loaded.problems;
  for (const problem of unread.slice(0, TOLD)) environment.stderr.write(messageText('error', problem));
  if (unread.length > TOLD) environment.stderr.write(`and ${unread.length - TOLD} more files that were not read\n`);
  const { sources, cases, regressions, compiled } = loaded;
  if (sources.length + cases.length + regressions.length + compiled.length > 0) {
    return { kind: 'loaded', loaded, unread };
  }
  return {
    kind: 'wrong',
    problems: [
      {
        code: 'TRIAD-E-RULE-NONE',
        place: paths.join(', '),
        message: 'There is no rule here: no file *.yml or *.yaml that could be read.',
        action: 'Name a rule file, a folder of rules, or a zip of them.',
      },
    ],
  };
}

/** Rules at paths for a verb that needs their texts: compiled ones are usage. */
export async function ruleTextsAt(
  paths: readonly string[],
  environment: Environment,
  verb: string,
): Promise<LoadedRules> {
  const given = await rulesAt(paths, environment);
  if (given.kind === 'wrong' || given.loaded.compiled.length === 0) return given;
  return {
    kind: 'wrong',
    problems: given.loaded.compiled.map(({ file }) => ({
      code: 'TRIAD-E-RULE-COMPILED',
      place: file,
      message: `These rules are compiled, and triad ${verb} needs their texts.`,
      action: 'Name the files that they were compiled from.',
    })),
  };
}

/** Every file of rules that was read, as outputs must not replace it. */
export function filesOf({ sources, compiled }: RuleSources): readonly string[] {
  return [...sources, ...compiled].map(({ file }) => file);
}

/** The output that was asked for, and what is wrong with it. */
export function outputOf(invocation: Invocation): { readonly output: string; readonly problems: UsageProblem[] } {
  const output = flagValue(invocation, 'output') ?? '-';
  const wrong = outputProblem('output', output, isGiven(invocation, 'force'));
  return { output, problems: wrong === undefined ? [] : [wrong] };
}

/** An output that would replace a rule file that is read, whatever `--force` says. */
export async function rulesOverwritten(output: string, files: readonly string[]): Promise<UsageProblem[]> {
  if (output === '-') return [];
  const port = nodeFilePort(process.cwd());
  const standing = await port.stat(output);
  if (standing === undefined) return [];
  for (const file of files) {
    const stat = await port.stat(file.split('!/')[0] ?? file);
    if (stat?.identity !== standing.identity) continue;
    return [
      {
        code: 'TRIAD-E-IO-EVIDENCE',
        place: `--output ${output}`,
        message: 'This file is read; it is never overwritten, and nothing was written.',
        action: 'Name another file.',
      },
    ];
  }
  return [];
}

export async function writeOut(output: string, pieces: Iterable<string>, environment: Environment): Promise<void> {
  const sink = openSink(output, environment.stdout);
  await writeAll(sink, pieces);
  await sink.commit();
}

/** A problem for a terminal: what came from the file is escaped, and the caret stays below its character (L20). */
export function problemText(problem: Problem): string {
  const plain = (text: string): string => escapeTerminal(text.replaceAll('\t', ' '));
  const at = problem.excerptColumn - 1;
  const before = plain(problem.excerpt.slice(0, at));
  const marked = plain(problem.excerpt.slice(at, at + problem.endColumn - problem.column));
  const column = widthOf(before) + 1;
  return formatProblem({
    ...problem,
    file: escapeTerminal(problem.file),
    message: escapeTerminal(problem.message),
    hint: problem.hint === undefined ? undefined : escapeTerminal(problem.hint),
    excerpt: plain(problem.excerpt),
    excerptColumn: column,
    column: problem.column,
    endColumn: problem.column + Math.max(1, widthOf(marked)),
  });
}

/** A problem for programs: what of it is the same in every version. */
export function problemJson({
  code,
  name,
  severity,
  file,
  line,
  column,
  endColumn,
  path,
  ruleId,
  message,
  hint,
}: Problem): object {
  return { code, name, severity, file, line, column, endColumn, path, ruleId, message, hint };
}

/** One line of JSON Lines; what says its own kind keeps it. */
export function jsonLine(kind: string, value: object): string {
  return `${JSON.stringify({ kind, ...value })}\n`;
}

/** Rows of CSV, guarded against formulas. */
export function* csvOf(
  columns: readonly string[],
  rows: Iterable<readonly (string | number | undefined)[]>,
): Generator<string> {
  yield `${columns.join(',')}\n`;
  for (const row of rows) yield `${row.map(cell).join(',')}\n`;
}

/** How often each word comes, by the word. */
export function tally(words: Iterable<string>): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
