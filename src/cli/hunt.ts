import { resolve } from 'node:path';
import { CATALOGUE } from '../analytics/index.ts';
import { nodeFilePort } from '../hunt/index.ts';
import type { RuleSet } from '../intake/index.ts';
import {
  type Clock,
  count,
  type HuntOptions,
  type HuntResult,
  plural,
  renderCsv,
  renderDetectedLayer,
  renderHayabusaCsv,
  renderHtml,
  renderHuntSarif,
  renderJson,
  renderJsonl,
  renderText,
  renderTimesketch,
  UTC_CLOCK,
  zoneClock,
} from '../report/index.ts';
import { formatTime, LEVELS, type Level } from '../windows/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { attackVersionFlag } from './attack-version.ts';
import { bundledRules } from './bundled-rules.ts';
import { type CommonFlags, commonFlags, talkOf } from './common.ts';
import { huntCoverage, layerProblems } from './coverage.ts';
import { type Environment, wantsAscii, wantsColor } from './environment.ts';
import { clashProblems, evidenceProblems, type NamedOutput } from './evidence-outputs.ts';
import { Outputs, reportFolderProblems, reportOutputs, writeReport } from './hunt-outputs.ts';
import { type Hunting, huntPaths } from './hunting.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { runLike } from './like.ts';
import { refuse } from './main.ts';
import { outputProblem, temporaryFolderProblem } from './output.ts';
import { type PinFlags, pinFlagsOf, warnOfReview } from './pin-flags.ts';
import { type RuleFlags, ruleFlagsOf } from './rule-flags.ts';
import { rulesOverwritten } from './rules-common.ts';
import { type TextFlags, textFlags } from './text-flags.ts';
import { vocabularyPieces } from './vocabularies.ts';

/** Formats that carry the manifest, and with it the hashes of the inputs (SETTLED A12). */
const HASHING_FORMATS: ReadonlySet<string> = new Set(['jsonl', 'html', 'sarif']);

interface HuntFlags {
  readonly format: string;
  readonly output: string;
  readonly manifest: string | undefined;
  /** Folder of `--report`. */
  readonly report: string | undefined;
  readonly clock: Clock;
  readonly options: HuntOptions;
  /** Sets of rules that are tried. */
  readonly ruleSets: readonly RuleSet[];
  readonly common: CommonFlags;
  readonly texts: TextFlags;
  readonly problems: readonly UsageProblem[];
}

/** `triad hunt PATH...` */
export async function runHunt(invocation: Invocation, environment: Environment): Promise<number> {
  const runStartMs = environment.wallMs();
  const texts = await textFlags(invocation);
  const ruled = await ruleFlagsOf(invocation, environment);
  const pinned = await pinFlagsOf(invocation, environment);
  const flags = readFlags(invocation, runStartMs, { texts, ruled, pinned });
  if (flags.problems.length > 0) return refuse(environment, flags.problems);
  const port = nodeFilePort(process.cwd());
  const outputs = [...outputsOf(flags), ...reportOutputs('report', flags.report)];
  const overwritten = [
    ...(await evidenceProblems(outputs, invocation.operands, port)),
    ...(await ruleProblems(outputs, ruled, invocation)),
  ];
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const talk = talkOf(invocation, environment);
  warnOfReview(pinned.pins, runStartMs, talk);
  const interrupt = listenForInterrupt(() => {
    talk.line('stopping  joins on what was read are being finished; a second Ctrl-C ends at once');
  });
  const started = environment.steadyMs();
  const pack = isGiven(invocation, 'no-default-rules') ? undefined : await bundledRules();
  try {
    const hunting: Hunting = {
      invocation,
      environment,
      paths: invocation.operands,
      options: flags.options,
      common: flags.common,
      texts,
      rules: ruled.rules,
      pack,
      pins: pinned.pins,
      hash: flags.manifest !== undefined || flags.report !== undefined || HASHING_FORMATS.has(flags.format),
      port,
      talk,
      interrupt,
      runStartMs,
    };
    const like = flagValue(invocation, 'like');
    if (like !== undefined) return await runLike(like, hunting);
    const outcome = await huntPaths(hunting);
    if ('code' in outcome) return outcome.code;
    const { result } = outcome;
    talk.line(doneLine(result, environment.steadyMs() - started));
    const ruleSets = pack === undefined ? flags.ruleSets : [pack.rules, ...flags.ruleSets];
    await writeResult(result, invocation, { ...flags, ruleSets }, environment, interrupt);
    if (environment.stdout.isTTY !== true || flags.format !== 'text') talk.line(summaryLine(result));
    return result.run.exit;
  } finally {
    interrupt.release();
  }
}

/** An output that would replace a rule file. */
async function ruleProblems(
  outputs: readonly NamedOutput[],
  ruled: RuleFlags,
  invocation: Invocation,
): Promise<UsageProblem[]> {
  const files = [...ruled.files, ...(invocation.flags.get('rules') ?? [])];
  const found: UsageProblem[] = [];
  for (const [, path] of outputs) if (path !== undefined) found.push(...(await rulesOverwritten(path, files)));
  return found;
}

function readFlags(
  invocation: Invocation,
  runStartMs: number,
  { texts, ruled, pinned }: { readonly texts: TextFlags; readonly ruled: RuleFlags; readonly pinned: PinFlags },
): HuntFlags {
  const common = commonFlags(invocation, runStartMs);
  const problems = [
    ...common.problems,
    ...texts.problems,
    ...ruled.problems,
    ...pinned.problems,
    ...layerProblems(invocation),
  ];
  const ruleSets = ruled.rules === undefined ? [] : [ruled.rules];
  const format = flagValue(invocation, 'format') ?? 'text';
  const output = flagValue(invocation, 'output') ?? '-';
  const manifest = flagValue(invocation, 'manifest');
  const mayOverwrite = isGiven(invocation, 'force');
  const report = flagValue(invocation, 'report');
  const outputs = outputsOf({ output, manifest });
  if (report !== undefined) problems.push(...reportFolderProblems('report', report, mayOverwrite));
  problems.push(...clashProblems(outputs, (path) => resolve(path)));
  for (const [flag, path] of outputs) {
    const problem = path === undefined ? undefined : outputProblem(flag, path, mayOverwrite);
    if (problem !== undefined) problems.push(problem);
  }
  const wrongTemporary = temporaryFolderProblem(flagValue(invocation, 'temp'));
  if (wrongTemporary !== undefined) problems.push(wrongTemporary);
  const zone = flagValue(invocation, 'tz');
  const clock = zone === undefined ? UTC_CLOCK : zoneClock(zone);
  if (clock === undefined) {
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: '--tz',
      message: `"${zone}" is no time zone.`,
      action: 'Write a name such as Europe/Paris, or UTC.',
    });
  }
  const { from, to } = common;
  if (from !== undefined && to !== undefined && from.ms > to.ms) {
    problems.push({
      code: 'TRIAD-E-ARG-BAD-TIME',
      place: '--from',
      message: 'The window ends before it begins.',
      action: 'Swap --from and --to.',
    });
  }
  const attackVersion = attackVersionFlag(invocation);
  const options: HuntOptions = {
    ...(from === undefined ? {} : { from: formatTime(from.ms, from.ticks) }),
    ...(to === undefined ? {} : { to: formatTime(to.ms, to.ticks) }),
    hosts: invocation.flags.get('host') ?? [],
    minLevel: (flagValue(invocation, 'min-level') ?? 'informational') as Level,
    failLevel: (flagValue(invocation, 'fail-level') ?? 'medium') as Level | 'never',
    carve: !isGiven(invocation, 'no-carve'),
    strict: isGiven(invocation, 'strict'),
    ...(texts.mapDigests.length === 0 ? {} : { maps: texts.mapDigests }),
    ...(ruled.digests.length === 0 ? {} : { rules: ruled.digests }),
    ...(ruled.pipelines.length === 0 ? {} : { pipelines: ruled.pipelines }),
    ...(ruled.placeholders.length === 0 ? {} : { placeholders: ruled.placeholders }),
    ...(pinned.digests.length === 0 ? {} : { pins: pinned.digests }),
    ...(texts.assumedZone === undefined ? {} : { assumeZone: flagValue(invocation, 'assume-zone') ?? '' }),
    ...(attackVersion === undefined ? {} : { attackVersion }),
  };
  return { format, output, manifest, report, clock: clock ?? UTC_CLOCK, options, ruleSets, common, texts, problems };
}

function outputsOf(flags: Pick<HuntFlags, 'output' | 'manifest'>): readonly NamedOutput[] {
  return [
    ['output', flags.output],
    ['manifest', flags.manifest],
  ];
}

function pieces(
  result: HuntResult,
  invocation: Invocation,
  flags: HuntFlags,
  environment: Environment,
  wrote: readonly string[],
): Iterable<string> {
  switch (flags.format) {
    case 'json':
      return renderJson(result);
    case 'jsonl':
      return renderJsonl(result);
    case 'csv':
      return renderCsv(result);
    case 'timesketch':
      return renderTimesketch(result);
    case 'hayabusa-csv':
      return renderHayabusaCsv(result);
    case 'html':
      return renderHtml(result);
    case 'sarif':
      return renderHuntSarif(result, CATALOGUE);
    case 'navigator':
      return flagValue(invocation, 'layer') === 'coverage'
        ? huntCoverage(result, flags.ruleSets)
        : renderDetectedLayer(result);
    case 'ecs':
    case 'ocsf':
    case 'stix':
      return vocabularyPieces(flags.format, result, environment.version);
    default:
      return renderText(result, {
        ascii: wantsAscii(environment),
        color: flags.output === '-' && wantsColor(environment, flagValue(invocation, 'color')),
        all: isGiven(invocation, 'all'),
        clock: flags.clock,
        paths: invocation.operands,
        wrote: [...wrote, ...(flags.manifest === undefined ? [] : [flags.manifest])],
        ...resultFileOf(wrote),
      });
  }
}

/** The file among these that explain and graph read. */
function resultFileOf(wrote: readonly string[]): { readonly resultFile?: string } {
  const file = wrote.find((path) => path.endsWith('findings.jsonl'));
  return file === undefined ? {} : { resultFile: file };
}

/** Writes the report folder, the result, and then the manifest, which names both with their hashes. */
async function writeResult(
  result: HuntResult,
  invocation: Invocation,
  flags: HuntFlags,
  environment: Environment,
  interrupt: Interrupt,
): Promise<void> {
  const outputs = new Outputs(environment, interrupt);
  const wrote = flags.report === undefined ? [] : await writeReport(flags.report, result, outputs);
  await outputs.write(flags.output, pieces(result, invocation, flags, environment, wrote));
  if (flags.manifest !== undefined) await outputs.writeManifest(flags.manifest, result);
}

function doneLine(result: HuntResult, elapsedMs: number): string {
  const seconds = elapsedMs / 1000;
  const rate = Math.round(result.run.records / Math.max(seconds, 0.001));
  const memory = Math.round((result.run.peakRss ?? 0) / 1048576);
  return `done      ${plural(result.run.records, 'record')} in ${seconds.toFixed(1)} s, ${count(rate)} a second, peak memory ${memory} MiB`;
}

function summaryLine(result: HuntResult): string {
  const { incidents, subscriptions, findings } = result;
  const levels =
    incidents.length > 0
      ? incidents.map(({ level }) => level)
      : [...subscriptions.map(({ verdict }) => verdict.level), ...findings.map(({ level }) => level)];
  const parts = [...LEVELS]
    .reverse()
    .map((level) => [level, levels.filter((found) => found === level).length] as const)
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${n} ${level}`);
  return (
    `${incidents.length === 0 ? '' : `${plural(incidents.length, 'incident')} of `}` +
    `${plural(subscriptions.length, 'subscription')}, ${plural(findings.length, 'finding')}` +
    `${parts.length === 0 ? '' : `: ${parts.join(', ')}`}; ${plural(result.gaps.length, 'gap')}. Exit ${result.run.exit}.`
  );
}
