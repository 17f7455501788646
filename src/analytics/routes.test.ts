import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { Enterprise, type EventModel, remoteProcess } from '../../testkit/index.ts';
import { channelKey, type Event } from '../windows/index.ts';
import { Routes, type Taker, type Takes } from './routes.ts';

const SYSMON = 'microsoft-windows-sysmon/operational';

/** The plain twin: everybody is asked about every record. */
function askEach(takers: readonly Taker[], host: string, event: Event): void {
  for (const taker of takers) {
    const ids = taker.takes[channelKey(event)];
    if (ids === 'all' || ids?.includes(event.eventId) === true) taker.accept(host, event);
  }
}

test('each record is told to those who take it, in their order, as if each were asked', () => {
  const enterprise = new Enterprise({ hosts: 4, clockErrorMs: 0 });
  const events = madeEvents(attackOf(enterprise));
  const takes: readonly Takes[] = [
    { security: [4624, 4688], [SYSMON]: [1] },
    { [SYSMON]: 'all' },
    { security: [4624], system: [104] },
    { 'no channel': [1] },
  ];
  const told = (accept: (takers: readonly Taker[], event: Event) => void): string[] => {
    const out: string[] = [];
    const takers = takes.map(
      (of, n): Taker => ({ takes: of, accept: (host, { eventId }) => out.push(`${n} ${host} ${eventId}`) }),
    );
    for (const event of events) accept(takers, event);
    return out;
  };
  const routed = told((takers, event) => new Routes(takers).accept('h', event));
  assert.deepEqual(
    routed,
    told((takers, event) => askEach(takers, 'h', event)),
  );
  assert.ok(routed.includes('0 h 4624') && routed.includes('2 h 4624') && routed.includes('1 h 3'));
});

function attackOf(enterprise: Enterprise): readonly EventModel[] {
  const [source, target] = [enterprise.host(0), enterprise.host(2)];
  return remoteProcess(enterprise, { time: enterprise.after(600), source, target, account: enterprise.person(0) })
    .events;
}
