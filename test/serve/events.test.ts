import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventDocument, EventPageDocument, WholeEventDocument } from '../../src/api/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, type TestServer, until, winlogbeat } from './running-server.ts';

/** Events that a query finds, newest first, over all pages. */
async function found(server: TestServer, query: string): Promise<readonly EventDocument[]> {
  const items: EventDocument[] = [];
  for (let next: string | undefined = ''; next !== undefined; ) {
    const after = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
    const { status, json } = await ask(server, 'GET', `/v1/events?${query}${after}`);
    assert.equal(status, 200, JSON.stringify(json));
    const page = json as EventPageDocument;
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

async function untilFound(server: TestServer, query: string, count: number): Promise<readonly EventDocument[]> {
  let items: readonly EventDocument[] = [];
  await until(async () => {
    items = await found(server, query);
    return items.length >= count;
  }, `${count} events for ${query}`);
  assert.equal(items.length, count);
  return items;
}

async function rawOf({ url, token }: TestServer, id: string): Promise<Buffer> {
  const response = await fetch(`${url}/v1/events/${id}/raw`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/octet-stream');
  return Buffer.from(await response.arrayBuffer());
}

/** A line of a channel that no join asks for: it is passed over unread, and archived all the same. */
const UNWANTED = JSON.stringify({
  '@timestamp': '2026-01-02T00:00:00.000Z',
  winlog: {
    channel: 'Application',
    event_id: '1000',
    provider_name: 'Application Error',
    computer_name: 'WS-09',
    record_id: 77,
    event_data: { Path: 'C:\\Program Files\\Odd Söftware\\odd.exe', Note: 'say "hello"' },
  },
});

test('what is sent is found by host, channel, id, record, sender, time and words, and shown in the bytes that came', async (context) => {
  const server = await runServer(context);
  const lines = [winlogbeat(1), winlogbeat(2, 'WS-08'), UNWANTED, '{"unreadable":1}'];
  assert.equal((await sendLines(server, lines)).status, 200);
  const [{ sender = '' } = {}] = await untilFound(server, '', 3);
  const ids = async (query: string): Promise<readonly string[]> => (await found(server, query)).map(({ id }) => id);
  assert.deepEqual(await ids(''), ['1/2', '1/1', '1/0']);
  assert.deepEqual(await ids('host=ws-08'), ['1/1']);
  assert.deepEqual(await ids('host=WS-08,WS-09'), ['1/2', '1/1']);
  assert.deepEqual(await ids('channel=application'), ['1/2']);
  assert.deepEqual(await ids('event=4624'), ['1/1', '1/0']);
  assert.deepEqual(await ids('record=2'), ['1/1']);
  assert.deepEqual(await ids(`sender=${sender}&host=WS-07`), await ids('host=WS-07'));
  assert.deepEqual(await ids('sender=nobody'), []);
  assert.deepEqual(await ids('from=2026-01-02T00:00:00Z'), ['1/2']);
  assert.deepEqual(await ids('to=2026-01-02T00:00:00Z'), ['1/1', '1/0']);
  assert.deepEqual(await ids('word=alice'), ['1/1', '1/0']);
  assert.deepEqual(await ids('word=alic'), []);
  assert.deepEqual(await ids('part=lice'), ['1/1', '1/0']);
  // Words of what JSON writes in another way: a backslash, a quote.
  assert.deepEqual(await ids(`word=${encodeURIComponent('C:\\Program Files\\Odd Söftware\\odd.exe')}`), ['1/2']);
  assert.deepEqual(await ids(`part=${encodeURIComponent('say "hel')}`), ['1/2']);
  for (const [item, line] of lines.slice(0, 3).entries()) {
    assert.deepEqual(await rawOf(server, `1/${item}`), Buffer.from(line), `item ${item}`);
  }
  const whole = (await ask(server, 'GET', '/v1/events/1/2')).json as WholeEventDocument;
  assert.equal(whole.text, UNWANTED);
  assert.deepEqual(
    { ...whole, text: undefined, identity: undefined, records: undefined, sender: undefined },
    {
      ...{ id: '1/2', trust: 'authenticated', retention: 0, time: '2026-01-02T00:00:00.0000000Z', host: 'WS-09' },
      ...{ channel: 'Application', provider: 'Application Error', eventId: 1000, recordId: '77' },
      ...{ bytes: Buffer.byteLength(UNWANTED) },
      ...{ text: undefined, identity: undefined, records: undefined, sender: undefined },
    },
  );
  assert.deepEqual(
    whole.records.map(({ hostRaw, eventId }) => ({ hostRaw, eventId })),
    [{ hostRaw: 'WS-09', eventId: 1000 }],
  );
});

test('items of an array over several lines and sources of _bulk are archived in their own bytes', async (context) => {
  const server = await runServer(context);
  const pretty = JSON.stringify([JSON.parse(winlogbeat(1)), JSON.parse(winlogbeat(2))], null, 2);
  const sent = await fetch(`${server.url}/v1/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: pretty,
  });
  assert.equal(sent.status, 200);
  await untilFound(server, '', 2);
  const second = await rawOf(server, '1/1');
  assert.ok(second.includes('\n') && pretty.includes(second.toString()), second.toString());
  assert.deepEqual(JSON.parse(second.toString()), JSON.parse(winlogbeat(2)));
  const update = `{"update":{"_index":"a","_id":"x"}}\n{"doc":${winlogbeat(3)},"doc_as_upsert":true}\n`;
  const bulk = await fetch(`${server.url}/elastic/_bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/x-ndjson' },
    body: `{"create":{"_index":"a"}}\n${winlogbeat(4)}\n${update}`,
  });
  assert.equal(bulk.status, 200);
  await untilFound(server, '', 4);
  assert.equal((await rawOf(server, '2/0')).toString(), winlogbeat(4));
  assert.equal((await rawOf(server, '2/1')).toString(), `{"doc":${winlogbeat(3)},"doc_as_upsert":true}`);
});

test('events of one item that wraps several are found one by one, in the order of the journal', async (context) => {
  const server = await runServer(context);
  const wrapped = JSON.stringify({
    hits: { hits: [1, 2, 3].map((id) => ({ _source: JSON.parse(winlogbeat(id, `H-${id}`)) })) },
  });
  await sendLines(server, [wrapped, winlogbeat(9, 'H-9')]);
  await untilFound(server, '', 4);
  assert.deepEqual(
    (await found(server, '')).map(({ id, host }) => `${id} ${host}`),
    ['1/1 H-9', '1/0.2 H-3', '1/0.1 H-2', '1/0 H-1'],
  );
  assert.equal((await rawOf(server, '1/0.2')).toString(), wrapped);
});

test('pages follow each other by their cursor, and what a query says wrong is refused', async (context) => {
  const server = await runServer(context);
  await sendLines(
    server,
    Array.from({ length: 25 }, (_, at) => winlogbeat(at + 1)),
  );
  await untilFound(server, '', 25);
  const items = await found(server, 'limit=10&event=4624');
  assert.deepEqual(
    items.map(({ recordId }) => Number(recordId)),
    Array.from({ length: 25 }, (_, at) => 25 - at),
  );
  const first = (await ask(server, 'GET', '/v1/events?limit=10')).json as EventPageDocument;
  assert.ok(first.progress.events >= 10);
  const refusals: readonly (readonly [string, string])[] = [
    ['hots=a', 'bad_request'],
    ['from=yesterday', 'bad_request'],
    ['to=1', 'bad_request'],
    ['event=x', 'bad_request'],
    ['event=99999999999', 'bad_request'],
    ['limit=0', 'bad_request'],
    ['limit=1001', 'bad_request'],
    ['word=%00', 'bad_request'],
    [`word=${'a'.repeat(5000)}`, 'bad_request'],
    ['after=nonsense', 'bad_cursor'],
    [`host=x&after=${first.next}`, 'bad_cursor'],
  ];
  for (const [query, code] of refusals) {
    const { status, json } = await ask(server, 'GET', `/v1/events?${query}`);
    assert.equal(status, 400, query);
    assert.equal((json as { readonly code: string }).code, code, query);
  }
  for (const path of ['/v1/events/1/25', '/v1/events/9/0', '/v1/events/x/0', '/v1/events/1/-1', '/v1/events/1/0.1']) {
    assert.equal((await ask(server, 'GET', path)).status, 404, path);
  }
});

test('a search gives fields of its events by the names that Triad reads, whatever the form that they came in', async (context) => {
  const server = await runServer(context);
  const line = (winlog: object): string =>
    JSON.stringify({
      '@timestamp': '2026-01-02T00:00:00.000Z',
      winlog: {
        channel: 'Security',
        provider_name: 'Microsoft-Windows-Security-Auditing',
        computer_name: 'WS-09',
        ...winlog,
      },
    });
  const data = { NewProcessName: 'C:\\x.exe', CommandLine: `x ${'y'.repeat(2000)}`, __proto__1: 'odd' };
  const xml = `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing"/><EventID>4688</EventID><TimeCreated SystemTime="2026-01-02T00:00:01.0000000Z"/><EventRecordID>2</EventRecordID><Channel>Security</Channel><Execution ProcessID="4"/><Computer>WS-09</Computer></System><EventData><Data Name="NewProcessName">C:\\z.exe</Data></EventData></Event>`;
  await sendLines(server, [line({ event_id: '4688', record_id: 1, event_data: data })]);
  await sendLines(server, [xml]);
  await untilFound(server, '', 2);
  const page = async (query: string): Promise<EventPageDocument> =>
    (await ask(server, 'GET', `/v1/events?${query}`)).json as EventPageDocument;
  const { items, fieldNames } = await page('field=newprocessname,CommandLine&field=Nothing');
  assert.equal(fieldNames, undefined);
  assert.deepEqual(
    items.map(({ fields }) => fields?.['newprocessname']),
    ['C:\\z.exe', 'C:\\x.exe'],
  );
  assert.deepEqual(Object.keys(items[0]?.fields ?? {}), ['newprocessname']);
  assert.equal(items[1]?.fields?.['CommandLine'], `x ${'y'.repeat(1021)}…`);
  assert.equal('fields' in ((await page('')).items[0] ?? {}), false);
  const named = await page('field=*');
  assert.deepEqual(
    ['NewProcessName', 'CommandLine', 'ProcessID'].filter((name) => named.fieldNames?.includes(name)),
    ['NewProcessName', 'CommandLine', 'ProcessID'],
  );
  assert.deepEqual(named.items[0]?.fields, {});
  const many = Array.from({ length: 21 }, (_, at) => `f${at}`).join(',');
  for (const wrong of [many, 'x'.repeat(129), ''])
    assert.equal((await ask(server, 'GET', `/v1/events?field=${wrong}`)).status, 400, wrong);
  assert.equal((await ask(server, 'GET', '/v1/events/survey?field=Image')).status, 400);
});

test('each record that an incident cites leads to its event as it came', async (context) => {
  const server = await runServer(context, { yaml: 'detection: { lateness: 24h, heldTime: 90d }' });
  const lines = linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events);
  await sendLines(server, lines);
  await server.server.finish();
  await untilFound(server, '', lines.length);
  const { json } = await ask(server, 'GET', '/v1/incidents/INC-1/records');
  const { items } = json as { readonly items: readonly { readonly events?: string; readonly recordId: unknown }[] };
  assert.ok(items.length > 3, `${items.length} records`);
  for (const { events = '', recordId } of items) {
    const page = (await ask(server, 'GET', events)).json as EventPageDocument;
    assert.equal(page.items.length, 1, events);
    assert.equal(page.items[0]?.recordId, String(recordId));
    assert.ok(lines.includes(page.items[0]?.text ?? ''), 'the bytes that were sent');
  }
});

test('a server without an archive says so', async (context) => {
  const server = await runServer(context, { yaml: 'archive: { enabled: false }' });
  await sendLines(server, [winlogbeat(1)]);
  for (const path of ['/v1/events', '/v1/events/1/0', '/v1/holds']) {
    const { status, json } = await ask(server, 'GET', path);
    assert.equal(status, 404);
    assert.match(JSON.stringify(json), /keeps no archive/);
  }
});
