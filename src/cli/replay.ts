import { readFile } from 'node:fs/promises';
import { answerFlags } from './answer.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import { talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { pinFlagsOf, warnOfReview } from './pin-flags.ts';
import { diffArchive, replayArchive } from './replay-archive.ts';
import { runReplayDiff } from './replay-diff.ts';
import { Feed } from './replay-feed.ts';
import { replayedIncidents, tellReplayed } from './replay-server.ts';
import { ruleFlagsOf } from './rule-flags.ts';
import { textFlags } from './text-flags.ts';

/** `triad replay [PATH...]`: 0 when it was replayed, 2 for usage, 3 where nothing could be read or sent. */
export async function runReplay(invocation: Invocation, environment: Environment): Promise<number> {
  const flags = answerFlags(invocation, environment, 'text');
  const problems = [...flags.problems, ...clashes(invocation)];
  const isArchive = invocation.operands.length === 0;
  if (isArchive && problems.length > 0) return refuse(environment, problems);
  if (isArchive) return await runArchiveReplay(invocation, environment);
  const [texts, ruled, pinned] = await Promise.all([
    textFlags(invocation),
    ruleFlagsOf(invocation, environment),
    pinFlagsOf(invocation, environment),
  ]);
  problems.push(...texts.problems, ...ruled.problems, ...pinned.problems);
  if (problems.length > 0) return refuse(environment, problems);
  const talk = talkOf(invocation, environment);
  const interrupt = listenForInterrupt(() => talk.line('stopping  what was fed so far is told'));
  try {
    warnOfReview(pinned.pins, environment.wallMs(), talk);
    const own = { rules: ruled, pins: pinned, texts };
    if (isGiven(invocation, 'diff')) return await runReplayDiff(invocation, environment, { ...own, talk, interrupt });
    const feed = new Feed(invocation, environment, { texts, talk, interrupt });
    const url = flagValue(invocation, 'url');
    if (url !== undefined) return await send(feed, invocation, environment, url);
    const pack = isGiven(invocation, 'no-default-rules') ? undefined : (await bundledRules()).rules;
    const told = await replayedIncidents(feed, environment, { rules: ruled.rules, pack, pins: pinned.pins ?? [] });
    if ('code' in told) return told.code;
    await tellReplayed(invocation, environment, told);
    return interrupt.code ?? 0;
  } finally {
    interrupt.release();
  }
}

async function runArchiveReplay(invocation: Invocation, environment: Environment): Promise<number> {
  const talk = talkOf(invocation, environment);
  const interrupt = listenForInterrupt(() => talk.line('stopping  what was fed so far is told'));
  try {
    const replay = { invocation, environment, talk, interrupt };
    return await (isGiven(invocation, 'diff') ? diffArchive(replay) : replayArchive(replay));
  } finally {
    interrupt.release();
  }
}

/** Of logs alone, and of the archive of a server alone. */
const ALONE_WITH_PATH = ['url', 'key-file', 'map', 'assume-zone', 'no-carve', 'password-file'];
const ALONE_WITH_ARCHIVE = ['data', 'config'];

/** What would mean two things at once. */
function clashes(invocation: Invocation): readonly UsageProblem[] {
  const has = (name: string): boolean => isGiven(invocation, name) || invocation.flags.has(name);
  const problem = (place: string, message: string, action: string): UsageProblem[] => [
    { code: 'TRIAD-E-ARG-VALUE', place, message, action },
  ];
  if (has('diff') && !has('rules') && !has('pins')) {
    return problem('--diff', 'There is nothing whose difference could be told.', 'Add --rules PATH or --pins FILE.');
  }
  const isArchive = invocation.operands.length === 0;
  if (isArchive && ALONE_WITH_PATH.some(has)) {
    return problem(
      `--${ALONE_WITH_PATH.find(has)}`,
      'It is of logs, and no PATH is named.',
      'Name logs; the archive of a server is read as that server reads, and sent nowhere.',
    );
  }
  if (!isArchive && ALONE_WITH_ARCHIVE.some(has)) {
    return problem(
      `--${ALONE_WITH_ARCHIVE.find(has)}`,
      'It names the archive of a server, and PATH names logs.',
      'Give one of them.',
    );
  }
  if (!isArchive && has('diff') && (has('url') || has('feed-from') || has('feed-to'))) {
    return problem(
      '--diff',
      'A difference is of whole evidence, and is sent nowhere.',
      'Leave out --url, --feed-from and --feed-to.',
    );
  }
  if (has('url') !== has('key-file')) {
    return problem('--url', 'A sender has an address and a key.', 'Give --url URL and --key-file FILE.');
  }
  if (has('url') && ['rules', 'pins', 'no-default-rules'].some(has)) {
    return problem('--url', 'The server at the address has rules and pins of its own.', 'Leave them out.');
  }
  return [];
}

/** Sends as a sender with a key; the other server tells what it finds. */
async function send(feed: Feed, invocation: Invocation, environment: Environment, url: string): Promise<number> {
  const path = flagValue(invocation, 'key-file') ?? '';
  let key: string;
  let target: URL;
  try {
    key = (await readFile(path, 'utf8')).trim();
    target = new URL('/v1/ingest', url);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const message = 'code' in cause ? String(cause.code) : cause.message;
    const problem = { code: 'TRIAD-E-ARG-VALUE', place: `--url ${url}, --key-file ${path}`, message };
    return refuse(environment, [
      { ...problem, action: 'Name an address such as https://triad:8443, and a file with a key.' },
    ]);
  }
  const fed = await feed.to(target, key);
  if ('code' in fed) return fed.code;
  environment.stdout.write(`Sent ${fed.events} events in ${fed.batches} batches to ${target.origin}.\n`);
  return 0;
}
