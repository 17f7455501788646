import { escapeTerminal, plural } from '../report/index.ts';
import type { CaseProblem, CaseResult } from '../rules/index.ts';
import { jsonLine } from './rules-common.ts';
import { explanationLines, subjectWords } from './rules-explain.ts';
import { junitOf } from './rules-junit.ts';

/** What came of all cases. */
export interface Tested {
  readonly results: readonly CaseResult[];
  readonly problems: readonly CaseProblem[];
  /** Rule files without a case. */
  readonly untested: readonly string[];
  readonly isStrict: boolean;
}

export function testedAs(format: string, tested: Tested): Iterable<string> {
  switch (format) {
    case 'json':
      return jsonOf(tested);
    case 'jsonl':
      return linesOf(tested);
    case 'junit':
      return junitOf(tested);
    default:
      return textOf(tested);
  }
}

export function exitOf({ results, problems, untested, isStrict }: Tested): 0 | 1 {
  const isWrong = problems.length > 0 || results.some(({ isRight }) => !isRight) || results.length === 0;
  return isWrong || (isStrict && untested.length > 0) ? 1 : 0;
}

function* textOf(tested: Tested): Generator<string> {
  const { results, problems, untested, isStrict } = tested;
  for (const { file, line, column, message } of problems) {
    yield `error     ${escapeTerminal(file)}:${line}:${column}\n          ${escapeTerminal(message)}\n\n`;
  }
  for (const { file, line, name, expect, isRight, hits, trouble, explanations } of results) {
    if (isRight) continue;
    yield `FAILED    ${escapeTerminal(name)}\n          ${escapeTerminal(file)}:${line}\n`;
    const got = hits.length === 0 ? 'nothing hit' : `hit by ${hits.join(', ')}`;
    yield `          expected a ${expect}; ${escapeTerminal(trouble ?? got)}\n`;
    for (const { rule, event, explanation } of explanations) {
      yield `RULE      ${escapeTerminal(rule)}, on ${subjectWords(event)}\n`;
      yield* explanationLines(explanation);
    }
    yield '\n';
  }
  const failed = results.filter(({ isRight }) => !isRight).length;
  yield `TESTED    ${plural(results.length, 'case')}: ${results.length - failed} as expected, ${failed} failed\n`;
  if (untested.length > 0) yield `          ${plural(untested.length, 'rule file')} without a case\n`;
  const code = exitOf(tested);
  const why =
    failed + problems.length > 0
      ? `${plural(failed, 'case')} failed, ${plural(problems.length, 'file')} could not be tried`
      : code === 1
        ? isStrict && untested.length > 0
          ? 'rules without a case count as failed (--strict)'
          : 'no case was tried'
        : 'every case as expected';
  yield `Exit ${code}: ${why}.\n`;
}

function* jsonOf(tested: Tested): Generator<string> {
  const { results, problems, untested } = tested;
  const document = { schemaVersion: 1, results, problems, untested, summary: summaryOf(tested) };
  yield `${JSON.stringify(document, undefined, 2)}\n`;
}

function summaryOf(tested: Tested): Readonly<Record<string, number>> {
  const { results } = tested;
  const failed = results.filter(({ isRight }) => !isRight).length;
  return { cases: results.length, passed: results.length - failed, failed, exit: exitOf(tested) };
}

function* linesOf(tested: Tested): Generator<string> {
  for (const result of tested.results) yield jsonLine('case', result);
  for (const problem of tested.problems) yield jsonLine('problem', problem);
  for (const file of tested.untested) yield jsonLine('untested', { file });
  yield jsonLine('summary', summaryOf(tested));
}
