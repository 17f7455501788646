import { createHash } from 'node:crypto';
import type { RuleMapping } from '../intake/index.ts';
import {
  MAX_PIPELINE_BYTES,
  MAX_PLACEHOLDER_BYTES,
  type Pipeline,
  type PipelineProblem,
  readPipeline,
  readPlaceholders,
} from '../taxonomy/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import { firstBytes } from './first-bytes.ts';

/** What `--pipeline` and `--placeholders` say, with everything that is wrong with them. */
export interface RuleMappingFlags {
  readonly mapping: RuleMapping;
  /** Name and SHA-256 of each file, in the order in which they are applied: part of the options (L3). */
  readonly pipelines: readonly string[];
  readonly placeholders: readonly string[];
  readonly problems: readonly UsageProblem[];
}

/** The flags that change what rules mean; compiled rules have been through them. */
export const MAPPING_FLAGS: readonly string[] = ['pipeline', 'placeholders'];

export async function ruleMappingOf(invocation: Invocation): Promise<RuleMappingFlags> {
  const problems: UsageProblem[] = [];
  const pipelines: Pipeline[] = [];
  const names: string[] = [];
  for (const path of invocation.flags.get('pipeline') ?? []) {
    const file = await textOf('pipeline', path, MAX_PIPELINE_BYTES, problems);
    if (file === undefined) continue;
    const reading = await readPipeline(file.text);
    if (reading.kind === 'problems') problems.push(...told('pipeline', path, reading.problems));
    else {
      pipelines.push(reading.pipeline);
      names.push(file.digest);
    }
  }
  const values = invocation.flags.get('placeholders') ?? [];
  const given: string[] = [];
  let mapping: RuleMapping = pipelines.length === 0 ? {} : { pipelines };
  for (const path of values) {
    const file = await textOf('placeholders', path, MAX_PLACEHOLDER_BYTES, problems);
    if (file === undefined) continue;
    const reading = await readPlaceholders(file.text);
    if (reading.kind === 'problems') problems.push(...told('placeholders', path, reading.problems));
    else {
      mapping = { ...mapping, placeholders: reading.placeholders };
      given.push(file.digest);
    }
  }
  return { mapping, pipelines: names, placeholders: given, problems };
}

/** Compiled rules named beside flags that can do nothing for them: usage, since ignoring the flags would mislead. */
export function mappedTooLate(invocation: Invocation, compiled: readonly { readonly file: string }[]): UsageProblem[] {
  const flags = MAPPING_FLAGS.filter((flag) => invocation.flags.has(flag));
  return flags.flatMap((flag) =>
    compiled.map(({ file }) => ({
      code: 'TRIAD-E-RULE-COMPILED',
      place: `--${flag}`,
      message: `The rules in ${file} are compiled already; it would change nothing about them.`,
      action: `Give --${flag} to triad rules compile, or name the rules themselves.`,
    })),
  );
}

interface NamedText {
  readonly text: string;
  readonly digest: string;
}

async function textOf(
  flag: string,
  path: string,
  most: number,
  problems: UsageProblem[],
): Promise<NamedText | undefined> {
  try {
    const bytes = await firstBytes(path, most);
    const name = path.replace(/^.*[\\/]/, '');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { text: bytes.toString('utf8').replace(/^\ufeff/, ''), digest: `${name} ${sha256}` };
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    problems.push({
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      place: `--${flag} ${path}`,
      message: `It cannot be read (${String(cause.code)}).`,
      action: 'Name a file that exists.',
    });
    return undefined;
  }
}

function told(flag: string, path: string, problems: readonly PipelineProblem[]): readonly UsageProblem[] {
  return problems.map(({ line, column, message }) => ({
    code: 'TRIAD-E-ARG-RULE-MAPPING',
    place: `--${flag} ${path}:${line}:${column}`,
    message,
    action: 'docs/rules-command.md says what it may hold; nothing was read.',
  }));
}
