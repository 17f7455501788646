import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembled, onlyDossier } from '../../test/assembled.ts';
import { type EventModel, sysmon, wmi } from '../../testkit/index.ts';
import { type SubscriptionKey, subscriptionId } from './identity.ts';

const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";
const HOST = 'ws-01.corp.example.com';

function at(time: string): { time: string } {
  return { time: `2026-03-12T${time}Z` };
}

const filter = (name: string, time: string, user?: string): EventModel =>
  sysmon.filter({ name, query: QUERY, ...(user === undefined ? {} : { user }) }, at(time));
const consumer = (name: string, time: string, user?: string): EventModel =>
  sysmon.consumer({ name, destination: 'a.exe', ...(user === undefined ? {} : { user }) }, at(time));
const binding = (filterName: string, consumerName: string, time: string, namespace?: string): EventModel =>
  sysmon.binding(
    { filter: filterName, consumer: consumerName, ...(namespace === undefined ? {} : { namespace }) },
    at(time),
  );
const stored = (filterName: string, consumerName: string, namespace: string, time: string): EventModel =>
  wmi.binding(
    { name: filterName, query: QUERY, eventNamespace: 'root\\cimv2' },
    { class: 'CommandLineEventConsumer', name: consumerName, properties: { CommandLineTemplate: 'a.exe' } },
    { ...at(time), namespace },
  );

/** Names, how they are bound, and where they live. */
function shapes(models: readonly EventModel[]): readonly string[] {
  return assembled(models)
    .map((dossier) => {
      const bound = dossier.binding === undefined ? 'alone' : dossier.binding.inferred ? 'inferred' : 'bound';
      const { filter: f, consumer: c, namespace, namespaceBasis } = dossier;
      return `${f.name ?? '-'} > ${c.name ?? '-'} ${bound} ${namespace} ${namespaceBasis}`;
    })
    .sort();
}

test('The order in which Sysmon tells the parts does not matter, also 16 s apart (trap 7)', () => {
  const expected = ['F > C bound root\\subscription assumed'];
  assert.deepEqual(
    shapes([consumer('C', '09:00:00'), binding('F', 'C', '09:00:01'), filter('F', '09:00:16')]),
    expected,
  );
  assert.deepEqual(
    shapes([binding('F', 'C', '09:00:00'), filter('F', '09:00:16'), consumer('C', '09:00:20')]),
    expected,
  );
});

test('Names compare without case, and hold quotes, commas and equals signs (trap 5)', () => {
  const name = 'a"b,c=d';
  assert.deepEqual(
    shapes([filter(name, '09:00:00'), consumer('C', '09:00:00'), binding(name.toUpperCase(), 'c', '09:00:01')]),
    [`${name} > C bound root\\subscription assumed`],
  );
});

test('A binding that states no namespace joins the one that another record states (trap 3)', () => {
  const relative = [filter('F', '09:00:00'), consumer('C', '09:00:00'), binding('F', 'C', '09:00:01')];
  assert.deepEqual(shapes(relative), ['F > C bound root\\subscription assumed']);
  assert.deepEqual(shapes([...relative, stored('F', 'C', '//./ROOT/default', '09:00:02')]), [
    'F > C bound root\\default stated',
  ]);
  assert.deepEqual(shapes([filter('F', '09:00:00'), binding('F', 'C', '09:00:01', 'ROOT\\subscription')]), [
    'F > C bound root\\subscription stated',
  ]);
});

test('Equal names in two namespaces are two subscriptions; Sysmon speaks of root\\subscription (trap 8)', () => {
  const models = [
    stored('F', 'C', '//./root/default', '09:00:00'),
    stored('F', 'C', '//./root/subscription', '09:00:01'),
    binding('F', 'C', '09:00:02'),
  ];
  assert.deepEqual(shapes(models), ['F > C bound root\\default stated', 'F > C bound root\\subscription stated']);
  const [other, own] = assembled(models).toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
  assert.deepEqual([other?.seenIn, own?.seenIn], [['5861'], ['sysmon', '5861']]);
});

test('All spellings of a namespace are one (trap 4)', () => {
  const spellings = ['//./root/subscription', 'ROOT\\Subscription', '\\\\.\\root\\subscription', 'root/subscription'];
  assert.equal(assembled(spellings.map((spelling, i) => stored('F', 'C', spelling, `09:00:0${i}`))).length, 1);
});

test('One filter may drive several consumers, and one consumer several filters', () => {
  assert.deepEqual(
    shapes([
      filter('F', '09:00:00'),
      filter('G', '09:00:00'),
      consumer('C', '09:00:00'),
      consumer('D', '09:00:00'),
      binding('F', 'C', '09:00:01'),
      binding('F', 'D', '09:00:01'),
      binding('G', 'C', '09:00:01'),
    ]),
    [
      'F > C bound root\\subscription assumed',
      'F > D bound root\\subscription assumed',
      'G > C bound root\\subscription assumed',
    ],
  );
});

test('Without a binding, equal names are put together when one account wrote both within 120 s', () => {
  const paired = ['Evil > Evil inferred root\\subscription assumed'];
  const apart = ['- > Evil alone root\\subscription assumed', 'Evil > - alone root\\subscription assumed'];
  assert.deepEqual(shapes([consumer('Evil', '09:00:00'), filter('Evil', '09:02:00')]), paired);
  assert.deepEqual(shapes([consumer('Evil', '09:00:00'), filter('Evil', '09:02:00.0010000')]), apart);
  assert.deepEqual(shapes([consumer('Evil', '09:00:00'), filter('Evil', '09:00:01', 'CORP\\bob')]), apart);
});

test('The affix of wmipersist is taken off before names are compared', () => {
  assert.deepEqual(shapes([consumer('upd', '09:00:00'), filter('EF_upd', '09:00:01'), filter('other', '09:00:01')]), [
    'EF_upd > upd inferred root\\subscription assumed',
    'other > - alone root\\subscription assumed',
  ]);
});

test('Unlike names are put together only as the one pair of their window; a third part leaves all alone', () => {
  assert.deepEqual(shapes([consumer('C', '09:00:00'), filter('F', '09:00:01')]), [
    'F > C inferred root\\subscription assumed',
  ]);
  assert.equal(shapes([consumer('C', '09:00:00'), filter('F', '09:00:01'), filter('G', '09:00:02')]).length, 3);
  assert.equal(
    shapes([consumer('C', '09:00:00'), filter('F', '09:00:01'), consumer('D', '09:01:00', 'CORP\\bob')]).length,
    3,
  );
});

test("A part of the filter's own window keeps it alone, also where the consumer does not reach", () => {
  assert.equal(shapes([filter('G', '08:58:20'), filter('F', '09:00:00'), consumer('C', '09:01:40')]).length, 3);
});

test('A consumer of another class or namespace under the same name is another object', () => {
  assert.deepEqual(
    shapes([
      filter('F', '09:00:00'),
      sysmon.consumer({ name: 'C', destination: 'x = 1', type: 'Script', user: 'CORP\\bob' }, at('09:10:00')),
      binding('F', 'C', '09:00:01'),
    ]),
    ['- > C alone root\\subscription assumed', 'F > C bound root\\subscription assumed'],
  );
  const payloads = assembled([
    stored('F', 'C', '//./root/default', '09:00:00'),
    wmi.binding(
      { name: 'F', query: QUERY, eventNamespace: 'root\\cimv2' },
      { class: 'CommandLineEventConsumer', name: 'C', properties: { CommandLineTemplate: 'b.exe' } },
      { ...at('09:00:01'), namespace: '//./root/subscription' },
    ),
  ]).map((dossier) => [dossier.namespace, dossier.consumer.payload, dossier.otherContents.length]);
  assert.deepEqual(payloads, [
    ['root\\default', 'a.exe', 0],
    ['root\\subscription', 'b.exe', 0],
  ]);
});

test('Parts that a binding names are no orphans, and what it misses is said (L2)', () => {
  const dossier = onlyDossier([binding('F', 'C', '09:00:00'), consumer('C', '09:00:00')]);
  assert.equal(dossier.filter.query, undefined);
  assert.ok(dossier.notes.some((note) => note.startsWith('The query of the filter was not seen: Sysmon 19')));
});

test('An unknown Sysmon type takes the class that the binding names (DOMAIN 2.1)', () => {
  const dossier = onlyDossier([
    sysmon.consumer({ name: 'C', destination: 'x.log', type: 'Log File' }, at('09:00:00')),
    sysmon.binding({ filter: 'F', consumer: 'C', consumerClass: 'LogFileEventConsumer' }, at('09:00:01')),
  ]);
  assert.deepEqual([dossier.consumer.class, dossier.consumer.payload], ['LogFileEventConsumer', 'x.log']);
});

test('L14: the id is that of host, namespace and folded names, and earlier partial ids are aliases', () => {
  const key: SubscriptionKey = {
    host: HOST,
    namespace: 'root\\default',
    filterName: 'F',
    consumerClass: 'CommandLineEventConsumer',
    consumerName: 'C',
  };
  const dossier = onlyDossier([
    filter('F', '09:00:00'),
    consumer('C', '09:00:00'),
    binding('F', 'C', '09:00:01'),
    stored('f', 'c', '//./root/default', '09:00:02'),
  ]);
  assert.equal(dossier.id, subscriptionId(key));
  assert.equal(dossier.id, subscriptionId({ ...key, filterName: 'f', consumerName: 'c' }));
  for (const other of [
    { host: 'ws-02.corp.example.com' },
    { namespace: 'root\\subscription' },
    { filterName: 'G' },
    { consumerClass: 'ActiveScriptEventConsumer' },
    { consumerName: 'D' },
  ]) {
    assert.notEqual(dossier.id, subscriptionId({ ...key, ...other }));
  }
  const partial = (facts: Partial<SubscriptionKey>): string => subscriptionId({ ...key, ...facts });
  const nothing = { consumerClass: undefined, consumerName: undefined };
  const assumed = { namespace: 'root\\subscription' };
  for (const alias of [
    partial(assumed),
    partial({ ...assumed, ...nothing }),
    partial({ ...assumed, filterName: undefined }),
  ]) {
    assert.ok(dossier.aliases.includes(alias));
  }
  const [lone] = assembled([filter('F', '09:00:00')]);
  assert.ok(lone !== undefined && dossier.aliases.includes(lone.id));
});
