import assert from 'node:assert/strict';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { at, COLLECTED, copyOf, hunted, kept, logged, readKept } from '../../test/at-rest.ts';
import { huntFolder } from '../../test/hunt/hunted.ts';
import { folderWith } from '../../test/hunt/run-triad.ts';
import {
  intervalTimer,
  type RepositoryWriter,
  removeSubscription,
  smallRepository,
  updater,
} from '../../testkit/cim/index.ts';
import { collectorDocument } from '../../testkit/collector/index.ts';
import { wmi, writeEvents } from '../../testkit/index.ts';
import { renderJson } from '../report/index.ts';
import { wholeOf } from './kept-evidence.ts';

const SCHEMAS = new URL('../../schemas/', import.meta.url);

/** A subscription that changed, one that went, and a timer, over three generations. */
function lived(): RepositoryWriter {
  const repository = smallRepository();
  const gone = updater(repository, { name: 'Gone' });
  updater(repository, { query: "SELECT * FROM __TimerEvent WHERE TimerID = 'T'" });
  intervalTimer(repository, 'root\\cimv2', 'T', 60_000);
  repository.checkpoint();
  removeSubscription(repository, gone);
  updater(repository, {
    query: "SELECT * FROM __TimerEvent WHERE TimerID = 'T'",
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'powershell.exe -enc AAAA' } },
  });
  repository.checkpoint();
  return repository;
}

function seconds(time: string): number {
  return Date.parse(`2026-03-12T${time}Z`) / 1000;
}

test('D3, L29: what a hunt says of a repository, an audit and a log is valid by its schema, and the same for any order of paths (L7)', async (t) => {
  const repository = lived();
  const log = writeEvents([wmi.scmBinding(at('08:30:00')), wmi.scmBinding(at('09:45:00'))]);
  const folder = folderWith(t, [
    ...[...repository.files()].map(([name, bytes]) => [`SRV-02/wbem/Repository/${name}`, bytes] as const),
    ['SRV-02/logs/wmi.evtx', log.bytes],
    ['SRV-02/audit.json', JSON.stringify(collectorDocument({ name: 'SRV-02', domain: 'corp.example.com' }))],
  ]);
  for (const [i, { mapFile }] of repository.generations.entries()) {
    const time = seconds(['09:00:00', '09:30:00', '10:00:00'][i] ?? '');
    utimesSync(`${folder}/SRV-02/wbem/Repository/${mapFile}`, time, time);
  }
  const say = async (...paths: readonly string[]): Promise<string> => {
    return [...renderJson(await huntFolder(folder, { paths }))].join('');
  };
  const paths = ['SRV-02/wbem', 'SRV-02/logs', 'SRV-02/audit.json'];
  const text = await say(...paths);
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  for (const name of readdirSync(SCHEMAS)) {
    if (name.endsWith('.schema.json')) ajv.addSchema(JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8')), name);
  }
  const validate = ajv.getSchema('hunt.schema.json');
  const value = JSON.parse(text) as {
    readonly subscriptions: readonly {
      readonly filter: { readonly name: string };
      readonly state: string;
      readonly lifecycle: readonly { readonly step: string; readonly time: unknown }[];
    }[];
  };
  assert.equal(validate?.(value), true, JSON.stringify(validate?.errors?.slice(0, 3)));
  const gone = value.subscriptions.find(({ filter }) => filter.name === 'Gone');
  assert.deepEqual(
    [gone?.state, gone?.lifecycle.find(({ step }) => step === 'deleted')?.time],
    ['deleted', ['2026-03-12T09:30:00.0000000Z', '2026-03-12T10:00:00.0000000Z']],
  );
  const untold = (json: string): string => json.replace(/"options":\{.*?\},|"evidence":\{"inputs":\[.*?\]/gs, '');
  assert.deepEqual(
    JSON.parse(untold(await say(...paths.toReversed()))).subscriptions,
    JSON.parse(untold(text)).subscriptions,
  );
});

test('D3: an object has one id for equal values, in every generation and in a copy elsewhere; another content has another', () => {
  const repository = lived();
  const ids = (folder: string): ReadonlyMap<string, Set<string>> => {
    const { result } = hunted(
      copyOf(repository, { folder, times: ['09:00:00', '09:30:00', '10:00:00'] }),
      logged([wmi.scmBinding(at('08:00:00'))]),
    );
    const found = new Map<string, Set<string>>();
    for (const { filter, lifecycle } of result.dossiers) {
      for (const { part, evidence } of lifecycle) {
        const key = `${filter.name} ${part}`;
        const set = found.get(key) ?? new Set<string>();
        found.set(key, set);
        for (const { record } of evidence) if (record !== undefined) set.add(record);
      }
    }
    return found;
  };
  const one = ids(`${COLLECTED}/Repository`);
  assert.deepEqual([...one].flatMap(([key, set]) => (key.includes('undefined') ? [] : [`${key} ${set.size}`])).sort(), [
    'Gone binding 1',
    'Gone consumer 1',
    'Gone filter 1',
    'SCM Event Log Filter binding 1',
    'SCM Event Log Filter consumer 1',
    'SCM Event Log Filter filter 1',
    'Updater binding 1',
    'Updater consumer 2',
    'Updater filter 1',
  ]);
  assert.deepEqual(ids(`${COLLECTED}/copy/Repository`), one);
});

test('L7 the events of what lies at rest do not depend on the order in which files were kept', () => {
  const document = kept(
    `${COLLECTED}/audit.json`,
    new TextEncoder().encode(JSON.stringify(collectorDocument({ name: 'SRV-02' }))),
    'audit',
  );
  const again = kept(`${COLLECTED}/again.json`, wholeOf(document.file) ?? new Uint8Array(0), 'audit');
  const files = [...copyOf(lived()), ...copyOf(lived(), { folder: `${COLLECTED}/Repository.001` }), document, again];
  const logs = logged([wmi.scmBinding(at('08:00:00'))]);
  const lines = (list: typeof files): unknown => {
    const { events, audits, repositories } = readKept(list, logs);
    const told = events.map(({ computer, timeMs, timeTicks, sight, look, place }) => [
      computer,
      timeMs,
      timeTicks,
      sight?.act,
      sight?.path,
      look?.provesAbsence,
      place.source.file,
      place.offset,
    ]);
    return { told, audits, repositories };
  };
  assert.deepEqual(lines(files.toReversed()), lines(files));
});

test('D5: copies of one machine are one lineage over all of their generations, each told once', () => {
  const repository = smallRepository();
  updater(repository, { name: 'Shadowed' });
  const gone = updater(repository);
  repository.checkpoint();
  const shadow = repository.files();
  removeSubscription(repository, gone);
  for (let i = 0; i < 4; i++) repository.checkpoint();
  const { atRest, result } = hunted([
    ...copyOf(repository, { folder: 'live' }),
    ...copyOf(repository, { folder: 'shadow', files: shadow }),
  ]);
  assert.deepEqual(
    atRest.repositories.map(({ generations }) => generations.map(({ generation }) => generation)),
    [[3, 4, 6, 7, 8]],
  );
  const states = result.dossiers.map(({ filter, state }) => [filter.name, state]).sort();
  assert.deepEqual(states, [
    ['SCM Event Log Filter', 'armed'],
    ['Shadowed', 'armed'],
    ['Updater', 'deleted'],
  ]);
});
