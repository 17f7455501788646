import assert from 'node:assert/strict';
import { Engine } from '../../src/analytics/index.ts';
import { buildIncidents } from '../../src/incidents/index.ts';
import { type Event, isKept } from '../../src/windows/index.ts';
import {
  Enterprise,
  type EventModel,
  fieldTexts,
  remoteProcess,
  type SimulatedAttack,
  seconds,
  security,
} from '../../testkit/index.ts';
import { coverageOf } from '../made-event.ts';
import { readEvents } from './hunted.ts';
import { untold } from './truth.ts';

/** An attack whose first records come before a flood and whose last ones after it, and what fills the time between. */
export interface Flood {
  readonly attack: SimulatedAttack;
  readonly before: readonly EventModel[];
  readonly after: readonly EventModel[];
  readonly target: string;
  readonly startMs: number;
}

/** The logon and connections of a call, then the flood, then what it did: the child of WMI ten minutes later. */
export function floodedAttack(): Flood {
  const enterprise = new Enterprise({ hosts: 6, clockErrorMs: 0 });
  const time = enterprise.after(600);
  const target = enterprise.host(3);
  const attack = remoteProcess(enterprise, { time, source: enterprise.host(0), target, account: enterprise.person(0) });
  const isLate = (event: EventModel): boolean => {
    if (event.computer !== target.computer) return false;
    const texts = fieldTexts(event);
    const of = (name: string): string => texts.find(([key]) => key === name)?.[1] ?? '';
    const isChild = /wmiprvse/i.test(of('ParentImage')) || /wmiprvse/i.test(of('ParentProcessName'));
    return (event.eventId === 1 || event.eventId === 4688) && isChild;
  };
  const pause = seconds(600);
  const after = attack.events.filter(isLate).map((event) => delayed(event, pause));
  const ends = new Set([5, 4689]);
  const before = attack.events.filter((event) => !isLate(event) && !ends.has(event.eventId));
  const hops = attack.truth.hops.map((hop) => ({ ...hop, time: hop.time + pause }));
  return {
    attack: { ...attack, truth: { ...attack.truth, hops } },
    before,
    after,
    target: target.computer,
    startMs: Number((time - 116444736000000000n) / 10_000n) + 5000,
  };
}

function delayed(event: EventModel, by: bigint): EventModel {
  const time = event.time + by;
  if (event.body.kind !== 'eventData') return { ...event, time };
  const fields = event.body.fields.filter(({ name }) => name !== 'UtcTime');
  return { ...event, time, body: { ...event.body, fields } };
}

/** Junk logons of one source at the target, all within ten minutes: each another LogonId and port, ever new accounts. */
function* junk(flood: Flood, count: number): Generator<Event> {
  const account = { sid: 'S-1-5-21-9-9-9-5000', name: 'junk', domain: 'EVIL' };
  const model = security.logon({ account, logonId: 1n, address: '10.66.6.6', port: 1 }, { computer: flood.target });
  const [proto] = readEvents([model]);
  assert.ok(proto !== undefined);
  for (let i = 0; i < count; i++) {
    const timeMs = flood.startMs + Math.floor((i * 580_000) / count);
    const own: Readonly<Record<string, string>> = {
      TargetLogonId: `0x${(0x9000000 + i).toString(16)}`,
      TargetUserName: `junk${i % 5000}`,
      TargetUserSid: `S-1-5-21-9-9-9-${5000 + (i % 5000)}`,
      IpPort: String(1024 + (i % 60_000)),
    };
    const made: Event = {
      ...proto,
      timeMs,
      createdMs: timeMs,
      timeTicks: 0,
      createdTicks: 0,
      recordId: 1_000_000 + i,
      get: (name) => own[name] ?? proto.get(name),
      entries: () => proto.entries().map(([name, text]) => [name, own[name] ?? text] as const),
      detach: () => made,
    };
    yield made;
  }
}

/** The attack through a flood of so many junk logons is told as if there were none; what was let go of is counted. */
export function holdThroughFlood(count: number): void {
  const flood = floodedAttack();
  const before = readEvents(flood.before).filter(isKept);
  const after = readEvents(flood.after).filter(isKept);
  const early = before.filter(({ timeMs }) => timeMs < flood.startMs);
  const late = before.filter(({ timeMs }) => timeMs >= flood.startMs);
  const engine = new Engine({ coverage: coverageOf([...before, ...after]) });
  for (const event of early) engine.accept(event);
  const waiting = [...late];
  for (const event of junk(flood, count)) {
    while (waiting[0] !== undefined && waiting[0].timeMs <= event.timeMs) {
      engine.accept(waiting[0]);
      waiting.shift();
    }
    engine.accept(event);
  }
  for (const event of [...waiting, ...after]) engine.accept(event);
  const { judged, dossiers, gaps, facts, findings, evicted } = engine.finish();
  const { incidents } = buildIncidents({ findings: judged, dossiers, gaps, facts });
  assert.deepEqual(untold(flood.attack.truth, { incidents, findings, dossiers }), []);
  const lost = Object.values(evicted).reduce((sum, rows) => sum + rows, 0);
  assert.ok(count < 100_000 || lost > 0, 'the flood was larger than the tables, and nothing is said to be let go of');
}
