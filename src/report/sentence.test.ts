import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dossier, type LifecycleStep, namedSubscription, programOf } from '../subscriptions/index.ts';
import { hostLabels } from './host-label.ts';
import { dossierSentence } from './sentence.ts';
import { duration, timelineOf } from './timeline.ts';

const STEP = { strength: 'witnessed', evidence: [] } as const;

function step(name: LifecycleStep['step'], time: string, more: Partial<LifecycleStep> = {}): LifecycleStep {
  return { ...STEP, step: name, time: `2026-03-12T${time}.0000000Z`, ...more };
}

const BARE: Dossier = {
  id: 'aaaaaaaaaaaaaaaa',
  host: 'srv-02.corp.example',
  namespace: 'root\\subscription',
  namespaceBasis: 'stated',
  filter: { name: 'Updater' },
  consumer: {
    class: 'CommandLineEventConsumer',
    name: 'Updater',
    payload: 'powershell.exe -NoP',
    properties: {},
    decoded: [],
    features: [],
    indicators: [],
  },
  binding: { inferred: false },
  creator: {},
  origin: { kind: 'unknown', candidates: [] },
  lifecycle: [],
  state: 'armed',
  seenIn: [],
  otherContents: [],
  conflicts: [],
  inferred: false,
  firstSeen: '2026-03-12T09:00:00.0000000Z',
  lastSeen: '2026-03-12T09:00:00.0000000Z',
  baseline: { known: false },
  verdict: { level: 'high', score: 66, terms: [] },
  notes: [],
  aliases: [],
  evidence: [],
};

const label = hostLabels([BARE.host]);

function say(changes: Partial<Dossier>): string {
  return dossierSentence({ ...BARE, ...changes }, label);
}

test('L13 a headline says who, from where, what, on which host and how often', () => {
  assert.equal(
    say({
      origin: { kind: 'remote', account: 'CORP\\alice', source: { host: 'WS-07' }, candidates: [] },
      lifecycle: [step('created', '09:00:00'), step('fired', '09:01:00', { strength: 'strong', count: 3 })],
    }),
    "CORP\\alice from WS-07 planted subscription 'Updater' on SRV-02; it ran powershell.exe 3 times",
  );
});

test('a filter of another name stands behind the name that every output uses', () => {
  const dossier = { ...BARE, filter: { name: 'UpdaterFilter' } };
  assert.equal(
    say({ filter: dossier.filter, lifecycle: [step('present', '09:00:00')], state: 'unknown' }),
    `${namedSubscription(dossier).replace('s', 'S')} (filter 'UpdaterFilter') is present on SRV-02; it would run powershell.exe`,
  );
});

test('L13 unknown parts are left out, never null or a dash', () => {
  const nothing = say({
    filter: { name: null },
    consumer: { ...BARE.consumer, class: null, name: null },
    lifecycle: [step('present', '09:00:00')],
    state: 'unknown',
  });
  assert.equal(nothing, 'A subscription without names is present on SRV-02');
  assert.doesNotMatch(nothing, /null|undefined| - /);
});

test('L1 only a witnessed creation is told as one', () => {
  const told = (name: LifecycleStep['step'], more: Partial<LifecycleStep> = {}): string =>
    say({ creator: { account: 'CORP\\bob' }, lifecycle: [step(name, '09:00:00', more)], state: 'unknown' });
  assert.equal(told('created'), "CORP\\bob planted subscription 'Updater' on SRV-02; it would run powershell.exe");
  assert.equal(
    told('created', { strength: 'inferred' }),
    "CORP\\bob ran a command on SRV-02 that creates subscription 'Updater'; it would run powershell.exe",
  );
  for (const name of ['registered', 'activated', 'present', 'modified', 'deleted', 'appeared', 'fired'] as const) {
    assert.doesNotMatch(told(name), /created|planted/, name);
  }
});

test('L1 who changed or removed it is told as that, and never as who made it', () => {
  const life = (...steps: readonly LifecycleStep[]): string => say({ lifecycle: steps, state: 'deleted' });
  const removed = step('deleted', '09:01:00', { account: 'CORP\\bob' });
  const tail = '; it would run powershell.exe and was removed';
  assert.equal(life(removed), `Subscription 'Updater' was deleted on SRV-02 by CORP\\bob${tail}`);
  assert.equal(
    life(removed, step('deleted', '09:02:00')),
    `Subscription 'Updater' was deleted on SRV-02${tail}`,
    'not all of it by one who is known',
  );
  const changed = step('modified', '09:00:00', { account: 'CORP\\alice' });
  assert.equal(
    life(changed, removed),
    `Subscription 'Updater' was changed on SRV-02 by CORP\\alice${tail} by CORP\\bob`,
  );
  const origin: Dossier['origin'] = { kind: 'unknown', account: 'CORP\\alice', candidates: [] };
  const created = step('created', '09:00:10', { account: 'CORP\\alice' });
  const planted = "CORP\\alice planted subscription 'Updater' on SRV-02";
  assert.equal(
    say({ origin, lifecycle: [created, removed], state: 'deleted' }),
    `${planted}${tail} by CORP\\bob after 50 s`,
  );
  assert.equal(
    say({ origin, lifecycle: [created, { ...removed, account: 'CORP\\alice' }], state: 'deleted' }),
    `${planted}${tail} after 50 s`,
  );
});

test('rows of a life name who did each act, and acts of two accounts are two rows', () => {
  const dossier: Dossier = {
    ...BARE,
    lifecycle: [
      step('created', '09:00:00', { part: 'filter', account: 'CORP\\alice' }),
      step('created', '09:00:01', { part: 'consumer', account: 'CORP\\alice' }),
      step('deleted', '09:01:00', { part: 'filter', account: 'CORP\\alice' }),
      step('deleted', '09:01:01', { part: 'consumer', account: 'CORP\\bob' }),
      step('deleted', '09:01:02', { part: 'binding' }),
    ],
  };
  const deletions = ['filter deleted by CORP\\alice', 'consumer deleted by CORP\\bob', 'binding deleted'];
  const rows = (creator: Dossier['creator']): readonly string[] =>
    timelineOf({ ...dossier, creator }).map(({ text }) => text);
  assert.deepEqual(rows({}), ['filter and consumer created by CORP\\alice in 1 s', ...deletions]);
  assert.deepEqual(
    rows({ account: 'CORP\\alice' }),
    ['filter and consumer created in 1 s', ...deletions],
    'the creator stands on the card',
  );
});

test('a subscription that is gone says after how long', () => {
  assert.equal(
    say({
      lifecycle: [step('created', '09:00:00'), step('deleted', '09:00:50')],
      state: 'deleted',
      verdict: { level: 'low', score: 20, terms: [] },
    }),
    "Subscription 'Updater' was created on SRV-02; it would run powershell.exe and was removed after 50 s",
  );
});

test('a weak or inferred firing is told as possible only', () => {
  assert.equal(
    say({ lifecycle: [step('registered', '09:00:00'), step('fired', '09:01:00', { strength: 'inferred' })] }),
    "Subscription 'Updater' was live on SRV-02; it may have run powershell.exe",
  );
});

test('the program of a command line is found with and without quotes and spaces', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['powershell.exe -NoP', 'powershell.exe'],
    ['"C:\\Program Files\\x y\\tool.exe" /a', 'tool.exe'],
    ['C:\\Program Files\\x\\tool.exe /a', 'tool.exe'],
    ['cmd /c echo', 'cmd'],
    ['', ''],
  ];
  for (const [commandLine, program] of cases) assert.equal(programOf(commandLine), program);
});

test('hosts of one short name keep their whole names', () => {
  const labels = hostLabels(['srv.a.example', 'srv.b.example', 'ws-07.a.example', '10.0.0.1']);
  assert.deepEqual(['srv.a.example', 'srv.b.example', 'ws-07.a.example', '10.0.0.1'].map(labels), [
    'srv.a.example',
    'srv.b.example',
    'WS-07',
    '10.0.0.1',
  ]);
});

test('durations are told in the unit that a person would use', () => {
  assert.deepEqual([190, 5000, 50_000, 420_000, 6_600_000, 259_200_000].map(duration), [
    '0.19 s',
    '5 s',
    '50 s',
    '7 min',
    '1 h 50 min',
    '3 days',
  ]);
});
