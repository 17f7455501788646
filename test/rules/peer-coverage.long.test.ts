import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { WITHOUT_PEERS } from '../../tools/peer-coverage/peer-rows.ts';
import { peerCoveragePage } from '../../tools/peer-coverage.ts';

test('L29: docs/peer-coverage.md says what the rules and analytics do on the events of both sides', {
  skip: WITHOUT_PEERS,
}, async () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'peer-coverage.md'), 'utf8');
  assert.equal(page, await peerCoveragePage(), 'run node tools/peer-coverage.ts');
});
