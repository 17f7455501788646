import { xmlText } from '../report/index.ts';
import type { CaseProblem, CaseResult } from '../rules/index.ts';
import { explanationLines, subjectWords } from './rules-explain.ts';

interface TestedForJunit {
  readonly results: readonly CaseResult[];
  readonly problems: readonly CaseProblem[];
  readonly untested: readonly string[];
  /** Rules without a case are failures, and are else skipped. */
  readonly isStrict: boolean;
}

type Outcome = 'right' | 'failure' | 'error' | 'skipped';

interface Row {
  readonly name: string;
  readonly line?: number;
  readonly outcome: Outcome;
  readonly message?: string;
  readonly lines?: Iterable<string>;
}

/**
 * `triad rules test --format junit`: a suite for each file of cases, a test for each case. What could not be tried is an error.
 * No times and no host name are in it, so that the same cases give the same bytes (L7).
 */
export function* junitOf({ results, problems, untested, isStrict }: TestedForJunit): Generator<string> {
  const suites = new Map<string, Row[]>();
  const add = (file: string, row: Row): void => {
    const rows = suites.get(file);
    if (rows === undefined) suites.set(file, [row]);
    else rows.push(row);
  };
  for (const result of results) add(result.file, caseRow(result));
  for (const { file, line, column, message } of problems) {
    add(file, { name: `line ${line}, column ${column}`, line, outcome: 'error', message });
  }
  const outcome = isStrict ? 'failure' : 'skipped';
  for (const file of untested) add(file, { name: 'cases', outcome, message: 'no case is there for this rule file' });
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="triad rules test"${countsOf([...suites.values()].flat())}>\n`;
  for (const [file, rows] of suites) {
    yield `  <testsuite name="${xmlText(file)}"${countsOf(rows)}>\n`;
    for (const row of rows) yield testCase(file, row);
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

function caseRow({ name, line, expect, isRight, hits, trouble, explanations }: CaseResult): Row {
  if (isRight) return { name, line, outcome: 'right' };
  if (trouble !== undefined) return { name, line, outcome: 'error', message: trouble };
  const got = hits.length === 0 ? 'nothing hit' : `hit by ${hits.join(', ')}`;
  const lines = explanations.flatMap(({ rule, event, explanation }) => [
    `RULE      ${rule}, on ${subjectWords(event)}\n`,
    ...explanationLines(explanation),
  ]);
  return { name, line, outcome: 'failure', message: `expected a ${expect}; ${got}`, lines };
}

function countsOf(rows: readonly Row[]): string {
  const of = (outcome: Outcome): number => rows.filter((row) => row.outcome === outcome).length;
  return ` tests="${rows.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}"`;
}

function testCase(file: string, { name, line, outcome, message = '', lines = [] }: Row): string {
  const place = `file="${xmlText(file)}"${line === undefined ? '' : ` line="${line}"`}`;
  const head = `    <testcase classname="${xmlText(file)}" name="${xmlText(name)}" ${place}`;
  if (outcome === 'right') return `${head}/>\n`;
  const body = [...lines].map((text) => `${xmlText(text.replace(/\n$/, ''))}\n`).join('');
  const told = `<${outcome} message="${xmlText(message)}"`;
  return `${head}>\n      ${body === '' ? `${told}/>` : `${told}>${body}</${outcome}>`}\n    </testcase>\n`;
}
