import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeTar, writeZip, type ZipPart } from '../../testkit/archives/index.ts';
import { ordinaryRepository, plantSubscription } from '../../testkit/cim/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { folderWith, triad } from './run-triad.ts';

const SECRET = 'Infected! 2026 ü';

function locked(files: readonly (readonly [string, Uint8Array])[]): Buffer {
  const parts = files.map(
    ([name, bytes]): ZipPart => ({ name, bytes, cipher: { bits: 256, version: 2 }, password: SECRET }),
  );
  return writeZip(parts);
}

test('L22 D9 hunt, inspect and dump read an encrypted zip with --password-file, and never print a password', async (t) => {
  const logs = seedCase().files.filter(([path]) => path.endsWith('.evtx'));
  const folder = folderWith(t, [
    ['case.zip', writeZip([{ name: 'host/in.zip', bytes: locked(logs), isStored: true }])],
    ['passwords.txt', `\uFEFFwrong\r\n\r\n${SECRET}\r\n`],
    ['wrong.txt', 'wrong\n'],
  ]);
  const passwords = ['--password-file', 'passwords.txt'];
  const all: string[] = [];
  const run = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await triad(args, { cwd: folder });
    all.push(stdout, stderr);
    return stdout;
  };
  const hunted = JSON.parse(await run('hunt', 'case.zip', ...passwords, '--format', 'json')) as {
    subscriptions: unknown[];
  };
  assert.ok(hunted.subscriptions.length > 0);
  assert.match(await run('inspect', 'case.zip', ...passwords), /host\/in\.zip!\/.*\.evtx/);
  const [first] = logs;
  const member = `host/in.zip!/${first?.[0]}`;
  const records = (await run('dump', 'case.zip', ...passwords, '--member', member)).trim().split('\n');
  assert.ok(records.length > 10);
  assert.deepEqual(
    await run('dump', 'case.zip', ...passwords, '--member', member.replace('!/', '/')),
    `${records.join('\n')}\n`,
  );
  const refused = await triad(['hunt', 'case.zip', '--password-file', 'wrong.txt'], { cwd: folder });
  all.push(refused.stdout, refused.stderr);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /case\.zip!\/host\/in\.zip!\/.*the password of --password-file does not open it/s);
  assert.ok(all.every((text) => !text.includes('Infected') && !text.includes('2026 ü')));
});

test('L30 a file of passwords that cannot be used is a mistake of the command line, told before reading', async (t) => {
  const folder = folderWith(t, [
    ['a.zip', writeZip([])],
    ['empty.txt', '\r\n\n'],
    ['latin1.txt', Buffer.from([0x70, 0xe4, 0x0a])],
    ['many.txt', Array.from({ length: 1001 }, (_, i) => `p${i}`).join('\n')],
    ['large.txt', 'x'.repeat((1 << 20) + 1)],
  ]);
  for (const [file, message] of [
    ['none.txt', /It cannot be read \(ENOENT\)\./],
    ['empty.txt', /There is no password in it\./],
    ['latin1.txt', /It is not UTF-8\./],
    ['many.txt', /It has more than 1000 passwords\./],
    ['large.txt', /It is larger than 1024 KiB\./],
  ] as const) {
    for (const verb of ['hunt', 'repo']) {
      const { code, stderr } = await triad([verb, 'a.zip', '--password-file', file], { cwd: folder });
      assert.equal(code, 2, `${verb} ${file}`);
      assert.match(stderr, message);
    }
  }
});

test('D9 repo reads a repository in a tar, in archives inside archives, and encrypted', async (t) => {
  const repository = ordinaryRepository({ seed: 5, plainClasses: 5 });
  plantSubscription(repository, {
    name: 'Updater',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'calc.exe' } },
  });
  repository.checkpoint();
  const files = [...repository.files()].map(
    ([name, bytes]) => [`C/Windows/System32/wbem/Repository/${name}`, bytes] as const,
  );
  const parts = files.map(([name, bytes]) => ({ name, bytes }));
  const folder = folderWith(t, [
    ['r.tgz', gzipSync(writeTar(parts))],
    ['nested.zip', writeZip([{ name: 'SRV.zip', bytes: writeZip(parts) }])],
    ['locked.zip', locked(files)],
    ['passwords.txt', SECRET],
  ]);
  for (const [file, place] of [
    ['r.tgz', 'r.tgz!/r.tar!/C/Windows/System32/wbem/Repository'],
    ['nested.zip', 'nested.zip!/SRV.zip!/C/Windows/System32/wbem/Repository'],
    ['locked.zip', 'locked.zip!/C/Windows/System32/wbem/Repository'],
  ] as const) {
    const { code, stdout } = await triad(['repo', file, '--password-file', 'passwords.txt'], { cwd: folder });
    assert.equal(code, 0, file);
    assert.ok(stdout.includes(place) && stdout.includes('Updater'), stdout.slice(0, 500));
  }
  const without = await triad(['repo', 'locked.zip'], { cwd: folder });
  assert.equal(without.code, 3);
  assert.match(
    without.stderr,
    /It is encrypted and was not read\. Give its password in a file: --password-file FILE\./,
  );
});
