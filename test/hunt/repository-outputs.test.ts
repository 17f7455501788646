import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { HuntResult } from '../../src/report/index.ts';
import { ordinaryRepository, plantedRepository, plantSubscription } from '../../testkit/cim/index.ts';
import { writeTar, writeZip } from '../../testkit/index.ts';
import { resultOf } from './hunted.ts';
import { audit, plantedHost, REPOSITORY, repositoryFiles, tarParts, writeFiles, zipParts } from './planted-host.ts';
import { folderWith, triad } from './run-triad.ts';

const planted = () => plantedRepository({ seed: 5, plainClasses: 5 }).repository;

function withoutRun(text: string): string {
  const { run: _, ...told } = JSON.parse(text) as HuntResult;
  return JSON.stringify(told);
}

test('L7 repository and audit give the same bytes with one job or two, and in any order of paths', async (t) => {
  const folder = writeFiles(folderWith(t), plantedHost());
  const names = readdirSync(folder);
  const outputs: string[] = [];
  for (const [jobs, paths] of [
    ['1', names],
    ['2', names],
    ['2', names.toReversed()],
  ] as const) {
    const { stdout, code } = await triad(['hunt', ...paths, '--jobs', jobs, '--format', 'json'], { cwd: folder });
    assert.equal(code, 1);
    outputs.push(withoutRun(stdout));
  }
  assert.deepEqual(new Set(outputs).size, 1);
});

test('L7 the exit code of a repository alone: 1 by what it holds, 0 where nothing fails, 3 where nothing is readable', async (t) => {
  const folder = writeFiles(folderWith(t), repositoryFiles(planted()));
  assert.equal((await triad(['hunt', '.'], { cwd: folder })).code, 1);
  assert.equal((await triad(['hunt', '.', '--fail-level', 'never'], { cwd: folder })).code, 0);
  assert.equal((await triad(['hunt', '.', '--host', 'elsewhere'], { cwd: folder })).code, 3);
  const empty = folderWith(t, [['wbem/Repository/readme.txt', 'no file of a repository']]);
  const nothing = await triad(['hunt', '.'], { cwd: empty });
  assert.equal(nothing.code, 3);
  const damaged = folderWith(t, [[`${REPOSITORY}/OBJECTS.DATA`, Buffer.alloc(8192, 0x41)]]);
  const ruined = await triad(['hunt', '.'], { cwd: damaged });
  assert.equal(ruined.code, 3);
  assert.match(ruined.stderr, /TRIAD-E-REPO-NO-INDEX[\s\S]*This is not a clean result/);
});

test('L5 --from and --to limit what is reported of a repository by the brackets of its looks', async (t) => {
  const folder = writeFiles(folderWith(t), repositoryFiles(planted()));
  const told = async (...limits: readonly string[]): Promise<readonly (string | null | undefined)[]> => {
    const { stdout } = await triad(['hunt', '.', '--format', 'json', '--fail-level', 'never', ...limits], {
      cwd: folder,
    });
    return (JSON.parse(stdout) as HuntResult).subscriptions.map(({ consumer }) => consumer.name).sort();
  };
  assert.deepEqual(await told(), ['Beacon', 'Launcher', 'SCM Event Log Consumer']);
  assert.deepEqual(await told('--from', '2026-03-13'), []);
  assert.ok((await told('--to', '2026-03-12T11:00:00Z')).includes('Beacon'));
});

test('L5 what a copy without file times tells is left out by no window: its times are lower bounds', async (t) => {
  const repository = planted();
  const provider = { Name: 'Rogue', CLSID: '{11111111-2222-3333-4444-555555555555}', HostingModel: 'LocalSystemHost' };
  repository.put('root\\cimv2', '__Win32Provider', provider);
  repository.checkpoint();
  const parts = repositoryFiles(repository).map(({ path, bytes }) => ({ name: path, bytes }));
  const folder = folderWith(t, [['undated.zip', writeZip(parts)]]);
  const told = async (...limits: readonly string[]) => {
    const { stdout, code } = await triad(['hunt', 'undated.zip', '--format', 'json', ...limits], { cwd: folder });
    const { findings, incidents } = JSON.parse(stdout) as HuntResult;
    assert.ok(findings.every(({ timeIsBound }) => timeIsBound === true));
    assert.ok(findings.some(({ analytic }) => analytic === 'S12'));
    return { code, findings: findings.map(({ id }) => id), incidents: incidents.map(({ id }) => id) };
  };
  assert.deepEqual(await told('--from', '2026-03-20'), await told());
});

test('L3 a manifest holds the digest of each file of a repository and of an audit, and verify sees a changed one', async (t) => {
  const files = plantedHost();
  const folder = writeFiles(folderWith(t), files);
  await triad(['hunt', '.', '--manifest', 'manifest.json', '--fail-level', 'never', '-o', 'out.txt'], { cwd: folder });
  const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
  for (const { path, bytes } of files.filter(({ path: name }) => !name.endsWith('.bin'))) {
    assert.ok(manifest.includes(createHash('sha256').update(bytes).digest('hex')), path);
  }
  assert.equal((await triad(['verify', 'manifest.json'], { cwd: folder })).code, 0);
  const changed = files.map((file) =>
    file.path.endsWith('MAPPING1.MAP')
      ? { ...file, bytes: file.bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) }
      : file,
  );
  writeFiles(folder, changed);
  const { code, stdout } = await triad(['verify', 'manifest.json'], { cwd: folder });
  assert.equal(code, 1);
  assert.match(stdout, /MAPPING1\.MAP/);
});

test('L29 every format and the folder of a report tell of what is at rest, and inspect names it', async (t) => {
  const folder = writeFiles(folderWith(t), plantedHost());
  const run = async (...args: readonly string[]): Promise<string> => (await triad(args, { cwd: folder })).stdout;
  assert.match(await run('hunt', '.'), /generations \d+, \d+, \d+, written 2026-03-12\s+09:00 to 2026-03-12 10:00/);
  assert.match(await run('hunt', '.', '--format', 'csv'), /appeared/);
  const timesketch = (await run('hunt', '.', '--format', 'timesketch')).trim().split('\n');
  assert.ok(timesketch.some((line) => JSON.parse(line).timestamp_desc === 'Repository Copied'));
  assert.match(await run('hunt', '.', '--format', 'hayabusa-csv'), /Launcher/);
  assert.match(await run('hunt', '.', '--format', 'html'), /not before /);
  await run('hunt', '.', '--report', 'out');
  assert.deepEqual(readdirSync(join(folder, 'out')).sort(), [
    'errors.jsonl',
    'findings.jsonl',
    'incident-report.html',
    'manifest.json',
    'timeline.csv',
  ]);
  writeFileSync(join(folder, 'all.zip'), writeZip(zipParts(plantedHost())));
  for (const paths of [[REPOSITORY, 'triad-audit.json'], ['all.zip']]) {
    const inspected = await run('inspect', ...paths);
    assert.match(inspected, /repository of srv-02\.corp\.example, .* generations 3, 4, 5/);
    assert.match(inspected, /audit of srv-02\.corp\.example at 2026-03-12 09:41 \(triad\.collector\/1\): 3 objects/);
    assert.doesNotMatch(inspected, /nothing in it was read|TRIAD-E-TEXT-UNKNOWN|S14 cannot speak|C01 cannot speak/);
  }
  const result = JSON.parse(await run('hunt', '.', '--format', 'json')) as HuntResult;
  const [incident] = result.incidents;
  assert.ok(incident !== undefined);
  assert.match(await run('explain', incident.id, '.'), /generation \d+, which does not hold it/);
});

test('D5 what a rebuild left beside the live repository is a source of its own, and proves no deletion', async (t) => {
  const repository = planted();
  const live = repositoryFiles(repository);
  const older = plantedRepository({ seed: 9, plainClasses: 5 }).repository;
  const result = await resultOf(
    writeFiles(folderWith(t), [...live, ...repositoryFiles(older, 'C/Windows/System32/wbem/Repository.001')]),
  );
  assert.equal(result.summary.repositories.length, 2);
  const steps = result.subscriptions.flatMap(({ lifecycle }) => lifecycle.map(({ step }) => step));
  assert.ok(!steps.includes('deleted'));
  assert.ok(steps.includes('present'));
});

test('D5 copies of volume shadows are one lineage with the live repository: what a copy has and the live one lacks was deleted', async (t) => {
  const { repository, command } = plantedRepository({ seed: 5, plainClasses: 5 });
  const before = repositoryFiles(repository, 'VSS1/Windows/System32/wbem/Repository');
  const { filter, consumer, binding } = command;
  for (const one of [binding, consumer, filter]) repository.remove(one);
  repository.checkpoint();
  const after = repositoryFiles(repository);
  const result = await resultOf(writeFiles(folderWith(t), [...before, ...after]));
  assert.equal(result.summary.repositories.length, 1);
  assert.equal(result.summary.repositories[0]?.generations.length, 4);
  const [launcher, ...others] = result.subscriptions.filter(({ consumer: { name } }) => name === 'Launcher');
  assert.deepEqual(others, []);
  assert.equal(launcher?.state, 'deleted');
  assert.deepEqual(
    launcher.lifecycle.filter(({ step, part }) => step === 'deleted' && part === 'binding').map(({ time }) => time),
    [['2026-03-12T10:00:00.0000000Z', '2026-03-12T10:30:00.0000000Z']],
  );
});

test('a repository that was copied while it ran is read by the last map that its pages agree with, and that is told', async (t) => {
  const repository = ordinaryRepository({ seed: 5, plainClasses: 5 });
  repository.checkpoint();
  const plant = (name: string) =>
    plantSubscription(repository, {
      name,
      consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'calc.exe' } },
    });
  plant('Launcher');
  repository.checkpoint();
  const pages = repositoryFiles(repository);
  plant('Late');
  repository.checkpoint();
  const newest = repository.generations.at(-1)?.mapFile ?? '';
  const map = repositoryFiles(repository).filter(({ path }) => path.endsWith(newest));
  const torn = [...pages.filter(({ path }) => !path.endsWith(newest)), ...map];
  const result = await resultOf(writeFiles(folderWith(t), torn));
  const current = result.summary.repositories[0]?.generations.find(({ current: isCurrent }) => isCurrent);
  assert.notEqual(current?.map, newest);
  assert.ok(result.anomalies.some(({ code }) => code.startsWith('TRIAD-E-REPO')));
  assert.ok(result.subscriptions.some(({ consumer: { name } }) => name === 'Launcher'));
});

test('L7 an index without its objects is no clean result, and --strict ends with 3 where a page cannot be read', async (t) => {
  const files = repositoryFiles(planted());
  const emptied = files.map((file) =>
    file.path.endsWith('OBJECTS.DATA') ? { ...file, bytes: new Uint8Array(0) } : file,
  );
  const lost = await triad(['hunt', '.'], { cwd: writeFiles(folderWith(t), emptied) });
  assert.equal(lost.code, 3);
  assert.match(lost.stderr, /TRIAD-E-REPO-OBJECTS[\s\S]*This is not a clean result/);
  assert.ok(lost.stderr.split('\n').length < 40, 'of one kind of damage the first are told');
  const cut = files.map((file) =>
    file.path.endsWith('OBJECTS.DATA') ? { ...file, bytes: file.bytes.subarray(0, file.bytes.length / 2) } : file,
  );
  const folder = writeFiles(folderWith(t), cut);
  assert.match((await triad(['inspect', '.'], { cwd: folder })).stdout, /! TRIAD-E-REPO-/);
  assert.equal((await triad(['hunt', '.', '--fail-level', 'never'], { cwd: folder })).code, 0);
  assert.equal((await triad(['hunt', '.', '--fail-level', 'never', '--strict'], { cwd: folder })).code, 3);
});

test('L7 an audit of which nothing can be read is no clean result', async (t) => {
  const { code, stderr } = await triad(['hunt', '.'], {
    cwd: folderWith(t, [['triad-audit.json', audit().subarray(0, 900)]]),
  });
  assert.equal(code, 3);
  assert.match(stderr, /TRIAD-E-AUDIT-ROW/);
});

test('D10 a MOF file is read wherever it lies: alone, and beside the logs of several hosts', async (t) => {
  const declared = [
    '#pragma namespace("\\\\\\\\.\\\\root\\\\subscription")',
    'instance of __EventFilter as $F { Name = "Evil"; QueryLanguage = "WQL"; EventNamespace = "root\\\\cimv2";',
    '  Query = "SELECT * FROM Win32_ProcessStartTrace"; };',
    'instance of CommandLineEventConsumer as $C { Name = "Evil"; CommandLineTemplate = "evil.exe"; };',
    'instance of __FilterToConsumerBinding { Filter = $F; Consumer = $C; };',
  ].join('\n');
  const mof = { path: 'evil.mof', bytes: Buffer.from(declared), modified: 1_773_311_400 };
  const beside = ['one', 'two'].flatMap((folder, index) =>
    repositoryFiles(plantedRepository({ seed: index + 1, plainClasses: 5 }).repository, folder),
  );
  for (const files of [[mof], [mof, ...beside]]) {
    const folder = writeFiles(folderWith(t), files);
    const { code, stdout } = await triad(['hunt', '.', '--fail-level', 'low'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(stdout, /A MOF file declares subscription 'Evil'/);
  }
  const plain = folderWith(t, [['plain.mof', 'class Other { };']]);
  assert.equal((await triad(['hunt', '.'], { cwd: plain })).code, 3);
});

test('--no-carve leaves out slack and free pages, and keeps the older generations', async (t) => {
  const folder = folderWith(t, [['triage.tar', writeTar(tarParts(repositoryFiles(planted())))]]);
  const generations = async (...flags: readonly string[]) => {
    const { stdout } = await triad(['hunt', 'triage.tar', '--format', 'json', ...flags], { cwd: folder });
    const result = JSON.parse(stdout) as HuntResult;
    return result.summary.repositories[0]?.generations.map(({ generation }) => generation);
  };
  assert.deepEqual(await generations('--no-carve'), await generations());
});

test('D5 two copies of one generation that hold other contents: both contents are told, and that one copy was edited', async (t) => {
  const repository = ordinaryRepository({ seed: 8, plainClasses: 5 });
  repository.checkpoint();
  const command = 'powershell.exe -enc QQBBAA==';
  plantSubscription(repository, {
    name: 'Updater',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: command } },
  });
  repository.checkpoint();
  const edit = (bytes: Uint8Array): Buffer => {
    const edited = Buffer.from(bytes);
    edited.write('calculator.exe -abc', edited.indexOf(command), 'latin1');
    return edited;
  };
  const shadow = 'VSS1/Windows/System32/wbem/Repository';
  for (const isLiveEdited of [true, false]) {
    const copies = [REPOSITORY, shadow].flatMap((folder) =>
      repositoryFiles(repository, folder).map((file) =>
        file.path.endsWith('OBJECTS.DATA') && (folder === REPOSITORY) === isLiveEdited
          ? { ...file, bytes: edit(file.bytes) }
          : file,
      ),
    );
    const result = await resultOf(writeFiles(folderWith(t), copies));
    const [updater] = result.subscriptions.filter(({ filter }) => filter.name === 'Updater');
    const told = [updater?.consumer.payload, ...(updater?.otherContents ?? []).map(({ payload }) => payload)];
    assert.deepEqual(told.toSorted(), ['calculator.exe -abc QQBBAA==', command]);
    const [anomaly] = result.anomalies.filter(({ code }) => code === 'TRIAD-E-REPO-COPY');
    assert.equal(anomaly?.tamper, true);
    assert.ok(anomaly.file.includes('VSS1') && /CommandLineEventConsumer\.Name="Updater"/.test(anomaly.message));
  }
  const same = [...repositoryFiles(repository), ...repositoryFiles(repository, shadow)];
  assert.deepEqual((await resultOf(writeFiles(folderWith(t), same))).anomalies, []);
});
