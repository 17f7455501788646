import { availableParallelism } from 'node:os';
import type { PathProblem } from '../intake/index.ts';
import type { Instant } from '../windows/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { messageJson, messageText } from './messages.ts';
import { Progress } from './progress.ts';
import { parseTimeArgument } from './time-argument.ts';

/** More threads than this gain nothing: one thread reads, sorts and joins (SETTLED A22). */
const MAX_DEFAULT_JOBS = 4;
const MAX_JOBS = 64;

/** Values of flags that several verbs share, with everything that is wrong with them. */
export interface CommonFlags {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly jobs: number;
  readonly problems: readonly UsageProblem[];
}

export function commonFlags(invocation: Invocation, runStartMs: number): CommonFlags {
  const problems: UsageProblem[] = [];
  const time = (name: string): Instant | undefined => {
    const text = flagValue(invocation, name);
    if (text === undefined) return undefined;
    const instant = parseTimeArgument(text, runStartMs);
    if (instant === undefined) {
      problems.push({
        code: 'TRIAD-E-ARG-BAD-TIME',
        place: `--${name}`,
        message: `"${text}" is no time.`,
        action: 'Write 2026-03-12T09:44:00Z, 2026-03-12, -24h or -7d; without a zone it is UTC.',
      });
    }
    return instant;
  };
  const from = time('from');
  const to = time('to');
  const jobsText = flagValue(invocation, 'jobs');
  const jobs = jobsText === undefined ? Math.min(MAX_DEFAULT_JOBS, availableParallelism()) : Number(jobsText);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MAX_JOBS) {
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: '--jobs',
      message: `"${jobsText}" is no number of threads.`,
      action: `Choose 1 to ${MAX_JOBS}.`,
    });
  }
  return { from, to, jobs, problems };
}

/** Usage problems of paths that are not there. */
export function pathProblems(problems: readonly PathProblem[]): readonly UsageProblem[] {
  return problems.map((problem) => ({
    code: problem.code,
    place: problem.path,
    message: problem.message,
    action: 'Nothing was read. Name files or folders that exist.',
  }));
}

/** Messages and progress on stderr, in the form that was asked for. */
export interface Talk {
  readonly progress: Progress;
  say(level: 'error' | 'warn' | 'note', problem: UsageProblem): void;
  /** A line for people, left out with --quiet and in JSON. */
  line(text: string): void;
}

export function talkOf(invocation: Invocation, environment: Environment): Talk {
  const isJson = flagValue(invocation, 'log-format') === 'json';
  const isQuiet = isGiven(invocation, 'quiet');
  const isSilent = isQuiet || isGiven(invocation, 'no-progress');
  const write = (text: string): void => {
    environment.stderr.write(text);
  };
  const kind = isSilent ? 'none' : isJson ? 'json' : environment.stderr.isTTY === true ? 'terminal' : 'lines';
  const progress = new Progress({
    kind,
    columns: () => environment.stderr.columns ?? 80,
    write,
    nowMs: () => environment.steadyMs(),
    time: () => new Date(environment.wallMs()).toISOString(),
  });
  return {
    progress,
    say: (level, problem) => {
      progress.clear();
      write(isJson ? messageJson(level, problem) : messageText(level, problem));
    },
    line: (text) => {
      if (isQuiet || isJson) return;
      progress.clear();
      write(`${text}\n`);
    },
  };
}
