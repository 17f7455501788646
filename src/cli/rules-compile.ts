import { compileGroup, packRules, type RuleTexts } from '../intake/index.ts';
import { escapeTerminal, plural } from '../report/index.ts';
import type { Problem } from '../sigma/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { messageText } from './messages.ts';
import { openSink } from './output.ts';
import { ruleMappingOf } from './rule-mapping.ts';
import { filesOf, outputOf, rulesOverwritten, ruleTextsAt, tally } from './rules-common.ts';

/** Refused rules that are told one by one. */
const TOLD = 20;

/** `triad rules compile PATH... -o FILE`: exit 1 when a rule has an error and is not among them. */
export async function runRulesCompile(invocation: Invocation, environment: Environment): Promise<number> {
  const { output, problems } = outputOf(invocation);
  if (flagValue(invocation, 'output') === undefined) {
    const message = 'The file to write is not named.';
    problems.push({ code: 'TRIAD-E-ARG-MISSING', place: '--output', message, action: 'Add -o FILE; - is stdout.' });
  }
  const { mapping, pipelines, placeholders, problems: wrong } = await ruleMappingOf(invocation);
  problems.push(...wrong);
  if (problems.length > 0) return refuse(environment, problems);
  const given = await ruleTextsAt(invocation.operands, environment, 'rules compile');
  if (given.kind === 'wrong') return refuse(environment, given.problems);
  const { sources, licenses } = given.loaded;
  const overwritten = await rulesOverwritten(output, [...filesOf(given.loaded), ...invocation.operands]);
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const texts: RuleTexts = { kind: 'texts', sources, licenses, ...mapping };
  const mapped = [...pipelines.map((one) => `pipeline ${one}`), ...placeholders.map((one) => `placeholders ${one}`)];
  const bytes = packRules(texts, mapped);
  const sink = openSink(output, environment.stdout);
  await sink.write(bytes);
  await sink.commit();
  const compiled = compileGroup(texts);
  const errors = compiled.problems.filter(({ severity }) => severity === 'error');
  if (!isGiven(invocation, 'quiet')) {
    for (const piece of told(errors)) environment.stderr.write(piece);
    const { rules, correlations } = compiled.rules;
    environment.stderr.write(
      `compiled  ${plural(rules.length + correlations.length, 'rule')} of ${plural(sources.length, 'file')}, ` +
        `${plural(errors.length, 'error')}; ${plural(bytes.length, 'byte')} to ${escapeTerminal(output)}\n`,
    );
  }
  return errors.length + given.unread.length > 0 ? 1 : 0;
}

function* told(errors: readonly Problem[]): Generator<string> {
  for (const { file, line, column, code, message } of errors.slice(0, TOLD)) {
    const action = 'The rule is left out, and counted as refused; triad rules check shows it.';
    yield messageText('error', {
      code: 'TRIAD-E-RULE-REFUSED',
      place: `${file}:${line}:${column}`,
      message: `${code} ${message}`,
      action,
    });
  }
  if (errors.length <= TOLD) return;
  const all = Object.entries(tally(errors.map(({ code, name }) => `${code} ${name}`)));
  yield `and ${errors.length - TOLD} more: ${all.map(([what, times]) => `${times} × ${what}`).join(', ')} in all\n`;
}
