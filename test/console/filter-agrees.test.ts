import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { hasCutTitle, parseQueueQuery, rowsThatFit } from '../../console/queue/query.ts';
import { type QueueRow, rowOf } from '../../console/queue/rows.ts';
import { IS_WORDS, QUEUE_WORD_NAMES } from '../../src/api/index.ts';
import { queueValues } from '../../src/serve/handlers/incident-row.ts';
import { queueWords } from '../../src/serve/words/queue-words.ts';
import type { DueTargets, State } from '../../src/state/index.ts';
import { BY, got, NOW_MS, newState } from '../state/opened-state.ts';
import { act, at, commit, told, withdrawn } from '../state/told-incidents.ts';

const HOUR = 3_600_000;
const TARGETS: DueTargets = { levels: { high: { acknowledge: HOUR, verdict: 4 * HOUR } }, verify: 24 * HOUR };
const CLOCK = { nowMs: NOW_MS, targets: TARGETS };
const ALERT = JSON.stringify({ alert: { time: at('10:00:00') } });
/** Short enough for the table, and in JSON too long for a short row. */
const LONG = `CORP\\Alice planted ${'"" '.repeat(50)}and one is ZEBRA`;

/** What the queue is asked, and which incidents fit. */
const CASES: readonly (readonly [text: string, ids: string])[] = [
  ['', 'done late long plain taken'],
  ['host:srv-02', 'late plain taken'],
  ['host:SRV-02.corp.example', 'late'],
  ['-host:srv-02', 'done long'],
  ['host:srv*', 'done late plain taken'],
  ['host:"srv*"', ''],
  ['host:srv*example', 'late'],
  ['account:alice', 'late'],
  ['account:"corp\\\\alice"', 'late'],
  ['account:*lice', 'late'],
  ['-account:alice', 'done long plain taken'],
  ['ip:203.0.113.24', 'late'],
  ['ip:203.0.113.*', 'late'],
  ['-ip:203.0.113.24 level:high', 'done long taken'],
  ['payload:"-enc"', 'late'],
  ['payload:power*AAA', 'late'],
  ['filter:updsvcsync', 'late'],
  ['filter:"UpdSvcSync"', 'late'],
  ['filter:Upd*', 'late'],
  ['consumer:Cons', 'late'],
  ['-consumer:cons', 'done long plain taken'],
  ['ns:root/subscription', 'late'],
  ['rule:r02', 'late'],
  ['attack:T1546', 'late'],
  ['attack:t1546.003', 'late'],
  ['attack:T154', ''],
  ['level:high', 'done late long taken'],
  ['level:>=medium', 'done late long taken'],
  ['-level:>=medium', 'plain'],
  ['state:open', 'late long plain'],
  ['state:acknowledged,Closed', 'done taken'],
  ['owner:ann', 'taken'],
  ['owner:me', 'taken'],
  ['owner:"me"', ''],
  ['owner:A*', 'taken'],
  ['-owner:me', 'done late long plain'],
  ['owner:none', 'done late long plain'],
  ['verdict:test', 'done'],
  ['verdict:t*', 'done'],
  ['verdict:none', 'late long plain taken'],
  ['id:plain', 'plain'],
  ['id:inc-1', 'done'],
  ['id:INC-*', 'done late long plain taken'],
  ['inc-1', 'done'],
  ['inc-', ''],
  ['is:overdue', 'late long taken'],
  ['-is:overdue state:open', 'plain'],
  ['is:unassigned', 'done late long plain'],
  ['is:unacknowledged', 'late long plain'],
  ['-is:unacknowledged', 'done taken'],
  ['is:unread', 'done late long taken'],
  ['-is:unread', 'plain'],
  ['is:hidden', 'mute'],
  ['-is:hidden level:high', 'done late long taken'],
  ['IS:hidden', 'mute'],
  ['is:HIDDEN', 'mute'],
  ['is:"hidden"', 'mute'],
  ['-Is:Hidden level:high', 'done late long taken'],
  ['"is:hidden"', ''],
  ['is:UNREAD', 'done late long taken'],
  ['is:retrospective', 'plain'],
  ['is:withdrawn', 'taken'],
  ['100%', 'plain'],
  ['1_0', ''],
  ['ärger', 'plain'],
  ['ÄRGER', ''],
  ['ärGer', 'plain'],
  ['"an Ärger"', ''],
  ['alice', 'late long'],
  ['zebra', 'long'],
  ['-zebra', 'done late plain taken'],
  ['"one is zebra" host:ws-*', 'long'],
  ['alice*zebra', 'long'],
  ['zebra -host:srv-02 level:high', 'long'],
  ['"planted *"', ''],
  ['host:srv-02 -ip:203.0.113.24 "what happened"', 'taken'],
];

test('PRODUCT 9.2 the page answers every word of the queue as the server does, for an incident and its row', async (t) => {
  const state = await madeQueue(t);
  const page = await pageOf(state);
  for (const [text, ids] of CASES) {
    assert.equal(await fitsOnServer(state, text), ids, `the server: ${text}`);
    assert.equal(await page(text), ids, `the page: ${text}`);
  }
  const asked = CASES.map(([text]) => text).join(' ');
  for (const word of QUEUE_WORD_NAMES) assert.ok(asked.includes(` ${word}:`), word);
  for (const word of IS_WORDS) assert.ok(asked.includes(` is:${word}`), word);
});

/** Six incidents, one of each kind that a word tells apart. */
async function madeQueue(t: TestContext): Promise<State> {
  const state = await newState(t);
  const edges = [{ source: { host: 'ws-07', address: '203.0.113.24' }, target: { host: 'srv-02.corp.example' } }];
  const document = JSON.stringify({ incident: { edges, attack: [{ new: 'T1546.003', old: [] }] } });
  const carriers = [{ host: 'srv-02.corp.example', analytic: 'R02', account: 'corp\\alice' }];
  const muted = [{ host: 'srv-09', analytic: 'R09' }];
  const own = { times: ALERT };
  await got(
    commit(
      state,
      told('late', 1, {
        ...own,
        ...{ document, carriers, hosts: ['srv-02.corp.example', 'ws-07'] },
        title: "CORP\\alice planted 'UpdSvcSync' on SRV-02",
      }),
      told('plain', 1, { level: 'low', title: '100% of an ärger', isRetrospective: true }),
      told('long', 1, { ...own, title: LONG, hosts: ['ws-11'] }),
      told('taken', 1, own),
      told('done', 1, { ...own, hosts: ['srv-05'] }),
      told('mute', 1, { ...own, carriers: muted, hosts: ['srv-09'] }),
    ),
  );
  await got(state.call('commit', { judged: 1, writes: [SUBSCRIPTION] }));
  await act(state, 'taken', { action: 'acknowledge' }, { who: 'ann' });
  await act(state, 'taken', { action: 'assign', owner: 'Ann' }, { who: 'bob' });
  await got(commit(state, withdrawn('taken', 2)));
  await act(state, 'done', { action: 'verdict', verdict: 'test' });
  await act(state, 'done', { action: 'close' });
  await act(state, 'done', { action: 'assign', owner: null });
  const suppression = { scope: { analytic: 'R09' }, level: 'high', reason: 'r', owner: 'o', days: 1 } as const;
  await got(state.call('addSuppression', { suppression, by: BY, idempotencyKey: 'k' }));
  for (const [id, version] of [
    ['plain', 1],
    ['taken', 1],
  ] as const)
    await got(state.call('noteOpened', { who: 'ann', id, version, revision: 0 }));
  return state;
}

const SUBSCRIPTION = {
  kind: 'found',
  of: 'subscription',
  id: 's',
  digest: 'd',
  extent: 1,
  isWhole: true,
  level: 'high',
  host: 'srv-02',
  hosts: [],
  label: 'active',
  word: '',
  print: null,
  incident: 'late',
  firstMs: 1,
  last: at('09:00:00'),
  row: JSON.stringify({
    payload: 'powershell -enc AAA',
    filter: 'UpdSvcSync',
    consumer: 'Cons',
    namespace: 'root/subscription',
  }),
  document: '{}',
  atMs: NOW_MS,
} as const;

async function fitsOnServer(state: State, text: string, filter: object = {}): Promise<string> {
  const read = queueWords(text, 'ann');
  if (read.kind === 'problem') return assert.fail(`${text}: ${read.problem.message}`);
  const { ids } = await got(state.call('incidentIds', { ...CLOCK, ...filter, words: read.words }));
  return ids.toSorted().join(' ');
}

/** The filter of the page over its rows: what they do not tell is asked of the server. */
async function pageOf(state: State): Promise<(text: string) => Promise<string>> {
  const { rows: whole } = await got(state.call('listIncidents', { ...CLOCK, suppressed: 'show' }));
  const rows: readonly QueueRow[] = whole.map((row) => rowOf(queueValues(row)));
  const { rows: opened } = await got(state.call('listOpened', { who: 'ann' }));
  const isUnread = ({ id, version, revision }: QueueRow): boolean =>
    !opened.some((one) => one.id === id && one.version >= version && one.revision >= revision);
  assert.deepEqual(
    rows.filter(hasCutTitle).map(({ id }) => id),
    ['long'],
  );
  return async (text) => {
    const query = parseQueueQuery(text);
    const words = [query.ofServer, query.ofTitles].filter((some) => some !== '').join(' ');
    const said = words === '' ? '' : await fitsOnServer(state, words, { suppressed: 'show' });
    const ids = new Set(said.split(' '));
    const context = { nowMs: NOW_MS, person: 'ann', isUnread, fitsByServer: (id: string) => ids.has(id) };
    return rowsThatFit(query, rows, context)
      .map(({ id }) => id)
      .toSorted()
      .join(' ');
  };
}
