import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { fuzzRuns } from '../../test/fuzz-runs.ts';
import { type AuthorizationOptions, readAuthorization } from './authorization.ts';
import { makeKey } from './key-text.ts';

const { text: KEY, id: ID, sha256 } = makeKey(randomBytes);

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** What comes of one Authorization header: the carrier, or the code. */
function told(value: string, options?: AuthorizationOptions): string {
  const read = readAuthorization({ rawHeaders: ['Host', 'a', 'authorization', value], target: '/v1/ingest' }, options);
  return read.kind === 'credential' ? read.carrier : read.code;
}

test('a key comes in every carrier, whole, and its digest goes on', () => {
  const values = [
    `Bearer ${KEY}`,
    `bearer   ${KEY}`,
    `Splunk ${KEY}`,
    `Basic ${base64(`${ID}:${KEY}`)}`,
    `ApiKey ${base64(`${ID}:${KEY}`)}`,
    `APIKEY ${base64(`${ID}:${KEY}`).replaceAll('=', '')}`,
    `ApiKey ${base64(KEY)}`,
    `ApiKey ${KEY}`,
  ];
  const carriers = ['bearer', 'bearer', 'splunk', 'basic', 'apikey', 'apikey', 'apikey', 'apikey'];
  for (const [index, value] of values.entries()) {
    const read = readAuthorization({ rawHeaders: ['AUTHORIZATION', value], target: '/_bulk?filter_path=took' });
    assert.deepEqual(read, { kind: 'credential', carrier: carriers[index], id: ID, sha256 }, value.slice(0, 12));
  }
});

test('row 1: no header is auth_required, 401', () => {
  const read = readAuthorization({ rawHeaders: ['Host', 'authorization'], target: '/' });
  assert.deepEqual(read.kind === 'problem' && [read.code, read.status], ['auth_required', 401]);
  assert.equal(told(''), 'auth_required');
});

test('row 2: an unknown scheme, and one that the route does not take', () => {
  for (const value of ['Negotiate abc', 'Digest a="b"', KEY, 'Bearer2 x', 'Bérer x', '\u0000']) {
    assert.equal(told(value), 'auth_scheme_unsupported', value);
  }
  assert.equal(told(`Splunk ${KEY}`, { carriers: ['bearer'] }), 'auth_scheme_unsupported');
  assert.equal(told(`Bearer ${KEY}`, { carriers: ['bearer'] }), 'bearer');
});

test('row 3: two headers are auth_ambiguous, 400, even when they are alike', () => {
  const rawHeaders = ['Authorization', `Bearer ${KEY}`, 'X', 'y', 'authorization', `Bearer ${KEY}`];
  const read = readAuthorization({ rawHeaders, target: '/' });
  assert.deepEqual(read.kind === 'problem' && [read.code, read.status], ['auth_ambiguous', 400]);
});

test('row 4: a key in the address is auth_location_forbidden, whatever stands in the header', () => {
  for (const query of [
    'token=x',
    'ACCESS_TOKEN=',
    `channel=${KEY}`,
    'a=1&api_key=z',
    `${KEY}`,
    `x=${encodeURIComponent(`a ${KEY}`)}`,
  ]) {
    const read = readAuthorization({ rawHeaders: ['Authorization', `Bearer ${KEY}`], target: `/x?${query}` });
    assert.deepEqual(read.kind === 'problem' && [read.code, read.status], ['auth_location_forbidden', 401], query);
  }
  const usual = readAuthorization({
    rawHeaders: ['Authorization', `Bearer ${KEY}`],
    target: '/_bulk?pipeline=a&tokens=5&channel=FE0ECFAD-13D5-401B-847D-77833BD77131',
  });
  assert.equal(usual.kind, 'credential');
});

test('row 5: a key that is cut or mistyped, or stands behind the id of another, is key_malformed', () => {
  const { id: other } = makeKey(randomBytes);
  const values = [
    'Bearer',
    'Bearer a.b.c',
    `Bearer ${KEY.slice(0, -1)}`,
    `Bearer ${KEY} ${KEY}`,
    `Bearer ${KEY},Basic x`,
    `Basic ${base64(`${other}:${KEY}`)}`,
    `Basic ${base64(`:${KEY}`)}`,
    `Basic ${base64(KEY)}`,
    `Basic ${base64(`${ID}:${KEY}:`)}`,
    `ApiKey ${base64(`${other}:${KEY}`)}`,
    // The secret part alone is not the key (SERVE 0.1 point 10).
    `ApiKey ${base64(`${ID}:${KEY.split('_')[2]}`)}`,
    'ApiKey ????',
  ];
  for (const value of values) assert.equal(told(value), 'key_malformed', value);
});

test("Splunk's clients may put any word before the token, where the route says so", () => {
  const value = `Basic ${base64(`x:${KEY}`)}`;
  assert.equal(told(value, { isAnyUser: true }), 'basic');
  assert.equal(told(value), 'key_malformed');
  assert.equal(told(`ApiKey ${base64(`x:${KEY}`)}`, { isAnyUser: true }), 'key_malformed');
});

test('a header is looked at up to 1,024 characters', () => {
  assert.equal(told(`Bearer ${KEY}${' '.repeat(2000)}`), 'bearer');
  assert.equal(told(`Bearer${' '.repeat(1024 - 6 - KEY.length)}${KEY}`), 'bearer');
  assert.equal(told(`Bearer${' '.repeat(1025 - 6 - KEY.length)}${KEY}`), 'key_malformed');
});

test('no answer holds a secret', () => {
  const secret = KEY.split('_')[2] ?? '';
  for (const value of [`Bearer ${KEY}x`, `Digest ${KEY}`, `Basic ${base64(`a:${KEY}`)}`]) {
    const read = readAuthorization({ rawHeaders: ['Authorization', value], target: '/' });
    assert.ok(!JSON.stringify(read).includes(secret));
  }
  const good = readAuthorization({ rawHeaders: ['Authorization', `Bearer ${KEY}`], target: '/' });
  assert.ok(!JSON.stringify(good).includes(secret));
});

test('fuzz: no header or address breaks the reader, and none becomes another key', () => {
  const seeds = [`Bearer ${KEY}`, `Basic ${base64(`${ID}:${KEY}`)}`, `ApiKey ${base64(KEY)}`, `Splunk ${KEY}`];
  const report = fuzzRuns<string>(
    (value) => {
      const read = readAuthorization({ rawHeaders: ['Authorization', value], target: `/?${value}` });
      const plain = readAuthorization({ rawHeaders: ['authorization', value, 'odd'], target: '/' });
      for (const found of [read, plain]) if (found.kind === 'credential') assert.deepEqual(found.sha256, sha256);
    },
    20_000,
    7,
    seeds,
    (value, random) => {
      const at = random.below(value.length);
      return value.slice(0, at) + String.fromCharCode(random.below(256)) + value.slice(at + random.below(4));
    },
  );
  assert.deepEqual(report.failures, []);
  assert.ok(report.slowest < 1000);
});
