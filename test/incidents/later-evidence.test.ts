import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Enterprise, type EventModel, ordinaryEvents } from '../../testkit/index.ts';
import { ATTACKS, campaign } from './campaign.ts';
import { toldByEngine } from './hunted.ts';

const names = Object.keys(ATTACKS);

const DAY_S = 86_400;

/** What is said of the attacks alone, and among days of other evidence before and after them. */
function holdAmongOtherDays(isThere: (event: EventModel) => boolean): void {
  const events = campaign(names, { acts: 60 }).events.filter(isThere);
  const quiet = new Enterprise({ hosts: 3 * names.length });
  const before = ordinaryEvents(quiet, { acts: 400, fromS: -3 * DAY_S, toS: -2 * DAY_S });
  const after = ordinaryEvents(quiet, { acts: 400, fromS: 2 * DAY_S, toS: 4 * DAY_S });
  const alone = toldByEngine(events);
  const among = toldByEngine([...before, ...events, ...after]);
  for (const incident of alone.incidents) {
    const same = among.incidents.find(({ id }) => id === incident.id);
    assert.equal(same?.title, incident.title);
    assert.deepEqual(
      same?.edges.map(({ source, target, process, strength }) => ({ source, target, process, strength })),
      incident.edges.map(({ source, target, process, strength }) => ({ source, target, process, strength })),
      incident.title,
    );
  }
  assert.deepEqual(
    among.findings.map(({ id, title, score }) => [id, title, score]),
    alone.findings.map(({ id, title, score }) => [id, title, score]),
  );
}

test('L8 days of other evidence before and after change nothing in what is said of an attack', () => {
  holdAmongOtherDays(() => true);
});

test('L8 nor where no Sysmon 3 names the program at the source, only 5156 by its process id', () => {
  holdAmongOtherDays((event) => event.eventId !== 3);
});
