import type { Settings } from '../config/index.ts';
import { plural } from '../report/index.ts';
import type { RunningServer } from '../serve/index.ts';
import { type KeptReading, readKept } from '../upkeep/index.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import type { Talk } from './common.ts';
import type { Environment } from './environment.ts';
import type { Interrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { without } from './replay-diff.ts';
import { differenceOf, tellDifferences } from './replay-difference.ts';
import type { Fed, ReplayFeed } from './replay-feed.ts';
import { type Replayed, type ReplayGiven, replayedIncidents, tellReplayed } from './replay-server.ts';
import { type FeedSpan, feedSpan } from './replay-span.ts';
import { ruleFlagsOf } from './rule-flags.ts';
import { loadServeFiles } from './serve-files.ts';
import { configProblems, folderOf, settingsOf } from './server-settings.ts';

/** Batches after which it is looked whether somebody wants to stop. */
const STEP = 256;

type Reading = Exclude<KeptReading, { readonly kind: 'problem' }>;

interface ArchiveReplay {
  readonly invocation: Invocation;
  readonly environment: Environment;
  readonly talk: Talk;
  readonly interrupt: Interrupt;
}

/**
 * What a live server says of what the archive of a server holds, as it came: in the order of arrival, from the same senders, in the same bytes, with the settings, rules and
 * pins of that server unless others are named. The server may run; nothing of it is changed.
 */
export async function replayArchive(replay: ArchiveReplay): Promise<number> {
  const { invocation, environment, interrupt } = replay;
  const told = await replayedWith(replay, invocation);
  if ('code' in told) return told.code;
  await tellReplayed(invocation, environment, told);
  return interrupt.code ?? 0;
}

/** What other rules or pins would have made of the same: the archive is replayed with those of the server, and with these. */
export async function diffArchive(replay: ArchiveReplay): Promise<number> {
  const { invocation, environment, interrupt } = replay;
  const own = { ...invocation, flags: without(invocation, 'rules', 'pins', 'no-default-rules') };
  const before = await replayedWith(replay, own);
  if ('code' in before) return before.code;
  const after = await replayedWith(replay, invocation);
  if ('code' in after) return after.code;
  await tellDifferences(invocation, environment, {
    incidents: differenceOf(before.incidents, after.incidents, (one) => one),
    subscriptions: differenceOf(before.subscriptions, after.subscriptions, (one) => one),
    findings: differenceOf(before.findings, after.findings, (one) => one),
  });
  return interrupt.code ?? 0;
}

async function replayedWith(
  { environment, talk, interrupt, invocation: asked }: ArchiveReplay,
  invocation: Invocation,
): Promise<Replayed | { readonly code: number }> {
  const span = feedSpan(asked, environment);
  if ('code' in span) return span;
  const given = await givenBy(invocation, environment);
  if ('problems' in given) return { code: refuse(environment, given.problems) };
  const folder = folderOf(asked, environment);
  const reading = readKept(folder);
  if (reading.kind === 'problem') return { code: refuseFolder(environment, folder, reading) };
  const feed = new ArchiveFeed(folder, reading, span, { environment, talk, interrupt });
  return await replayedIncidents(feed, environment, { ...given, senders: reading.senders });
}

/** The settings, rules and pins that `triad serve` would take with these flags. */
async function givenBy(
  invocation: Invocation,
  environment: Environment,
): Promise<ReplayGiven | { readonly problems: readonly UsageProblem[] }> {
  const areNone = flagValue(invocation, 'pins') === 'none';
  const named = areNone ? { ...invocation, flags: without(invocation, 'pins') } : invocation;
  const configuration = await settingsOf(named, environment);
  if (configuration.kind === 'problems') return { problems: configProblems(configuration) };
  // A replay has no certificate and tells nobody, and is held up by neither.
  const tls = { certificate: undefined, key: undefined };
  const settings: Settings = { ...configuration.settings, tls, sinks: {} };
  const files = await loadServeFiles(settings, named, environment);
  if ('problems' in files) return files;
  // Flags beside --rules say how rules are read, which no setting does.
  const ruled = invocation.flags.has('rules') ? await ruleFlagsOf(invocation, environment) : undefined;
  if (ruled !== undefined && ruled.problems.length > 0) return { problems: ruled.problems };
  const { pack, pins = [], reading } = files;
  return {
    rules: ruled === undefined ? files.rules : ruled.rules,
    pack,
    pins: areNone ? [] : pins,
    settings,
    ...(reading === undefined ? {} : { reading }),
  };
}

/** The archive of a folder, batch by batch. */
class ArchiveFeed implements ReplayFeed {
  readonly #folder: string;
  readonly #reading: Reading;
  readonly #span: FeedSpan;
  readonly #parts: Pick<ArchiveReplay, 'environment' | 'talk' | 'interrupt'>;

  constructor(
    folder: string,
    reading: Reading,
    span: FeedSpan,
    parts: Pick<ArchiveReplay, 'environment' | 'talk' | 'interrupt'>,
  ) {
    this.#folder = folder;
    this.#reading = reading;
    this.#span = span;
    this.#parts = parts;
  }

  async into(server: RunningServer): Promise<Fed | { readonly code: number }> {
    const { environment, talk, interrupt } = this.#parts;
    const { from, to } = this.#span;
    let batches = 0;
    let events = 0;
    // A span ends before its end, and what was asked for lies in it.
    for (const batch of this.#reading.batches({ from, to: to && { ms: to.ms, ticks: to.ticks + 1 } })) {
      await server.takeKept(batch);
      batches++;
      events += batch.length;
      if (batches % STEP === 0) await new Promise((resolve) => setImmediate(resolve));
      if (interrupt.signal.aborted) break;
    }
    const { damaged, gone } = this.#reading.notes;
    if (damaged + gone > 0) {
      talk.say('warn', {
        code: 'TRIAD-W-ARCHIVE-PARTS',
        place: this.#folder,
        message: `${plural(damaged, 'stretch', 'stretches')} of the archive did not verify, ${plural(gone, 'segment')} went meanwhile.`,
        action: 'What is told rests on the rest; triad doctor looks at the archive.',
      });
    }
    if (events > 0) return { events, batches };
    return { code: nothingFed(environment, this.#folder) };
  }
}

function refuseFolder(
  environment: Environment,
  place: string,
  { isMissing, text }: { readonly isMissing: boolean; readonly text: string },
): number {
  const action = isMissing
    ? 'Name the folder of a server with --data, or logs as PATH.'
    : 'triad doctor looks at the folder.';
  const code = refuse(environment, [{ code: 'TRIAD-E-REPLAY-ARCHIVE', place, message: text, action }]);
  return isMissing ? code : 3;
}

function nothingFed(environment: Environment, place: string): number {
  refuse(environment, [
    {
      code: 'TRIAD-E-IO-NOTHING-READ',
      place,
      message: 'No event was found, so nothing was replayed.',
      action: 'Widen --feed-from and --feed-to; the archive has an event about a second after it came.',
    },
  ]);
  return 3;
}
