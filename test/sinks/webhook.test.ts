import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OutboxMessage } from '../../src/outbox/index.ts';
import { postMessage, readSecret, signatures, triadForm } from '../../src/sinks/index.ts';
import { HOSTILE, messageOf, NOW_MS, ORIGIN, PARTS, SECRET, sinkOf } from './messages.ts';
import { httpReceiver, type Received, status } from './receivers.ts';

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

test('the published vector of Standard Webhooks', () => {
  const content = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', seconds: 1_614_265_330, body: '{"test": 2432232314}' };
  assert.equal(signatures(content, [SECRET]), 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('a secret has 24 to 64 bytes in base64', () => {
  const of = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;
  assert.deepEqual(
    [23, 24, 64, 65].map((bytes) => readSecret(of(bytes))?.length),
    [undefined, 24, 64, undefined],
  );
  for (const text of ['', 'whsec_', 'whsec_***', SECRET.slice(6)]) assert.equal(readSecret(text), undefined, text);
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
    { reasons: ['merged', 'host'], document: null, head: { ...head, standing: 'merged', mergedInto: 'def' } },
    { reasons: ['verdict', 'owner'], head: { ...head, owner: HOSTILE, verdict: 'malicious' } },
  ];
  for (const change of changes) {
    const body = triadForm(messageOf(HOSTILE, change), ORIGIN);
    assert.ok(validate(JSON.parse(JSON.stringify(body))), JSON.stringify(validate.errors));
  }
  assert.ok(!validate({ ...triadForm(messageOf(), ORIGIN), type: 'incident.other' }));
});
