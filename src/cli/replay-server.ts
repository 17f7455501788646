import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncidentRowDocument, Page } from '../api/index.ts';
import { configurationOf, readConfigText } from '../config/index.ts';
import type { RuleSet } from '../intake/index.ts';
import type { Pin } from '../pins/index.ts';
import { plural } from '../report/index.ts';
import { LOCAL_TOKEN, type RunningServer, startServer } from '../serve/index.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import type { Fed, Feed } from './replay-feed.ts';
import { sendRequest } from './send-request.ts';
import { shortTime, table } from './server-rows.ts';

/** A replay has no lateness to wait for, and holds as much as a server can be told to. */
const SETTINGS = [
  'listen: 127.0.0.1:0',
  'journal: { reserveBytes: 0 B }',
  'detection: { lateness: 24h, heldTime: 90d, heldBytes: 2 GiB }',
  'log: { level: error }',
].join('\n');

export interface Replayed {
  readonly fed: Fed;
  /** The queue, worst first, and each incident whole, in its order. */
  readonly rows: readonly IncidentRowDocument[];
  readonly incidents: readonly unknown[];
}

/** What a live server says of the fed events after the last watermark: over a store of its own, which goes with it. */
export async function replayedIncidents(
  feed: Feed,
  environment: Environment,
  given: { readonly rules: RuleSet | undefined; readonly pack: RuleSet | undefined; readonly pins: readonly Pin[] },
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
  feed: Feed,
  environment: Environment,
  given: { readonly rules: RuleSet | undefined; readonly pack: RuleSet | undefined; readonly pins: readonly Pin[] },
): Promise<Replayed | { readonly code: number }> {
  const configuration = configurationOf([readConfigText(SETTINGS, 'replay')]);
  if (configuration.kind === 'problems') throw new Error(JSON.stringify(configuration.problems));
  let key = '';
  const started = await startServer({
    folder,
    settings: configuration.settings,
    version: environment.version,
    tls: undefined,
    pid: process.pid,
    osUser: 'replay',
    addresses: [],
    threads: Math.max(1, availableParallelism() - 1),
    ...given,
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
    const fed = await feed.to(new URL('/v1/ingest', server.url), key);
    if ('code' in fed) return fed;
    await server.finish();
    return { fed, ...(await toldBy(server, folder)) };
  } finally {
    await server.stop();
  }
}

async function toldBy(server: RunningServer, folder: string): Promise<Pick<Replayed, 'rows' | 'incidents'>> {
  const token = (await readFile(join(folder, LOCAL_TOKEN), 'utf8')).trim();
  const ask = async (path: string): Promise<unknown> => {
    // A connection that is kept open would hold up the end of the server.
    const headers = { authorization: `Bearer ${token}`, connection: 'close' };
    const { status, text } = await sendRequest(new URL(path, server.url), { method: 'GET', headers });
    if (status !== 200) throw new Error(`the server of the replay answered ${status} to ${path}`);
    return JSON.parse(text);
  };
  const rows: IncidentRowDocument[] = [];
  for (let after = ''; ; ) {
    const page = (await ask(`/v1/incidents?limit=1000${after}`)) as Page<IncidentRowDocument>;
    rows.push(...page.items.filter(({ standing }) => standing !== 'withdrawn'));
    if (page.next === undefined) break;
    after = `&after=${page.next}`;
  }
  const incidents: unknown[] = [];
  for (const { id } of rows) {
    const { incident, findings, subscriptions, gaps } = (await ask(`/v1/incidents/${id}`)) as Record<string, unknown>;
    incidents.push({ incident, findings, subscriptions, gaps });
  }
  return { rows, incidents };
}

export function replayWords({ fed, rows }: Replayed): string {
  const list = table(
    rows,
    [
      { title: 'LEVEL', of: ({ level }) => level },
      { title: 'ID', of: ({ id }) => id },
      { title: 'FIRST', of: ({ first }) => shortTime(first) },
      { title: 'WHAT', of: ({ title }) => title },
    ],
    'A live server would have said nothing.',
  );
  return `${list}${plural(fed.events, 'event')} in ${plural(fed.batches, 'batch', 'batches')}, ${plural(rows.length, 'incident')} after the last watermark.\n`;
}
