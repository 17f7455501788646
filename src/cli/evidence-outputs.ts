import type { FilePort } from '../intake/index.ts';
import { findInputs } from '../intake/index.ts';
import type { UsageProblem } from './arguments.ts';

/** A flag that names a file to write, and the file. */
export type NamedOutput = readonly [flag: string, path: string | undefined];

/** Two outputs of one run under one name: the second would replace the first, or both would mix on standard output. */
export function clashProblems(outputs: readonly NamedOutput[], samePlace: (path: string) => string): UsageProblem[] {
  const taken = new Map<string, string>();
  const problems: UsageProblem[] = [];
  for (const [flag, path] of outputs) {
    if (path === undefined) continue;
    const place = path === '-' ? path : samePlace(path);
    const other = taken.get(place);
    if (other === undefined) {
      taken.set(place, flag);
      continue;
    }
    problems.push({
      code: 'TRIAD-E-ARG-SAME-OUTPUT',
      place: `--${flag} ${path}`,
      message: `--${other} is written there too; nothing was read or written.`,
      action: 'Give each a name of its own.',
    });
  }
  return problems;
}

/**
 * Outputs that would replace evidence, whatever `--force` says: inputs are never changed (L3). A file is told by what it is on
 * disk, so that another spelling, a link or a pattern hides nothing.
 */
export async function evidenceProblems(
  outputs: readonly NamedOutput[],
  evidence: readonly string[],
  port: FilePort,
): Promise<UsageProblem[]> {
  const standing = new Map<string, NamedOutput>();
  for (const output of outputs) {
    const path = output[1];
    const stat = path === undefined || path === '-' ? undefined : await port.stat(path);
    if (stat?.kind === 'file') standing.set(stat.identity, output);
  }
  if (standing.size === 0) return [];
  const problems: UsageProblem[] = [];
  for (const input of (await findInputs(evidence, port)).inputs) {
    const identity = (await port.stat(input.source.file))?.identity;
    const output = identity === undefined ? undefined : standing.get(identity);
    if (output === undefined) continue;
    problems.push({
      code: 'TRIAD-E-IO-EVIDENCE',
      place: `--${output[0]} ${output[1]}`,
      message: 'This file is part of the evidence, which is never overwritten; nothing was read or written.',
      action: 'Name another file, best outside the evidence.',
    });
  }
  return problems;
}
