import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Correlator } from '../../src/sigma/index.ts';
import { correlationOf, eventsOf, RULES, rulesOf, runOf, summed, type Timed } from './correlated.ts';
import { problemAt } from './tried-rule.ts';

const at = (...times: readonly number[]): readonly Timed[] => times.map((t) => ({ t, E: 'a' }));
const counting = (condition: string, more = ''): ReturnType<typeof rulesOf> =>
  rulesOf(correlationOf(`type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {${condition}}\n${more}`));

test('SIGMA case 92: a window is closed at both ends', () => {
  const rules = counting('gte: 3');
  assert.deepEqual(summed(rules, at(0, 30, 60)), ['r1 r2 r3 = 3']);
  assert.deepEqual(summed(rules, at(0, 30, 61)), []);
  assert.deepEqual(summed(rules, at(0, 30, 61, 80)), ['r2 r3 r4 = 3']);
});

test('SIGMA case 92: later members belong to the same finding until a gap, then it may be found anew', () => {
  const rules = counting('gte: 2');
  assert.deepEqual(summed(rules, at(0, 10, 60, 110, 200, 210)), ['r1 r2 r3 r4 = 2', 'r5 r6 = 2']);
  const correlator = new Correlator(rules);
  const told = eventsOf(rules, at(0, 10, 20, 30)).map((event) =>
    correlator.add(event).map(({ count, isFinal }) => [count, isFinal]),
  );
  // Without lateness an event passes when a later one comes.
  assert.deepEqual(told, [[], [], [[2, false]], []]);
  assert.deepEqual(
    correlator.finish().map(({ count, isFinal }) => [count, isFinal]),
    [[4, true]],
  );
});

test('SIGMA case 93: a range is decided once, when the window closes', () => {
  const rules = counting('gt: 2, lte: 4');
  assert.deepEqual(summed(rules, at(0, 10, 20)), ['r1 r2 r3 = 3']);
  assert.deepEqual(summed(rules, at(0, 10, 20, 30, 40)), []);
  assert.deepEqual(summed(rules, at(0, 10)), []);
  const few = counting('lt: 3');
  assert.deepEqual(summed(few, at(0, 10, 70, 80, 90)), ['r1 r2 = 2']);
});

test('SIGMA case 94: groups fold case, and events without the field are left out and counted', () => {
  const rules = counting('gte: 2', 'group-by: [User]');
  const { findings, correlator } = runOf(rules, [
    { t: 0, E: 'a', User: 'Bob' },
    { t: 1, E: 'a' },
    { t: 2, E: 'a' },
    { t: 3, E: 'a', User: 'bob' },
    { t: 4, E: 'a', User: 'eve' },
  ]);
  assert.deepEqual(
    findings.map(({ group, references, key }) => [group[0]?.value, references, key]),
    [['Bob', ['r1', 'r4'], '["x","[\\"bob\\"]",0]']],
  );
  assert.equal(correlator.counts().correlations[0]?.missingGroup, 2);
});

test('a group, a threshold and an alias may be called as what every object has: events without the field are left out', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const grouped = counting('gte: 1', `group-by: [${name}]`);
    assert.deepEqual(summed(grouped, at(0, 1)), [], name);
    const counted = rulesOf(
      correlationOf(`type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1, field: ${name}}`),
    );
    assert.deepEqual(summed(counted, at(0, 1)), [], name);
    const aliased = counting('gte: 1', `group-by: [who]\naliases: {who: {a: ${name}}}`);
    assert.deepEqual(summed(aliased, at(0, 1)), [], name);
  }
});

test('SIGMA case 95: value_count counts distinct tuples', () => {
  const rules = rulesOf(
    correlationOf('type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 3, field: [U, V]}'),
  );
  const events = [
    { t: 0, E: 'a', U: 'x', V: 'y' },
    { t: 1, E: 'a', U: 'X', V: 'y' },
    { t: 2, E: 'a', U: 'x', V: 'z' },
    { t: 3, E: 'a', U: 'x' },
  ];
  assert.deepEqual(summed(rules, events), []);
  assert.deepEqual(summed(rules, [...events, { t: 4, E: 'a', U: 'q', V: 'y' }]), ['r1 r2 r3 r5 = 3']);
  assert.deepEqual(summed(rules, [...events, { t: 62, E: 'a', U: 'q', V: 'y' }]), []);
});

const valued = (type: string, condition: string): ReturnType<typeof rulesOf> =>
  rulesOf(correlationOf(`type: ${type}\nrules: [a]\ntimespan: 1h\ncondition: {${condition}, field: N}`));
const numbers = (...values: readonly unknown[]): readonly Timed[] => values.map((N, t) => ({ t, E: 'a', N }));

test('SIGMA case 96: value_sum skips text', () => {
  assert.deepEqual(summed(valued('value_sum', 'gte: 10'), numbers(4, 'x', '5', 1)), ['r1 r3 r4 = 10']);
  assert.deepEqual(summed(valued('value_sum', 'gte: 10'), numbers(4, 'x', 5)), []);
});

test('SIGMA case 97: value_avg takes a fraction as threshold', () => {
  assert.deepEqual(summed(valued('value_avg', 'gt: 2.5'), numbers(2, 3, 3)), ['r1 r2 r3 = 2.6666666666666665']);
  assert.deepEqual(summed(valued('value_avg', 'gt: 2.5'), numbers(2, 3)), []);
});

test('SIGMA case 98: percentiles are interpolated, the median of an even count is the middle', () => {
  const all = Array.from({ length: 100 }, (_, i) => 100 - i);
  const [found] = runOf(valued('value_percentile', 'percentile: 95, lte: 1000'), numbers(...all)).findings;
  assert.ok(Math.abs((found?.value ?? 0) - 95.05) < 1e-9, String(found?.value));
  assert.deepEqual(summed(valued('value_median', 'eq: 2.5'), numbers(4, 1, 3, 2)), ['r1 r2 r3 r4 = 2.5']);
});

test('a percentile without a rank finds rare values when the window closes', () => {
  const rules = rulesOf(
    correlationOf('type: value_percentile\nrules: [a]\ntimespan: 1h\ncondition: {lte: 10, field: Image}'),
  );
  const events = Array.from({ length: 20 }, (_, t): Timed => ({ t, E: 'a', Image: t === 7 ? 'Odd.exe' : 'x.exe' }));
  assert.deepEqual(summed(rules, events), ['odd.exe: r8 = 5']);
});

const temporal = (type: string, names = '[a, b]', more = ''): ReturnType<typeof rulesOf> =>
  rulesOf(correlationOf(`type: ${type}\nrules: ${names}\ntimespan: 1m\n${more}`));
const letters = (text: string, step = 10): readonly Timed[] => text.split(' ').map((E, i) => ({ t: i * step, E }));

test('SIGMA case 99: temporal wants all its rules in any order', () => {
  assert.deepEqual(summed(temporal('temporal'), letters('a b')), ['r1 r2 = 2']);
  assert.deepEqual(summed(temporal('temporal'), letters('b c a')), ['r1 r3 = 2']);
  assert.deepEqual(summed(temporal('temporal'), letters('a b', 61)), []);
  assert.deepEqual(summed(temporal('temporal'), letters('a a')), []);
  assert.deepEqual(summed(temporal('temporal', '[a, b, c]', 'condition: {gte: 2}'), letters('c a')), ['r1 r2 = 2']);
});

test('SIGMA case 100: temporal_ordered heeds the order, by record at one tick, with an event for each rule', () => {
  const ordered = temporal('temporal_ordered');
  assert.deepEqual(summed(ordered, letters('b a')), []);
  assert.deepEqual(summed(ordered, letters('b a b')), ['r1 r2 r3 = 2']);
  assert.deepEqual(summed(ordered, letters('ab')), []);
  assert.deepEqual(summed(ordered, letters('ab ab')), ['r1 r2 = 2']);
  assert.deepEqual(summed(ordered, letters('a c b', 40)), []);
  const tick = (first: string, second: string, src: readonly string[]): readonly Timed[] => [
    { t: 5, E: first, src: src[0] ?? '', id: 1 },
    { t: 5, E: second, src: src[1] ?? '', id: 2 },
  ];
  assert.deepEqual(summed(ordered, tick('a', 'b', ['s', 's'])), ['r1 r2 = 2']);
  assert.deepEqual(summed(ordered, tick('b', 'a', ['s', 's'])), []);
  assert.deepEqual(summed(ordered, tick('b', 'a', ['s', 'u'])), ['r1 r2 = 2']);
  assert.deepEqual(summed(ordered, tick('a', 'b', ['s', 'u'])), ['r1 r2 = 2']);
});

test('SIGMA case 100: a chain may begin anew: the latest start that fits counts', () => {
  const ordered = temporal('temporal_ordered', '[a, b, c]');
  const events: readonly Timed[] = [
    { t: 0, E: 'a' },
    { t: 30, E: 'a' },
    { t: 50, E: 'b' },
    { t: 80, E: 'c' },
  ];
  assert.deepEqual(summed(ordered, events), ['r2 r3 r4 = 3']);
});

test('SIGMA case 101: what must not come is known when the window closes', () => {
  const rules = rulesOf(correlationOf('type: temporal\ntimespan: 1m\ncondition: a and not b'));
  assert.deepEqual(summed(rules, letters('a a')), ['r1 r2 = 1']);
  assert.deepEqual(summed(rules, letters('a b')), []);
  assert.deepEqual(summed(rules, letters('b a')), []);
  const correlator = new Correlator(rules);
  const [event] = eventsOf(rules, letters('a'));
  assert.ok(event !== undefined);
  assert.deepEqual(correlator.add(event), []);
  assert.deepEqual(correlator.observe('log', 60_000, 0), []);
  assert.equal(correlator.observe('log', 60_001, 0).length, 1);
});

test('an expression without "not" is known at once, and must name the rules that are listed', () => {
  const rules = rulesOf(correlationOf('type: temporal\ntimespan: 1m\ncondition: a and (b or c)'));
  assert.deepEqual(summed(rules, letters('c a')), ['r1 r2 = 2']);
  assert.deepEqual(summed(rules, letters('a a')), []);
  const wrong = correlationOf('type: temporal\nrules: [a]\ntimespan: 1m\ncondition: a and b');
  assert.equal(problemAt(`${RULES}---\n${wrong}`, 'S402').severity, 'error');
});

test('SIGMA case 102: aliases join fields of different names, and must name one for each rule', () => {
  const alias = (fields: string): string =>
    correlationOf(`type: temporal\nrules: [a, b]\ntimespan: 1m\ngroup-by: [who]\naliases: {who: {${fields}}}`);
  const rules = rulesOf(alias('a: Subject, b: Target'));
  const events: readonly Timed[] = [
    { t: 0, E: 'a', Subject: 'Ann', Target: 'x' },
    { t: 1, E: 'b', Subject: 'x', Target: 'ann' },
    { t: 2, E: 'b', Subject: 'Ann', Target: 'bob' },
  ];
  assert.deepEqual(summed(rules, events), ['Ann: r1 r2 = 2']);
  assert.match(problemAt(`${RULES}---\n${alias('a: Subject')}`, 'S406').message, /no field for "b"/);
});

test('SIGMA case 103: a correlation of a correlation sees the fields of its last member', () => {
  const rules = rulesOf(
    correlationOf('type: event_count\nrules: [a]\ntimespan: 1m\ngroup-by: [User]\ncondition: {gte: 10}', 'inner'),
    correlationOf('type: temporal_ordered\nrules: [inner, b]\ntimespan: 5m\ngroup-by: [User, Host]', 'outer'),
  );
  const failures = Array.from(
    { length: 10 },
    (_, t): Timed => ({ t, E: 'a', User: 'ann', Host: t === 9 ? 'last' : 'h' }),
  );
  const success = (Host: string): Timed => ({ t: 30, E: 'b', User: 'Ann', Host });
  assert.deepEqual(summed(rules, [...failures, success('last')]).length, 1);
  assert.match(summed(rules, [...failures, success('last')])[0] ?? '', /^ann last: \["inner".* r11 = 2$/);
  assert.deepEqual(summed(rules, [...failures, success('h')]), []);
  assert.deepEqual(summed(rules, [success('last'), ...failures.map((one) => ({ ...one, t: one.t + 40 }))]), []);
});

test('SIGMA case 103: a window that is decided late is still seen in order', () => {
  const rules = rulesOf(
    correlationOf('type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {lte: 2}', 'few'),
    correlationOf('type: temporal_ordered\nrules: [few, b]\ntimespan: 5m', 'outer'),
  );
  assert.equal(summed(rules, [...letters('a a b'), { t: 500, E: 'd' }]).length, 1);
  assert.equal(summed(rules, letters('b a a')).length, 0);
});

const MIXED: string[] = [
  correlationOf('type: event_count\nrules: [a]\ntimespan: 20s\ngroup-by: [User]\ncondition: {gte: 3}', 'count'),
  correlationOf('type: event_count\nrules: [a]\ntimespan: 30s\ngroup-by: [User]\ncondition: {gt: 1, lt: 5}', 'range'),
  correlationOf('type: value_count\nrules: [a, b]\ntimespan: 8s\ncondition: {gte: 3, field: User}', 'values'),
  correlationOf('type: temporal_ordered\nrules: [a, b, c]\ntimespan: 30s\ngroup-by: [User]', 'order'),
  correlationOf('type: temporal\nrules: [range, d]\ntimespan: 1m\ngroup-by: [User]', 'outer'),
  correlationOf('type: temporal\ntimespan: 20s\ngroup-by: [User]\ncondition: a and not d', 'not'),
];

/** Numbers that look random and are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function mixedEvents(count: number): readonly Timed[] {
  const next = seeded(7);
  let t = 0;
  return Array.from({ length: count }, (_, i) => {
    t += Math.floor(next() * 6);
    const E = 'abcd'[Math.floor(next() * 4)] ?? 'a';
    return { t, E, User: `u${Math.floor(next() * 3)}`, src: next() < 0.5 ? 's1' : 's2', id: i };
  });
}

const LATENESS = 120_000;

test('SIGMA case 106: L8 a hundred orders within the lateness give what the sorted batch gives', () => {
  const rules = rulesOf(...MIXED);
  const events = eventsOf(rules, mixedEvents(150));
  const run = (order: typeof events, latenessMs: number): string => {
    const correlator = new Correlator(rules, { latenessMs });
    const told = [...order.flatMap((event) => correlator.add(event)), ...correlator.finish()];
    assert.ok(correlator.counts().correlations.every(({ lateDropped, lateJoined }) => lateDropped + lateJoined === 0));
    return told
      .filter(({ isFinal }) => isFinal)
      .map(({ correlation, ...rest }) => JSON.stringify([correlation.metadata.name, rest]))
      .sort()
      .join('\n');
  };
  const batch = run(events, 0);
  assert.ok(batch.split('\n').length > 20);
  for (const name of ['count', 'values', 'order', 'outer', 'not']) assert.ok(batch.includes(`["${name}"`), name);
  for (let seed = 1; seed <= 100; seed++) {
    const next = seeded(seed);
    const shuffled = events
      .map((event) => ({ event, at: (event.time?.ms ?? 0) + next() * LATENESS * 0.99 }))
      .sort((a, b) => a.at - b.at)
      .map(({ event }) => event);
    assert.equal(run(shuffled, LATENESS), batch, `seed ${seed}`);
  }
});

test('SIGMA case 107: L15 beyond the cap the first and the newest members stay, and the finding says so', () => {
  const rules = counting('gte: 2');
  const [found] = runOf(rules, at(...Array.from({ length: 9 }, (_, i) => i)), { maxMembers: 5 }).findings;
  assert.deepEqual(found?.references, ['r1', 'r6', 'r7', 'r8', 'r9']);
  assert.deepEqual([found?.count, found?.isTruncated], [9, true]);
  const [whole] = runOf(rules, at(0, 1, 2, 3, 4), { maxMembers: 5 }).findings;
  assert.deepEqual([whole?.references.length, whole?.isTruncated], [5, false]);
});

test('SIGMA case 107: a cap below what is asked for does not make it unreachable', () => {
  assert.equal(summed(counting('gte: 8'), at(...Array.from({ length: 8 }, (_, i) => i)), { maxMembers: 5 }).length, 1);
});

test('L15 a flood of groups from one host evicts its own, and never another host', () => {
  const rules = counting('gte: 3', 'group-by: [User]');
  const victim = (t: number): Timed => ({ t, E: 'a', User: 'victim', Host: 'quiet' });
  const flood = Array.from({ length: 500 }, (_, i): Timed => ({ t: 2 + i / 100, E: 'a', User: `u${i}`, Host: 'loud' }));
  const { findings, correlator } = runOf(rules, [victim(0), victim(1), ...flood, victim(20)], { maxGroups: 100 });
  assert.deepEqual(
    findings.map(({ group }) => group[0]?.value),
    ['victim'],
  );
  assert.ok((correlator.counts().correlations[0]?.evictedGroups ?? 0) >= 400);
});

test('SIGMA case 108: a restart from a snapshot anywhere gives the same findings', () => {
  const rules = rulesOf(...MIXED);
  const events = eventsOf(rules, mixedEvents(80));
  const whole = runOf(rules, mixedEvents(80)).findings.map(({ key, references }) => `${key} ${references.join()}`);
  for (let cut = 0; cut <= events.length; cut += 8) {
    const before = new Correlator(rules);
    const told = events.slice(0, cut).flatMap((event) => before.add(event));
    const state = JSON.parse(JSON.stringify(before.state()));
    const after = new Correlator(rules, {}, state);
    told.push(...events.slice(cut).flatMap((event) => after.add(event)), ...after.finish());
    const finals = told.filter(({ isFinal }) => isFinal).map(({ key, references }) => `${key} ${references.join()}`);
    assert.deepEqual(finals.sort(), [...whole].sort(), `cut ${cut}`);
  }
});

test('a late event joins a window that is still held, gives another key for it, and is counted', () => {
  const rules = counting('gte: 2');
  const { findings, correlator } = runOf(rules, [...at(100, 130, 140), { t: 90, E: 'a' }, { t: 10, E: 'a' }]);
  assert.deepEqual(
    findings.map(({ key, aliases, references, count }) => [key, aliases, references, count]),
    [['["x","[]",100]', ['["x","[]",90]'], ['r4', 'r1', 'r2', 'r3'], 4]],
  );
  const [counts] = correlator.counts().correlations;
  assert.deepEqual([counts?.lateJoined, counts?.lateDropped], [1, 1]);
});

test('a source that falls silent holds the others back only for a while', () => {
  const rules = counting('gte: 2');
  const correlator = new Correlator(rules, { idleMs: 1000 });
  const [first, ...rest] = eventsOf(rules, [
    { t: 0, E: 'd', src: 'quiet' },
    { t: 10, E: 'a' },
    { t: 11, E: 'a' },
    { t: 12, E: 'a' },
  ]);
  assert.ok(first !== undefined);
  correlator.add(first, 0);
  assert.deepEqual(
    rest.flatMap((event) => correlator.add(event, 500)),
    [],
  );
  assert.equal(correlator.observe('log', 12_000, 1001).length, 1);
});

test('L8 what the close of a window decides is told of windows that are over before the watermark', () => {
  const upper = counting('lt: 3');
  const lower = counting('gte: 2');
  const told = (rules: typeof upper, isOverBeforeMs: number): number => {
    const correlator = new Correlator(rules, { isSorted: true, isOverBeforeMs });
    const events = eventsOf(rules, at(0, 10, 70, 80));
    return [...events.flatMap((event) => correlator.add(event)), ...correlator.finish()].filter(
      ({ isFinal }) => isFinal,
    ).length;
  };
  const endMs = (eventsOf(upper, at(0))[0]?.time?.ms ?? 0) + 60_000;
  assert.deepEqual([told(upper, endMs), told(upper, endMs + 1), told(upper, Number.POSITIVE_INFINITY)], [0, 1, 2]);
  assert.equal(told(lower, endMs), told(lower, Number.POSITIVE_INFINITY));
});

test('L8 what time closes is decided by any later watermark alike, and what is closed before its end says that it is not', () => {
  const rules = counting('lt: 3');
  const events = eventsOf(rules, at(0, 10, 70, 80));
  const endMs = (events[0]?.time?.ms ?? 0) + 60_000;
  const correlator = new Correlator(rules, { isSorted: true, isOverBeforeMs: endMs + 1 });
  const first = events.flatMap((event) => correlator.add(event)).filter(({ isFinal }) => isFinal);
  assert.deepEqual([first.length, correlator.hasHeldBack], [1, false]);
  assert.deepEqual([correlator.finish().length, correlator.hasHeldBack], [0, true]);
  const later = new Correlator(rules, { isSorted: true, isOverBeforeMs: endMs + 1 });
  for (const event of events) later.add(event);
  later.isOverBefore(endMs + 70_001);
  assert.deepEqual([later.finish().length, later.hasHeldBack], [1, false]);
});

test('in a sorted batch a source that has ended holds nobody back', () => {
  const rules = counting('gte: 2');
  const events = eventsOf(rules, [
    { t: 0, E: 'd', src: 'ended' },
    { t: 10, E: 'a' },
    { t: 11, E: 'a' },
    { t: 12, E: 'a' },
  ]);
  const told = (isSorted: boolean): number => {
    const correlator = new Correlator(rules, { isSorted });
    return events.flatMap((event) => correlator.add(event)).length;
  };
  assert.deepEqual([told(false), told(true)], [0, 1]);
});

test('an event without a time takes no part and is counted', () => {
  const rules = counting('gte: 1');
  const correlator = new Correlator(rules);
  for (const event of eventsOf(rules, at(1))) correlator.add({ ...event, time: undefined });
  assert.deepEqual(correlator.finish(), []);
  assert.equal(correlator.counts().untimed, 1);
});
