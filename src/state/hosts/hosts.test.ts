import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../disk/index.ts';
import { bringToFormat } from '../format.ts';
import { MOST_LOGS, STATE_LIMITS, type StateLimits } from '../limits.ts';
import type { Desk, Operation } from '../operation.ts';
import { applyHosts } from './apply-hosts.ts';
import { NEXT_COMPUTER_TO_GO } from './host-room.ts';
import { countHosts, hostNames, listHosts, MEANT, namesOfHost, readHost } from './read-hosts.ts';
import { hostSends } from './sends.ts';
import type { HostWrite, SeenLog } from './writes.ts';

function desk(limits: Partial<StateLimits> = {}): Desk {
  const database = new Database(':memory:', { timeoutMs: 0 });
  bringToFormat(database, { storeId: new Uint8Array(16), nowMs: 5 });
  return { database, limits: { ...STATE_LIMITS, ...limits } };
}

function seen(computer: string, changes: Partial<SeenLog> = {}): SeenLog {
  return { computer, channel: 'Security', eventId: 4624, records: 1, firstMs: 1000, lastMs: 2000, ...changes };
}

function batch(position: number, logs: readonly SeenLog[], sender = 'wec'): HostWrite {
  return { kind: 'coverage', position, sender, receivedMs: 10_000 + position, logs };
}

function run<Input, Value>(on: Desk, operation: Operation<Input, Value>, input: Input): Value {
  const outcome = operation.run(on, input);
  if (outcome.kind === 'refused') return assert.fail(outcome.message);
  return outcome.value;
}

test('what hosts send is told by kind, over all of their names; what one sends nothing of is left out', () => {
  const on = desk();
  const logs = [
    seen('ws-07', { records: 3 }),
    seen('ws-07.corp', { eventId: 4648, records: 2, firstMs: 500, lastMs: 9000 }),
    seen('ws-07', { eventId: 4662, records: 9 }),
    seen('srv-02', { channel: 'Sysmon', eventId: 1, firstMs: null, lastMs: null }),
  ];
  const names: HostWrite = { kind: 'hostName', name: 'ws-07', host: 'ws-07.corp' };
  applyHosts(on, [batch(1, logs), names], 0);
  const kinds = [
    { kind: 'logons', channel: 'Security', ids: [4624, 4648] },
    { kind: 'processes', channel: 'Sysmon', ids: [1] },
  ];
  assert.deepEqual(run(on, hostSends, { keys: ['ws-07.corp', 'srv-02', 'none'], kinds }), [
    { host: 'srv-02', kind: 'processes', records: 1, firstMs: null, lastMs: null },
    { host: 'ws-07.corp', kind: 'logons', records: 5, firstMs: 500, lastMs: 9000 },
  ]);
  assert.deepEqual(run(on, hostSends, { keys: ['srv-02'], kinds: [] }), []);
});

function rows(on: Desk): readonly unknown[] {
  return run(on, listHosts, {}).rows.map(({ key, records, firstMs, lastMs }) => [key, records, firstMs, lastMs]);
}

test('batches add up by computer and log, whatever their split; a batch that was counted is not counted again', () => {
  const logs = [
    seen('WS-07', { records: 3 }),
    seen('ws-07', { records: 2, firstMs: 500, lastMs: 700 }),
    seen('ws-07', { eventId: -1, firstMs: null, lastMs: null }),
  ];
  const whole = desk();
  assert.deepEqual(applyHosts(whole, [batch(1, logs)], 0).hosts, [{ key: 'ws-07', verdict: 'new' }]);
  const split = desk();
  for (const [at, log] of logs.entries()) applyHosts(split, [batch(at + 1, [log])], at);
  assert.deepEqual(applyHosts(split, [batch(3, logs)], 3), { hosts: [], dropped: 0 });
  for (const on of [whole, split]) {
    assert.deepEqual(rows(on), [['ws-07', 6, 500, 2000]]);
    const host = run(on, readHost, { key: 'ws-07' }) ?? assert.fail();
    assert.deepEqual(
      host.logs.map(({ eventId, records, firstMs, lastMs }) => [eventId, records, firstMs, lastMs]),
      [
        [-1, 1, null, null],
        [4624, 5, 500, 2000],
      ],
    );
    assert.deepEqual(
      host.senders.map(({ sender, records }) => [sender, records]),
      [['wec', 6]],
    );
  }
  assert.equal(run(whole, readHost, { key: 'srv-02' }), null);
});

test('names become one host when a judgement says so, also before they are counted, and several when it takes that back', () => {
  const on = desk();
  applyHosts(on, [{ kind: 'hostName', name: 'ws-07', host: 'ws-07.corp' }], 0);
  applyHosts(on, [batch(1, [seen('WS-07')]), batch(2, [seen('WS-07.corp', { lastMs: 9000 })])], 0);
  assert.deepEqual(rows(on), [['ws-07.corp', 2, 1000, 9000]]);
  assert.equal(run(on, readHost, { key: 'ws-07' })?.key, 'ws-07.corp');
  assert.deepEqual(run(on, readHost, { key: 'ws-07.corp' })?.names, ['ws-07', 'ws-07.corp']);
  assert.deepEqual(run(on, hostNames, {}).rows, [{ name: 'ws-07', host: 'ws-07.corp' }]);
  const { hosts } = applyHosts(on, [{ kind: 'hostName', name: 'ws-07', host: 'ws-07' }], 2);
  assert.deepEqual(hosts, [{ key: 'ws-07', verdict: 'new' }]);
  assert.deepEqual(rows(on), [
    ['ws-07', 1, 1000, 2000],
    ['ws-07.corp', 1, 1000, 9000],
  ]);
  assert.deepEqual(run(on, hostNames, {}).rows, []);
});

test('what could not be seen of a host is kept as it was told last, whichever comes first', () => {
  const on = desk();
  const gaps = (text: string, count: number): HostWrite => ({ kind: 'hostGaps', host: 'ws-07', gaps: text, count });
  applyHosts(on, [gaps('[{"what":"no Sysmon log"}]', 1)], 0);
  applyHosts(on, [batch(1, [seen('ws-07')])], 0);
  assert.deepEqual(
    run(on, listHosts, { hasGaps: true }).rows.map(({ gaps: count }) => count),
    [1],
  );
  assert.deepEqual(applyHosts(on, [gaps('[{"what":"no Sysmon log"}]', 1)], 1).hosts, []);
  assert.deepEqual(applyHosts(on, [gaps('[]', 0)], 1).hosts, [{ key: 'ws-07', verdict: 'gaps' }]);
  assert.deepEqual(run(on, listHosts, { hasGaps: true }).rows, []);
  assert.equal(run(on, readHost, { key: 'ws-07' })?.blind, '[]');
});

test('a host that no judgement has looked at is not one of which nothing is missing', () => {
  const on = desk({ computers: 2 });
  const look = (host: string, text = '[]', count = 0): HostWrite => ({ kind: 'hostGaps', host, gaps: text, count });
  applyHosts(on, [batch(1, [seen('ws-07')]), batch(2, [seen('ws-08')])], 0);
  applyHosts(on, [look('ws-07')], 2);
  const counts = (): readonly unknown[] => run(on, listHosts, {}).rows.map(({ key, gaps }) => [key, gaps]);
  assert.deepEqual(counts(), [
    ['ws-08', null],
    ['ws-07', 0],
  ]);
  assert.equal(run(on, readHost, { key: 'ws-08' })?.blind, null);
  assert.deepEqual(
    run(on, listHosts, { hasGaps: false }).rows.map(({ key }) => key),
    ['ws-07'],
  );
  assert.equal(run(on, countHosts, null).notLookedAt, 1);
  // A host that was looked at may be looked at again where there is no room for another one.
  applyHosts(on, [look('made-up'), look('no-room'), look('ws-07', '[{"what":"no Sysmon log"}]', 1)], 2);
  assert.deepEqual(counts(), [
    ['ws-08', null],
    ['ws-07', 1],
  ]);
  assert.equal(on.database.number('SELECT count(*) FROM host_blind'), 2);
});

test('a name means all names of its hosts, whole or by its first label; those with the most records come first', () => {
  const on = desk();
  const logs = ['WS-07.corp', 'old-name', 'ws-07.lab', 'ws-071', 'ws-07-2.corp', 'srv-02'].map((name) => seen(name));
  applyHosts(on, [batch(1, [...logs, seen('ws-07.lab', { records: 5 })])], 0);
  applyHosts(on, [{ kind: 'hostName', name: 'old-name', host: 'ws-07.corp' }], 1);
  const names = (host: string): readonly string[] => run(on, namesOfHost, { host });
  assert.deepEqual(names('WS-07'), ['ws-07.lab', 'old-name', 'ws-07.corp']);
  assert.deepEqual(names('ws-07.corp'), ['old-name', 'ws-07.corp']);
  assert.deepEqual(names('OLD-NAME'), ['old-name', 'ws-07.corp']);
  assert.deepEqual(names('none'), []);
  const plan = on.database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${MEANT}`, 'ws-07');
  assert.doesNotMatch(plan.map(({ detail }) => detail).join('\n'), /SCAN (?:computer|host_name)/);
});

test('hosts are found by a part of any name and by their silence', () => {
  const on = desk();
  applyHosts(on, [{ kind: 'hostName', name: 'old-name', host: 'srv-02' }], 0);
  applyHosts(on, [batch(1, [seen('ws-07')]), batch(2, [seen('srv-02')]), batch(3, [seen('old-name')])], 0);
  const keys = (filter: Parameters<typeof listHosts.run>[1]): readonly string[] =>
    run(on, listHosts, filter).rows.map(({ key }) => key);
  assert.deepEqual(keys({ named: 'OLD' }), ['srv-02']);
  assert.deepEqual(keys({ named: '%' }), []);
  assert.deepEqual(keys({ silentSinceMs: 10_002 }), ['ws-07']);
  assert.deepEqual(keys({ silentSinceMs: 10_001 }), []);
});

test('L15 a sender that makes up names loses its own; logs of one computer are bounded and what is beyond is counted', () => {
  const on = desk({ computers: 3 });
  applyHosts(on, [batch(1, [seen('honest')], 'ws-07')], 0);
  for (let at = 2; at <= 6; at++) applyHosts(on, [batch(at, [seen(`made-up-${at}`)], 'forger')], at - 1);
  assert.deepEqual(
    run(on, listHosts, {}).rows.map(({ key }) => key),
    ['made-up-6', 'made-up-5', 'honest'],
  );
  assert.deepEqual(run(on, countHosts, null), {
    hosts: 3,
    computers: 3,
    withGaps: 0,
    notLookedAt: 3,
    dropped: 3,
    logsDropped: 0,
  });
  const many = Array.from({ length: MOST_LOGS + 2 }, (_, at) => seen('honest', { channel: `c${at}`, eventId: 1 }));
  applyHosts(on, [batch(7, many, 'ws-07')], 6);
  assert.equal(run(on, readHost, { key: 'honest' })?.logs.length, MOST_LOGS);
  assert.equal(run(on, countHosts, null).logsDropped, 3);
  const names = Array.from({ length: 5 }, (_, at): HostWrite => ({ kind: 'hostName', name: `n${at}`, host: 'x' }));
  applyHosts(on, names, 7);
  assert.equal(run(on, countHosts, null).computers, 3);
  assert.equal(on.database.number('SELECT count(*) FROM host_name'), 3);
  const plan = on.database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${NEXT_COMPUTER_TO_GO}`);
  assert.doesNotMatch(plan.map(({ detail }) => detail).join('\n'), /TEMP B-TREE/);
});
