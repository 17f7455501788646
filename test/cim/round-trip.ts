import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type CimType,
  type CimValue,
  type ClassModel,
  type InstanceValues,
  keyProperty,
  type PropertyModel,
  type RepositoryLayout,
  RepositoryWriter,
} from '../../testkit/cim/index.ts';
import { liveInstances, openFiles, readLine, trueLine } from './read-repository.ts';

const text = fc
  .oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ maxLength: 20, unit: 'binary' }),
    fc.array(fc.integer({ min: 1, max: 0xff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
  )
  .map((value) => value.replaceAll('\0', '0'));

/** Names differ without case, as WMI compares them. */
const identifier = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);

const VALUES: Readonly<Partial<Record<CimType, fc.Arbitrary<string | number | bigint | boolean>>>> = {
  sint8: fc.integer({ min: -128, max: 127 }),
  uint8: fc.nat({ max: 255 }),
  sint16: fc.integer({ min: -32768, max: 32767 }),
  uint16: fc.nat({ max: 65535 }),
  sint32: fc.integer(),
  uint32: fc.nat({ max: 0xffffffff }),
  sint64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  real64: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  boolean: fc.boolean(),
  string: text,
  datetime: fc.constantFrom('20260312094400.000000+000', '00000000000030.000000:000'),
};

const TYPES = Object.keys(VALUES) as CimType[];

interface PropertyPlan {
  readonly model: PropertyModel;
  /** One for each instance; undefined leaves it to the class. */
  readonly values: readonly (CimValue | undefined)[];
}

function anyValue(type: CimType, isArray: boolean): fc.Arbitrary<CimValue> {
  const scalar = VALUES[type] ?? text;
  const value: fc.Arbitrary<CimValue> = isArray ? fc.array(scalar, { maxLength: 5 }) : scalar;
  return fc.option(value, { nil: null, freq: 6 });
}

const INSTANCES = 3;

const propertyPlan: fc.Arbitrary<PropertyPlan> = fc
  .tuple(identifier, fc.constantFrom(...TYPES), fc.boolean())
  .chain(([name, type, isArray]) =>
    fc.record({
      model: fc
        .option(anyValue(type, isArray), { nil: undefined })
        .map((byDefault) => ({ name, type, isArray, ...(byDefault === undefined ? {} : { byDefault }) })),
      values: fc.array(fc.option(anyValue(type, isArray), { nil: undefined }), {
        minLength: INSTANCES,
        maxLength: INSTANCES,
      }),
    }),
  );

/** Properties of a base and of a class below it. */
const classPlan = fc.uniqueArray(propertyPlan, {
  maxLength: 12,
  selector: ({ model }) => model.name.toLowerCase(),
});

const names = fc.uniqueArray(text, {
  minLength: INSTANCES,
  maxLength: INSTANCES,
  selector: (name) => name.toUpperCase(),
});

/** A description -> files -> the same namespaces, classes and values. */
export function assertRoundTrip(runs: number, seed: number): void {
  const layouts = fc.constantFrom<RepositoryLayout>('vista', 'xp');
  const run = fc.record({
    plan: classPlan,
    cut: fc.nat({ max: 12 }),
    names,
    layout: layouts,
    seed: fc.nat(),
    deleted: fc.nat({ max: INSTANCES - 1 }),
  });
  fc.assert(
    fc.property(run, (made) => {
      const repository = new RepositoryWriter({ seed: made.seed, layout: made.layout, maxKeys: 5 + (made.seed % 20) });
      const namespace = 'root\\any\\place';
      repository.createNamespace(namespace);
      const plans = made.plan.filter(({ model }) => model.name !== 'name');
      const base: ClassModel = {
        name: 'Base',
        properties: [keyProperty('Name'), ...plans.slice(0, made.cut).map(({ model }) => model)],
      };
      repository.defineClass(namespace, base);
      const derived = plans.slice(made.cut).map(({ model }) => model);
      repository.defineClass(namespace, { name: 'Derived', superclass: 'Base', properties: derived });
      const put = made.names.map((Name, i) => {
        const given: [string, CimValue][] = plans.flatMap(({ model, values }) => {
          const value = values[i];
          return value === undefined ? [] : [[model.name, value] as [string, CimValue]];
        });
        const values: InstanceValues = { Name, ...Object.fromEntries(given) };
        return repository.put(namespace, i === 0 ? 'Base' : 'Derived', values);
      });
      repository.checkpoint();
      const gone = put[made.deleted];
      if (gone !== undefined) repository.remove(gone);
      const last = repository.checkpoint();
      const read = openFiles(repository.files());
      assert.deepEqual(
        read.anomalies().map(({ message }) => message),
        [],
      );
      const lines = liveInstances(read)
        .map((instance) => readLine(instance))
        .sort();
      assert.deepEqual(lines, last.instances.map((instance) => trueLine(instance)).sort());
      assert.equal(read.current.info.keys, last.keys.length);
      assert.equal(read.current.info.classes, last.classes.length);
      const deleted = read.history().filter(({ change, kind }) => change === 'deleted' && kind === 'instance');
      assert.deepEqual(
        deleted.map(({ before }) => (before === undefined ? '' : readLine(before))),
        gone === undefined ? [] : [trueLine(gone)],
      );
      assert.ok(liveInstances(read).every(({ place }) => place.label === 'live' && place.keyHash === 'match'));
    }),
    { numRuns: runs, seed },
  );
}
