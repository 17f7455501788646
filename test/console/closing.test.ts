import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesBeside } from '../../console/incident/addresses.ts';
import { hasFormerVerdict, needsOf } from '../../console/incident/closing-needs.ts';
import type { IncidentDocument } from '../../console/incident/document.ts';
import { historyWords } from '../../console/incident/history-words.ts';
import { containedWords, progressOf } from '../../console/incident/phases.ts';
import { toldBlind } from '../../console/pages/told-blind.ts';
import type { HistoryEntryDocument, TakenStepDocument } from '../../src/api/index.ts';
import { SAMPLE_INCIDENT } from '../report/sample-incident.ts';

const NEXT = SAMPLE_INCIDENT.next;
const idsOf = (phase: string): readonly string[] => NEXT.filter((step) => step.phase === phase).map(({ id }) => id);
const CONTAIN = idsOf('contain');

const TIME = { time: '2026-03-12T10:00:00Z', clock: 'server', source: 'action', who: 'alice' } as const;

function taken(
  phase: string,
  outcome: TakenStepDocument['outcome'] = 'done',
  more: Partial<TakenStepDocument> = {},
): TakenStepDocument {
  return { phase, outcome, time: TIME, ...more };
}

function worked(work: Partial<IncidentDocument['work']>): Pick<IncidentDocument, 'incident' | 'work'> {
  const usual = {
    revision: 1,
    state: 'acknowledged',
    owner: null,
    verdict: 'malicious',
    judged: null,
    reason: null,
  } as const;
  return {
    incident: SAMPLE_INCIDENT,
    work: { ...usual, closed: null, learn: null, episode: 1, times: { triage: TIME }, taken: {}, ...work },
  };
}

function entry(before: object, after: object, action: HistoryEntryDocument['action'] = 'step'): HistoryEntryDocument {
  const of = { seq: 1, incident: 'a', at: '2026-03-12T10:00:00Z', who: 'alice', version: 1, revision: 1 };
  return {
    ...of,
    action,
    before: before as HistoryEntryDocument['before'],
    after: after as HistoryEntryDocument['after'],
  };
}

test('SETTLED G2 the page tells by the rule of the server what closing waits for, apart from what is advised', () => {
  const { verdict, steps, learn, advised } = needsOf(worked({}));
  assert.deepEqual([verdict, learn], [false, true]);
  assert.deepEqual(
    steps.map(({ id }) => id),
    [...CONTAIN, ...idsOf('verify')],
  );
  assert.equal(steps.length + advised.length, NEXT.length);
  // Opened again, it has the verdict of the episode before, which counts no more.
  const again = worked({ episode: 2, times: {} });
  assert.deepEqual(
    [needsOf(again).verdict, hasFormerVerdict(again), hasFormerVerdict(worked({}))],
    [true, true, false],
  );
});

test('SETTLED G2 contained by its first step, an incident says how many of them are done until all are settled', () => {
  const [first = '', second = '', third = ''] = CONTAIN;
  const one = { [first]: taken('contain') };
  assert.equal(containedWords(worked({ state: 'contained', taken: one })), ', 1 of 3 steps done');
  assert.equal(containedWords(worked({ taken: one })), '');
  const two = { ...one, [second]: taken('contain', 'notApplicable') };
  assert.equal(containedWords(worked({ state: 'contained', taken: two })), ', 1 of 2 steps done');
  const all = { ...two, [third]: taken('contain') };
  assert.equal(containedWords(worked({ state: 'contained', taken: all })), '');
  assert.equal(progressOf(worked({}), 'verify'), '0 of 2 steps done');
});

test('the history says which step it was and how it was settled', () => {
  const [first = ''] = CONTAIN;
  const text = NEXT.find(({ id }) => id === first)?.text ?? '';
  const done = { taken: { [first]: taken('contain') } };
  assert.equal(historyWords(entry({ taken: {} }, done), NEXT), `did a step of Contain: “${text}”`);
  const not = { taken: { [first]: taken('contain', 'notApplicable', { note: 'it is off' }) } };
  assert.equal(historyWords(entry(done, not), NEXT), `said that a step does not apply, of Contain: “${text}”`);
  assert.equal(historyWords(entry(done, { taken: {} }), NEXT), `took a step back, of Contain: “${text}”`);
  assert.equal(historyWords(entry({ taken: {} }, done), []), 'did a step of Contain: one that is named no more');
  assert.equal(historyWords(entry({}, {}), NEXT), 'worked on a step');
  const long = [{ id: first, phase: 'contain' as const, text: 'x'.repeat(300) }];
  assert.ok(historyWords(entry({}, done), long).length < 140);
});

test('an address that is a host of the incident is no other object beside it', () => {
  const edge = SAMPLE_INCIDENT.edges[0];
  assert.ok(edge !== undefined);
  const edges = [
    { ...edge, source: { address: '10.20.9.9' }, target: { host: 'srv-02', address: '10.20.0.2' } },
    { ...edge, source: { address: '10.20.9.9' }, target: { host: 'srv-03' } },
  ];
  assert.deepEqual(addressesBeside(['10.20.9.9', 'srv-02', 'srv-03'], edges), ['10.20.0.2']);
  assert.deepEqual(addressesBeside(['srv-02'], edges), ['10.20.9.9', '10.20.0.2']);
});

test('gaps of a host that would read the same are told once', () => {
  const gap = { id: 'a', host: 'srv-02', what: 'no Sysmon log', so: 'no process is seen', close: 'install Sysmon' };
  const other = { ...gap, id: 'c', so: 'no object is seen' };
  assert.deepEqual(toldBlind([gap, { ...gap, id: 'b', from: '2026-03-12T10:00:00Z' }, other]), [gap, other]);
});
