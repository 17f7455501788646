import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeTar, writeZip } from '../../testkit/index.ts';
import { placeless, resultOf } from './hunted.ts';
import { BRACKET, COMMAND, plantedHost, tarParts, writeFiles, zipParts } from './planted-host.ts';
import { folderWith } from './run-triad.ts';

test('D14 logs, repository and audit of a host in one archive are hunted with the result of the loose files', async (t) => {
  const files = plantedHost();
  const loose = await resultOf(writeFiles(folderWith(t), files));
  const [planted] = loose.subscriptions.filter(({ consumer }) => consumer.name === 'Launcher');
  assert.deepEqual(planted?.seenIn, ['5861', 'repository', 'audit']);
  assert.equal(planted.consumer.payload, COMMAND);
  assert.deepEqual(planted.conflicts, []);
  assert.deepEqual(
    planted.lifecycle.filter(({ step, part }) => step === 'appeared' && part === 'binding').map(({ time }) => time),
    [BRACKET],
  );
  const logs = files.filter(({ path }) => path.endsWith('.evtx'));
  const others = files.filter(({ path }) => !path.endsWith('.evtx'));
  const nested = { path: 'SRV-02.zip', bytes: writeZip(zipParts(files)), modified: 1_773_000_000 };
  const archives: Readonly<Record<string, Uint8Array>> = {
    'triage.tar': writeTar(tarParts(files)),
    'triage.tgz': gzipSync(writeTar(tarParts(files))),
    'triage.zip': writeZip(zipParts(files)),
    'upside-down.zip': writeZip(zipParts([...others.toReversed(), ...logs])),
    'outer.zip': writeZip(zipParts([nested])),
    'outer.tar': writeTar(tarParts([nested])),
  };
  for (const [name, bytes] of Object.entries(archives)) {
    const result = await resultOf(folderWith(t, [[name, bytes]]));
    assert.deepEqual(placeless(result), placeless(loose), name);
  }
});
