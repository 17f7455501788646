import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../corpus.ts';

/** A virtual environment of Python with fixed versions, in `bench/peers`. */
export interface PythonEnvironment {
  readonly folder: string;
  readonly requirements: readonly string[];
}

/** Rules to queries of SQLite, and what runs their expressions. */
export const MATCHING: PythonEnvironment = {
  folder: 'pysigma',
  requirements: ['pysigma==2.0.1', 'pysigma-backend-sqlite==2.1.1', 'google-re2==1.1.20251105'],
};

/** Rules to searches of other systems: these back ends need the older pySigma, so both cannot be one environment (SETTLED E15). */
export const CONVERTING: PythonEnvironment = {
  folder: 'pysigma-converters',
  requirements: [
    'pysigma==1.5.1',
    'pysigma-backend-splunk==2.1.0',
    'pysigma-backend-elasticsearch==2.1.1',
    'pysigma-backend-kusto==1.0.1',
  ],
};

function placeOf({ folder }: PythonEnvironment): string {
  return join(ROOT, 'bench', 'peers', folder);
}

/** The Python of an environment that was made before; undefined where there is none. */
export function madePython(environment: PythonEnvironment): string | undefined {
  const python = join(placeOf(environment), 'bin', 'python');
  return existsSync(python) ? python : undefined;
}

/** The same, made or made anew where it is absent or of other versions; the reason where that fails. */
export function pythonOf(environment: PythonEnvironment): { readonly python: string } | { readonly reason: string } {
  const place = placeOf(environment);
  const stamp = join(place, 'requirements.txt');
  const wanted = `${environment.requirements.join('\n')}\n`;
  const python = join(place, 'bin', 'python');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(python)) return { python };
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  const steps: readonly (readonly [program: string, args: readonly string[]])[] = [
    ['python3', ['-m', 'venv', place]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...environment.requirements]],
  ];
  for (const [program, args] of steps) {
    const done = spawnSync(program, args, { encoding: 'utf8' });
    if (done.status === 0) continue;
    const said = (done.stderr ?? '').trim().split('\n').at(-1) ?? '';
    return { reason: `${environment.requirements.join(', ')} cannot be had: ${done.error?.message ?? said}` };
  }
  writeFileSync(stamp, wanted);
  return { python };
}
