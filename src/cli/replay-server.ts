import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  FindingRowDocument,
  FoundColumns,
  IncidentRowDocument,
  Page,
  SubscriptionRowDocument,
} from '../api/index.ts';
import { configurationOf, readConfigText, type Settings } from '../config/index.ts';
import type { RuleSet } from '../intake/index.ts';
import type { Pin } from '../pins/index.ts';
import { plural } from '../report/index.ts';
import { LOCAL_TOKEN, type Reading, type RunningServer, type ServeRequest, startServer } from '../serve/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { openSink } from './output.ts';
import type { Fed, ReplayFeed } from './replay-feed.ts';
import { sendRequest } from './send-request.ts';
import { table, timeColumn } from './server-rows.ts';

/** A replay has no lateness to wait for, and holds as much as a server can be told to. */
const SETTINGS = [
  'listen: 127.0.0.1:0',
  'journal: { reserveBytes: 0 B }',
  'detection: { lateness: 24h, heldTime: 90d, heldBytes: 2 GiB }',
  'log: { level: error }',
].join('\n');
/** What was judged is let go of at the next look: the archive that it is from has it. */
const SHORTLY_MS = 1000;

type KeptSenders = NonNullable<ServeRequest['senders']>;

/** What a replay judges with. */
export interface ReplayGiven {
  readonly rules: RuleSet | undefined;
  readonly pack: RuleSet | undefined;
  readonly pins: readonly Pin[];
  /** Those of the server whose archive it is. */
  readonly settings?: Settings;
  readonly reading?: Reading;
  /** Its senders, by their ids. */
  readonly senders?: KeptSenders;
}

/** A thing of which two replays can be compared: what it is called and worth, and whatever else is told of it. */
export interface ToldThing {
  readonly id: string;
  readonly level: string;
  readonly score: number;
  readonly title: string;
}

export interface Replayed {
  readonly fed: Fed;
  /** The queue, worst first, and each incident whole, in its order. */
  readonly rows: readonly IncidentRowDocument[];
  readonly documents: readonly unknown[];
  readonly incidents: readonly ToldThing[];
  readonly subscriptions: readonly ToldThing[];
  readonly findings: readonly ToldThing[];
}

/** What a live server says of the fed events after the last watermark: over a store of its own, which goes with it. */
export async function replayedIncidents(
  feed: ReplayFeed,
  environment: Environment,
  given: ReplayGiven,
): Promise<Replayed | { readonly code: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'triad-replay-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.on('exit', remove);
  try {
    return await replayIn(folder, feed, environment, given);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function replayIn(
  folder: string,
  feed: ReplayFeed,
  environment: Environment,
  given: ReplayGiven,
): Promise<Replayed | { readonly code: number }> {
  const { settings, ...judging } = given;
  let key = '';
  const started = await startServer({
    folder,
    settings: settingsFor(settings),
    version: environment.version,
    tls: undefined,
    pid: process.pid,
    osUser: 'replay',
    addresses: [],
    threads: Math.max(1, availableParallelism() - 1),
    ...judging,
    nowMs: environment.wallMs,
    steadyMs: environment.steadyMs,
    random: (bytes) => randomBytes(bytes),
    writeLog: (line) => environment.stderr.write(line),
    showSecret: (_, secret) => {
      key = secret;
      return true;
    },
  });
  if (started.kind === 'refused') {
    const { code, message, action } = started;
    return { code: refuse(environment, [{ code, place: folder, message, action }]) };
  }
  const { server } = started;
  try {
    const fed = await feed.into(server, key);
    if ('code' in fed) return fed;
    await server.finish();
    return { fed, ...(await toldBy(server, folder)) };
  } finally {
    await server.stop();
  }
}

/** Settings of a replay: of those of a server how it reads and detects; nothing is archived anew. */
function settingsFor(own: Settings | undefined): Settings {
  const configuration = configurationOf([readConfigText(SETTINGS, 'replay')]);
  if (configuration.kind === 'problems') throw new Error(JSON.stringify(configuration.problems));
  const { settings } = configuration;
  if (own === undefined) return settings;
  const { archive, journal } = settings;
  return {
    ...settings,
    detection: own.detection,
    read: own.read,
    archive: { ...archive, enabled: false },
    journal: { ...journal, keepTime: SHORTLY_MS },
  };
}

async function toldBy(server: RunningServer, folder: string): Promise<Omit<Replayed, 'fed'>> {
  const token = (await readFile(join(folder, LOCAL_TOKEN), 'utf8')).trim();
  const ask = async (path: string): Promise<unknown> => {
    // A connection that is kept open would hold up the end of the server.
    const headers = { authorization: `Bearer ${token}`, connection: 'close' };
    const { status, text } = await sendRequest(new URL(path, server.url), { method: 'GET', headers });
    if (status !== 200) throw new Error(`the server of the replay answered ${status} to ${path}`);
    return JSON.parse(text);
  };
  const all = async <Row extends { readonly standing: string }>(path: string): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    for (let after = ''; ; ) {
      const page = (await ask(`${path}?limit=1000${after}`)) as Page<Row>;
      rows.push(...page.items.filter(({ standing }) => standing !== 'withdrawn'));
      if (page.next === undefined) return rows;
      after = `&after=${page.next}`;
    }
  };
  const rows = await all<IncidentRowDocument>('/v1/incidents');
  const documents: unknown[] = [];
  const incidents: ToldThing[] = [];
  for (const { id } of rows) {
    const { incident, findings, subscriptions, gaps } = (await ask(`/v1/incidents/${id}`)) as Record<string, unknown>;
    documents.push({ incident, findings, subscriptions, gaps });
    // The names that it had meanwhile follow when it was judged.
    const { aliases: _, ...told } = incident as ToldThing & { readonly aliases?: unknown };
    incidents.push(told);
  }
  const dossiers = await all<SubscriptionRowDocument>('/v1/subscriptions');
  const findings = await all<FindingRowDocument>('/v1/findings');
  return {
    rows,
    documents,
    incidents,
    subscriptions: dossiers.map((row) => {
      const { filter, consumer, host } = row;
      return { ...found(row), title: `${consumer ?? filter ?? 'a subscription'} on ${host}` };
    }),
    findings: findings.map(found),
  };
}

/** What was found, without when this replay told it and in which version. */
function found<Row extends FoundColumns>(row: Row): Omit<Row, 'version' | 'standing' | 'created' | 'changed'> {
  const { version: _, standing: __, created: ___, changed: ____, ...told } = row;
  return told;
}

/** Prints what was told, as it was asked for. */
export async function tellReplayed(invocation: Invocation, environment: Environment, told: Replayed): Promise<void> {
  const sink = openSink(flagValue(invocation, 'output') ?? '-', environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  await sink.write(isJson ? `${JSON.stringify(told.documents, null, 2)}\n` : replayWords(told));
  await sink.commit();
}

function replayWords({ fed, rows }: Replayed): string {
  const list = table(
    rows,
    [
      { title: 'LEVEL', of: ({ level }) => level },
      { title: 'ID', of: ({ id }) => id },
      timeColumn('FIRST', ({ first }) => first),
      { title: 'WHAT', of: ({ title }) => title },
    ],
    'A live server would have said nothing.',
  );
  return `${list}${plural(fed.events, 'event')} in ${plural(fed.batches, 'batch', 'batches')}, ${plural(rows.length, 'incident')} after the last watermark.\n`;
}
