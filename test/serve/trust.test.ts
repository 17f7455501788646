import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewKeyDocument } from '../../src/api/index.ts';
import type { RecordLine } from '../../src/report/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { run } from '../run-main.ts';
import { ask, runServer, sendLines, type TestServer, until } from './running-server.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';
const LINES = linesOf(
  campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 0 }).events,
);
/** One of the hosts. */
const BOUND = 'srv-0008';

interface Shown {
  readonly incident: { readonly level: string; readonly score: number; readonly terms: readonly { code: string }[] };
  readonly findings: readonly { readonly score: number; readonly terms: readonly { code: string }[] }[];
  readonly records: { readonly items: readonly RecordLine[] };
}

/** A server to which the lines of two senders came, each bound to some hosts. */
async function told(server: TestServer, hosts: readonly string[], isRelay = false): Promise<readonly Shown[]> {
  const added = await ask(server, 'POST', '/v1/senders', { id: 'sent', hosts, isRelay });
  await sendLines({ ...server, key: (added.json as NewKeyDocument).secret }, LINES);
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/incidents?limit=100');
  const { items } = json as { readonly items: readonly { readonly id: string }[] };
  return await Promise.all(
    items.map(async ({ id }) => (await ask(server, 'GET', `/v1/incidents/${id}`)).json as Shown),
  );
}

test('L18 what a sender says of hosts that it is not bound to is kept, marked and at most medium, in the API and on the terminal', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const shown = await told(server, ['elsewhere']);
  assert.ok(shown.some(({ incident }) => incident.terms.some(({ code }) => code === 'NOT_BOUND')));
  for (const { incident, findings, records } of shown) {
    assert.ok([incident, ...findings].every(({ score }) => score <= 59));
    assert.ok(records.items.length > 0);
    for (const { trust, hostNotBound, sources } of records.items) {
      assert.deepEqual([trust, hostNotBound, sources[0]?.hostNotBound], ['unauthenticated', true, true]);
    }
  }
  const text = (await run('incidents', 'show', 'INC-1', '--data', server.folder)).out;
  assert.match(text, /(\d+) of \1 cited\s+records came by a sender that is\s+not bound to /);
  assert.match(text, /held at \d+ \(NOT_BOUND\): said by senders of hosts that they are not\s+bound to/);
});

test('L18 a batch of a sender that is bound to one of its hosts is marked event by event', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const shown = await told(server, [BOUND]);
  const records = shown.flatMap((one) => one.records.items);
  const marks = new Map(
    records.map(({ hostRaw, hostNotBound }) => [hostRaw.split('.')[0]?.toLowerCase() ?? '', hostNotBound]),
  );
  assert.ok(new Set(marks.values()).size === 2, JSON.stringify([...marks]));
  for (const [name, mark] of marks) assert.equal(mark, name === BOUND ? undefined : true, name);
});

test('L18 a sender that is bound to other hosts meanwhile is believed in what is read from then on, and not in what was read', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const added = await ask(server, 'POST', '/v1/senders', { id: 'sent', hosts: ['elsewhere'] });
  const sender = { ...server, key: (added.json as NewKeyDocument).secret };
  const half = LINES.length >> 1;
  await sendLines(sender, LINES.slice(0, half));
  const received = async (): Promise<number> => {
    const { items } = (await ask(server, 'GET', '/v1/hosts?limit=1000')).json as { items: { records: number }[] };
    return items.reduce((sum, { records }) => sum + records, 0);
  };
  await until(async () => (await received()) === half, 'the first half is read');
  const told = await run('sender', 'hosts', 'sent', '--add', '*s*', '--remove', 'ELSEWHERE', '--data', server.folder);
  assert.equal(told.out, 'Sender sent may speak for *s*, in what is read from now on.\n');
  assert.equal((await run('sender', 'hosts', 'sent', '--remove', '*s*', '--data', server.folder)).code, 2);
  await sendLines(sender, LINES.slice(half));
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/incidents?limit=100');
  const incidents = (json as { readonly items: readonly { readonly id: string }[] }).items;
  const marks = new Map<string, boolean>();
  for (const { id } of incidents) {
    const { records } = (await ask(server, 'GET', `/v1/incidents/${id}`)).json as Shown;
    for (const { id: record, hostNotBound } of records.items) marks.set(record, hostNotBound === true);
  }
  assert.deepEqual(new Set(marks.values()), new Set([true, false]));
  const audit = (await ask(server, 'GET', '/v1/audit')).json as { items: { action: string; who: string }[] };
  assert.deepEqual(
    audit.items.filter(({ action }) => action === 'sender.hosts').map(({ who }) => who),
    ['local:tester'],
  );
});

test('L18 a relay counts in full, and its records say that they were relayed', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const shown = await told(server, [], true);
  assert.ok(shown.some(({ incident }) => incident.score > 59));
  for (const { trust, hostNotBound, relayed } of shown.flatMap((one) => one.records.items)) {
    assert.deepEqual([trust, hostNotBound, relayed], ['authenticated', undefined, true]);
  }
});

test('L6 L18 two senders that tell one record differently: both are kept, and it is T14, whichever class is lower', async (context) => {
  for (const hosts of [[], ['elsewhere']]) {
    const server = await runServer(context, { yaml: HELD });
    await sendLines(server, LINES);
    const added = await ask(server, 'POST', '/v1/senders', { id: 'other', hosts });
    const forged = LINES.map((line) => line.replaceAll('carol', 'mallory'));
    assert.notDeepEqual(forged, LINES);
    await sendLines({ ...server, key: (added.json as NewKeyDocument).secret }, forged);
    await server.server.finish();
    const { json } = await ask(server, 'GET', '/v1/findings?analytic=T14&limit=100');
    const { items } = json as { readonly items: readonly { readonly id: string; readonly scope: string }[] };
    assert.ok(items.length > 0);
    const { json: one } = await ask(server, 'GET', `/v1/findings/${items[0]?.id}`);
    const { finding } = one as { finding: { scope: string; evidence: { file: string; hostNotBound?: true }[] } };
    assert.equal(finding.scope, 'tamper');
    assert.deepEqual(finding.evidence.map(({ file }) => file).toSorted(), ['sender:first', 'sender:other']);
    const ofOther = finding.evidence.find(({ file }) => file === 'sender:other');
    assert.equal(ofOther?.hostNotBound, hosts.length === 0 ? undefined : true);
  }
});
