import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, parse } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { seedCase } from '../../testkit/index.ts';
import { folderWith, PROGRAM, triad } from './run-triad.ts';

const seed = seedCase().files;

test('exit codes: 1 above the fail level, 0 below it or with never', async (t) => {
  const folder = folderWith(t, seed);
  assert.equal((await triad(['hunt', folder, '-q'])).code, 1);
  assert.equal((await triad(['hunt', folder, '-q', '--fail-level', 'never'])).code, 0);
  assert.equal(
    (await triad(['hunt', join(folder, 'WS-17'), '-q', '--fail-level', 'critical', '--to', '2001-01-01'])).code,
    0,
  );
});

test('a path that is not there is usage: exit 2, the nearest name, nothing on stdout', async (t) => {
  const folder = folderWith(t, seed);
  const ended = await triad(['hunt', join(folder, 'FS-01.zp')]);
  assert.equal(ended.code, 2);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, /TRIAD-E-ARG-NOTHING-FOUND/);
  assert.match(ended.stderr, /FS-01\.zip/);
});

test('paths without an event log are unreadable evidence: exit 3, and it is said that this is no clean result', async (t) => {
  const folder = folderWith(t, [
    ['notes.txt', 'nothing'],
    ['more.json', '{"a":1}'],
  ]);
  const ended = await triad(['hunt', folder]);
  assert.equal(ended.code, 3);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, /not a clean result/);
});

test('an output that exists is refused before reading and left untouched; --force replaces it', async (t) => {
  const folder = folderWith(t, [...seed, ['out.json', 'precious']]);
  const out = join(folder, 'out.json');
  const evidence = join(folder, 'WS-17');
  const refused = await triad(['hunt', evidence, '--format', 'json', '-o', out]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /TRIAD-E-IO-EXISTS/);
  assert.equal(readFileSync(out, 'utf8'), 'precious');
  const forced = await triad(['hunt', evidence, '--format', 'json', '-o', out, '--force', '-q']);
  assert.equal(forced.code, 1);
  assert.equal(JSON.parse(readFileSync(out, 'utf8')).schemaVersion, 1);
});

test('L3: no output replaces evidence, not with --force, not under another spelling; exit 2 and the evidence as it was', async (t) => {
  const folder = folderWith(t, seed);
  const logs = join(folder, 'WS-17', 'C', 'Windows', 'System32', 'winevt', 'Logs');
  const log = join(logs, 'Security.evtx');
  const before = readFileSync(log);
  symlinkSync(log, join(folder, 'link.json'));
  const { base, dir } = parse(log);
  for (const args of [
    ['hunt', folder, '-o', log],
    ['hunt', join(logs, 'Sec*.evtx'), '--manifest', join(dir, '..', 'Logs', base)],
    ['hunt', log, '-o', join(folder, 'link.json')],
    ['dump', log, '-o', log],
    ['inspect', folder, '-o', log],
  ]) {
    const ended = await triad([...args, '--force', '-q']);
    assert.equal(ended.code, 2, args.join(' '));
    assert.match(ended.stderr, /TRIAD-E-IO-EVIDENCE/);
    assert.deepEqual(readFileSync(log), before, args.join(' '));
  }
});

test('the report and its manifest cannot have one name', async (t) => {
  const folder = folderWith(t, seed);
  const out = join(folder, 'out.json');
  for (const args of [
    ['-o', out, '--manifest', join(folder, 'WS-17', '..', 'out.json')],
    ['--manifest', '-'],
  ]) {
    const ended = await triad(['hunt', join(folder, 'WS-17'), ...args, '-q']);
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, /TRIAD-E-ARG-SAME-OUTPUT/);
    assert.equal(ended.stdout, '');
  }
  assert.equal(existsSync(out), false);
});

test('several mistakes of one command line are told together', async () => {
  const ended = await triad([
    'hunt',
    'x',
    '--from',
    'yesterday',
    '--jobs',
    '0',
    '--output',
    '/no/such/folder/o.json',
    '--temp',
    '/no/such/temp',
    '--tz',
    'Mars',
  ]);
  assert.equal(ended.code, 2);
  for (const code of ['ARG-BAD-TIME', 'ARG-VALUE', 'IO-NO-FOLDER']) assert.match(ended.stderr, new RegExp(code));
  assert.match(ended.stderr, /IO-NO-FOLDER {3}--temp \/no\/such\/temp/);
});

test('lost output is exit 4, with no stack trace and no file under the final name', async (t) => {
  if (!existsSync('/dev/full')) return t.skip('there is no /dev/full here to stand for a full disk');
  const folder = folderWith(t, seed);
  const full = openSync('/dev/full', 'w');
  const ended = await triad(['hunt', folder, '-q', '--format', 'json'], { stdio: ['ignore', full, 'pipe'] });
  assert.equal(ended.code, 4);
  assert.match(ended.stderr, /TRIAD-E-IO-OUTPUT-LOST/);
  assert.doesNotMatch(ended.stderr, /\n\s+at /);
});

test('a reader that leaves the pipe ends the program quietly with the earned code (A27)', async (t) => {
  const folder = folderWith(t, seed);
  const line = `"${process.execPath}" "${PROGRAM}" hunt "${folder}" -q --format csv | head -n 1; echo "code \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', line]);
  assert.match(stdout, /^time,host,level/);
  assert.match(stdout, /code 1\n$/);
  assert.equal(stderr, '');
});

test('L3 a manifest names every input with its hash; verify tells intact, changed and missing inputs', async (t) => {
  const folder = folderWith(t, seed);
  const manifest = join(folder, 'm.json');
  const hunted = await triad(['hunt', 'FS-01.zip', 'WS-17', '--manifest', 'm.json', '-q', '-o', 'report.txt'], {
    cwd: folder,
  });
  assert.equal(hunted.code, 1);
  const recorded = JSON.parse(readFileSync(manifest, 'utf8')) as {
    evidence: { pathAsGiven: string; sha256?: string }[];
  };
  assert.ok(
    recorded.evidence.length >= 4 && recorded.evidence.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? '')),
  );
  assert.equal((await triad(['verify', 'm.json'], { cwd: folder })).code, 0);
  const zip = join(folder, 'FS-01.zip');
  const bytes = readFileSync(zip);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  writeFileSync(zip, bytes);
  const changed = await triad(['verify', 'm.json'], { cwd: folder });
  assert.equal(changed.code, 1);
  assert.match(changed.stdout, /FS-01\.zip/);
  assert.equal((await triad(['verify', manifest, '--evidence', '/tmp'], { cwd: '/' })).code, 3);
  assert.equal((await triad(['verify', 'report.txt'], { cwd: folder })).code, 2);
});

test('L3 a report folder is verified where it is now, and one flipped byte of an output differs', async (t) => {
  const folder = folderWith(t, seed);
  assert.equal((await triad(['hunt', join(folder, 'FS-01.zip'), '--report', 'out', '-q'], { cwd: folder })).code, 1);
  renameSync(join(folder, 'out'), join(folder, 'moved'));
  const inside = await triad(['verify', 'manifest.json'], { cwd: join(folder, 'moved') });
  assert.match(inside.stdout, /^1 of 1 input and (\d+) of \1 outputs as recorded\. Exit 0: intact\.$/m);
  assert.equal((await triad(['verify', 'moved/manifest.json'], { cwd: folder })).code, 0);
  const findings = join(folder, 'moved', 'findings.jsonl');
  writeFileSync(findings, readFileSync(findings, 'utf8').replace('"', "'"));
  assert.equal((await triad(['verify', 'moved/manifest.json'], { cwd: folder })).code, 1);
});

test('L22 a hunt writes nothing but what was asked for and does not touch the evidence', async (t) => {
  const folder = folderWith(t, seed);
  const before = readdirSync(folder, { recursive: true }).sort();
  const stamp = statSync(join(folder, 'FS-01.zip')).mtimeMs;
  await triad(['hunt', folder, '-q'], { cwd: folder });
  assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), before);
  assert.equal(statSync(join(folder, 'FS-01.zip')).mtimeMs, stamp);
});

test('progress is one line on a terminal, JSON lines when asked, and never on stdout', async (t) => {
  const folder = folderWith(t, seed);
  const ended = await triad(['hunt', folder, '--log-format', 'json', '--format', 'csv']);
  const lines = ended.stderr.split('\n').filter((text) => text !== '');
  const last = JSON.parse(lines.at(-1) ?? '');
  assert.deepEqual([last.ev, last.records, last.done_bytes], ['progress', 6635, last.total_bytes]);
  assert.match(ended.stdout, /^time,host,level/);
});

test('a path typed in another folder is found from there when npm runs the program (A23)', async (t) => {
  const folder = folderWith(t, seed);
  const ended = await triad(['hunt', 'WS-17', '-q', '--format', 'csv'], {
    variables: { INIT_CWD: folder, npm_lifecycle_event: 'triad' },
  });
  assert.equal(ended.code, 1);
  const ignored = await triad(['hunt', 'WS-17', '-q'], {
    variables: { INIT_CWD: folder, npm_lifecycle_event: 'other' },
  });
  assert.equal(ignored.code, 2);
});

test('--strict makes damage exit 3; without it damage is told and does not change the code', async (t) => {
  const cut = seed.map(
    ([path, bytes]) =>
      [path, path.endsWith('Security.evtx') ? bytes.subarray(0, bytes.length - 70000) : bytes] as const,
  );
  const broken = cut.map(([path, bytes]) => {
    if (!path.endsWith('System.evtx')) return [path, bytes] as const;
    const copy = Buffer.from(bytes);
    copy.fill(0xff, 4096 + 700, 4096 + 1400);
    return [path, copy] as const;
  });
  const folder = folderWith(t, broken);
  const plain = await triad(['hunt', folder, '-q', '--format', 'json']);
  assert.equal(plain.code, 1);
  const anomalies = (JSON.parse(plain.stdout) as { anomalies: { level: string; code: string }[] }).anomalies;
  assert.ok(
    anomalies.some(({ level }) => level === 'error'),
    JSON.stringify(anomalies),
  );
  assert.equal((await triad(['hunt', folder, '-q', '--strict'])).code, 3);
  // A file that ends inside a record has lost that record, and is damage too.
  const ended = seed.map(([path, bytes]) => {
    const isCut = path.endsWith('Security.evtx');
    return [path, isCut ? bytes.subarray(0, 4096 + 3000) : bytes] as const;
  });
  assert.equal((await triad(['hunt', folderWith(t, ended), '-q', '--strict'])).code, 3);
});

test('a host that no record is of ends with exit 3 and names the hosts that there are', async (t) => {
  const folder = folderWith(t, seed);
  const ended = await triad(['hunt', folder, '-q', '--host', 'FS-01', '--host', 'FS-09']);
  assert.equal(ended.code, 3);
  assert.equal(ended.stdout, '');
  assert.match(ended.stderr, /--host FS-09/);
  assert.match(ended.stderr, /fs-01\.corp\.example\.com/);
});

test('a log of which nothing is left is no clean result: exit 3', async (t) => {
  const [, log] = seed.find(([path]) => path.endsWith('System.evtx')) ?? [];
  assert.ok(log !== undefined);
  const folder = folderWith(t, [['System.evtx', log.subarray(0, 4096)]]);
  const ended = await triad(['hunt', folder]);
  assert.equal(ended.code, 3, ended.stdout);
  assert.match(ended.stderr, /not a clean result/);
});
