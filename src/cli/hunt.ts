import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { type HuntOutcome, type HuntRequest, hunt, nodeFilePort } from '../hunt/index.ts';
import type { FilePort } from '../intake/index.ts';
import {
  buildManifest,
  type Clock,
  count,
  type HuntOptions,
  type HuntResult,
  type ManifestOutput,
  plural,
  renderCsv,
  renderHayabusaCsv,
  renderHtml,
  renderJson,
  renderJsonl,
  renderManifest,
  renderText,
  renderTimesketch,
  UTC_CLOCK,
  zoneClock,
} from '../report/index.ts';
import { formatTime, LEVELS, type Level } from '../windows/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { type CommonFlags, commonFlags, pathProblems, type Talk, talkOf } from './common.ts';
import { type Environment, wantsAscii, wantsColor } from './environment.ts';
import { clashProblems, evidenceProblems, type NamedOutput } from './evidence-outputs.ts';
import { type Interrupt, listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { openSink, outputProblem, type Sink, temporaryFolderProblem, writeAll } from './output.ts';
import { type TextFlags, textFlags } from './text-flags.ts';

/** Kept events in memory before sorted runs go to disk (SETTLED A21). */
const MEMORY_BYTES = 128 * 1024 * 1024;
/** Hosts that are named when the one asked for is not there. */
const TOLD_HOSTS = 20;
/** Formats that carry the manifest, and with it the hashes of the inputs (SETTLED A12). */
const HASHING_FORMATS: ReadonlySet<string> = new Set(['jsonl', 'html']);

interface HuntFlags {
  readonly format: string;
  readonly output: string;
  readonly manifest: string | undefined;
  readonly clock: Clock;
  readonly options: HuntOptions;
  readonly common: CommonFlags;
  readonly texts: TextFlags;
  readonly problems: readonly UsageProblem[];
}

/** `triad hunt PATH...` */
export async function runHunt(invocation: Invocation, environment: Environment): Promise<number> {
  const runStartMs = environment.wallMs();
  const texts = await textFlags(invocation);
  const flags = readFlags(invocation, runStartMs, texts);
  if (flags.problems.length > 0) return refuse(environment, flags.problems);
  const port = nodeFilePort(process.cwd());
  const overwritten = await evidenceProblems(outputsOf(flags), invocation.operands, port);
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const talk = talkOf(invocation, environment);
  const interrupt = listenForInterrupt(() => {
    talk.line('stopping  joins on what was read are being finished; a second Ctrl-C ends at once');
  });
  const started = environment.steadyMs();
  try {
    const outcome = await hunt(requestOf(invocation, environment, flags, port, talk, interrupt, runStartMs));
    if (outcome.kind !== 'done') return refuseInputs(outcome, environment, talk);
    const result = withRun(outcome.result, environment, interrupt);
    talk.progress.finish(result.run.records);
    talk.line(doneLine(result, environment.steadyMs() - started));
    await writeResult(result, invocation, flags, environment, interrupt);
    if (environment.stdout.isTTY !== true || flags.format !== 'text') talk.line(summaryLine(result));
    return result.run.exit;
  } finally {
    interrupt.release();
  }
}

function readFlags(invocation: Invocation, runStartMs: number, texts: TextFlags): HuntFlags {
  const common = commonFlags(invocation, runStartMs);
  const problems = [...common.problems, ...texts.problems];
  const format = flagValue(invocation, 'format') ?? 'text';
  const output = flagValue(invocation, 'output') ?? '-';
  const manifest = flagValue(invocation, 'manifest');
  const mayOverwrite = isGiven(invocation, 'force');
  const outputs = outputsOf({ output, manifest });
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
  const options: HuntOptions = {
    ...(from === undefined ? {} : { from: formatTime(from.ms, from.ticks) }),
    ...(to === undefined ? {} : { to: formatTime(to.ms, to.ticks) }),
    hosts: invocation.flags.get('host') ?? [],
    minLevel: (flagValue(invocation, 'min-level') ?? 'informational') as Level,
    failLevel: (flagValue(invocation, 'fail-level') ?? 'medium') as Level | 'never',
    carve: !isGiven(invocation, 'no-carve'),
    strict: isGiven(invocation, 'strict'),
    ...(texts.mapDigests.length === 0 ? {} : { maps: texts.mapDigests }),
    ...(texts.assumedZone === undefined ? {} : { assumeZone: flagValue(invocation, 'assume-zone') ?? '' }),
  };
  return { format, output, manifest, clock: clock ?? UTC_CLOCK, options, common, texts, problems };
}

function outputsOf(flags: Pick<HuntFlags, 'output' | 'manifest'>): readonly NamedOutput[] {
  return [
    ['output', flags.output],
    ['manifest', flags.manifest],
  ];
}

function requestOf(
  invocation: Invocation,
  environment: Environment,
  flags: HuntFlags,
  port: FilePort,
  talk: Talk,
  interrupt: Interrupt,
  runStartMs: number,
): HuntRequest {
  return {
    paths: invocation.operands,
    port,
    options: flags.options,
    from: flags.common.from,
    to: flags.common.to,
    ...(flags.texts.maps.length === 0 ? {} : { maps: flags.texts.maps }),
    ...(flags.texts.assumedZone === undefined ? {} : { assumedZone: flags.texts.assumedZone }),
    jobs: flags.common.jobs,
    hash: flags.manifest !== undefined || HASHING_FORMATS.has(flags.format),
    runStartMs,
    memoryBytes: MEMORY_BYTES,
    temporaryFolder: flagValue(invocation, 'temp') ?? tmpdir(),
    signal: interrupt.signal,
    onTemporaryFolder: (folder) => interrupt.addFolder(folder),
    onProgress: (state) => {
      talk.progress.update({
        doneBytes: state.doneBytes,
        totalBytes: state.totalBytes,
        records: state.records,
        subscriptionRecords: state.subscriptionRecords,
        input: state.source.file,
        member: state.source.container?.at(-1),
      });
    },
    nowMs: () => environment.steadyMs(),
    tool: { name: 'triad', version: environment.version },
  };
}

/** Paths that are not there are usage (exit 2); paths with no event log in them are unreadable evidence (exit 3). */
function refuseInputs(outcome: Exclude<HuntOutcome, { kind: 'done' }>, environment: Environment, talk: Talk): number {
  if (outcome.kind === 'problems') return refuse(environment, pathProblems(outcome.problems));
  if (outcome.kind === 'noHost') {
    const told = outcome.hosts.slice(0, TOLD_HOSTS).join(', ');
    const more = outcome.hosts.length > TOLD_HOSTS ? ` and ${outcome.hosts.length - TOLD_HOSTS} more` : '';
    for (const name of outcome.names) {
      talk.say('error', {
        code: 'TRIAD-E-ARG-NO-HOST',
        place: `--host ${name}`,
        message: 'No record in the evidence is of this host, so nothing can be said of it. This is not a clean result.',
        action: `The evidence has: ${told}${more}.`,
      });
    }
    return 3;
  }
  for (const anomaly of outcome.found.anomalies) {
    talk.say(anomaly.level, { code: anomaly.code, place: anomaly.file, message: anomaly.message, action: '' });
  }
  const kinds = outcome.found.notRead.map((item) => `${item.count} × ${item.kind} (${item.advice})`);
  talk.say('error', {
    code: 'TRIAD-E-IO-NOTHING-READ',
    place:
      outcome.found.inputs
        .map((input) => input.source.file)
        .slice(0, 3)
        .join(', ') || 'the paths given',
    message: 'Not one record was found in them, so nothing was judged. This is not a clean result.',
    action:
      kinds.length === 0
        ? 'Name .evtx files, or a folder, zip or gz that holds some.'
        : `There is: ${kinds.join('; ')}.`,
  });
  return 3;
}

/** The result with what only this run knows (L7): times, memory, machine, and the code of an interrupt. */
function withRun(result: HuntResult, environment: Environment, interrupt: Interrupt): HuntResult {
  return {
    ...result,
    run: {
      ...result.run,
      exit: interrupt.code ?? result.run.exit,
      end: formatTime(environment.wallMs(), 0),
      utcOffsetMinutes: -new Date(environment.wallMs()).getTimezoneOffset(),
      peakRss: process.resourceUsage().maxRSS * 1024,
      argv: environment.argv,
      runtime: `node ${process.versions.node}`,
      os: process.platform,
      arch: process.arch,
    },
  };
}

function pieces(
  result: HuntResult,
  invocation: Invocation,
  flags: HuntFlags,
  environment: Environment,
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
    default:
      return renderText(result, {
        ascii: wantsAscii(environment),
        color: flags.output === '-' && wantsColor(environment, flagValue(invocation, 'color')),
        all: isGiven(invocation, 'all'),
        clock: flags.clock,
        paths: invocation.operands,
        wrote: flags.manifest === undefined ? [] : [flags.manifest],
      });
  }
}

/** Writes the result and then the manifest, which names it with its hash; neither is ever half there. */
async function writeResult(
  result: HuntResult,
  invocation: Invocation,
  flags: HuntFlags,
  environment: Environment,
  interrupt: Interrupt,
): Promise<void> {
  const sink = openSink(flags.output, environment.stdout);
  interrupt.onSecond(() => sink.discard());
  const written = new HashedSink(sink);
  await writeAll(written, pieces(result, invocation, flags, environment));
  await sink.commit();
  if (flags.manifest === undefined) return;
  const outputs = flags.output === '-' ? [] : [written.output(flags.output)];
  const manifest = openSink(flags.manifest, environment.stdout);
  interrupt.onSecond(() => manifest.discard());
  await manifest.write(renderManifest(buildManifest(result, outputs)));
  await manifest.commit();
}

/** Hashes what passes. */
class HashedSink implements Sink {
  readonly #sink: Sink;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  get isOpen(): boolean {
    return this.#sink.isOpen;
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#sink.write(text);
  }

  commit(): Promise<void> {
    return this.#sink.commit();
  }

  discard(): void {
    this.#sink.discard();
  }

  output(path: string): ManifestOutput {
    return { path, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

function doneLine(result: HuntResult, elapsedMs: number): string {
  const seconds = elapsedMs / 1000;
  const rate = Math.round(result.run.records / Math.max(seconds, 0.001));
  const memory = Math.round((result.run.peakRss ?? 0) / 1048576);
  return `done      ${plural(result.run.records, 'record')} in ${seconds.toFixed(1)} s, ${count(rate)} a second, peak memory ${memory} MiB`;
}

function summaryLine(result: HuntResult): string {
  const levels = [...result.subscriptions.map((d) => d.verdict.level), ...result.findings.map((f) => f.level)];
  const parts = [...LEVELS]
    .reverse()
    .map((level) => [level, levels.filter((found) => found === level).length] as const)
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${n} ${level}`);
  return (
    `${plural(result.subscriptions.length, 'subscription')}, ${plural(result.findings.length, 'finding')}` +
    `${parts.length === 0 ? '' : `: ${parts.join(', ')}`}; ${plural(result.gaps.length, 'gap')}. Exit ${result.run.exit}.`
  );
}
