import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type NewPin, type Pin, payloadPrint, pinId, pinOfDossier, pinOfFinding } from '../../src/pins/index.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, type TestServer } from './running-server.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const SETTINGS = 'detection: { lateness: 24h, heldTime: 90d }';
const OWNED = { owner: 'alice', reason: 'inventory agent', created: '2026-03-01', review: '2027-03-01' };

/** Lines of two attacks on their own machines, and hunts over them with pins. */
function evidence(context: TestContext): {
  readonly lines: readonly string[];
  hunted(pins?: readonly Pin[]): Promise<HuntResult>;
} {
  const { events } = campaign(['a triad that fires and is removed', 'a remote process by Kerberos'], { acts: 10 });
  const lines = linesOf(events);
  const folder = folderWith(context, [['sent.jsonl', Buffer.from(lines.join('\n'))]]);
  return { lines, hunted: (pins) => huntFolder(folder, pins === undefined ? {} : { pins }) };
}

function pinned(parts: Omit<NewPin, keyof typeof OWNED>): Pin {
  const pin = { ...parts, ...OWNED };
  return { ...pin, id: pinId(pin), place: 'pins.yaml:3:5' };
}

/** Pins of everything that a hunt found and that can be pinned. */
function pinsOf({ subscriptions, findings }: HuntResult): readonly Pin[] {
  const proposals = [
    ...subscriptions.map((dossier) => pinOfDossier(dossier, 'subscription')),
    ...findings.map((finding) => pinOfFinding(finding)),
  ];
  const pins = proposals.flatMap((one) => (one.kind === 'content' ? [pinned(one.content)] : []));
  return [...new Map(pins.map((pin) => [pin.id, pin])).values()];
}

test('L8 live equals batch with pins, and a pin that comes later takes incidents out of the queue or makes a version', async (context) => {
  const { lines, hunted } = evidence(context);
  const free = await hunted();
  const pins = pinsOf(free);
  assert.ok(pins.some(({ kind }) => kind === 'subscription') && pins.some(({ kind }) => kind === 'command'));
  const expected = incidentsOfHunt(await hunted(pins));
  assert.notDeepEqual(expected, incidentsOfHunt(free));
  const server = await runServer(context, { yaml: SETTINGS });
  await sendLines(server, lines);
  await server.server.finish();
  assert.deepEqual(await toldByServer(server), incidentsOfHunt(free));
  const before = await queueOf(server);
  await server.server.reload({ rules: undefined, pack: undefined, tls: undefined, pins });
  await server.server.finish();
  const open = (await queueOf(server)).filter(({ standing }) => standing !== 'withdrawn');
  const gone = (await queueOf(server)).filter(({ standing }) => standing === 'withdrawn');
  assert.deepEqual(await toldByServer(server, ({ standing }) => standing !== 'withdrawn'), expected);
  assert.ok(gone.every(({ state }) => state === 'closed'));
  assert.equal(open.length + gone.length, before.length);
  await server.server.reload({ rules: undefined, pack: undefined, tls: undefined, pins: [] });
  await server.server.finish();
  assert.deepEqual(await toldByServer(server), incidentsOfHunt(free));
});

test('a server that starts with pins tells what a hunt with them tells', async (context) => {
  const { lines, hunted } = evidence(context);
  const pins = pinsOf(await hunted());
  const server = await runServer(context, { yaml: SETTINGS, pins });
  await sendLines(server, lines);
  await server.server.finish();
  assert.deepEqual(await toldByServer(server), incidentsOfHunt(await hunted(pins)));
});

test('L16 pins are listed with what they lower, added and taken out by the API, kept in a file, and audited', async (context) => {
  const { lines, hunted } = evidence(context);
  const [dossier] = (await hunted()).subscriptions;
  assert.ok(dossier?.fingerprint !== undefined);
  const server = await runServer(context, { yaml: SETTINGS });
  await sendLines(server, lines);
  await server.server.finish();
  const body = {
    payload: payloadPrint(dossier),
    hosts: [dossier.host],
    owner: 'alice',
    reason: 'agent',
    review: '2027-03-01',
  };
  const added = await ask(server, 'POST', '/v1/pins', body);
  assert.equal(added.status, 201, JSON.stringify(added.json));
  const { id } = added.json as { id: string };
  assert.equal((await ask(server, 'POST', '/v1/pins', body)).status, 200);
  assert.equal((await ask(server, 'POST', '/v1/pins', { ...body, owner: 'bob' })).status, 409);
  await ask(server, 'POST', '/v1/pins', { ...body, hosts: ['elsewhere'] });
  await server.server.finish();
  const listed = (await ask(server, 'GET', '/v1/pins')).json as {
    items: { id: string; lowers: { subscriptions: number }; place: string }[];
    unmatched: number;
  };
  assert.deepEqual([listed.items.length, listed.unmatched], [2, 1]);
  const own = listed.items.find((pin) => pin.id === id);
  assert.equal(own?.lowers.subscriptions, 1);
  const file = join(server.folder, 'pins.d', 'console.yaml');
  assert.ok(own?.place.startsWith(file) && readFileSync(file, 'utf8').includes('reason: agent'));
  assert.equal(existsSync(join(server.folder, 'pins.yaml')), false);
  const remove = (etag: string | undefined): Promise<number> =>
    fetch(`${server.url}/v1/pins/${id}/remove`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, ...(etag === undefined ? {} : { 'if-match': etag }) },
    }).then(({ status }) => status);
  assert.equal(await remove(undefined), 428);
  assert.equal(await remove('"2027-04-01"'), 412);
  assert.equal(await remove('"2027-03-01"'), 200);
  assert.equal(await remove('"2027-03-01"'), 404);
  assert.equal(readFileSync(file, 'utf8').includes(id), false);
  const audit = (await ask(server, 'GET', '/v1/audit')).json as {
    items: { action: string; object: string; who: string }[];
  };
  assert.deepEqual(
    audit.items.filter(({ object }) => object === `pin/${id}`).map(({ action, who }) => `${action} ${who}`),
    ['pin.remove local:tester', 'pin.add local:tester'],
  );
});

test('G8 an analyst sees what a pin would touch and proposes it; an engineer accepts or declines it, once', async (context) => {
  const { lines, hunted } = evidence(context);
  const [dossier] = (await hunted()).subscriptions;
  assert.ok(dossier?.fingerprint !== undefined);
  const server = await runServer(context, { yaml: SETTINGS });
  await sendLines(server, lines);
  await server.server.finish();
  const made = await ask(server, 'POST', '/v1/keys', { scopes: ['analyst'] });
  const analyst = (made.json as { secret: string }).secret;
  const send = async (path: string, body: object, key: string, token = analyst) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const pin = {
    payload: payloadPrint(dossier),
    hosts: [dossier.host],
    owner: 'alice',
    reason: 'agent',
    review: '2027-03-01',
  };
  const seen = await send('/v1/pins/preview', pin, 'p');
  const { open, closed, hosts, incidents } = seen.json as {
    open: number;
    closed: number;
    hosts: number;
    incidents: { id: string }[];
  };
  assert.deepEqual([seen.status, open, closed, hosts, incidents.length], [200, 1, 0, 1, 1]);
  const elsewhere = await send('/v1/pins/preview', { ...pin, hosts: ['elsewhere'] }, 'p');
  assert.equal(elsewhere.json['open'], 0);
  const incident = incidents[0]?.id ?? '';
  const asked = { pin, note: 'our inventory', incident };
  const first = await send('/v1/pins/proposals', asked, 'k');
  assert.deepEqual(
    [first.status, first.json['number'], first.json['state'], first.json['incident']],
    [201, 1, 'open', incident],
  );
  assert.equal((await send('/v1/pins/proposals', asked, 'k')).status, 200);
  assert.equal((await send('/v1/pins/proposals', { ...asked, pin: { ...pin, owner: 'bob' } }, 'k')).status, 422);
  const notesOf = async (): Promise<readonly string[]> => {
    const { json } = await ask(server, 'GET', `/v1/incidents/${incident}/notes`);
    return (json as { items: { note: string }[] }).items.map(({ note }) => note);
  };
  assert.deepEqual(await notesOf(), ['Proposed a pin (1): our inventory']);
  const { number } = (await ask(server, 'GET', `/v1/incidents/${incident}`)).json as { number: number };
  const missing = await send('/v1/pins/proposals', { ...asked, incident: 'INC-999' }, 'k3');
  assert.deepEqual([missing.status, missing.json['code']], [404, 'not_found']);
  assert.equal((await send('/v1/pins/proposals/1/decide', { decision: 'accepted' }, 'd')).status, 403);
  const accepted = await send('/v1/pins/proposals/1/decide', { decision: 'accepted' }, 'd', server.token);
  assert.deepEqual(
    [accepted.status, accepted.json['state'], accepted.json['decidedBy']],
    [200, 'accepted', 'local:tester'],
  );
  assert.equal((await send('/v1/pins/proposals/1/decide', { decision: 'declined' }, 'd', server.token)).status, 409);
  assert.equal((await send('/v1/pins/proposals/9/decide', { decision: 'declined' }, 'd', server.token)).status, 404);
  assert.equal(((await ask(server, 'GET', '/v1/pins')).json as { items: unknown[] }).items.length, 1);
  assert.ok(readFileSync(join(server.folder, 'pins.d', 'console.yaml'), 'utf8').includes('reason: agent'));
  const byNumber = { ...asked, pin: { ...pin, hosts: ['elsewhere'] }, incident: `INC-${number}` };
  assert.equal((await send('/v1/pins/proposals', byNumber, 'k2')).json['incident'], incident);
  assert.deepEqual(await notesOf(), ['Proposed a pin (2): our inventory', 'Proposed a pin (1): our inventory']);
  await send('/v1/pins/proposals/2/decide', { decision: 'declined', note: 'no such host' }, 'd', server.token);
  const list = async (state: string): Promise<unknown> =>
    ((await ask(server, 'GET', `/v1/pins/proposals?state=${state}`)).json as { items: { number: number }[] }).items.map(
      ({ number }) => number,
    );
  assert.deepEqual([await list('open'), await list('accepted'), await list('declined')], [[], [1], [2]]);
});

test('G8 of an acceptance and a refusal at once the first stands, and there is a pin only where it was accepted', async (context) => {
  const server = await runServer(context, { yaml: SETTINGS });
  const post = async (path: string, body: object, key: string) => {
    const headers = {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
  };
  const accepted: string[] = [];
  for (let at = 1; at <= 6; at++) {
    const pin = {
      payload: `${'0'.repeat(63)}${at}`,
      hosts: [`h${at}`],
      owner: 'alice',
      reason: 'x',
      review: '2027-03-01',
    };
    const made = await post('/v1/pins/proposals', { pin, note: 'x' }, `p${at}`);
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const decide = (decision: string) => post(`/v1/pins/proposals/${at}/decide`, { decision }, `${decision}${at}`);
    const order = at % 2 === 0 ? ['accepted', 'declined'] : ['declined', 'accepted'];
    const answers = await Promise.all(order.map(decide));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409]);
    if (answers.some(({ json }) => json['state'] === 'accepted')) accepted.push(`h${at}`);
  }
  const pins = (await ask(server, 'GET', '/v1/pins')).json as { items: { hosts: string[] }[] };
  assert.deepEqual(pins.items.flatMap(({ hosts }) => hosts).toSorted(), accepted);
});

test('a pin of nobody, of a name, or past two years is refused with its fields, and only an engineer may pin', async (context) => {
  const server = await runServer(context);
  const body = { payload: 'a'.repeat(64), hosts: ['SRV-02'], owner: 'alice', reason: 'agent', review: '2126-03-01' };
  const late = await ask(server, 'POST', '/v1/pins', body);
  assert.equal(late.status, 422);
  assert.deepEqual(
    (late.json as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
    ['/review'],
  );
  assert.match((late.json as { detail: string }).detail, /^review: .*\.$/);
  assert.equal((await ask(server, 'POST', '/v1/pins', { ...body, owner: '' })).status, 422);
  const keyOf = async (scope: string): Promise<string> => {
    const made = await ask(server, 'POST', '/v1/keys', { scopes: [scope] });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    return (made.json as { secret: string }).secret;
  };
  const good = { ...body, review: new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10) };
  for (const [scope, status] of [
    ['read', 403],
    ['analyst', 403],
    ['engineer', 201],
  ] as const) {
    const token = await keyOf(scope);
    assert.equal((await ask({ ...server, token }, 'POST', '/v1/pins', good)).status, status, scope);
    assert.equal((await ask({ ...server, token }, 'GET', '/v1/pins')).status, 200, scope);
  }
});

async function queueOf(server: TestServer): Promise<readonly { readonly standing: string; readonly state: string }[]> {
  const { json } = await ask(server, 'GET', '/v1/incidents?limit=1000');
  return (json as { items: { standing: string; state: string }[] }).items;
}
