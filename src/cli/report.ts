import { join } from 'node:path';
import { CATALOGUE } from '../analytics/index.ts';
import { nodeFilePort } from '../hunt/index.ts';
import type { Incident } from '../incidents/index.ts';
import {
  findIncident,
  type HuntResult,
  renderIncidentHtml,
  renderIncidentJson,
  renderIncidentLayer,
  renderIncidentMarkdown,
  renderIncidentSarif,
  renderIndexHtml,
  toldInVersion,
  worstIncidentsFirst,
} from '../report/index.ts';
import { unknownId } from './answer.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { attackVersionFlag } from './attack-version.ts';
import { talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems } from './evidence-outputs.ts';
import { makeFolder, Outputs, reportFiles, reportFolderProblems, reportOutputs } from './hunt-outputs.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { outputProblem } from './output.ts';
import { resultOf } from './result-source.ts';

/** `triad report ID|--all RESULT|PATH...` */
export async function runReport(invocation: Invocation, environment: Environment): Promise<number> {
  const isAll = isGiven(invocation, 'all');
  const [id, ...rest] = isAll ? [undefined, ...invocation.operands] : invocation.operands;
  const operands = rest.filter((operand) => operand !== undefined);
  const output = flagValue(invocation, 'output');
  const problems = usageProblems(invocation, isAll, id, output);
  if (problems.length > 0) return refuse(environment, problems);
  const outputs = isAll ? reportOutputs('output', output) : [['output', output] as const];
  const overwritten = await evidenceProblems(outputs, operands, nodeFilePort(process.cwd()));
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const source = await resultOf(operands, invocation, environment, interrupt, true);
    if ('code' in source) return source.code;
    const result = toldInVersion(source.result, attackVersionFlag(invocation));
    const as = flagValue(invocation, 'as') ?? 'html';
    if (isAll) return await writeAll(result, as, output ?? '.', invocation, environment, interrupt);
    const incident = findIncident(result, id ?? '');
    if (incident === undefined) return refuse(environment, [unknownId(id ?? '', result)]);
    await new Outputs(environment, interrupt).write(output ?? '-', render(result, incident, as));
    return interrupt.code ?? 0;
  } finally {
    interrupt.release();
  }
}

function usageProblems(
  invocation: Invocation,
  isAll: boolean,
  id: string | undefined,
  output: string | undefined,
): readonly UsageProblem[] {
  const mayOverwrite = isGiven(invocation, 'force');
  if (!isAll) {
    const wrongOutput = outputProblem('output', output ?? '-', mayOverwrite);
    const missing: UsageProblem = {
      code: 'TRIAD-E-ARG-MISSING',
      place: 'ID',
      message: 'triad report needs the id of an incident, or --all.',
      action: 'For example: triad report 4yxc3k5fvuktjko2 findings.jsonl -o report.html',
    };
    return [...(id === undefined ? [missing] : []), ...(wrongOutput === undefined ? [] : [wrongOutput])];
  }
  if (output === undefined || output === '-') {
    return [
      {
        code: 'TRIAD-E-ARG-MISSING',
        place: '--output',
        message: 'With --all there are several files, so a folder has to be named.',
        action: 'For example: triad report --all findings.jsonl -o reports',
      },
    ];
  }
  return reportFolderProblems('output', output, mayOverwrite);
}

function render(result: HuntResult, incident: Incident, as: string): Iterable<string> {
  switch (as) {
    case 'md':
      return [renderIncidentMarkdown(result, incident, CATALOGUE)];
    case 'json':
      return renderIncidentJson(result, incident);
    case 'sarif':
      return renderIncidentSarif(result, incident, CATALOGUE);
    case 'navigator':
      return renderIncidentLayer(result, incident);
    default:
      return renderIncidentHtml(result, incident);
  }
}

/** Layers are JSON too: their name keeps them apart from the incident itself. */
function endingOf(as: string): string {
  return as === 'navigator' ? 'layer.json' : as;
}

/** A file for each incident, worst first, and for HTML an index. */
async function writeAll(
  result: HuntResult,
  as: string,
  folder: string,
  invocation: Invocation,
  environment: Environment,
  interrupt: Interrupt,
): Promise<number> {
  const talk = talkOf(invocation, environment);
  const incidents = worstIncidentsFirst(result.incidents);
  makeFolder(folder);
  const stale = reportFiles(folder);
  const outputs = new Outputs(environment, interrupt);
  const items = incidents.map((incident, index) => ({
    incident,
    file: `incident-report-${index + 1}.${endingOf(as)}`,
  }));
  for (const { incident, file } of items) await outputs.write(join(folder, file), render(result, incident, as));
  if (as === 'html') await outputs.write(join(folder, 'index.html'), renderIndexHtml(result, items));
  const kept = new Set([...items.map(({ file }) => join(folder, file)), join(folder, 'index.html')]);
  for (const path of stale) {
    if (/\.(?:html|md|json|sarif)$/.test(path) && !path.endsWith('manifest.json') && !kept.has(path))
      talk.line(`note      ${path} is of an earlier report`);
  }
  talk.line(`wrote     ${items.length} reports to ${folder}`);
  return interrupt.code ?? 0;
}
