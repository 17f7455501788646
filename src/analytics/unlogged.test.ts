import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, copyOf, hunted, logged } from '../../test/at-rest.ts';
import { type RepositoryWriter, removeSubscription, smallRepository, updater } from '../../testkit/cim/index.ts';
import { wmi } from '../../testkit/index.ts';
import { type LogsOfHost, unlogged } from './unlogged.ts';

const NINE = Date.UTC(2026, 2, 12, 9);
const THREE = ['09:00:00', '09:30:00', '10:00:00'];
const MINUTE = 60_000;

/** It stands from the generation of 09:00 on. */
function standing(): RepositoryWriter {
  const repository = smallRepository();
  updater(repository);
  repository.checkpoint();
  repository.checkpoint();
  repository.checkpoint();
  return repository;
}

/** A whole log to 12:00 with a start of WMI at 09:40 that logged the subscription of Windows again. */
const LOGS: LogsOfHost = { starts: [NINE + 40 * MINUTE], logEndMs: NINE + 180 * MINUTE, isUnbroken: true };

function said(
  logs: Partial<LogsOfHost> = {},
  { repository = standing(), relogged = '09:40:01', isTimed = true } = {},
): unknown {
  const records = relogged === '' ? [] : logged([wmi.scmBinding(at(relogged))]);
  const files = copyOf(repository, isTimed ? { times: THREE } : {});
  const { result } = hunted(files, records.length > 0 ? records : logged([wmi.scmActivated(at('08:00:00'))]));
  const { gaps, findings } = unlogged(result.dossiers, () => ({ ...LOGS, ...logs }));
  return [...findings.map(({ finding }) => `${finding.analytic} ${finding.title}`), ...gaps.map(({ what }) => what)];
}

const KEPT_OUT =
  "T03 The WMI-Activity log of SRV-02 lacks subscription 'Updater', which stood when WMI started at 2026-03-12T09:40:00.0000000Z";
const IN_NO_LOG = "subscription 'Updater' stands at rest and is in no log";

test('D4: never logged is T03 where a whole log holds a start of WMI while it stood, which logged others again', () => {
  assert.deepEqual(said(), [KEPT_OUT]);
});

test('D4: a start that logged no other subscription either is a gap', () => {
  assert.deepEqual(said({}, { relogged: '' }), [
    "subscription 'Updater' was never logged, though WMI started at 2026-03-12T09:40:00.0000000Z while it stood",
  ]);
  assert.deepEqual(said({}, { relogged: '10:30:00' }), [
    "subscription 'Updater' was never logged, though WMI started at 2026-03-12T09:40:00.0000000Z while it stood",
  ]);
});

test('D4: a broken log, and one without a start after the bracket, are gaps', () => {
  assert.deepEqual(said({ isUnbroken: false }), [IN_NO_LOG]);
  assert.deepEqual(said({ starts: [] }), [IN_NO_LOG]);
  assert.deepEqual(said({ starts: [NINE] }), [IN_NO_LOG]);
});

test('D4: a log that ends within five minutes of the start may not have been written yet, one that goes on was', () => {
  const start = NINE + 40 * MINUTE;
  assert.deepEqual(said({ logEndMs: start + 5 * MINUTE }), [IN_NO_LOG]);
  assert.deepEqual(said({ logEndMs: start + 5 * MINUTE + 1 }), [KEPT_OUT]);
});

test('D4: without a time of the look nobody knows that it stood when WMI started: a gap', () => {
  assert.deepEqual(said({}, { isTimed: false }), [IN_NO_LOG]);
});

test('D4: what was gone by the start, or may have been, was not kept out', () => {
  const repository = smallRepository();
  const gone = updater(repository);
  repository.checkpoint();
  repository.checkpoint();
  removeSubscription(repository, gone);
  repository.checkpoint();
  assert.deepEqual(said({ starts: [NINE + 29 * MINUTE] }, { repository, relogged: '09:29:01' }), [
    KEPT_OUT.replace('09:40', '09:29'),
  ]);
  assert.deepEqual(said({}, { repository }), [IN_NO_LOG]);
});

test('D4: the binding must have stood, not its ends alone', () => {
  const repository = smallRepository();
  const { binding } = updater(repository);
  repository.remove(binding);
  repository.checkpoint();
  repository.checkpoint();
  updater(repository);
  repository.checkpoint();
  assert.deepEqual(said({}, { repository }), [IN_NO_LOG]);
  assert.deepEqual(said({ starts: [NINE + 61 * MINUTE] }, { repository, relogged: '10:01:01' }), [
    KEPT_OUT.replace('09:40', '10:01'),
  ]);
});

test('D4: nothing is said without that log, of what is logged, and of what is benign', () => {
  assert.deepEqual(said({ logEndMs: undefined }), []);
  const stock = smallRepository();
  assert.deepEqual(said({}, { repository: stock, isTimed: false }), []);
  const { result } = hunted(
    copyOf(standing(), { times: THREE }),
    logged([
      wmi.binding(
        { name: 'Updater', query: 'SELECT * FROM x', eventNamespace: 'root\\cimv2' },
        { class: 'CommandLineEventConsumer', name: 'Updater', properties: { CommandLineTemplate: 'x' } },
        at('09:40:02'),
      ),
    ]),
  );
  assert.deepEqual(
    unlogged(result.dossiers, () => LOGS),
    { gaps: [], findings: [] },
  );
});

test('D4: the gap of what two looks bracket names the bracket, and no other time at which it may have been planted', () => {
  const repository = smallRepository();
  updater(repository);
  repository.checkpoint();
  const files = copyOf(repository, { times: ['09:00:00', '09:30:00'] });
  const { result } = hunted(files, logged([wmi.scmActivated(at('08:00:00'))]));
  const [gap] = unlogged(result.dossiers, () => ({ ...LOGS, starts: [] })).gaps;
  assert.match(
    gap?.so ?? '',
    /^it was planted between 2026-03-12T09:00:00\.0000000Z and 2026-03-12T09:30:00\.0000000Z/,
  );
});
