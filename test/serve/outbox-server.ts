import type { TestContext } from 'node:test';
import type { Sink } from '../../src/sinks/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { sinkOf } from '../sinks/messages.ts';
import { ask, runServer, sendLines, type TestServer } from './running-server.ts';

const SETTINGS = 'detection: { lateness: 24h, heldTime: 90d }\npublicUrl: https://triad.example';

export interface ClockedServer extends TestServer {
  /** Lets so many milliseconds pass on its clock. */
  pass(ms: number): void;
}

export async function serverWith(
  context: TestContext,
  sinks: readonly Sink[],
  folder?: string,
): Promise<ClockedServer> {
  let shiftMs = 0;
  const server = await runServer(context, {
    yaml: SETTINGS,
    sinks,
    nowMs: () => Date.now() + shiftMs,
    ...(folder === undefined ? {} : { folder }),
  });
  return {
    ...server,
    pass: (ms) => {
      shiftMs += ms;
    },
  };
}

export async function feed(server: TestServer, acts = 3): Promise<void> {
  const { events } = campaign(['wmiexec with its three legs', 'a remote process by NTLM'], { acts });
  await sendLines(server, linesOf(events));
  await server.server.finish();
}

export function named(name: string, changes: Partial<Sink>): Sink {
  return sinkOf({ ...changes, rule: { ...sinkOf().rule, name, ...changes.rule } });
}

export interface ListedMessages {
  readonly items: readonly {
    readonly id: string;
    readonly sink: string;
    readonly state: string;
    readonly incident: string;
    readonly error?: string;
  }[];
}

export async function messagesOf(server: TestServer, query = ''): Promise<ListedMessages['items']> {
  return ((await ask(server, 'GET', `/v1/outbox${query}`)).json as ListedMessages).items;
}
