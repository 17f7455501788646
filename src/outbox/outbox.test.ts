import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueReasons } from './due.ts';
import {
  type DueReason,
  type IncidentView,
  messageId,
  nextTry,
  readRetryAfter,
  restAfter,
  type SinkRule,
  toldView,
  versionMark,
} from './index.ts';
import { isFor } from './sink-rule.ts';

const RULE: SinkRule = { name: 'soc', level: 'high', scope: [], hosts: [], tells: [] };
const VIEW: IncidentView = {
  id: 'abc',
  number: 12,
  isNumbered: false,
  version: 3,
  revision: 2,
  level: 'high',
  isWmi: true,
  levels: {},
  hosts: ['srv-02'],
  standing: 'told',
  owner: null,
  state: 'open',
  verdict: null,
};
const TOLD = toldView(VIEW, undefined);

function reasons(
  changes: Partial<IncidentView>,
  pending: readonly DueReason[] = [],
  told: typeof TOLD | undefined = TOLD,
): string {
  return dueReasons(RULE, { ...VIEW, ...changes }, { told, pending, isShown: false, isAct: false }).join(' ');
}

test('the id of a message is incident, sink, version and revision, without a dot; a merge is marked, and the number of what began anew', () => {
  assert.equal(messageId(VIEW, 'soc'), 'abc_soc_3_2');
  assert.equal(messageId({ ...VIEW, id: 'a.b' }, 'soc'), 'a-b_soc_3_2');
  assert.equal(messageId({ ...VIEW, standing: 'merged' }, 'soc'), 'abc_soc_3m_2');
  assert.equal(messageId({ ...VIEW, isNumbered: true }, 'soc'), 'abc_soc_3_2n12');
  assert.equal(versionMark({ ...VIEW, isNumbered: true, standing: 'merged' }, '-'), '3m-2n12');
});

test('below the level of a sink nothing is due, also what was told before', () => {
  assert.equal(reasons({ level: 'medium' }, [], undefined), '');
  assert.equal(reasons({ level: 'medium', hosts: ['ws-07'] }), '');
  assert.equal(reasons({ level: 'medium', standing: 'withdrawn' }), 'withdrawn');
});

test('what lasts stays due, what was undone goes', () => {
  assert.equal(reasons({}, ['host', 'state']), 'host');
  assert.equal(reasons({}, ['withdrawn']), '');
  assert.equal(reasons({ standing: 'withdrawn' }, ['reached'], undefined), 'withdrawn reached');
});

test('an act of a person makes nothing new to a sink that knows nothing of the incident; what waits stays due', () => {
  const withdrawn = { ...TOLD, standing: 'withdrawn' as const };
  const of = (told: typeof TOLD | undefined, pending: readonly DueReason[], isAct: boolean): string =>
    dueReasons(RULE, VIEW, { told, pending, isShown: false, isAct }).join(' ');
  assert.deepEqual([of(undefined, [], true), of(undefined, [], false)], ['', 'reached']);
  assert.deepEqual([of(withdrawn, [], true), of(withdrawn, [], false)], ['', 'reached']);
  assert.equal(of(undefined, ['reached'], true), 'reached');
});

test('a sink knows the highest level and all hosts that it was told, until a new beginning', () => {
  const wider = toldView({ ...VIEW, level: 'critical', hosts: ['ws-07'] }, TOLD);
  assert.deepEqual([wider.level, wider.hosts], ['critical', ['srv-02', 'ws-07']]);
  const lower = toldView(VIEW, wider);
  assert.deepEqual([lower.level, lower.hosts], ['critical', ['srv-02', 'ws-07']]);
  const again = toldView(VIEW, { ...wider, standing: 'withdrawn' });
  assert.deepEqual([again.level, again.hosts], ['high', ['srv-02']]);
});

test('hosts fit by their whole name or its first label', () => {
  const fits = (pattern: string, host: string): boolean =>
    isFor({ ...RULE, hosts: [pattern] }, { ...VIEW, hosts: [host] });
  const yes = [
    ['srv-*', 'SRV-02.corp.example'],
    ['srv-02', 'srv-02.corp.example'],
    ['*.corp.example', 'srv-02.corp.example'],
    ['*', 'x'],
    ['a*b*c', 'aXbYc'],
    ['s*2', 'srv-02.corp'],
  ];
  const no = [
    ['srv', 'srv-02'],
    ['*.example', 'srv-02'],
    ['a*b*c', 'acb'],
    ['ab*ba', 'aba'],
    ['s*2.x', 'srv-02'],
  ];
  for (const [pattern = '', host = ''] of yes) assert.equal(fits(pattern, host), true, `${pattern} ${host}`);
  for (const [pattern = '', host = ''] of no) assert.equal(fits(pattern, host), false, `${pattern} ${host}`);
});

test('attempts come after 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5 h and 10 h, with at most a fifth by chance; then no more', () => {
  const waits = (chance: number): readonly (number | undefined)[] =>
    Array.from({ length: 9 }, (_, at) => nextTry(at + 1, { nowMs: 0, chance })).map((ms) => ms && ms / 1000);
  assert.deepEqual(waits(0), [5, 30, 120, 600, 1800, 7200, 18_000, 36_000, undefined]);
  assert.deepEqual(waits(1), [6, 36, 144, 720, 2160, 8640, 21_600, 43_200, undefined]);
  assert.equal(nextTry(1, { nowMs: 7, chance: 0, retryAfterMs: 90_000 }), 90_007);
  assert.equal(
    nextTry(1, { nowMs: 0, chance: 0, retryAfterMs: 1e12 }),
    36_000_000,
    'nobody may ask for more than 10 h',
  );
});

test('Retry-After is seconds or a date', () => {
  const nowMs = Date.UTC(2026, 10, 26);
  assert.equal(readRetryAfter('120', nowMs), 120_000);
  assert.equal(readRetryAfter('Thu, 26 Nov 2026 00:01:00 GMT', nowMs), 60_000);
  assert.equal(readRetryAfter('Thu, 26 Nov 2020 00:01:00 GMT', nowMs), 0);
  assert.equal(readRetryAfter('soon', nowMs), undefined);
  assert.equal(readRetryAfter(undefined, nowMs), undefined);
});

test('a sink that fails three times in a row rests, for five minutes at most', () => {
  assert.deepEqual([0, 2, 3, 4, 8, 9, 1000].map(restAfter), [0, 0, 5000, 10_000, 160_000, 300_000, 300_000]);
});
