import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  cookieHeader,
  csrfOf,
  endOfSession,
  IDLE_MS,
  isCsrf,
  makePassword,
  makeSession,
  nameProblem,
  originOf,
  PERMISSIONS,
  type Permission,
  passwordBytes,
  passwordProblem,
  passwordText,
  readCookie,
  readPasswordText,
  SCRYPT,
  typedName,
  withoutEvidence,
  withoutPrints,
} from './index.ts';

test('the matrix is that of TRUST 6.1', () => {
  const told = (permission: Permission): string => PERMISSIONS[permission].roles.join(' ');
  assert.equal(told('read'), 'viewer analyst engineer admin auditor');
  assert.equal(told('read:evidence'), 'analyst engineer admin auditor');
  assert.deepEqual(PERMISSIONS['read:evidence'].logged, ['auditor']);
  for (const permission of ['analyst', 'admin:incidents'] as const)
    assert.equal(told(permission), 'analyst engineer admin');
  for (const permission of ['engineer', 'confirm'] as const) assert.equal(told(permission), 'engineer admin');
  for (const permission of ['admin:senders', 'admin:people', 'admin:holds'] as const)
    assert.equal(told(permission), 'admin');
  assert.equal(told('read:audit'), 'admin auditor');
  for (const permission of ['ingest', 'ingest:write:ndjson'] as const) assert.equal(told(permission), '');
});

test('names are of lower-case letters and digits, and none that the audit has for others', () => {
  for (const name of ['a', 'alice', 'a.b-c_d', '0x', 'a'.repeat(64)]) assert.equal(nameProblem(name), undefined, name);
  for (const name of [
    '',
    'Alice',
    'a b',
    '.a',
    'a-',
    'key:x',
    'local:root',
    'ä',
    'a'.repeat(65),
    'server',
    'system',
    'unknown',
    'outbox',
    '__proto__',
  ]) {
    assert.notEqual(nameProblem(name), undefined, name);
  }
  assert.equal(typedName(' Alice '), 'alice');
});

test('a password has 12 to 1,024 characters, and is not the name', () => {
  const right = [12, 13, 1024].map((count) => 'x'.repeat(count));
  for (const password of [...right, '🐈'.repeat(12), '🐈'.repeat(1024)])
    assert.equal(passwordProblem(password, 'a'), undefined);
  for (const password of ['', 'x'.repeat(11), 'x'.repeat(1025), '🐈'.repeat(11), `\ud800${'x'.repeat(12)}`]) {
    const problem = passwordProblem(password, 'a');
    assert.ok(problem !== undefined && (password === '' || !problem.includes(password)));
  }
  assert.notEqual(passwordProblem('Alice.Cooper-1', 'alice.cooper-1'), undefined);
  assert.deepEqual(passwordBytes('e\u0301'), passwordBytes('\u00e9'));
});

test('what is kept of a password is read back, and nothing else is', () => {
  const kept = { ...SCRYPT, salt: randomBytes(16), hash: randomBytes(32) };
  const text = passwordText(kept);
  assert.deepEqual(readPasswordText(text), kept);
  for (const wrong of [
    '',
    text.slice(1),
    `${text}A`,
    text.replace('$17$', '$30$'),
    text.replace('$17$', '$1$'),
    text.replace('$8$', '$64$'),
  ]) {
    assert.equal(readPasswordText(wrong), undefined, wrong);
  }
});

test('a password that is given out has 123 bits in groups, and draws again what would favour a letter', () => {
  const made = makePassword(randomBytes);
  assert.match(made, /^(?:[a-hj-km-np-z2-9]{5}-){4}[a-hj-km-np-z2-9]{5}$/);
  const bytes = [255, 0, ...Array.from({ length: 200 }, () => 1)];
  const drawn = makePassword((count) => Uint8Array.from(bytes.splice(0, count)));
  assert.equal(drawn, 'abbbb-bbbbb-bbbbb-bbbbb-bbbbb');
});

test('a cookie is of one host, one port and its path, and is read back strictly', () => {
  const { secret } = makeSession(randomBytes);
  const header = cookieHeader(8443, secret);
  assert.equal(header, `__Host-triad-8443=${secret}; Path=/; Secure; HttpOnly; SameSite=Lax`);
  const pair = `__Host-triad-8443=${secret}`;
  assert.deepEqual(readCookie(`a=b; ${pair};c=d`, 8443), { kind: 'secret', secret });
  assert.deepEqual(readCookie(pair, 8444), { kind: 'none' });
  assert.deepEqual(readCookie(undefined, 8443), { kind: 'none' });
  assert.deepEqual(readCookie(`x${pair}`, 8443), { kind: 'none' });
  for (const wrong of [`${pair}; ${pair}`, `${pair}A`, '__Host-triad-8443=', `__Host-triad-8443="${secret}"`]) {
    assert.deepEqual(readCookie(wrong, 8443), { kind: 'malformed' }, wrong);
  }
  assert.match(cookieHeader(1, undefined), /=; .*; Max-Age=0$/);
});

test('the token of a session is known to who knows its secret', () => {
  const [one, other] = [makeSession(randomBytes).secret, makeSession(randomBytes).secret];
  assert.deepEqual(
    [isCsrf(csrfOf(one), one), isCsrf(csrfOf(other), one), isCsrf(undefined, one), isCsrf('', one)],
    [true, false, false, false],
  );
  assert.ok(!csrfOf(one).includes(one));
});

test('a session ends when idle, and at its end whatever is done', () => {
  const session = { seenMs: 1000, endsMs: 10_000_000 };
  assert.equal(endOfSession(session, 1000 + IDLE_MS - 1), undefined);
  assert.equal(endOfSession(session, 1000 + IDLE_MS), 'idle');
  assert.equal(endOfSession({ ...session, seenMs: 9_999_999 }, 9_999_999), undefined);
  assert.equal(endOfSession({ ...session, seenMs: 9_999_999 }, 10_000_000), 'lifetime');
});

test('a request is of a page of this server by its origin, its scheme and what the browser says', () => {
  const told = (headers: { origin?: string; secFetchSite?: string }, publicUrl?: string): string =>
    originOf({ origin: headers.origin, secFetchSite: headers.secFetchSite, host: '127.0.0.1:8443' }, 'http', publicUrl);
  assert.equal(told({}), 'unsaid');
  assert.equal(told({ origin: 'http://127.0.0.1:8443' }), 'own');
  assert.equal(told({ secFetchSite: 'same-origin' }), 'own');
  assert.equal(told({ origin: 'https://triad.example' }, 'https://triad.example/'), 'own');
  for (const origin of [
    'https://127.0.0.1:8443',
    'http://127.0.0.1',
    'http://localhost:8443',
    'null',
    '',
    'http://evil.example',
  ]) {
    assert.equal(told({ origin }), 'foreign', origin);
  }
  for (const secFetchSite of ['cross-site', 'same-site', 'none', '']) {
    assert.equal(told({ origin: 'http://127.0.0.1:8443', secFetchSite }), 'foreign', secFetchSite);
  }
  const usual = { origin: 'https://triad.example', secFetchSite: undefined, host: 'triad.example:443' };
  assert.equal(originOf(usual, 'https', undefined), 'own', 'the usual port may be said or not');
});

test('raw evidence is left out at any depth; counts, sentences and arithmetic stay', () => {
  const { document, withheld } = withoutEvidence({
    title: 't',
    records: 4,
    terms: [{ text: 'a', points: 1, evidence: [{ record: 'x' }] }],
    incident: {
      edges: [{ source: { address: 'x' }, process: { commandLine: 'evil' } }],
      next: [{ text: 'n', command: 'c' }],
    },
    consumer: { name: 'Updater', payload: 'evil', conflicts: null },
  });
  assert.deepEqual(document, {
    title: 't',
    records: 4,
    terms: [{ text: 'a', points: 1 }],
    incident: { edges: [{ source: { address: 'x' } }], next: [{ text: 'n' }] },
    consumer: { name: 'Updater', conflicts: null },
  });
  assert.deepEqual(withheld, ['command', 'evidence', 'payload', 'process']);
});

test('a term of a payload keeps code, points and title, and not what was read in the payload', () => {
  const terms = [
    { code: 'P04', points: 20, text: 'download: http://evil.example/a: b' },
    { code: 'P01', points: 25, text: 'encoded command' },
    { code: 'M1', points: 60, text: 'a subscription: it fired' },
  ];
  const { document, withheld } = withoutEvidence({ terms });
  assert.deepEqual(document, { terms: [{ code: 'P04', points: 20, text: 'download' }, terms[1], terms[2]] });
  assert.deepEqual(withheld, ['text']);
  assert.deepEqual(withoutEvidence({ terms: terms.slice(1) }).withheld, []);
});

test('prints of contents are left out wherever they stand; accounts, names and other digests stay', () => {
  const print = 'a'.repeat(64);
  const account = { kind: 'account', value: 'corp\\a', hosts: 1 };
  const found = {
    items: [{ kind: 'payload', value: print, hosts: 2 }, { kind: 'subscription', value: print, hosts: 3 }, account],
    consumer: { fingerprint: print, digest: print, subscription: 'Updater' },
  };
  assert.deepEqual(withoutEvidence(found), {
    document: {
      items: [{ kind: 'payload', hosts: 2 }, { kind: 'subscription', hosts: 3 }, account],
      consumer: { digest: print, subscription: 'Updater' },
    },
    withheld: ['fingerprint', 'value'],
  });
  const written = {
    items: [
      { kind: 'command', print, place: '/etc/triad/pins.yaml:3:5', what: 'the agent' },
      { scope: { subscription: print, payload: print, command: print, host: 'h' } },
    ],
    place: '1-7',
    command: 'a word of theirs',
  };
  assert.deepEqual(withoutPrints(written), {
    document: {
      items: [{ kind: 'command', what: 'the agent' }, { scope: { host: 'h' } }],
      place: '1-7',
      command: 'a word of theirs',
    },
    withheld: ['command', 'payload', 'place', 'print', 'subscription'],
  });
});
