import { contentOf } from '../../src/live/index.ts';
import { foundByServer } from './found-by-server.ts';
import { ask, type ServerOptions, startInProcess, type TestServer } from './running-server.ts';
import { toldByServer } from './told-incidents.ts';

/** All that a server tells, table by table, without what differs between two runs over the same events: times of the server and places. */
export interface ToldTables {
  readonly incidents: unknown;
  /** Findings and subscriptions. */
  readonly found: unknown;
  readonly hosts: readonly unknown[];
}

interface HostDocument {
  readonly records: number;
  readonly gaps: number;
  readonly subscriptions: number;
  readonly openIncidents: number;
  readonly names: readonly string[];
  readonly logs: unknown;
  readonly senders: readonly { readonly sender: string; readonly records: number }[];
  readonly blind: readonly unknown[];
}

export async function toldTables(server: TestServer): Promise<ToldTables> {
  const keys = await keysOfHosts(server);
  const hosts: unknown[] = [];
  for (const key of keys.toSorted()) {
    const { json } = await ask(server, 'GET', `/v1/hosts/${encodeURIComponent(key)}`);
    const { records, gaps, subscriptions, openIncidents, names, logs, senders, blind } = json as HostDocument;
    const counted = senders.map((one) => `${one.sender}: ${one.records}`).toSorted();
    const counts = { records, gaps, subscriptions, openIncidents, senders: counted };
    hosts.push(contentOf({ key, ...counts, names: names.toSorted(), logs, blind }));
  }
  // What was told and taken back stays in the lists; a server that never had half of the evidence never told it.
  const incidents = await toldByServer(server, ({ standing }) => standing !== 'withdrawn');
  return { incidents, found: await foundByServer(server), hosts };
}

/** What a server tells of a folder when nothing is waited for any more; before that it may be sent something. */
export async function finalTables(
  options: ServerOptions,
  send: (server: TestServer) => Promise<void> = async () => undefined,
): Promise<ToldTables> {
  const running = await startInProcess(options);
  try {
    await send(running);
    await running.server.finish();
    return await toldTables(running);
  } finally {
    await running.server.stop();
  }
}

async function keysOfHosts(server: TestServer): Promise<readonly string[]> {
  const keys: string[] = [];
  for (let after: string | undefined = '', query = ''; after !== undefined; query = `&after=${after}`) {
    const { json } = await ask(server, 'GET', `/v1/hosts?limit=100${query}`);
    const page = json as { readonly items: readonly { readonly key: string }[]; readonly next?: string };
    keys.push(...page.items.map(({ key }) => key));
    after = page.next;
  }
  return keys;
}

/** How many rows of each kind tables hold. */
export function countsOf({ incidents, found, hosts }: ToldTables): Readonly<Record<string, number>> {
  const { finding, subscription } = found as Record<string, readonly unknown[] | undefined>;
  return {
    incidents: Array.isArray(incidents) ? incidents.length : 0,
    findings: finding?.length ?? 0,
    subscriptions: subscription?.length ?? 0,
    hosts: hosts.length,
  };
}
