import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { HuntResult } from '../../src/report/index.ts';
import { labelsOf, membersOf, skip } from '../cim/corpus.ts';
import { resultOf } from './hunted.ts';
import { CORPUS, folderWith } from './run-triad.ts';

const HOST_LOGS = join(CORPUS, 'hosts', 'win10_aptsim_attacked.zip');
const noHost = existsSync(HOST_LOGS) ? skip : 'the corpus is not beside the repository';
/** SHA-256 of the scripts (CIM 8.1). */
const KILL_PROCESS = '7c26cdb348ea0095129b4096f6c06a2de1ab154aa3b32ab9d3cce3d6cfee26a2';
const BEACON = 'cb26c4f60a4255af54c83db0c9319de8b0ba0d80d29824d58012cc77e9dc95cb';
const USER_WIN10 = 'S-1-5-21-2212929841-2730996645-2649195864-1000';
const USER_2022 = 'S-1-5-21-3275454858-3348516582-95323724-1000';

type Dossier = HuntResult['subscriptions'][number];

const sha256 = (text: string | undefined): string =>
  createHash('sha256')
    .update(text ?? '')
    .digest('hex');

/** A repository of the corpus in a folder, its files as old as they were on their machine. */
function repositoryIn(t: TestContext, label: string): string {
  const members = [...membersOf(label)].map(([name, bytes]) => [`wbem/Repository/${name}`, bytes] as const);
  const folder = folderWith(t, members);
  const labels = JSON.parse(readFileSync(join(CORPUS, '..', 'repositories', `${label}.labels.json`), 'utf8')) as {
    readonly members: readonly { readonly name: string; readonly mtime?: string }[];
  };
  for (const { name, mtime } of labels.members) {
    // Node sets times only to what a floating point number of seconds can say.
    if (mtime !== undefined) execFileSync('touch', ['-d', mtime, join(folder, 'wbem/Repository', name)]);
  }
  return folder;
}

function named({ subscriptions }: HuntResult, name: string): Dossier {
  const [found, ...others] = subscriptions.filter(({ consumer }) => consumer.name === name);
  assert.ok(found !== undefined && others.length === 0, name);
  return found;
}

const steps = (dossier: Dossier, step: string) =>
  dossier.lifecycle
    .filter((one) => one.step === step)
    .map(({ part, time, generations, strength }) => ({ part, time, generations, strength }));

const bracket = (time: readonly [string, string], generations: readonly [number, number]) =>
  ['filter', 'consumer', 'binding'].map((part) => ({ part, time, generations, strength: 'inferred' }));

test('D1 the attacked Windows 10 host: its 5861 and its repository are one dossier, and the looks lie around it', {
  skip: noHost,
}, async (t) => {
  const folder = repositoryIn(t, 'museum-win10-defender');
  const result = await resultOf(folder, { paths: [HOST_LOGS, '.'] });
  const planted = named(result, 'KillProcess');
  assert.deepEqual(planted.seenIn, ['5861', 'repository', 'command']);
  assert.deepEqual(planted.conflicts, []);
  assert.deepEqual(planted.otherContents, []);
  assert.equal(sha256(planted.consumer.payload), KILL_PROCESS);
  const logged = await resultOf(folder, { paths: [HOST_LOGS] });
  assert.equal(sha256(named(logged, 'KillProcess').consumer.payload), KILL_PROCESS);
  const stored = result.records.find(({ object, data }) => object !== undefined && data['Name'] === 'KillProcess');
  assert.equal(sha256(stored?.data['ScriptText']), KILL_PROCESS);
  assert.equal(planted.host, 'desktop-tmku40h');
  assert.equal(planted.creator.sid, USER_WIN10);
  const looks = ['2022-03-10T21:05:38.5909518Z', '2022-03-10T21:08:38.5883203Z'] as const;
  assert.deepEqual(steps(planted, 'appeared'), bracket(looks, [390, 391]));
  assert.deepEqual(
    steps(planted, 'created').map(({ time }) => time),
    ['2022-03-10T21:08:30.0224118Z'],
  );
  const [repository] = result.summary.repositories;
  assert.deepEqual([repository?.hostBy, repository?.host], ['logs', 'desktop-tmku40h']);
  assert.deepEqual(
    repository?.generations.map(({ generation, time }) => [generation, time]),
    [
      [389, '2022-03-10T21:04:08.6056425Z'],
      [390, looks[0]],
      [391, looks[1]],
    ],
  );
  assert.equal(named(result, 'SCM Event Log Consumer').verdict.level, 'informational');
  // The start of the run of the service is in records, as what it is, and nowhere else.
  const { records, ...told } = result;
  assert.equal(stored?.object?.serviceRun?.notBefore, '2022-03-10T16:35:19.2584926Z');
  assert.ok(!JSON.stringify(told).includes('16:35:19.25849'));
  assert.ok(records.every(({ object, time }) => object === undefined || time === undefined));
});

test('D2 without logs the session of group policy names the host, and the repository alone gives high', {
  skip,
}, async (t) => {
  const result = await resultOf(repositoryIn(t, 'museum-win10-defender'));
  const [repository] = result.summary.repositories;
  assert.deepEqual([repository?.hostBy, repository?.host], ['policy session', 'desktop-tmku40h']);
  const planted = named(result, 'KillProcess');
  assert.deepEqual(planted.seenIn, ['repository']);
  assert.deepEqual(
    planted.verdict.terms.map(({ code, points }) => [code, points]),
    [
      ['BASE', 0],
      ['CT1', 25],
      ['TR3', 8],
      ['S15', 10],
      ['P18', 20],
    ],
  );
  assert.deepEqual([planted.verdict.score, planted.verdict.level], [63, 'high']);
  assert.deepEqual(steps(planted, 'created'), []);
});

test('D1 Server 2022: each subscription whole, with its timer, its creator and its own bracket', {
  skip,
}, async (t) => {
  const result = await resultOf(repositoryIn(t, 'museum-server2022'));
  assert.deepEqual(result.subscriptions.map(({ consumer }) => consumer.name).sort(), [
    'KillProcess',
    'LaunchBeaconingBackdoor',
    'SCM Event Log Consumer',
  ]);
  const [beacon, killer] = [named(result, 'LaunchBeaconingBackdoor'), named(result, 'KillProcess')];
  assert.equal(sha256(beacon.consumer.payload), BEACON);
  assert.equal(beacon.consumer.payload?.length, 6256);
  assert.equal(sha256(killer.consumer.payload), KILL_PROCESS);
  for (const { creator, filter, consumer, binding } of [beacon, killer]) {
    const sids = [creator.sid, filter.creatorSid, consumer.creatorSid, binding?.creatorSid];
    assert.deepEqual(sids, [USER_2022, USER_2022, USER_2022, USER_2022]);
  }
  const { evidence: _, ...timer } = beacon.timer ?? { evidence: [] };
  assert.deepEqual(timer, {
    class: '__IntervalTimerInstruction',
    timerId: 'Timer',
    intervalMs: 3_600_000,
    namespace: 'root\\cimv2',
  });
  assert.equal(killer.timer, undefined);
  const first = ['2023-10-18T02:59:29.8744163Z', '2023-10-18T03:01:56.3142692Z'] as const;
  const second = ['2023-10-18T03:01:56.3142692Z', '2023-10-18T03:05:56.3143822Z'] as const;
  assert.deepEqual(steps(beacon, 'appeared'), bracket(first, [387, 388]));
  assert.deepEqual(steps(killer, 'appeared'), bracket(second, [388, 389]));
  assert.deepEqual([killer.verdict.score, killer.verdict.level], [63, 'high']);
  assert.equal(named(result, 'SCM Event Log Consumer').verdict.level, 'informational');
});

test('D1 without file times the order of generations is told, and nothing is dated by it', { skip }, async (t) => {
  const members = [...membersOf('museum-server2022')].map(([name, bytes]) => [`r/${name}`, bytes] as const);
  const result = await resultOf(folderWith(t, members));
  const killer = named(result, 'KillProcess');
  assert.deepEqual(
    killer.lifecycle
      .filter(({ step }) => step === 'appeared')
      .map(({ generations, notBefore }) => [generations, notBefore]),
    [0, 1, 2].map(() => [[388, 389], true]),
  );
  assert.deepEqual(
    result.summary.repositories[0]?.generations.map(({ time }) => time),
    [undefined, undefined, undefined],
  );
});

test('an untouched Windows 11 has its stock subscription and no finding above low', { skip }, async (t) => {
  const result = await resultOf(repositoryIn(t, 'dissect-cim'));
  assert.deepEqual(
    result.subscriptions.map(({ consumer, verdict }) => [consumer.name, verdict.level]),
    [['SCM Event Log Consumer', 'informational']],
  );
  assert.deepEqual(
    result.findings.filter(({ level }) => level !== 'informational' && level !== 'low'),
    [],
  );
  assert.equal(labelsOf('dissect-cim').generations.length, result.summary.repositories[0]?.generations.length);
});
