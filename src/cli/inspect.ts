import { tmpdir } from 'node:os';
import { inspect, nodeFilePort } from '../hunt/index.ts';
import { renderInspection, renderInspectionJson } from '../report/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import { commonFlags, pathProblems, talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems } from './evidence-outputs.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem } from './output.ts';
import { textFlags } from './text-flags.ts';

/** Units of each shape that can be shown. */
const MAX_SAMPLE = 1000;
const MEMORY_BYTES = 128 * 1024 * 1024;

/** `triad inspect PATH...` */
export async function runInspect(invocation: Invocation, environment: Environment): Promise<number> {
  const runStartMs = environment.wallMs();
  const { jobs, problems: found } = commonFlags(invocation, runStartMs);
  const problems = [...found];
  const texts = await textFlags(invocation);
  const sampleText = flagValue(invocation, 'sample');
  const sample = sampleText === undefined ? 0 : Number(sampleText);
  if (!Number.isInteger(sample) || sample < 0 || sample > MAX_SAMPLE) {
    const message = `"${sampleText}" is no number of units.`;
    problems.push({ code: 'TRIAD-E-ARG-VALUE', place: '--sample', message, action: `Choose 1 to ${MAX_SAMPLE}.` });
  }
  problems.push(...texts.problems);
  const output = flagValue(invocation, 'output') ?? '-';
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) problems.push(wrongOutput);
  if (problems.length > 0) return refuse(environment, problems);
  const port = nodeFilePort(process.cwd());
  const overwritten = await evidenceProblems([['output', output]], invocation.operands, port);
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const talk = talkOf(invocation, environment);
  const interrupt = listenForInterrupt(() => talk.line('stopping  what was read so far is told'));
  try {
    const outcome = await inspect({
      paths: invocation.operands,
      port,
      carve: !isGiven(invocation, 'no-carve'),
      ...(texts.maps.length === 0 ? {} : { maps: texts.maps }),
      ...(texts.assumedZone === undefined ? {} : { assumedZone: texts.assumedZone }),
      ...(texts.passwords.length === 0 ? {} : { passwords: texts.passwords }),
      jobs,
      sample,
      runStartMs,
      memoryBytes: MEMORY_BYTES,
      temporaryFolder: tmpdir(),
      signal: interrupt.signal,
      onTemporaryFolder: (folder) => interrupt.addFolder(folder),
      onProgress: (state) => {
        talk.progress.update({ ...state, input: state.source.file, member: state.source.container?.at(-1) });
      },
    });
    if (outcome.kind === 'problems') return refuse(environment, pathProblems(outcome.problems));
    if (outcome.kind === 'nothing') {
      talk.say('error', {
        code: 'TRIAD-E-IO-NOTHING-READ',
        place: invocation.operands.join(', '),
        message: 'There is no file of a known kind.',
        action: 'Name .evtx files, or a folder or archive that holds some.',
      });
      return 3;
    }
    const sink = openSink(output, environment.stdout);
    interrupt.onSecond(() => sink.discard());
    const isJson = flagValue(invocation, 'format') === 'json';
    talk.progress.clear();
    await sink.write(isJson ? renderInspectionJson(outcome.inspection) : renderInspection(outcome.inspection));
    await sink.commit();
    return interrupt.code ?? 0;
  } finally {
    interrupt.release();
  }
}
