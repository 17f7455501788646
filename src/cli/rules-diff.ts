import { escapeTerminal, plural } from '../report/index.ts';
import { type ComparedRule, diffRules, type RuleDiff } from '../rules/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { jsonLine, outputOf, rulesOverwritten, ruleTextsAt, writeOut } from './rules-common.ts';

/** `triad rules diff A B`: what changed from A to B; it judges nothing. */
export async function runRulesDiff(invocation: Invocation, environment: Environment): Promise<number> {
  const { output, problems } = outputOf(invocation);
  if (problems.length > 0) return refuse(environment, problems);
  const [before = '', after = ''] = invocation.operands;
  const old = await ruleTextsAt([before], environment, 'rules diff');
  const young = await ruleTextsAt([after], environment, 'rules diff');
  const wrong = [old, young].flatMap((given) => (given.kind === 'wrong' ? given.problems : []));
  if (old.kind === 'wrong' || young.kind === 'wrong') return refuse(environment, wrong);
  const files = [...old.loaded.sources, ...young.loaded.sources].map(({ file }) => file);
  const overwritten = await rulesOverwritten(output, files);
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const diff = diffRules(old.loaded.sources, young.loaded.sources);
  await writeOut(output, piecesOf(flagValue(invocation, 'format') ?? 'text', diff), environment);
  return 0;
}

function piecesOf(format: string, diff: RuleDiff): Iterable<string> {
  switch (format) {
    case 'json':
      return [`${JSON.stringify({ schemaVersion: 1, ...diff }, undefined, 2)}\n`];
    case 'jsonl':
      return linesOf(diff);
    default:
      return textOf(diff);
  }
}

function* linesOf({ added, removed, changed, unchanged, noLongerLoaded }: RuleDiff): Generator<string> {
  for (const rule of removed) yield jsonLine('removed', rule);
  for (const rule of added) yield jsonLine('added', rule);
  for (const rule of changed) yield jsonLine('changed', rule);
  for (const rule of noLongerLoaded) yield jsonLine('noLongerLoaded', rule);
  yield jsonLine('summary', {
    added: added.length,
    removed: removed.length,
    changed: changed.length,
    unchanged,
    noLongerLoaded: noLongerLoaded.length,
  });
}

function lineOf(word: string, { id, title, file }: ComparedRule): string {
  return `${word.padEnd(8)}  ${escapeTerminal(title)}\n          ${escapeTerminal(`${id ?? '(no id)'}   ${file}`)}\n`;
}

function* textOf({ added, removed, changed, unchanged, noLongerLoaded }: RuleDiff): Generator<string> {
  for (const rule of removed) yield lineOf('removed', rule);
  for (const rule of added) yield lineOf('added', rule);
  for (const { keys, values, movedFrom, ...rule } of changed) {
    yield lineOf('changed', rule);
    if (movedFrom !== undefined) yield `          moved from ${escapeTerminal(movedFrom)}\n`;
    for (const { key, before, after } of values) yield `          ${escapeTerminal(`${key}: ${before} -> ${after}`)}\n`;
    const others = keys.filter((key) => !values.some((value) => value.key === key));
    if (others.length > 0) yield `          ${escapeTerminal(`changed: ${others.join(', ')}`)}\n`;
  }
  for (const rule of noLongerLoaded) yield lineOf('refused', rule);
  if (noLongerLoaded.length > 0) yield '          refused: loaded before, not any more; triad rules check says why\n';
  yield `${plural(added.length, 'rule')} added, ${removed.length} removed, ${changed.length} changed, ${unchanged} the same.\n`;
}
