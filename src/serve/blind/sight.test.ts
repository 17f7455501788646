import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pace, State } from '../../state/index.ts';
import { expectedSyslog } from '../syslog/senders.ts';
import { type Seen, Sight } from './sight.ts';

const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const SETTINGS = {
  listen: { host: '127.0.0.1', port: 0 },
  listenTls: undefined,
  acceptUnauthenticated: false,
  senders: ['fw=10.0.0.1', 'fw=10.0.0.2', 'proxy=10.1.0.0/16', 'idle=10.2.0.1'],
  connections: 10,
};

function look(paces: readonly Pace[], settings: typeof SETTINGS | undefined, oldestMs?: number): Promise<Seen> {
  const answers: Readonly<Record<string, unknown>> = { listPaces: paces, activeSenders: ['dc-01'] };
  const state = { call: async (name: string) => ({ kind: 'done', value: answers[name] }) } as unknown as State;
  const expected = settings === undefined ? new Map<string, number>() : expectedSyslog(settings);
  const sight = new Sight({ state, taker: { takenMs: undefined, oldestMs }, expected, nowMs: () => NOW });
  return sight.look({ notReady: undefined, parts: [] });
}

const of = (sender: string, minutes: number, medianGapMs: number | null = null, silences = 0): Pace => ({
  sender,
  lastMs: NOW - minutes * MINUTE_MS,
  medianGapMs,
  silences,
});

test('G15 a sender of syslog on the list is late as one with a key is; a folder and a name that is off the list never are', async () => {
  const paces = [
    of('syslog:fw', 6),
    of('syslog:proxy', 6, 2.5 * MINUTE_MS),
    of('dc-01', 7),
    of('syslog:gone', 60),
    of('folder:evidence', 60),
  ];
  const { late, senders, blind } = await look(paces, SETTINGS);
  assert.deepEqual(
    late.map(({ sender, lateAfterMs }) => [sender, lateAfterMs]),
    [
      ['syslog:fw', 300_000],
      ['dc-01', 300_000],
    ],
  );
  // Each name once, one that never sent too; all of them are silent.
  assert.deepEqual([senders, blind.map(({ code }) => code)], [4, ['noSender']]);
  assert.deepEqual(
    (await look(paces, undefined)).late.map(({ sender }) => sender),
    ['dc-01'],
  );
  // What is kept and not read yet makes nobody late.
  assert.deepEqual((await look(paces, SETTINGS, NOW - 3 * MINUTE_MS)).late, []);
});

test('the sender that is silent longest is one that may send and did', async () => {
  const paces = [of('syslog:fw', 6), of('dc-01', 7), of('syslog:gone', 60), of('folder:evidence', 90)];
  const ages = async (settings: typeof SETTINGS | undefined, known = paces): Promise<number | undefined> => {
    const { atMs, quietestMs } = await look(known, settings);
    return quietestMs === undefined ? undefined : (atMs - quietestMs) / MINUTE_MS;
  };
  assert.deepEqual([await ages(SETTINGS), await ages(undefined)], [7, 7]);
  const later = [of('dc-01', 1), of('syslog:fw', 6)];
  assert.deepEqual([await ages(SETTINGS, later), await ages(undefined, later)], [6, 1]);
  assert.equal(await ages(SETTINGS, []), undefined);
});

test('without a list whatever this machine sends is one sender, where anything listens', () => {
  const listen = SETTINGS.listen;
  const names = (settings: Parameters<typeof expectedSyslog>[0]): readonly string[] => [
    ...expectedSyslog(settings).keys(),
  ];
  assert.deepEqual(names({ ...SETTINGS, senders: [] }), ['syslog:local']);
  assert.deepEqual(names({ ...SETTINGS, listenTls: listen }), ['syslog:fw', 'syslog:proxy', 'syslog:idle']);
  assert.deepEqual(names({ ...SETTINGS, listen: undefined }), []);
});

test('one line of a test makes nobody late whom no list names; who came again and again is, and a list ends it', async () => {
  const unnamed = { ...SETTINGS, senders: [] };
  const late = async (settings: typeof SETTINGS, silences: number): Promise<readonly string[]> => {
    const pace = of('syslog:local', 60, silences === 0 ? null : MINUTE_MS, silences);
    return (await look([pace], settings)).late.map(({ sender }) => sender);
  };
  assert.deepEqual([await late(unnamed, 0), await late(unnamed, 2)], [[], []]);
  assert.deepEqual(await late(unnamed, 3), ['syslog:local']);
  assert.deepEqual(await late(SETTINGS, 3), []);
  assert.deepEqual(await late({ ...SETTINGS, senders: ['local=127.0.0.1'] }, 0), ['syslog:local']);
});
