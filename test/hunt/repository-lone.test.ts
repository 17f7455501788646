import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defineConsumers, ordinaryRepository, plantSubscription } from '../../testkit/cim/index.ts';
import { parsePowershell } from '../powershell-grammar.ts';
import { resultOf } from './hunted.ts';
import { folderWith } from './run-triad.ts';

type Plan = Parameters<typeof plantSubscription>[1];

const PLAN: Plan = {
  namespace: 'root\\a\\b',
  name: 'Updater',
  consumer: {
    className: 'CommandLineEventConsumer',
    values: { CommandLineTemplate: 'powershell.exe -EncodedCommand AAAA' },
  },
};

/** A hunt over a repository with this subscription beside the stock one: of all its files, or of OBJECTS.DATA alone. */
async function huntOf(t: TestContext, plan: Plan, isLone: boolean) {
  const repository = hostWith();
  plantSubscription(repository, plan);
  repository.checkpoint();
  const files = [...repository.files()].filter(([name]) => !isLone || name === 'OBJECTS.DATA');
  const result = await resultOf(folderWith(t, files));
  const dossier = result.subscriptions.find(({ filter }) => filter.name === 'Updater');
  assert.ok(dossier !== undefined);
  return { result, dossier };
}

test('the namespace of a subscription in a lone OBJECTS.DATA is the one that its reference records name', async (t) => {
  const lone = await huntOf(t, PLAN, true);
  const whole = await huntOf(t, PLAN, false);
  assert.deepEqual([lone.dossier.namespace, lone.dossier.namespaceBasis], ['root\\a\\b', 'stated']);
  assert.equal(lone.dossier.id, whole.dossier.id);
  const text = JSON.stringify(lone.result.incidents);
  assert.match(text, /root\/a\/b/);
  assert.doesNotMatch(text, /root\/subscription/);
});

test('where no reference record is left, sentence, title and script say that the namespace is assumed', async (t) => {
  const { result, dossier } = await huntOf(t, { ...PLAN, bindingOptions: { without: ['IR'] } }, true);
  assert.equal(dossier.namespaceBasis, 'assumed');
  const [incident] = result.incidents;
  assert.match(String(incident?.title), /; namespace unknown, root\\subscription assumed$/);
  const removal = incident?.next.find(({ phase }) => phase === 'remove');
  assert.match(String(removal?.text), /The namespace is unknown, and root\\subscription assumed/);
  assert.match(String(removal?.command), /\n# No evidence names the namespace of some of them/);
  assert.match(String(removal?.command), /@\{\n {4}# Namespace unknown: this one is assumed\.\n/);
  assert.deepEqual(parsePowershell(String(removal?.command)).problems, []);
  assert.ok(dossier.notes.some((note) => note.includes('assumed to be root\\subscription')));
});

test('a filter alone in a lone OBJECTS.DATA is told without a namespace', async (t) => {
  const files = [...filterAlone().files()].filter(([name]) => name === 'OBJECTS.DATA');
  const { subscriptions } = await resultOf(folderWith(t, files));
  const dossier = subscriptions.find(({ filter }) => filter.name === 'Updater');
  assert.equal(dossier?.namespaceBasis, 'assumed');
  assert.ok(dossier?.notes.includes('No record names its namespace: it is assumed to be root\\subscription.'));
});

test('one subscription in two namespaces is two in a lone OBJECTS.DATA too', async (t) => {
  const repository = hostWith();
  plantSubscription(repository, PLAN);
  plantSubscription(repository, { ...PLAN, namespace: 'root\\subscription' });
  repository.checkpoint();
  const files = [...repository.files()].filter(([name]) => name === 'OBJECTS.DATA');
  const { subscriptions, anomalies } = await resultOf(folderWith(t, files));
  const found = subscriptions.filter(({ filter }) => filter.name === 'Updater');
  assert.deepEqual(
    found.map(({ namespace, namespaceBasis, consumer }) => [namespace, namespaceBasis, consumer.payload]).sort(),
    ['root\\a\\b', 'root\\subscription'].map((one) => [one, 'stated', 'powershell.exe -EncodedCommand AAAA']),
  );
  assert.ok(anomalies.every(({ tamper }) => tamper !== true));
});

function hostWith(): ReturnType<typeof ordinaryRepository> {
  const repository = ordinaryRepository({ seed: 5, plainClasses: 20 });
  repository.createNamespace('root\\a\\b');
  defineConsumers(repository, 'root\\a\\b');
  repository.checkpoint();
  return repository;
}

function filterAlone(): ReturnType<typeof ordinaryRepository> {
  const repository = hostWith();
  const { binding, consumer } = plantSubscription(repository, PLAN);
  repository.remove(binding);
  repository.remove(consumer);
  repository.checkpoint();
  return repository;
}
