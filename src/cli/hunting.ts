import { tmpdir } from 'node:os';
import { type BundledRules, type HuntOutcome, type HuntRequest, hunt } from '../hunt/index.ts';
import type { FilePort, RuleSet } from '../intake/index.ts';
import type { Pin } from '../pins/index.ts';
import { type HuntOptions, type HuntResult, placeName } from '../report/index.ts';
import { formatTime } from '../windows/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import { type CommonFlags, pathProblems, type Talk } from './common.ts';
import type { Environment } from './environment.ts';
import type { Interrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import type { TextFlags } from './text-flags.ts';

/** Kept events in memory before sorted runs go to disk (SETTLED A21). */
const MEMORY_BYTES = 128 * 1024 * 1024;
/** Hosts that are named when the one asked for is not there. */
/** Anomalies of one code that are told one by one. */
const TOLD_OF_A_CODE = 3;
const TOLD_HOSTS = 20;

/** What one hunt of the command line needs, whichever verb asked for it. */
export interface Hunting {
  readonly invocation: Invocation;
  readonly environment: Environment;
  readonly paths: readonly string[];
  readonly options: HuntOptions;
  readonly common: CommonFlags;
  readonly texts: TextFlags;
  readonly rules?: RuleSet | undefined;
  readonly pack?: BundledRules | undefined;
  readonly pins?: readonly Pin[] | undefined;
  readonly hash: boolean;
  readonly port: FilePort;
  readonly talk: Talk;
  readonly interrupt: Interrupt;
  readonly runStartMs: number;
}

/** The result of a hunt, or the exit code of one that could not be made; what went wrong is said. */
export async function huntPaths(
  hunting: Hunting,
): Promise<{ readonly result: HuntResult } | { readonly code: number }> {
  const { environment, interrupt, talk } = hunting;
  const outcome = await hunt(requestOf(hunting));
  if (outcome.kind !== 'done') return { code: refuseInputs(outcome, environment, talk) };
  const result = withRun(outcome.result, environment, interrupt);
  talk.progress.finish(result.run.records);
  return { result };
}

function requestOf(hunting: Hunting): HuntRequest {
  const { invocation, environment, common, texts, talk, interrupt } = hunting;
  return {
    paths: hunting.paths,
    port: hunting.port,
    options: hunting.options,
    from: common.from,
    to: common.to,
    ...(texts.maps.length === 0 ? {} : { maps: texts.maps }),
    ...(texts.assumedZone === undefined ? {} : { assumedZone: texts.assumedZone }),
    ...(texts.passwords.length === 0 ? {} : { passwords: texts.passwords }),
    ...(hunting.rules === undefined ? {} : { rules: hunting.rules }),
    ...(hunting.pins === undefined ? {} : { pins: hunting.pins }),
    ...(hunting.pack === undefined ? {} : { pack: hunting.pack }),
    jobs: common.jobs,
    hash: hunting.hash,
    runStartMs: hunting.runStartMs,
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
  const byCode = Map.groupBy(outcome.found.anomalies, ({ code }) => code);
  for (const [code, anomalies] of byCode) {
    for (const [i, anomaly] of anomalies.slice(0, TOLD_OF_A_CODE).entries()) {
      const more = anomalies.length - TOLD_OF_A_CODE;
      const action = i === TOLD_OF_A_CODE - 1 && more > 0 ? `And ${more} more of ${code}.` : '';
      talk.say(anomaly.level, { code, place: placeName(anomaly), message: anomaly.message, action });
    }
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
        ? 'Name .evtx files, a WMI repository, or a folder or archive that holds some.'
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
