import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutboxMessage } from '../../src/outbox/index.ts';
import { isChannel } from '../../src/receive/index.ts';
import { cefLine, postMessage, requestOf, type SinkKind, syslogFrame, testMessage } from '../../src/sinks/index.ts';
import { SAMPLE_INCIDENT } from '../report/sample-incident.ts';
import { SAMPLE_FINDINGS } from '../report/sample-incident-members.ts';
import { HOSTILE, messageOf, NOW_MS, ORIGIN, PARTS, PAYLOADS, sinkOf } from './messages.ts';
import { httpReceiver, status } from './receivers.ts';

function bodyOf(kind: SinkKind, text: string): string {
  return requestOf(sinkOf({ kind, url: 'https://receiver.example/x' }), messageOf(text), PARTS)?.body ?? '';
}

/** Every object below a value. */
function objectsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? [] : [value as Readonly<Record<string, unknown>>];
  return [...own, ...Object.values(value).flatMap(objectsOf)];
}

test('G23 Slack: what comes of evidence is plain text, in bounds, without payloads; mentions are inert', () => {
  const body = JSON.parse(bodyOf('slack', `${HOSTILE}${'x'.repeat(5000)}`));
  assert.deepEqual([body.mrkdwn, body.parse, body.link_names, body.unfurl_links], [false, 'none', false, false]);
  assert.doesNotMatch(body.text, /[<>]|&(?!amp;|lt;|gt;)/);
  const texts = objectsOf(body.blocks).filter(({ text }) => typeof text === 'string');
  assert.ok(texts.length >= 7);
  assert.ok(texts.every(({ type, emoji }) => type === 'plain_text' && emoji === false));
  const [header, title, facts] = body.blocks;
  assert.ok(header.text.text.length <= 150 && title.text.text.length <= 3000);
  assert.ok(facts.fields.length <= 10 && facts.fields.every(({ text }: { text: string }) => text.length <= 2000));
  assert.equal(body.blocks[3].elements[0].url, 'https://triad.example/incidents/abc');
});

test('G23 Teams: what comes of evidence stands in text runs alone, and no mention is declared', () => {
  const text = bodyOf('teams', HOSTILE);
  const body = JSON.parse(text);
  const [attachment] = body.attachments;
  assert.deepEqual([body.type, attachment.contentType], ['message', 'application/vnd.microsoft.card.adaptive']);
  assert.deepEqual([attachment.content.type, attachment.content.version], ['AdaptiveCard', '1.4']);
  assert.equal('msteams' in attachment.content, false);
  const hostile = objectsOf(body).filter((one) =>
    Object.values(one).some((value) => String(value).includes('channel')),
  );
  assert.ok(hostile.length >= 2);
  assert.ok(hostile.filter(({ text: run }) => run !== undefined).every(({ type }) => type === 'TextRun'));
  assert.ok(text.length < 28_000);
});

test('a test message says in its heading that it is one, and of no incident', () => {
  const headings = (['slack', 'teams'] as const).map((kind) => {
    const sink = sinkOf({ kind, url: 'https://receiver.example/x' });
    const text = requestOf(sink, testMessage('s'.repeat(300), NOW_MS, ORIGIN), PARTS)?.body ?? '';
    assert.doesNotMatch(text, /INC-0|New incident/);
    const body = JSON.parse(text);
    return kind === 'slack' ? body.blocks[0].text.text : body.attachments[0].content.body[0].inlines[0].text;
  });
  assert.deepEqual(headings, ['Test message of Triad', 'Test message of Triad']);
  assert.match(JSON.parse(bodyOf('slack', 'a')).blocks[0].text.text, /^New incident \(INC-12, high\)$/);
});

test('G23 chats carry no payload, and no character that hides or turns text', () => {
  for (const kind of ['slack', 'teams'] as const) {
    const body = bodyOf(kind, HOSTILE);
    for (const payload of PAYLOADS) assert.ok(!body.includes(JSON.stringify(payload).slice(1, -1)), kind);
    assert.doesNotMatch(JSON.stringify(JSON.parse(body)), /\u202e|\\u0007|\\r|\\n/);
  }
});

/** Reads a line of CEF as its guide says: seven fields of the head, then keys and values. */
function readCef(line: string): { readonly head: readonly string[]; readonly extension: ReadonlyMap<string, string> } {
  const parts: string[] = [''];
  let at = 0;
  for (; at < line.length && parts.length < 8; at++) {
    const c = line[at] ?? '';
    if (c === '\\') parts[parts.length - 1] += line[++at] ?? '';
    else if (c === '|') parts.push('');
    else parts[parts.length - 1] += c;
  }
  const extension = new Map<string, string>();
  const plain = (text: string): string =>
    text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : c));
  for (const found of line.slice(at).matchAll(/(?:^| )([A-Za-z0-9]+)=((?:\\.|[^\\=])*?)(?= [A-Za-z0-9]+=|$)/gs)) {
    extension.set(found[1] ?? '', plain(found[2] ?? ''));
  }
  return { head: parts.slice(0, 7), extension };
}

test('CEF: head and extension are read back as they were written, whatever stands in them', () => {
  const line = cefLine(messageOf(HOSTILE), ORIGIN);
  assert.doesNotMatch(line, /[\r\n]/);
  const { head, extension } = readCef(line);
  assert.deepEqual(head.slice(0, 5), ['CEF:0', 'Triad', 'triad', '0.1.0', 'incident.reached']);
  assert.deepEqual([head[6], extension.get('externalId'), extension.get('cs3')], ['8', 'abc', 'abc_soc_3_1']);
  const shown = HOSTILE.replace('\r\n', '\\u{d}\\u{a}').replace('\u202e', '\\u{202e}').replace('\u0007', '\\u{7}');
  assert.equal(head[5], `New incident: ${shown}`);
  assert.equal(extension.get('msg'), shown);
  for (const key of ['dhost', 'duser', 'shost', 'suser', 'sproc']) assert.equal(extension.get(key), shown, key);
  assert.equal(extension.get('cs5'), '70 %');
});

test('CEF: a message tells from where to where; without a hop its first host and account', () => {
  const { extension } = readCef(cefLine(messageOf('a'), ORIGIN));
  const [{ source, process } = {}] = SAMPLE_INCIDENT.edges;
  assert.deepEqual([extension.get('src'), extension.get('dproc')], [source?.address, process?.image]);
  assert.ok(source?.address !== undefined && process !== undefined);
  const message = messageOf('a');
  const { incident, ...rest } = JSON.parse(message.document ?? '') as { incident: object };
  const document = JSON.stringify({ ...rest, incident: { ...incident, edges: [], accounts: ['corp\\b'] } });
  const alone = readCef(cefLine({ ...message, document }, ORIGIN)).extension;
  assert.deepEqual(
    [alone.get('dhost'), alone.get('duser'), alone.has('shost'), alone.has('src')],
    ['a', 'corp\\b', false, false],
  );
});

test('G23 a title that quotes a command is told without it', () => {
  const title = "CORP\\a ran 'cmd /c \"echo it's on x with wmiexec\"' on SRV-2 with wmiexec; a log was cleared";
  const slack = JSON.parse(bodyOf('slack', title));
  const told = 'CORP\\a ran a command on SRV-2 with wmiexec; a log was cleared';
  assert.deepEqual([slack.text, slack.blocks[1].text.text], [`New incident, high: ${told}`, told]);
  assert.ok(bodyOf('teams', title).includes(JSON.stringify(told)));
  const { head } = readCef(cefLine(messageOf(title), ORIGIN));
  assert.equal(head[5], `New incident: ${told}`);
});

test('CEF: an account with control characters is written without them, and cut', () => {
  const { extension } = readCef(cefLine(messageOf(`corp\\a\u001b[31m\u0000\u0085\t${'b'.repeat(2000)}`), ORIGIN));
  const account = extension.get('duser') ?? '';
  assert.match(account, /^corp\\a\\u\{1b\}\[31m\\u\{0\}\\u\{85\}\\u\{9\}b+…$/);
  assert.equal(account.length, 1023);
});

test('syslog: a frame of RFC 5424 with its octets counted, in UTF-8 as its mark says', () => {
  const frame = syslogFrame(messageOf('Ünïcode 😀'), ORIGIN).toString();
  const [, length = '', text = ''] = /^(\d+) (.*)$/s.exec(frame) ?? [];
  assert.equal(Number(length), Buffer.byteLength(text));
  assert.match(text, /^<83>1 2026-11-26T00:00:00\.000Z soc-01 triad - incident - \ufeffCEF:0\|Triad\|/);
});

test('Splunk: an event with time, host and source type, and its token; what the collector does not take is known', async (t) => {
  const answers = ['{"text":"Success","code":0}', '{"text":"Invalid data format","code":6}', 'ok'];
  const receiver = await httpReceiver(t, (response) => status(200, {}, answers.shift())(response));
  const sink = sinkOf({ kind: 'splunk', url: receiver.url, secrets: ['6f1d-token'] });
  const kinds: string[] = [];
  for (let at = 0; at < 3; at++) kinds.push((await postMessage(sink, messageOf(), PARTS)).kind);
  assert.deepEqual(kinds, ['delivered', 'refused', 'later']);
  const [received] = receiver.requests;
  assert.deepEqual(
    [received?.path, received?.headers.authorization],
    ['/services/collector/event', 'Splunk 6f1d-token'],
  );
  const event = JSON.parse(received?.body ?? '');
  assert.deepEqual(
    [event.time, event.host, event.source, event.sourcetype, event.event.data.id],
    [1_795_651_200, 'a subscription was planted', 'triad', 'triad:incident', 'abc_soc_3_1'],
  );
});

test('Splunk: a body over 1,024 bytes goes by gzip unless the sink says otherwise, and always on the channel of the sink', async (t) => {
  const receiver = await httpReceiver(t, status(200, {}, '{"text":"Success","code":0,"ackId":0}'));
  const sink = sinkOf({ kind: 'splunk', url: receiver.url, secrets: ['6f1d-token'] });
  const short = messageOf('', { document: null });
  const padded = (length: number): OutboxMessage => {
    const { body = '' } = requestOf(sink, short, PARTS) ?? {};
    return { ...short, head: { ...short.head, title: 'x'.repeat(length - body.length) } };
  };
  const sent = [
    [sink, messageOf()],
    [{ ...sink, isPacked: false }, messageOf()],
    [sink, padded(1024)],
    [sink, padded(1025)],
  ] as const;
  for (const [to, message] of sent) assert.equal((await postMessage(to, message, PARTS)).kind, 'delivered');
  assert.deepEqual(
    receiver.requests.map(({ headers }) => headers['content-encoding']),
    ['gzip', undefined, undefined, 'gzip'],
  );
  const [packed, plain, least, more] = receiver.requests;
  assert.ok(packed !== undefined && plain !== undefined);
  assert.equal(packed.body, plain.body);
  assert.ok(packed.bodyBytes < plain.bodyBytes / 2, `${packed.bodyBytes} of ${plain.bodyBytes}`);
  assert.equal(packed.headers['content-length'], String(packed.bodyBytes));
  assert.deepEqual([least?.body.length, more?.body.length], [1024, 1025]);
  const channels = new Set(receiver.requests.map(({ headers }) => headers['x-splunk-request-channel']));
  assert.deepEqual([channels.size, isChannel(String([...channels][0]))], [1, true]);
});

test('Splunk: a receiver that cannot unpack is told of with the setting that helps', async (t) => {
  const receiver = await httpReceiver(t, status(415));
  const sink = sinkOf({ kind: 'splunk', url: receiver.url, secrets: ['6f1d-token'] });
  const packed = await postMessage(sink, messageOf(), PARTS);
  assert.ok(packed.kind === 'refused');
  assert.equal(packed.why, 'the receiver refuses it (415); where it takes no gzip, gzip: false sends it unpacked');
  const plain = await postMessage({ ...sink, isPacked: false }, messageOf(), PARTS);
  assert.ok(plain.kind === 'refused');
  assert.equal(plain.why, 'the receiver refuses it (415)');
});

test('Elasticsearch: documents are made under ids of our own; one that is there already is delivered', async (t) => {
  const item = (code: number): object => ({ create: { _id: 'f1-3-1', status: code } });
  const sent = SAMPLE_FINDINGS.length + 1;
  const all = (code: number, ...first: readonly number[]): readonly number[] => [
    ...first,
    ...Array.from({ length: sent - first.length }, () => code),
  ];
  const answers = [all(201), all(409), all(201, 429), all(201, 400), all(201, 409), all(201).slice(1)].map((codes) =>
    JSON.stringify({ errors: true, items: codes.map(item) }),
  );
  const receiver = await httpReceiver(t, (response) => status(200, {}, answers.shift() ?? '{}')(response));
  const sink = sinkOf({ kind: 'elasticsearch', url: `${receiver.url}es`, secrets: ['a2V5'] });
  const kinds: string[] = [];
  for (let at = 0; at < 7; at++) kinds.push((await postMessage(sink, messageOf(), PARTS)).kind);
  // The last but one tells of fewer than were sent, and the last of none.
  assert.deepEqual(kinds, ['delivered', 'delivered', 'later', 'refused', 'delivered', 'later', 'later']);
  const [received] = receiver.requests;
  assert.deepEqual(
    [received?.path, received?.headers.authorization],
    ['/es/_bulk?filter_path=errors,items.*.status', 'ApiKey a2V5'],
  );
  assert.equal(received?.headers['content-type'], 'application/x-ndjson');
});

test('Elasticsearch: an answer about some thousand documents is read whole, for no more is asked than what is read', async (t) => {
  const receiver = await httpReceiver(t, (response, { path, body }) => {
    const asked = new URL(path, 'http://x').searchParams.get('filter_path')?.split(',') ?? [];
    const whole = { _index: 'triad-alerts', _version: 1, result: 'created', _shards: { total: 2, successful: 2 } };
    const items = body
      .split('\n')
      .filter((line) => line.startsWith('{"create":'))
      .map((line) => {
        const { create } = JSON.parse(line) as { readonly create: object };
        return { create: asked.includes('items.*.status') ? { status: 201 } : { ...whole, ...create, status: 201 } };
      });
    status(200, {}, JSON.stringify({ took: 30, errors: false, items }))(response);
  });
  const [finding] = SAMPLE_FINDINGS;
  const usual = messageOf();
  const { incident } = JSON.parse(usual.document ?? '{}') as { readonly incident: object };
  const findings = Array.from({ length: 2500 }, (_, at) => ({ ...finding, id: `f${at}` }));
  const document = JSON.stringify({ incident, findings, subscriptions: [], gaps: [] });
  const sink = sinkOf({ kind: 'elasticsearch', url: receiver.url, secrets: ['a2V5'], timeoutMs: 20_000 });
  assert.equal((await postMessage(sink, { ...usual, document }, PARTS)).kind, 'delivered');
});

test('Slack: the answer that counts is `ok`; that of a page in between is none', async (t) => {
  const answers = ['ok', 'ok\n', '<html>sign in</html>', ''];
  const receiver = await httpReceiver(t, (response) => status(200, {}, answers.shift())(response));
  const sink = sinkOf({ kind: 'slack', url: receiver.url });
  const kinds: string[] = [];
  for (let at = 0; at < 4; at++) kinds.push((await postMessage(sink, messageOf(), PARTS)).kind);
  assert.deepEqual(kinds, ['delivered', 'delivered', 'later', 'later']);
});

interface BulkLine {
  readonly create?: { readonly _index: string; readonly _id: string };
  readonly ecs?: object;
  readonly event?: { readonly id: string; readonly kind: string; readonly created: string; readonly url: string };
  readonly triad?: { readonly incident: object };
}

function bulkOf(message: OutboxMessage): readonly BulkLine[] {
  const sink = sinkOf({ kind: 'elasticsearch', url: 'https://es.example/' });
  const { body = '' } = requestOf(sink, message, PARTS) ?? {};
  assert.ok(body.endsWith('}\n'), 'the body ends with a newline');
  return body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as BulkLine);
}

test('G24 Elasticsearch: a document of ECS for each finding and dossier, with finding, version and revision as its id', () => {
  const lines = bulkOf(messageOf(HOSTILE));
  const [actions, documents] = [lines.filter((_, at) => at % 2 === 0), lines.filter((_, at) => at % 2 === 1)];
  assert.equal(documents.length, SAMPLE_FINDINGS.length + 1);
  for (const [at, { ecs, event, triad }] of documents.entries()) {
    assert.deepEqual(actions[at], { create: { _index: 'triad-alerts', _id: `${event?.id}-3-1` } });
    assert.deepEqual(
      [ecs, event?.kind, event?.created],
      [{ version: '8.17.0' }, 'alert', '2026-11-26T00:00:00.0000000Z'],
    );
    assert.equal(event?.url, 'https://triad.example/incidents/abc');
    const own = {
      id: 'abc',
      version: 3,
      revision: 1,
      state: 'closed',
      standing: 'told',
      level: 'high',
      verdict: 'test',
    };
    assert.deepEqual(triad?.incident, own);
  }
});

test('G24 Elasticsearch: an incident whose document is not at hand is one document, and a merge has an id of its own', () => {
  const { head } = messageOf();
  const [action, document] = bulkOf(
    messageOf('x', { document: null, head: { ...head, standing: 'merged', mergedInto: 'def' } }),
  );
  assert.equal(action?.create?._id, 'abc-3m-1');
  const anew = bulkOf(messageOf('x', { document: null, head: { ...head, isNumbered: true } }));
  assert.equal(anew[0]?.create?._id, 'abc-3-1n12');
  assert.deepEqual(document?.triad?.incident, {
    ...{ id: 'abc', version: 3, revision: 1, state: 'closed', standing: 'merged', level: 'high' },
    ...{ merged_into: 'def', verdict: 'test' },
  });
});

test('G24 a webhook gives OCSF 1.3.0 where it is asked for: class 2004, the incident as uid, and what happened to it', () => {
  const of = (changes: Partial<OutboxMessage>): Readonly<Record<string, never>> => {
    const sink = sinkOf({ url: 'https://receiver.example/', format: 'ocsf' });
    return JSON.parse(requestOf(sink, messageOf(HOSTILE, changes), PARTS)?.body ?? '');
  };
  const created = of({}) as unknown as {
    readonly class_uid: number;
    readonly metadata: { readonly version: string };
    readonly finding_info: { readonly uid: string; readonly src_url: string };
    readonly time: number;
  };
  assert.deepEqual([created.class_uid, created.metadata.version, created.finding_info.uid], [2004, '1.3.0', 'abc']);
  assert.deepEqual([created.time, created.finding_info.src_url], [NOW_MS, 'https://triad.example/incidents/abc']);
  const { head } = messageOf();
  const kinds = [
    of({ head: { ...head, state: 'open' } }),
    of({ reasons: ['level'], head: { ...head, state: 'acknowledged' } }),
    of({ reasons: ['state'], head: { ...head, state: 'closed' } }),
    of({ reasons: ['withdrawn'], head: { ...head, standing: 'withdrawn' } }),
    of({ document: null, reasons: ['merged'], head: { ...head, standing: 'merged', mergedInto: 'def' } }),
  ];
  assert.deepEqual(
    kinds.map((one) => one['type_uid']),
    [200_401, 200_402, 200_403, 200_403, 200_403],
  );
});
