import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { makeKey } from '../../src/accounts/index.ts';
import { dueOf } from '../../src/state/incidents/due.ts';
import { type ActRequest, type IncidentAction, type State, UNDO_MS } from '../../src/state/index.ts';
import { formatTime } from '../../src/windows/index.ts';
import { BY, codeOf, got, NOW_MS, newState } from './opened-state.ts';
import { act, at, commit, merged, outcomeOf, read, told } from './told-incidents.ts';

const NOW = formatTime(NOW_MS, 0);

/** A state with one incident, and how to act on it. */
async function acting(t: Parameters<typeof newState>[0]) {
  const state = await newState(t);
  await got(commit(state, told('a')));
  return {
    state,
    does: (action: IncidentAction, by = {}) => outcomeOf(act(state, 'a', action, by)),
    work: async () => (await read(state, 'a')).work,
  };
}

function request(state: State, changes: object = {}) {
  const usual = { id: 'a', revision: 0, idempotencyKey: 'k', by: BY, act: { action: 'acknowledge' as const } };
  return state.call('actOnIncident', { ...usual, ...changes });
}

test('G2 acknowledge sets t_ack, and the owner if there is none; once', async (t) => {
  const { does, work } = await acting(t);
  assert.equal(await does({ action: 'acknowledge' }), 'acknowledged');
  const ack = { time: NOW, clock: 'server', source: 'action', who: BY.who };
  assert.deepEqual([(await work()).owner, (await work()).times], [BY.who, { ack }]);
  assert.equal(await does({ action: 'acknowledge' }), 'It is acknowledged already.');
});

test('G2 assign changes no state, and an owner stays through an acknowledgement', async (t) => {
  const { does, work } = await acting(t);
  assert.equal(await does({ action: 'assign', owner: 'bea' }), 'open');
  assert.equal(await does({ action: 'acknowledge' }), 'acknowledged');
  assert.equal((await work()).owner, 'bea');
  assert.equal(await does({ action: 'assign', owner: null }), 'acknowledged');
  assert.equal((await work()).owner, null);
  assert.equal(await does({ action: 'assign', owner: 'o'.repeat(128) }), 'acknowledged');
  assert.match(await does({ action: 'assign', owner: 'o'.repeat(129) }), /1 to 128/);
  assert.match(await does({ action: 'assign', owner: ' ' }), /1 to 128/);
});

test('G2 a verdict acknowledges; the first but inconclusive is the triage', async (t) => {
  const { does, work } = await acting(t);
  assert.match(await does({ action: 'verdict', verdict: 'bad' as 'false' }), /no verdict; use one of malicious/);
  assert.equal(await does({ action: 'verdict', verdict: 'inconclusive' }), 'acknowledged');
  assert.deepEqual(Object.keys((await work()).times), ['ack']);
  await does({ action: 'verdict', verdict: 'malicious' }, { atMs: NOW_MS + 1000 });
  await does({ action: 'verdict', verdict: 'false' }, { atMs: NOW_MS + 2000 });
  const { times, verdict } = await work();
  assert.deepEqual([times.triage?.time, verdict], [formatTime(NOW_MS + 1000, 0), 'false']);
});

test('G2 the first contain step that is done contains, the last verify step verifies', async (t) => {
  const { state, does, work } = await acting(t);
  const steps = ['c1', 'c2'].map((id) => ({ id, phase: 'contain' }));
  const verifying = ['v1', 'v2'].map((id) => ({ id, phase: 'verify' }));
  await got(commit(state, told('a', 2, { steps: [...steps, ...verifying, { id: 'l', phase: 'learn' }] })));
  const step = (id: string, outcome: 'done' | 'notApplicable' | 'undone', more = {}) =>
    does({ action: 'step', step: id, outcome, ...more });
  assert.equal(await step('l', 'done'), 'open');
  assert.equal(await step('none', 'done'), 'It has no step none.');
  assert.equal(await step('c1', 'undone'), 'Step c1 is not done.');
  assert.equal(await step('c1', 'notApplicable'), 'A step that does not apply needs a reason.');
  assert.equal(await step('c1', 'notApplicable', { note: 'it is off' }), 'open');
  assert.equal(await step('c2', 'done'), 'contained');
  assert.deepEqual(Object.keys((await work()).times).toSorted(), ['ack', 'contain']);
  assert.equal((await work()).times.contain?.source, 'step c2');
  await step('v1', 'done');
  assert.equal((await work()).times.containVerified, undefined);
  await step('v2', 'notApplicable', { note: 'no such host' });
  assert.equal((await work()).times.containVerified?.source, 'step v2');
  assert.equal(await step('c2', 'undone'), 'acknowledged');
  assert.equal((await work()).times.contain, undefined);
});

test('a contain step that is undone leaves containment to another that was done, and contain to itself', async (t) => {
  const { state, does, work } = await acting(t);
  const steps = ['c1', 'c2'].map((id) => ({ id, phase: 'contain' }));
  await got(commit(state, told('a', 2, { steps })));
  await does({ action: 'step', step: 'c1', outcome: 'done' });
  await does({ action: 'step', step: 'c2', outcome: 'done' }, { atMs: NOW_MS + 5 });
  assert.equal((await work()).times.contain?.source, 'step c1');
  assert.equal(await does({ action: 'step', step: 'c1', outcome: 'undone' }), 'contained');
  assert.equal((await work()).times.contain?.source, 'step c2');
  assert.equal(await does({ action: 'contain' }), 'It is contained already.');
});

test('G2 what verified containment goes with a verify step that is taken back and with containment, and comes again with them', async (t) => {
  const { state, does, work } = await acting(t);
  const steps = ['c contain', 'v1 verify', 'v2 verify'].map((line) => line.split(' '));
  const named = steps.map(([id = '', phase = '']) => ({ id, phase }));
  await got(commit(state, told('a', 2, { steps: named })));
  const step = (id: string, outcome: 'done' | 'undone', minute: number) =>
    does({ action: 'step', step: id, outcome }, { atMs: NOW_MS + minute * 60_000 });
  const times = async () => {
    const { contain, containVerified } = (await work()).times;
    return [contain, containVerified].map((time) => time && (Date.parse(time.time) - NOW_MS) / 60_000);
  };
  await step('c', 'done', 1);
  await step('v1', 'done', 2);
  await step('v2', 'done', 3);
  assert.deepEqual(await times(), [1, 3]);
  await step('v1', 'undone', 4);
  assert.deepEqual(await times(), [1, undefined]);
  await step('v1', 'done', 5);
  assert.deepEqual(await times(), [1, 5]);
  assert.equal(await step('c', 'undone', 6), 'acknowledged');
  assert.deepEqual(await times(), [undefined, undefined]);
  // What was verified before says nothing of a later containment: that is due again.
  assert.equal(await step('c', 'done', 7), 'contained');
  assert.deepEqual(await times(), [7, undefined]);
  const facts = { level: 'high' as const, state: 'contained' as const, verdict: null, alert: NOW };
  const due = dueOf({ ...facts, times: (await work()).times }, { levels: { high: {} }, verify: 60_000 });
  assert.deepEqual(due, { for: 'verify', atMs: NOW_MS + 8 * 60_000 });
  await does(
    { action: 'step', step: 'c', outcome: 'done', at: formatTime(NOW_MS + 60_000, 0), note: 'n' },
    {
      atMs: NOW_MS + 8 * 60_000,
    },
  );
  assert.deepEqual(await times(), [1, 5]);
});

test('G2 a verify step that is named later takes nothing back; one that does not apply after all does', async (t) => {
  const { state, does, work } = await acting(t);
  const verified = async () => (await work()).times.containVerified?.source;
  await does({ action: 'step', step: 'contain-a', outcome: 'done' });
  await does({ action: 'step', step: 'verify-a', outcome: 'done' });
  const more = [...told('a').steps, { id: 'v2', phase: 'verify' }];
  await got(commit(state, told('a', 2, { steps: more })));
  await does({ action: 'step', step: 'learn-a', outcome: 'done' });
  assert.equal(await verified(), 'step verify-a');
  await does({ action: 'step', step: 'verify-a', outcome: 'notApplicable', note: 'it was another host' });
  assert.equal(await verified(), undefined);
  await does({ action: 'step', step: 'v2', outcome: 'done' });
  assert.match(String(await verified()), /^step /);
});

test('G7 a time that is entered lies between the event and now, and in the past it needs a note', async (t) => {
  const { does, work } = await acting(t);
  const step = (time: string, note?: string) =>
    does({ action: 'step', step: 'contain-a', outcome: 'done', at: time, ...(note === undefined ? {} : { note }) });
  assert.match(await step(formatTime(NOW_MS, 1), 'n'), /has not come yet/);
  assert.match(await step('2026-11-25T08:59:59.9999999Z', 'n'), /lies before the incident/);
  assert.match(await step(at('09:00:00')), /needs a note/);
  assert.match(await step('yesterday', 'n'), /is no time; write it as/);
  assert.equal(await step(NOW), 'contained');
  assert.equal(await step(at('09:00:00'), 'the switch log says so'), 'contained');
  const { times, taken } = await work();
  assert.deepEqual(times.contain, { time: at('09:00:00'), clock: 'entered', source: 'step contain-a', who: BY.who });
  assert.equal(taken['contain-a']?.note, 'the switch log says so');
});

test('G2 close needs a verdict other than inconclusive', async (t) => {
  const { does, work } = await acting(t);
  const needs = 'It needs a verdict other than inconclusive before it is closed.';
  assert.equal(await does({ action: 'close' }), needs);
  await does({ action: 'verdict', verdict: 'inconclusive' });
  assert.equal(await does({ action: 'close' }), needs);
  await does({ action: 'verdict', verdict: 'authorised' });
  assert.equal(await does({ action: 'close' }), 'closed');
  assert.equal((await work()).times.close?.time, NOW);
  assert.equal(await does({ action: 'close' }), 'It is closed already.');
});

test('G2 closing what is malicious needs every contain and verify step, and what was learnt', async (t) => {
  const { does, work } = await acting(t);
  await does({ action: 'verdict', verdict: 'malicious' });
  assert.match(await does({ action: 'close', learn: 'l' }), /contain contain-a, verify verify-a\.$/);
  await does({ action: 'step', step: 'contain-a', outcome: 'done' });
  assert.match(await does({ action: 'close', learn: 'l' }), /: verify verify-a\.$/);
  await does({ action: 'step', step: 'verify-a', outcome: 'notApplicable', note: 'wiped' });
  assert.match(await does({ action: 'close' }), /what was learnt/);
  assert.match(await does({ action: 'close', learn: ' ' }), /what was learnt/);
  assert.equal(await does({ action: 'close', learn: 'patch sooner' }), 'closed');
  assert.equal((await work()).learn, 'patch sooner');
});

test('what is closed takes notes and an owner; the rest waits until it is reopened with a reason', async (t) => {
  const { does, work } = await acting(t);
  assert.equal(await does({ action: 'reopen', note: 'why' }), 'It is open, not closed.');
  await does({ action: 'verdict', verdict: 'false' });
  await does({ action: 'close' });
  for (const action of [
    { action: 'contain' },
    { action: 'verdict', verdict: 'malicious' },
    { action: 'step', step: 'contain-a', outcome: 'done' },
  ] as const)
    assert.match(await does(action), /reopen it first/);
  assert.equal(await does({ action: 'note', note: 'seen again' }), 'closed');
  assert.equal(await does({ action: 'assign', owner: 'bea' }), 'closed');
  assert.match(await does({ action: 'reopen', note: '' }), /needs a reason/);
  assert.equal(await does({ action: 'reopen', note: 'seen again' }, { atMs: NOW_MS + 9 }), 'acknowledged');
  const { episode, times, verdict } = await work();
  assert.deepEqual(
    [episode, Object.keys(times), times.ack?.time, verdict],
    [2, ['reopen', 'ack'], formatTime(NOW_MS + 9, 0), 'false'],
  );
});

test("G12 one takes back an acknowledgement of one's own within 30 seconds; notes between do not matter", async (t) => {
  const { does, work } = await acting(t);
  assert.match(await does({ action: 'undo' }), /no acknowledgement/);
  await does({ action: 'acknowledge' });
  await does({ action: 'note', note: 'looking' });
  assert.match(await does({ action: 'undo' }, { who: 'bea' }), /local:tester acknowledged it/);
  assert.match(await does({ action: 'undo' }, { atMs: NOW_MS + UNDO_MS + 1 }), /more than 30 seconds/);
  assert.equal(await does({ action: 'undo' }, { atMs: NOW_MS + UNDO_MS }), 'open');
  const { state, owner, times, revision } = await work();
  assert.deepEqual([state, owner, times, revision], ['open', null, {}, 3]);
  assert.match(await does({ action: 'undo' }), /no acknowledgement/);
  await does({ action: 'assign', owner: 'bea' });
  await does({ action: 'acknowledge' });
  await does({ action: 'verdict', verdict: 'inconclusive' });
  assert.match(await does({ action: 'undo' }), /no acknowledgement/);
});

test('G10 up to 100 incidents are changed in one commit, each by itself and with a result of its own', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c'), told('d', 1, { absorbs: ['c'] }), merged('c', 'd')));
  const one = (id: string, revision = 0): ActRequest => ({
    id,
    revision,
    idempotencyKey: `k/${id}`,
    by: BY,
    act: { action: 'acknowledge' },
  });
  const requests = [one('a'), one('b', 7), one('c'), one('none')];
  const results = await got(state.call('actOnIncidents', { requests }));
  const words = results.map((result) => (result.kind === 'done' ? result.value.kind : result.code));
  assert.deepEqual(words, ['acted', 'stale', 'merged', 'unknown']);
  assert.deepEqual(
    [(await read(state, 'a')).work.state, (await read(state, 'b')).work.state],
    ['acknowledged', 'open'],
  );
  const [again] = await got(state.call('actOnIncidents', { requests: [one('a')] }));
  assert.equal(again?.kind === 'done' && again.value.kind === 'acted' && again.value.isKnown, true);
  const many = Array.from({ length: 101 }, (_, at) => one(`i${at}`));
  assert.equal(await codeOf(state.call('actOnIncidents', { requests: many })), 'invalid');
  assert.equal((await got(state.call('actOnIncidents', { requests: many.slice(1) }))).length, 100);
});

test('G7 the time of containment can be put right with a note, also after it was told; that of a step by the step', async (t) => {
  const { does, work } = await acting(t);
  assert.equal(await does({ action: 'contain' }), 'contained');
  assert.equal(await does({ action: 'contain' }), 'It is contained already.');
  assert.match(await does({ action: 'contain', at: at('09:30:00') }), /needs a note/);
  assert.equal(await does({ action: 'contain', at: at('09:30:00'), note: 'the log of the firewall' }), 'contained');
  const { contain } = (await work()).times;
  assert.deepEqual([contain?.time, contain?.clock], [at('09:30:00'), 'entered']);
  const other = await acting(t);
  await other.does({ action: 'step', step: 'contain-a', outcome: 'done' });
  assert.match(await other.does({ action: 'contain', at: at('09:30:00'), note: 'n' }), /rests on step contain-a/);
  await other.does({ action: 'step', step: 'contain-a', outcome: 'done', at: at('09:40:00'), note: 'n' });
  assert.equal((await other.work()).times.contain?.time, at('09:40:00'));
});

test('a note has 1 to 10,000 characters', async (t) => {
  const { does } = await acting(t);
  assert.equal(await does({ action: 'note', note: ' ' }), 'A note has a text.');
  assert.equal(await does({ action: 'note', note: 'n'.repeat(10_001) }), 'A text has at most 10000 characters.');
  assert.equal(await does({ action: 'note', note: 'n'.repeat(10_000) }), 'open');
});

test('an action on a revision that is past is stale and tells the present one; a later version refuses nothing', async (t) => {
  const { state } = await acting(t);
  assert.equal((await got(request(state))).kind, 'acted');
  assert.deepEqual(await got(request(state, { idempotencyKey: 'k2' })), {
    kind: 'stale',
    revision: 1,
    state: 'acknowledged',
  });
  assert.deepEqual(await got(request(state, { idempotencyKey: 'k2', revision: 2 })), {
    kind: 'stale',
    revision: 1,
    state: 'acknowledged',
  });
  await got(commit(state, told('a', 2)));
  const note = { action: 'note', note: 'n' };
  assert.equal((await got(request(state, { idempotencyKey: 'k3', revision: 1, version: 1, act: note }))).kind, 'acted');
  assert.equal((await got(request(state, { idempotencyKey: 'k4', revision: undefined, act: note }))).kind, 'acted');
  const [, seen] = (await read(state, 'a')).history.rows;
  assert.deepEqual([seen?.version, seen?.seen, seen?.revision], [2, 1, 2]);
  assert.equal(await codeOf(request(state, { revision: undefined, idempotencyKey: 'k5' })), 'invalid');
  assert.equal(await codeOf(request(state, { id: 'none', idempotencyKey: 'k5' })), 'unknown');
});

test('L19 the same key and request again get the same answer and do nothing; another request is refused', async (t) => {
  const { state } = await acting(t);
  const first = await got(request(state));
  assert.deepEqual(first, { kind: 'acted', id: 'a', revision: 1, state: 'acknowledged', isKnown: false });
  await act(state, 'a', { action: 'note', note: 'n' });
  const before = await read(state, 'a');
  assert.deepEqual(await got(request(state, { by: { ...BY, atMs: NOW_MS + 7 } })), { ...first, isKnown: true });
  assert.deepEqual(await got(request(state, { revision: 1 })), { kind: 'keyUsed' });
  assert.deepEqual(await got(request(state, { act: { action: 'note', note: 'n' } })), { kind: 'keyUsed' });
  assert.deepEqual(await read(state, 'a'), before);
  assert.equal((await got(request(state, { by: { ...BY, who: 'bea' } }))).kind, 'stale');
  assert.equal(await codeOf(request(state, { idempotencyKey: '' })), 'invalid');
  assert.equal(await codeOf(request(state, { idempotencyKey: 'k'.repeat(133) })), 'invalid');
  await got(commit(state, told('b', 2, { absorbs: ['a'] }), merged('a', 'b')));
  assert.deepEqual(await got(request(state)), { ...first, isKnown: true });
});

test('G3 an action on an id that was merged is refused with the survivor', async (t) => {
  const { state } = await acting(t);
  await got(commit(state, told('b', 2, { absorbs: ['a'] }), merged('a', 'b')));
  assert.deepEqual(await got(request(state)), { kind: 'merged', survivor: 'b' });
});

test('each action leaves its row in the audit and in the history, and a refused one leaves none', async (t) => {
  const { state, does } = await acting(t);
  await does({ action: 'acknowledge' });
  await does({ action: 'acknowledge' });
  await does({ action: 'verdict', verdict: 'false', note: 'a drill' });
  const audit = (await got(state.call('listAudit', {}))).rows;
  assert.deepEqual(
    audit.map(({ who, action, object }) => [who, action, object]),
    [
      [BY.who, 'incident.verdict', 'incident/a'],
      [BY.who, 'incident.acknowledge', 'incident/a'],
    ],
  );
  assert.deepEqual(JSON.parse(audit[0]?.before ?? ''), {
    revision: 1,
    state: 'acknowledged',
    owner: BY.who,
    verdict: null,
  });
  const [entry] = (await read(state, 'a')).history.rows;
  assert.deepEqual(
    [entry?.action, entry?.note, entry?.before.verdict, entry?.after.verdict],
    ['verdict', 'a drill', null, 'false'],
  );
});

test('L22 a key that somebody wrote into a text is kept nowhere', async (t) => {
  const { state, does } = await acting(t);
  const { text } = makeKey(randomBytes);
  const secret = text.split('_')[2] ?? '';
  await does({ action: 'note', note: `use ${text}` });
  await does({ action: 'step', step: 'contain-a', outcome: 'done', note: text });
  await does({ action: 'verdict', verdict: 'false', note: text });
  await does({ action: 'assign', owner: text });
  await does({ action: 'close', learn: text }, { who: `local:${text}` });
  const told = [
    await read(state, 'a'),
    await got(state.call('listAudit', {})),
    await got(state.call('listIncidents', {})),
  ];
  assert.ok(!JSON.stringify(told).includes(secret));
});

test('PRODUCT 8.3 a verdict has a reason of its own, a duplicate names another incident that is none, what is authorised who approved it', async (t) => {
  const state = await newState(t);
  await got(commit(state, told('a'), told('b'), told('c')));
  const judge = (id: string, more: object): Promise<string> =>
    outcomeOf(act(state, id, { action: 'verdict', verdict: 'duplicate', code: 'same', ...more } as IncidentAction));
  const { number } = await read(state, 'a');
  assert.equal(await judge('b', { of: `inc-${number}` }), 'acknowledged');
  assert.deepEqual((await read(state, 'b')).work.judged, { code: 'same', episode: 1, of: { id: 'a', number } });
  assert.match(await judge('a', { of: 'b' }), /INC-\d is itself a duplicate of INC-\d\.$/);
  assert.match(await judge('c', { of: 'b' }), /is itself a duplicate/);
  assert.match(await judge('c', { verdict: 'false', code: 'rule', of: 'a' }), /What is false names no other incident/);
  assert.match(await judge('c', { verdict: 'false', code: 'rule', approver: 'eve' }), /Nobody approves what is false/);
  assert.equal(await judge('c', { verdict: 'authorised', code: 'product', approver: ' eve ' }), 'acknowledged');
  assert.deepEqual((await read(state, 'c')).work.judged, { code: 'product', episode: 1, approver: 'eve' });
  // What became one keeps the reason where the verdict is one.
  await judge('a', { verdict: 'authorised', code: 'change', approver: 'bob' });
  await got(commit(state, told('a', 2, { absorbs: ['c'] })));
  const { verdict, judged } = (await read(state, 'a')).work;
  assert.deepEqual([verdict, judged], ['authorised', { code: 'change', episode: 1, approver: 'bob' }]);
  // And what was a duplicate of one that became part of another still leads there.
  assert.match(await judge('b', { of: 'c' }), /^acknowledged$/);
  assert.equal((await read(state, 'b')).work.judged?.of?.id, 'a');
});
