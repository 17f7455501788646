import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';

/** Writes what a verb says, as JSON or in words, where `--output` says; gives the exit code. */
export async function tell(
  invocation: Invocation,
  environment: Environment,
  exit: number,
  json: unknown,
  words: string,
): Promise<number> {
  const sink = openSink(flagValue(invocation, 'output') ?? '-', environment.stdout);
  await sink.write(flagValue(invocation, 'format') === 'json' ? `${JSON.stringify(json, null, 2)}\n` : words);
  await sink.commit();
  return exit;
}

/** Exit code 2 where `--output` cannot be written; undefined where it can. To be asked before anything is done (PRODUCT 5). */
export function refuseOutput(invocation: Invocation, environment: Environment): number | undefined {
  const output = flagValue(invocation, 'output') ?? '-';
  const problem = outputProblem('output', output, isGiven(invocation, 'force'));
  return problem === undefined ? undefined : refuse(environment, [problem]);
}
