import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, COMPUTER, copyOf, HOST, hunted, kept, logged } from '../../test/at-rest.ts';
import {
  keyProperty,
  plantedRepository,
  property,
  type RepositoryOptions,
  type RepositoryWriter,
  smallRepository,
  updater,
} from '../../testkit/cim/index.ts';
import { security, wmi } from '../../testkit/index.ts';

const USER = 'S-1-5-21-1111111111-2222222222-3333333333-1104';
/** FILETIME of the first run of another machine. */
const OTHER_RUN = BigInt(Date.UTC(2026, 2, 10, 8)) * 10_000n + 116_444_736_000_000_000n;
const LOGS = [wmi.scmBinding(at('09:00:00'))];

/** A session that group policy keeps: of the computer, or of a user. */
function session(repository: RepositoryWriter, target: string, sid?: string): void {
  const namespace = sid === undefined ? 'root\\Rsop\\Computer' : `root\\Rsop\\User\\${sid.replaceAll('-', '_')}`;
  repository.createNamespace(namespace);
  repository.defineClass(namespace, {
    name: 'RSOP_Session',
    properties: [keyProperty('id'), property('targetName', 'string')],
  });
  repository.put(namespace, 'RSOP_Session', { id: 'Session1', targetName: target });
}

function planted(
  prepare: (repository: RepositoryWriter) => void = () => undefined,
  options: RepositoryOptions = {},
): RepositoryWriter {
  const repository = smallRepository(options);
  prepare(repository);
  updater(repository);
  repository.checkpoint();
  return repository;
}

function hostOf(folder: string, repository: RepositoryWriter, logFile = 'case/SRV-02/logs/a.evtx'): unknown {
  const { atRest } = hunted(copyOf(repository, { folder }), logged(LOGS, logFile));
  const [{ host = '', hostBy = '' } = {}] = atRest.repositories;
  return [host.replace(/^repository:[0-9a-f]{16}$/, 'digest'), hostBy];
}

test('D2: the host is that of the logs of the nearest folder around it, also inside an archive', () => {
  assert.deepEqual(hostOf('case/SRV-02/wbem/Repository', planted()), [HOST, 'logs']);
  const inside = logged(LOGS).map((event) => ({
    ...event,
    place: { ...event.place, source: { file: 'case.zip', container: ['C/logs/a.evtx'] } },
  }));
  const { atRest } = hunted(copyOf(planted(), { folder: 'case.zip!/C/wbem/Repository' }), inside);
  assert.deepEqual([atRest.repositories[0]?.host, atRest.repositories[0]?.hostBy], [HOST, 'logs']);
});

test('D2: logs of two hosts around it name none', () => {
  const logs = [
    ...logged(LOGS, 'case/a.evtx'),
    ...logged([wmi.scmBinding({ ...at('09:00:00'), computer: 'SRV-03' })], 'case/b.evtx'),
  ];
  const { atRest } = hunted(copyOf(planted(), { folder: 'case/Repository' }), logs);
  assert.equal(atRest.repositories[0]?.hostBy, 'nothing');
});

test('D2: else the session of the computer names it, and logs of that machine elsewhere are its own', () => {
  const repository = planted((one) => session(one, 'SRV-09'));
  assert.deepEqual(hostOf('elsewhere/Repository', repository), ['srv-09', 'policy session']);
  const logs = [
    ...logged(LOGS, 'case/a/a.evtx'),
    ...logged([wmi.scmBinding({ ...at('09:00:00'), computer: 'SRV-03' })], 'case/b/b.evtx'),
  ];
  const own = planted((one) => session(one, 'SRV-02'));
  const { atRest, result } = hunted(copyOf(own, { folder: 'elsewhere/Repository' }), logs);
  assert.deepEqual([atRest.repositories[0]?.host, atRest.repositories[0]?.hostBy], [HOST, 'policy session']);
  assert.ok(result.dossiers.every(({ host }) => host === HOST || host === 'srv-03'));
});

test('A copy without times that lies with no logs is of unknown age: it proves no deletion', () => {
  const stored = wmi.binding(
    { name: 'Planted', query: 'SELECT * FROM x', eventNamespace: 'root\\cimv2' },
    { class: 'CommandLineEventConsumer', name: 'Planted', properties: { CommandLineTemplate: 'x.exe' } },
    at('09:00:00'),
  );
  const logs = [
    ...logged([stored], 'case/a/a.evtx'),
    ...logged([wmi.scmBinding({ ...at('09:00:00'), computer: 'SRV-03' })], 'case/b/b.evtx'),
  ];
  const named = planted((one) => session(one, 'SRV-02'));
  named.checkpoint();
  const state = (times?: readonly string[]): unknown =>
    hunted(
      copyOf(named, { folder: 'elsewhere/Repository', ...(times === undefined ? {} : { times }) }),
      logs,
    ).result.dossiers.find(({ filter }) => filter.name === 'Planted')?.state;
  assert.deepEqual([state(), state(['09:00:00', '09:30:00', '10:00:00'])], ['armed', 'deleted']);
});

test('D2: else the host part of a session of a local user', () => {
  const repository = planted((one) => session(one, 'SRV-09\\alice', USER));
  assert.deepEqual(hostOf('elsewhere/Repository', repository), ['srv-09', 'policy session']);
});

test('D2: among loose files a session that names another host wins over logs in the folder', () => {
  const repository = planted((one) => session(one, 'SRV-09'));
  assert.deepEqual(hostOf('case/SRV-02/Repository', repository), ['srv-09', 'policy session']);
});

test('D2: two repositories of nobody known are two hosts, and their equal names never one dossier', () => {
  const files = [
    ...copyOf(planted(), { folder: 'one' }),
    ...copyOf(
      planted(() => undefined, { runStart: OTHER_RUN }),
      { folder: 'two' },
    ),
  ];
  const { result } = hunted(files);
  const dossiers = result.dossiers.filter(({ filter }) => filter.name === 'Updater');
  assert.equal(dossiers.length, 2);
  assert.equal(new Set(dossiers.map(({ host }) => host)).size, 2);
  assert.ok(dossiers.every(({ host }) => /^repository:[0-9a-f]{16}$/.test(host)));
});

test('D2: the digest is of OBJECTS.DATA, whatever the folder is called', () => {
  const host = (folder: string): unknown => hunted(copyOf(planted(), { folder })).atRest.repositories[0]?.host;
  assert.equal(host('one'), host('two/three'));
});

test('D2: a session of a user names the account of the creator, inferred, with a note', () => {
  const repository = planted((one) => session(one, 'CORP\\alice', USER));
  const { result } = hunted(copyOf(repository), logged(LOGS));
  const dossier = result.dossiers.find(({ filter }) => filter.name === 'Updater');
  assert.deepEqual(dossier?.creator, { sid: USER, account: 'CORP\\alice', inferred: true });
  assert.ok(
    dossier?.notes.includes(
      'The name of its creator is inferred: group policy keeps it beside the SID in the repository.',
    ),
  );
});

test('D2: a name that a log tells wins over an inferred one, whichever comes first and whichever host logged it', () => {
  const repository = planted((one) => session(one, 'CORP\\old', USER));
  for (const computer of [COMPUTER, 'DC-01.corp.example.com']) {
    const logon = security.logon(
      { account: { sid: USER, name: 'alice', domain: 'CORP' }, logonId: 0xa1n, type: 3 },
      { ...at('08:00:00'), computer },
    );
    const logs = [...logged(LOGS), ...logged([logon], 'dc/security.evtx')];
    for (const feeding of ['objects first', 'objects last'] as const) {
      const { result } = hunted(copyOf(repository), logs, { feeding });
      const dossier = result.dossiers.find(({ filter }) => filter.name === 'Updater');
      assert.deepEqual(dossier?.creator, { sid: USER, account: 'CORP\\alice' }, `${computer} ${feeding}`);
    }
  }
});

test('A file of a repository without its objects is not read, and said to be', () => {
  const { atRest } = hunted([kept('case/MAPPING1.MAP', new Uint8Array(10))]);
  assert.deepEqual([atRest.events, atRest.repositories, atRest.notRead.length], [[], [], 1]);
});

test('D2: two repositories without their objects are two hosts all the same', () => {
  const withoutObjects = (seed: number, folder: string): ReturnType<typeof copyOf> =>
    copyOf(plantedRepository({ seed, plainClasses: 3 }).repository, { folder }).filter(
      ({ name }) => name !== 'OBJECTS.DATA',
    );
  const { atRest } = hunted([...withoutObjects(1, 'one'), ...withoutObjects(2, 'two')]);
  assert.equal(new Set(atRest.repositories.map(({ host }) => host)).size, 2);
});
