import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';

/** `triad collect`: hands over the collector for a live host, byte for byte; Triad itself never runs it (L23). */
export async function runCollect(invocation: Invocation, environment: Environment): Promise<number> {
  const output = flagValue(invocation, 'output') ?? '-';
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) return refuse(environment, [wrongOutput]);
  const script = await readFile(new URL('../../collect/Collect-Triad.ps1', import.meta.url), 'utf8');
  const sink = openSink(output, environment.stdout);
  await sink.write(script);
  await sink.commit();
  const sha256 = createHash('sha256').update(script).digest('hex');
  environment.stderr.write(`SHA-256 ${sha256}  Collect-Triad.ps1, checked by grammar, not run on Windows\n`);
  return 0;
}
