import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { nodeFilePort } from '../../src/hunt/index.ts';
import { writeTar, writeZip, type ZipPart } from '../../testkit/archives/index.ts';
import { ordinaryRepository } from '../../testkit/cim/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { placeless, resultOf } from './hunted.ts';
import { folderWith } from './run-triad.ts';

type Files = readonly (readonly [string, Uint8Array])[];

/** The evidence of a case as a triage tool collects it: logs of several hosts, a repository, and what is of no use. */
function evidence(): Files {
  const repository = ordinaryRepository({ seed: 5, plainClasses: 5 });
  repository.checkpoint();
  return [
    ...seedCase().files.map(([path, bytes]) => [path, Buffer.from(bytes)] as const),
    ...[...repository.files()].map(
      ([name, bytes]) => [`SRV-02/C/Windows/System32/wbem/Repository/${name}`, bytes] as const,
    ),
    ['SRV-02/C/Windows/System32/wbem/AutoRecover/x.mof', Buffer.from('#pragma namespace("\\\\\\\\.\\\\root")\n')],
    ['SRV-02/junk.bin', Buffer.from('nothing of interest \u0000\u0001')],
  ];
}

function parts(files: Files): readonly ZipPart[] {
  return files.map(([name, bytes]) => ({ name, bytes }));
}

test('D14 a triage archive, flat, nested or encrypted, is hunted in one go with the result of the loose files', async (t) => {
  const files = evidence();
  const loose = placeless(await resultOf(folderWith(t, files)));
  const half = Math.floor(files.length / 2);
  const [first, second] = [files.slice(0, half), files.slice(half)];
  const locked = parts(files).map(
    (part): ZipPart => ({ ...part, cipher: { bits: 256, version: 2 }, password: 'infected' }),
  );
  const archives: Readonly<Record<string, Uint8Array>> = {
    'flat.zip': writeZip(parts(files)),
    'flat.tar.zst': zstdCompressSync(writeTar(parts(files))),
    'nested.zip': writeZip([...parts(first), { name: 'more/second.zip', bytes: writeZip(parts(second)) }]),
    'nested.tgz': gzipSync(writeTar([{ name: 'a.zip', bytes: writeZip(parts(first)) }, ...parts(second)])),
    'locked.zip': writeZip(locked),
  };
  for (const [name, bytes] of Object.entries(archives)) {
    const result = await resultOf(folderWith(t, [[name, bytes]]), { passwords: ['wrong', 'infected'] });
    assert.deepEqual(placeless(result), loose, name);
  }
});

test('D9 what memory may not hold goes to a spool in the folder for temporary files, and nothing of it stays', async (t) => {
  const repository = ordinaryRepository({ seed: 5, plainClasses: 5 });
  repository.checkpoint();
  const files = [...repository.files()].map(([name, bytes]) => ({ name: `r/${name}`, bytes }));
  const folder = folderWith(t, [['x.zip', writeZip([{ name: 'in.zip', bytes: writeZip(files) }])]]);
  const spools = folderWith(t);
  const { findRepositories, openHolding } = await import('../../src/hunt/index.ts');
  const port = nodeFilePort(folder);
  for (const memoryBytes of [0, 10_000_000]) {
    const told: string[] = [];
    const options = { temporaryFolder: spools, onTemporaryFolder: (path: string) => told.push(path) };
    const holding = openHolding(options, memoryBytes);
    const found = await findRepositories(`${folder}/x.zip`, port, { holding });
    assert.deepEqual(
      found?.repositories.map(({ place, files: kept }) => [basename(place.replace('!/', ' ')), kept.length]),
      [['r', files.length]],
    );
    for (const file of found?.repositories[0]?.files ?? []) {
      const bytes = Buffer.alloc(file.bytes);
      file.read(bytes, 0);
      assert.ok(bytes.equals(files.find(({ name }) => name === `r/${file.name}`)?.bytes ?? Buffer.alloc(0)), file.name);
    }
    assert.equal(told.length > 0, memoryBytes === 0);
    if (process.platform !== 'win32') assert.deepEqual(readdirSync(spools), [], 'it has no name while it is open');
    holding.close();
    assert.deepEqual(readdirSync(spools), []);
  }
});
