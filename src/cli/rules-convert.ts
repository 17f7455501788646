import type { RuleMapping } from '../intake/index.ts';
import { escapeTerminal } from '../report/index.ts';
import { type Conversion, checkRules, convertRule, type RuleCheck, type RuleSources, TARGETS } from '../rules/index.ts';
import type { CompiledRule } from '../sigma/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { messageText } from './messages.ts';
import { ruleMappingOf } from './rule-mapping.ts';
import { filesOf, jsonLine, outputOf, rulesAt, rulesOverwritten, writeOut } from './rules-common.ts';

/** `triad rules convert PATH --to TARGET`: exit 1 when a rule was not converted. */
export async function runRulesConvert(invocation: Invocation, environment: Environment): Promise<number> {
  const { output, problems } = outputOf(invocation);
  const target = TARGETS.find((one) => one === flagValue(invocation, 'to'));
  if (target === undefined) {
    const message = 'The system whose search is wanted is not named.';
    problems.push({
      code: 'TRIAD-E-ARG-MISSING',
      place: '--to',
      message,
      action: `Write --to ${TARGETS.join(', --to ')}.`,
    });
  }
  const { mapping, problems: wrongMapping } = await ruleMappingOf(invocation);
  problems.push(...wrongMapping);
  if (target === undefined || problems.length > 0) return refuse(environment, problems);
  const given = await rulesAt(invocation.operands, environment, invocation);
  if (given.kind === 'wrong') return refuse(environment, given.problems);
  const overwritten = await rulesOverwritten(output, [...filesOf(given.loaded), ...invocation.operands]);
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const checked = everyRule(given.loaded, mapping);
  const converted = checked.rules.rules.map((rule) => ({ rule, conversion: convertRule(rule, target) }));
  const broken = checked.problems.filter(({ severity }) => severity === 'error');
  const refused = [
    ...broken.map(({ file, line, column, code, message }) => ({ file, line, column, message: `${code} ${message}` })),
    ...checked.rules.correlations.map(({ metadata: { file, line } }) => {
      return { file, line, column: 1, message: 'Correlations are not converted.' };
    }),
    ...converted.flatMap(({ rule, conversion }) =>
      conversion.kind === 'query' ? [] : conversion.problems.map((one) => ({ file: rule.metadata.file, ...one })),
    ),
  ];
  for (const { file, line, column, message } of refused) {
    const action = 'The rule was not converted; nothing of it is left out silently.';
    environment.stderr.write(
      messageText('error', { code: 'TRIAD-E-RULE-CONVERT', place: `${file}:${line}:${column}`, message, action }),
    );
  }
  const format = flagValue(invocation, 'format') ?? 'text';
  const pieces =
    format === 'json'
      ? jsonOf(target, converted, refused)
      : format === 'jsonl'
        ? linesOf(target, converted, refused)
        : textOf(converted, output === '-');
  await writeOut(output, pieces, environment);
  return refused.length > 0 ? 1 : 0;
}

/** Rules of texts and of compiled files, with their problems. */
function everyRule({ sources, compiled }: RuleSources, mapping: RuleMapping): RuleCheck {
  const all = [checkRules(sources, mapping), ...compiled.map(({ compiling }) => compiling)];
  return {
    rules: {
      rules: all.flatMap(({ rules }) => rules.rules),
      correlations: all.flatMap(({ rules }) => rules.correlations),
    },
    problems: all.flatMap(({ problems }) => problems),
  };
}

type Converted = readonly { readonly rule: CompiledRule; readonly conversion: Conversion }[];

/** Searches, each below a comment that names its rule; on a terminal what could act on it is escaped. */
function* textOf(converted: Converted, isTerminal: boolean): Generator<string> {
  const shown = (text: string): string => (isTerminal ? text.split('\n').map(escapeTerminal).join('\n') : text);
  for (const { conversion } of converted) {
    if (conversion.kind === 'query') yield `${shown(`${conversion.comment}\n${conversion.query}`)}\n\n`;
  }
}

function* jsonOf(target: string, converted: Converted, refused: readonly object[]): Generator<string> {
  yield `${JSON.stringify({ schemaVersion: 1, target, queries: queriesOf(converted), refused }, undefined, 2)}\n`;
}

function* linesOf(target: string, converted: Converted, refused: readonly object[]): Generator<string> {
  const queries = queriesOf(converted);
  for (const query of queries) yield jsonLine('query', query);
  for (const one of refused) yield jsonLine('refused', one);
  yield jsonLine('summary', { target, queries: queries.length, refused: refused.length });
}

function queriesOf(converted: Converted): readonly object[] {
  return converted.flatMap(({ rule: { metadata }, conversion }) => {
    if (conversion.kind !== 'query') return [];
    const { id, title, file, line } = metadata;
    const { query, route } = conversion;
    return [{ ...(id === undefined ? {} : { id }), title, file, line, route, query }];
  });
}
