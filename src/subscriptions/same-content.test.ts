import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, copyOf, hunted, logged, onlyDossierOf } from '../../test/at-rest.ts';
import { type ConsumerClass, FULL_CONSUMERS, smallRepository, updater } from '../../testkit/cim/index.ts';
import { type MofValue, wmi } from '../../testkit/index.ts';

const USER = 'S-1-5-21-1111111111-2222222222-3333333333-1104';
const QUERY = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'notepad.exe'";

/** What 5861 writes of these values: nothing of what is null. */
function mofValues(className: ConsumerClass): Record<string, MofValue> {
  return Object.fromEntries(
    Object.entries(FULL_CONSUMERS[className]).flatMap(([name, value]) =>
      value === null ? [] : [[name, (typeof value === 'bigint' ? Number(value) : value) as MofValue]],
    ),
  );
}

for (const className of Object.keys(FULL_CONSUMERS) as ConsumerClass[]) {
  test(`${className}: every property that 5861 and the repository tell alike is no conflict and no change`, () => {
    const repository = smallRepository();
    updater(repository, { consumer: { className, values: FULL_CONSUMERS[className] } });
    repository.checkpoint();
    const stored = wmi.binding(
      { name: 'Updater', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: USER },
      { class: className, name: 'Updater', properties: mofValues(className), creatorSid: USER },
      at('09:00:00'),
    );
    const dossier = onlyDossierOf(hunted(copyOf(repository), logged([stored])));
    assert.deepEqual(
      [dossier.seenIn, dossier.conflicts, dossier.otherContents, dossier.state],
      [['5861', 'repository'], [], [], 'armed'],
    );
  });
}

test('A default that one source writes and the other leaves out is no difference; another value is', () => {
  const repository = smallRepository();
  updater(repository);
  repository.checkpoint();
  const dossierOf = (properties: Record<string, MofValue>) => {
    const stored = wmi.binding(
      { name: 'Updater', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: USER },
      {
        class: 'CommandLineEventConsumer',
        name: 'Updater',
        properties: { CommandLineTemplate: 'cmd.exe /c calc.exe', ...properties },
        creatorSid: USER,
      },
      at('09:00:00'),
    );
    const { conflicts, otherContents } = onlyDossierOf(hunted(copyOf(repository), logged([stored])));
    return [conflicts.map(({ property }) => property), otherContents.length];
  };
  assert.deepEqual(dossierOf({ RunInteractively: false, KillTimeout: 0, MachineName: '' }), [[], 0]);
  assert.deepEqual(dossierOf({ RunInteractively: true }), [['Consumer.RunInteractively'], 1]);
});

test('A class that derives from a standard one has its defaults: what 5861 leaves out is no difference', () => {
  const repository = smallRepository();
  repository.defineClass('root\\subscription', { name: 'QuietConsumer', superclass: 'CommandLineEventConsumer' });
  updater(repository, { consumer: { className: 'QuietConsumer', values: { CommandLineTemplate: 'a.exe' } } });
  repository.checkpoint();
  const stored = wmi.binding(
    { name: 'Updater', query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: USER },
    { class: 'QuietConsumer', name: 'Updater', properties: { CommandLineTemplate: 'a.exe' }, creatorSid: USER },
    at('09:00:00'),
  );
  const { conflicts, otherContents } = onlyDossierOf(hunted(copyOf(repository), logged([stored])));
  assert.deepEqual([conflicts, otherContents], [[], []]);
});
