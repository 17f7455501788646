import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bufferFile,
  type Checkpoint,
  checkpointTimes,
  diffSnapshots,
  type Lineage,
  lineages,
  openRepository,
  type Repository,
  sameLineage,
} from '../../src/cim/index.ts';
import { type Instant, parseTime } from '../../src/windows/index.ts';
import {
  type OrdinaryOptions,
  ordinaryRepository,
  plantSubscription,
  type RepositoryFiles,
  type RepositoryWriter,
} from '../../testkit/cim/index.ts';
import { filesOf, labelsOf, membersOf, skip } from './corpus.ts';
import { openFiles } from './read-repository.ts';

/** Small, so that a test may write several. */
const SMALL: OrdinaryOptions = { plainClasses: 40 };
const filetime = (ms: number): bigint => BigInt(ms) * 10_000n + 116_444_736_000_000_000n;
const HOUR = 3_600_000;
const RUN_MS = Date.UTC(2026, 2, 12, 9);
const OTHER_RUN = filetime(Date.UTC(2026, 2, 20, 8));
const OTHER_IMAGE = filetime(Date.UTC(2024, 4, 4, 8));

function plant(repository: RepositoryWriter, name: string): void {
  plantSubscription(repository, {
    name,
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: `cmd.exe /c echo ${name}` } },
  });
}

/** A repository with so many generations, the first one stock, one more subscription in each later one. */
function grown(generations: number, options: OrdinaryOptions = {}, prefix = 'Planted'): RepositoryWriter {
  const repository = ordinaryRepository({ ...SMALL, ...options });
  for (let i = 0; i < generations; i++) {
    if (i > 0) plant(repository, `${prefix} ${i}`);
    repository.checkpoint();
  }
  return repository;
}

function told(found: readonly Lineage[]): unknown[] {
  return found.map(({ isBackup, checkpoints, differing }) => ({
    ...(isBackup ? { isBackup } : {}),
    from: checkpoints.map(({ repository, generation }) => `${repository}/${generation}`),
    ...(differing.length === 0
      ? {}
      : { differing: differing.map(({ copy }) => `${copy.repository}/${copy.generation}`) }),
  }));
}

const live = (repository: Repository) => ({ repository, isBackup: false });
const backup = (repository: Repository) => ({ repository, isBackup: true });

test('D5 the three generations of one repository are a lineage, oldest first', () => {
  assert.deepEqual(told(lineages([live(openFiles(grown(3).files()))])), [{ from: ['0/3', '0/4', '0/5'] }]);
  assert.deepEqual(lineages([]), []);
});

test('D5 an older copy of a shadow volume lengthens the lineage, and what both have counts once', () => {
  const writer = grown(4);
  const shadow = openFiles(writer.files());
  plant(writer, 'Later');
  writer.checkpoint();
  const now = openFiles(writer.files());
  assert.ok(sameLineage(now, shadow) && sameLineage(shadow.current, now.current));
  const found = lineages([live(now), live(shadow)]);
  assert.deepEqual(told(found), [{ from: ['1/4', '0/5', '0/6', '0/7'] }]);
  const [checkpoints = []] = found.map((lineage) => lineage.checkpoints);
  const steps = checkpoints.slice(1).map(({ snapshot }, i) => {
    const before = checkpoints[i];
    assert.ok(before !== undefined);
    return diffSnapshots(before.snapshot, snapshot)
      .map(({ change, path }) => `${change} ${path}`)
      .join();
  });
  assert.equal(steps.length, 3);
  for (const [i, name] of ['Planted 2', 'Planted 3', 'Later'].entries()) {
    assert.ok(steps[i]?.includes(`appeared __EventFilter.Name="${name}"`), steps[i]);
  }
});

test('D5 another machine is another lineage, though it was installed from the same image', () => {
  const here = openFiles(grown(2).files());
  const sameImage = openFiles(grown(2, { runStart: OTHER_RUN }).files());
  const otherImage = openFiles(grown(2, { imageTime: OTHER_IMAGE }).files());
  assert.equal(sameLineage(here, sameImage), false);
  assert.equal(sameLineage(here, otherImage), false);
  assert.deepEqual(told(lineages([live(here), live(sameImage), live(otherImage)])), [
    { from: ['0/3', '0/4'] },
    { from: ['1/3', '1/4'] },
    { from: ['2/3', '2/4'] },
  ]);
});

test('D5 a machine that wrote anew which Windows it is stays the same machine', () => {
  const writer = grown(2);
  const before = openFiles(writer.files());
  writer.startRun(OTHER_RUN);
  writer.put('root', '__CIMOMIdentification', { VersionCurrentlyRunning: '10.0.20348.2340' });
  writer.checkpoint();
  assert.ok(sameLineage(before, openFiles(writer.files())));
});

test('D5 a backup is a source of its own, together with its equal copies', () => {
  const writer = grown(2);
  const old = writer.files();
  plant(writer, 'Later');
  writer.checkpoint();
  const now = openFiles(writer.files());
  assert.deepEqual(told(lineages([live(now), backup(openFiles(old)), backup(openFiles(old))])), [
    { from: ['0/3', '0/4', '0/5'] },
    { isBackup: true, from: ['1/3', '1/4'] },
  ]);
  // Two backups of other times have no generation in common: nothing shows that one came from the other.
  const later = grown(6).files();
  assert.equal(lineages([backup(openFiles(old)), backup(openFiles(later))]).length, 2);
});

test('D5 a machine that was set back and went another way is two lineages', () => {
  const one = openFiles(grown(3).files());
  const other = openFiles(grown(3, {}, 'Elsewhere').files());
  assert.ok(sameLineage(one, other));
  assert.deepEqual(told(lineages([live(one), live(other)])), [
    { from: ['0/3', '0/4', '0/5'] },
    { from: ['1/3', '1/4', '1/5'] },
  ]);
});

test('D5 a copy whose record was edited in place under the same map is told', () => {
  const files = grown(2).files();
  const edited: RepositoryFiles = new Map([...files].map(([name, bytes]) => [name, bytes.slice()]));
  const objects = Buffer.from(edited.get('OBJECTS.DATA')?.buffer ?? new ArrayBuffer(0));
  for (let at = objects.indexOf('echo Planted 1'); at >= 0; at = objects.indexOf('echo Planted 1', at)) {
    objects.write('echo Changed 1', at, 'latin1');
  }
  assert.deepEqual(told(lineages([live(openFiles(files)), live(openFiles(edited))])), [
    { from: ['0/3', '0/4'], differing: ['1/4'] },
  ]);
});

test('D5 a repository without map is a lineage of its own', () => {
  const files = grown(2).files();
  const bare = new Map([...files].filter(([name]) => !name.startsWith('MAPPING')));
  const found = lineages([live(openFiles(bare)), live(openFiles(files))]);
  assert.deepEqual(told(found), [{ from: ['0/0'] }, { from: ['1/3', '1/4'] }]);
});

test('D5 the three real repositories are three lineages', { skip }, () => {
  const labels = ['museum-server2022', 'museum-win10-defender', 'dissect-cim'];
  const opened = labels.map((label) => live(openRepository(filesOf(label))));
  assert.deepEqual(told(lineages(opened)), [
    { from: ['0/387', '0/388', '0/389'] },
    { from: ['1/389', '1/390', '1/391'] },
    { from: ['2/427', '2/428', '2/429'] },
  ]);
});

/** The checkpoints of generations whose maps were written so many milliseconds after the second run of the service began. */
function dated(afterMs: readonly (number | undefined)[], firstRunMs = RUN_MS - HOUR, ticks = 5): readonly Checkpoint[] {
  const writer = ordinaryRepository({ ...SMALL, runStart: filetime(firstRunMs) });
  writer.startRun(filetime(RUN_MS));
  const times = new Map<string, Instant>();
  for (const [i, after] of afterMs.entries()) {
    plant(writer, `Planted ${i}`);
    const { mapFile } = writer.checkpoint();
    if (after !== undefined) times.set(mapFile, { ms: RUN_MS + after, ticks });
  }
  const files = [...writer.files()].map(([name, bytes]) => bufferFile(name, bytes, times.get(name)));
  return lineages([live(openRepository(files))])[0]?.checkpoints ?? [];
}

const at = (after: number): Instant => ({ ms: RUN_MS + after, ticks: 5 });

test('D1 times of maps that rise with their generation are kept', () => {
  assert.deepEqual(checkpointTimes(dated([HOUR, 2 * HOUR, 3 * HOUR])), [at(HOUR), at(2 * HOUR), at(3 * HOUR)]);
  assert.deepEqual(checkpointTimes(dated([HOUR, undefined, 3 * HOUR])), [at(HOUR), undefined, at(3 * HOUR)]);
  assert.deepEqual(checkpointTimes([]), []);
});

test('D1 times of maps that cannot be their own are left out, all of them', () => {
  const none = [undefined, undefined, undefined];
  const cases: readonly (readonly [string, readonly (number | undefined)[]])[] = [
    ['none was kept', [undefined, undefined, undefined]],
    ['an older generation was written later', [HOUR, 3 * HOUR, 2 * HOUR]],
    ['two at once', [HOUR, HOUR, 2 * HOUR]],
    ['all in one go', [HOUR, HOUR + 900, HOUR + 1999]],
    ['one alone', [undefined, undefined, HOUR]],
    ['before the run that wrote what it holds', [-HOUR, HOUR, 2 * HOUR]],
  ];
  for (const [what, times] of cases) assert.deepEqual(checkpointTimes(dated(times)), none, what);
  assert.deepEqual(checkpointTimes(dated([HOUR, HOUR + 900, HOUR + 2000])), [
    at(HOUR),
    at(HOUR + 900),
    at(HOUR + 2000),
  ]);
  // The run wrote some objects, one unit of 100 ns each, so that the map was not there at its very start.
  assert.deepEqual(checkpointTimes(dated([0, HOUR, 2 * HOUR], RUN_MS - HOUR, 0)), none);
});

test('D1 a first run whose clock was set back afterwards does not discredit the times of maps', () => {
  const times = [at(HOUR), at(2 * HOUR), at(3 * HOUR)];
  assert.deepEqual(checkpointTimes(dated([HOUR, 2 * HOUR, 3 * HOUR], RUN_MS + 5 * HOUR)), times);
});

test('D1 the times that two real repositories were archived with are kept', { skip }, () => {
  for (const label of ['museum-server2022', 'museum-win10-defender']) {
    const times = new Map(labelsOf(label).maps.map(({ file, mtime = '' }) => [file, parseTime(mtime)]));
    const files = [...membersOf(label)].map(([name, bytes]) => bufferFile(name, bytes, times.get(name)));
    const checkpoints = lineages([live(openRepository(files))])[0]?.checkpoints ?? [];
    const kept = checkpointTimes(checkpoints);
    assert.deepEqual(
      kept,
      checkpoints.map(({ map }) => times.get(map ?? '')),
    );
    assert.ok(kept.length === 3 && kept.every((time) => time !== undefined));
  }
});
