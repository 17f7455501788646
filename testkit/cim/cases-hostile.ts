import { asBuilt, type CaseTruth, type CimCase, smallRepository, updater } from './case.ts';
import { RECORD_CASES } from './cases-hostile-records.ts';
import { TREE_CASES } from './cases-hostile-tree.ts';
import { layOutClass } from './class-record.ts';
import { headBytes, physicalPage } from './damage.ts';
import { type ClassModel, keyProperty, property } from './model.ts';
import { PAGE_BYTES } from './object-pages.ts';
import { type Built, defineUnder, edited, others } from './spoil.ts';
import { SUBSCRIPTION_NAMESPACE } from './subscription.ts';

/** A superclass chain of this length, each class in the system's order, the last one with an instance. */
function withChain(length: number, truth: Partial<CaseTruth>): Built {
  const repository = smallRepository();
  updater(repository);
  let parent = '__EventConsumer';
  for (let i = 0; i < length; i++) {
    const name = `Chained${String(i).padStart(4, '0')}`;
    repository.defineClass(SUBSCRIPTION_NAMESPACE, {
      name,
      superclass: parent,
      properties: i === 0 ? [keyProperty('Name')] : [],
    });
    parent = name;
  }
  const deep = repository.put(SUBSCRIPTION_NAMESPACE, parent, { Name: 'deep' });
  repository.checkpoint();
  return asBuilt(repository, { live: others(repository, deep), ...truth });
}

/** A class whose property part is spoilt, with one instance. */
function withSpoiltClass(index: number): Built {
  const repository = smallRepository();
  updater(repository);
  const base = repository.classLayout(SUBSCRIPTION_NAMESPACE, '__EventConsumer');
  const model: ClassModel = {
    name: 'SpoiltEventConsumer',
    superclass: '__EventConsumer',
    properties: [keyProperty('Name'), property('Zulu', 'string')],
  };
  const layout = layOutClass(model, base, 5n);
  // The part of a property begins behind its name, which is the last one in the order of names.
  const at = Buffer.from(layout.record).lastIndexOf('\0Zulu\0') + 6;
  const record = edited(layout.record, (view) => view.setUint16(at + 4, index, true));
  repository.storeClass(SUBSCRIPTION_NAMESPACE, { ...layout, record });
  const spoilt = repository.put(SUBSCRIPTION_NAMESPACE, 'SpoiltEventConsumer', { Name: 'x', Zulu: 'y' });
  repository.checkpoint();
  return asBuilt(repository, { live: others(repository, spoilt), trouble: ['instance'] });
}

const CLASS_CASES: readonly CimCase[] = [
  {
    number: 50,
    name: 'classes that derive from each other in a circle cost themselves',
    build() {
      const repository = smallRepository();
      updater(repository);
      defineUnder(repository, SUBSCRIPTION_NAMESPACE, 'CircleA', 'CircleB');
      defineUnder(repository, SUBSCRIPTION_NAMESPACE, 'CircleB', 'CircleA');
      const lost = repository.put(SUBSCRIPTION_NAMESPACE, 'CircleA', { Name: 'x' });
      repository.checkpoint();
      return asBuilt(repository, { live: others(repository, lost) });
    },
  },
  {
    number: 50,
    name: 'a class that is its own superclass costs itself',
    build() {
      const repository = smallRepository();
      updater(repository);
      defineUnder(repository, SUBSCRIPTION_NAMESPACE, 'SelfEventConsumer', 'SelfEventConsumer');
      const lost = repository.put(SUBSCRIPTION_NAMESPACE, 'SelfEventConsumer', { Name: 'x' });
      repository.checkpoint();
      return asBuilt(repository, { live: others(repository, lost) });
    },
  },
  { number: 50, name: 'a chain of 1,000 classes costs what lies below the bound', build: () => withChain(1000, {}) },
  { number: 53, name: 'two properties of one number cost their class', build: () => withSpoiltClass(0) },
  { number: 53, name: 'a property of the number 65,535 costs its class', build: () => withSpoiltClass(65535) },
];

const NAMESPACE_NAMES = ['..\\x', 'a/b', '\u001b[2Jgone', 'root', 'x'.repeat(30_000)];

const OTHER_CASES: readonly CimCase[] = [
  ...NAMESPACE_NAMES.map(
    (Name): CimCase => ({
      number: 54,
      name: `a namespace that is called ${JSON.stringify(Name.slice(0, 12))} leads nowhere else`,
      build() {
        const repository = smallRepository();
        updater(repository);
        repository.put('root', '__NAMESPACE', { Name });
        repository.checkpoint();
        return asBuilt(repository);
      },
    }),
  ),
  {
    number: 54,
    name: 'a namespace whose name holds a NUL ends there',
    build() {
      const repository = smallRepository();
      updater(repository);
      repository.put(
        'root',
        '__NAMESPACE',
        { Name: 'cut#here' },
        { edit: (record) => edited(record, (view, length) => view.setUint8(length - 'here'.length - 2, 0)) },
      );
      repository.checkpoint();
      return asBuilt(repository);
    },
  },
  {
    number: 57,
    name: 'the head of a filter repeated through the whole file keeps the search linear',
    build() {
      const repository = smallRepository({ spareObjectPages: 1500 });
      updater(repository);
      const last = repository.checkpoint();
      const files = repository.files();
      const head = headBytes(repository.names.hash('__EventFilter'));
      for (const physical of last.objects.free) {
        const page = physicalPage(files, 'OBJECTS.DATA', physical);
        for (let at = 0; at + head.length <= PAGE_BYTES; at += head.length) page.set(head, at);
      }
      return asBuilt(repository, { hasNoRemains: true }, files);
    },
  },
  {
    number: 58,
    name: 'files of no bytes are no repository',
    build() {
      const files = smallRepository().files();
      for (const name of files.keys()) files.set(name, new Uint8Array(0));
      return { files, truth: { live: [], trouble: ['noObjects'] } };
    },
  },
  {
    number: 58,
    name: 'files of one byte are no repository',
    build() {
      const files = smallRepository().files();
      for (const name of files.keys()) files.set(name, Uint8Array.of(0xcd));
      return { files, truth: { live: [], trouble: ['noObjects'] } };
    },
  },
];

/** Cases 44 to 60: what an intruder or a broken disk may write. A case is about its number in CIM 11. */
export const HOSTILE_CASES: readonly CimCase[] = [...TREE_CASES, ...RECORD_CASES, ...CLASS_CASES, ...OTHER_CASES];
