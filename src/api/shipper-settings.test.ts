import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { allShipperSettings, SHIPPERS, shipperSettings } from './shipper-settings.ts';

const KEY = { id: 'k7Q2mX9aLr4T', secret: 'triad_k7Q2mX9aLr4T_secret_0a1b2c3d' };

test('winlogbeat: YAML with the path below the host, and the id and the key as Beats want them', () => {
  const found = parse(shipperSettings('winlogbeat', 'https://triad.example:8443', KEY)) as Record<string, unknown>;
  assert.deepEqual(found['output.elasticsearch'], {
    hosts: ['https://triad.example:8443'],
    path: '/elastic',
    api_key: `${KEY.id}:${KEY.secret}`,
    allow_older_versions: true,
    compression_level: 1,
  });
  const logs = found['winlogbeat.event_logs'] as readonly { readonly name: string }[];
  assert.ok(logs.some(({ name }) => name === 'Microsoft-Windows-WMI-Activity/Operational'));
  assert.deepEqual([found['setup.template.enabled'], found['setup.ilm.enabled']], [false, false]);
});

test('otel: YAML whose pipeline names what there is, the whole XML, by OTLP with the key', () => {
  const found = parse(shipperSettings('otel', 'http://127.0.0.1:8443', KEY)) as {
    readonly receivers: Readonly<Record<string, { readonly channel: string; readonly raw: boolean }>>;
    readonly exporters: { readonly otlphttp: Readonly<Record<string, unknown>> };
    readonly service: { readonly pipelines: { readonly logs: Readonly<Record<string, readonly string[]>> } };
  };
  const { logs_endpoint: endpoint, headers } = found.exporters.otlphttp;
  assert.deepEqual([endpoint, headers], ['http://127.0.0.1:8443/v1/logs', { Authorization: `Bearer ${KEY.secret}` }]);
  assert.deepEqual(found.service.pipelines.logs['receivers'], Object.keys(found.receivers));
  assert.deepEqual(found.service.pipelines.logs['exporters'], ['otlphttp']);
  assert.ok(Object.values(found.receivers).every(({ raw }) => raw));
  assert.ok(Object.values(found.receivers).some(({ channel }) => channel === 'Security'));
});

test('rsyslog: address with its port and path in one, the id and the key of Basic', () => {
  const plain = shipperSettings('rsyslog', 'http://127.0.0.1:8443', KEY);
  assert.ok(plain.includes('server="http://127.0.0.1:8443/elastic"'), plain);
  assert.ok(plain.includes(`uid="${KEY.id}" pwd="${KEY.secret}"`), plain);
  // The preset port of https is written too: without one omelasticsearch puts 9200 behind the path.
  assert.ok(shipperSettings('rsyslog', 'https://triad.example', KEY).includes('"https://triad.example:443/elastic"'));
  assert.ok(plain.indexOf('maxMessageSize') < plain.indexOf('module('), 'the longest event stands first');
});

test('fluentbit: host, port, path, user and key in the settings of the output es', () => {
  const text = shipperSettings('fluentbit', 'https://triad.example:8443', KEY);
  const output = text.slice(text.indexOf('[OUTPUT]'));
  const found = Object.fromEntries([...output.matchAll(/^ {4}(\S+) +(.+)$/gm)].map(([, name, value]) => [name, value]));
  assert.deepEqual(
    [
      found['Name'],
      found['Host'],
      found['Port'],
      found['Path'],
      found['HTTP_User'],
      found['HTTP_Passwd'],
      found['tls'],
    ],
    ['es', 'triad.example', '8443', '/elastic', KEY.id, KEY.secret, 'On'],
  );
  assert.match(text, /Render_Event_As_XML On[\s\S]*Rename +System message/);
  assert.match(shipperSettings('fluentbit', 'http://127.0.0.1:1', KEY), /tls +Off/);
});

test('curl: one line', () => {
  assert.equal(
    shipperSettings('curl', 'http://127.0.0.1:8443', KEY),
    `curl -H "Authorization: Bearer ${KEY.secret}" -H "Content-Type: application/x-ndjson" --data-binary @events.jsonl http://127.0.0.1:8443/v1/ingest\n`,
  );
});

test('logstash: the path below the host, the id and the key of Basic, and nothing that would be made on a real cluster', () => {
  const text = shipperSettings('logstash', 'https://triad.example:8443', KEY);
  for (const line of [
    'hosts => ["https://triad.example:8443"]',
    'path => "/elastic"',
    `user => "${KEY.id}"`,
    `password => "${KEY.secret}"`,
    'manage_template => false',
    'ilm_enabled => false',
    'data_stream => false',
  ])
    assert.ok(text.includes(`    ${line}\n`), line);
});

test('all settings are those that are printed, with words where a key has its id and its secret', () => {
  const all = allShipperSettings('https://triad.example:8443');
  const key = { id: 'ID', secret: 'KEY' };
  assert.deepEqual(
    all.slice(0, SHIPPERS.length).map(({ text }) => text),
    SHIPPERS.map((shipper) => shipperSettings(shipper, 'https://triad.example:8443', key)),
  );
  assert.deepEqual(
    all.slice(SHIPPERS.length).map(({ name }) => name),
    ['Splunk forwarders (HEC)', 'Syslog'],
  );
  assert.ok(all.every(({ name, text }) => name !== '' && text.endsWith('\n')));
});
