import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RuleTestDocument } from '../../src/api/index.ts';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import { RuleTester } from '../../src/serve/rule-test/rule-tester.ts';
import { ask, runServer, sendLines, type TestServer, until, winlogbeat } from './running-server.ts';

const SIGN_IN = `title: Alice signs in
logsource: { product: windows, service: security }
detection:
  selection: { EventID: 4624, TargetUserName: alice }
  condition: selection
level: low
`;
const ANY = `title: Odd, wherever
logsource: { product: windows }
detection:
  keywords: ['*odd.exe*']
  condition: keywords
`;
const ODD = JSON.stringify({
  '@timestamp': '2026-01-02T00:00:00.000Z',
  winlog: {
    ...{ channel: 'Application', event_id: '1000', provider_name: 'Application Error', computer_name: 'WS-09' },
    ...{ record_id: 77, event_data: { Path: 'C:\\odd.exe' } },
  },
});

interface Refusal {
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

async function tested(server: TestServer, body: object): Promise<RuleTestDocument> {
  const { status, json } = await ask(server, 'POST', '/v1/rules/test', body);
  assert.equal(status, 200, JSON.stringify(json));
  return json as RuleTestDocument;
}

async function refusal(server: TestServer, body: object): Promise<Refusal & { readonly status: number }> {
  const { status, json } = await ask(server, 'POST', '/v1/rules/test', body);
  return { ...(json as Refusal), status };
}

async function withEvents(
  context: Parameters<typeof runServer>[0],
  lines: readonly string[],
  options = {},
): Promise<TestServer> {
  const server = await runServer(context, options);
  assert.equal((await sendLines(server, lines)).status, 200);
  await until(async () => {
    const { json } = await ask(server, 'GET', '/v1/events?limit=1000');
    return (json as { readonly items: readonly unknown[] }).items.length === lines.length;
  }, 'the events are archived');
  return server;
}

test('a rule that is not in use is tried on what is stored: what it matches, where, and what that takes', async (context) => {
  const server = await withEvents(context, [winlogbeat(1), winlogbeat(2, 'WS-08'), winlogbeat(3, 'WS-08'), ODD]);
  const { progress, matchMs, ...found } = await tested(server, { rule: SIGN_IN });
  assert.deepEqual(found, {
    rules: [{ key: 'Alice signs in', title: 'Alice signs in', level: 'low', hits: 3 }],
    warnings: found.warnings,
    asks: [{ channel: 'security', eventIds: [4624] }],
    ...{ tried: 3, matched: 3, unread: 0 },
    hosts: [
      { host: 'WS-08', hits: 2 },
      { host: 'WS-07', hits: 1 },
    ],
    items: found.items,
  });
  assert.deepEqual(
    found.items.map(({ id, host, eventId }) => [id, host, eventId]),
    [
      ['1/2', 'WS-08', 4624],
      ['1/1', 'WS-08', 4624],
      ['1/0', 'WS-07', 4624],
    ],
  );
  assert.ok(matchMs > 0 && matchMs < 1000);
  assert.equal(progress.events, 4);
  // A rule of every channel is tried on all, and keywords stand in any field.
  const any = await tested(server, { rule: ANY });
  assert.deepEqual(any.asks, [{ channel: '*' }]);
  assert.deepEqual([any.tried, any.items.map(({ id }) => id)], [4, ['1/3']]);
  // Both in one text: an event counts once however many rules match on it.
  const both = await tested(server, { rule: `${SIGN_IN}---\n${ANY.replace("'*odd.exe*'", "'*odd.exe*', alice")}` });
  assert.deepEqual(
    both.rules.map(({ hits }) => hits),
    [3, 4],
  );
  assert.deepEqual([both.matched, both.items.length], [4, 7]);
  // Times are of events, and end before `to`.
  assert.equal((await tested(server, { rule: ANY, from: '2026-01-02T00:00:00Z' })).tried, 1);
  assert.equal((await tested(server, { rule: ANY, to: '2026-01-02T00:00:00Z' })).tried, 3);
});

test('a rule in use is tried by its key, and reloads are followed', async (context) => {
  const { rules: pack } = await bundledRules();
  const server = await withEvents(context, [winlogbeat(1)], { pack });
  const { json } = await ask(server, 'GET', '/v1/rules?limit=1000');
  const { items } = json as {
    readonly items: readonly { readonly key: string; readonly kind: string; readonly state: string }[];
  };
  const key = items.find(({ kind, state }) => kind === 'rule' && state === 'loaded')?.key ?? '';
  const found = await tested(server, { key });
  assert.deepEqual(
    found.rules.map((rule) => [rule.key, rule.hits]),
    [[key, 0]],
  );
  const correlation = items.find(({ kind }) => kind === 'correlation')?.key;
  if (correlation !== undefined) {
    const { errors = [] } = await refusal(server, { key: correlation });
    assert.match(errors[0]?.detail ?? '', /A correlation is judged over time/);
  }
  const licenses = new Map<string, string>();
  const rules = {
    groups: [{ kind: 'texts' as const, sources: [{ file: 'own.yml', text: SIGN_IN }], licenses }],
    selection: {},
  };
  assert.equal((await refusal(server, { key: 'Alice signs in' })).errors?.[0]?.detail, 'No rule in use has this key.');
  await server.server.reload({ rules, pack, tls: undefined });
  assert.equal((await tested(server, { key: 'Alice signs in' })).matched, 1);
});

test('a 5861 is tried as the creation of its binding and as its registration, and numbers that no event has are not asked for', async (context) => {
  const text = 'Namespace = //./root/subscription; Eventfilter = f (refer to its activate eventid:5859); Consumer = ';
  const possible =
    'Binding EventFilter: instance of __EventFilter { Name = "f"; Query = "SELECT * FROM __InstanceModificationEvent"; QueryLanguage = "WQL"; }; Perm. Consumer: instance of CommandLineEventConsumer { CommandLineTemplate = "c.exe"; Name = "c"; }; ';
  const line = JSON.stringify({
    '@timestamp': '2026-01-02T00:00:00.000Z',
    winlog: {
      ...{
        channel: 'Microsoft-Windows-WMI-Activity/Operational',
        event_id: '5861',
        computer_name: 'WS-07',
        record_id: 5,
      },
      provider_name: 'Microsoft-Windows-WMI-Activity',
      user_data: {
        Namespace: '//./root/subscription',
        ESS: 'f',
        CONSUMER: 'CommandLineEventConsumer="c"',
        PossibleCause: possible,
      },
      message: `${text}CommandLineEventConsumer="c"; PossibleCause = ${possible}`,
    },
  });
  const server = await withEvents(context, [line]);
  const rule = (operation: string): string =>
    `title: A binding\nlogsource: { product: windows, category: wmi_event }\ndetection:\n  selection: { Operation: ${operation} }\n  condition: selection\n`;
  for (const operation of ['Created', 'Registered'])
    assert.equal((await tested(server, { rule: rule(operation) })).matched, 1, operation);
  assert.equal((await tested(server, { rule: rule('Deleted') })).matched, 0);
  const odd = await tested(server, { rule: SIGN_IN.replace('4624', '[-1, 1.5, 4624]') });
  assert.deepEqual(odd.asks, [{ channel: 'security', eventIds: [4624] }]);
});

test('what is no rule, or none that events judge, is told with its place; nothing else is', async (context) => {
  const server = await withEvents(context, [winlogbeat(1)]);
  const broken = await refusal(server, { rule: SIGN_IN.replace('condition: selection', 'condition: selektion') });
  assert.deepEqual([broken.status, broken.code, broken.errors?.[0]?.pointer], [422, 'invalid', '/rule']);
  assert.match(broken.errors?.[0]?.detail ?? '', /^Line 5, column \d+: .*selektion/);
  assert.match((await refusal(server, { rule: 'title: [' })).errors?.[0]?.detail ?? '', /^Line \d/);
  const idle = SIGN_IN.replace('service: security', 'service: no-such-log');
  assert.match(
    (await refusal(server, { rule: idle })).errors?.[0]?.detail ?? '',
    /No log that is read here|log source/,
  );
  const both = `${SIGN_IN}name: sign_in
---
title: Many sign-ins
correlation: { type: event_count, rules: [sign_in], group-by: [Computer], timespan: 5m, condition: { gte: 2 } }
`;
  const { rules, warnings } = await tested(server, { rule: both });
  assert.deepEqual([rules.length, rules[0]?.hits], [1, 1]);
  assert.match(warnings[0] ?? '', /^Correlations are not tried here \(1\)\. /);
  const ofObjects = readFileSync(new URL('../../rules/s04-consumer-that-leaves-the-host.yml', import.meta.url), 'utf8');
  assert.match((await refusal(server, { rule: ofObjects })).errors?.[0]?.detail ?? '', /subscriptions, not for events/);
  assert.equal((await refusal(server, {})).errors?.[0]?.detail, 'A test has either rule or key.');
  assert.equal((await refusal(server, { rule: ANY, key: 'x' })).status, 422);
  assert.equal((await refusal(server, { rule: ANY, from: 'yesterday' })).errors?.[0]?.pointer, '/from');
  assert.equal((await refusal(server, { rule: ANY, after: 'zzz' })).code, 'bad_cursor');
  assert.equal((await refusal(server, { rule: 'x'.repeat(65_537) })).status, 422);
});

test('a test goes on where a look ended, and each event is tried once', async (context) => {
  const lines = Array.from({ length: 1300 }, (_, i) => winlogbeat(i + 1, `WS-${i % 7}`));
  const server = await runServer(context);
  assert.equal((await sendLines(server, lines)).status, 200);
  let tried = 0;
  await until(async () => {
    tried = 0;
    let matched = 0;
    for (let after: string | undefined = ''; after !== undefined; ) {
      const found: RuleTestDocument = await tested(server, { rule: SIGN_IN, ...(after === '' ? {} : { after }) });
      tried += found.tried;
      matched += found.matched;
      after = found.next;
    }
    assert.equal(matched, tried);
    return tried >= lines.length;
  }, 'all are tried');
  assert.equal(tried, lines.length);
});

test('a tester that is closed answers whoever waits', async () => {
  const tester = new RuleTester(undefined, { rulesNumber: 0, rules: undefined, pack: undefined, mapping: {} });
  await tester.close();
  const archive = {} as Parameters<RuleTester['test']>[0];
  const outcome = await tester.test(archive, {
    ...{ rules: { kind: 'text', text: ANY }, span: {}, cursor: undefined, signal: undefined },
  });
  assert.equal(outcome.kind, 'stopped');
});
