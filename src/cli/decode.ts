import { text as readText } from 'node:stream/consumers';
import { type DecodingKind, decodeText, renderDecoding, renderDecodingJson } from '../report/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';

/** Longer texts are cut at the bound of payload analysis (DOMAIN 5). */
const MAX_LAYERS = 64;

/** `triad decode TEXT|-`: several words are one text, as a shell splits a command line. */
export async function runDecode(invocation: Invocation, environment: Environment): Promise<number> {
  const path = flagValue(invocation, 'output') ?? '-';
  const layersText = flagValue(invocation, 'max-layers');
  const maxLayers = layersText === undefined ? MAX_LAYERS : Number(layersText);
  const problems = [];
  if (!Number.isInteger(maxLayers) || maxLayers < 0 || maxLayers > MAX_LAYERS) {
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: '--max-layers',
      message: `"${layersText}" is no number of layers.`,
      action: `Choose 0 to ${MAX_LAYERS}.`,
    });
  }
  const wrongOutput = outputProblem('output', path, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) problems.push(wrongOutput);
  if (problems.length > 0) return refuse(environment, problems);
  const { operands } = invocation;
  const text = operands.length === 1 && operands[0] === '-' ? await readText(environment.stdin) : operands.join(' ');
  const kind = (flagValue(invocation, 'kind') ?? 'auto') as DecodingKind | 'auto';
  const decoding = decodeText(text, kind, maxLayers);
  const sink = openSink(path, environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  await sink.write(isJson ? renderDecodingJson(decoding) : renderDecoding(decoding));
  await sink.commit();
  return 0;
}
