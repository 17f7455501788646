import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRoot } from '../house/tree.ts';
import { PLANTED } from './planted.ts';
import { collectorBreaches } from './script-rules.ts';

const SCRIPT = readRoot('collect/Collect-Triad.ps1');

test('L27 each thing that the collector may not do is found where it is planted', () => {
  assert.deepEqual(
    PLANTED.filter((planted) => collectorBreaches(`${SCRIPT}\n${planted}\n`).length === 0),
    [],
  );
});
