import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CATALOGUE } from '../../src/analytics/index.ts';
import type {
  FindingRowDocument,
  HostDocument,
  Page,
  PinScopesDocument,
  SubscriptionRowDocument,
} from '../../src/api/index.ts';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { undescribed } from '../api/as-described.ts';
import { root } from '../house/tree.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { foundByHunt, foundByServer, idsOf } from './found-by-server.ts';
import { ask, runServer, sendLines, type TestServer, temporaryFolder } from './running-server.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';
const ATTACKS = ['a triad that fires and is removed', 'wmiexec with its three legs'];
const BATCH = 50;

function hunted(context: TestContext, lines: readonly string[], rules = {}): Promise<HuntResult> {
  return huntFolder(folderWith(context, [['sent.jsonl', Buffer.from(lines.join('\n'))]]), rules);
}

async function sendAll(server: TestServer, lines: readonly string[]): Promise<void> {
  for (let at = 0; at < lines.length; at += BATCH) {
    assert.equal((await sendLines(server, lines.slice(at, at + BATCH))).status, 200);
  }
}

/** The body of an answer, which must be as its schema says. */
async function checked<Body>(server: TestServer, path: string): Promise<Body> {
  const { status, json } = await ask(server, 'GET', path);
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual(undescribed('GET', path, status, json), []);
  return json as Body;
}

test('L8 findings and dossiers are those of a hunt, in order, with a restart in the middle, and sent twice', async (context) => {
  const lines = linesOf(campaign(ATTACKS, { acts: 20 }).events);
  const expected = foundByHunt(await hunted(context, lines));
  const whole = await runServer(context, { yaml: HELD });
  await sendAll(whole, lines);
  await whole.server.finish();
  assert.deepEqual(await foundByServer(whole), expected);

  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: HELD });
  await sendAll(first, lines.slice(0, lines.length / 2));
  await first.server.finish();
  await first.server.stop();
  const second = { ...(await runServer(context, { folder, yaml: HELD })), key: first.key };
  await sendAll(second, lines.slice(lines.length / 2));
  await sendAll(second, lines.toReversed());
  await second.server.finish();
  assert.deepEqual(await foundByServer(second), expected);
  assert.deepEqual(await idsOf(second, '/v1/findings?standing=final'), []);
  assert.deepEqual(await idsOf(second, '/v1/findings', 3), await idsOf(whole, '/v1/findings', 100));
});

test('a judgement that finds the same writes nothing: versions stay, also after a start', async (context) => {
  const lines = linesOf(campaign(ATTACKS, { acts: 5 }).events);
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: HELD });
  await sendAll(first, lines);
  await first.server.finish();
  const rows = async (server: TestServer): Promise<unknown> =>
    (await ask(server, 'GET', '/v1/findings?limit=1000')).json;
  const before = await rows(first);
  await first.server.finish();
  assert.deepEqual(await rows(first), before);
  await first.server.stop();
  const second = { ...(await runServer(context, { folder, yaml: HELD })), key: first.key };
  await second.server.finish();
  assert.deepEqual(await rows(second), before);
});

const capture = join(root, '..', 'shared', 'corpus', 'dev', 'json', 'slices', 'empire_wmi_create.jsonl.gz');
test('L8 the same of a capture, with the rules of the pack', {
  skip: existsSync(capture) ? false : 'the corpus is not here',
}, async (context) => {
  const lines = gunzipSync(readFileSync(capture)).toString().trimEnd().split('\n');
  const pack = await bundledRules();
  const expected = foundByHunt(await hunted(context, lines, { pack }));
  const server = await runServer(context, { yaml: HELD, pack: pack.rules });
  await sendAll(server, lines);
  await server.server.finish();
  assert.deepEqual(await foundByServer(server), expected);
  const rules = await checked<{ items: { key: string; hits: { findings: number } }[] }>(server, '/v1/rules?limit=1000');
  assert.ok(rules.items.length > 20);
  const hit = await checked<{ items: { key: string; hits: { findings: number } }[] }>(server, '/v1/rules?hit=true');
  for (const { key, hits } of hit.items) {
    const ids = await idsOf(server, `/v1/findings?rule=${encodeURIComponent(key)}`);
    assert.equal(ids.length, hits.findings, key);
  }
});

test('a cursor of the rules turns the page that it was given for, and none of other filters', async (context) => {
  const pack = await bundledRules();
  const server = await runServer(context, { pack: pack.rules });
  type Rules = { readonly items: readonly { readonly key: string }[]; readonly next?: string };
  const first = await checked<Rules>(server, '/v1/rules?limit=2&level=high');
  const all = await checked<Rules>(server, '/v1/rules?limit=3&level=high');
  const next = first.next ?? assert.fail();
  const second = await checked<Rules>(server, `/v1/rules?limit=1&level=high&after=${next}`);
  assert.deepEqual(second.items[0]?.key, all.items[2]?.key);
  for (const query of ['', '&level=low', '&level=high&hit=false']) {
    const { status, json } = await ask(server, 'GET', `/v1/rules?limit=1${query}&after=${next}`);
    assert.deepEqual([status, (json as { code: string }).code], [400, 'bad_cursor'], query);
  }
});

test('findings and subscriptions are listed with counts and filters; hosts tell what came and what is missing', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  await sendAll(server, linesOf(campaign(ATTACKS, { acts: 5 }).events));
  await server.server.finish();
  const findings = await checked<Page<FindingRowDocument> & { counts: Record<string, Record<string, number>> }>(
    server,
    '/v1/findings?limit=1000',
  );
  const counted = Object.values(findings.counts).flatMap((of) => Object.values(of));
  assert.equal(
    counted.reduce((sum, count) => sum + count, 0),
    findings.items.length,
  );
  const [some] = findings.items.filter(({ incident, analytic }) => incident !== undefined && analytic !== undefined);
  assert.ok(some !== undefined);
  for (const query of [
    `incident=${some.incident}`,
    `analytic=${some.analytic}`,
    `host=${some.host.toUpperCase()}`,
    `level=${some.level}`,
    `scope=${some.scope}`,
  ]) {
    assert.ok((await idsOf(server, `/v1/findings?${query}`)).includes(some.id), query);
  }
  await checked(server, `/v1/findings/${some.id}`);
  const subscriptions = await checked<Page<SubscriptionRowDocument>>(server, '/v1/subscriptions');
  const [dossier] = subscriptions.items;
  assert.ok(dossier?.fingerprint !== undefined);
  const whole = await checked<{
    hostsOfFingerprint: number;
    subscription: { evidence: readonly { record?: string }[] };
  }>(server, `/v1/subscriptions/${dossier.id}`);
  assert.ok(whole.hostsOfFingerprint > 0);
  const ofName = await checked<Page<SubscriptionRowDocument>>(
    server,
    `/v1/subscriptions?named=${encodeURIComponent(dossier.host)}`,
  );
  for (const { id, hostsOfFingerprint } of [...subscriptions.items, ...ofName.items])
    if (id === dossier.id) assert.equal(hostsOfFingerprint, whole.hostsOfFingerprint);
  const scopes = await checked<PinScopesDocument>(server, `/v1/subscriptions/${dossier.id}/scopes`);
  const content = { kind: 'subscription' as const, print: dossier.fingerprint };
  const what = dossier.consumer ?? '';
  assert.deepEqual(scopes.pins[0], { ...content, hosts: [dossier.host], what });
  assert.deepEqual(scopes.named[0], { ...content, text: what });
  assert.equal(scopes.morePins, 0);
  const cited = new Set(whole.subscription.evidence.flatMap(({ record }) => record ?? []));
  const records = await checked<{ items: readonly { id: string }[]; cited: number }>(
    server,
    `/v1/subscriptions/${dossier.id}/records`,
  );
  assert.deepEqual([records.cited, records.items.length > 0], [cited.size, true]);
  for (const { id } of records.items) assert.ok(cited.has(id), id);
  assert.ok(
    (await idsOf(server, `/v1/subscriptions?fingerprint=${dossier.fingerprint}&state=${dossier.state}`)).length > 0,
  );
  for (const name of [dossier.filter, dossier.consumer, dossier.host]) {
    const named = encodeURIComponent((name ?? '').slice(1).toUpperCase());
    assert.ok((await idsOf(server, `/v1/subscriptions?named=${named}`)).includes(dossier.id), name ?? '');
  }
  for (const named of [dossier.payload, `${dossier.filter}${dossier.consumer}`])
    assert.deepEqual(
      await idsOf(server, `/v1/subscriptions?named=${encodeURIComponent((named ?? '').slice(0, 255))}`),
      [],
    );
  const hosts = await checked<Page<HostDocument> & { counts: Record<string, number> }>(server, '/v1/hosts');
  assert.equal(hosts.counts['notLookedAt'], 0);
  assert.ok(hosts.items.some(({ key }) => key === dossier.host));
  const matrix = await checked<
    Page<HostDocument & { sends: readonly { kind: string; records: number }[] }> & {
      telemetry: readonly { readonly why: string }[];
    }
  >(server, '/v1/hosts?sends=true&blind=true');
  assert.ok(matrix.telemetry.length >= 8 && matrix.telemetry.every(({ why }) => why !== ''));
  const sends = matrix.items.flatMap((one) => one.sends.map(({ kind, records }) => `${kind} ${records > 0}`));
  assert.ok(sends.includes('Sysmon 1 true'), sends.join());
  const host = await checked<HostDocument>(server, `/v1/hosts/${dossier.host.toUpperCase()}`);
  assert.ok(host.logs.some(({ channel, ids }) => channel.includes('Sysmon') && ids.some(({ id }) => id === 20)));
  assert.ok(
    host.blind !== undefined &&
      host.blind.length > 0 &&
      host.gaps === host.blind.length &&
      host.subscriptions > 0 &&
      host.openIncidents > 0,
  );
  assert.deepEqual(
    host.senders.map(({ sender, records }) => [sender, records]),
    [['first', host.records]],
  );
  for (const { what } of host.blind) assert.doesNotMatch(what, /\dT\d/);
  assert.ok(
    host.blind.some(({ what }) => /^logs begin: .* \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?:,|$)/.test(what)),
    'times in words are as incidents show them',
  );
  const { analytics } = await checked<{ analytics: readonly { analytic: string; title?: string }[] }>(
    server,
    '/v1/rules',
  );
  const titles = new Map(CATALOGUE.map(({ id, title }) => [id, title]));
  assert.ok(analytics.length > 0);
  for (const { analytic, title } of analytics) assert.equal(title, titles.get(analytic) ?? assert.fail(analytic));
});

test('a value that is none, a name that is not known and one that stands there twice are refused with what is wrong', async (context) => {
  const server = await runServer(context);
  for (const path of [
    '/v1/findings?level=severe',
    '/v1/findings?standing=told,gone',
    '/v1/findings?color=red',
    '/v1/findings?host=a&host=b',
    '/v1/findings?since=yesterday',
    '/v1/findings?host=',
    '/v1/findings?host=a%00b',
    '/v1/findings?limit=0',
    '/v1/findings?limit=1001',
    '/v1/findings?after=x',
    '/v1/findings/none?level=high',
    '/v1/subscriptions?state=open',
    '/v1/hosts?gaps=yes',
    '/v1/rules?origin=mine',
    '/v1/rules?after=x',
  ]) {
    const { status, json } = await ask(server, 'GET', path);
    assert.equal(status, 400, path);
    assert.match((json as { detail: string }).detail, /\w/, path);
  }
  for (const path of [
    '/v1/findings/none',
    '/v1/subscriptions/none',
    '/v1/subscriptions/none/records',
    '/v1/subscriptions/none/scopes',
    '/v1/hosts/none',
  ])
    assert.equal((await ask(server, 'GET', path)).status, 404, path);
  assert.equal((await ask(server, 'GET', '/v1/findings?limit=1000&standing=told,final,withdrawn')).status, 200);
});
