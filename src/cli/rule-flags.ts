import { createHash } from 'node:crypto';
import type { RuleSet } from '../intake/index.ts';
import type { RuleSources } from '../rules/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { rulesAt } from './rules-common.ts';
import { selectionOf } from './rules-list.ts';

/** What `--rules` and its kin say, with everything that is wrong with them. */
export interface RuleFlags {
  readonly rules: RuleSet | undefined;
  /** Names of the paths and SHA-256 of their rules: part of the options (L3). */
  readonly digests: readonly string[];
  readonly problems: readonly UsageProblem[];
}

const ALONE = ['rule-level', 'rule-status', 'exclude-rules'];

export async function ruleFlagsOf(invocation: Invocation, environment: Environment): Promise<RuleFlags> {
  const problems: UsageProblem[] = [];
  const paths = invocation.flags.get('rules') ?? [];
  if (paths.length === 0) {
    for (const flag of ALONE.filter((name) => invocation.flags.has(name))) {
      const message = 'No rules were named that it could choose from.';
      problems.push({ code: 'TRIAD-E-ARG-VALUE', place: `--${flag}`, message, action: 'Add --rules PATH.' });
    }
    return { rules: undefined, digests: [], problems };
  }
  const selection = await selectionOf(invocation, problems);
  const given = await rulesAt(paths, environment);
  if (given.kind === 'wrong') return { rules: undefined, digests: [], problems: [...problems, ...given.problems] };
  const { sources, licenses } = given.loaded;
  return {
    rules: { sources, options: {}, selection, licenses },
    digests: [`${paths.map(nameOf).join(' + ')} ${digestOf(given.loaded.sources)}`],
    problems,
  };
}

function nameOf(path: string): string {
  return path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
}

/** Of all texts, whatever their files are called and in whatever order they were named. */
export function digestOf(sources: RuleSources['sources']): string {
  const each = sources.map(({ text }) => createHash('sha256').update(text).digest('hex')).sort();
  return createHash('sha256').update(each.join('')).digest('hex');
}
