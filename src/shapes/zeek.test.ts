import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readText as read } from '../../test/read-text.ts';
import { formatTime, isKept, wbemCallOf } from '../windows/index.ts';
import type { ShapedEvent } from './types.ts';

/** What tells one event from another, places aside. */
function contentOf(event: ShapedEvent): unknown {
  const { shape, provider, channel, eventId, computer, timeMs, timeTicks, timeQuality } = event;
  return { shape, provider, channel, eventId, computer, timeMs, timeTicks, timeQuality, fields: event.entries() };
}

function contentsOf(text: string | Buffer): readonly unknown[] {
  return read(text).events.map(contentOf);
}

const CALL = {
  shape: 'zeek',
  provider: 'Zeek',
  channel: 'zeek/dce_rpc',
  eventId: 0,
  computer: '172.18.39.6',
  timeMs: 1600661693710,
  timeTicks: 1238,
  timeQuality: 'exact',
  fields: [
    ['uid', 'C7Qs'],
    ['id.orig_h', '172.18.39.5'],
    ['id.orig_p', '64143'],
    ['id.resp_h', '172.18.39.6'],
    ['id.resp_p', '50937'],
    ['rtt', '0.000140'],
    ['named_pipe', '50937'],
    ['endpoint', 'IWbemServices'],
    ['operation', 'ExecMethod'],
  ],
};
const REST = '"rtt":0.000140,"named_pipe":"50937","endpoint":"IWbemServices","operation":"ExecMethod"';
const HEADER = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\tdce_rpc',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\trtt\tnamed_pipe\tendpoint\toperation',
  '#types\ttime\tstring\taddr\tport\taddr\tport\tinterval\tstring\tstring\tstring',
];

test('one call is the same event in every form in which Zeek and its shippers write it', () => {
  const ids = '"id.orig_h":"172.18.39.5","id.orig_p":64143,"id.resp_h":"172.18.39.6","id.resp_p":50937';
  const forms: Readonly<Record<string, string>> = {
    tsv: [
      ...HEADER,
      `1600661693.710123800\tC7Qs\t172.18.39.5\t64143\t172.18.39.6\t50937\t0.000140\t50937\tIWbemServices\tExecMethod`,
    ].join('\n'),
    json: `{"ts":1600661693.7101238,"uid":"C7Qs",${ids},${REST}}`,
    'json with underscores': `{"ts":1600661693.7101238,"uid":"C7Qs",${ids.replaceAll('id.', 'id_')},${REST}}`,
    'json with a nested id': `{"ts":1600661693.7101238,"uid":"C7Qs","id":{"orig_h":"172.18.39.5","orig_p":64143,"resp_h":"172.18.39.6","resp_p":50937},${REST}}`,
    'ISO time': `{"ts":"2020-09-21T04:14:53.7101238Z","uid":"C7Qs",${ids},${REST}}`,
    Corelight: `{"_path":"dce_rpc","_write_ts":"2020-09-21T04:15:00Z","ts":"2020-09-21T04:14:53.7101238Z","uid":"C7Qs",${ids},${REST}}`,
    'a carried line': JSON.stringify({
      '@timestamp': '2020-09-21T05:00:00Z',
      message: `{"ts":1600661693.7101238,"uid":"C7Qs",${ids},${REST}}`,
    }),
    Filebeat: JSON.stringify({
      '@timestamp': '2020-09-21T04:14:53.7101238Z',
      event: { dataset: 'zeek.dce_rpc' },
      zeek: {
        session_id: 'C7Qs',
        dce_rpc: { rtt: '0.000140', named_pipe: '50937', endpoint: 'IWbemServices', operation: 'ExecMethod' },
      },
      source: { address: '172.18.39.5', port: 64143 },
      destination: { ip: '172.18.39.6', port: 50937 },
    }),
    'Kibana, dotted': JSON.stringify({
      '@timestamp': '2020-09-21T04:14:53.7101238Z',
      'zeek.session_id': 'C7Qs',
      'zeek.dce_rpc.rtt': '0.000140',
      'zeek.dce_rpc.named_pipe': '50937',
      'zeek.dce_rpc.endpoint': 'IWbemServices',
      'zeek.dce_rpc.operation': 'ExecMethod',
      'source.address': '172.18.39.5',
      'source.port': 64143,
      'destination.address': '172.18.39.6',
      'destination.port': 50937,
    }),
  };
  const sorted = (content: unknown): unknown => {
    const { fields, ...rest } = content as typeof CALL;
    return { ...rest, fields: [...fields].sort() };
  };
  for (const [form, text] of Object.entries(forms)) {
    assert.deepEqual(contentsOf(text).map(sorted), [sorted(CALL)], form);
  }
});

test('B10 times come from the digits and never through a double', () => {
  const at = (ts: string): string | undefined => {
    const [event] = read(`{"ts":${ts},"uid":"C1","id.orig_h":"1.1.1.1","endpoint":"a","operation":"b"}`).events;
    return event === undefined ? undefined : formatTime(event.timeMs, event.timeTicks);
  };
  // Through a double, cut to 100 ns, this is …632581 9.
  assert.equal(at('1600661693.632582'), '2020-09-21T04:14:53.6325820Z');
  assert.equal(at('1588316991.32196'), '2020-05-01T07:09:51.3219600Z');
  assert.equal(at('1588316991'), '2020-05-01T07:09:51.0000000Z');
  assert.equal(at('"1588316991.5"'), '2020-05-01T07:09:51.5000000Z');
  for (const ts of ['-5', '1e9', '"soon"', 'null', '[]', '{}', 'true']) {
    assert.deepEqual(
      read(`{"ts":${ts},"uid":"C1","id.orig_h":"1.1.1.1","endpoint":"a","operation":"b"}`).result.rejected,
      1,
      ts,
    );
  }
});

test('each log is told by its name or by its fields, and needs more than a connection', () => {
  const ids = '"ts":1600661693.5,"uid":"C1","id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.2"';
  const channels: readonly (readonly [string, string | undefined])[] = [
    ['"endpoint":"samr","operation":"SamrConnect5"', 'zeek/dce_rpc'],
    ['"request_type":"TGS","service":"host/a"', 'zeek/kerberos'],
    ['"request_type":"AS","client":"bob/A"', 'zeek/kerberos'],
    ['"username":"bob","domainname":"CORP","success":true', 'zeek/ntlm'],
    ['"server_nb_computer_name":"DC","success":false', 'zeek/ntlm'],
    ['"path":"\\\\\\\\10.0.0.2\\\\ADMIN$","share_type":"DISK"', 'zeek/smb_mapping'],
    ['"action":"SMB::FILE_OPEN","name":"x.exe","times.modified":1.5', 'zeek/smb_files'],
    ['"proto":"tcp","conn_state":"SF","orig_bytes":7', 'zeek/conn'],
    ['"query":"a.b","qtype":1,"qtype_name":"A"', 'zeek/dns'],
    ['"query":"a.b","proto":"udp","rcode_name":"NXDOMAIN"', 'zeek/dns'],
    ['"trans_depth":1,"method":"GET","host":"a.b","uri":"/"', 'zeek/http'],
    ['"trans_depth":1,"status_code":408', 'zeek/http'],
    ['"cookie":"bob","result":"Success"', 'zeek/rdp'],
    ['"security_protocol":"HYBRID"', 'zeek/rdp'],
    ['"trans_depth":1', undefined],
    ['"cookie":"bob"', undefined],
    ['"method":"GET","uri":"/"', undefined],
    ['"@stream":"kerberos"', 'zeek/kerberos'],
    ['"_path":"dns","query":"a.b"', 'zeek/dns'],
    ['"request_type":"TGS"', undefined],
    ['"service":"host/a"', undefined],
    ['"query":"a.b"', undefined],
    ['"@stream":"Not A Log"', undefined],
  ];
  for (const [fields, channel] of channels) {
    const { events, result } = read(`{${ids},${fields}}`);
    assert.deepEqual(
      [events.map((event) => event.channel), result.rejected],
      [channel === undefined ? [] : [channel], 0],
      fields,
    );
  }
  for (const ordinary of [
    '{"ts":1600661693.5,"endpoint":"/a","operation":"get"}',
    '{"uid":"C1","id.orig_h":"10.0.0.1","endpoint":"a","operation":"b"}',
    '{"ts":1,"_path":"conn"}',
    '{"ts":1,"uid":7,"@stream":"conn"}',
    '{"@timestamp":"2020-09-21T04:14:53Z","zeek":"fast"}',
    '{"zeek":{"dce_rpc":{"endpoint":"a"}}}',
  ]) {
    assert.deepEqual(read(ordinary).result.units, { unknown: 1 }, ordinary);
  }
});

test('rows of every log become events with the names of Zeek, sets and switches as in its JSON', () => {
  const tsv = (path: string, fields: string, types: string, row: string): string =>
    [...HEADER.slice(0, 4), `#path\t${path}`, `#fields\t${fields}`, `#types\t${types}`, row]
      .join('\n')
      .replaceAll('|', '\t');
  const rows: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    [
      tsv(
        'conn',
        'ts|uid|id.orig_h|id.resp_h|proto|service|duration|local_orig|tunnel_parents',
        'time|string|addr|addr|enum|string|interval|bool|set[string]',
        '1.5|C1|10.0.0.1|fe80::1|tcp|-|0.25|T|(empty)',
      ),
      {
        uid: 'C1',
        'id.orig_h': '10.0.0.1',
        'id.resp_h': 'fe80::1',
        proto: 'tcp',
        duration: '0.25',
        local_orig: 'true',
        tunnel_parents: '',
      },
    ],
    [
      tsv(
        'ntlm',
        'ts|uid|username|hostname|domainname|success',
        'time|string|string|string|string|bool',
        '1.5|C1|b\\xc3\\xb6b|WS|CORP|F',
      ),
      { uid: 'C1', username: 'böb', hostname: 'WS', domainname: 'CORP', success: 'false' },
    ],
    [
      tsv('smb_mapping', 'ts|uid|path|share_type', 'time|string|string|string', '1.5|C1|\\\\10.0.0.2\\ADMIN$|DISK'),
      { uid: 'C1', path: '\\\\10.0.0.2\\ADMIN$', share_type: 'DISK' },
    ],
    [
      tsv('smb_files', 'ts|uid|action|name|size', 'time|string|enum|string|count', '1.5|C1|SMB::FILE_WRITE|a,b|7'),
      { uid: 'C1', action: 'SMB::FILE_WRITE', name: 'a,b', size: '7' },
    ],
    [
      tsv(
        'kerberos',
        'ts|uid|request_type|client|till',
        'time|string|string|string|time',
        '1.5|C1|AS|bob/CORP|2136422885.0',
      ),
      { uid: 'C1', request_type: 'AS', client: 'bob/CORP', till: '2136422885.0' },
    ],
  ];
  for (const [text, fields] of rows) {
    const [event] = read(text).events;
    assert.deepEqual(Object.fromEntries(event?.entries() ?? []), fields);
    assert.equal(event?.timeMs, 1500);
    assert.equal(event?.computer, '');
  }
});

test('a sensor that is named is the computer, also of a call on WMI', () => {
  const line =
    '"ts":1.5,"uid":"C1","id_orig_h":"10.0.0.1","id_resp_h":"10.0.0.2","endpoint":"IWbemServices","operation":"PutInstance"';
  const computers = ['', '"@system":"nsm1",', '"_system_name":"ap200",'].map(
    (sensor) => read(`{${sensor}"_path":"dce_rpc",${line}}`).events[0]?.computer,
  );
  assert.deepEqual(computers, ['10.0.0.2', 'nsm1', 'ap200']);
});

test('L21 a row that lost a value, or whose time is none, costs itself', () => {
  const good = '1.5\tC1\t1.1.1.1\t1\t2.2.2.2\t135\t0.1\t135\tIWbemServices\tExecQuery';
  const { events, result } = read(
    [...HEADER, good, good.slice(0, 30), good.replace('1.5', 'x'), good, good.slice(4)].join('\n'),
  );
  assert.deepEqual([events.length, result.rejected], [2, 3]);
});

const NETWORK = new URL('../../../shared/corpus/dev/network/', import.meta.url);
const skip = existsSync(NETWORK) ? false : 'no corpus here';

/** WMI calls in order, with the number of times that each was made in a row. */
function callsOf(events: readonly ShapedEvent[]): readonly string[] {
  return events.flatMap((event) => {
    const call = wbemCallOf(event);
    return call === undefined ? [] : [`${call.interface} ${call.operation}`];
  });
}

test('every line of the real and the derived logs is read, and both forms of one log are the same events', {
  skip,
}, () => {
  const lines: Record<string, number> = {};
  for (const name of readdirSync(NETWORK).sort()) {
    const bytes = readFileSync(new URL(name, NETWORK));
    const { events, result } = read(bytes);
    lines[name] = events.length;
    assert.deepEqual([result.rejected, result.units], [0, { zeek: events.length }]);
    if (!name.endsWith('.tsv.log')) continue;
    const json = readFileSync(new URL(name.replace('.tsv.', '.json.'), NETWORK));
    assert.deepEqual(events.map(contentOf), contentsOf(json), name);
  }
  const total = Object.values(lines).reduce((sum, count) => sum + count, 0);
  assert.equal(total, 270 + 62 + 59 + 2 * (37 + 12 + 13 + 17));
});

test('CORPUS 4.5 the calls on WMI are those that the captures hold, and beside them activations alone are kept', {
  skip,
}, () => {
  const calls = (name: string): readonly string[] => {
    const { events } = read(readFileSync(new URL(name, NETWORK)));
    const kept = events.filter(isKept);
    assert.equal(kept.filter((event) => wbemCallOf(event) !== undefined).length, callsOf(events).length);
    const others = kept.filter((event) => wbemCallOf(event) === undefined).map((event) => event.get('endpoint') ?? '');
    assert.deepEqual(
      others.filter(
        (endpoint) =>
          !/^(?:IRemoteSCMActivator|ISystemActivator|IOXIDResolver|IObjectExporter|epmapper$)/.test(endpoint),
      ),
      [],
    );
    return callsOf(events).filter((call) => call.startsWith('IWbemServices '));
  };
  const count = (name: string): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const call of calls(name)) counts[call] = (counts[call] ?? 0) + 1;
    return counts;
  };
  assert.deepEqual(count('covenant_remote_subscription_dce_rpc.json.log'), {
    'IWbemServices GetObject': 3,
    'IWbemServices PutInstance': 3,
    'IWbemServices DeleteInstance': 3,
  });
  assert.deepEqual(calls('empire_wmi_create_dce_rpc.tsv.log'), [
    'IWbemServices GetObject',
    'IWbemServices GetObject',
    'IWbemServices ExecMethod',
  ]);
  assert.deepEqual(calls('wbemcomn_query_dce_rpc.tsv.log'), ['IWbemServices ExecQuery']);
  for (const negative of ['dcom_registerxll', 'apt29_NEWYORK', 'apt29_UTICA-A']) {
    assert.deepEqual(calls(`${negative}_dce_rpc.json.log`), []);
  }
});
