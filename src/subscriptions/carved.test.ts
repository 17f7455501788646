import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  at,
  COLLECTED,
  copyOf,
  dossiersOf,
  hunted,
  lives,
  logged,
  onlyDossierOf,
  placesOf,
} from '../../test/at-rest.ts';
import {
  CIM_CASES,
  PAGE_BYTES,
  type RepositoryFiles,
  removeSubscription,
  smallRepository,
  touch,
  updater,
} from '../../testkit/cim/index.ts';
import { wmi } from '../../testkit/index.ts';

function caseFiles(number: number): RepositoryFiles {
  const found = CIM_CASES.find((one) => one.number === number);
  if (found === undefined) throw new Error(`no case ${number}`);
  return found.build().files;
}

test('Carved: a triad that only a free page holds is deleted, with label and confidence in its evidence (CIM 11, 35)', () => {
  const repository = smallRepository();
  const hunt = hunted(copyOf(repository, { files: caseFiles(35) }));
  const dossier = onlyDossierOf(hunt);
  assert.deepEqual(
    [dossier.state, dossier.consumer.payload, dossier.inferred, dossier.seenIn],
    ['deleted', 'long gone.exe', false, ['repository']],
  );
  assert.deepEqual(lives(dossier), [
    '>=08:00 deleted filter inferred',
    '>=08:00 deleted consumer inferred',
    '>=08:00 deleted binding inferred',
  ]);
  assert.deepEqual(
    dossier.evidence.map(({ repository: place }) => `${place?.label} ${place?.confidence}`),
    ['free-page record 0.7', 'free-page record 0.7', 'free-page record 0.7'],
  );
});

test('Carved: its confidence is printed and its score is not reduced (SETTLED D6)', () => {
  const live = smallRepository();
  updater(live, {
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'long gone.exe' } },
  });
  live.checkpoint();
  const carved = onlyDossierOf(hunted(copyOf(live, { files: caseFiles(35) })));
  assert.equal(carved.verdict.score, onlyDossierOf(hunted(copyOf(live))).verdict.score);
});

test('Carved: a triad in slack is deleted, inferred, at half confidence (CIM 11, 36)', () => {
  const dossier = onlyDossierOf(hunted(copyOf(smallRepository(), { files: caseFiles(36) })));
  assert.equal(dossier.state, 'deleted');
  assert.ok(dossier.lifecycle.every(({ strength }) => strength === 'inferred'));
  assert.deepEqual(
    dossier.evidence.map(({ repository: place }) => `${place?.label} ${place?.confidence}`),
    ['slack 0.5', 'slack 0.5', 'slack 0.5'],
  );
});

test('Carved: --no-carve leaves slack and free pages out (SETTLED D6)', () => {
  for (const number of [35, 36]) {
    const files = copyOf(smallRepository(), { files: caseFiles(number) });
    assert.deepEqual(dossiersOf(hunted(files, [], { carve: false })), []);
  }
});

test('Carved: stale copies of what lives say nothing (CIM 11, 37)', () => {
  const hunt = hunted(copyOf(smallRepository(), { files: caseFiles(37) }));
  const [updated] = dossiersOf(hunt).filter(({ filter }) => filter.name === 'Updater');
  assert.ok(updated !== undefined);
  assert.deepEqual(
    [updated.state, updated.otherContents, updated.lifecycle.some(({ step }) => step === 'deleted')],
    ['armed', [], false],
  );
  assert.ok(placesOf(updated.evidence).every((place) => !/slack|free/.test(place)));
});

/** One command in a generation that no map shows any more, another in those that are kept. */
function overwritten() {
  const repository = smallRepository();
  const plan = (template: string) => ({
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: template } },
    consumerOptions: { isAlone: true },
  });
  updater(repository, plan('first.exe'));
  repository.checkpoint();
  updater(repository, plan('second.exe'));
  for (const name of ['a', 'b', 'c']) {
    touch(repository, name);
    repository.checkpoint();
  }
  return repository;
}

test('Carved: another version of what lives is its earlier content, with times and without', () => {
  const repository = overwritten();
  for (const times of [undefined, ['09:00:00', '09:30:00', '10:00:00']]) {
    const dossier = onlyDossierOf(hunted(copyOf(repository, times === undefined ? {} : { times })));
    assert.deepEqual([dossier.state, dossier.consumer.payload], ['armed', 'second.exe']);
    assert.deepEqual(
      dossier.otherContents.map(({ kind, payload }) => [kind, payload]),
      [['earlier', 'first.exe']],
    );
    assert.ok(!dossier.lifecycle.some(({ step }) => step === 'deleted'));
  }
});

test('Carved: what was deleted in one namespace is no version of what lives in another under its name', () => {
  const repository = smallRepository();
  const other = {
    namespace: 'root\\DEFAULT',
    consumerName: 'Hidden',
    filterOptions: { isAlone: true },
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'hidden.exe' } },
    query: 'SELECT * FROM Win32_ProcessStopTrace',
  };
  const gone = updater(repository, other);
  repository.checkpoint();
  removeSubscription(repository, gone);
  updater(repository);
  for (const name of ['a', 'b', 'c']) {
    touch(repository, name);
    repository.checkpoint();
  }
  const states = dossiersOf(hunted(copyOf(repository))).map(({ namespace, state, consumer }) => [
    namespace,
    state,
    consumer.payload,
  ]);
  assert.deepEqual(states.sort(), [
    ['root\\default', 'deleted', 'hidden.exe'],
    ['root\\subscription', 'armed', 'cmd.exe /c calc.exe'],
  ]);
});

test('Carved: a subscription of a log that slack holds as well is one dossier, deleted', () => {
  const repository = smallRepository();
  const stored = wmi.binding(
    {
      name: 'Updater',
      query: "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'notepad.exe'",
      eventNamespace: 'root\\cimv2',
      creatorSid: 'S-1-5-21-1111111111-2222222222-3333333333-1104',
    },
    {
      class: 'CommandLineEventConsumer',
      name: 'Updater',
      properties: { CommandLineTemplate: 'cmd.exe /c calc.exe' },
      creatorSid: 'S-1-5-21-1111111111-2222222222-3333333333-1104',
    },
    at('09:00:00'),
  );
  const dossier = onlyDossierOf(hunted(copyOf(repository, { files: caseFiles(36) }), logged([stored])));
  assert.deepEqual(
    [dossier.state, dossier.seenIn, dossier.conflicts, dossier.otherContents],
    ['deleted', ['5861', 'repository'], [], []],
  );
});

/** A shadow copy in whose free pages a deleted triad lies, and the live repository, in which nothing of it is left. */
function forgotten() {
  const repository = smallRepository();
  const gone = updater(repository, {
    filterOptions: { isAlone: true },
    consumerOptions: { isAlone: true },
    bindingOptions: { isAlone: true },
  });
  repository.checkpoint();
  removeSubscription(repository, gone);
  for (const name of ['a', 'b', 'c']) {
    touch(repository, name);
    repository.checkpoint();
  }
  const shadow = repository.files();
  for (const name of ['d', 'e', 'f', 'g']) {
    touch(repository, name);
    repository.checkpoint();
  }
  const live = new Map(repository.files());
  const objects = Buffer.from(live.get('OBJECTS.DATA') ?? []);
  for (let at = objects.indexOf('Updater'); at >= 0; at = objects.indexOf('Updater')) {
    objects.fill(0, at - (at % PAGE_BYTES), at - (at % PAGE_BYTES) + PAGE_BYTES);
  }
  return { repository, shadow, live: live.set('OBJECTS.DATA', objects) };
}

test('Carved: what only free pages of an older copy hold is told, whichever copies lie beside it (SETTLED D5)', () => {
  const { repository, shadow, live } = forgotten();
  const older = copyOf(repository, { folder: `${COLLECTED}/VSS1/Repository`, files: shadow });
  const newer = copyOf(repository, { files: live });
  const alone = onlyDossierOf(hunted(older));
  for (const files of [
    [...older, ...newer],
    [...newer, ...older],
  ]) {
    const both = onlyDossierOf(hunted(files));
    assert.deepEqual([both.state, both.consumer.payload], ['deleted', alone.consumer.payload]);
    assert.ok(both.evidence.every(({ file }) => file.includes('/VSS1/')));
  }
  assert.deepEqual(dossiersOf(hunted(newer)), []);
});

test('Carved: what free pages of two copies hold is told once, by the older one', () => {
  const { repository, shadow } = forgotten();
  const copies = ['VSS1', 'VSS2'].map((name) =>
    copyOf(repository, {
      folder: `${COLLECTED}/${name}/Repository`,
      files: name === 'VSS1' ? shadow : repository.files(),
    }),
  );
  const dossier = onlyDossierOf(hunted(copies.flat()));
  assert.deepEqual(
    dossier.lifecycle.map(({ step, part }) => `${step} ${part}`),
    ['deleted filter', 'deleted consumer', 'deleted binding'],
  );
  assert.ok(dossier.evidence.every(({ file }) => file.includes('/VSS1/')));
});
