import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { incidentWrites } from '../../src/serve/detect/incident-writes.ts';
import type { State, StateLimits } from '../../src/state/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { got, newState } from '../state/opened-state.ts';
import { act } from '../state/told-incidents.ts';
import { Feed } from './detection-feed.ts';

/** One process that is an incident of level medium by itself. */
const LINE =
  linesOf(campaign(['wmiexec with its three legs'], { acts: 0 }).events).find((line) => line.includes('"0xb10"')) ?? '';
const TIME = '2026-03-12T10:00:00.724Z';
const MINUTE_MS = 60_000;
/** A window of some eight rows, of which the newest two are held longer if incidents cite them. */
const SMALL = { heldBytes: 4096, heldMs: 30 * MINUTE_MS };

/** A flood: each minute the same on another host. */
function lineAt(minute: number): string {
  const time = new Date(timeAt(minute)).toISOString();
  return LINE.replaceAll(TIME, time).replaceAll('SRV-0008', `SRV-${1000 + minute}`);
}

function timeAt(minute: number): number {
  return Date.parse(TIME) + minute * MINUTE_MS;
}

/** Detection and a state with bounds, which tell each other what they do. */
class Server {
  readonly feed = new Feed(SMALL);
  readonly state: State;
  readonly dropped: string[] = [];
  readonly held: number[] = [];
  #steps = 0;

  constructor(state: State) {
    this.state = state;
  }

  async flood(from: number, to: number): Promise<void> {
    for (let minute = from; minute < to; minute++) {
      this.feed.send([lineAt(minute)], 'a', timeAt(minute) + 1000).at(timeAt(minute) + 2000);
      await this.commit();
    }
  }

  async commit(): Promise<void> {
    for (const step of this.feed.steps.slice(this.#steps)) {
      const writes = incidentWrites(step);
      const { incidents, droppedIncidents } = await got(this.state.call('commit', { judged: 1, writes }));
      const versions = incidents.flatMap(({ id, version }) => (version === undefined ? [] : [{ id, version }]));
      this.feed.detection.take({ kind: 'settled', versions, dropped: droppedIncidents });
      this.dropped.push(...droppedIncidents);
      const { held } = await got(this.state.call('incidentRoom', null));
      this.held.push(held);
    }
    this.#steps = this.feed.steps.length;
  }
}

async function server(t: TestContext, limits: Partial<StateLimits>): Promise<Server> {
  return new Server(await newState(t, limits));
}

test('L15 L14 a flood of untouched incidents keeps to the bound: each is told once, with the id that it has without one', async (t) => {
  const free = await server(t, {});
  await free.flood(0, 40);
  assert.deepEqual([free.feed.told().length, free.dropped], [40, []]);
  const bound = await server(t, { incidents: 12 });
  await bound.flood(0, 40);
  assert.deepEqual(bound.feed.told(), free.feed.told());
  assert.equal(Math.max(...bound.held), 12);
  // The oldest went, in their order.
  const ids = bound.feed.told().map((one) => one.split(' ')[0]);
  assert.deepEqual(bound.dropped, ids.slice(0, 28));
  assert.equal((await got(bound.state.call('incidentRoom', null))).isOverfull, false);
  // Detection has let go of them too: the same evidence once more is an incident of its own.
  bound.feed.send([lineAt(0)], 'again', timeAt(40)).at(timeAt(40) + MINUTE_MS);
  assert.deepEqual(bound.feed.told().slice(40), [`${ids[0]} 1`]);
});

test('L15 where the window alone tells more than the bound nothing that it tells goes, nor comes again, though somebody closes it', async (t) => {
  const small = await server(t, { incidents: 3 });
  await small.flood(0, 20);
  const most = Math.max(...small.held);
  assert.ok(most > 3 && most < 12, `${most} are held`);
  assert.equal((await got(small.state.call('incidentRoom', null))).isOverfull, true);
  const [closed = ''] = small.feed.told().at(-1)?.split(' ') ?? [];
  await act(small.state, closed, { action: 'verdict', verdict: 'test' });
  await act(small.state, closed, { action: 'close' });
  await small.flood(20, 22);
  assert.ok(!small.dropped.includes(closed));
  await small.flood(22, 40);
  assert.ok(small.dropped.includes(closed));
  assert.ok(Math.max(...small.held) <= most + 1);
  const told = small.feed.told();
  assert.deepEqual([told.length, new Set(told).size], [40, 40]);
  assert.deepEqual(new Set(small.dropped).size, small.dropped.length);
});
