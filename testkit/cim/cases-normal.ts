import { asBuilt, type CimCase, smallRepository, updater } from './case.ts';
import { fileBytes, renamed } from './damage.ts';
import { defineConsumers } from './ordinary.ts';
import { type ConsumerClass, FULL_CONSUMERS } from './subscription.ts';

const HEALTHY = { isHealthy: true, hasNoRemains: true } as const;

/** Cases 6 to 18: what sound repositories of every kind give. 1 to 5 and 8 are known totals of real ones. */
export const NORMAL_CASES: readonly CimCase[] = [
  {
    number: 6,
    name: 'defaults of the class stand in for what an instance leaves out: false, null and a list of one empty text',
    build: () => asBuilt(smallRepository(), HEALTHY),
  },
  {
    number: 7,
    name: 'each of the five consumers gives all its properties, and every key hash is that of the record',
    build() {
      const repository = smallRepository();
      for (const className of Object.keys(FULL_CONSUMERS) as ConsumerClass[]) {
        updater(repository, { name: className, consumer: { className, values: FULL_CONSUMERS[className] } });
      }
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 9,
    name: 'an XP map may have stale bytes behind its end',
    build() {
      const repository = smallRepository({ layout: 'xp' });
      updater(repository);
      repository.checkpoint();
      const files = repository.files();
      for (const name of ['MAPPING1.MAP', 'MAPPING2.MAP']) {
        const bytes = fileBytes(files, name);
        files.set(name, Buffer.concat([bytes, bytes.subarray(bytes.length - 1072)]));
      }
      return asBuilt(repository, { isHealthy: true }, files);
    },
  },
  {
    number: 10,
    name: 'of two maps of one version the one of the later generation is current',
    build() {
      const repository = smallRepository();
      updater(repository);
      repository.checkpoint({ keepsVersion: true });
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 11,
    name: 'the checksums of all pages of all generations hold',
    build() {
      const repository = smallRepository();
      for (const name of ['a', 'b', 'c']) {
        updater(repository, { name });
        repository.checkpoint();
      }
      return asBuilt(repository, { ...HEALTHY, generations: 3 });
    },
  },
  {
    number: 13,
    name: 'file names in lower case are the same files',
    build() {
      const repository = smallRepository();
      return asBuilt(
        repository,
        { ...HEALTHY, map: repository.generations.at(-1)?.mapFile.toLowerCase() ?? '' },
        renamed(repository.files(), (name) => name.toLowerCase()),
      );
    },
  },
  {
    number: 14,
    name: 'Vista has two maps',
    build() {
      const repository = smallRepository({ mapCount: 2 });
      updater(repository);
      repository.checkpoint();
      return asBuilt(repository, { ...HEALTHY, generations: 2 });
    },
  },
  {
    number: 15,
    name: 'without the map of the current generation the one before is read',
    build() {
      const repository = smallRepository();
      const before = asBuilt(repository).truth;
      updater(repository);
      const lost = repository.checkpoint();
      const files = repository.files();
      files.delete(lost.mapFile);
      return { files, truth: { ...before, generations: 1 } };
    },
  },
  {
    number: 16,
    name: 'the root of the index is not page 1',
    build() {
      const repository = smallRepository({ maxKeys: 8 });
      if (repository.index.root < 4) throw new Error('the root has a low number');
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 17,
    name: 'page 0 is a leaf since Vista',
    build() {
      const repository = smallRepository();
      // Whatever hash comes first lies in page 0: a namespace below all others.
      const zero = repository.generations.at(-1)?.nodes.find(({ logical }) => logical === 0);
      if (zero === undefined || zero.keys.length === 0) throw new Error('page 0 is not used');
      const first = zero.keys.at(0)?.slice(0, 5) ?? '';
      let path = '';
      for (let i = 0; path === '' || repository.names.namespace(path).slice(0, 5) > first; i++) path = `root\\n${i}`;
      repository.createNamespace(path);
      defineConsumers(repository, path);
      updater(repository, { namespace: path });
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 17,
    name: 'on XP a child of 0 is none',
    build() {
      const repository = smallRepository({ layout: 'xp', maxKeys: 8 });
      updater(repository);
      repository.checkpoint();
      return asBuilt(repository, { isHealthy: true });
    },
  },
  {
    number: 18,
    name: 'tokens end at their NUL, in whatever order their texts lie',
    build: () => asBuilt(smallRepository({ seed: 18, maxKeys: 60 }), HEALTHY),
  },
];
