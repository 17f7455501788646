import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ElasticIdentity, elasticDocument, elasticError } from './index.ts';

const SELF: ElasticIdentity = {
  version: '8.15.0',
  clusterUuid: 'AbCdEfGhIjKlMnOpQrStUv',
  publishAddress: '127.0.0.1:8443',
};

function body(method: string, path: string): unknown {
  const answer = elasticDocument(method, path, SELF);
  assert.equal(answer.status, 200, path);
  assert.equal(answer.headers['x-elastic-product'], 'Elasticsearch');
  return JSON.parse(answer.body);
}

test('GET / says what the official clients check', () => {
  assert.deepEqual(body('GET', '/'), {
    name: 'triad',
    cluster_name: 'triad',
    cluster_uuid: SELF.clusterUuid,
    version: {
      number: '8.15.0',
      build_flavor: 'default',
      build_type: 'tar',
      build_hash: '0',
      build_date: '2024-08-05T10:05:34.233336849Z',
      build_snapshot: false,
      lucene_version: '9.11.1',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  });
  assert.deepEqual(body('GET', ''), body('GET', '/'));
  const nine = JSON.parse(elasticDocument('GET', '/', { ...SELF, version: '9.1.0' }).body);
  assert.equal(nine.version.minimum_wire_compatibility_version, '8.18.0');
});

test('the set-up of shippers goes on: licence, x-pack, health, nodes', () => {
  assert.deepEqual(body('GET', '/_license'), {
    license: { uid: 'triad', type: 'basic', status: 'active', expiry_date_in_millis: 4000000000000 },
  });
  assert.deepEqual((body('GET', '/_xpack') as { license: unknown }).license, {
    type: 'basic',
    mode: 'basic',
    status: 'active',
  });
  assert.equal((body('GET', '/_cluster/health') as { status: string }).status, 'green');
  const { nodes } = body('GET', '/_nodes/http') as { nodes: Record<string, { http: { publish_address: string } }> };
  assert.deepEqual(
    Object.values(nodes).map(({ http }) => http.publish_address),
    ['127.0.0.1:8443'],
  );
});

test('templates, policies and pipelines: GET finds nothing, PUT is acknowledged, HEAD is empty', () => {
  for (const path of [
    '/_ilm/policy/winlogbeat',
    '/_index_template/winlogbeat-8',
    '/_template/x',
    '/_component_template/x',
    '/_data_stream/x',
    '/_alias/x',
    '/_ingest/pipeline/winlogbeat-routing',
    '/_logstash/pipeline/x',
  ]) {
    assert.deepEqual(body('GET', path), {}, path);
    assert.deepEqual(body('PUT', path), { acknowledged: true }, path);
    const head = elasticDocument('HEAD', path, SELF);
    assert.deepEqual([head.status, head.body, head.headers['x-elastic-product']], [200, '', 'Elasticsearch'], path);
  }
});

test('what is not known: GET gives an empty object, anything else is refused in the right shape', () => {
  assert.deepEqual(body('GET', '/_nodes'), {});
  assert.deepEqual(body('GET', '/any/thing'), {});
  for (const [method, path] of [
    ['DELETE', '/_template/x'],
    ['PUT', '/index'],
    ['POST', '/_search'],
    ['PUT', '/_template'],
    ['OPTIONS', '/'],
  ] as const) {
    const answer = elasticDocument(method, path, SELF);
    const reason = `no handler found for uri [${path}] and method [${method}]`;
    const cause = { type: 'illegal_argument_exception', reason };
    assert.equal(answer.headers['x-elastic-product'], 'Elasticsearch');
    assert.deepEqual(JSON.parse(answer.body), { error: { root_cause: [cause], ...cause }, status: 400 });
  }
});

test('errors say their type, and when to come again', () => {
  const types = [400, 401, 403, 413, 429, 503].map((status) => {
    const { headers, body: text } = elasticError(status, 'why', 1500);
    const { error } = JSON.parse(text);
    return [status, error.type, headers['retry-after'], headers['www-authenticate']];
  });
  assert.deepEqual(types, [
    [400, 'illegal_argument_exception', undefined, undefined],
    [401, 'security_exception', undefined, 'Basic realm="triad", ApiKey'],
    [403, 'security_exception', undefined, undefined],
    [413, 'content_too_long_exception', undefined, undefined],
    [429, 'es_rejected_execution_exception', '2', undefined],
    [503, 'unavailable_shards_exception', '2', undefined],
  ]);
  assert.equal(elasticError(429, 'why', 0).headers['retry-after'], '1');
});
