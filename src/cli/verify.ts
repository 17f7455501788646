import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { nodeFilePort } from '../hunt/index.ts';
import { hashFile } from '../intake/index.ts';
import {
  type ObservedInput,
  parseManifest,
  type RecordedInput,
  renderVerification,
  verifyManifest,
} from '../report/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems } from './evidence-outputs.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';

/** `triad verify MANIFEST`: hashes again what the manifest names, inputs and outputs, and compares (L3). */
export async function runVerify(invocation: Invocation, environment: Environment): Promise<number> {
  const path = invocation.operands[0] ?? '';
  const output = flagValue(invocation, 'output') ?? '-';
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) return refuse(environment, [wrongOutput]);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    return refuse(environment, [
      {
        code: 'TRIAD-E-IO-READ',
        place: path,
        message: `The manifest could not be read (${reason}).`,
        action: 'Name a file that triad hunt --manifest wrote.',
      },
    ]);
  }
  const manifest = parseManifest(text);
  if (typeof manifest === 'string') {
    return refuse(environment, [
      {
        code: 'TRIAD-E-MANIFEST',
        place: path,
        message: `This is no manifest: ${manifest}.`,
        action: 'Name a file that triad hunt --manifest wrote.',
      },
    ]);
  }
  const folder = flagValue(invocation, 'evidence');
  const recorded = [...manifest.evidence, ...manifest.outputs];
  const evidence = [path, ...(folder === undefined ? recorded.map((input) => input.pathAsGiven) : [folder])];
  const overwritten = await evidenceProblems([['output', output]], evidence, nodeFilePort(process.cwd()));
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const observed = new Map<RecordedInput, ObservedInput>();
  for (const input of recorded) observed.set(input, await observe(input, folder, dirname(path)));
  const verification = verifyManifest(recorded, (input) => observed.get(input) ?? missing(input.pathAsGiven));
  const sink = openSink(output, environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  await sink.write(isJson ? `${JSON.stringify(verification, null, 2)}\n` : renderVerification(verification));
  await sink.commit();
  return verification.exit;
}

/**
 * An input where the manifest says, or below `--evidence` by its path and then by its last part alone. An output beside the
 * manifest first: a report folder is checked where it is now, not where it was written.
 */
async function observe(input: RecordedInput, folder: string | undefined, besides: string): Promise<ObservedInput> {
  const given = input.pathAsGiven;
  const last = given.split(/[\\/]/).at(-1) ?? given;
  const below =
    folder === undefined
      ? [given]
      : isAbsolute(given)
        ? [join(folder, last)]
        : [join(folder, given), join(folder, last)];
  const candidates = input.isOutput === true ? [join(besides, last), given] : below;
  const port = nodeFilePort(process.cwd());
  let answer = missing(given);
  for (const candidate of candidates) {
    try {
      if ((await port.stat(candidate)) === undefined) continue;
      return await hashFile(candidate, port);
    } catch (cause) {
      const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
      answer = { problem: 'unreadable', text: `it could not be read (${reason})` };
    }
  }
  return answer;
}

function missing(path: string): ObservedInput {
  return { problem: 'missing', text: `nothing is at ${path}` };
}
