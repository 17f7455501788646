import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OutboxMessage } from '../../src/outbox/index.ts';
import { postMessage, readSigningKey, signatures, signersOf, triadForm } from '../../src/sinks/index.ts';
import { HOSTILE, messageOf, NOW_MS, ORIGIN, PARTS, SECRET, sinkOf } from './messages.ts';
import { httpReceiver, type Received, status } from './receivers.ts';

/** The key pair of the published vector, as senders of Standard Webhooks write it: 32 secret bytes, then 32 public ones. */
const SECRET_KEY = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const PUBLIC_KEY = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

/** What the published vectors sign. */
const CONTENT = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', seconds: 1_614_265_330, body: '{"test": 2432232314}' };
const V1A = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';

const OTHER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** As a receiver of Standard Webhooks checks it, written from its specification. */
function isSigned({ headers, body }: Received, secret: string, nowMs: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': list } = headers;
  if (typeof id !== 'string' || typeof time !== 'string' || typeof list !== 'string') return false;
  if (Math.abs(nowMs / 1000 - Number(time)) > 300) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest();
  return list.split(' ').some((one) => {
    const [version, signature = ''] = one.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** As a receiver checks `v1a`, with the public key alone and nothing of ours. */
function isSignedByKey({ headers, body }: Received, publicKey: string, nowMs: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': list } = headers;
  if (typeof id !== 'string' || typeof time !== 'string' || typeof list !== 'string') return false;
  if (Math.abs(nowMs / 1000 - Number(time)) > 300) return false;
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return list.split(' ').some((one) => {
    const [version, signature = ''] = one.split(',');
    return (
      version === 'v1a' && verify(null, Buffer.from(`${id}.${time}.${body}`), key, Buffer.from(signature, 'base64'))
    );
  });
}

test('the published vectors of Standard Webhooks', () => {
  assert.equal(signatures(CONTENT, [SECRET]), 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  assert.equal(signatures(CONTENT, [SECRET_KEY]), V1A);
  assert.equal(signatures(CONTENT, [SECRET, SECRET_KEY]).split(' ')[1], V1A);
  assert.deepEqual(signersOf({ kind: 'webhook', secrets: [SECRET, SECRET_KEY] }), [
    { scheme: 'v1' },
    { scheme: 'v1a', publicKey: PUBLIC_KEY },
  ]);
});

test('OpenSSL signs the same, finds the public key that is told, and makes keys as the docs say', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'triad-signing-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const openssl = (...words: readonly string[]): Buffer => execFileSync('openssl', words, { cwd: folder });
  const half = Buffer.from(SECRET_KEY.slice('whsk_'.length), 'base64').subarray(0, 32);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), half]);
  writeFileSync(join(folder, 'key.der'), pkcs8);
  writeFileSync(join(folder, 'content'), `${CONTENT.id}.${CONTENT.seconds}.${CONTENT.body}`);
  const signed = openssl('pkeyutl', '-sign', '-rawin', '-in', 'content', '-inkey', 'key.der', '-keyform', 'DER');
  assert.equal(`v1a,${signed.toString('base64')}`, V1A);
  const publicKey = openssl('pkey', '-in', 'key.der', '-inform', 'DER', '-pubout', '-outform', 'DER').subarray(-32);
  assert.equal(`whpk_${publicKey.toString('base64')}`, PUBLIC_KEY);
  // `openssl genpkey -algorithm ed25519 -outform DER | tail -c 32 | base64`: the secret half is enough.
  const made = openssl('genpkey', '-algorithm', 'ed25519', '-outform', 'DER').subarray(-32).toString('base64');
  assert.ok('scheme' in readSigningKey(`whsk_${made}`));
  assert.equal(signatures(CONTENT, [`whsk_${half.toString('base64')}`]), V1A);
});

test('a shared secret has 24 to 64 bytes in base64, an Ed25519 key 32 or 64 that belong together; a reason repeats nothing', () => {
  const of = (prefix: string, bytes: number): string => prefix + Buffer.alloc(bytes, 1).toString('base64');
  const whyOf = (text: string): string => {
    const key = readSigningKey(text);
    return 'why' in key ? key.why : key.scheme;
  };
  assert.deepEqual(
    [23, 24, 64, 65].map((bytes) => whyOf(of('whsec_', bytes))),
    ['whsec_ has 24 to 64 bytes, and these are 23', 'v1', 'v1', 'whsec_ has 24 to 64 bytes, and these are 65'],
  );
  assert.deepEqual(
    [31, 32, 33, 63, 65].map((bytes) => whyOf(of('whsk_', bytes)).replace(/^.*and these/, '')),
    [' are 31', 'v1a', ' are 33', ' are 63', ' are 65'],
  );
  assert.equal(whyOf(SECRET_KEY), 'v1a');
  assert.equal(
    whyOf(SECRET_KEY.replace('VKIDij', 'VKIDik')),
    'its last 32 bytes are not the public key of the first 32',
  );
  assert.equal(whyOf(PUBLIC_KEY), 'it is a public key (whpk_), which is for the receiver');
  for (const text of ['', SECRET.slice(6), 'WHSK_AAAA']) assert.match(whyOf(text), /neither whsec_ nor whsk_$/, text);
  for (const text of ['whsec_', 'whsec_***', 'whsk_', 'whsk_a-b']) assert.match(whyOf(text), /is no base64$/, text);
});

test('a receiver with the public key finds the signature good, beside that of a shared secret while one takes the place of the other', async (t) => {
  const receiver = await httpReceiver(t, status(204));
  const other = `whsk_${Buffer.alloc(32, 9).toString('base64')}`;
  const [{ publicKey: otherPublic = '' } = {}] = signersOf({ kind: 'webhook', secrets: [other] });
  const sink = sinkOf({ url: receiver.url, secrets: [SECRET_KEY, SECRET] });
  assert.deepEqual(await postMessage(sink, messageOf(), PARTS), { kind: 'delivered', status: '204' });
  const [received] = receiver.requests;
  assert.ok(received !== undefined);
  assert.ok(isSignedByKey(received, PUBLIC_KEY, NOW_MS) && isSigned(received, SECRET, NOW_MS));
  assert.ok(!isSignedByKey(received, otherPublic, NOW_MS));
  assert.ok(!isSignedByKey({ ...received, body: `${received.body} ` }, PUBLIC_KEY, NOW_MS));
  assert.ok(!isSignedByKey(received, PUBLIC_KEY, NOW_MS + 301_000));
  await postMessage({ ...sink, secrets: [other, SECRET_KEY] }, messageOf(), PARTS);
  const [, rotated] = receiver.requests;
  assert.ok(rotated !== undefined);
  assert.ok(isSignedByKey(rotated, PUBLIC_KEY, NOW_MS) && isSignedByKey(rotated, otherPublic, NOW_MS));
});

test('a receiver finds the signature good under each secret while one is replaced, and bad when a byte is another', async (t) => {
  const receiver = await httpReceiver(t, status(204));
  const sink = sinkOf({ url: receiver.url, secrets: [OTHER, SECRET] });
  assert.deepEqual(await postMessage(sink, messageOf(), PARTS), { kind: 'delivered', status: '204' });
  const [received] = receiver.requests;
  assert.ok(received !== undefined);
  assert.ok(isSigned(received, SECRET, NOW_MS) && isSigned(received, OTHER, NOW_MS));
  assert.ok(!isSigned({ ...received, body: `${received.body} ` }, SECRET, NOW_MS));
  assert.ok(!isSigned(received, SECRET, NOW_MS + 301_000));
  assert.match(String(received.headers['webhook-id']), /^[^.]+$/);
});

test('each attempt has the same id and body, and a time and signature of its own', async (t) => {
  const receiver = await httpReceiver(t, status(200));
  const sink = sinkOf({ url: receiver.url });
  await postMessage(sink, messageOf(), PARTS);
  await postMessage(sink, messageOf(), { ...PARTS, nowMs: () => NOW_MS + 3_600_000 });
  const [first, second] = receiver.requests;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(first.headers['webhook-id'], second.headers['webhook-id']);
  assert.equal(first.body, second.body);
  assert.notEqual(first.headers['webhook-signature'], second.headers['webhook-signature']);
  assert.ok(isSigned(second, SECRET, NOW_MS + 3_600_000));
});

test('the body is Triad’s own form with the incident, its detail and a link', async (t) => {
  const receiver = await httpReceiver(t, status(200));
  await postMessage(sinkOf({ url: receiver.url }), messageOf(), PARTS);
  const { type, timestamp, data } = JSON.parse(receiver.requests[0]?.body ?? '');
  assert.deepEqual([type, timestamp], ['incident.reached', '2026-11-26T00:00:00.0000000Z']);
  assert.deepEqual(
    [data.schema, data.id, data.reasons, data.incident.number, data.incident.confidence, data.incident.url],
    ['triad.message/1', 'abc_soc_3_1', ['reached'], 'INC-12', 0.7, 'https://triad.example/incidents/abc'],
  );
  assert.deepEqual(Object.keys(data.detail), ['incident', 'findings', 'subscriptions', 'gaps']);
});

test('what an answer means: taken, later with Retry-After, refused, gone for good', async (t) => {
  const of = async (code: number, headers = {}): Promise<readonly unknown[]> => {
    const receiver = await httpReceiver(t, status(code, headers));
    const delivery = await postMessage(sinkOf({ url: receiver.url }), messageOf(), PARTS);
    return [
      delivery.kind,
      delivery.status,
      ...('retryAfterMs' in delivery && delivery.retryAfterMs !== undefined ? [delivery.retryAfterMs] : []),
    ];
  };
  assert.deepEqual(await of(202), ['delivered', '202']);
  for (const code of [408, 425, 500, 502, 599]) assert.deepEqual(await of(code), ['later', String(code)]);
  assert.deepEqual(await of(429, { 'retry-after': '7' }), ['later', '429', 7000]);
  for (const code of [400, 401, 403, 404, 413, 422]) assert.deepEqual(await of(code), ['refused', String(code)]);
  assert.deepEqual(await of(410), ['gone', '410']);
});

test('L29 the body is valid by its schema, whatever stands in evidence and whatever became of the incident', () => {
  const schema: object = JSON.parse(
    readFileSync(new URL('../../schemas/message.schema.json', import.meta.url), 'utf8'),
  );
  const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
  const { head } = messageOf();
  const changes: readonly Partial<OutboxMessage>[] = [
    {},
    { document: null },
    { head: { ...head, isNumbered: true } },
    { reasons: ['merged', 'host'], document: null, head: { ...head, standing: 'merged', mergedInto: 'def' } },
    { reasons: ['verdict', 'owner'], head: { ...head, owner: HOSTILE, verdict: 'malicious' } },
  ];
  for (const change of changes) {
    const body = triadForm(messageOf(HOSTILE, change), ORIGIN);
    assert.ok(validate(JSON.parse(JSON.stringify(body))), JSON.stringify(validate.errors));
  }
  assert.ok(!validate({ ...triadForm(messageOf(), ORIGIN), type: 'incident.other' }));
});
