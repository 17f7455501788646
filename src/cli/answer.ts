import { type Clock, type HuntResult, nearestIds, UTC_CLOCK, worstIncidentsFirst, zoneClock } from '../report/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { type Environment, wantsAscii, wantsColor } from './environment.ts';
import { Outputs } from './hunt-outputs.ts';
import type { Interrupt } from './interrupt.ts';
import { outputProblem } from './output.ts';

/** How an answer about a result is shown and where it goes. */
export interface AnswerFlags {
  readonly output: string;
  readonly format: string;
  readonly ascii: boolean;
  readonly color: boolean;
  readonly clock: Clock;
  readonly problems: readonly UsageProblem[];
}

export function answerFlags(invocation: Invocation, environment: Environment, first: string): AnswerFlags {
  const output = flagValue(invocation, 'output') ?? '-';
  const zone = flagValue(invocation, 'tz');
  const clock = zone === undefined ? UTC_CLOCK : zoneClock(zone);
  const problems: UsageProblem[] = [];
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) problems.push(wrongOutput);
  if (clock === undefined) {
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: '--tz',
      message: `"${zone}" is no time zone.`,
      action: 'Write a name such as Europe/Paris, or UTC.',
    });
  }
  return {
    output,
    format: flagValue(invocation, 'format') ?? first,
    ascii: output === '-' && wantsAscii(environment),
    color: output === '-' && wantsColor(environment, flagValue(invocation, 'color')),
    clock: clock ?? UTC_CLOCK,
    problems,
  };
}

/** Writes one answer; gives the exit code: these verbs judge nothing and never give 1 (PRODUCT 5). */
export async function writeAnswer(
  output: string,
  pieces: Iterable<string>,
  environment: Environment,
  interrupt: Interrupt,
): Promise<number> {
  await new Outputs(environment, interrupt).write(output, pieces);
  return interrupt.code ?? 0;
}

/** An id that is not in the result: usage, with the ids that may have been meant. */
export function unknownId(id: string, result: HuntResult): UsageProblem {
  const near = nearestIds(result, id);
  const [incident] = worstIncidentsFirst(result.incidents);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(', or ')}?`
      : incident === undefined
        ? 'The result has no incident; triad hunt lists its subscriptions and findings.'
        : `The worst incident of the result: ${incident.id}.`;
  return { code: 'TRIAD-E-ARG-NO-ID', place: id, message: 'Nothing in the result has this id.', action: hint };
}
