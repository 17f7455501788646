import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { PAGE_POLICY, pageAnswer } from './answer-page.ts';
import { type PageFiles, pageFile } from './page-files.ts';

function made(name: string, text: string): NonNullable<ReturnType<typeof pageFile>> {
  const file = pageFile(name, Buffer.from(text));
  assert.ok(file);
  return file;
}

const page: PageFiles = {
  build: undefined,
  index: made('index.html', '<!doctype html>'),
  assets: new Map([['page-1.js', made('page-1.js', 'render();')]]),
};
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  pageAnswer({ method, path, headers }, page);

test('every URL of the page is its one document, and nothing else is', () => {
  for (const path of [
    '/',
    '/incidents',
    '/incidents/x7q2m4kd6tbc3wpa',
    '/incidents/INC-12',
    '/hosts/srv-02%2Fa',
    '/search',
    '/account',
  ]) {
    const answer = get(path);
    assert.deepEqual([path, answer?.status, answer?.type], [path, 200, 'text/html; charset=utf-8']);
    assert.equal(answer?.headers['cache-control'], 'no-cache');
  }
  for (const path of [
    '/v1/incidents',
    '/livez',
    '/incidents/a/b',
    '/search/x',
    '/incidentsx',
    '//',
    '/assets',
    '/elastic/',
  ]) {
    assert.equal(get(path), undefined, path);
  }
  assert.equal(get('/', {}, 'POST')?.status, 405);
  assert.equal(get('/', {}, 'HEAD')?.status, 200);
});

test('each answer carries the policy and the headers of TRUST 6, also one that refuses and one that is known', () => {
  const refused = pageAnswer({ method: 'GET', path: '/', headers: {} }, undefined);
  assert.equal(refused?.status, 404);
  const known = get('/', { 'if-none-match': '*' });
  assert.equal(known?.status, 304);
  const wanted = {
    'content-security-policy': PAGE_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': 'max-age=31536000',
  };
  const packed = get('/', { 'accept-encoding': 'gzip' });
  const others = [get('/assets/page-1.js'), get('/assets/none.js'), get('/', {}, 'PUT')];
  for (const answer of [get('/'), packed, known, refused, ...others]) {
    const found = Object.keys(wanted).map((name) => [name, answer?.headers[name]]);
    assert.deepEqual(Object.fromEntries(found), wanted, `${answer?.status}`);
  }
  assert.doesNotMatch(PAGE_POLICY, /unsafe|\*|https?:/);
});

test('assets never change under their name; what is known is not sent again, and what can be packed is', () => {
  const whole = get('/assets/page-1.js');
  assert.equal(whole?.headers['cache-control'], 'public, max-age=31536000, immutable');
  const etag = whole?.headers['etag'] ?? '';
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    assert.equal(get('/assets/page-1.js', { 'if-none-match': tag })?.status, 304, tag);
  }
  assert.equal(get('/assets/page-1.js', { 'if-none-match': '"other"' })?.status, 200);
  for (const [coding, isPacked] of [
    ['gzip, deflate, br', true],
    ['br;q=1.0, gzip;q=0.8', true],
    ['gzip;q=0', false],
    ['gzip;q=0.0', false],
    ['identity', false],
    ['', false],
  ] as const) {
    const answer = get('/assets/page-1.js', { 'accept-encoding': coding });
    assert.equal(answer?.headers['content-encoding'], isPacked ? 'gzip' : undefined, coding);
    const body = Buffer.from(answer?.body ?? '');
    assert.equal(String(isPacked ? gunzipSync(body) : body), 'render();');
  }
  for (const path of ['/assets/none.js', '/assets/..%2Findex.html', '/assets/../index.html']) {
    assert.equal(get(path)?.status, 404, path);
  }
});
