import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM_NAMESPACE, type TrueInstance } from '../../testkit/cim/index.ts';
import { type CimPeer, dissectCim, type PeerAnswer, pythonCim, WITHOUT_PEERS } from './peers.ts';
import { differencesOf, inFolder, provenRepository } from './writer-proof.ts';

const peers: readonly (readonly [string, CimPeer | undefined])[] = [
  ['dissect.cim', dissectCim()],
  ['python-cim', pythonCim()],
];

for (const [name, peer] of peers) {
  test(`${name} reads a written repository of Vista and later with equal values`, {
    skip: peer === undefined && `${name} is ${WITHOUT_PEERS}`,
  }, () => {
    assert.ok(peer !== undefined);
    for (const seed of [1, 2]) {
      const repository = provenRepository({ seed, usesPageZero: false });
      const truth = repository.generations.at(-1);
      assert.ok(truth !== undefined && truth.instances.length > 150 && truth.classes.length > 250);
      const read: PeerAnswer = inFolder(repository.files(), (folder) => peer.read(folder, 'vista'));
      assert.deepEqual(differencesOf(truth, read), [], `seed ${seed}`);
    }
  });

  test(`what ${name} misses when page 0 is in use is what lies in page 0, and nothing else (CIM 9)`, {
    skip: peer === undefined && `${name} is ${WITHOUT_PEERS}`,
  }, () => {
    assert.ok(peer !== undefined);
    const repository = provenRepository({ seed: 3 });
    const truth = repository.generations.at(-1);
    const zero = truth?.nodes.find(({ logical }) => logical === 0);
    assert.ok(truth !== undefined && zero !== undefined && zero.keys.length > 20);
    const read: PeerAnswer = inFolder(repository.files(), (folder) => peer.read(folder, 'vista'));
    const lost = new Set(zero.keys.map((key) => key.split('.')[0]));
    const names = repository.names;
    const at = { page: 0, id: 0, size: 0 };
    const classes = truth.classes.filter(
      ({ namespace, layout }) => !lost.has(names.classDefinition(namespace, layout.model.name, at).split('.')[0]),
    );
    // They ask for the instances class by class, and for what is below a namespace only when they see it.
    const isSeen = ({ namespace, className }: TrueInstance): boolean =>
      classes.some(
        (known) => known.layout.model.name === className && [namespace, SYSTEM_NAMESPACE].includes(known.namespace),
      );
    const named = truth.instances.filter(
      (instance) =>
        isSeen(instance) &&
        !lost.has(names.classInstance(instance.namespace, instance.className, instance.keyHash, at).split('.')[0]),
    );
    const children = named.filter(({ className }) => className === '__NAMESPACE');
    const reached = new Set(['root']);
    for (const { namespace, values } of children) {
      if (reached.has(namespace)) reached.add(`${namespace}\\${String(values['Name'])}`);
    }
    const seen = {
      ...truth,
      namespaces: truth.namespaces.filter((path) => reached.has(path)),
      classes: classes.filter(({ namespace }) => namespace === SYSTEM_NAMESPACE || reached.has(namespace)),
      instances: named.filter(({ namespace }) => reached.has(namespace)),
    };
    assert.ok(seen.classes.length + seen.instances.length < truth.classes.length + truth.instances.length);
    assert.deepEqual(differencesOf(seen, read), []);
  });
}

const xpReader = pythonCim();

test('python-cim reads a written repository of XP with equal values', {
  skip: xpReader === undefined && `python-cim is ${WITHOUT_PEERS}`,
}, () => {
  assert.ok(xpReader !== undefined);
  const repository = provenRepository({ seed: 4, layout: 'xp' });
  const truth = repository.generations.at(-1);
  assert.ok(truth !== undefined);
  const read: PeerAnswer = inFolder(repository.files(), (folder) => xpReader.read(folder, 'xp'));
  assert.deepEqual(differencesOf(truth, read), []);
});

test('L27 the comparison finds one value that differs and one instance that is missing', () => {
  const repository = provenRepository({ seed: 5, usesPageZero: false });
  const truth = repository.generations.at(-1);
  assert.ok(truth !== undefined);
  const read = {
    namespaces: truth.namespaces,
    classes: truth.classes.map(
      ({ namespace, layout: { model } }) => `${namespace}:${model.name}<${model.superclass ?? ''}`,
    ),
    instances: truth.instances.slice(1).map(({ namespace, className, keyHash, values }, i) => ({
      namespace: namespace === SYSTEM_NAMESPACE ? '' : namespace,
      className,
      keyHash,
      values: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          key,
          value === null
            ? null
            : value instanceof Uint8Array
              ? [...value].map(String)
              : Array.isArray(value)
                ? value.map(String)
                : `${value}${i === 0 ? '!' : ''}`,
        ]),
      ),
    })),
  };
  const differences = differencesOf(truth, read);
  assert.match(differences[0] ?? '', /^instance not read/);
  assert.equal(differences.length, 2);
});
