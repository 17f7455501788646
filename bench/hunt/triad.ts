import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildCost, childCost } from '../child-cpu.ts';
import { OUT, ROOT } from '../corpus.ts';

/** One run of `triad hunt`, as a person would start it. */
export interface HuntRun extends ChildCost {
  /** Bytes of the largest resident set. */
  readonly peakBytes: number;
  readonly records: number;
  /** The output without its `run` object: what must not depend on jobs (L7, SETTLED A27). */
  readonly result: string;
}

/** Hunts with JSON output and without hashing; the cost is that of the whole process, its start included. */
export function runHunt(paths: readonly string[], jobs: number | undefined): HuntRun {
  const file = join(OUT, 'hunt.json');
  const cost = childCost(process.execPath, huntCommand(paths, 'json', jobs), { stdout: { file }, cwd: ROOT });
  if (cost.code !== 0) throw new Error(`triad ended with ${cost.code}: ${cost.stderr.slice(0, 2000)}`);
  const { run, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly run: { readonly records: number; readonly peakRss: number };
  };
  return { ...cost, peakBytes: run.peakRss, records: run.records, result: JSON.stringify(rest) };
}

/** What a hunt writes to stdout. */
export function runText(paths: readonly string[], format: string, jobs: number): string {
  return childCost(process.execPath, huntCommand(paths, format, jobs), { stdout: 'result', cwd: ROOT }).stdout;
}

/** Arguments of Node for a hunt. */
export function huntCommand(paths: readonly string[], format: string, jobs: number | undefined): readonly string[] {
  const flags = ['--format', format, '--no-progress', '--fail-level', 'never'];
  const all = jobs === undefined ? flags : [...flags, '--jobs', String(jobs)];
  return [join(ROOT, 'bin', 'triad.js'), 'hunt', ...paths, ...all];
}
