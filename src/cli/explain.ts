import { CATALOGUE } from '../analytics/index.ts';
import { nodeFilePort } from '../hunt/index.ts';
import {
  explain,
  findById,
  type HuntResult,
  labelsOf,
  type RecordLine,
  renderExplanation,
  renderExplanationMarkdown,
} from '../report/index.ts';
import { answerFlags, unknownId, writeAnswer } from './answer.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems } from './evidence-outputs.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { resultOf } from './result-source.ts';

/** `triad explain ID RESULT|PATH...` */
export async function runExplain(invocation: Invocation, environment: Environment): Promise<number> {
  const [id = '', ...operands] = invocation.operands;
  const flags = answerFlags(invocation, environment, 'text');
  if (flags.problems.length > 0) return refuse(environment, flags.problems);
  const overwritten = await evidenceProblems([['output', flags.output]], operands, nodeFilePort(process.cwd()));
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const source = await resultOf(operands, invocation, environment, interrupt);
    if ('code' in source) return source.code;
    const { result } = source;
    const found = findById(result, id);
    if (found === undefined) return refuse(environment, [unknownId(id, result)]);
    const asked = flagValue(invocation, 'record');
    const record = asked === undefined ? undefined : recordNamed(result, asked);
    if (asked !== undefined && record === undefined) return refuse(environment, [unknownRecord(asked, result)]);
    const explanation = explain(result, found, id, CATALOGUE, record);
    const label = labelsOf(result);
    const text =
      flags.format === 'json'
        ? `${JSON.stringify(explanation, undefined, 2)}\n`
        : flags.format === 'md'
          ? renderExplanationMarkdown(explanation, label)
          : renderExplanation(explanation, label, flags);
    return await writeAnswer(flags.output, [text], environment, interrupt);
  } finally {
    interrupt.release();
  }
}

/** A cited record by its id in the result, or by its EventRecordID where one record alone has it. */
function recordNamed(result: HuntResult, name: string): RecordLine | undefined {
  const own = result.records.find((record) => record.id === name);
  if (own !== undefined) return own;
  const numbered = result.records.filter(({ recordId }) => recordId !== undefined && String(recordId) === name);
  return numbered.length === 1 ? numbered[0] : undefined;
}

function unknownRecord(name: string, result: HuntResult): UsageProblem {
  const several = result.records.filter(({ recordId }) => recordId !== undefined && String(recordId) === name);
  return {
    code: 'TRIAD-E-ARG-NO-RECORD',
    place: `--record ${name}`,
    message:
      several.length > 1
        ? `${several.length} cited records of several logs have this number.`
        : 'No cited record has this id or number.',
    action:
      several.length > 1
        ? `Give the id of one: ${several
            .slice(0, 4)
            .map(({ id, channel, host }) => `${id} (${host} ${channel})`)
            .join(', ')}.`
        : 'The explanation without --record lists the records that are cited.',
  };
}
