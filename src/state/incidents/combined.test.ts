import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTime } from '../../windows/index.ts';
import { dueTimes } from './due.ts';
import { readWorkTimes } from './stored-incident.ts';
import { combined, reopened, UNTOUCHED, type Verdict, type Work, type WorkTime } from './work.ts';

const ALERT_MS = Date.UTC(2026, 10, 25, 9);
const TARGETS = { levels: { high: { acknowledge: 10, verdict: 20, contain: 30 } }, verify: 40 };

function timeAt(ms: number): WorkTime {
  return { time: formatTime(ALERT_MS + ms, 0), clock: 'server', source: 'action', who: 'ann' };
}

function judged(verdict: Verdict): Work {
  return { ...UNTOUCHED, revision: 1, state: 'acknowledged', verdict, times: { ack: timeAt(5), triage: timeAt(5) } };
}

/** Closed by its verdict and opened again, 100 ms after the alert if not later. */
function openedAgain(verdict: Verdict, atMs = 100): Work {
  return reopened(judged(verdict), { reopen: timeAt(atMs) });
}

/** What became one so many milliseconds after the alert. */
function one(atMs: number, ...parts: readonly [Work, ...Work[]]): Work {
  return combined(parts, ALERT_MS + atMs);
}

/** What is to be done yet, in milliseconds after the alert. */
function owed(work: Work): string {
  return dueTimes({ level: 'high', alert: formatTime(ALERT_MS, 0), ...work }, TARGETS)
    .filter(({ isMet }) => !isMet)
    .map(({ for: step, atMs }) => `${step} ${atMs - ALERT_MS}`)
    .join(', ');
}

const undecided = one(1000, judged('false'), judged('authorised'));

const CASES: readonly (readonly [what: string, work: Work, owed: string])[] = [
  ['two harmless ones, alike', one(1000, judged('false'), judged('false')), ''],
  ['two harmless ones, unlike', undecided, 'verdict 1020, contain 1030'],
  ['a harmless one, and one that nobody touched', one(1000, judged('false'), UNTOUCHED), ''],
  ['a harmless and a malicious one', one(1000, judged('false'), judged('malicious')), 'verdict 1020, contain 30'],
  [
    'a harmless and an inconclusive one',
    one(1000, judged('false'), judged('inconclusive')),
    'verdict 1020, contain 30',
  ],
  [
    'two harmless ones and one that nobody touched, at once',
    one(1000, judged('false'), judged('authorised'), UNTOUCHED),
    'verdict 1020, contain 30',
  ],
  ['one that nobody touched after two harmless ones', one(2000, undecided, UNTOUCHED), 'verdict 1020, contain 30'],
  ['a malicious one after two harmless ones', one(2000, undecided, judged('malicious')), 'contain 30'],
  ['a harmless one after two harmless ones', one(2000, undecided, judged('test')), ''],
  [
    'two more harmless ones after two',
    one(2000, undecided, judged('test'), judged('duplicate')),
    'verdict 2020, contain 1030',
  ],
  [
    'two that owe it since merges',
    one(3000, one(2000, judged('false'), judged('test')), undecided),
    'verdict 1020, contain 1030',
  ],
  [
    'a harmless one after one that stood for both',
    one(2000, one(1000, judged('false'), UNTOUCHED), judged('authorised')),
    'verdict 2020, contain 2030',
  ],
  [
    'one that was opened again, and a harmless one',
    one(1000, openedAgain('false'), judged('authorised')),
    'verdict 1020, contain 130',
  ],
  [
    'one that was opened again, and one that nobody touched',
    one(1000, openedAgain('false'), UNTOUCHED),
    'acknowledge 10, verdict 20, contain 30',
  ],
  [
    'one that was opened again, and a malicious one that is not contained',
    one(1000, openedAgain('malicious'), judged('malicious')),
    'contain 30',
  ],
  [
    'one that was opened again after a merge of two harmless ones',
    one(6000, undecided, openedAgain('false', 5000)),
    'verdict 1020, contain 1030',
  ],
  [
    'one that was opened again and closed as harmless, and one that was opened again later',
    one(
      6000,
      { ...judged('authorised'), state: 'closed', times: { ...judged('authorised').times, reopen: timeAt(100) } },
      openedAgain('false', 5000),
    ),
    'verdict 6020, contain 5030',
  ],
  [
    'two that were opened again',
    one(1000, openedAgain('false'), openedAgain('false')),
    'acknowledge 110, verdict 120, contain 130',
  ],
  [
    'a harmless one after two of which one verdict was given since',
    one(3000, { ...undecided, verdict: 'false', times: { ...undecided.times, triage: timeAt(1500) } }, judged('test')),
    'verdict 3020, contain 1030',
  ],
  [
    'one that was opened again after two harmless ones',
    one(2000, undecided, openedAgain('false')),
    'verdict 1020, contain 130',
  ],
  [
    'two harmless ones that were opened again',
    reopened(undecided, { reopen: timeAt(2000) }),
    'acknowledge 2010, verdict 2020, contain 2030',
  ],
];

for (const [what, work, due] of CASES)
  test(`G3 G9 what is due of ${what}: ${due === '' ? 'nothing' : due}`, () => assert.equal(owed(work), due));

test('a verdict of an episode before decides nothing that is open in another, and stays where nothing is', () => {
  assert.equal(one(2000, undecided, openedAgain('false')).verdict, null);
  assert.equal(one(2000, UNTOUCHED, openedAgain('false')).verdict, 'false');
});

test('L25 a row that says of `undecided` whether containment is due from then is read as one that has its time', () => {
  const { containFrom, ...times } = undecided.times;
  const { undecided: since } = times;
  const stored = (restartsContain: boolean): string =>
    JSON.stringify({ ...times, undecided: { ...since, restartsContain } });
  assert.deepEqual(readWorkTimes(stored(true)), { ...times, containFrom });
  assert.deepEqual(readWorkTimes(stored(false)), times);
  assert.deepEqual(readWorkTimes(JSON.stringify(undecided.times)), undecided.times);
});
