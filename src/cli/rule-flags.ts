import { digestOfTexts, type RuleGroup, type RuleSet } from '../intake/index.ts';
import type { CompiledFile, RuleSources } from '../rules/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { MAPPING_FLAGS, ruleMappingOf } from './rule-mapping.ts';
import { filesOf, rulesAt } from './rules-common.ts';
import { selectionOf } from './rules-list.ts';

/** What `--rules` and its kin say, with everything that is wrong with them. */
export interface RuleFlags {
  readonly rules: RuleSet | undefined;
  /** Every file that was read for them. */
  readonly files: readonly string[];
  /** Names of the paths and SHA-256 of their rules: part of the options (L3). */
  readonly digests: readonly string[];
  /** The same of pipelines, in their order, and of placeholders. */
  readonly pipelines: readonly string[];
  readonly placeholders: readonly string[];
  readonly problems: readonly UsageProblem[];
}

const ALONE = ['rule-level', 'rule-status', 'exclude-rules', ...MAPPING_FLAGS];

const NONE = { rules: undefined, files: [], digests: [], pipelines: [], placeholders: [] };

export async function ruleFlagsOf(invocation: Invocation, environment: Environment): Promise<RuleFlags> {
  const problems: UsageProblem[] = [];
  const paths = invocation.flags.get('rules') ?? [];
  if (paths.length === 0) {
    for (const flag of ALONE.filter((name) => invocation.flags.has(name))) {
      const message = 'No rules were named that it could be for.';
      problems.push({ code: 'TRIAD-E-ARG-VALUE', place: `--${flag}`, message, action: 'Add --rules PATH.' });
    }
    return { ...NONE, problems };
  }
  const selection = await selectionOf(invocation, problems);
  const { mapping, pipelines, placeholders, problems: wrongMapping } = await ruleMappingOf(invocation);
  problems.push(...wrongMapping);
  const given = await rulesAt(paths, environment, invocation);
  if (given.kind === 'wrong') return { ...NONE, problems: [...problems, ...given.problems] };
  const { sources, licenses, compiled } = given.loaded;
  const groups: RuleGroup[] = compiled.map(({ compiling }) => ({ kind: 'compiled', compiling }));
  if (sources.length > 0) groups.unshift({ kind: 'texts', sources, licenses, ...mapping });
  return {
    rules: { groups, selection },
    files: filesOf(given.loaded),
    pipelines,
    placeholders,
    digests: [...textDigest(paths, given.loaded), ...compiled.map(compiledDigest)],
    problems,
  };
}

/** What was named, and the digest of all texts. */
function textDigest(paths: readonly string[], { sources, compiled }: RuleSources): readonly string[] {
  if (sources.length === 0) return [];
  const files = new Set(compiled.map(({ file }) => file));
  return [
    `${paths
      .filter((path) => !files.has(path))
      .map(nameOf)
      .join(' + ')} ${digestOfTexts(sources)}`,
  ];
}

/** The digest of the texts that a file says it was made of, and of the file itself. */
function compiledDigest({ file, from, fileSha256 }: CompiledFile): string {
  const mapped = from.mapped.map((one) => ` with ${one}`).join('');
  return `${nameOf(file)} compiled from ${from.sha256}${mapped} ${fileSha256}`;
}

function nameOf(path: string): string {
  return path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
}
