import { findById, labelsOf, likeness, renderLikeness, renderLikenessJson } from '../report/index.ts';
import { type Level, levelRank } from '../windows/index.ts';
import { type AnswerFlags, answerFlags, unknownId, writeAnswer } from './answer.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { talkOf } from './common.ts';
import { type Hunting, huntPaths } from './hunting.ts';
import { refuse } from './main.ts';
import { readResultFile, resultsAmong, type Source } from './result-source.ts';

/**
 * `triad hunt --like ID`: what shares a payload, trigger, account or source with an incident, subscription or finding. The
 * id is looked up in the result that is named, else in what the hunt of the paths finds; what is searched is the paths, else
 * the result.
 */
export async function runLike(id: string, hunting: Hunting): Promise<number> {
  const { invocation, environment, interrupt } = hunting;
  const flags = answerFlags(invocation, environment, 'text');
  const problems = likeProblems(invocation, flags);
  if (problems.length > 0) return refuse(environment, problems);
  const results = await resultsAmong(hunting.paths);
  if (results.length > 1) return refuse(environment, [tooManyResults(results[1] ?? '')]);
  const talk = talkOf(invocation, environment);
  const paths = hunting.paths.filter((path) => !results.includes(path));
  const [file] = results;
  const asked = file === undefined ? undefined : await readResultFile(file, talk);
  if (asked !== undefined && 'code' in asked) return asked.code;
  const searched: Source = paths.length > 0 || asked === undefined ? await huntPaths({ ...hunting, paths }) : asked;
  if ('code' in searched) return searched.code;
  const { result } = asked ?? searched;
  const found = findById(result, id);
  if (found === undefined) return refuse(environment, [unknownId(id, result)]);
  const answer = likeness(result, found, searched.result);
  if (answer === undefined) return refuse(environment, [notAlike(id, found.kind)]);
  const text =
    flags.format === 'json' ? renderLikenessJson(answer) : renderLikeness(answer, labelsOf(searched.result), flags);
  const written = await writeAnswer(flags.output, [text], environment, interrupt);
  if (written !== 0) return written;
  const fail = hunting.options.failLevel;
  return fail !== 'never' && answer.alike.some(({ level }) => isAtLeast(level, fail)) ? 1 : 0;
}

function isAtLeast(level: Level, least: Level): boolean {
  return levelRank(level) >= levelRank(least);
}

function likeProblems(invocation: Invocation, flags: AnswerFlags): readonly UsageProblem[] {
  const problems = [...flags.problems];
  if (flags.format !== 'text' && flags.format !== 'json') {
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: `--format ${flags.format}`,
      message: 'What is alike is written as text or json.',
      action: 'Choose one of them.',
    });
  }
  for (const flag of ['report', 'manifest']) {
    if (!isGiven(invocation, flag)) continue;
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: `--${flag} ${flagValue(invocation, flag) ?? ''}`,
      message: 'With --like nothing but the likenesses is written.',
      action: 'Hunt without --like for the report.',
    });
  }
  return problems;
}

function tooManyResults(file: string): UsageProblem {
  return {
    code: 'TRIAD-E-ARG-RESULT',
    place: file,
    message: 'Two results are named: the id can be looked up in one only.',
    action: 'Name one result, and evidence beside it where that is to be searched.',
  };
}

function notAlike(id: string, kind: string): UsageProblem {
  return {
    code: 'TRIAD-E-ARG-NO-ID',
    place: id,
    message: `This is the id of a ${kind}: only an incident, a subscription or a finding can be like another.`,
    action: 'triad explain says which incident holds it.',
  };
}
