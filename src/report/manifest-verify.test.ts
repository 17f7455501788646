import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ObservedInput, parseManifest, renderVerification, verifyManifest } from './manifest-verify.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

function verify(
  files: Readonly<Record<string, ObservedInput>>,
  hashes: Readonly<Record<string, string | undefined>>,
): number {
  const recorded = Object.entries(hashes).map(([pathAsGiven, sha256]) => ({
    pathAsGiven,
    bytes: 10,
    ...(sha256 === undefined ? {} : { sha256 }),
  }));
  return verifyManifest(
    recorded,
    ({ pathAsGiven }) => files[pathAsGiven] ?? { problem: 'missing', text: 'no such file' },
  ).exit;
}

test('L7 verify: 0 intact, 1 differs, 3 cannot be checked, and a difference outweighs a hole', () => {
  const same = { bytes: 10, sha256: A };
  assert.equal(verify({ x: same }, { x: A }), 0);
  assert.equal(verify({ x: { bytes: 10, sha256: A.toUpperCase() } }, { x: A }), 0);
  assert.equal(verify({ x: { bytes: 10, sha256: B } }, { x: A }), 1);
  assert.equal(verify({ x: { bytes: 11, sha256: A } }, { x: A }), 1);
  assert.equal(verify({}, { x: A }), 3);
  assert.equal(verify({ x: { problem: 'unreadable', text: 'denied' } }, { x: A }), 3);
  assert.equal(verify({ x: same }, { x: undefined }), 3);
  assert.equal(verify({}, {}), 3);
  assert.equal(verify({ y: { bytes: 10, sha256: B } }, { x: A, y: A }), 1);
});

test('a verification names what differs first, escapes paths, and ends with the exit code', () => {
  const result = verifyManifest(
    [
      { pathAsGiven: 'ok.evtx', bytes: 10, sha256: A },
      { pathAsGiven: 'gone\u001b[2J.evtx', bytes: 10, sha256: A },
      { pathAsGiven: 'short.evtx', bytes: 10, sha256: A },
    ],
    ({ pathAsGiven: path }) =>
      path === 'ok.evtx'
        ? { bytes: 10, sha256: A }
        : path === 'short.evtx'
          ? { bytes: 4, sha256: B }
          : { problem: 'missing', text: 'no such file' },
  );
  assert.equal(
    renderVerification(result),
    [
      'differs     short.evtx: 4 bytes now, 10 recorded',
      'missing     gone\\u{1b}[2J.evtx: no such file',
      '1 of 3 inputs as recorded. Exit 1: something differs.',
      '',
    ].join('\n'),
  );
});

test('L3 inputs and outputs are counted apart', () => {
  const recorded = ['a', 'b', 'out'].map((pathAsGiven) => ({
    pathAsGiven,
    bytes: 10,
    sha256: A,
    ...(pathAsGiven === 'out' ? { isOutput: true } : {}),
  }));
  const text = renderVerification(verifyManifest(recorded, () => ({ bytes: 10, sha256: A })));
  assert.equal(text, '2 of 2 inputs and 1 of 1 output as recorded. Exit 0: intact.\n');
});

test('a manifest is read for what it must hold, and every other shape is named', () => {
  const good = { schema: 'triad.manifest/1', evidence: [{ pathAsGiven: 'x', bytes: 1, sha256: A.toUpperCase() }] };
  assert.deepEqual(parseManifest(JSON.stringify(good)), {
    evidence: [{ pathAsGiven: 'x', bytes: 1, sha256: A }],
    outputs: [],
  });
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [[], /not a JSON object/],
    [{ ...good, schema: 'triad.manifest/2' }, /its schema is "triad.manifest\/2", expected "triad.manifest\/1"/],
    [{ ...good, evidence: {} }, /evidence is not a list/],
    [{ ...good, evidence: [{ pathAsGiven: '', bytes: 1 }] }, /evidence\[0\]\.pathAsGiven/],
    [{ ...good, evidence: [{ pathAsGiven: 'x', bytes: -1 }] }, /evidence\[0\]\.bytes/],
    [{ ...good, evidence: [{ pathAsGiven: 'x', bytes: 1, sha256: 'zz' }] }, /evidence\[0\]\.sha256/],
    [{ ...good, result: { outputs: [{ path: 'o' }] } }, /result\.outputs\[0\]\.bytes/],
  ];
  for (const [value, expected] of wrong) assert.match(String(parseManifest(JSON.stringify(value))), expected);
  assert.match(String(parseManifest('{"schema":')), /it is not JSON/);
});
