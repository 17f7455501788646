import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  analyticsOf,
  at,
  COLLECTED,
  COMPUTER,
  copyOf,
  type Feeding,
  HOST,
  type Hunted,
  hunted,
  kept,
  lives,
  logged,
  onlyDossierOf,
  placesOf,
} from '../../test/at-rest.ts';
import { changePage, physicalOf, removeSubscription, smallRepository, updater } from '../../testkit/cim/index.ts';
import { collectorDocument } from '../../testkit/collector/index.ts';
import { type EventModel, sysmon, wmi } from '../../testkit/index.ts';

const USER = 'S-1-5-21-1111111111-2222222222-3333333333-1104';
const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'notepad.exe'";
const THREE = ['09:00:00', '09:30:00', '10:00:00'];

/** 5861 of the subscription that `updater` writes. */
function stored(time: string, over: { template?: string; query?: string } = {}): EventModel {
  return wmi.binding(
    { name: 'Updater', query: over.query ?? QUERY, eventNamespace: 'root\\cimv2', creatorSid: USER },
    {
      class: 'CommandLineEventConsumer',
      name: 'Updater',
      properties: { CommandLineTemplate: over.template ?? 'cmd.exe /c calc.exe' },
      creatorSid: USER,
    },
    at(time),
  );
}

/** Sysmon 19 to 21 of it. */
function written(time: string): readonly EventModel[] {
  return [
    sysmon.filter({ name: 'Updater', query: QUERY }, at(`${time}.1000000`)),
    sysmon.consumer({ name: 'Updater', destination: 'cmd.exe /c calc.exe' }, at(`${time}.2000000`)),
    sysmon.binding({ filter: 'Updater', consumer: 'Updater' }, at(`${time}.3000000`)),
  ];
}

function planted() {
  const repository = smallRepository();
  updater(repository);
  repository.checkpoint();
  return repository;
}

/** Three generations, in none of which it stands. */
function stock() {
  const repository = smallRepository();
  repository.checkpoint();
  repository.checkpoint();
  return repository;
}

function deletions(hunt: Hunted): readonly string[] {
  return lives(onlyDossierOf(hunt)).filter((line) => line.includes('deleted'));
}

test('One subscription of Sysmon, of 5861 and of the repository is one dossier without conflicts', () => {
  const hunt = hunted(copyOf(planted()), logged([...written('09:00:00'), stored('09:00:00.4000000')]));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(
    [dossier.host, dossier.seenIn, dossier.conflicts, dossier.otherContents, dossier.state],
    [HOST, ['sysmon', '5861', 'repository'], [], [], 'armed'],
  );
  assert.deepEqual([hunt.atRest.repositories[0]?.host, hunt.atRest.repositories[0]?.hostBy], [HOST, 'logs']);
  assert.equal(dossier.firstSeen, '2026-03-12T09:00:00.1000000Z');
  assert.deepEqual([dossier.firstSeenIsBound, dossier.lastSeenIsBound], [undefined, undefined]);
});

test('L8 objects before, between or behind the records, or in another order, give the same dossiers and findings', () => {
  const repository = smallRepository();
  const gone = updater(repository, { name: 'Gone' });
  updater(repository);
  repository.checkpoint();
  removeSubscription(repository, gone);
  repository.checkpoint();
  const logs = logged([...written('08:30:00'), stored('08:30:00.4000000'), stored('11:00:00')]);
  const say = (feeding: Feeding): unknown => {
    const { result } = hunted(copyOf(repository, { times: THREE }), logs, { feeding });
    return [result.dossiers, result.findings];
  };
  const wanted = say('by time');
  for (const feeding of ['objects first', 'objects last', 'backwards'] as const) {
    assert.deepEqual(say(feeding), wanted, feeding);
  }
});

test('What a log and the repository tell otherwise is a conflict with both values, the earlier content is kept, and C13', () => {
  const hunt = hunted(copyOf(planted()), logged([stored('08:30:00', { template: 'powershell.exe -enc AAAA' })]));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(
    dossier.conflicts.map(({ property, values }) => [property, values.map(({ source, value }) => [source, value])]),
    [
      [
        'Consumer.CommandLineTemplate',
        [
          ['5861', 'powershell.exe -enc AAAA'],
          ['repository', 'cmd.exe /c calc.exe'],
        ],
      ],
    ],
  );
  assert.ok(dossier.conflicts.every(({ values }) => values.every(({ evidence }) => evidence.length > 0)));
  assert.deepEqual(
    dossier.otherContents.map(({ kind, payload }) => [kind, payload]),
    [['earlier', 'powershell.exe -enc AAAA']],
  );
  assert.ok(analyticsOf(hunt).includes('C13'));
});

test('A query that is only written otherwise is no conflict; another one is', () => {
  const spaced = logged([stored('08:30:00', { query: QUERY.replaceAll(' ', '  ').replace('SELECT', 'select') })]);
  assert.deepEqual(onlyDossierOf(hunted(copyOf(planted()), spaced)).conflicts, []);
  const other = logged([stored('08:30:00', { query: QUERY.replace('notepad', 'calc') })]);
  assert.deepEqual(
    onlyDossierOf(hunted(copyOf(planted()), other)).conflicts.map(({ property }) => property),
    ['Filter.Query'],
  );
});

test('Deleted, inferred: logged, and not in a later repository of that host: between the last word and the look (C12)', () => {
  const hunt = hunted(copyOf(stock(), { times: THREE }), logged([stored('09:10:00'), stored('09:20:00')]));
  assert.deepEqual(deletions(hunt), [
    '09:20..09:30 deleted filter inferred',
    '09:20..09:30 deleted consumer inferred',
    '09:20..09:30 deleted binding inferred',
  ]);
});

test('Deleted, inferred: the look is cited as the map that lacks it, and the state is its word', () => {
  const hunt = hunted(copyOf(stock(), { times: THREE }), logged([stored('09:10:00')]));
  const dossier = onlyDossierOf(hunt);
  const [deleted] = dossier.lifecycle.filter(({ step }) => step === 'deleted');
  assert.equal(dossier.state, 'deleted');
  assert.deepEqual(
    deleted?.evidence.map(({ eventId, repository }) => eventId ?? repository?.map),
    [5861, 'MAPPING2.MAP'],
  );
  assert.ok(analyticsOf(hunt).includes('C12'));
});

test('Deleted, inferred: a copy without times that lies beside the logs was taken with them', () => {
  const hunt = hunted(copyOf(stock()), logged([stored('09:10:00')]));
  assert.deepEqual(deletions(hunt), [
    '>=09:10 deleted filter inferred',
    '>=09:10 deleted consumer inferred',
    '>=09:10 deleted binding inferred',
  ]);
});

test('Disarmed: a later repository holds the ends and lacks the binding', () => {
  const repository = smallRepository();
  const { binding } = updater(repository);
  repository.remove(binding);
  repository.checkpoint();
  const hunt = hunted(copyOf(repository), logged([stored('09:10:00')]), { carve: false });
  assert.equal(onlyDossierOf(hunt).state, 'disarmed');
  assert.deepEqual(deletions(hunt), ['>=09:10 deleted binding inferred']);
});

test('Not deleted: the look is earlier than the record', () => {
  const hunt = hunted(copyOf(stock(), { times: THREE }), logged([stored('10:00:00.0000001')]));
  assert.deepEqual([deletions(hunt), onlyDossierOf(hunt).state], [[], 'armed']);
});

test('Not deleted: Repository.001 is no proof (SETTLED D5)', () => {
  const hunt = hunted(copyOf(stock(), { folder: `${COLLECTED}/Repository.001` }), logged([stored('09:10:00')]));
  assert.deepEqual([deletions(hunt), onlyDossierOf(hunt).state], [[], 'armed']);
});

test('Not deleted: a copy is no proof of which a page, a record or the newest map cannot be read', () => {
  const repository = smallRepository();
  updater(repository, { name: 'Other', filterOptions: { isAlone: true } });
  repository.checkpoint();
  const last = repository.generations.at(-1);
  const other = last?.instances.find(({ values }) => values['Name'] === 'Other');
  assert.ok(last !== undefined && other !== undefined);
  const states = (change: (files: ReturnType<typeof repository.files>) => void): unknown => {
    const files = repository.files();
    change(files);
    const hunt = hunted(copyOf(repository, { files }), logged([stored('09:10:00')]));
    return hunt.result.dossiers.find(({ filter }) => filter.name === 'Updater')?.state;
  };
  const wipe = (bytes: Uint8Array): unknown => bytes.fill(0xff);
  assert.equal(
    states(() => undefined),
    'deleted',
  );
  assert.equal(
    states((files) =>
      changePage(files, 'INDEX.BTR', physicalOf(last, 'INDEX.BTR', last.root), (_, bytes) => wipe(bytes), false),
    ),
    'armed',
  );
  assert.equal(
    states((files) =>
      changePage(
        files,
        'OBJECTS.DATA',
        physicalOf(last, 'OBJECTS.DATA', other.address.page),
        (_, bytes) => wipe(bytes),
        false,
      ),
    ),
    'armed',
  );
  assert.equal(
    states((files) => files.set(last.mapFile, new Uint8Array(100))),
    'armed',
  );
});

test('Not deleted: without a map nothing tells which generation it is', () => {
  const files = new Map([...stock().files()].filter(([name]) => !name.startsWith('MAPPING')));
  const hunt = hunted(copyOf(stock(), { files }), logged([stored('09:10:00')]));
  assert.deepEqual(deletions(hunt), []);
});

test('Not deleted: a repository of nobody known, and one of another host', () => {
  const logs = [
    ...logged([stored('09:10:00')], 'one/logs.evtx'),
    ...logged([{ ...stored('09:10:00'), computer: 'SRV-03' }], 'two/logs.evtx'),
  ];
  const hunt = hunted(copyOf(stock(), { folder: 'three' }), logs);
  assert.equal(hunt.atRest.repositories[0]?.hostBy, 'nothing');
  assert.deepEqual(
    hunt.result.dossiers.filter(({ filter }) => filter.name === 'Updater').map(({ state }) => state),
    ['armed', 'armed'],
  );
});

test('Not deleted: a creating command alone says nothing that a look could lack', () => {
  const command = sysmon.process(
    {
      pid: 100,
      image: 'C:\\Windows\\System32\\wbem\\WMIC.exe',
      commandLine:
        'wmic /namespace:\\\\root\\subscription path __EventFilter create Name="Updater",EventNameSpace="root\\cimv2",QueryLanguage="WQL",Query="SELECT * FROM Win32_ProcessStartTrace"',
    },
    at('09:10:00'),
  );
  const [dossier] = hunted(copyOf(stock(), { times: THREE }), logged([command])).result.dossiers.filter(
    ({ filter }) => filter.name === 'Updater',
  );
  assert.deepEqual([dossier?.inferred, dossier?.state], [true, 'unknown']);
});

/** The document of the collector, finished at 09:42:01. */
function audit(namespaces: Parameters<typeof collectorDocument>[0]['namespaces']) {
  const document = collectorDocument({
    name: 'SRV-02',
    domain: 'corp.example.com',
    ...(namespaces === undefined ? {} : { namespaces }),
  });
  return kept(`${COLLECTED}/collector.json`, new TextEncoder().encode(JSON.stringify(document)), 'audit');
}

test('Deleted, inferred: a later audit that read the namespace whole lacks it; one that did not reach it proves nothing', () => {
  const whole = hunted([audit([{ path: 'root\\subscription' }])], logged([stored('09:10:00')]));
  assert.deepEqual(
    [deletions(whole).length, onlyDossierOf(whole).state, whole.atRest.audits[0]?.hosts],
    [3, 'deleted', [HOST]],
  );
  const other = hunted([audit([{ path: 'root' }])], logged([stored('09:10:00')]));
  assert.deepEqual([deletions(other), onlyDossierOf(other).state], [[], 'armed']);
  const unreached = hunted([audit([{ path: 'root\\subscription', isUnreached: true }])], logged([stored('09:10:00')]));
  assert.deepEqual(deletions(unreached), []);
});

test('An audit, a log and the repository that agree are one dossier with three sources', () => {
  const found = audit([
    {
      path: 'root\\subscription',
      subscriptions: [
        {
          filter: 'Updater',
          query: QUERY,
          eventNamespace: 'root\\cimv2',
          consumer: 'Updater',
          consumerClass: 'CommandLineEventConsumer',
          properties: { CommandLineTemplate: 'cmd.exe /c calc.exe', RunInteractively: false },
          creator: USER,
          creatorHex: '010500000000000515000000c7353a428e6b748455a1aec650040000',
        },
      ],
    },
  ]);
  const dossier = onlyDossierOf(hunted([found, ...copyOf(planted())], logged([stored('09:00:00')])));
  assert.deepEqual(
    [dossier.seenIn, dossier.conflicts, dossier.state, dossier.otherContents],
    [['5861', 'repository', 'audit'], [], 'armed', []],
  );
  assert.ok(placesOf(dossier.evidence).includes('live 4'));
  assert.ok(dossier.evidence.some(({ audit: format }) => format !== undefined));
});

test('A host that only a repository and its logs name is one host under its full name', () => {
  const { result } = hunted(copyOf(planted()), logged([stored('09:00:00')]));
  assert.deepEqual([...new Set(result.dossiers.map(({ host }) => host))], [COMPUTER.toLowerCase()]);
});
