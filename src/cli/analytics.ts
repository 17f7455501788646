import { CATALOGUE } from '../analytics/index.ts';
import { renderAnalyticList, renderAnalyticReasons, renderAnalyticsJson } from '../report/index.ts';
import { flagValue, type Invocation, isGiven, nearest, type UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';

/** `triad analytics [list|why]`: the catalogue, from the records that the engine reads. */
export async function runAnalytics(invocation: Invocation, environment: Environment): Promise<number> {
  const [what = 'list'] = invocation.operands;
  const output = flagValue(invocation, 'output') ?? '-';
  const problems: UsageProblem[] = [];
  if (what !== 'list' && what !== 'why') {
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: what,
      message: 'triad analytics takes list or why.',
      action: 'For example: triad analytics why --analytic R01',
    });
  }
  const ids = CATALOGUE.map(({ id }) => id);
  const asked = (invocation.flags.get('analytic') ?? []).map((id) => id.toUpperCase());
  for (const id of asked) {
    if (ids.includes(id)) continue;
    const near = nearest(id, ids);
    problems.push({
      code: 'TRIAD-E-ARG-NO-ID',
      place: `--analytic ${id}`,
      message: 'There is no such analytic.',
      action: near === undefined ? `There are ${ids.join(', ')}.` : `Did you mean ${near}?`,
    });
  }
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) problems.push(wrongOutput);
  if (problems.length > 0) return refuse(environment, problems);
  const records = asked.length === 0 ? CATALOGUE : CATALOGUE.filter(({ id }) => asked.includes(id));
  const sink = openSink(output, environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  const render = isJson ? renderAnalyticsJson : what === 'why' ? renderAnalyticReasons : renderAnalyticList;
  await sink.write(render(records));
  await sink.commit();
  return 0;
}
