import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUEUE_COLUMNS } from '../../src/api/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { EventStream } from './event-stream.ts';
import { ask, runServer, sendLines } from './running-server.ts';

const LINES = linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events);
const YAML = `detection: { lateness: 24h, heldTime: 90d }
targets: { critical: { acknowledge: 1m, contain: none }, high: { acknowledge: 1m, contain: none } }`;

interface Short {
  readonly asOf: string;
  readonly place: string;
  readonly columns: readonly string[];
  readonly items: readonly (readonly unknown[])[];
  readonly next?: string;
}

test('G10 short rows come with their columns and the place in the stream; the stream tells the same rows and its build', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  const stream = await EventStream.open(server);
  t.after(() => stream.close());
  await sendLines(server, LINES);
  await server.server.finish();
  await stream.has(() => stream.of('incident').length > 0, 'told');
  const { status, json } = await ask(server, 'GET', '/v1/incidents?view=row');
  const page = json as Short;
  assert.deepEqual(
    [status, page.columns, page.next, page.items.length > 0],
    [200, [...QUEUE_COLUMNS], undefined, true],
  );
  assert.match(page.place, /^1-\d+$/);
  const told = stream.of('incident').at(-1)?.data ?? assert.fail();
  assert.deepEqual(
    page.items.find(([id]) => id === told['id']),
    told['row'],
  );
  const [hello] = stream.of('hello');
  assert.deepEqual([hello?.data['build'], typeof hello?.data['version']], [hello?.data['version'], 'string']);
  const { json: whole } = await ask(server, 'GET', '/v1/incidents?limit=1');
  const [first] = (whole as { items: readonly { due?: { for: string; isOverdue: boolean } }[] }).items;
  assert.deepEqual([first?.due?.for, first?.due?.isOverdue], ['acknowledge', false]);
  const { json: counts } = await ask(server, 'GET', '/v1/incidents/counts');
  const { overdue, unassigned, mine, suppressed } = counts as Readonly<Record<string, unknown>>;
  assert.deepEqual(
    [overdue, unassigned, mine, suppressed],
    [0, page.items.length, 0, { incidents: 0, suppressions: 0 }],
  );
  for (const wrong of ['view=rows', 'view=', 'view=row&limit=1001'])
    assert.equal((await ask(server, 'GET', `/v1/incidents?${wrong}`)).status, 400, wrong);
  assert.equal((await ask(server, 'GET', '/v1/incidents/counts?state=open')).status, 400);
});
