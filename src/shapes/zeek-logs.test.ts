import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readText as read } from '../../test/read-text.ts';

const SEPARATORS = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-'];

test('a certificate is of no connection, and is known by its serial number', () => {
  const certificate = '"certificate.version":3,"certificate.serial":"08BB00EE","certificate.subject":"CN=a"';
  const forms: Readonly<Record<string, string>> = {
    'version 5': `{"ts":1.5,"fingerprint":"ab12",${certificate},"san.dns":["a.b","c.d"],"host_cert":true}`,
    'a file id': `{"ts":1.5,"id":"FX1",${certificate},"san.dns":["a.b","c.d"],"host_cert":true}`,
    nested:
      '{"ts":1.5,"certificate":{"version":3,"serial":"08BB00EE","subject":"CN=a"},"san":{"dns":["a.b","c.d"]},"host_cert":true}',
    Corelight: `{"_path":"x509","_system_name":"ap200","ts":1.5,${certificate},"san.dns":["a.b","c.d"],"host_cert":true}`,
    tsv: [
      ...SEPARATORS,
      '#path\tx509',
      '#fields\tts\tcertificate.version\tcertificate.serial\tcertificate.subject\tsan.dns\thost_cert',
      '#types\ttime\tcount\tstring\tstring\tvector[string]\tbool',
      '1.5\t3\t08BB00EE\tCN=a\ta.b,c.d\tT',
    ].join('\n'),
  };
  for (const [form, text] of Object.entries(forms)) {
    const { events, result } = read(text);
    const [event] = events;
    assert.deepEqual([events.length, result.rejected, event?.channel], [1, 0, 'zeek/x509'], form);
    const { id, fingerprint, ...fields } = Object.fromEntries(event?.entries() ?? []);
    assert.deepEqual(
      fields,
      {
        'certificate.version': '3',
        'certificate.serial': '08BB00EE',
        'certificate.subject': 'CN=a',
        'san.dns': 'a.b,c.d',
        host_cert: 'true',
      },
      form,
    );
  }
  for (const ordinary of [
    '{"ts":1.5,"certificate":{"serial":"08BB00EE"}}',
    '{"ts":1.5,"certificate.subject":"CN=a"}',
    '{"certificate.serial":"08BB00EE","certificate.subject":"CN=a"}',
  ]) {
    assert.deepEqual(read(ordinary).result.units, { unknown: 1 }, ordinary);
  }
});

test('look-ups, requests and sessions are the same events as rows, as JSON and from Filebeat', () => {
  const ids = '"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":5353,"id.resp_h":"10.0.0.2","id.resp_p":80';
  const line = (path: string, fields: string, types: string, row: string): string =>
    [
      ...SEPARATORS,
      `#path|${path}`,
      `#fields|ts|uid|id.orig_h|id.orig_p|id.resp_h|id.resp_p|${fields}`,
      `#types|time|string|addr|port|addr|port|${types}`,
      `1.5|C1|10.0.0.1|5353|10.0.0.2|80|${row}`,
    ]
      .join('\n')
      .replaceAll('|', '\t');
  const filebeat = (log: string, body: unknown, rest: object): string =>
    JSON.stringify({
      '@timestamp': '1970-01-01T00:00:01.5Z',
      event: { dataset: `zeek.${log}` },
      source: { address: '10.0.0.1', port: 5353 },
      destination: { address: '10.0.0.2', port: 80 },
      ...rest,
      zeek: { session_id: 'C1', [log]: body },
    });
  const logs: readonly (readonly [log: string, forms: readonly string[]])[] = [
    [
      'dns',
      [
        line(
          'dns',
          'proto|query|qtype_name|answers|rejected|Z',
          'enum|string|string|vector[string]|bool|count',
          'udp|a.b|A|1.1.1.1,2.2.2.2|F|0',
        ),
        `{"ts":1.5,${ids},"proto":"udp","query":"a.b","qtype_name":"A","answers":["1.1.1.1","2.2.2.2"],"rejected":false,"Z":0}`,
        filebeat(
          'dns',
          { query: 'a.b', qtype_name: 'A', answers: ['1.1.1.1', '2.2.2.2'], rejected: false, Z: 0 },
          { network: { transport: 'udp' } },
        ),
      ],
    ],
    [
      'http',
      [
        line(
          'http',
          'trans_depth|method|host|uri|user_agent|request_body_len|status_code|resp_mime_types',
          'count|string|string|string|string|count|count|vector[string]',
          '1|PUT|a.b|/x?y|curl|0|200|text/plain',
        ),
        `{"ts":1.5,${ids},"trans_depth":1,"method":"PUT","host":"a.b","uri":"/x?y","user_agent":"curl","request_body_len":0,"status_code":200,"resp_mime_types":["text/plain"]}`,
        filebeat(
          'http',
          { trans_depth: 1, resp_mime_types: ['text/plain'] },
          {
            http: { request: { method: 'PUT', body: { bytes: 0 } }, response: { status_code: 200 } },
            url: { original: '/x?y', domain: 'a.b' },
            user_agent: { original: 'curl' },
          },
        ),
      ],
    ],
    [
      'rdp',
      [
        line('rdp', 'cookie|result|client_channels', 'string|string|vector[string]', 'bob|Success|rdpdr,cliprdr'),
        `{"ts":1.5,${ids},"cookie":"bob","result":"Success","client_channels":["rdpdr","cliprdr"]}`,
        filebeat('rdp', { cookie: 'bob', result: 'Success', client_channels: ['rdpdr', 'cliprdr'] }, {}),
      ],
    ],
  ];
  for (const [log, forms] of logs) {
    const told = forms.map((text) => {
      const [event] = read(text).events;
      return [event?.channel, event?.computer, event?.timeMs, [...(event?.entries() ?? [])].sort()];
    });
    const [first, ...others] = told;
    assert.equal(first?.[0], `zeek/${log}`);
    for (const other of others) assert.deepEqual(other, first, log);
  }
});
