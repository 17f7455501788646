import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventModel, fieldTexts } from '../events/index.ts';
import {
  behindRouter,
  clearedLog,
  Enterprise,
  logFiles,
  logsOf,
  memoryAccess,
  ordinaryEvents,
  remoteProcess,
  remoteTriad,
  type SimulatedAttack,
  withoutTelemetry,
  wmiexec,
} from './index.ts';

function field(event: EventModel | undefined, name: string): string | undefined {
  return event === undefined ? undefined : fieldTexts(event).find(([key]) => key === name)?.[1];
}

function planOf(enterprise: Enterprise) {
  const [source, target] = [enterprise.host(0), enterprise.host(3)];
  return { time: enterprise.after(3600), source, target, account: enterprise.person(0) };
}

/** The 4624 whose LogonId the labelled child carries. */
function logonOfChild({ truth, events }: SimulatedAttack): EventModel | undefined {
  const [hop] = truth.hops;
  const child = events.find(
    (event) =>
      event.eventId === 1 && event.computer === hop?.target && field(event, 'ProcessId') === String(hop.childPid),
  );
  return events.find((event) => event.eventId === 4624 && field(event, 'TargetLogonId') === field(child, 'LogonId'));
}

test('the same seed gives the same records, another one others', () => {
  const day = (seed: number): string[] => {
    const enterprise = new Enterprise({ seed, hosts: 6 });
    const attack = remoteProcess(enterprise, planOf(enterprise));
    return [...ordinaryEvents(enterprise, { acts: 200 }), ...attack.events].map((event) =>
      JSON.stringify(fieldTexts(event)),
    );
  };
  assert.deepEqual(day(7), day(7));
  assert.notDeepEqual(day(7), day(8));
});

test('a remote process has both ends: logon, connection and program of the source agree with what really happened', () => {
  const enterprise = new Enterprise({ hosts: 6 });
  const attack = remoteProcess(enterprise, planOf(enterprise));
  const [hop] = attack.truth.hops;
  const logon = logonOfChild(attack);
  assert.equal(field(logon, 'IpAddress'), hop?.source.address);
  const outbound = attack.events.find(
    (event) =>
      event.eventId === 5156 &&
      event.computer === hop?.source.computer &&
      field(event, 'SourcePort') === field(logon, 'IpPort'),
  );
  assert.equal(field(outbound, 'ProcessID'), String(hop?.source.pid));
  const ends = attack.events.filter(
    (event) => event.eventId === 5156 && field(event, 'SourcePort') === field(logon, 'IpPort'),
  );
  assert.equal(ends.length, 2);
});

test('a router rewrites address and port, so that no connection of the source has them', () => {
  const enterprise = new Enterprise({ hosts: 6 });
  const attack = behindRouter(planOf(enterprise));
  const logon = logonOfChild(attack);
  assert.equal(field(logon, 'IpAddress'), attack.truth.hops[0]?.source.address);
  assert.equal(field(logon, 'WorkstationName'), '-');
  const own = attack.events.filter(
    (event) => event.eventId === 5156 && event.computer === planOf(enterprise).source.computer,
  );
  assert.ok(own.length > 0);
  assert.ok(own.every((event) => field(event, 'SourcePort') !== field(logon, 'IpPort')));
});

test('wmiexec has its three legs: the child, its write over loopback, and the read from the source', () => {
  const enterprise = new Enterprise({ hosts: 6 });
  const { events, truth } = wmiexec(planOf(enterprise));
  const shares = events.filter((event) => event.eventId === 5145);
  const from = (address: string): EventModel[] => shares.filter((event) => field(event, 'IpAddress') === address);
  assert.equal(truth.hops.length, 3);
  assert.equal(from('127.0.0.1').length, 6);
  assert.deepEqual(
    new Set(from(truth.hops[0]?.source.address ?? '').map((event) => field(event, 'AccessMask'))),
    new Set(['0x1', '0x10080']),
  );
});

test('a cleared log holds nothing older than its 1102; other attacks leave their marks', () => {
  const enterprise = new Enterprise({ hosts: 6 });
  const plan = planOf(enterprise);
  const security = clearedLog(enterprise, plan).events.filter(
    (event) => event.channel === 'Security' && event.computer === plan.target.computer,
  );
  assert.equal(logsOf(security)[0]?.events[0]?.eventId, 1102);
  assert.equal(memoryAccess(enterprise, plan).events.filter((event) => event.eventId === 10).length, 1);
  assert.equal(
    withoutTelemetry(plan).events.some((event) => event.computer === plan.source.computer),
    false,
  );
  const triad = remoteTriad(enterprise, plan).events.map(({ eventId }) => eventId);
  assert.deepEqual(
    [19, 20, 21, 5861].map((id) => triad.filter((eventId) => eventId === id).length),
    [2, 2, 2, 1],
  );
});

test('an ordinary day comes in the order of time but for clocks, and starts nothing by WMI', () => {
  const enterprise = new Enterprise({ hosts: 20 });
  let last = 0n;
  let count = 0;
  for (const event of ordinaryEvents(enterprise, { acts: 3000 })) {
    assert.ok(event.time > last - 10_000_000n);
    if (event.time > last) last = event.time;
    assert.doesNotMatch(field(event, 'ParentImage') ?? '', /wmiprvse|scrcons/i);
    count++;
  }
  assert.ok(count > 9000);
});

test('a log is one file or several that follow each other, with the same records', () => {
  const enterprise = new Enterprise({ hosts: 4 });
  const logs = logsOf(ordinaryEvents(enterprise, { acts: 60 }));
  const parts = logFiles(logs, 3).map(([path]) => path);
  assert.equal(logFiles(logs).length, logs.length);
  assert.ok(parts.includes('DC-01/Security.evtx') && parts.includes('DC-01/Security-3.evtx'));
});
