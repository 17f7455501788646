import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type IncidentDocument, ROUTES } from '../../src/api/index.ts';
import { historyPage, stepDocuments } from '../../src/serve/handlers/incident-document.ts';
import type { WholeIncident } from '../../src/state/index.ts';
import { undescribed } from '../api/as-described.ts';
import { ATTACKS, campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { runServer, sendLines, type TestServer, temporaryFolder, until } from './running-server.ts';
import { addPerson, signIn, type Visitor } from './signed-in.ts';

const SETTINGS = 'detection: { lateness: 24h, heldTime: 90d }';

interface Asked {
  readonly server: TestServer;
  readonly viewer: Visitor;
  readonly analyst: Visitor;
  readonly admin: Visitor;
}

interface Queue {
  readonly items: readonly { readonly id: string; readonly host: string }[];
}

async function serverWith(context: TestContext, more = ''): Promise<Asked> {
  const server = await runServer(context, { yaml: `${SETTINGS}\n${more}` });
  const person = async (name: string, role: 'viewer' | 'analyst' | 'admin'): Promise<Visitor> =>
    signIn(server, name, await addPerson(server, name, role));
  return {
    server,
    viewer: await person('vera', 'viewer'),
    analyst: await person('alice', 'analyst'),
    admin: await person('adam', 'admin'),
  };
}

let keys = 0;
/** Headers of a change that was not sent before, of what was seen at a revision. */
function keyed(revision?: number): Readonly<Record<string, string>> {
  const seen = revision === undefined ? {} : { 'if-match': `"${revision}"` };
  return { 'idempotency-key': `k-${++keys}`, ...seen };
}

/** An answer, which must be as the document of the API says. */
async function described<Body>(
  who: Visitor,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Body> {
  const method = body === undefined ? 'GET' : 'POST';
  const { status, json } = await who.ask(method, path, body, headers);
  assert.ok(status === 200 || status === 201, `${method} ${path}: ${status} ${JSON.stringify(json)}`);
  assert.deepEqual(undescribed(method, path, status, json), []);
  return json as Body;
}

/** What is done to an incident: one is the duplicate of another, one authorised, one contained and malicious. */
function actsOn(at: number, other: string): readonly Readonly<Record<string, string>>[] {
  const judged = [
    [{ action: 'verdict', verdict: 'duplicate', code: 'same', note: 'the same', of: other }],
    [{ action: 'verdict', verdict: 'authorised', code: 'change', note: 'deployment', approver: 'bob' }],
    [
      { action: 'contain', at: new Date().toISOString(), note: 'cut off' },
      { action: 'verdict', verdict: 'malicious', code: 'attack', note: 'an attack' },
    ],
  ];
  return [{ action: 'acknowledge' }, { action: 'assign', owner: 'alice' }, ...(judged[at % 3] ?? [])];
}

/** What people do to these incidents; some are closed, and some of those opened again. */
async function work({ analyst }: Asked, ids: readonly string[]): Promise<void> {
  for (const [at, id] of ids.entries()) {
    const incident = `/v1/incidents/${id}`;
    const act = async (one: Readonly<Record<string, string>>): Promise<void> => {
      const { work: now, version } = await described<IncidentDocument>(analyst, incident);
      await described(analyst, `${incident}/actions`, { ...one, version }, keyed(now.revision));
    };
    for (const one of actsOn(at, ids[(at + 1) % ids.length] ?? '')) await act(one);
    await described(analyst, `${incident}/notes`, { note: 'looked at it' }, keyed());
    const { items } = await described<{ items: { id: string }[] }>(analyst, `${incident}/steps`);
    for (const [place, { id: step }] of items.entries()) {
      const outcome = place % 3 === 0 ? 'notApplicable' : 'done';
      await described(analyst, `${incident}/steps`, { step, outcome, note: 'as the plan says' }, keyed());
    }
    if (at % 2 === 0) await act({ action: 'close', learn: 'ask before', note: 'done' });
    if (at % 4 === 0) await act({ action: 'reopen', note: 'there is more' });
  }
}

/** What stands under a name in a value, at any depth. */
function under(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([own, member]) => [...(own === name ? [member] : []), ...under(member, name)]);
}

/** Every value that is the same but for one object, at any depth, which has one member more. */
function planted(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, at) => planted(one).map((other) => value.with(at, other)));
  const inside = Object.entries(value).flatMap(([name, member]) =>
    planted(member).map((other) => ({ ...value, [name]: other })),
  );
  return [{ ...value, planted: true }, ...inside];
}

test('L29 every route that answers JSON says in its schema how its answers look', () => {
  const without = ROUTES.filter(({ foreign }) => foreign === undefined).flatMap(({ method, path, answers }) =>
    answers
      .filter(({ type, schema }) => type === undefined && schema === undefined)
      .map(({ status }) => `${method} ${path} ${status}`),
  );
  assert.deepEqual(without, []);
});

test('L29 incidents of every attack, with the work of people, merges and mutes, are as their schemas say', async (context) => {
  const asked = await serverWith(context);
  const { server, viewer, analyst } = asked;
  const { attacks, events } = campaign(Object.keys(ATTACKS), { acts: 5 });
  await sendLines(server, linesOf(attacks.flatMap((attack) => attack.events.slice(0, attack.events.length / 2))));
  await server.server.finish();
  const first = (await described<Queue>(analyst, '/v1/incidents')).items;
  await work(
    asked,
    first.map(({ id }) => id),
  );
  await sendLines(server, linesOf(events));
  await server.server.finish();
  const all = (await described<Queue>(analyst, '/v1/incidents?limit=1000')).items;
  for (const { host } of all.slice(0, 3)) {
    const mute = { scope: { host }, level: 'critical', reason: 'patch day', days: 1 };
    await described(analyst, '/v1/suppressions', mute, keyed());
  }
  const told: unknown[] = [];
  for (const { id } of [...all, ...first]) {
    for (const who of [viewer, analyst]) {
      told.push(await described(who, `/v1/incidents/${id}`));
      for (const part of ['history', 'notes', 'steps'])
        told.push(await described(who, `/v1/incidents/${id}/${part}?limit=3`));
    }
    told.push(await described(analyst, `/v1/incidents/${id}/records?limit=20`));
  }
  const isTold = (name: string): boolean =>
    under(told, name).some((one) => (Array.isArray(one) ? one.length > 0 : one !== null));
  const found = ['edges', 'gaps', 'subscriptions', 'next', 'seenBefore', 'act', 'clock', 'requestedId'];
  const done = ['taken', 'judged', 'closed', 'approver', 'of', 'reopen', 'suppressedBy', 'suppressed', 'withheld'];
  assert.deepEqual(
    [...found, ...done].filter((name) => !isTold(name)),
    [],
  );
});

test('L29 a step that is named no more, and mutes that are one too many to be told, are as their schemas say', () => {
  const time = { time: '2026-03-12T10:00:00.0000000Z', clock: 'entered', source: 'step a', who: 'alice' };
  const work = { taken: { a: { phase: 'contain', outcome: 'done', time } } };
  const document = JSON.stringify({ incident: { next: [{ id: 'abcdefgh234567ab', phase: 'scope', text: 'Look.' }] } });
  const steps = stepDocuments({ document, work } as unknown as WholeIncident);
  assert.deepEqual(
    steps.map((step) => 'isNamedNoMore' in step),
    [false, true],
  );
  assert.deepEqual(undescribed('GET', '/v1/incidents/a/steps', 200, { items: steps }), []);
  const hidden = { times: [{ fromMs: 0, toMs: 1000, by: [{ number: 3 }], more: 2 }], sinceMs: 0 };
  const history = historyPage({ rows: [], next: null }, hidden);
  assert.deepEqual(undescribed('GET', '/v1/incidents/a/history', 200, history), []);
  assert.deepEqual(Object.keys(history), ['items', 'suppressed', 'suppressedSince']);
});

/** Members of these answers that may be absent. */
const OPTIONAL: ReadonlySet<string> = new Set(['next', 'suppressed', 'prevalence', 'seenBefore', 'judged']);

test('L27 a member that no schema names, and one that is missing, are seen in an incident, its history, notes, steps and records', async (context) => {
  const asked = await serverWith(context);
  const { server, analyst } = asked;
  const attacks = ['a triad that fires and is removed', 'wmiexec with its three legs'];
  await sendLines(server, linesOf(campaign(attacks, { acts: 1 }).events));
  await server.server.finish();
  const { items } = await described<Queue>(analyst, '/v1/incidents');
  await work(
    asked,
    items.slice(0, 2).map(({ id }) => id),
  );
  const incident = `/v1/incidents/${items[0]?.id}`;
  for (const path of [incident, ...['history', 'notes', 'steps', 'records'].map((part) => `${incident}/${part}`)]) {
    const whole = await described<Readonly<Record<string, unknown>>>(analyst, `${path}`);
    const isSeen = (other: unknown): boolean => undescribed('GET', path, 200, other).length > 0;
    const others = planted(whole);
    assert.ok(others.length > 2, path);
    assert.deepEqual(
      others.filter((other) => !isSeen(other)),
      [],
      path,
    );
    for (const name of Object.keys(whole)) {
      const { [name]: _, ...less } = whole;
      assert.equal(isSeen(less), !OPTIONAL.has(name), `${path} without ${name}`);
    }
  }
});

test('L29 health, dead letters that are read again, and leaving are as their schemas say', async (context) => {
  const { server, admin } = await serverWith(context, `watch: { folders: ["${temporaryFolder(context)}"] }`);
  const path = '/v1/health/detail';
  await described(admin, path);
  const { events } = campaign(['wmiexec with its three legs'], { acts: 1 });
  await sendLines(server, ['{"no": "event"', ...linesOf(events)]);
  await server.server.finish();
  const { parts } = await described<{ parts: readonly { part: string; figures: object }[] }>(admin, path);
  assert.equal(parts.length, 11);
  for (const [at, { part, figures }] of parts.entries()) {
    const other = { part, degraded: [], figures: { ...figures, planted: 1 } };
    const health = { status: 'ok', version: '0.0.0', parts: parts.toSpliced(at, 1, other) };
    assert.notDeepEqual(undescribed('GET', path, 200, health), [], part);
  }
  assert.deepEqual(await described(admin, '/v1/deadletters/retry', {}), { read: 1, mended: 0, gone: 0 });
  const { status, json } = await admin.ask('DELETE', '/v1/session');
  assert.deepEqual(undescribed('DELETE', '/v1/session', status, json), []);
});

/** Paths of routes, with what the server has in place of their braces; pins, proposals, mutes and looks are there first, of which some are withheld from a viewer. */
async function pathsOf({ server, analyst, admin }: Asked): Promise<(path: string) => string> {
  const print = 'ab'.repeat(32);
  const pin = { payload: print, hosts: ['ws-07'], owner: 'o', reason: 'agent', review: '2027-11-01' };
  await described(admin, '/v1/pins', pin);
  const proposal = { pin: { ...pin, hosts: ['ws-08'] }, note: 'an agent of ours' };
  await described(analyst, '/v1/pins/proposals', proposal, keyed());
  const mute = { scope: { payload: print }, level: 'low', reason: 'patch day', days: 1, what: 'an agent' };
  await described(analyst, '/v1/suppressions', mute, keyed());
  const first = async (list: string, name: string): Promise<string> => {
    const { items } = await described<{ items: readonly Readonly<Record<string, unknown>>[] }>(analyst, list);
    return String(items[0]?.[name] ?? assert.fail(`${list} is empty`));
  };
  await until(async () => (await described<Queue>(analyst, '/v1/events')).items.length > 0, 'events are archived');
  const [position = '', item = ''] = (await first('/v1/events', 'id')).split('/');
  const [incident, finding, subscription, key] = [
    await first('/v1/incidents', 'id'),
    await first('/v1/findings', 'id'),
    await first('/v1/subscriptions', 'id'),
    await first('/v1/hosts', 'key'),
  ];
  await described(analyst, `/v1/incidents/${incident}/opened`, { version: 1, revision: 0 });
  const address = encodeURIComponent(server.url);
  return (path) => {
    const id = path.startsWith('/v1/findings') ? finding : path.startsWith('/v1/sub') ? subscription : incident;
    const named = path.replace('{id}', id).replace('{key}', key);
    const whole = named.replace('{position}', position).replace('{item}', item);
    const words: Readonly<Record<string, string>> = {
      '/v1/shippers': `?address=${address}`,
      '/v1/hosts': '?blind=true&sends=true',
    };
    return `${whole}${words[path] ?? ''}`;
  };
}

test('L29 whatever a server with incidents gives to a GET is as its schema says, for each role that may ask', async (context) => {
  const asked = await serverWith(context);
  const { server, viewer, analyst, admin } = asked;
  await sendLines(server, linesOf(campaign(Object.keys(ATTACKS), { acts: 5 }).events));
  await server.server.finish();
  const pathOf = await pathsOf(asked);
  const gets = ROUTES.filter(
    ({ method, foreign, answers }) =>
      method === 'GET' && foreign === undefined && answers.some(({ type }) => type === undefined),
  );
  const seen = new Set<string>();
  for (const who of [viewer, analyst, admin]) {
    for (const { path: route } of gets) {
      const path = pathOf(route);
      const { status, json } = await who.ask('GET', path);
      if (status === 403) continue;
      assert.equal(status, 200, `${who.name} ${path}: ${JSON.stringify(json)}`);
      assert.deepEqual(undescribed('GET', path, status, json), [], who.name);
      seen.add(route);
    }
  }
  assert.deepEqual(
    gets.map(({ path }) => path).filter((path) => !seen.has(path)),
    [],
  );
});
