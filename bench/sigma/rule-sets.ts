import { type CompiledRule, compileRules, type RuleSource, type Rules } from '../../src/sigma/index.ts';
import { LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { corpusRules } from '../../test/sigma/corpus.ts';

/** SigmaHQ's live rules for Windows, as they are written. */
export function windowsSources(): readonly RuleSource[] {
  return corpusRules().filter(({ text }) => /^\s+product:\s*["']?windows/m.test(text));
}

export function compiledWindowsRules(sources: readonly RuleSource[] = windowsSources()): Rules {
  return compileRules(sources, { taxonomy: LOG_SOURCES }).rules;
}

export function isOfCreations({ logsource }: CompiledRule): boolean {
  return logsource.category === 'process_creation';
}

export function ofCreations(rules: Rules): Rules {
  return { rules: rules.rules.filter(isOfCreations), correlations: [] };
}

/** So many rules, taken evenly from all of them. */
export function someOf(rules: Rules, count: number): Rules {
  const { length } = rules.rules;
  const taken = rules.rules.filter(
    (_, at) => Math.floor((at * count) / length) !== Math.floor(((at + 1) * count) / length),
  );
  return { rules: taken, correlations: [] };
}
