import { CATALOGUE } from '../analytics/index.ts';
import { matcherOf } from '../intake/index.ts';
import { renderAnalyticList, renderAnalyticReasons, renderAnalyticsJson } from '../report/index.ts';
import { flagValue, type Invocation, isGiven, nearest, type UsageProblem } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import { wholeCoverage } from './coverage.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';
import { packRecords } from './pack-records.ts';
import { ruleFlagsOf } from './rule-flags.ts';
import { rulesOverwritten, writeOut } from './rules-common.ts';

/** `triad analytics [list|why]`: the catalogue, from the records that the engine reads, and the rules of the pack. */
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
  const pack = packRecords(matcherOf((await bundledRules()).rules).matcher.rules);
  const ids = [...new Set([...CATALOGUE.map(({ id }) => id), ...pack.map(({ analytic }) => analytic)])].sort();
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
  const ruled = await ruleFlagsOf(invocation, environment);
  problems.push(...ruled.problems, ...onlyInLayers(invocation));
  if (problems.length > 0) return refuse(environment, problems);
  const isAsked = (id: string): boolean => asked.length === 0 || asked.includes(id);
  const catalogue = {
    analytics: CATALOGUE.filter(({ id }) => isAsked(id)),
    rules: pack.filter(({ analytic }) => isAsked(analytic)),
  };
  if (flagValue(invocation, 'format') === 'navigator') {
    const files = [...ruled.files, ...(invocation.flags.get('rules') ?? [])];
    const overwritten = await rulesOverwritten(output, files);
    if (overwritten.length > 0) return refuse(environment, overwritten);
    const own = ruled.rules === undefined ? [] : [ruled.rules];
    // A layer of one analytic is of it alone.
    const hasPack = asked.length === 0 && !isGiven(invocation, 'no-default-rules');
    const sets = hasPack ? [(await bundledRules()).rules, ...own] : own;
    const named = catalogue.analytics.map(({ id }) => id);
    await writeOut(output, wholeCoverage(named, sets, invocation, environment), environment);
    return 0;
  }
  const sink = openSink(output, environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  const render = isJson ? renderAnalyticsJson : what === 'why' ? renderAnalyticReasons : renderAnalyticList;
  await sink.write(render(catalogue));
  await sink.commit();
  return 0;
}

/** The list of analytics has no rules and shows both generations of ids. */
function onlyInLayers(invocation: Invocation): readonly UsageProblem[] {
  if (flagValue(invocation, 'format') === 'navigator') return [];
  return ['rules', 'attack-version']
    .filter((flag) => isGiven(invocation, flag))
    .map((flag) => ({
      code: 'TRIAD-E-ARG-VALUE',
      place: `--${flag}`,
      message: 'It says something about a layer only.',
      action: 'Add --format navigator, or leave it out.',
    }));
}
