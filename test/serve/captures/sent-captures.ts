import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { HuntResult } from '../../../src/report/index.ts';
import type { LoggedEvent } from '../../../testkit/index.ts';
import { huntFolder } from '../../hunt/hunted.ts';
import { folderWith } from '../../hunt/run-triad.ts';
import { Stream } from '../../live/streams.ts';
import { foundByHunt, foundByServer } from '../found-by-server.ts';
import { runServer, type ServerOptions, type TestServer } from '../running-server.ts';
import { framed, send as sendSyslog, toldOfJudgement } from '../syslog-sender.ts';
import { incidentsOfHunt, toldByServer } from '../told-incidents.ts';
import { type Protocol, requestOf, type Way, type Written, written } from './ways.ts';

/** Units of one batch. */
export const BATCH = 200;

/** In which order, and in which batches, units are sent. */
export type Order = (units: readonly string[]) => readonly (readonly string[])[];

export const inOrder: Order = (units) =>
  Array.from({ length: Math.ceil(units.length / BATCH) }, (_, at) => units.slice(at * BATCH, (at + 1) * BATCH));

/** What is sent at once: events of one span of time, all of which the shape carries. */
export interface Load {
  readonly events: readonly LoggedEvent[];
  readonly order?: Order;
}

export interface Sent {
  readonly way: Way;
  /** One after the other; each is judged to its end before the next. */
  readonly loads: readonly Load[];
  readonly options: Partial<ServerOptions>;
}

/** What was compared, and what differed. */
export interface Compared {
  readonly incidents: number;
  readonly differs?: string;
}

/** What is told in the end, without what two ways to the same evidence may differ in. */
export interface Told {
  readonly incidents: unknown;
  /** Findings and subscriptions; undefined where they are not compared. */
  readonly found: unknown;
}

/** What a hunt tells, as a server tells it. */
export function toldBy(result: HuntResult): Told {
  return { incidents: incidentsOfHunt(result), found: foundByHunt(result) };
}

/** A load as it goes to a server: batches, or the file that is put into the watched folder. */
export interface Delivery {
  readonly name: string;
  readonly file: string | Uint8Array;
  readonly batches: readonly (readonly string[])[];
}

/** Sends events to a server of their own; holds what it tells in the end against a hunt over the same text (SERVE 0.1, 2). */
export async function compareSent(context: TestContext, { way, loads, options }: Sent): Promise<Compared> {
  const deliveries = loads.map(({ events, order = inOrder }, at): Delivery => {
    const { ending, file, units } = written(way, events);
    return { name: `sent-${at}.${ending}`, file, batches: order(units) };
  });
  const whole = written(way, way.protocol === 'folder' ? [] : loads.flatMap(({ events }) => events));
  const one = { name: `sent.${whole.ending}`, file: whole.file };
  const files = way.protocol === 'folder' ? deliveries : [one];
  const folder = folderWith(
    context,
    files.map(({ name, file }) => [name, file]),
  );
  return await compareTo(context, way.protocol, deliveries, await expectedOf(way, whole, folder, options), options);
}

/** Brings loads to a server of their own, and compares what it tells in the end. */
export async function compareTo(
  context: TestContext,
  protocol: Protocol,
  deliveries: readonly Delivery[],
  expected: Told,
  options: Partial<ServerOptions>,
): Promise<Compared> {
  const folder = folderWith(context);
  const server = await runServer(context, { ...options, yaml: `${options.yaml ?? ''}${inletOf(protocol, folder)}` });
  try {
    for (const delivery of deliveries) {
      if (protocol === 'folder') await putInto(folder, delivery, server);
      else await deliver(server, protocol, delivery.batches);
      await server.server.finish();
    }
    const incidents = await toldByServer(server, ({ standing }) => standing !== 'withdrawn');
    return compared({ incidents, found: expected.found && (await foundByServer(server)) }, expected);
  } finally {
    await server.server.stop();
  }
}

async function putInto(folder: string, { name, file }: Delivery, { server }: TestServer): Promise<void> {
  writeFileSync(join(folder, name), file);
  // It is read when it was the same at two looks.
  await server.looked();
  await server.looked();
}

/** The first place at which two tellings differ. */
function compared(told: Told, expected: Told): Compared {
  const incidents = Array.isArray(expected.incidents) ? expected.incidents.length : 0;
  if (isDeepStrictEqual(told, expected)) return { incidents };
  try {
    assert.deepEqual(told, expected);
  } catch (error) {
    return { incidents, differs: String(error).slice(0, 3000) };
  }
  return { incidents };
}

async function expectedOf(
  { protocol }: Way,
  { units }: Written,
  folder: string,
  { pack }: Partial<ServerOptions>,
): Promise<Told> {
  if (protocol === 'syslog') {
    // What came so is unproven, which no hunt of a file knows: a window takes the same lines from such a sender.
    const { window } = new Stream().send(units, { file: 'sender', trust: 'unauthenticated' });
    return { incidents: toldOfJudgement(window.judge()), found: undefined };
  }
  const stated = { bundle: 'triad', count: 0, sha256: '' };
  return toldBy(await huntFolder(folder, pack === undefined ? {} : { pack: { rules: pack, stated } }));
}

/** Settings of what is not the listener: a port of syslog, or the folder that holds the file. */
function inletOf(protocol: Protocol, folder: string): string {
  if (protocol === 'syslog') return 'syslog: { listen: "127.0.0.1:0" }\n';
  return protocol === 'folder' ? `watch: { folders: [${JSON.stringify(folder)}], interval: 100ms }\n` : '';
}

async function deliver(server: TestServer, protocol: Protocol, batches: Delivery['batches']): Promise<void> {
  if (protocol === 'syslog') {
    return await sendSyslog(server.server.syslogAddresses[0] ?? '', framed(batches.flat(), 'counted'));
  }
  for (const batch of batches) await post(server, requestOf(protocol, batch));
}

/** Posts a batch; every item of it has to be taken. */
async function post({ url, key }: TestServer, { path, type, body }: ReturnType<typeof requestOf>): Promise<void> {
  const scheme = path.startsWith('/services/') ? 'Splunk' : 'Bearer';
  const headers = {
    authorization: `${scheme} ${key}`,
    'content-type': type,
    'x-splunk-request-channel': 'fe0ecfad-13d5-401b-847d-77833bd77131',
  };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.doesNotMatch(text, /"errors":true|"rejected":\[\{|"rejectedLogRecords"/, text.slice(0, 500));
}
