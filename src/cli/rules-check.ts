import { nodeFilePort } from '../hunt/index.ts';
import { count, plural } from '../report/index.ts';
import { checkRules, evidenceProblems, type RuleFileProblem, readEvents, Sightings } from '../rules/index.ts';
import { PROBLEMS, type Problem, type ProblemCode, type RuleSource, type Rules } from '../sigma/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import { pathProblems } from './common.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems as overwrittenEvidence } from './evidence-outputs.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { messageText } from './messages.ts';
import { passwordFlag } from './password-file.ts';
import { ruleMappingOf } from './rule-mapping.ts';
import {
  jsonLine,
  outputOf,
  problemJson,
  problemText,
  rulesOverwritten,
  ruleTextsAt,
  tally,
  writeOut,
} from './rules-common.ts';
import { rulesSarif } from './rules-sarif.ts';

interface Checked {
  readonly files: number;
  readonly rules: number;
  readonly problems: readonly Problem[];
  readonly unread: readonly RuleFileProblem[];
  readonly isStrict: boolean;
  readonly tellsNotices: boolean;
  /** Events that were looked through; undefined where no evidence was named. */
  readonly events: number | undefined;
}

/** `triad rules check PATH...`: exit 1 when a rule has an error, with `--strict` also for a warning. */
export async function runRulesCheck(invocation: Invocation, environment: Environment): Promise<number> {
  const { output, problems: wrong } = outputOf(invocation);
  const { passwords, problems: wrongPasswords } = await passwordFlag(invocation);
  const { mapping, problems: wrongMapping } = await ruleMappingOf(invocation);
  const allWrong = [...wrong, ...wrongPasswords, ...wrongMapping];
  if (allWrong.length > 0) return refuse(environment, allWrong);
  const evidence = invocation.flags.get('evidence') ?? [];
  const given = await ruleTextsAt(invocation.operands, environment, 'rules check');
  if (given.kind === 'wrong') return refuse(environment, given.problems);
  const { sources } = given.loaded;
  const overwritten = [
    ...(await rulesOverwritten(output, [...sources.map(({ file }) => file), ...invocation.operands])),
    ...(await overwrittenEvidence([['output', output]], evidence, nodeFilePort(process.cwd()))),
  ];
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const { rules, problems } = checkRules(sources, mapping);
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const looked = await lookThrough(evidence, passwords, rules, sources, interrupt.signal);
    if (looked.kind === 'problems') return refuse(environment, pathProblems(looked.problems));
    if (looked.kind === 'nothing') {
      environment.stderr.write(
        messageText('error', {
          code: 'TRIAD-E-IO-NOTHING-READ',
          place: evidence.join(', '),
          message: 'Not one event was found in the evidence, so nothing can be said of its fields.',
          action: 'Name event logs, or leave --evidence out.',
        }),
      );
      return 3;
    }
    const checked: Checked = {
      files: sources.length,
      rules: rules.rules.length + rules.correlations.length,
      problems: [...problems, ...looked.problems],
      unread: given.unread,
      isStrict: isGiven(invocation, 'strict'),
      tellsNotices: isGiven(invocation, 'notices'),
      events: looked.events,
    };
    const format = flagValue(invocation, 'format') ?? 'text';
    await writeOut(output, piecesOf(checked, format, environment.version), environment);
    return interrupt.code ?? exitOf(checked);
  } finally {
    interrupt.release();
  }
}

type Looked =
  | { readonly kind: 'looked'; readonly problems: readonly Problem[]; readonly events: number | undefined }
  | { readonly kind: 'problems'; readonly problems: Parameters<typeof pathProblems>[0] }
  | { readonly kind: 'nothing' };

async function lookThrough(
  paths: readonly string[],
  passwords: readonly string[],
  rules: Rules,
  sources: readonly RuleSource[],
  signal: AbortSignal,
): Promise<Looked> {
  if (paths.length === 0) return { kind: 'looked', problems: [], events: undefined };
  const sightings = new Sightings(rules);
  const read = await readEvents({
    paths,
    port: nodeFilePort(process.cwd()),
    passwords,
    signal,
    onEvent: (event) => sightings.add(event),
  });
  if (read.kind === 'problems') return read;
  if (read.records === 0 && !signal.aborted) return { kind: 'nothing' };
  return { kind: 'looked', problems: evidenceProblems(rules, sightings, sources), events: read.records };
}

function countsOf({ problems, unread }: Checked): {
  readonly error: number;
  readonly warning: number;
  readonly notice: number;
} {
  const of = (severity: Problem['severity']): number => problems.filter((one) => one.severity === severity).length;
  return { error: of('error') + unread.length, warning: of('warning'), notice: of('notice') };
}

function exitOf(checked: Checked): 0 | 1 {
  const { error, warning } = countsOf(checked);
  return error > 0 || (checked.isStrict && warning > 0) ? 1 : 0;
}

function piecesOf(checked: Checked, format: string, version: string): Iterable<string> {
  switch (format) {
    case 'json':
      return jsonOf(checked);
    case 'jsonl':
      return linesOf(checked);
    case 'sarif':
      return rulesSarif({ version, problems: toldOf(checked), unread: checked.unread, exit: exitOf(checked) });
    default:
      return textOf(checked);
  }
}

/** What is told one by one: a build that is shown a thousand notices shows nothing else. */
function toldOf({ problems, tellsNotices }: Checked): readonly Problem[] {
  return tellsNotices ? problems : problems.filter(({ severity }) => severity !== 'notice');
}

function* textOf(checked: Checked): Generator<string> {
  const { files, rules, problems, tellsNotices, events } = checked;
  for (const problem of toldOf(checked)) yield `${problemText(problem)}\n\n`;
  const { error, warning, notice } = countsOf(checked);
  yield `CHECKED   ${plural(files, 'file')}, ${plural(rules, 'rule')} without an error`;
  yield events === undefined ? '\n' : `; fields looked for in ${plural(events, 'event')}\n`;
  for (const [code, times] of Object.entries(tally(problems.map((problem) => problem.code)))) {
    const [name, severity] = PROBLEMS[code as ProblemCode];
    yield `          ${code}  ${severity.padEnd(7)}  ${name.padEnd(26)} ${count(times).padStart(7)}\n`;
  }
  if (notice > 0 && !tellsNotices) yield '          Notices are told one by one with --notices.\n';
  const sum = `${plural(error, 'error')}, ${plural(warning, 'warning')}, ${plural(notice, 'notice')}`;
  const failed = error > 0 ? 'a rule that has an error is not loaded' : 'warnings count as errors (--strict)';
  yield exitOf(checked) === 0 ? `Exit 0: ${sum}.\n` : `Exit 1: ${sum}; ${failed}.\n`;
}

function summaryOf(checked: Checked): Readonly<Record<string, unknown>> {
  const { files, rules, problems, events } = checked;
  return {
    files,
    rules,
    ...(events === undefined ? {} : { events }),
    ...countsOf(checked),
    byCode: tally(problems.map(({ code }) => code)),
    exit: exitOf(checked),
  };
}

function* jsonOf(checked: Checked): Generator<string> {
  const document = {
    schemaVersion: 1,
    problems: checked.problems.map(problemJson),
    unread: checked.unread,
    summary: summaryOf(checked),
  };
  yield `${JSON.stringify(document, undefined, 2)}\n`;
}

function* linesOf(checked: Checked): Generator<string> {
  for (const problem of checked.problems) yield jsonLine('problem', problemJson(problem));
  for (const one of checked.unread) yield jsonLine('unread', one);
  yield jsonLine('summary', summaryOf(checked));
}
