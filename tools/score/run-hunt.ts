import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { HuntJson } from './hunt-json.ts';

/** Hunts as a user would, with JSON output and more flags; the sentence of a fault where it ended otherwise than well. */
export function huntJson(root: string, paths: readonly string[]): HuntJson | string {
  const flags = ['--format', 'json', '--fail-level', 'never', '--quiet'];
  const run = spawnSync(process.execPath, [join(root, 'bin', 'triad.js'), 'hunt', ...paths, ...flags], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (run.status !== 0) return `the hunt ended with ${run.status}: ${run.stderr.slice(0, 2000)}`;
  return JSON.parse(run.stdout) as HuntJson;
}
