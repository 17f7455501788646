import { nodeFilePort } from '../hunt/index.ts';
import {
  type CaseProblem,
  type CaseResult,
  CaseRunner,
  checkRules,
  holdsFiltersOnly,
  loadRuleSources,
  type RuleSources,
  readCases,
  runRegressions,
} from '../rules/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { ruleMappingOf } from './rule-mapping.ts';
import { outputOf, rulesOverwritten, ruleTextsAt, writeOut } from './rules-common.ts';
import { exitOf, type Tested, testedAs } from './rules-test-outputs.ts';

/** `triad rules test PATH...`: exit 1 when a case fails or cannot be tried. */
export async function runRulesTest(invocation: Invocation, environment: Environment): Promise<number> {
  const { output, problems } = outputOf(invocation);
  const { mapping, problems: wrongMapping } = await ruleMappingOf(invocation);
  problems.push(...wrongMapping);
  if (problems.length > 0) return refuse(environment, problems);
  const given = await ruleTextsAt(invocation.operands, environment, 'rules test');
  if (given.kind === 'wrong') return refuse(environment, given.problems);
  const { sources, cases, regressions } = await withNeighbours(given.loaded);
  if (cases.length + regressions.length === 0) {
    return refuse(environment, [
      {
        code: 'TRIAD-E-RULE-NO-CASES',
        place: invocation.operands.join(', '),
        message: 'There is no case here: no NAME.cases.yml and no regression_data, so nothing was tried.',
        action: 'Write cases beside the rules; docs/rules-command.md has an example.',
      },
    ]);
  }
  const overwritten = await rulesOverwritten(
    output,
    [...sources, ...cases, ...regressions].map(({ file }) => file),
  );
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const byFile = new Map(sources.map((source) => [source.file, source]));
    const results: CaseResult[] = [];
    const wrong: CaseProblem[] = given.unread.map(({ place, message }) => ({
      file: place,
      line: 1,
      column: 1,
      message,
    }));
    const tested = new Set<string>();
    const runner = new CaseRunner(cases.length === 0 ? [] : sources, mapping);
    for (const file of cases) {
      const reading = readCases(file);
      wrong.push(...reading.problems);
      const names = ['.yml', '.yaml'].map((ending) => file.file.replace(/\.cases\.ya?ml$/i, ending));
      const source = names.map((name) => byFile.get(name)).find((one) => one !== undefined);
      if (source === undefined) {
        wrong.push({ file: file.file, line: 1, column: 1, message: `There is no rule file ${names[0]} beside it.` });
        continue;
      }
      tested.add(source.file);
      for (const one of reading.cases) results.push(runner.run(one, file.file, source.file));
    }
    if (regressions.length > 0) {
      const { rules } = checkRules(sources, mapping);
      results.push(...(await runRegressions(regressions, rules, nodeFilePort(process.cwd()), interrupt.signal)));
      const ids = new Set(
        regressions.flatMap(({ text }) => text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi) ?? []),
      );
      for (const { metadata } of rules.rules) if (ids.has(metadata.id ?? '')) tested.add(metadata.file);
    }
    const all: Tested = {
      results,
      problems: wrong,
      untested: sources.filter((one) => !tested.has(one.file) && !holdsFiltersOnly(one)).map(({ file }) => file),
      isStrict: isGiven(invocation, 'strict'),
    };
    await writeOut(output, testedAs(flagValue(invocation, 'format') ?? 'text', all), environment);
    return interrupt.code ?? exitOf(all);
  } finally {
    interrupt.release();
  }
}

/** A rule file that was named alone has its cases beside it, and a file of cases its rules. */
async function withNeighbours(loaded: RuleSources): Promise<RuleSources> {
  const known = new Set([...loaded.sources, ...loaded.cases].map(({ file }) => file));
  const port = nodeFilePort(process.cwd());
  const beside: string[] = [];
  for (const { file } of [...loaded.sources, ...loaded.cases]) {
    if (file.includes('!/')) continue;
    const isCases = /\.cases\.ya?ml$/i.test(file);
    const stem = file.replace(isCases ? /\.cases\.ya?ml$/i : /\.ya?ml$/i, '');
    for (const name of isCases ? [`${stem}.yml`, `${stem}.yaml`] : [`${stem}.cases.yml`, `${stem}.cases.yaml`]) {
      if (!known.has(name) && (await port.stat(name))?.kind === 'file') beside.push(name);
    }
  }
  if (beside.length === 0) return loaded;
  const more = await loadRuleSources(beside, port);
  return { ...loaded, sources: [...loaded.sources, ...more.sources], cases: [...loaded.cases, ...more.cases] };
}
