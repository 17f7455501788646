import { nodeFilePort } from '../hunt/index.ts';
import {
  findIncident,
  type Graph,
  type GraphFilter,
  graphOf,
  graphReadWords,
  type HuntResult,
  hostsNamed,
  labelsOf,
  renderDot,
  renderGraphJson,
  renderGraphml,
  renderGraphSvg,
  renderGraphText,
  renderMermaid,
  worstIncidentsFirst,
} from '../report/index.ts';
import { type AnswerFlags, answerFlags, unknownId, writeAnswer } from './answer.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems } from './evidence-outputs.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { resultOf } from './result-source.ts';

const MAX_HOPS = 1000;

/** `triad graph RESULT|PATH...` */
export async function runGraph(invocation: Invocation, environment: Environment): Promise<number> {
  const flags = answerFlags(invocation, environment, 'text');
  const problems = [...flags.problems];
  const hops = numberOf(invocation, 'hops', problems, (n) => Number.isInteger(n) && n >= 1 && n <= MAX_HOPS);
  const minConfidence = numberOf(invocation, 'min-confidence', problems, (n) => n >= 0 && n <= 1);
  const { operands } = invocation;
  if (problems.length > 0) return refuse(environment, problems);
  const overwritten = await evidenceProblems([['output', flags.output]], operands, nodeFilePort(process.cwd()));
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const source = await resultOf(operands, invocation, environment, interrupt);
    if ('code' in source) return source.code;
    const { result } = source;
    const wrong: UsageProblem[] = [];
    const id = flagValue(invocation, 'incident');
    const incident = id === undefined ? undefined : findIncident(result, id);
    if (id !== undefined && incident === undefined) wrong.push(unknownId(id, result));
    const fromHost = hostOf(invocation, 'from-host', result, wrong);
    const toHost = hostOf(invocation, 'to-host', result, wrong);
    if (wrong.length > 0) return refuse(environment, wrong);
    const filter: GraphFilter = {
      ...(incident === undefined ? {} : { incident }),
      ...(fromHost === undefined ? {} : { fromHost }),
      ...(toHost === undefined ? {} : { toHost }),
      ...(hops === undefined ? {} : { hops }),
      ...(minConfidence === undefined ? {} : { minConfidence }),
    };
    const text = render(graphOf(result, filter), result, flags);
    return await writeAnswer(flags.output, [text], environment, interrupt);
  } finally {
    interrupt.release();
  }
}

function render(graph: Graph, result: HuntResult, flags: AnswerFlags): string {
  switch (flags.format) {
    case 'json':
      return renderGraphJson(graph);
    case 'mermaid':
      return renderMermaid(graph);
    case 'dot':
      return renderDot(graph);
    case 'graphml':
      return renderGraphml(graph);
    case 'svg':
      return renderGraphSvg(graph, labelsOf(result));
    default:
      return renderGraphText(graph, labelsOf(result), flags, graphReadWords(result, labelsOf(result)));
  }
}

function numberOf(
  invocation: Invocation,
  flag: string,
  problems: UsageProblem[],
  isRight: (value: number) => boolean,
): number | undefined {
  const text = flagValue(invocation, flag);
  if (text === undefined) return undefined;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (isRight(value)) return value;
  problems.push({
    code: 'TRIAD-E-ARG-VALUE',
    place: `--${flag}`,
    message: `"${text}" is not such a number.`,
    action: flag === 'hops' ? `Choose 1 to ${MAX_HOPS}.` : 'Choose 0 to 1, such as 0.7.',
  });
  return undefined;
}

/** The host key that a typed name means; a name of several hosts is refused with their whole names. */
function hostOf(
  invocation: Invocation,
  flag: string,
  result: HuntResult,
  problems: UsageProblem[],
): string | undefined {
  const name = flagValue(invocation, flag);
  if (name === undefined) return undefined;
  const hosts = hostsNamed(result, name);
  if (hosts.length === 1) return hosts[0];
  // Those with hops only: nothing leads from or to any other. The hosts of the worst incidents first.
  const known = [
    ...new Set(
      worstIncidentsFirst(result.incidents).flatMap(({ edges }) =>
        edges.map(({ source, target }) => (flag === 'from-host' ? (source.host ?? source.address) : target.host)),
      ),
    ),
  ].filter((host) => host !== undefined);
  problems.push({
    code: 'TRIAD-E-ARG-NO-HOST',
    place: `--${flag} ${name}`,
    message: hosts.length === 0 ? 'No hop of the result has this host.' : 'Several hosts have this name.',
    action: offer(hosts.length === 0 ? known : hosts),
  });
  return undefined;
}

const MAX_OFFERED = 12;

function offer(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'The result has no hop.';
  const more = hosts.length > MAX_OFFERED ? ` and ${hosts.length - MAX_OFFERED} more` : '';
  return `Name one of ${hosts.slice(0, MAX_OFFERED).join(', ')}${more}.`;
}
